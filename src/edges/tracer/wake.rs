//! What wakes the stage: a change of a child (through a pipe that the SIGCHLD
//! handler writes to), and the caller's cancel handle.
//!
//! The handler is the process's; signal-hook lets any number of stages, and any
//! other user of SIGCHLD, share it. The pipe is emptied *before* changes are asked for, so
//! that a change which comes in between wakes us again: none is lost.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

use nix::sys::eventfd::{EfdFlags, EventFd};
use signal_hook::SigId;
use signal_hook::consts::SIGCHLD;

use super::child::{pipe, set_nonblocking};

/// Tells that a child has changed. Deaf again when dropped.
pub(super) struct ChildSignal {
    reader: File,
    registration: SigId,
}

impl ChildSignal {
    pub(super) fn listen() -> io::Result<Self> {
        let (reader, writer) = pipe()?;
        set_nonblocking(reader.as_fd())?;
        let registration = signal_hook::low_level::pipe::register(SIGCHLD, writer)?;
        Ok(Self { reader: reader.into(), registration })
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }

    /// Forgets what has been told so far.
    pub(super) fn clear(&self) {
        let mut told = [0; 256];
        while (&self.reader).read(&mut told).is_ok_and(|count| count == told.len()) {}
    }
}

impl Drop for ChildSignal {
    fn drop(&mut self) {
        signal_hook::low_level::unregister(self.registration);
    }
}

/// Ends [`super::Stage::next_event`] from another thread or a signal handler's thread.
#[derive(Clone, Debug)]
pub struct CancelHandle {
    event: Arc<EventFd>,
}

impl CancelHandle {
    pub(super) fn new() -> io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        Ok(Self { event: Arc::new(EventFd::from_value_and_flags(0, flags)?) })
    }

    /// From now on the stage answers [`super::Event::Cancelled`].
    pub fn cancel(&self) {
        // It can fail only by overflow of 2^64 - 2 cancellations: it is cancelled then.
        let _overflown = self.event.write(1);
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}
