//! Page faults of a process tree, counted by the kernel's software events.
//!
//! The counters start at exec, so that what happens before the program is not
//! in them, and are inherited by all processes that it makes.

use perf_event::events::Software;
use perf_event::{Builder, Counter};

use crate::vocabulary::evidence::Faults;

/// What [`Faults::source`] says of this instrument.
const SOURCE: &str = "perf";
/// The same, where only faults taken in user mode may be counted: those of the
/// kernel's own accesses (`read(2)` into untouched memory) are missing.
const USER_SOURCE: &str = "perf, user mode only";

/// Two running counters.
pub(super) struct FaultCounters {
    minor: Counter,
    major: Counter,
    source: &'static str,
}

impl FaultCounters {
    /// Counters on `process`, which has not executed its program yet; nothing where perf is refused or absent.
    pub(super) fn on(process: i32) -> Option<Self> {
        let open = |event: Software, with_kernel: bool| {
            let mut builder = Builder::new(event);
            builder.observe_pid(process).any_cpu().inherit(true).enable_on_exec(true);
            builder.exclude_kernel(!with_kernel);
            builder.build().ok()
        };
        // Ordinary users may count user mode only, from perf_event_paranoid 2 on.
        [(true, SOURCE), (false, USER_SOURCE)].into_iter().find_map(|(with_kernel, source)| {
            let minor = open(Software::PAGE_FAULTS_MIN, with_kernel)?;
            let major = open(Software::PAGE_FAULTS_MAJ, with_kernel)?;
            Some(Self { minor, major, source })
        })
    }

    /// What is to be said of how well they count; nothing where they count all.
    pub(super) fn note(&self) -> &'static str {
        if self.source == USER_SOURCE { "counts faults in user mode only" } else { "" }
    }

    /// The counts so far.
    pub(super) fn read(&mut self) -> Option<Faults> {
        let minor = self.minor.read().ok()?;
        let major = self.major.read().ok()?;
        Some(Faults { minor, major, source: self.source.to_owned() })
    }
}
