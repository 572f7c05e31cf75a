//! Checks on what a power cut leaves: what was acknowledged is there, and nothing is torn.
//!
//! With the power-cut disk the listing itself is the evidence, for the disk has forgotten
//! what was not flushed. With the weaker instrument nothing is forgotten; then each
//! acknowledgement must have a flush of its own before it, one that succeeded.

use super::calls::line;
use super::witness::{Finding, Witness};
use crate::facts::call::Call;
use crate::vocabulary::check::{ExpectedListing, ExpectedSurvival};
use crate::vocabulary::evidence::{Cut, Instrument, Run};
use crate::vocabulary::value::Template;
use crate::words::ids::{InstanceName, ResultName, ValueName};

/// One acknowledgement: so many records are said to be safe.
pub(super) struct Acknowledgement {
    pub(super) records: usize,
    /// Microseconds since the scene began, of the one before and of this one.
    since: u64,
    at: u64,
}

pub(super) fn survives(witness: &Witness<'_>, expected: &ExpectedSurvival) -> Result<String, Finding> {
    let ExpectedSurvival { of, acknowledged, by, listed, records, shown } = expected;
    let run = witness.run(of)?;
    let sent = sent(witness, records, shown.as_ref())?;
    let cut = cut(witness, run)?;
    let shortened = |text: &str| witness.speech.shortened(text).into_owned();
    let acknowledgements = acknowledgements(witness, run, of, acknowledged)?;
    let safe = acknowledgements.iter().map(|one| one.records).max().unwrap_or(0);
    if safe > sent.len() {
        let with = [("who", of.into()), ("number", sent.len().into())];
        let expected = witness.tell("survival-acknowledged-expected", with);
        let printed = [("result", acknowledged.into()), ("value", safe.into())];
        return Err(Finding::missed(expected, witness.tell("output-printed", printed)));
    }
    if cut.instrument == Instrument::Calls {
        flushed(witness, run, of, acknowledged, &acknowledgements)?;
    }
    let found = listing(witness.run(by)?, listed);
    let lost = (0..safe).find(|&index| found.get(index).map(String::as_str) != Some(sent[index].as_str()));
    let Some(lost) = lost else {
        if cut.faults_left_out > 0 {
            return Err(Finding::undecided(witness.say("undecided-no-failing-disk")));
        }
        let with = [("acknowledged", safe.into()), ("listed", found.len().into())];
        return Ok(witness.tell("survival-held", with));
    };
    let record = ("record", shortened(&sent[lost]).into());
    let with = [("number", (lost + 1).into()), record, ("who", by.into())];
    let expected = witness.tell("survival-expected", with);
    let observed = match found.get(lost) {
        Some(other) => {
            let other = ("record", shortened(other).into());
            witness.tell("survival-other", [("who", by.into()), other])
        }
        None => witness.tell("survival-only", [("who", by.into()), ("records", found.len().into())]),
    };
    let shows = acknowledgements
        .iter()
        .find(|one| one.records > lost)
        .map(|one| before(witness, run, acknowledged, one, cut))
        .unwrap_or_default();
    Err(Finding::missed(expected, observed).showing(shows))
}

pub(super) fn untorn(witness: &Witness<'_>, expected: &ExpectedListing) -> Result<String, Finding> {
    let ExpectedListing { by, listed, records, shown } = expected;
    let run = witness.run(by)?;
    let sent = sent(witness, records, shown.as_ref())?;
    let cut = cut(witness, run)?;
    let shortened = |text: &str| witness.speech.shortened(text).into_owned();
    if cut.instrument == Instrument::Calls {
        return Err(Finding::undecided(witness.say("undecided-nothing-torn")));
    }
    let found = listing(run, listed);
    let wrong = (0..found.len()).find(|&index| sent.get(index) != Some(&found[index]));
    let Some(wrong) = wrong else {
        return Ok(witness.tell("untorn-held", [("records", found.len().into())]));
    };
    let expected = match sent.get(wrong) {
        Some(sent) => {
            let record = ("record", shortened(sent).into());
            witness.tell("untorn-expected", [("number", (wrong + 1).into()), record])
        }
        None => witness.tell("untorn-no-more-expected", [("records", sent.len().into())]),
    };
    let value = ("value", shortened(&found[wrong]).into());
    let observed = witness.tell("untorn-shows", [("who", by.into()), ("result", listed.into()), value]);
    let parts = sent.get(wrong).and_then(|sent| witness.parting(&found[wrong], sent));
    Err(Finding::missed(expected, observed).showing(parts.into_iter().chain([told(witness, cut)])))
}

/// The power cut of the scene.
fn cut<'a>(witness: &Witness<'a>, run: &Run) -> Result<&'a Cut, Finding> {
    witness.scene.cuts.first().ok_or_else(|| {
        let absent = witness.absent(witness.say("cut-expected"), witness.say("cut-absent"));
        absent.showing(witness.last_words(run))
    })
}

/// The records that were sent, as they would be printed.
pub(super) fn sent(
    witness: &Witness<'_>,
    records: &ValueName,
    shown: Option<&Template>,
) -> Result<Vec<String>, Finding> {
    let show = |(index, number): (usize, &i64)| match shown {
        Some(template) => {
            let values = witness.scene.values.with_each(*number, index);
            values.fill(template.text()).map_err(|error| witness.valueless(&error))
        }
        None => Ok(number.to_string()),
    };
    witness.numbers(records)?.iter().enumerate().map(show).collect()
}

fn listing(run: &Run, listed: &ResultName) -> Vec<String> {
    run.results.iter().filter(|line| line.name == *listed).map(|line| line.value.clone()).collect()
}

pub(super) fn acknowledgements(
    witness: &Witness<'_>,
    run: &Run,
    of: &InstanceName,
    acknowledged: &ResultName,
) -> Result<Vec<Acknowledgement>, Finding> {
    let mut since = 0;
    let mut found = Vec::new();
    for result in run.results.iter().filter(|line| line.name == *acknowledged) {
        let records = result.value.parse().map_err(|_| {
            let (named, value) = (("result", acknowledged.into()), ("value", (&result.value).into()));
            let with = [("who", of.into()), ("result", acknowledged.into())];
            let expected = witness.tell("survival-number-expected", with);
            Finding::missed(expected, witness.tell("output-printed", [named, value]))
        })?;
        let at = written(run, acknowledged, &result.value, since).unwrap_or(result.at);
        found.push(Acknowledgement { records, since, at });
        since = at;
    }
    Ok(found)
}

/// When the line was written, where that call was seen after `since`. It is read a moment later,
/// when the program may have gone on to the next flush.
fn written(run: &Run, name: &ResultName, value: &str, since: u64) -> Option<u64> {
    let line = format!("{name}={value}\\n");
    let write = |call: &&Call| call.name.starts_with("write") && call.text.contains(&line);
    run.calls.iter().filter(|call| call.at >= since).find(write).map(|call| call.at)
}

/// The weaker instrument: before each acknowledgement there are as many flushes that succeeded
/// as there are acknowledgements.
///
/// They are counted from the start, and not since the acknowledgement before: where it was not
/// seen when a line was written, only when it was read, the next flush may have been made already.
fn flushed(
    witness: &Witness<'_>,
    run: &Run,
    of: &InstanceName,
    acknowledged: &ResultName,
    acknowledgements: &[Acknowledgement],
) -> Result<(), Finding> {
    for (earlier, one) in acknowledgements.iter().enumerate() {
        let flushes = run.calls.iter().filter(|call| call.at <= one.at && is_flush(call) && call.succeeded());
        if flushes.count() <= earlier {
            if run.calls_dropped > 0 {
                let dropped = [("calls", run.calls_dropped.into())];
                return Err(Finding::undecided(witness.tell("undecided-calls-dropped", dropped)));
            }
            let (named, value) = (("result", acknowledged.into()), ("value", one.records.into()));
            let expected = witness.tell("flush-expected", [("who", of.into()), named, value]);
            let calls = between(run, one).filter(|call| writes_out(call));
            let shows = calls.map(|call| line(witness.speech, call));
            return Err(Finding::missed(expected, witness.say("flush-absent")).showing(shows));
        }
    }
    Ok(())
}

fn between<'a>(run: &'a Run, one: &Acknowledgement) -> impl Iterator<Item = &'a Call> {
    let (since, at) = (one.since, one.at);
    run.calls.iter().filter(move |call| call.at > since && call.at <= at)
}

fn is_flush(call: &Call) -> bool {
    match call.name.as_str() {
        "fsync" | "fdatasync" => true,
        "msync" => call.flags().iter().any(|flag| flag == "MS_SYNC"),
        _ => false,
    }
}

fn writes_out(call: &Call) -> bool {
    matches!(call.name.as_str(), "msync" | "fsync" | "fdatasync" | "sync_file_range" | "sync" | "syncfs")
}

/// The calls between the acknowledgement before and this one that write files out, flushing
/// or not, and the cut. All others (a loader makes dozens) would only hide them.
fn before(
    witness: &Witness<'_>,
    run: &Run,
    acknowledged: &ResultName,
    one: &Acknowledgement,
    cut: &Cut,
) -> Vec<String> {
    let calls = between(run, one).filter(|call| writes_out(call));
    let calls: Vec<String> = calls.map(|call| line(witness.speech, call)).collect();
    let calls = if calls.is_empty() { vec![witness.say("flush-no-call")] } else { calls };
    let acknowledgement = format!("{acknowledged}={}", one.records);
    calls.into_iter().chain([acknowledgement, told(witness, cut)]).collect()
}

fn told(witness: &Witness<'_>, cut: &Cut) -> String {
    let with = [("moment", (&cut.moment).into()), ("survivors", (&cut.survivors).into())];
    witness.tell("cut", with)
}
