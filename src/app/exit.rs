//! Exit codes: how a command went, for scripts.
//!
//! [`Exit`] is how a command ended that did its work; [`Failure`] is why one could
//! not. Both end in the same documented numbers. A learner's miss is never a
//! failure, and a fault of the runner is never a miss.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use crate::judgement::course::Problems;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// It passed, or there was nothing to judge.
    Passed,
    /// The learner's work misses what is asked.
    Missed,
    /// The command was used wrongly: arguments, folders, questions that need a terminal.
    Usage,
    /// The learner's program does not compile.
    DoesNotCompile,
    /// This machine lacks an instrument that the verdict needs.
    Inconclusive,
    /// The course does not load.
    CourseBroken,
    /// The runner is at fault.
    Fault,
    /// A program ran that the command was asked to run, and ended with this status.
    Program(u8),
}

impl Exit {
    /// What the process exits with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Missed => 1,
            Self::Usage => 2,
            Self::DoesNotCompile => 3,
            Self::Inconclusive => 4,
            Self::CourseBroken => 5,
            Self::Fault => 70,
            Self::Program(status) => status,
        }
    }

    /// How several ended together: the exit that most needs attention. A fault of the
    /// runner comes before all; a miss comes before what could not be told.
    #[must_use]
    pub fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        let urgency = |exit: &Self| match exit {
            Self::Passed | Self::Program(0) => 0,
            Self::Inconclusive => 1,
            Self::Missed | Self::Program(_) => 2,
            Self::DoesNotCompile => 3,
            Self::Usage => 4,
            Self::CourseBroken => 5,
            Self::Fault => 6,
        };
        exits.into_iter().max_by_key(urgency).unwrap_or(Self::Passed)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was used wrongly; `help` says what to do instead.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do instead.
        help: String,
    },
    /// A program that it was to run cannot be run.
    #[error("{message}")]
    Unrunnable {
        /// What is wrong.
        message: String,
        /// What to do instead.
        help: String,
        /// What the process exits with, as a shell would.
        status: u8,
    },
    /// This machine forbids observing any program at all, so that nothing can be told.
    #[error("{message}")]
    Unobserved {
        /// What is forbidden.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// The course does not load; the problems point at the lines.
    #[error(transparent)]
    Course(Problems),
    /// The system or the runner failed.
    #[error(transparent)]
    Fault(Box<dyn Error + Send + Sync>),
    /// Nobody reads the output any more (`mmaplings list | head -1`).
    #[error("the output is closed")]
    ClosedPipe,
    /// Who was asked something pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// A wrong use, with what to do instead.
    #[must_use]
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// A fault of the system or the runner.
    #[must_use]
    pub fn fault(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Fault(Box::new(error))
    }

    /// What the process exits with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } => Exit::Usage,
            Self::Unrunnable { status, .. } => Exit::Program(*status),
            Self::Unobserved { .. } => Exit::Inconclusive,
            Self::Course(_) => Exit::CourseBroken,
            Self::Fault(_) => Exit::Fault,
            Self::ClosedPipe => Exit::Passed,
            // As shells tell of a program that SIGINT ended.
            Self::Interrupted => Exit::Program(130),
        }
    }
}

/// An error of the terminal's or the output: a closed pipe is not a failure of anybody, an
/// interrupt is meant, all else is the system's.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::fault(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_that_most_needs_attention_wins() {
        assert_eq!(Exit::worst([]), Exit::Passed);
        assert_eq!(Exit::worst([Exit::Passed, Exit::Inconclusive, Exit::Missed]), Exit::Missed);
        assert_eq!(Exit::worst([Exit::Fault, Exit::DoesNotCompile]), Exit::Fault);
    }

    #[test]
    fn a_closed_pipe_is_nobodys_failure() {
        let closed = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(closed.exit(), Exit::Passed);
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit(), Exit::Fault);
    }
}
