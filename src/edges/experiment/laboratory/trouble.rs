//! What can go wrong in the laboratory, told apart by whose matter it is.

use std::error::Error;
use std::io;

use nix::errno::Errno;

use crate::words::ids::Label;

/// Why an experiment did not come to an end.
#[derive(Debug, thiserror::Error)]
pub(in crate::edges::experiment) enum Trouble {
    /// This machine cannot do it or measure it.
    #[error("{reason}")]
    Unmeasurable {
        /// Why.
        reason: String,
    },
    /// The experiment itself is wrong.
    #[error("the experiment is wrong: {}", problems.join("; "))]
    Wrong {
        /// Every mistake in it.
        problems: Vec<String>,
    },
    /// The system refused something.
    #[error("cannot {doing}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
}

impl Trouble {
    /// Makes the error of the system into that of `doing`.
    pub(in crate::edges::experiment) fn of<E: Into<io::Error>>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::System { doing, source: error.into() }
    }

    /// A label that the survey should have missed.
    pub(super) fn unknown(label: &Label) -> Self {
        Self::Wrong { problems: vec![format!("nothing is called {label}")] }
    }

    /// Whether the machine is too small, or set up to refuse, rather than anybody wrong.
    pub(in crate::edges::experiment) fn is_want_of_room(&self) -> bool {
        let Self::System { source, .. } = self else { return false };
        let errno = source.raw_os_error().map(Errno::from_raw);
        matches!(errno, Some(Errno::ENOMEM | Errno::ENOSPC | Errno::EDQUOT | Errno::EAGAIN | Errno::EPERM))
    }

    /// The error and its causes in one line.
    pub(in crate::edges::experiment) fn whole(&self) -> String {
        match self.source() {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}
