//! Checks on what a power cut leaves: what was acknowledged is there, and nothing is torn.
//!
//! With the power-cut disk the listing itself is the evidence, for the disk has forgotten
//! what was not flushed. With the weaker instrument nothing is forgotten; then each
//! acknowledgement must have a flush of its own before it, one that succeeded.

use super::calls::line;
use super::witness::{Finding, Witness, last_words};
use crate::facts::call::Call;
use crate::vocabulary::check::{ExpectedListing, ExpectedSurvival};
use crate::vocabulary::evidence::{Cut, Instrument, Run};
use crate::vocabulary::value::{Template, Value};
use crate::words::ids::{InstanceName, ResultName, ValueName};
use crate::words::prose::{self, shortened};

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
    let cut = witness.scene.cuts.first().ok_or_else(|| {
        Finding::missed("the power to be cut", witness.why_absent("it was not")).showing(last_words(run))
    })?;
    let acknowledgements = acknowledgements(run, of, acknowledged)?;
    let safe = acknowledgements.iter().map(|one| one.records).max().unwrap_or(0);
    if safe > sent.len() {
        let expected = format!("{of} to acknowledge no more than the {} that it was sent", sent.len());
        return Err(Finding::missed(expected, format!("it printed {acknowledged}={safe}")));
    }
    if cut.instrument == Instrument::Calls {
        flushed(run, of, acknowledged, &acknowledgements)?;
    }
    let found = listing(witness.run(by)?, listed);
    let lost = (0..safe).find(|&index| found.get(index).map(String::as_str) != Some(sent[index].as_str()));
    let Some(lost) = lost else {
        if cut.faults_left_out > 0 {
            return Err(Finding::undecided(
                "only a power-cut disk can be made to fail, and there is none here",
            ));
        }
        let records = prose::count(safe, "record");
        return Ok(format!("{records} acknowledged, {} listed after the cut", found.len()));
    };
    let expected = format!(
        "record {} ({}), acknowledged before the power was cut, to be listed by {by}",
        lost + 1,
        shortened(&sent[lost])
    );
    let observed = match found.get(lost) {
        Some(other) => format!("{by} shows {} in its place", shortened(other)),
        None => format!("{by} shows {} only", prose::count(found.len(), "record")),
    };
    let shows = acknowledgements
        .iter()
        .find(|one| one.records > lost)
        .map(|one| before(run, acknowledged, one, cut))
        .unwrap_or_default();
    Err(Finding::missed(expected, observed).showing(shows))
}

pub(super) fn untorn(witness: &Witness<'_>, expected: &ExpectedListing) -> Result<String, Finding> {
    let ExpectedListing { by, listed, records, shown } = expected;
    let run = witness.run(by)?;
    let sent = sent(witness, records, shown.as_ref())?;
    let cut = witness.scene.cuts.first().ok_or_else(|| {
        Finding::missed("the power to be cut", witness.why_absent("it was not")).showing(last_words(run))
    })?;
    if cut.instrument == Instrument::Calls {
        return Err(Finding::undecided("only a power-cut disk tears files, and there is none here"));
    }
    let found = listing(run, listed);
    let wrong = (0..found.len()).find(|&index| sent.get(index) != Some(&found[index]));
    let Some(wrong) = wrong else {
        return Ok(format!("{} listed, each as it was sent", prose::count(found.len(), "record")));
    };
    let expected = match sent.get(wrong) {
        Some(sent) => format!("record {} to be {} or not there", wrong + 1, shortened(sent)),
        None => format!("no more than the {} that were sent", prose::count(sent.len(), "record")),
    };
    let observed = format!("{by} shows {listed}={}", shortened(&found[wrong]));
    Err(Finding::missed(expected, observed).showing([told(cut)]))
}

/// The records that were sent, as they would be printed.
pub(super) fn sent(
    witness: &Witness<'_>,
    records: &ValueName,
    shown: Option<&Template>,
) -> Result<Vec<String>, Finding> {
    let Some(Value::Numbers(numbers)) = witness.scene.values.get(records.as_str()) else {
        return Err(Finding::undecided(format!("the check itself is at fault: {records} is not a list")));
    };
    let show = |(index, number): (usize, &i64)| match shown {
        Some(template) => Ok(witness.scene.values.with_each(*number, index).fill(template.text())?),
        None => Ok(number.to_string()),
    };
    numbers.iter().enumerate().map(show).collect()
}

fn listing(run: &Run, listed: &ResultName) -> Vec<String> {
    run.results.iter().filter(|line| line.name == *listed).map(|line| line.value.clone()).collect()
}

pub(super) fn acknowledgements(
    run: &Run,
    of: &InstanceName,
    acknowledged: &ResultName,
) -> Result<Vec<Acknowledgement>, Finding> {
    let mut since = 0;
    let mut found = Vec::new();
    for result in run.results.iter().filter(|line| line.name == *acknowledged) {
        let records = result.value.parse().map_err(|_| {
            let expected = format!("{of} to print {acknowledged}=K, K being a number of records");
            Finding::missed(expected, format!("it printed {acknowledged}={}", result.value))
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
    run: &Run,
    of: &InstanceName,
    acknowledged: &ResultName,
    acknowledgements: &[Acknowledgement],
) -> Result<(), Finding> {
    for (earlier, one) in acknowledgements.iter().enumerate() {
        let flushes = run.calls.iter().filter(|call| call.at <= one.at && is_flush(call) && call.succeeded());
        if flushes.count() <= earlier {
            if run.calls_dropped > 0 {
                return Err(Finding::undecided("it made more calls than are recorded"));
            }
            let expected = format!(
                "{of} to flush, and the flush to succeed, before it prints {acknowledged}={}",
                one.records
            );
            let shows = between(run, one).filter(|call| writes_out(call)).map(line);
            return Err(Finding::missed(expected, "it did not").showing(shows));
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
fn before(run: &Run, acknowledged: &ResultName, one: &Acknowledgement, cut: &Cut) -> Vec<String> {
    let calls: Vec<String> = between(run, one).filter(|call| writes_out(call)).map(line).collect();
    let none = "(no call in between that writes it out)".to_owned();
    let calls = if calls.is_empty() { vec![none] } else { calls };
    let acknowledgement = format!("{acknowledged}={}", one.records);
    calls.into_iter().chain([acknowledgement, told(cut)]).collect()
}

fn told(cut: &Cut) -> String {
    format!("power cut {}; survives: {}", cut.moment, cut.survivors)
}
