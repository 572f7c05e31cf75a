//! Checks on what readers see of something that is written over and over.

use super::durability::{acknowledgements, sent};
use super::witness::{Finding, Witness};
use crate::vocabulary::check::ExpectedVersions;
use crate::vocabulary::evidence::Instrument;
use crate::words::prose;

pub(super) fn versions(witness: &Witness<'_>, expected: &ExpectedVersions) -> Result<String, Finding> {
    let ExpectedVersions { of, result, versions, records, shown, absent, since } = expected;
    let run = witness.run(of)?;
    let versions = match records {
        Some(records) => sent(witness, records, shown.as_ref())?,
        None => versions.iter().map(|version| witness.text(version)).collect::<Result<_, _>>()?,
    };
    let safe = match since {
        Some(since) => {
            let writer = witness.run(&since.of)?;
            let all = acknowledgements(witness, writer, &since.of, &since.acknowledged)?;
            all.iter().map(|one| one.records).max().unwrap_or(0)
        }
        None => 0,
    };
    if safe > versions.len() {
        let wanted = witness.tell("versions-acknowledged-expected", [("versions", versions.len().into())]);
        return Err(Finding::missed(
            wanted,
            witness.tell("versions-acknowledged", [("number", safe.into())]),
        ));
    }
    let shortened = |text: &str| witness.speech.shortened(text).into_owned();
    let printed = |seen: &str| {
        let with = [("result", result.into()), ("value", shortened(seen).into())];
        witness.tell("output-printed", with)
    };
    // Versions are counted from 1; 0 is that there is none yet.
    let mut newest = safe;
    let mut told = safe > 0;
    let mut lines = 0_usize;
    for line in run.results.iter().filter(|line| line.name == *result) {
        lines += 1;
        let seen = line.value.as_str();
        let is_absent = absent.as_deref() == Some(seen);
        let version = versions.iter().position(|version| version == seen).map(|index| index + 1);
        let Some(version) = version.or(is_absent.then_some(0)) else {
            let number = versions.len().into();
            let with = [("who", of.into()), ("result", result.into()), ("number", number)];
            let finding = Finding::missed(witness.tell("versions-whole-expected", with), printed(seen));
            if let Some(nearest) = nearest(witness, &versions, seen) {
                return Err(finding.showing(nearest));
            }
            let written =
                |version: &String| witness.tell("versions-written", [("version", shortened(version).into())]);
            return Err(finding.showing(versions.iter().map(written)));
        };
        if version < newest {
            let wanted = if told && lines == 1 {
                "versions-newest-acknowledged-expected"
            } else {
                "versions-newest-shown-expected"
            };
            let wanted = witness.tell(wanted, [("who", of.into()), ("version", newest.into())]);
            let observed = match version {
                0 => printed(seen),
                version => witness.tell(
                    "versions-printed",
                    [
                        ("result", result.into()),
                        ("value", shortened(seen).into()),
                        ("version", version.into()),
                    ],
                ),
            };
            return Err(Finding::missed(wanted, observed));
        }
        (newest, told) = (version, false);
    }
    if lines == 0 {
        let ending = witness.ending(&run.ending);
        let observed = witness.tell("versions-none", [("ending", ending.into())]);
        let wanted = witness.tell("versions-expected", [("who", of.into()), ("result", result.into())]);
        return Err(witness.absent(wanted, observed).showing(witness.last_words(run)));
    }
    if since.is_some() && witness.scene.cuts.iter().any(|cut| cut.instrument == Instrument::Calls) {
        return Err(Finding::undecided(witness.say("undecided-nothing-forgotten")));
    }
    Ok(witness.tell("versions-held", [("lines", lines.into()), ("version", newest.into())]))
}

/// The version that a long text begins as, and where it parts from it.
fn nearest(witness: &Witness<'_>, versions: &[String], seen: &str) -> Option<[String; 2]> {
    let same = |version: &str| prose::parting(seen, version).map_or(0, |parting| parting.letter);
    let (index, version) = versions.iter().enumerate().max_by_key(|(_, version)| same(version))?;
    let parts = witness.parting(seen, version)?;
    (same(version) > 1).then(|| [witness.tell("versions-begins", [("version", (index + 1).into())]), parts])
}
