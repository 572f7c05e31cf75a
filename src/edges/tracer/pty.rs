//! The pseudoterminal that is a program's standard output: C's stdio is
//! line-buffered on a terminal, so that a checkpoint is printed when it is reached.
//!
//! It is raw: no echo, no `\n` turned into `\r\n`, so that binary output passes
//! unchanged. It is nobody's controlling terminal: its hanging up must not
//! send signals to what a program leaves behind.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;

use nix::pty::{Winsize, openpty};
use nix::sys::termios::{self, SetArg};

use super::child::set_nonblocking;

/// A pair of pseudoterminal ends.
pub(super) struct Pty {
    /// The runner's end, non-blocking.
    pub(super) master: File,
    /// The program's end, kept open here so that the runner's end never hangs up
    /// while a program might still open its own anew.
    slave: OwnedFd,
    /// Device number of the program's end.
    device: u64,
}

impl Pty {
    pub(super) fn open() -> io::Result<Self> {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = openpty(Some(&size), None)?;
        let mut raw = termios::tcgetattr(&pair.slave)?;
        termios::cfmakeraw(&mut raw);
        termios::tcsetattr(&pair.slave, SetArg::TCSANOW, &raw)?;
        set_nonblocking(pair.master.as_fd())?;
        close_on_exec(pair.master.as_fd())?;
        close_on_exec(pair.slave.as_fd())?;
        let slave = File::from(pair.slave);
        let device = slave.metadata()?.rdev();
        Ok(Self { master: File::from(pair.master), slave: slave.into(), device })
    }

    /// The program's end.
    pub(super) fn slave(&self) -> BorrowedFd<'_> {
        self.slave.as_fd()
    }

    /// Whether `descriptor` of the thread `thread` is the program's end of this terminal.
    pub(super) fn is_behind(&self, thread: i32, descriptor: i32) -> bool {
        std::fs::metadata(format!("/proc/{thread}/fd/{descriptor}"))
            .is_ok_and(|file| file.rdev() == self.device)
    }
}

fn close_on_exec(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, FdFlag, fcntl};
    fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    Ok(())
}
