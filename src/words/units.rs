//! Units: sizes in bytes, counts of pages, virtual addresses.
//!
//! A `Bytes` prints the way `mmap(2)` users speak (`10 GiB`, `4 KiB`, `17 B`),
//! and parses the same words, so that what a lesson says and what a verdict
//! says are the same text. Powers of 1024 only: memory has no kilo.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::speech;

/// A size in bytes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Bytes(pub u64);

/// A number of pages. What a page is in bytes is the machine's to say:
/// `sysconf(_SC_PAGESIZE)`, 4 KiB on x86-64, up to 64 KiB on aarch64.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Pages(pub u64);

/// A virtual address in some process.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Addr(pub u64);

const SCALES: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl Bytes {
    /// `count` KiB.
    #[must_use]
    pub const fn kib(count: u64) -> Self {
        Self(count << 10)
    }

    /// `count` MiB.
    #[must_use]
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// `count` GiB.
    #[must_use]
    pub const fn gib(count: u64) -> Self {
        Self(count << 30)
    }

    /// How many whole pages of `page_size` hold this many bytes, rounded up.
    #[must_use]
    pub const fn pages(self, page_size: Bytes) -> Pages {
        Pages(self.0.div_ceil(page_size.0))
    }

    /// The size of one unit named `unit` (`B`, `KiB`, `MiB`, `GiB`, `TiB`), if it is one.
    #[must_use]
    pub fn of_unit(unit: &str) -> Option<Self> {
        if unit == "B" {
            return Some(Self(1));
        }
        SCALES.iter().find(|(name, _)| *name == unit).map(|&(_, scale)| Self(scale))
    }

    /// As it prints, in a unit small enough that nothing is rounded away: `1088 KiB`, and not `1 MiB`.
    #[must_use]
    pub fn exactly(self) -> String {
        // One decimal place is told.
        let whole = |scale: u64| (u128::from(self.0) * 10).is_multiple_of(scale.into());
        match SCALES.iter().find(|&&(_, scale)| self.0 >= scale && whole(scale)) {
            Some(&(unit, scale)) => {
                match (self.0 / scale, u128::from(self.0 % scale) * 10 / u128::from(scale)) {
                    (count, 0) => format!("{count} {unit}"),
                    (count, tenths) => format!("{count}.{tenths} {unit}"),
                }
            }
            None => format!("{} B", self.0),
        }
    }

    /// What is left after taking `other` away, or nothing if `other` is larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Pages {
    /// The size of this many pages of `page_size`.
    #[must_use]
    pub const fn bytes(self, page_size: Bytes) -> Bytes {
        Bytes(self.0 * page_size.0)
    }
}

impl Addr {
    /// The address `distance` bytes further on.
    #[must_use]
    pub const fn offset(self, distance: Bytes) -> Self {
        Self(self.0.wrapping_add(distance.0))
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(&(unit, scale)) = SCALES.iter().find(|&&(_, scale)| self.0 >= scale) else {
            return f.pad(&format!("{} B", self.0));
        };
        let whole = self.0 / scale;
        let tenths = (self.0 % scale) * 10 / scale;
        let exact = self.0.is_multiple_of(scale);
        f.pad(&match (exact, tenths) {
            (true, _) | (false, 0) => format!("{whole} {unit}"),
            (false, tenths) => format!("{whole}.{tenths} {unit}"),
        })
    }
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&if self.0 == 1 { "1 page".to_owned() } else { format!("{} pages", self.0) })
    }
}

impl From<Bytes> for speech::Value<'_> {
    /// As it prints: the units are the same in all languages.
    fn from(size: Bytes) -> Self {
        size.to_string().into()
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#014x}", self.0)
    }
}

/// A text that is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a size such as \"4 KiB\" or \"10 GiB\"")]
pub struct NotASize {
    text: String,
}

impl FromStr for Bytes {
    type Err = NotASize;

    fn from_str(text: &str) -> Result<Self, NotASize> {
        let error = || NotASize { text: text.to_owned() };
        let trimmed = text.trim();
        let digits = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
        let (count, unit) = trimmed.split_at(digits);
        let count: u64 = count.parse().map_err(|_| error())?;
        let unit = match unit.trim() {
            "" => Bytes(1),
            unit => Bytes::of_unit(unit).ok_or_else(error)?,
        };
        count.checked_mul(unit.0).map(Bytes).ok_or_else(error)
    }
}

impl Add for Bytes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_print_as_people_say_them() {
        for (bytes, text) in [
            (Bytes(0), "0 B"),
            (Bytes(17), "17 B"),
            (Bytes::kib(4), "4 KiB"),
            (Bytes::gib(10), "10 GiB"),
            (Bytes(1536), "1.5 KiB"),
            (Bytes(1025), "1 KiB"),
        ] {
            assert_eq!(bytes.to_string(), text);
        }
    }

    #[test]
    fn a_size_told_exactly_is_not_rounded() {
        for (bytes, text) in [
            (Bytes(0), "0 B"),
            (Bytes(1025), "1025 B"),
            (Bytes(1536), "1.5 KiB"),
            (Bytes::kib(1088), "1088 KiB"),
            (Bytes::kib(1536), "1.5 MiB"),
            (Bytes::gib(10), "10 GiB"),
            (Bytes(u64::MAX), "18446744073709551615 B"),
        ] {
            assert_eq!(bytes.exactly(), text);
        }
    }

    #[test]
    fn sizes_parse_as_people_write_them() {
        assert_eq!("10 GiB".parse(), Ok(Bytes::gib(10)));
        assert_eq!("4KiB".parse(), Ok(Bytes::kib(4)));
        assert_eq!("17".parse(), Ok(Bytes(17)));
        for bad in ["", "GiB", "10 GB", "-1", "99999999999 TiB", "1.5 KiB"] {
            assert!(bad.parse::<Bytes>().is_err(), "{bad:?} must not be a size");
        }
    }

    #[test]
    fn bytes_round_up_to_pages() {
        let page = Bytes::kib(4);
        assert_eq!(Bytes(0).pages(page), Pages(0));
        assert_eq!(Bytes(1).pages(page), Pages(1));
        assert_eq!(Bytes(4097).pages(page), Pages(2));
    }
}
