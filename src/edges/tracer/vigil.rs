//! Waiting right in `waitid(2)` for the next stop, instead of in `poll(2)` for word of it.
//!
//! A program that maps, maps again, and so on stops every few microseconds. Being woken
//! from `poll` through a SIGCHLD handler and a pipe costs more than such a call itself, so
//! that the stage waits in the kernel for the stop as long as stops follow each other. What
//! else it has to attend to (output, its caller's cancelling, limits) does not end such a wait: a
//! timer does, [`PERIOD`] after it began and every [`PERIOD`] from then on. A signal that comes just
//! before the wait, and so does not end it, is followed by one that does.
//!
//! While a [`Vigil`] lasts this thread lets SIGCHLD pend; when it is over the handler is told,
//! so that nothing which was not waited for is missed.
//!
//! The signal is SIGURG: nobody here uses it otherwise, and where it is not handled it is ignored.
#![expect(unsafe_code, reason = "installing a signal handler")]

use std::sync::Once;
use std::time::Duration;

use nix::libc::c_int;
use nix::sys::signal::{
    SaFlags, SigAction, SigEvent, SigHandler, SigSet, SigevNotify, SigmaskHow, Signal, sigaction,
};
use nix::sys::timer::{Expiration, Timer, TimerSetTimeFlags};
use nix::time::ClockId;

use super::ptrace;

/// How long a vigil may last before the stage's other duties are looked after.
pub(super) const PERIOD: Duration = Duration::from_millis(2);

/// A timer that interrupts the waits of the thread that made it.
pub(super) struct Clock {
    timer: Timer,
}

/// A time in which this thread's waits are interrupted every [`PERIOD`], and SIGCHLD pends.
pub(super) struct Vigil<'clock> {
    clock: &'clock mut Clock,
    mask_before: SigSet,
}

extern "C" fn only_interrupt(_: c_int) {}

impl Clock {
    /// A clock of the calling thread; nothing where the system has no timer to give.
    pub(super) fn new() -> Option<Self> {
        static HANDLER: Once = Once::new();
        HANDLER.call_once(|| {
            // Without SA_RESTART: the wait is to end.
            let action =
                SigAction::new(SigHandler::Handler(only_interrupt), SaFlags::empty(), SigSet::empty());
            // SAFETY: the handler does nothing, which is async-signal-safe. It fails only for signals
            // that cannot be handled.
            let _installed = unsafe { sigaction(Signal::SIGURG, &action) };
        });
        let notify = SigevNotify::SigevThreadId {
            signal: Signal::SIGURG,
            thread_id: ptrace::this_thread(),
            si_value: 0,
        };
        let timer = Timer::new(ClockId::CLOCK_MONOTONIC, SigEvent::new(notify)).ok()?;
        Some(Self { timer })
    }

    /// Begins a vigil; nothing where the timer cannot be set.
    pub(super) fn watch(&mut self) -> Option<Vigil<'_>> {
        let mut mask_before = SigSet::empty();
        let mut mask = SigSet::thread_get_mask().ok()?;
        mask.add(Signal::SIGCHLD);
        mask.remove(Signal::SIGURG);
        nix::sys::signal::pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&mask), Some(&mut mask_before))
            .ok()?;
        let vigil = Vigil { clock: self, mask_before };
        let expiration = Expiration::IntervalDelayed(PERIOD.into(), PERIOD.into());
        vigil.clock.timer.set(expiration, TimerSetTimeFlags::empty()).ok()?;
        Some(vigil)
    }
}

impl Drop for Vigil<'_> {
    fn drop(&mut self) {
        let never = Expiration::OneShot(Duration::ZERO.into());
        // Neither can fail with arguments that the kernel has accepted before.
        let _stopped = self.clock.timer.set(never, TimerSetTimeFlags::empty());
        let _unmasked = self.mask_before.thread_set_mask();
    }
}
