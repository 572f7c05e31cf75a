//! Which of the observer's instruments this machine has, found out by using them.

use std::fs::File;
use std::path::PathBuf;

use super::perf::FaultCounters;
use super::{Launch, Limits, Stage, TracerError, books, page_cache};

/// One instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// What evidence and verdicts call it.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether it is there.
    pub state: InstrumentState,
}

/// Whether an instrument is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstrumentState {
    /// It was used just now.
    Works {
        /// How well: `counts user mode only`; empty where there is nothing to say.
        note: String,
    },
    /// It is not.
    Missing {
        /// Why not.
        reason: String,
        /// What would help.
        remedy: &'static str,
        /// What is used in its place.
        instead: &'static str,
    },
}

/// Tries every instrument.
#[must_use]
pub fn probe() -> Vec<Instrument> {
    let own = nix::unistd::getpid().as_raw();
    vec![
        Instrument {
            name: "seccomp+ptrace",
            purpose: "system calls, checkpoints, endings",
            state: state(trace().map(|()| String::new()), TRACE_REMEDY, "nothing: no drill can be checked"),
        },
        Instrument {
            name: "smaps",
            purpose: "mappings and what of them is resident, dirty, copied",
            state: state(
                books::mappings(own).map(|_| String::new()).map_err(|error| error.to_string()),
                "mount /proc, and a kernel with CONFIG_PROC_PAGE_MONITOR",
                "nothing: no drill can be checked",
            ),
        },
        Instrument {
            name: "perf",
            purpose: "page faults",
            state: state(
                FaultCounters::on(own).map_or_else(
                    || Err("perf_event_open is refused".to_owned()),
                    |counters| Ok(counters.note().to_owned()),
                ),
                "sysctl kernel.perf_event_paranoid=2, or the capability CAP_PERFMON",
                "rusage: some 20 faults more, those of exec",
            ),
        },
        Instrument {
            name: "cachestat",
            purpose: "dirty pages of files",
            state: state(
                page_cache::try_on_own_file().map(|_| String::new()).map_err(|error| error.to_string()),
                "Linux 6.5",
                "the dirty counts of smaps, for files that are mapped",
            ),
        },
        Instrument {
            name: "io",
            purpose: "bytes that were read",
            state: state(
                books::io(own)
                    .map_or_else(|| Err("/proc/self/io is not there".to_owned()), |_| Ok(String::new())),
                "a kernel with CONFIG_TASK_IO_ACCOUNTING",
                "nothing: checks of reads are inconclusive",
            ),
        },
    ]
}

const TRACE_REMEDY: &str =
    "allow ptrace and seccomp (kernel.yama.ptrace_scope 0 or 1; in a container its default profile does)";

fn state(tried: Result<String, String>, remedy: &'static str, instead: &'static str) -> InstrumentState {
    match tried {
        Ok(note) => InstrumentState::Works { note },
        Err(reason) => InstrumentState::Missing { reason, remedy, instead },
    }
}

/// Prepares a process, filter and all, for a program that does not exist: all but the exec must work.
fn trace() -> Result<(), String> {
    let try_it = || -> Result<(), TracerError> {
        let mut stage = Stage::new(Limits::default())?;
        let nowhere = PathBuf::from("/proc/self/no-such-program");
        let name = |error| TracerError::System { what: "name a probe", source: std::io::Error::other(error) };
        let instance = "probe".parse().map_err(name)?;
        let program = "probe".parse().map_err(name)?;
        stage.start(&Launch::new(instance, program, nowhere, PathBuf::from("/")))
    };
    // Seizing and filtering are what may be refused; /proc must be there to see anything.
    File::open("/proc/self/status").map_err(|error| format!("cannot read /proc: {error}"))?;
    try_it().map_err(|error| match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_is_tried_and_what_is_missing_comes_with_a_remedy() {
        let found = probe();
        let names: Vec<&str> = found.iter().map(|instrument| instrument.name).collect();
        assert_eq!(names, ["seccomp+ptrace", "smaps", "perf", "cachestat", "io"]);
        for instrument in found {
            if let InstrumentState::Missing { reason, remedy, .. } = instrument.state {
                assert!(!reason.is_empty() && !remedy.is_empty(), "{}", instrument.name);
            }
        }
    }
}
