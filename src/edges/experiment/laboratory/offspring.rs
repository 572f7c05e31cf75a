//! Forked children of the laboratory: each does its part, says that it has done it,
//! and ends or stays.

#![expect(unsafe_code, reason = "fork and _exit")]

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::OwnedFd;

use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid, pause, pipe};

use super::Trouble;

/// Which side of a fork this is.
pub(super) enum Forked {
    Parent(Offspring),
    Child(ToParent),
}

/// A forked child; killed and reaped when dropped.
pub(super) struct Offspring {
    pid: Pid,
    ready: File,
    reaped: bool,
}

/// A forked child's line to its parent.
pub(super) struct ToParent(File);

/// What became of a child's part.
pub(super) enum Done {
    Well,
    Badly { how: String },
}

/// What a child writes when it has done its part.
const READY: u8 = b'r';

impl Offspring {
    pub(super) fn fork() -> io::Result<Forked> {
        let (ready, done): (OwnedFd, OwnedFd) = pipe()?;
        let parent = getpid();
        // SAFETY: an experiment's child has one thread, so that no lock is held by another
        // one that the fork would leave behind.
        match unsafe { fork() }? {
            ForkResult::Parent { child } => {
                Ok(Forked::Parent(Self { pid: child, ready: File::from(ready), reaped: false }))
            }
            ForkResult::Child => {
                // A fork clears it; and it is of no use if the parent is gone already.
                let tied = prctl::set_pdeathsig(Signal::SIGKILL);
                if tied.is_err() || getppid() != parent {
                    exit_at_once(1);
                }
                Ok(Forked::Child(ToParent(File::from(done))))
            }
        }
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        // Process ids are above 0.
        self.pid.as_raw().unsigned_abs()
    }

    /// Waits until the child has done its part, and for its end if it does not stay.
    pub(super) fn until_done(&mut self, stays: bool) -> io::Result<Done> {
        let mut word = [0];
        let done = self.ready.read(&mut word)? == 1 && word[0] == READY;
        if done && stays {
            return Ok(Done::Well);
        }
        let status = waitpid(self.pid, None)?;
        self.reaped = true;
        let how = match status {
            WaitStatus::Exited(_, 0) if done => return Ok(Done::Well),
            WaitStatus::Exited(_, status) => format!("exit status {status}"),
            WaitStatus::Signaled(_, signal, _) => signal.as_str().to_owned(),
            other => format!("{other:?}"),
        };
        Ok(Done::Badly { how })
    }
}

impl Drop for Offspring {
    fn drop(&mut self) {
        if !self.reaped {
            // An error can only mean that it has ended.
            let _ = kill(self.pid, Signal::SIGKILL);
            let _ = waitpid(self.pid, None);
        }
    }
}

impl ToParent {
    /// Tells how this child's part went; then it ends, or stays until it is killed.
    pub(super) fn end(mut self, done: Result<(), Trouble>, complaint: &mut File, stays: bool) -> ! {
        if let Err(trouble) = done {
            let unmeasurable = trouble.is_want_of_room() || matches!(trouble, Trouble::Unmeasurable { .. });
            let kind = if unmeasurable { UNMEASURABLE } else { WRONG };
            // If even this fails, the exit status still tells that something did.
            let _ = write!(complaint, "{kind}{}", trouble.whole());
            exit_at_once(1);
        }
        if self.0.write_all(&[READY]).is_err() {
            exit_at_once(1);
        }
        if !stays {
            exit_at_once(0);
        }
        loop {
            pause();
        }
    }
}

const UNMEASURABLE: char = 'u';
const WRONG: char = 'w';

/// What a forked child said when it failed.
pub(super) fn read_complaint(complaint: &mut File) -> Option<Trouble> {
    let mut text = String::new();
    complaint.rewind().and_then(|()| complaint.read_to_string(&mut text)).ok()?;
    if let Some(reason) = text.strip_prefix(UNMEASURABLE) {
        return Some(Trouble::Unmeasurable { reason: format!("in a forked child: {reason}") });
    }
    let said = text.strip_prefix(WRONG)?;
    Some(Trouble::Wrong { problems: vec![format!("in a forked child: {said}")] })
}

/// A file that has no name and is nowhere.
pub(super) fn nameless_file() -> io::Result<File> {
    Ok(File::from(memfd_create(c"mmaplings-complaint", MFdFlags::MFD_CLOEXEC)?))
}

fn exit_at_once(status: i32) -> ! {
    // SAFETY: _exit(2) ends the process without running anything of the parent's that the
    // fork copied: exit handlers, buffered output, guards.
    unsafe { libc::_exit(status) }
}
