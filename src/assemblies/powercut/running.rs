//! The command while it runs: its process group, its output, and what wakes whoever waits.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::sys::termios::{OutputFlags, SetArg, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getpgrp, isatty, tcsetpgrp};
use signal_hook::SigId;
use signal_hook::consts::signal::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::{pipe, unregister};

use super::CutError;

/// A line longer than this is matched in parts.
const LONGEST_LINE: usize = 1 << 20;

pub(super) struct Running {
    child: Child,
    group: Pid,
    /// The terminal that its standard output is, where lines are read.
    lines: Option<OwnedFd>,
    unmatched: Vec<u8>,
    ended: UnixStream,
    asked: UnixStream,
    handlers: Vec<SigId>,
    has_terminal: bool,
}

/// What woke whoever waited.
pub(super) enum Woken {
    /// The disk has cut the power.
    Cut,
    /// A signal asks to stop.
    Asked,
    /// The command has ended.
    Ended(ExitStatus),
    /// It has printed this.
    Output(Vec<u8>),
}

impl Running {
    /// Starts it; without a direct way for its standard output, lines are read here.
    pub(super) fn start(
        command: &[OsString],
        directory: &Path,
        direct: Option<Stdio>,
    ) -> Result<Self, CutError> {
        let (program, arguments) =
            command.split_first().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut handlers = Vec::new();
        let ended = wake_on(&[SIGCHLD], &mut handlers)?;
        let asked = wake_on(&[SIGINT, SIGTERM, SIGHUP], &mut handlers)?;
        let mut prepared = Command::new(program);
        prepared.args(arguments).current_dir(directory).process_group(0);
        let lines = if let Some(direct) = direct {
            prepared.stdout(direct);
            None
        } else {
            let terminal = openpty(None, None).map_err(io::Error::from)?;
            let mut settings = tcgetattr(&terminal.slave).map_err(io::Error::from)?;
            // Lines end as the program ends them.
            settings.output_flags.remove(OutputFlags::ONLCR);
            tcsetattr(&terminal.slave, SetArg::TCSANOW, &settings).map_err(io::Error::from)?;
            prepared.stdout(Stdio::from(terminal.slave));
            Some(terminal.master)
        };
        let child =
            prepared.spawn().map_err(|source| CutError::Start { command: program.clone(), source })?;
        // The slave end is the child's alone from here on, so that its end is seen.
        drop(prepared);
        let group = Pid::from_raw(child.id().cast_signed());
        let has_terminal = isatty(io::stdin()).unwrap_or(false) && tcsetpgrp(io::stdin(), group).is_ok();
        if has_terminal {
            // It may have read from the terminal before that was its own.
            let _ = killpg(group, Signal::SIGCONT);
        }
        Ok(Self { child, group, lines, unmatched: Vec::new(), ended, asked, handlers, has_terminal })
    }

    /// Waits for something to happen.
    pub(super) fn wait(&mut self, cut: BorrowedFd<'_>) -> Result<Woken, CutError> {
        loop {
            let mut wanted = vec![
                PollFd::new(cut, PollFlags::POLLIN),
                PollFd::new(self.asked.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.ended.as_fd(), PollFlags::POLLIN),
            ];
            wanted.extend(self.lines.as_ref().map(|lines| PollFd::new(lines.as_fd(), PollFlags::POLLIN)));
            match poll(&mut wanted, PollTimeout::NONE) {
                Err(Errno::EINTR) => continue,
                Err(errno) => return Err(io::Error::from(errno).into()),
                Ok(_) => {}
            }
            let ready: Vec<bool> = wanted.iter().map(|fd| fd.any().unwrap_or(false)).collect();
            drop(wanted);
            if ready[0] {
                return Ok(Woken::Cut);
            }
            if ready[1] {
                return Ok(Woken::Asked);
            }
            if ready.get(3) == Some(&true) {
                match self.read_lines() {
                    Some(bytes) => return Ok(Woken::Output(bytes)),
                    None => self.lines = None,
                }
            }
            if ready[2] {
                drain(&self.ended);
                if let Some(status) = self.child.try_wait()? {
                    return Ok(Woken::Ended(status));
                }
            }
        }
    }

    /// The next whole line that `matches`; the lines before it are done with.
    pub(super) fn take_line(&mut self, matches: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
        while let Some(end) = self.unmatched.iter().position(|&byte| byte == b'\n') {
            let rest = self.unmatched.split_off(end + 1);
            let mut line = std::mem::replace(&mut self.unmatched, rest);
            line.pop();
            if matches(&line) {
                return Some(line);
            }
        }
        if self.unmatched.len() > LONGEST_LINE {
            self.unmatched.clear();
        }
        None
    }

    /// Stops it where it is.
    pub(super) fn freeze(&self) {
        // It may be gone already.
        let _ = killpg(self.group, Signal::SIGSTOP);
    }

    /// Kills it with all of its group, without waiting: it may be waiting for the disk.
    pub(super) fn kill(&self) {
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Waits for its end, and passes on what it had printed.
    pub(super) fn reap(mut self, output: &mut dyn Write) -> Result<(), CutError> {
        self.child.wait()?;
        while let Some(bytes) = self.read_lines() {
            // Whoever looked on may be gone.
            let _ = output.write_all(&bytes);
        }
        let _ = output.flush();
        Ok(())
    }

    fn read_lines(&mut self) -> Option<Vec<u8>> {
        let mut buffer = [0; 8192];
        // A terminal whose last user is gone answers EIO, which is its end (pty(7)).
        let count = nix::unistd::read(self.lines.as_ref()?, &mut buffer).ok().filter(|&count| count > 0)?;
        self.unmatched.extend_from_slice(&buffer[..count]);
        Some(buffer[..count].to_vec())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
        if self.has_terminal {
            // Taking the terminal back from the background stops whoever does not block this (tcsetpgrp(3)).
            let mut background = SigSet::empty();
            background.add(Signal::SIGTTOU);
            let _ = background.thread_block();
            let _ = tcsetpgrp(io::stdin(), getpgrp());
            let _ = background.thread_unblock();
        }
        for handler in self.handlers.drain(..) {
            unregister(handler);
        }
    }
}

/// A descriptor that becomes readable when one of `signals` arrives.
fn wake_on(signals: &[i32], handlers: &mut Vec<SigId>) -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    for &signal in signals {
        handlers.push(pipe::register(signal, writer.try_clone()?)?);
    }
    Ok(reader)
}

fn drain(mut stream: &UnixStream) {
    let mut buffer = [0; 64];
    while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
}
