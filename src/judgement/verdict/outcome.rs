//! Checks on what a run came to: its ending, its results, its files, its processes.

use std::collections::BTreeMap;

use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness, ending as ending_words, last_words};
use crate::vocabulary::check::{
    Counted, ExpectedEnding, ExpectedFile, ExpectedOutput, ExpectedProcesses, ExpectedSight,
};
use crate::vocabulary::evidence::{Change, Ending, KillReason, Process, ResultLine, Run};
use crate::words::ids::{InstanceName, ResultName};
use crate::words::prose::{self, shortened};

pub(super) fn ending(witness: &Witness<'_>, expected: &ExpectedEnding) -> Result<String, Finding> {
    let ExpectedEnding { of, status, signal } = expected;
    let run = witness.run(of)?;
    let (keeps, expected) = match signal {
        Some(signal) => (
            matches!(&run.ending, Ending::Signalled { signal: seen, .. } if seen == signal),
            format!("{of} to be killed by {signal}"),
        ),
        None => {
            let status = status.unwrap_or(0);
            (run.ending == Ending::Exited { status }, format!("{of} to exit by itself with status {status}"))
        }
    };
    let observed = ending_words(&run.ending);
    if keeps { Ok(observed) } else { Err(Finding::missed(expected, observed).showing(last_words(run))) }
}

pub(super) fn output(witness: &Witness<'_>, expected: &ExpectedOutput) -> Result<String, Finding> {
    let ExpectedOutput { of, result, number, text, nth } = expected;
    let run = witness.run(of)?;
    let wanted = match (number, text) {
        (Some(number), _) => Some(witness.number(number)?.to_string()),
        (None, Some(text)) => Some(witness.text(text)?),
        (None, None) => None,
    };
    let expected = match &wanted {
        Some(wanted) => format!("{of} to print {result}={}", shortened(wanted)),
        None => format!("{of} to print a line {result}=…"),
    };
    let line = find(run, result, *nth).ok_or_else(|| absent(witness, run, result, &expected, *nth))?;
    match wanted {
        Some(wanted) if !same(&line.value, &wanted) => {
            Err(Finding::missed(expected, format!("it printed {result}={}", shortened(&line.value))))
        }
        _ => Ok(format!("{result}={}", shortened(&line.value))),
    }
}

pub(super) fn seen(witness: &Witness<'_>, expected: &ExpectedSight) -> Result<String, Finding> {
    let ExpectedSight { by, from, result, number, nth } = expected;
    let run = witness.run(by)?;
    let wanted = witness.number(number)?.to_string();
    let expected = format!("{by} to see the {wanted} that {from} stored");
    let line = find(run, result, *nth)
        .ok_or_else(|| absent(witness, run, result, &expected, *nth).showing(exchange(witness, by, from)))?;
    if same(&line.value, &wanted) {
        return Ok(format!("{by} saw {}", line.value));
    }
    Err(Finding::missed(expected, format!("{by} saw {}", line.value)).showing(exchange(witness, by, from)))
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
    let observed = match (count, nth) {
        (0, _) => format!("it printed no line {result}=…, and {}", ending_words(&run.ending)),
        (count, Some(nth)) => {
            format!("it printed {}, where line {nth} is asked for", prose::count(count, "such line"))
        }
        (count, None) => format!("it printed {}", prose::count(count, "such line")),
    };
    Finding::missed(expected, witness.why_absent(&observed)).showing(last_words(run))
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
        return Err(Finding::undecided(format!("what {path} held was not read")));
    };
    let Some(found) = state.length else {
        return Err(Finding::missed(format!("a file {path}"), "it is not there"));
    };
    if let Some(length) = length {
        let wanted = witness.number(length)?;
        if i64::try_from(found.0) != Ok(wanted) {
            return Err(Finding::missed(
                format!("{path} to be {wanted} bytes long"),
                format!("it is {} bytes long", found.0),
            ));
        }
    } else if let Some(before) = state.length_before
        && before != found
    {
        return Err(Finding::missed(
            format!("{path} to be {} bytes long, as before", before.0),
            format!("it is {} bytes long", found.0),
        ));
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
            0 => format!("{path} is unchanged"),
            number => format!("{} of {path} changed, as they should", byte_count(number)),
        });
    }
    let expected = match changes.len() {
        0 => format!("{path} unchanged"),
        number => format!("{path} as it was, but for {}", prose::count(number, "store")),
    };
    let mut observed = Vec::new();
    if !missing.is_empty() {
        observed.push(format!("{} not there that should be", byte_count(missing.len() as u64)));
    }
    if unwanted > 0 {
        observed.push(format!("{} changed that should not have", byte_count(unwanted)));
    }
    let show = |change: &Change| {
        format!("offset {}: {} -> {}", change.offset, hex(&change.before), hex(&change.after))
    };
    let stray =
        state.changes.iter().filter(|change| both(change).any(|(offset, _)| !owed(&offset))).map(show);
    let lost = missing.iter().take(4).map(|(offset, byte)| match probed.get(offset) {
        Some((_, Some(found))) => format!("offset {offset}: {found:02x} where {byte:02x} should be"),
        _ => format!("offset {offset}: nothing where {byte:02x} should be"),
    });
    Err(Finding::missed(expected, prose::list(&observed)).showing(lost.chain(stray)))
}

/// Each byte of a change with its offset, as it was and as it is.
fn both(change: &Change) -> impl Iterator<Item = (u64, (Option<u8>, Option<u8>))> {
    let length = change.before.len().max(change.after.len());
    (change.offset..).zip(0..length).map(|(offset, index)| {
        (offset, (change.before.get(index).copied(), change.after.get(index).copied()))
    })
}

fn byte_count(number: u64) -> String {
    if number == 1 { "1 byte".to_owned() } else { format!("{number} bytes") }
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
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
    let (number, noun) = match counted {
        Counted::All => (run.processes.len(), ""),
        Counted::LeftBehind => (run.processes.iter().filter(left_behind).count(), " left behind"),
    };
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let write =
        |number: i64| if number == 1 { "1 process".to_owned() } else { format!("{number} processes") };
    let observed = write(number) + noun;
    if bounds.hold(witness, number, ReadingUnit::Number) {
        return Ok(observed);
    }
    let expected = format!("{} in {of}'s tree{noun}", bounds.words(write));
    let tree = run.processes.iter().skip(1).map(|process| {
        format!("process {}, made by {}: {}", process.pid, process.parent, ending_words(&process.ending))
    });
    Err(Finding::missed(expected, observed).showing(tree))
}
