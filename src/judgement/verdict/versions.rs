//! Checks on what readers see of something that is written over and over.

use super::durability::{acknowledgements, sent};
use super::witness::{Finding, Witness, ending, last_words};
use crate::vocabulary::check::ExpectedVersions;
use crate::vocabulary::evidence::Instrument;
use crate::words::prose::{self, shortened};

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
            let all = acknowledgements(writer, &since.of, &since.acknowledged)?;
            all.iter().map(|one| one.records).max().unwrap_or(0)
        }
        None => 0,
    };
    if safe > versions.len() {
        let wanted = format!("no more than {} to be acknowledged", prose::count(versions.len(), "version"));
        return Err(Finding::missed(wanted, format!("{safe} are")));
    }
    // Versions are counted from 1; 0 is that there is none yet.
    let mut newest = safe;
    let mut told = safe > 0;
    let mut lines = 0;
    for line in run.results.iter().filter(|line| line.name == *result) {
        lines += 1;
        let seen = line.value.as_str();
        let is_absent = absent.as_deref() == Some(seen);
        let version = versions.iter().position(|version| version == seen).map(|index| index + 1);
        let Some(version) = version.or(is_absent.then_some(0)) else {
            let wanted =
                format!("each {result}=… of {of} to be one of the {} written, whole", versions.len());
            let finding = Finding::missed(wanted, format!("it printed {result}={}", shortened(seen)));
            return Err(
                finding.showing(versions.iter().map(|version| format!("written: {}", shortened(version))))
            );
        };
        if version < newest {
            let before = if told && lines == 1 { "was acknowledged" } else { "was shown before" };
            let wanted = format!("{of} to show nothing older than version {newest}, which {before}");
            let observed = match version {
                0 => format!("it printed {result}={}", shortened(seen)),
                version => format!("it printed {result}={}, version {version}", shortened(seen)),
            };
            return Err(Finding::missed(wanted, observed));
        }
        (newest, told) = (version, false);
    }
    if lines == 0 {
        let observed = witness.why_absent(&format!("it printed none, and {}", ending(&run.ending)));
        return Err(Finding::missed(format!("{of} to print {result}=…"), observed).showing(last_words(run)));
    }
    if since.is_some() && witness.scene.cuts.iter().any(|cut| cut.instrument == Instrument::Calls) {
        return Err(Finding::undecided("only a power-cut disk forgets anything, and there is none here"));
    }
    Ok(format!("{}, each a whole version, the last of them version {newest}", prose::count(lines, "line")))
}
