//! Marks, in hundredths, and scores made of them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of marks, to the hundredth. In files it is a plain number: `7.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marks(u64);

/// The largest number of marks that a scheme may give for one thing.
const MOST: f64 = 1e6;

/// Not a number of marks.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{given} is not a number of marks: it must lie between 0 and {MOST}")]
pub struct NotMarks {
    given: f64,
}

impl Marks {
    /// None.
    pub const NONE: Self = Self(0);

    /// So many whole ones.
    #[must_use]
    pub const fn whole(marks: u32) -> Self {
        Self(marks as u64 * 100)
    }

    /// How many hundredths they are.
    #[must_use]
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// As a number, for formats that have no other.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "marks are far below 2^53")]
    pub const fn as_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// This share of them, to the nearest hundredth. A share is between 0 and 1.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product lies between 0 and the marks"
    )]
    pub fn share(self, share: f64) -> Self {
        Self((self.0 as f64 * share.clamp(0.0, 1.0)).round() as u64)
    }

    /// Parts in proportion to `weights`, each to the hundredth, which sum up to the whole.
    #[must_use]
    pub fn split(self, weights: &[u32]) -> Vec<Self> {
        let all: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        if all == 0 {
            return vec![Self::NONE; weights.len()];
        }
        let mut before = (0_u128, 0_u64);
        weights
            .iter()
            .map(|weight| {
                let until = before.0 + u128::from(*weight);
                // At most `self.0`, which fits.
                let marks = u64::try_from((u128::from(self.0) * until + all / 2) / all).unwrap_or(self.0);
                let part = Self(marks - before.1);
                before = (until, marks);
                part
            })
            .collect()
    }
}

impl TryFrom<f64> for Marks {
    type Error = NotMarks;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is looked at first"
    )]
    fn try_from(given: f64) -> Result<Self, NotMarks> {
        if (0.0..=MOST).contains(&given) {
            Ok(Self((given * 100.0).round() as u64))
        } else {
            Err(NotMarks { given })
        }
    }
}

impl Add for Marks {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Never below none.
impl Sub for Marks {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<f64> for Marks {
    type Output = Self;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a scheme bounds both"
    )]
    fn mul(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor.clamp(0.0, MOST)).round() as u64)
    }
}

impl Sum for Marks {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, Add::add)
    }
}

/// `7.5`, `10`.
impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        let text = match (hundredths, hundredths % 10) {
            (0, _) => whole.to_string(),
            (_, 0) => format!("{whole}.{}", hundredths / 10),
            _ => format!("{whole}.{hundredths:02}"),
        };
        f.pad(&text)
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

/// Marks earned, of those that could be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Earned.
    pub earned: Marks,
    /// Neither earned nor lost yet: this machine cannot tell, or a person must read it.
    pub pending: Marks,
    /// The most there are.
    pub possible: Marks,
}

impl Score {
    /// All of `possible`.
    #[must_use]
    pub const fn earned(possible: Marks) -> Self {
        Self { earned: possible, pending: Marks::NONE, possible }
    }

    /// None of `possible`.
    #[must_use]
    pub const fn lost(possible: Marks) -> Self {
        Self { earned: Marks::NONE, pending: Marks::NONE, possible }
    }

    /// It is not known yet how much of `possible`.
    #[must_use]
    pub const fn pending(possible: Marks) -> Self {
        Self { earned: Marks::NONE, pending: possible, possible }
    }

    /// A share of `possible`, between 0 and 1.
    #[must_use]
    pub fn part(possible: Marks, share: f64) -> Self {
        Self { earned: possible.share(share), pending: Marks::NONE, possible }
    }

    /// What is left of it after so many hints, each of which costs this share of what was earned.
    #[must_use]
    pub fn after_hints(self, hints: usize, cost: f64) -> Self {
        let hints = f64::from(u32::try_from(hints).unwrap_or(u32::MAX));
        Self { earned: self.earned - self.earned.share(hints * cost), ..self }
    }
}

impl Add for Score {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            earned: self.earned + other.earned,
            pending: self.pending + other.pending,
            possible: self.possible + other.possible,
        }
    }
}

impl Sum for Score {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// `7.5/10`, `7.5/10 (2 pending)`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { earned, pending, possible } = self;
        let mut text = format!("{earned}/{possible}");
        if *pending != Marks::NONE {
            text += &format!(" ({pending} pending)");
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_written_as_people_write_them() {
        let shown = |number: f64| Marks::try_from(number).unwrap().to_string();
        assert_eq!(
            ["10", "7.5", "3.33", "0.05", "0"].map(|text| shown(text.parse().unwrap())),
            ["10", "7.5", "3.33", "0.05", "0"]
        );
        assert!(Marks::try_from(-1.0).is_err() && Marks::try_from(f64::NAN).is_err());
        let json = serde_json::to_string(&[Marks::whole(3), Marks::try_from(2.5).unwrap()]).unwrap();
        assert_eq!(json, "[3,2.5]");
        assert_eq!(serde_json::from_str::<Vec<Marks>>(&json).unwrap()[1], Marks::try_from(2.5).unwrap());
    }

    #[test]
    fn hints_cost_a_share_each_and_never_more_than_all() {
        let score = Score::earned(Marks::whole(10));
        assert_eq!(score.after_hints(0, 0.1).earned, Marks::whole(10));
        assert_eq!(score.after_hints(3, 0.1).earned, Marks::whole(7));
        assert_eq!(score.after_hints(30, 0.1).earned, Marks::NONE);
    }

    proptest! {
        #[test]
        fn parts_sum_up_to_the_whole(hundredths in 0_u64..1_000_000, weights in prop::collection::vec(0_u32..1000, 1..12)) {
            let parts = Marks(hundredths).split(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            if weights.iter().any(|weight| *weight > 0) {
                prop_assert_eq!(parts.into_iter().sum::<Marks>(), Marks(hundredths));
            }
        }
    }
}
