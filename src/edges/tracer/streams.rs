//! A program's standard streams: what it prints, up to a cap, and what it is sent.
//!
//! Beyond the cap bytes are read and counted, so that nobody blocks, and thrown
//! away, so that the runner's memory does not grow.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use super::child::{pipe, set_nonblocking};
use super::output::Output;
use super::pty::Pty;
use crate::facts::announcement::{self, Announcement};
use crate::vocabulary::evidence::{Line, ResultLine, Run};
use crate::words::ids::Checkpoint;

/// What a kept line costs beside its bytes, in bytes: a flood of empty lines ends too.
const LINE_COST: u64 = 32;

/// Bytes taken in at once from one stream: a flood must not keep the stage from its other duties.
/// More than a terminal or a pipe holds, so that what a dead program printed is always taken in whole.
const AT_ONCE: u64 = 1 << 20;

/// A line that has arrived on standard output.
pub(super) enum Arrival {
    /// Its index in `Run::stdout`, and in `Run::results` where it is a result.
    Line { line: usize, result: Option<usize> },
}

/// The streams of one tree.
pub(super) struct Streams {
    pub(super) output: Output,
    stderr: Option<File>,
    stdin: Option<File>,
    /// Kept open, so that sending to a program that has ended is no SIGPIPE of ours.
    _stdin_reader: Option<OwnedFd>,
    queue: VecDeque<u8>,
    /// Whether stdin is to be closed when the queue is empty.
    closing: bool,
    pub(super) stdin_bytes: u64,
    /// Received from stdout and stderr together.
    pub(super) output_bytes: u64,
    cap: u64,
    kept: u64,
    partial: Vec<u8>,
    stderr_kept: Vec<u8>,
    stderr_copied: usize,
    /// Checkpoint lines seen on the terminal.
    pub(super) checkpoints_seen: Vec<Checkpoint>,
}

/// The program's ends, to be closed here once the process has them.
pub(super) struct ProgramEnds {
    pub(super) stdin: OwnedFd,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
}

impl Streams {
    /// New streams that keep `cap` bytes of output.
    pub(super) fn open(cap: u64) -> io::Result<(Self, ProgramEnds)> {
        let (stdin_reader, stdin) = pipe()?;
        let (stderr, stderr_writer) = pipe()?;
        set_nonblocking(stdin.as_fd())?;
        set_nonblocking(stderr.as_fd())?;
        let pty = Pty::open()?;
        let ends = ProgramEnds {
            stdin: stdin_reader.try_clone()?,
            stdout: pty.slave().try_clone_to_owned()?,
            stderr: stderr_writer,
        };
        let streams = Self {
            stderr: Some(stderr.into()),
            stdin: Some(stdin.into()),
            _stdin_reader: Some(stdin_reader),
            cap,
            ..Self::of(Output::Captured(pty))
        };
        Ok((streams, ends))
    }

    /// The runner's own streams, of which nothing is kept.
    pub(super) fn inherit() -> io::Result<(Self, ProgramEnds)> {
        let ends = ProgramEnds {
            stdin: io::stdin().as_fd().try_clone_to_owned()?,
            stdout: io::stdout().as_fd().try_clone_to_owned()?,
            stderr: io::stderr().as_fd().try_clone_to_owned()?,
        };
        let output = Output::inherited(ends.stdout.as_fd())?;
        Ok((Self::of(output), ends))
    }

    fn of(output: Output) -> Self {
        Self {
            output,
            stderr: None,
            stdin: None,
            _stdin_reader: None,
            queue: VecDeque::new(),
            closing: false,
            stdin_bytes: 0,
            output_bytes: 0,
            cap: 0,
            kept: 0,
            partial: Vec::new(),
            stderr_kept: Vec::new(),
            stderr_copied: 0,
            checkpoints_seen: Vec::new(),
        }
    }

    /// What to poll for reading.
    pub(super) fn readable(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.output.master().into_iter().chain(&self.stderr).map(File::as_fd)
    }

    /// What to poll for writing.
    pub(super) fn writable(&self) -> Option<BorrowedFd<'_>> {
        if self.queue.is_empty() { None } else { self.stdin.as_ref().map(File::as_fd) }
    }

    /// Queues `bytes` for stdin; they are written as the program makes room. Nothing once it is closed.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        if self.stdin.is_some() && !self.closing {
            self.queue.extend(bytes);
            self.write_queue();
        }
    }

    /// Closes stdin when all that was queued has been written.
    pub(super) fn close_stdin(&mut self) {
        self.closing = true;
        self.write_queue();
    }

    /// Writes as much of the queue as there is room for.
    pub(super) fn write_queue(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        while !self.queue.is_empty() {
            let (bytes, _) = self.queue.as_slices();
            match stdin.write(bytes) {
                Ok(written) => {
                    self.queue.drain(..written);
                    self.stdin_bytes += written as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // No room now: poll tells when there is.
                Err(_) => return,
            }
        }
        if self.closing {
            self.stdin = None;
        }
    }

    /// Takes in all that has been printed by now; gives the lines that are complete with it.
    pub(super) fn drain(&mut self, run: &mut Run, at: u64, buffer: &mut [u8]) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        let enough = self.output_bytes + AT_ONCE;
        while self.output_bytes < enough
            && let Some(mut master) = self.output.master()
            && let Some(count @ 1..) = read_some(&mut master, buffer)
        {
            run.stdout_bytes += count as u64;
            self.output_bytes += count as u64;
            self.take_stdout(&buffer[..count], run, at, &mut arrivals);
        }
        let enough = self.output_bytes + AT_ONCE;
        while self.output_bytes < enough
            && let Some(mut stderr) = self.stderr.as_ref()
        {
            match read_some(&mut stderr, buffer) {
                None => break,
                Some(0) => self.stderr = None,
                Some(count) => {
                    self.output_bytes += count as u64;
                    let room = self.cap.saturating_sub(self.stderr_kept.len() as u64);
                    let kept = count.min(usize::try_from(room).unwrap_or(usize::MAX));
                    self.stderr_kept.extend_from_slice(&buffer[..kept]);
                }
            }
        }
        arrivals
    }

    fn take_stdout(&mut self, bytes: &[u8], run: &mut Run, at: u64, arrivals: &mut Vec<Arrival>) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let room = self.cap.saturating_sub(self.kept);
            if room == 0 {
                return;
            }
            let (text, ended) = match piece.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (piece, false),
            };
            let kept = text.len().min(usize::try_from(room).unwrap_or(usize::MAX));
            self.partial.extend_from_slice(&text[..kept]);
            self.kept += kept as u64;
            if ended {
                self.kept += LINE_COST;
                arrivals.push(self.end_line(run, at));
            }
        }
    }

    fn end_line(&mut self, run: &mut Run, at: u64) -> Arrival {
        let text = String::from_utf8_lossy(&self.partial).into_owned();
        self.partial.clear();
        let mut result = None;
        match announcement::read(&text) {
            Some(Announcement::Checkpoint(name)) => self.checkpoints_seen.push(name),
            Some(Announcement::Result { name, value }) => {
                result = Some(run.results.len());
                run.results.push(ResultLine { at, name, value });
            }
            None => {}
        }
        run.stdout.push(Line { at, text });
        Arrival::Line { line: run.stdout.len() - 1, result }
    }

    /// Ends the streams. The last line counts though no newline ended it: many a program forgets that one.
    pub(super) fn finish(&mut self, run: &mut Run, at: u64) -> Vec<Arrival> {
        let last = if self.partial.is_empty() { Vec::new() } else { vec![self.end_line(run, at)] };
        self.partial = Vec::new();
        self.queue = VecDeque::new();
        self.stdin = None;
        self.stderr = None;
        self.copy_stderr(run);
        last
    }

    /// Brings `Run::stderr` up to date.
    pub(super) fn copy_stderr(&mut self, run: &mut Run) {
        if self.stderr_copied != self.stderr_kept.len() {
            self.stderr_copied = self.stderr_kept.len();
            run.stderr = String::from_utf8_lossy(&self.stderr_kept).into_owned();
        }
    }
}

/// Reads once; nothing where there is nothing now.
fn read_some(file: &mut &File, buffer: &mut [u8]) -> Option<usize> {
    loop {
        match file.read(buffer) {
            Ok(count) => return Some(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
