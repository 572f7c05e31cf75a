//! The terminal as a device: keys as they are pressed, and a terminal that is as it
//! was before, whatever ends the runner or puts it to sleep.
//!
//! [`guard`] remembers the terminal's modes once, before anything changes them. From
//! then on SIGINT, SIGTERM and SIGHUP restore them before the process dies of the
//! signal, SIGTSTP (Ctrl-Z) restores them while it sleeps, and so does a panic;
//! [`KeyMode`] does when it is dropped. Which key means what is left to others.

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// The modes of the terminal before the runner changed any.
static ORIGINAL: Mutex<Option<Termios>> = Mutex::new(None);

/// Held while the runner goes to sleep: keys that are to be pressed wait until it has woken up.
static ASLEEP: Mutex<()> = Mutex::new(());

/// Shows the cursor and ends all styles: what a terminal is expected to be like.
const SANE: &[u8] = b"\x1b[?25h\x1b[0m";

/// What the guard has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// The runner slept and was woken; the screen may hold other things now.
    Woken,
    /// The runner is to end by this signal.
    Fatal(i32),
}

/// Guards the terminal from now on. `tell` is called from a thread of its own; for a fatal
/// signal it says how long the runner may take to end by itself with [`die_of`], before
/// it is ended.
///
/// # Errors
/// Where signal handlers cannot be set.
pub fn guard(tell: impl Fn(Caught) -> Duration + Send + 'static) -> io::Result<()> {
    remember();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        before(panic);
    }));
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if signal == SIGTSTP {
                sleep();
                tell(Caught::Woken);
            } else {
                restore();
                std::thread::sleep(tell(Caught::Fatal(signal)));
                die_of(signal);
            }
        }
    });
    Ok(())
}

/// Does something while the signals that are guarded against are for other threads alone, the
/// guard's among them: a system call of this one is not cut short by them.
pub fn undisturbed<T>(deed: impl FnOnce() -> T) -> T {
    let guarded: SigSet =
        [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGTSTP].into_iter().collect();
    // It can fail only for a set that is none (pthread_sigmask(3)).
    let before = guarded.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok();
    let done = deed();
    if let Some(before) = before {
        let _ = before.thread_set_mask();
    }
    done
}

/// Restores the terminal and ends the process by `signal`, as if it had never been caught.
pub fn die_of(signal: i32) {
    restore();
    // It can fail only for signals that cannot be caught, and those never come here.
    let _ = emulate_default_handler(signal);
}

/// Puts the terminal back into the modes it had before the runner changed any.
pub fn restore() {
    let original = ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(modes) = original.as_ref() {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, modes);
        make_sane();
    }
}

fn make_sane() {
    if io::stdout().is_terminal() {
        // Past the lock of `io::Stdout`, which whoever panicked may hold.
        let _ = nix::unistd::write(io::stdout(), SANE);
    }
}

fn remember() {
    let mut original = ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if original.is_none() {
        // Where standard input is no terminal there is nothing to remember.
        *original = tcgetattr(io::stdin()).ok();
    }
}

/// Sleeps as SIGTSTP wants it, with the terminal as the shell expects it; on waking up, the
/// modes are again as they were.
fn sleep() {
    let _asleep = ASLEEP.lock().unwrap_or_else(PoisonError::into_inner);
    let current = tcgetattr(io::stdin());
    restore();
    let _ = emulate_default_handler(SIGTSTP);
    if let Ok(modes) = current {
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &modes);
    }
}

/// Keys come as they are pressed and are not echoed; signal keys stay signals. Ends, and
/// restores the terminal, when it is dropped.
#[derive(Debug)]
pub struct KeyMode(());

impl KeyMode {
    /// Enters it.
    ///
    /// # Errors
    /// Where standard input is no terminal.
    pub fn enter() -> io::Result<Self> {
        remember();
        let _awake = ASLEEP.lock().unwrap_or_else(PoisonError::into_inner);
        let mut modes = tcgetattr(io::stdin())?;
        modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        modes.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        modes.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        tcsetattr(io::stdin(), SetArg::TCSANOW, &modes)?;
        Ok(Self(()))
    }
}

impl Drop for KeyMode {
    fn drop(&mut self) {
        restore();
    }
}

/// What standard input gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing, and it will never give anything again.
    Closed,
    /// Nothing in the time allowed, or `wake` became readable first.
    Nothing,
}

/// Waits until standard input gives something, `wake` becomes readable, or the time is over.
///
/// # Errors
/// Where the system refuses to wait.
pub fn wait(wake: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<Input> {
    let timeout = timeout.map_or(PollTimeout::NONE, |timeout| {
        // Rounded up: a wait that ends too early would only be made again.
        let milliseconds = timeout.as_micros().div_ceil(1000);
        i32::try_from(milliseconds)
            .ok()
            .and_then(|it| PollTimeout::try_from(it).ok())
            .unwrap_or(PollTimeout::MAX)
    });
    let stdin = io::stdin();
    let mut ready = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN), PollFd::new(wake, PollFlags::POLLIN)];
    match poll(&mut ready, timeout) {
        Ok(_) => {}
        Err(Errno::EINTR) => return Ok(Input::Nothing),
        Err(error) => return Err(error.into()),
    }
    let Some(events) = ready[0].revents().filter(|events| !events.is_empty()) else {
        return Ok(Input::Nothing);
    };
    if !events.contains(PollFlags::POLLIN) {
        return Ok(Input::Closed);
    }
    let mut bytes = [0; 256];
    match nix::unistd::read(stdin.as_fd(), &mut bytes) {
        Ok(0) | Err(Errno::EIO) => Ok(Input::Closed),
        Ok(length) => Ok(Input::Bytes(bytes[..length].to_vec())),
        Err(Errno::EINTR | Errno::EAGAIN) => Ok(Input::Nothing),
        Err(error) => Err(error.into()),
    }
}
