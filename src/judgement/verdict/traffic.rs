//! Checks on bytes that went through read- and write-family calls, or came from storage
//! (`proc_pid_io(5)`).
//!
//! `rchar` and `wchar` count bytes of anything, so what the runner itself sent to stdin
//! or received from stdout and stderr is taken away. What is left over is files, pipes
//! and sockets. The counters of children that have been waited for are in their parent's
//! (the kernel adds them); those of children that have not are looked up in the books
//! that were read as they exited, and the larger of the two counts.

use super::number::{ReadingUnit, amount};
use super::span::{Window, cached, not_cold};
use super::witness::{Bounds, EXIT, Finding, Witness};
use crate::vocabulary::check::{self, ExpectedDiskRead, ExpectedTraffic};
use crate::vocabulary::evidence::{Io, Run, Snapshot};
use crate::words::ids::ValueName;
use crate::words::speech::{Speech, exact};

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counter {
    /// Bytes that read-family calls returned, those of stdin taken away.
    Read,
    /// Bytes that write-family calls accepted, those of stdout and stderr taken away.
    Written,
    /// Bytes fetched from storage.
    FromDisk,
}

impl Counter {
    const fn of(self, io: &Io) -> u64 {
        match self {
            Self::Read => io.rchar,
            Self::Written => io.wchar,
            Self::FromDisk => io.read_bytes,
        }
    }

    /// What of it went between the program and the runner.
    fn with_the_runner(self, start: Option<&Snapshot>, end: &Snapshot) -> u64 {
        match self {
            // Lines sent before the first moment may be read after it: all that was ever sent counts.
            Self::Read => end.stdin_bytes,
            Self::Written => end.output_bytes.saturating_sub(start.map_or(0, |start| start.output_bytes)),
            Self::FromDisk => 0,
        }
    }

    /// The message that tells of so much of it between two moments.
    const fn message(self) -> &'static str {
        match self {
            Self::Read => "traffic-read",
            Self::Written => "traffic-written",
            Self::FromDisk => "traffic-from-disk",
        }
    }

    fn write(self, speech: Speech, bytes: i64) -> String {
        match self {
            Self::FromDisk => amount(bytes),
            Self::Read | Self::Written => speech.tell("traffic-bytes", [("bytes", exact(bytes.into()))]),
        }
    }
}

/// Bytes that went through calls.
pub(super) fn bytes(
    witness: &Witness<'_>,
    counter: Counter,
    expected: &ExpectedTraffic,
) -> Result<String, Finding> {
    let ExpectedTraffic { of, after, before, .. } = expected;
    let window = Window { of, after: after.as_ref(), before: before.as_ref() };
    traffic(witness, counter, window, None, expected.bounds())
}

/// Bytes that came from storage.
pub(super) fn disk_read(witness: &Witness<'_>, expected: &ExpectedDiskRead) -> Result<String, Finding> {
    let ExpectedDiskRead { of, after, before, cold, .. } = expected;
    let window = Window { of, after: after.as_ref(), before: before.as_ref() };
    traffic(witness, Counter::FromDisk, window, cold.as_ref(), expected.bounds())
}

/// Holds a counter against bounds. Where they are not kept and `cold` was not, nothing is proved.
fn traffic(
    witness: &Witness<'_>,
    counter: Counter,
    window: Window<'_>,
    cold: Option<&ValueName>,
    bounds: check::Bounds<'_>,
) -> Result<String, Finding> {
    let (run, start, end) = (witness.run(window.of)?, window.start(witness)?, window.end(witness)?);
    let total = total(witness, counter, (run, start, end))?;
    let counted = total.saturating_sub(counter.with_the_runner(start, end));
    let bounds = Bounds::new(witness, bounds)?;
    let bytes = i64::try_from(counted).unwrap_or(i64::MAX);
    let write = |bytes| counter.write(witness.speech, bytes);
    let between = window.words(witness.speech);
    let tell = |amount: String| {
        witness.tell(counter.message(), [("amount", amount.into()), ("moment", between.as_str().into())])
    };
    if bounds.hold(witness, bytes, ReadingUnit::Bytes) {
        return Ok(tell(write(bytes)));
    }
    if let Some(file) = cold
        && let Some(unproven) = not_cold(witness.speech, file, start)
            .or_else(|| not_accounted(witness, file, start?, end, counted))
    {
        return Err(unproven);
    }
    let expected = tell(bounds.words(witness.speech, write));
    let open =
        end.descriptors.iter().filter(|descriptor| descriptor.path.starts_with('/')).map(|descriptor| {
            witness.tell(
                "descriptor-at-position",
                [
                    ("number", descriptor.number.into()),
                    ("path", (&descriptor.path).into()),
                    ("position", descriptor.position.into()),
                ],
            )
        });
    Err(Finding::missed(expected, write(bytes)).showing(open))
}

fn total(
    witness: &Witness<'_>,
    counter: Counter,
    (run, start, end): (&Run, Option<&Snapshot>, &Snapshot),
) -> Result<u64, Finding> {
    let count = |snapshot: &Snapshot| {
        let unread = || Finding::undecided(witness.say("undecided-io"));
        snapshot.io.as_ref().map(|io| counter.of(io)).ok_or_else(unread)
    };
    let before = start.map(count).transpose()?.unwrap_or(0);
    let own = count(end)?.saturating_sub(before);
    let since = start.map_or(0, |start| start.at);
    let mut children = 0;
    for snapshot in &run.snapshots {
        let exited_within = snapshot.at >= since && snapshot.at <= end.at;
        if snapshot.checkpoint.as_str() == EXIT && snapshot.pid != end.pid && exited_within {
            children += count(snapshot)?;
        }
    }
    Ok(own.max(children))
}

/// That more of `file` came into the page cache than was counted: a file system that fetches its
/// bytes by itself (FUSE, 9p, some over networks) enters them for no process.
fn not_accounted(
    witness: &Witness<'_>,
    file: &ValueName,
    start: &Snapshot,
    end: &Snapshot,
    counted: u64,
) -> Option<Finding> {
    let pages = cached(end, file)?.cached.saturating_sub(cached(start, file)?.cached);
    let came = pages.saturating_mul(witness.page_size.0);
    (counted < came / 2).then(|| {
        let with = [("pages", pages.into()), ("file", file.into())];
        Finding::undecided(witness.tell("undecided-not-accounted", with))
    })
}

#[cfg(test)]
mod tests {
    use crate::judgement::verdict::tests::{evidence, judged, run, snapshot};
    use crate::vocabulary::evidence::{Evidence, Io, PageCache, Run, Snapshot};

    /// So many KiB counted, and so many pages in the page cache before and after.
    fn pass(kib: u64, cached: [u64; 2]) -> Evidence {
        let at = |checkpoint: &str, kib: u64, cached: u64| {
            let io = Io { read_bytes: kib << 10, rchar: 77, wchar: 77, ..Io::default() };
            let cached = PageCache { cached, ..PageCache::default() };
            Snapshot {
                page_cache: [("data".to_owned(), cached)].into(),
                ..snapshot(checkpoint, Vec::new(), io)
            }
        };
        let snapshots = vec![at("mapped", 8, cached[0]), at("summed", 8 + kib, cached[1])];
        evidence(vec![("p", Run { snapshots, ..run("p") })])
    }

    const EXPECT: &str = r#"{
        kind = "disk-read", of = "p", after = "mapped", before = "summed", cold = "data", at_least = "1 MiB"
    }"#;

    fn judged_pass(kib: u64, cached: [u64; 2]) -> String {
        judged(&EXPECT.replace('\n', " "), &pass(kib, cached))
    }

    #[test]
    fn bytes_from_the_disk_are_those_of_the_kernels_count() {
        assert_eq!(judged_pass(1024, [0, 256]), "held: 1 MiB read from the disk from mapped to summed");
        assert_eq!(
            judged_pass(512, [0, 128]),
            "missed: at least 1 MiB read from the disk from mapped to summed | 512 KiB"
        );
    }

    #[test]
    fn a_warm_file_or_one_that_nobody_accounts_for_proves_nothing() {
        assert!(judged_pass(0, [256, 256]).starts_with("undecided: 256 pages of data in the page cache"));
        assert_eq!(
            judged_pass(0, [0, 256]),
            "undecided: 256 pages of data came into the page cache, and this file system counts them for nobody"
        );
        assert!(judged_pass(1024, [256, 256]).starts_with("held: "), "what is kept is kept");
    }
}
