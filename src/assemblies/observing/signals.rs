//! Signals to the runner while it observes: the keyboard's are for the program, which gets them
//! itself; those that ask to end are passed on.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag::register_usize;
use signal_hook::low_level::unregister;

/// Catches the signals until it is dropped.
pub(super) struct Signals {
    /// The number of the last one, 0 for none.
    last: Arc<AtomicUsize>,
    registrations: Vec<SigId>,
}

/// What somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// SIGINT or SIGQUIT, which the terminal sends to the program too.
    Interrupt,
    /// SIGTERM or SIGHUP.
    End(Signal),
}

impl Signals {
    pub(super) fn catch() -> io::Result<Self> {
        let mut signals = Self { last: Arc::new(AtomicUsize::new(0)), registrations: Vec::new() };
        for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).map_err(io::Error::other)?;
            let registration = register_usize(signal, Arc::clone(&signals.last), number)?;
            signals.registrations.push(registration);
        }
        Ok(signals)
    }

    /// What was asked for since this was called last.
    pub(super) fn asked(&self) -> Option<Asked> {
        let number = i32::try_from(self.last.swap(0, Ordering::AcqRel)).ok()?;
        match Signal::try_from(number).ok()? {
            Signal::SIGINT | Signal::SIGQUIT => Some(Asked::Interrupt),
            signal => Some(Asked::End(signal)),
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for registration in self.registrations.drain(..) {
            unregister(registration);
        }
    }
}

/// Sends the program what was sent to the runner.
pub(super) fn pass_on(process: i32, signal: Signal) {
    // It fails only where the program has ended meanwhile.
    let _gone = kill(Pid::from_raw(process), signal);
}
