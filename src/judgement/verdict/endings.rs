//! How runs end, in words: processes, scripts that stop early, limits that are reached.

use crate::vocabulary::evidence::{Awaited, Ending, KillReason, Limit, StopReason, WaitsFor};
use crate::words::ids::InstanceName;
use crate::words::speech::{Speech, Value};
use crate::words::units::Addr;

/// What `mmap` gives where it fails, `(void *) -1` (`mmap(2)`).
const MAP_FAILED: Addr = Addr(u64::MAX);
/// No mapping begins below it (`/proc/sys/vm/mmap_min_addr` at its least).
const NEXT_TO_NULL: Addr = Addr(4096);

/// How a process ended, as a clause: `it exited with status 0`.
pub(super) fn ending(speech: Speech, ending: &Ending) -> String {
    match ending {
        Ending::Exited { status } => speech.tell("ending-exited", [("status", (*status).into())]),
        Ending::Signalled { signal, address, code } => {
            let signal = ("signal", Value::from(signal));
            let killed = match address {
                None => speech.tell("ending-signalled", [signal]),
                Some(MAP_FAILED) => speech.tell("ending-signalled-at-map-failed", [signal]),
                Some(address) => {
                    let message = if *address < NEXT_TO_NULL {
                        "ending-signalled-at-null"
                    } else {
                        "ending-signalled-at"
                    };
                    speech.tell(message, [signal, ("address", address.to_string().into())])
                }
            };
            killed + &code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
        }
        Ending::Killed { why } => speech.say(match why {
            KillReason::Scene => "ending-scene",
            KillReason::Limit => "ending-limit",
            KillReason::LeftBehind => "ending-left-behind",
            KillReason::SceneOver => "ending-scene-over",
            KillReason::OutOfMemory => "ending-out-of-memory",
        }),
        Ending::NotStarted { error } => speech.tell("ending-not-started", [("error", error.into())]),
    }
}

/// Why a script stopped, as a clause behind "the scene".
pub(super) fn stopped(speech: Speech, awaited: &Awaited, reason: &StopReason) -> String {
    let awaited = ("awaited", awaited.in_words(speech).into());
    match reason {
        StopReason::TimedOut { after_ms, waits_for } => {
            let seconds = format!("{}.{}", after_ms / 1000, after_ms % 1000 / 100);
            let message = match waits_for {
                None => "stopped-timed-out",
                Some(WaitsFor::StandardInput) => "stopped-timed-out-at-input",
            };
            speech.tell(message, [awaited, ("seconds", seconds.into())])
        }
        StopReason::ProgramEnded => speech.tell("stopped-program-ended", [awaited]),
        StopReason::LimitReached => speech.tell("stopped-limit-reached", [awaited]),
    }
}

/// That a program ran into a limit.
pub(super) fn limited(speech: Speech, who: &InstanceName, limit: &Limit) -> String {
    let who = ("who", who.into());
    match limit {
        Limit::Time { allowed_ms } => {
            speech.tell("limit-time", [who, ("seconds", (allowed_ms / 1000).into())])
        }
        Limit::Output { allowed } => speech.tell("limit-output", [who, ("allowed", (*allowed).into())]),
        Limit::Memory { allowed, seen } => {
            speech.tell("limit-memory", [who, ("allowed", (*allowed).into()), ("seen", (*seen).into())])
        }
        Limit::Disk { allowed, seen } => {
            speech.tell("limit-disk", [who, ("allowed", (*allowed).into()), ("seen", (*seen).into())])
        }
        Limit::Files { allowed } => speech.tell("limit-files", [who, ("allowed", (*allowed).into())]),
        Limit::Processes { allowed } => speech.tell("limit-processes", [who, ("allowed", (*allowed).into())]),
        Limit::Group { allowed } => speech.tell("limit-group", [who, ("allowed", (*allowed).into())]),
    }
}
