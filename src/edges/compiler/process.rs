//! Running a tool to its end, within limits, cancellable.
//!
//! The tool gets a process group of its own, and whatever of the group is left when
//! the tool ends, is stopped or is cancelled is killed. Its end is waited for, never
//! the end-of-file of its output alone: a child that was left behind can hold that open.

use std::io::{self, PipeReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use crate::flow::cancel::CancelToken;
use crate::words::units::Bytes;

/// What a tool may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Wall time.
    pub(super) time: Duration,
    /// Output that is kept; more is read and thrown away.
    pub(super) output: Bytes,
}

/// A tool that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    /// How.
    pub(super) end: End,
    /// What it printed on stdout and stderr, in order.
    pub(super) output: Vec<u8>,
    /// How many bytes of output were thrown away.
    pub(super) dropped: u64,
}

/// How a tool ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// By itself, or by somebody else's signal.
    Exited(ExitStatus),
    /// It was stopped when its time was over.
    TimedOut,
    /// It was stopped because nobody wants the result.
    Cancelled,
}

enum News {
    ToolEnded,
    OutputEnded,
    Cancelled,
}

/// Time for the last output to come through the pipe after the tool has ended.
const GRACE: Duration = Duration::from_millis(500);

/// Runs `command`, whose stdin is empty and whose output is collected.
///
/// # Errors
/// Where it cannot be started.
pub(super) fn run(mut command: Command, limits: Limits, cancel: &CancelToken) -> io::Result<Finished> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).process_group(0);
    let group = Group { child: command.spawn()? };
    drop(command); // it holds the pipe's other end

    let (news, inbox) = mpsc::channel();
    let collected = Arc::new(Mutex::new(Collected::default()));
    collect(reader, limits.output, Arc::clone(&collected), news.clone());
    watch(group.pid(), news.clone());
    let _hook = cancel.on_cancel(move || {
        let _ = news.send(News::Cancelled); // nobody listens once the tool has ended
    });

    let deadline = Instant::now() + limits.time;
    let mut output_ended = false;
    let stopped = loop {
        match inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(News::OutputEnded) => output_ended = true,
            Ok(News::ToolEnded) => break None,
            Ok(News::Cancelled) => break Some(End::Cancelled),
            Err(_) => break Some(End::TimedOut),
        }
    };
    let status = group.end()?;
    let grace = Instant::now() + GRACE;
    while !output_ended {
        match inbox.recv_timeout(grace.saturating_duration_since(Instant::now())) {
            Ok(News::OutputEnded) | Err(_) => output_ended = true,
            Ok(News::ToolEnded | News::Cancelled) => {}
        }
    }
    let Collected { kept, dropped } =
        std::mem::take(&mut *collected.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Finished { end: stopped.unwrap_or(End::Exited(status)), output: kept, dropped })
}

#[derive(Default)]
struct Collected {
    kept: Vec<u8>,
    dropped: u64,
}

/// Reads all that comes, so that the tool never blocks on a full pipe, and keeps `limit` of it.
fn collect(mut reader: PipeReader, limit: Bytes, collected: Arc<Mutex<Collected>>, news: Sender<News>) {
    let limit = usize::try_from(limit.0).unwrap_or(usize::MAX);
    thread::spawn(move || {
        let mut buffer = [0; 16 << 10];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let mut collected = collected.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = count.min(limit.saturating_sub(collected.kept.len()));
            collected.kept.extend_from_slice(&buffer[..kept]);
            collected.dropped += (count - kept) as u64;
        }
        let _ = news.send(News::OutputEnded); // nobody listens once the grace is over
    });
}

/// Tells when the process has ended, and leaves it to be reaped: as long as it is not,
/// its number, and so its group's, is nobody else's.
fn watch(pid: Pid, news: Sender<News>) {
    thread::spawn(move || {
        while waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) == Err(nix::Error::EINTR) {}
        let _ = news.send(News::ToolEnded); // nobody listens if it was stopped
    });
}

/// A child that leads a process group; the whole group is killed and the child reaped on drop.
struct Group {
    child: Child,
}

impl Group {
    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Kills what is left of the group and tells how its leader ended.
    fn end(mut self) -> io::Result<ExitStatus> {
        self.kill();
        self.child.wait()
    }

    fn kill(&self) {
        let _ = killpg(self.pid(), Signal::SIGKILL); // an empty group is what is wanted
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // After `end` the child is known to be reaped, and its number may be another's.
        if let Ok(None) = self.child.try_wait() {
            self.kill();
            let _ = self.child.wait(); // it has been killed; there is nobody to tell
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(20), output: Bytes(1000) };

    fn sh(script: &str, limits: Limits, cancel: &CancelToken) -> Finished {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, limits, cancel).unwrap()
    }

    #[test]
    fn output_and_status_are_reported() {
        let finished = sh("echo out; echo err >&2; exit 3", LIMITS, &CancelToken::new());
        assert_eq!(finished.output, b"out\nerr\n");
        assert!(matches!(finished.end, End::Exited(status) if status.code() == Some(3)));
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let finished = sh("head -c 300000 /dev/zero", LIMITS, &CancelToken::new());
        assert_eq!((finished.output.len(), finished.dropped), (1000, 299_000));
    }

    #[test]
    fn what_takes_too_long_is_stopped_with_its_children() {
        let limits = Limits { time: Duration::from_millis(100), ..LIMITS };
        let started = Instant::now();
        let finished = sh("sleep 100 & sleep 100", limits, &CancelToken::new());
        assert_eq!(finished.end, End::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_child_left_behind_with_the_output_does_not_delay() {
        let started = Instant::now();
        let finished = sh("sleep 100 & echo done", LIMITS, &CancelToken::new());
        assert_eq!(finished.output, b"done\n");
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn cancelling_stops_it() {
        let cancel = CancelToken::new();
        let other = cancel.clone();
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            other.cancel();
        });
        assert_eq!(sh("sleep 100", LIMITS, &cancel).end, End::Cancelled);
        canceller.join().unwrap();
        assert_eq!(sh("sleep 100", LIMITS, &cancel).end, End::Cancelled);
    }
}
