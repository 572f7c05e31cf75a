//! The time between two moments of a program, and whether a file was out of the page
//! cache when it began.

use super::witness::{EXIT, Finding, Witness};
use crate::vocabulary::evidence::{PageCache, Snapshot};
use crate::words::ids::{Checkpoint, InstanceName, ValueName};

/// From one checkpoint of a program, or its start, to another, or its end.
#[derive(Clone, Copy)]
pub(super) struct Window<'e> {
    pub(super) of: &'e InstanceName,
    pub(super) after: Option<&'e Checkpoint>,
    pub(super) before: Option<&'e Checkpoint>,
}

impl Window<'_> {
    /// The books at its beginning; nothing for a program's start, where all of them are empty.
    pub(super) fn start<'a>(&self, witness: &Witness<'a>) -> Result<Option<&'a Snapshot>, Finding> {
        self.after.map(|after| witness.snapshot(self.of, after)).transpose()
    }

    /// The books at its end.
    pub(super) fn end<'a>(&self, witness: &Witness<'a>) -> Result<&'a Snapshot, Finding> {
        if let Some(before) = self.before {
            return witness.snapshot(self.of, before);
        }
        let run = witness.run(self.of)?;
        let last = |snapshot: &&Snapshot| snapshot.pid == run.pid && snapshot.checkpoint.as_str() == EXIT;
        let unread = || Finding::undecided("its books could not be read as it exited");
        run.snapshots.iter().find(last).ok_or_else(unread)
    }

    /// As words: `from mapped to its end`.
    pub(super) fn words(&self) -> String {
        let start = self.after.map_or("its start", |after| after.as_str());
        let end = self.before.map_or("its end", |before| before.as_str());
        format!("from {start} to {end}")
    }
}

/// What the page cache held of `file` at a moment (`cachestat(2)`).
pub(super) fn cached(snapshot: &Snapshot, file: &ValueName) -> Option<PageCache> {
    snapshot.page_cache.get(file.as_str()).copied()
}

/// Why figures of `file` prove nothing: it was in the page cache at `start`, or may have been.
pub(super) fn not_cold(file: &ValueName, start: Option<&Snapshot>) -> Option<Finding> {
    match start.and_then(|start| cached(start, file)) {
        None => Some(Finding::undecided(format!(
            "whether {file} was in the page cache cannot be told here (cachestat comes with Linux 6.5)"
        ))),
        Some(PageCache { cached: 0, .. }) => None,
        Some(PageCache { cached, .. }) => Some(Finding::undecided(format!(
            "{cached} pages of {file} were in the page cache, where none should be: this file system \
             or another program keeps them there"
        ))),
    }
}
