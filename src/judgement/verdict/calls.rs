//! Checks on system calls that must, or must not, be made.

use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness};
use crate::facts::call::{Call, Detail, Outcome};
use crate::facts::mapping::Backing;
use crate::vocabulary::check::{CallResult, ExpectedCalls};
use crate::vocabulary::evidence::Run;
use crate::words::ids::{Checkpoint, InstanceName};
use crate::words::speech::Speech;
use crate::words::units::Addr;

pub(super) fn calls(witness: &Witness<'_>, expected: &ExpectedCalls) -> Result<String, Finding> {
    let ExpectedCalls { of, names, flags, file, result, after, before, .. } = expected;
    let run = witness.run(of)?;
    let path = file.as_ref().map(|file| witness.path(file)).transpose()?;
    let window = window(witness, of, run, after.as_ref(), before.as_ref())?;
    let counted: Vec<&Call> = window
        .iter()
        .filter(|call| names.contains(&call.name))
        .filter(|call| flags.iter().all(|flag| call.flags().contains(flag)))
        .filter(|call| ends_so(call, result))
        .filter(|call| path.is_none_or(|path| is_on(run, call, path)))
        .collect();
    let bounds = Bounds::new(witness, expected.bounds())?.or_one();
    let number = i64::try_from(counted.len()).unwrap_or(i64::MAX);
    let kept = bounds.hold(witness, number, ReadingUnit::Number);
    // What was not recorded may hold what is missing, or what is forbidden.
    if run.calls_dropped > 0 && (!kept || bounds.has_most()) {
        let dropped = [("calls", run.calls_dropped.into())];
        return Err(Finding::undecided(witness.tell("undecided-calls-dropped", dropped)));
    }
    let texts = || counted.iter().map(|call| line(witness.speech, call));
    if kept {
        return Ok(if counted.is_empty() {
            witness.say("calls-none")
        } else {
            texts().collect::<Vec<_>>().join("\n")
        });
    }
    let write = |number: i64| witness.tell("calls-number", [("number", number.into())]);
    let amount = bounds.words(witness.speech, write).into();
    let names_listed = witness.speech.list(names).into();
    let mut expected = witness.tell("calls-expected", [("amount", amount), ("names", names_listed)]);
    if !flags.is_empty() {
        let flags = witness.speech.list(flags).into();
        expected = witness.tell("calls-with-flags", [("calls", expected.into()), ("flags", flags)]);
    }
    if let Some(path) = path {
        expected = witness.tell("calls-on-file", [("calls", expected.into()), ("path", path.into())]);
    }
    match result {
        CallResult::Succeeds | CallResult::Any => {}
        CallResult::Fails(errno) => {
            let errno = ("errno", errno.into());
            expected = witness.tell("calls-that-fail", [("calls", expected.into()), errno]);
        }
    }
    let expected = moment(witness, expected, after.as_ref(), before.as_ref());
    let near = window.iter().filter(|call| names.contains(&call.name)).map(|call| line(witness.speech, call));
    let shows: Vec<String> = if counted.is_empty() { near.collect() } else { texts().collect() };
    Err(Finding::missed(expected, write(number)).showing(shows))
}

/// What is expected, and when.
pub(super) fn moment(
    witness: &Witness<'_>,
    expected: String,
    after: Option<&Checkpoint>,
    before: Option<&Checkpoint>,
) -> String {
    match (after, before) {
        (Some(after), Some(before)) => witness.tell(
            "expected-between",
            [("what", expected.into()), ("start", after.into()), ("end", before.into())],
        ),
        (Some(after), None) => {
            witness.tell("expected-after", [("what", expected.into()), ("checkpoint", after.into())])
        }
        (None, Some(before)) => {
            witness.tell("expected-before", [("what", expected.into()), ("checkpoint", before.into())])
        }
        (None, None) => expected,
    }
}

/// The calls that it made between two moments.
pub(super) fn window<'a>(
    witness: &Witness<'a>,
    of: &InstanceName,
    run: &'a Run,
    after: Option<&Checkpoint>,
    before: Option<&Checkpoint>,
) -> Result<&'a [Call], Finding> {
    let index = |when: &Checkpoint| {
        witness.snapshot(of, when).map(|snapshot| snapshot.calls_before.min(run.calls.len()))
    };
    let start = after.map(index).transpose()?.unwrap_or(0);
    let end = before.map(index).transpose()?.unwrap_or(run.calls.len());
    Ok(&run.calls[start..end.max(start)])
}

fn ends_so(call: &Call, wanted: &CallResult) -> bool {
    match wanted {
        CallResult::Any => true,
        CallResult::Succeeds => call.succeeded(),
        CallResult::Fails(name) => {
            matches!(call.outcome, Outcome::Failed(errno) if errno_name(errno) == *name)
        }
    }
}

/// `EPERM` for 1; the number itself where it has no name here.
fn errno_name(errno: i32) -> String {
    let named = nix::errno::Errno::from_raw(errno);
    if named == nix::errno::Errno::UnknownErrno { errno.to_string() } else { format!("{named:?}") }
}

/// Whether a call is on the file at `path`: by name, by descriptor, or by an address at which
/// the file was mapped when the call was made.
fn is_on(run: &Run, call: &Call, path: &str) -> bool {
    match &call.detail {
        Detail::Mmap { path: Some(mapped), .. } | Detail::Descriptor { path: Some(mapped), .. } => {
            mapped == path
        }
        Detail::Path { path: named, .. } => named == path,
        Detail::Range { address, .. } => mapped_at(run, call, *address).is_some_and(|mapped| mapped == path),
        Detail::Mmap { path: None, .. } | Detail::Descriptor { path: None, .. } | Detail::Other => false,
    }
}

/// The file mapped at `address` before `call`: by the last mapping call that covered it, or by
/// the last snapshot before it.
fn mapped_at<'a>(run: &'a Run, call: &Call, address: Addr) -> Option<&'a str> {
    let made = run.calls.iter().rev().filter(|earlier| earlier.at <= call.at).find_map(|earlier| {
        match &earlier.detail {
            Detail::Mmap { address: start, length, path, .. }
                if earlier.succeeded() && start.0 <= address.0 && address.0 - start.0 < length.0 =>
            {
                Some(path.as_deref())
            }
            _ => None,
        }
    });
    if let Some(path) = made {
        return path;
    }
    run.snapshots.iter().rev().filter(|snapshot| snapshot.at <= call.at).find_map(|snapshot| {
        snapshot.mappings.iter().find(|mapping| mapping.contains(address)).and_then(|mapping| {
            match mapping.backing() {
                Backing::File { .. } => Some(mapping.path.trim_end_matches(" (deleted)")),
                _ => None,
            }
        })
    })
}

/// A call as a line: `mmap(NULL, 4096, …) = 0x7f…`.
pub(super) fn line(speech: Speech, call: &Call) -> String {
    let outcome = match call.outcome {
        Outcome::Returned(value) if call.name.starts_with("mmap") || call.name == "mremap" => {
            format!("{value:#x}")
        }
        Outcome::Returned(value) => value.to_string(),
        Outcome::Failed(errno) => format!("-1 {}", errno_name(errno)),
        Outcome::NotAwaited => "?".to_owned(),
        Outcome::Unfinished => speech.say("call-unfinished"),
        Outcome::Refused => speech.say("call-refused"),
    };
    format!("{} = {outcome}", call.text)
}
