//! The time between two moments of a program, and whether a file was out of the page
//! cache when it began.

use super::witness::{EXIT, Finding, Witness};
use crate::vocabulary::evidence::{PageCache, Snapshot};
use crate::words::ids::{Checkpoint, InstanceName, ValueName};
use crate::words::speech::Speech;

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
        let unread = || Finding::undecided(witness.say("undecided-exit-unread"));
        run.snapshots.iter().find(last).ok_or_else(unread)
    }

    /// As words: `from mapped to its end`.
    pub(super) fn words(&self, speech: Speech) -> String {
        let said = |moment: Option<&Checkpoint>, none| {
            moment.map_or_else(|| speech.say(none), |moment| moment.as_str().to_owned())
        };
        let (start, end) = (said(self.after, "moment-start"), said(self.before, "moment-end"));
        speech.tell("moment-from-to", [("start", start.into()), ("end", end.into())])
    }
}

/// What the page cache held of `file` at a moment (`cachestat(2)`).
pub(super) fn cached(snapshot: &Snapshot, file: &ValueName) -> Option<PageCache> {
    snapshot.page_cache.get(file.as_str()).copied()
}

/// Why figures of `file` prove nothing: it was in the page cache at `start`, or may have been.
pub(super) fn not_cold(speech: Speech, file: &ValueName, start: Option<&Snapshot>) -> Option<Finding> {
    let reason = match start.and_then(|start| Some((start, cached(start, file)?))) {
        None => speech.tell("undecided-no-cachestat", [("file", file.into())]),
        Some((_, PageCache { cached: 0, .. })) => return None,
        Some((start, PageCache { cached, .. })) => speech.tell(
            "undecided-not-cold",
            [("pages", cached.into()), ("file", file.into()), ("checkpoint", (&start.checkpoint).into())],
        ),
    };
    Some(Finding::undecided(reason))
}
