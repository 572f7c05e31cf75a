//! What a program's standard output is: where checkpoints are looked for.

use std::fs::{self, File};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::MetadataExt as _;

use super::pty::Pty;

/// A program's standard output.
pub(super) enum Output {
    /// A terminal of its own, whose other end is the runner's.
    Captured(Pty),
    /// Whatever the runner's own standard output is: a terminal, a pipe, a file.
    Inherited {
        /// The device that it lies on.
        device: u64,
        /// Its inode there.
        inode: u64,
    },
}

impl Output {
    /// Standard output as the runner has it.
    pub(super) fn inherited(stdout: BorrowedFd<'_>) -> io::Result<Self> {
        let file = File::from(stdout.try_clone_to_owned()?).metadata()?;
        Ok(Self::Inherited { device: file.dev(), inode: file.ino() })
    }

    /// The runner's end, where it has one.
    pub(super) const fn master(&self) -> Option<&File> {
        match self {
            Self::Captured(pty) => Some(&pty.master),
            Self::Inherited { .. } => None,
        }
    }

    /// Whether `descriptor` of the thread `thread` is it.
    pub(super) fn is_behind(&self, thread: i32, descriptor: i32) -> bool {
        match self {
            Self::Captured(pty) => pty.is_behind(thread, descriptor),
            Self::Inherited { device, inode } => fs::metadata(format!("/proc/{thread}/fd/{descriptor}"))
                .is_ok_and(|file| (file.dev(), file.ino()) == (*device, *inode)),
        }
    }

    /// Whether `descriptor`, which is not 1, is it, so that every call must be looked at from now
    /// on. Never where it is inherited: a shell's terminal is open under many numbers.
    pub(super) fn is_moved_to(&self, thread: i32, descriptor: i32) -> bool {
        matches!(self, Self::Captured(_)) && self.is_behind(thread, descriptor)
    }
}
