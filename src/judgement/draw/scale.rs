//! How large the files of a lesson may be: as it asks, or no larger than somebody has room
//! or time for.

use std::str::FromStr;

use crate::words::units::{Bytes, NotASize};

/// The bound on every value that a lesson draws as `scaled`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// None: sizes are as the lesson says.
    #[default]
    Full,
    /// No larger than this.
    AtMost(Bytes),
    /// None, and where a lesson has a still larger size for who has the room and the time, that.
    Largest,
}

/// A text that is no scale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAScale {
    /// Neither a size nor the word `full`.
    #[error("a scale is a size such as 64MiB, or `full`")]
    Unreadable(#[from] NotASize),
    /// Less than [`Scale::LEAST`].
    #[error("{given} is too small for a scale: {} is the least", Scale::LEAST)]
    TooSmall {
        /// What was given.
        given: Bytes,
    },
}

impl Scale {
    /// The smallest bound: with files of a few pages, what the kernel does by sixteens and by
    /// hundreds of pages could not be seen.
    pub const LEAST: Bytes = Bytes::mib(1);

    /// How much longer a scene may take than it says of itself, for files that are larger than it
    /// reckons with.
    #[must_use]
    pub const fn patience(self) -> u32 {
        match self {
            Self::Full | Self::AtMost(_) => 1,
            Self::Largest => 16,
        }
    }

    /// `size`, or the bound where that is less.
    #[must_use]
    pub fn bound(self, size: i64) -> i64 {
        match self {
            Self::Full | Self::Largest => size,
            Self::AtMost(Bytes(most)) => size.min(i64::try_from(most).unwrap_or(i64::MAX)),
        }
    }
}

impl FromStr for Scale {
    type Err = NotAScale;

    fn from_str(text: &str) -> Result<Self, NotAScale> {
        if text.trim() == "full" {
            return Ok(Self::Full);
        }
        let given: Bytes = text.parse()?;
        if given < Self::LEAST { Err(NotAScale::TooSmall { given }) } else { Ok(Self::AtMost(given)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_an_upper_bound() {
        let scale: Scale = "64MiB".parse().unwrap();
        assert_eq!((scale.bound(1 << 30), scale.bound(4096)), (64 << 20, 4096));
        assert_eq!(Scale::Full.bound(1 << 40), 1 << 40);
        assert_eq!("full".parse(), Ok(Scale::Full));
        assert_eq!("2 GiB".parse(), Ok(Scale::AtMost(Bytes::gib(2))));
    }

    #[test]
    fn what_is_no_scale_is_told_with_what_is() {
        let told = |text: &str| text.parse::<Scale>().unwrap_err().to_string();
        for text in ["", "half", "-1 MiB", "64MB", "1e9 GiB"] {
            assert_eq!(told(text), "a scale is a size such as 64MiB, or `full`", "{text:?}");
        }
        assert_eq!(told("0 MiB"), "0 B is too small for a scale: 1 MiB is the least");
        assert_eq!(told("64"), "64 B is too small for a scale: 1 MiB is the least");
        assert_eq!(told("4 KiB"), "4 KiB is too small for a scale: 1 MiB is the least");
    }
}
