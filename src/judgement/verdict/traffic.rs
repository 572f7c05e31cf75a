//! Checks on bytes that went through read- and write-family calls (`proc_pid_io(5)`).
//!
//! `rchar` and `wchar` count bytes of anything, so what the runner itself sent to stdin
//! or received from stdout and stderr is taken away. What is left over is files, pipes
//! and sockets. The counters of children that have been waited for are in their parent's
//! (the kernel adds them); those of children that have not are looked up in the books
//! that were read as they exited, and the larger of the two counts.

use super::witness::{Bounds, EXIT, Finding, Witness};
use crate::vocabulary::evidence::{Io, Run, Snapshot};
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName};

pub(super) fn read(
    witness: &Witness<'_>,
    of: &InstanceName,
    after: Option<&Checkpoint>,
    before: Option<&Checkpoint>,
    bounds: (Option<&Expr>, Option<&Expr>),
) -> Result<String, Finding> {
    let span = Span::new(witness, of, after, before)?;
    let total = span.traffic(|io| io.rchar)?;
    // Lines sent before the first moment may be read after it: all that was ever sent counts.
    let own = span.end.stdin_bytes;
    verdict(witness, &span, bounds, "read", "read-family", total.saturating_sub(own))
}

pub(super) fn written(
    witness: &Witness<'_>,
    of: &InstanceName,
    after: Option<&Checkpoint>,
    before: Option<&Checkpoint>,
    bounds: (Option<&Expr>, Option<&Expr>),
) -> Result<String, Finding> {
    let span = Span::new(witness, of, after, before)?;
    let total = span.traffic(|io| io.wchar)?;
    let printed_before = span.start.map_or(0, |start| start.output_bytes);
    let own = span.end.output_bytes.saturating_sub(printed_before);
    verdict(witness, &span, bounds, "written", "write-family", total.saturating_sub(own))
}

fn verdict(
    witness: &Witness<'_>,
    span: &Span<'_>,
    bounds: (Option<&Expr>, Option<&Expr>),
    verb: &str,
    family: &str,
    beyond: u64,
) -> Result<String, Finding> {
    let bounds = Bounds::new(witness, bounds)?;
    let beyond = i64::try_from(beyond).unwrap_or(i64::MAX);
    let write = |bytes: i64| if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    let moment = span.words();
    if bounds.keep(beyond) {
        return Ok(format!("{} {verb} through {family} calls {moment}", write(beyond)));
    }
    let expected = format!("{} {verb} through {family} calls {moment}", bounds.words(write));
    let open =
        span.end.descriptors.iter().filter(|descriptor| descriptor.path.starts_with('/')).map(|descriptor| {
            format!(
                "descriptor {}: {} at position {}",
                descriptor.number, descriptor.path, descriptor.position
            )
        });
    Err(Finding::missed(expected, write(beyond)).showing(open))
}

/// From one moment of a process to another.
struct Span<'a> {
    run: &'a Run,
    start: Option<&'a Snapshot>,
    end: &'a Snapshot,
}

impl<'a> Span<'a> {
    fn new(
        witness: &Witness<'a>,
        of: &InstanceName,
        after: Option<&Checkpoint>,
        before: Option<&Checkpoint>,
    ) -> Result<Self, Finding> {
        let run = witness.run(of)?;
        let start = after.map(|after| witness.snapshot(of, after)).transpose()?;
        let end = match before {
            Some(before) => witness.snapshot(of, before)?,
            None => run
                .snapshots
                .iter()
                .find(|snapshot| snapshot.pid == run.pid && snapshot.checkpoint.as_str() == EXIT)
                .ok_or_else(|| Finding::undecided("its books could not be read as it exited"))?,
        };
        Ok(Self { run, start, end })
    }

    fn traffic(&self, counter: impl Fn(&Io) -> u64) -> Result<u64, Finding> {
        let count = |snapshot: &Snapshot| {
            snapshot
                .io
                .as_ref()
                .map(&counter)
                .ok_or_else(|| Finding::undecided("/proc/PID/io cannot be read here"))
        };
        let start = self.start.map(count).transpose()?.unwrap_or(0);
        let own = count(self.end)?.saturating_sub(start);
        let since = self.start.map_or(0, |start| start.at);
        let mut children = 0;
        for snapshot in &self.run.snapshots {
            let exited_within = snapshot.at >= since && snapshot.at <= self.end.at;
            if snapshot.checkpoint.as_str() == EXIT && snapshot.pid != self.end.pid && exited_within {
                children += count(snapshot)?;
            }
        }
        Ok(own.max(children))
    }

    fn words(&self) -> String {
        let end = if self.end.checkpoint.as_str() == EXIT { "its end" } else { self.end.checkpoint.as_str() };
        match self.start {
            Some(start) => format!("from {} to {end}", start.checkpoint),
            None => format!("from its start to {end}"),
        }
    }
}
