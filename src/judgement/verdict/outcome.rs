//! Checks on what a run came to: its ending, its results, its files, its processes.

use std::collections::BTreeMap;

use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness};
use crate::vocabulary::check::{
    Counted, ExpectedEnding, ExpectedFile, ExpectedOutput, ExpectedProcesses, ExpectedSight,
};
use crate::vocabulary::evidence::{Change, Ending, KillReason, Process, ResultLine, Run};
use crate::words::ids::{InstanceName, ResultName};
use crate::words::speech::exact;

pub(super) fn ending(witness: &Witness<'_>, expected: &ExpectedEnding) -> Result<String, Finding> {
    let ExpectedEnding { of, status, signal } = expected;
    let run = witness.run(of)?;
    let (keeps, expected) = match signal {
        Some(signal) => (
            matches!(&run.ending, Ending::Signalled { signal: seen, .. } if seen == signal),
            witness.tell("ending-signalled-expected", [("who", of.into()), ("signal", signal.into())]),
        ),
        None => {
            let status = status.unwrap_or(0);
            let with = [("who", of.into()), ("status", status.into())];
            (run.ending == Ending::Exited { status }, witness.tell("ending-exited-expected", with))
        }
    };
    let observed = witness.ending(&run.ending);
    if keeps {
        return Ok(observed);
    }
    Err(Finding::missed(expected, observed).showing(witness.last_words(run)))
}

pub(super) fn output(witness: &Witness<'_>, expected: &ExpectedOutput) -> Result<String, Finding> {
    let ExpectedOutput { of, result, number, text, nth } = expected;
    let run = witness.run(of)?;
    let wanted = match (number, text) {
        (Some(number), _) => Some(witness.number(number)?.to_string()),
        (None, Some(text)) => Some(witness.text(text)?),
        (None, None) => None,
    };
    let shortened = |text: &str| witness.speech.shortened(text).into_owned();
    let (who, named) = (("who", of.into()), ("result", result.into()));
    let expected = match &wanted {
        Some(wanted) => witness.tell("output-expected", [who, named, ("value", shortened(wanted).into())]),
        None => witness.tell("output-line-expected", [who, named]),
    };
    let line = find(run, result, *nth).ok_or_else(|| absent(witness, run, result, &expected, *nth))?;
    let value = shortened(&line.value);
    match wanted {
        Some(wanted) if !same(&line.value, &wanted) => {
            let with = [("result", result.into()), ("value", value.into())];
            Err(Finding::missed(expected, witness.tell("output-printed", with)))
        }
        _ => Ok(format!("{result}={value}")),
    }
}

pub(super) fn seen(witness: &Witness<'_>, expected: &ExpectedSight) -> Result<String, Finding> {
    let ExpectedSight { by, from, result, number, nth } = expected;
    let run = witness.run(by)?;
    let wanted = witness.number(number)?.to_string();
    let with = [("who", by.into()), ("value", wanted.as_str().into()), ("from", from.into())];
    let expected = witness.tell("seen-expected", with);
    let line = find(run, result, *nth)
        .ok_or_else(|| absent(witness, run, result, &expected, *nth).showing(exchange(witness, by, from)))?;
    let observed = witness.tell("seen", [("who", by.into()), ("value", (&line.value).into())]);
    if same(&line.value, &wanted) {
        return Ok(observed);
    }
    Err(Finding::missed(expected, observed).showing(exchange(witness, by, from)))
}

/// The script's part between two programs, which shows what was stored when.
fn exchange(witness: &Witness<'_>, by: &InstanceName, from: &InstanceName) -> Vec<String> {
    let speaks_of = |text: &str| text.split(' ').any(|word| word == by.as_str() || word == from.as_str());
    witness
        .scene
        .log
        .iter()
        .filter(|deed| speaks_of(&deed.text))
        .map(|deed| format!("{:>6} ms  {}", deed.at / 1000, deed.text))
        .collect()
}

pub(super) fn find<'a>(run: &'a Run, result: &ResultName, nth: Option<u32>) -> Option<&'a ResultLine> {
    let mut lines = run.results.iter().filter(|line| line.name == *result);
    match nth {
        Some(nth) => lines.nth((nth as usize).saturating_sub(1)),
        None => lines.next_back(),
    }
}

pub(super) fn absent(
    witness: &Witness<'_>,
    run: &Run,
    result: &ResultName,
    expected: &str,
    nth: Option<u32>,
) -> Finding {
    let count = run.results.iter().filter(|line| line.name == *result).count();
    let lines = ("lines", count.into());
    let observed = match (count, nth) {
        (0, _) => {
            let ending = witness.ending(&run.ending).into();
            witness.tell("output-none", [("result", result.into()), ("ending", ending)])
        }
        (_, Some(nth)) => witness.tell("output-too-few", [lines, ("nth", nth.into())]),
        (_, None) => witness.tell("output-lines", [lines]),
    };
    witness.absent(expected.to_owned(), observed).showing(witness.last_words(run))
}

/// Equal as texts, or as integers (`+7`, `007`).
fn same(printed: &str, wanted: &str) -> bool {
    printed == wanted
        || matches!((printed.parse::<i128>(), wanted.parse::<i128>()), (Ok(left), Ok(right)) if left == right)
}

pub(super) fn file(witness: &Witness<'_>, expected: &ExpectedFile) -> Result<String, Finding> {
    let ExpectedFile { file, length, changes } = expected;
    let path = witness.path(file)?;
    let Some(state) = witness.scene.files.get(file.as_str()) else {
        return Err(Finding::undecided(witness.tell("undecided-file-unread", [("path", path.into())])));
    };
    let Some(found) = state.length else {
        let expected = witness.tell("file-expected", [("path", path.into())]);
        return Err(Finding::missed(expected, witness.say("file-absent")));
    };
    let wrong_length = |name: &str, length: i64| {
        let expected = witness.tell(name, [("path", path.into()), ("length", exact(length.into()))]);
        let observed = witness.tell("file-length", [("length", exact(found.0.into()))]);
        Err(Finding::missed(expected, observed))
    };
    if let Some(length) = length {
        let wanted = witness.number(length)?;
        if i64::try_from(found.0) != Ok(wanted) {
            return wrong_length("file-length-expected", wanted);
        }
    } else if let Some(before) = state.length_before
        && before != found
    {
        return wrong_length("file-length-kept-expected", i64::try_from(before.0).unwrap_or(i64::MAX));
    }
    let mut wanted: BTreeMap<u64, u8> = BTreeMap::new();
    for patch in changes {
        let offset = witness.number(&patch.offset)?.unsigned_abs();
        let value = witness.number(&patch.value)?.to_le_bytes();
        wanted.extend((offset..).zip(value.into_iter().take(patch.layout.bytes())));
    }
    // Before and after of every byte that is spoken of.
    let probed: BTreeMap<u64, (Option<u8>, Option<u8>)> = state.probes.iter().flat_map(both).collect();
    let missing: Vec<(u64, u8)> = wanted
        .iter()
        .map(|(&offset, &byte)| (offset, byte))
        .filter(|(offset, byte)| probed.get(offset).is_none_or(|(_, after)| after != &Some(*byte)))
        .collect();
    let owed = |offset: &u64| wanted.contains_key(offset);
    let changed_as_owed =
        probed.iter().filter(|(offset, (before, after))| owed(offset) && before != after).count() as u64;
    let unwanted = state.changed_bytes.saturating_sub(changed_as_owed);
    if missing.is_empty() && unwanted == 0 {
        return Ok(match state.changed_bytes {
            0 => witness.tell("file-unchanged", [("path", path.into())]),
            number => witness.tell("file-changed", [("path", path.into()), ("bytes", number.into())]),
        });
    }
    let expected = match changes.len() {
        0 => witness.tell("file-unchanged-expected", [("path", path.into())]),
        number => witness.tell("file-changed-expected", [("path", path.into()), ("stores", number.into())]),
    };
    let mut observed = Vec::new();
    if !missing.is_empty() {
        observed.push(witness.tell("file-bytes-missing", [("bytes", missing.len().into())]));
    }
    if unwanted > 0 {
        observed.push(witness.tell("file-bytes-stray", [("bytes", unwanted.into())]));
    }
    let show = |change: &Change| {
        let (before, after) = (hex(witness, &change.before), hex(witness, &change.after));
        let offset = change.offset.into();
        witness.tell(
            "file-offset-changed",
            [("offset", offset), ("before", before.into()), ("after", after.into())],
        )
    };
    let stray =
        state.changes.iter().filter(|change| both(change).any(|(offset, _)| !owed(&offset))).map(show);
    let lost = missing.iter().take(4).map(|(offset, byte)| match probed.get(offset) {
        Some((_, Some(found))) => offset_lacks(witness, *offset, &hex(witness, &[*found]), *byte),
        _ => offset_lacks(witness, *offset, &hex(witness, &[]), *byte),
    });
    Err(Finding::missed(expected, witness.speech.list(&observed)).showing(lost.chain(stray)))
}

/// Each byte of a change with its offset, as it was and as it is.
fn both(change: &Change) -> impl Iterator<Item = (u64, (Option<u8>, Option<u8>))> {
    let length = change.before.len().max(change.after.len());
    (change.offset..).zip(0..length).map(|(offset, index)| {
        (offset, (change.before.get(index).copied(), change.after.get(index).copied()))
    })
}

/// That there is `found` where `wanted` should be.
fn offset_lacks(witness: &Witness<'_>, offset: u64, found: &str, wanted: u8) -> String {
    let wanted = format!("{wanted:02x}").into();
    witness
        .tell("file-offset-lacks", [("offset", offset.into()), ("found", found.into()), ("wanted", wanted)])
}

fn hex(witness: &Witness<'_>, bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return witness.say("file-nothing");
    }
    let shown: Vec<String> = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > 16 { " …" } else { "" };
    shown.join(" ") + more
}

pub(super) fn processes(witness: &Witness<'_>, expected: &ExpectedProcesses) -> Result<String, Finding> {
    let ExpectedProcesses { of, counted, .. } = expected;
    let bounds = Bounds::new(witness, expected.bounds())?;
    let run = witness.run(of)?;
    let left_behind = |process: &&Process| process.ending == Ending::Killed { why: KillReason::LeftBehind };
    let (number, observed, expected) = match counted {
        Counted::All => (run.processes.len(), "processes", "processes-expected"),
        Counted::LeftBehind => {
            let left = run.processes.iter().filter(left_behind).count();
            (left, "processes-left-behind", "processes-left-behind-expected")
        }
    };
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let write = |name: &str, number: i64| witness.tell(name, [("number", number.into())]);
    let observed = write(observed, number);
    if bounds.hold(witness, number, ReadingUnit::Number) {
        return Ok(observed);
    }
    let amount = bounds.words(witness.speech, |number| write("processes", number)).into();
    let expected = witness.tell(expected, [("amount", amount), ("who", of.into())]);
    let tree = run.processes.iter().skip(1).map(|process| {
        let (pid, parent) = (process.pid.into(), process.parent.into());
        let ending = witness.ending(&process.ending).into();
        witness.tell("processes-one", [("process", pid), ("parent", parent), ("ending", ending)])
    });
    Err(Finding::missed(expected, observed).showing(tree))
}
