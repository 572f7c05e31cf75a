//! Signals by name, and what the kernel says about those that an access to memory raises.
//!
//! Source: `signal(7)`, `sigaction(2)`.

use libc as c;
use serde::{Deserialize, Serialize};

use crate::words::units::Addr;

const NAMES: &[(c::c_int, &str)] = &[
    (c::SIGHUP, "SIGHUP"),
    (c::SIGINT, "SIGINT"),
    (c::SIGQUIT, "SIGQUIT"),
    (c::SIGILL, "SIGILL"),
    (c::SIGTRAP, "SIGTRAP"),
    (c::SIGABRT, "SIGABRT"),
    (c::SIGBUS, "SIGBUS"),
    (c::SIGFPE, "SIGFPE"),
    (c::SIGKILL, "SIGKILL"),
    (c::SIGUSR1, "SIGUSR1"),
    (c::SIGSEGV, "SIGSEGV"),
    (c::SIGUSR2, "SIGUSR2"),
    (c::SIGPIPE, "SIGPIPE"),
    (c::SIGALRM, "SIGALRM"),
    (c::SIGTERM, "SIGTERM"),
    (c::SIGSTKFLT, "SIGSTKFLT"),
    (c::SIGCHLD, "SIGCHLD"),
    (c::SIGCONT, "SIGCONT"),
    (c::SIGSTOP, "SIGSTOP"),
    (c::SIGTSTP, "SIGTSTP"),
    (c::SIGTTIN, "SIGTTIN"),
    (c::SIGTTOU, "SIGTTOU"),
    (c::SIGURG, "SIGURG"),
    (c::SIGXCPU, "SIGXCPU"),
    (c::SIGXFSZ, "SIGXFSZ"),
    (c::SIGVTALRM, "SIGVTALRM"),
    (c::SIGPROF, "SIGPROF"),
    (c::SIGWINCH, "SIGWINCH"),
    (c::SIGIO, "SIGIO"),
    (c::SIGPWR, "SIGPWR"),
    (c::SIGSYS, "SIGSYS"),
];

/// The first real-time signal of the kernel; glibc keeps two or three for itself.
const FIRST_REAL_TIME: c::c_int = 32;

/// The signal's name: `SIGBUS`; `SIGRT_n` for the kernel's n-th real-time signal, as `strace(1)` says it.
#[must_use]
pub fn name(signal: c::c_int) -> String {
    match NAMES.iter().find(|(number, _)| *number == signal) {
        Some((_, name)) => (*name).to_owned(),
        None if signal >= FIRST_REAL_TIME => format!("SIGRT_{}", signal - FIRST_REAL_TIME),
        None => format!("signal {signal}"),
    }
}

/// What a process does about a signal (`signal(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// It has a handler.
    Handled,
    /// It ignores it.
    Ignored,
    /// What the kernel does by default: for most, its end.
    Default,
}

/// What the kernel said about a signal on its delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which signal.
    pub signal: c::c_int,
    /// `si_code`
    pub code: c::c_int,
    /// `si_addr`
    pub address: u64,
}

impl Cause {
    /// The address touched, where an access raised the signal.
    #[must_use]
    pub fn touched(self) -> Option<Addr> {
        self.code_name().map(|_| Addr(self.address))
    }

    /// The code's name, where an access raised the signal: not where `kill(2)` sent it,
    /// nor where the kernel knows no address (`SI_KERNEL`, for a non-canonical one).
    #[must_use]
    pub fn code_name(self) -> Option<&'static str> {
        let code = CODES.iter().find(|(signal, code, _)| (*signal, *code) == (self.signal, self.code));
        code.map(|(_, _, name)| *name)
    }
}

/// The codes of the signals that an access to memory raises.
const CODES: &[(c::c_int, c::c_int, &str)] = &[
    (c::SIGSEGV, 1, "SEGV_MAPERR"),
    (c::SIGSEGV, 2, "SEGV_ACCERR"),
    (c::SIGSEGV, 3, "SEGV_BNDERR"),
    (c::SIGSEGV, 4, "SEGV_PKUERR"),
    (c::SIGBUS, 1, "BUS_ADRALN"),
    (c::SIGBUS, 2, "BUS_ADRERR"),
    (c::SIGBUS, 3, "BUS_OBJERR"),
    (c::SIGBUS, 4, "BUS_MCEERR_AR"),
    (c::SIGBUS, 5, "BUS_MCEERR_AO"),
];

/// The names of the codes of `signal`, `SIGBUS`, that tell of an access to memory.
pub fn codes(signal: &str) -> impl Iterator<Item = &'static str> {
    CODES.iter().filter(move |(number, _, _)| name(*number) == signal).map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_names() {
        assert_eq!(name(c::SIGBUS), "SIGBUS");
        assert_eq!(name(34), "SIGRT_2");
        assert_eq!(name(0), "signal 0");
    }

    #[test]
    fn codes_are_those_of_their_signal() {
        assert_eq!(codes("SIGBUS").nth(1), Some("BUS_ADRERR"));
        assert!(codes("SIGSEGV").all(|code| code.starts_with("SEGV_")));
        assert_eq!(codes("SIGUSR1").count(), 0);
    }

    #[test]
    fn an_address_is_told_only_where_an_access_raised_the_signal() {
        let cause = |signal, code| Cause { signal, code, address: 0x1000 };
        assert_eq!(cause(c::SIGSEGV, 2).code_name(), Some("SEGV_ACCERR"));
        assert_eq!(cause(c::SIGBUS, 2).touched(), Some(Addr(0x1000)));
        assert_eq!(cause(c::SIGSEGV, c::SI_USER).touched(), None);
        assert_eq!(cause(c::SIGSEGV, 0x80).touched(), None, "SI_KERNEL");
        assert_eq!(cause(c::SIGFPE, 1).touched(), None);
    }
}
