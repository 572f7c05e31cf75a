//! Agreement: how far a marker agrees with people who marked the same answers.
//!
//! Each decision (this answer, this point) is counted once. Precision, recall and F1 are
//! about what is credited; kappa is the agreement beyond what chance would give (Cohen,
//! 1960). *Unsure* decisions are left to the learner, so they are neither credited nor
//! held against the marker: they only have a share of their own.

use std::ops::AddAssign;

use serde::Serialize;

/// Decisions counted by what the marker and the people said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Credited by both.
    pub both: u32,
    /// Credited by the marker alone.
    pub marker_only: u32,
    /// Credited by the people alone.
    pub people_only: u32,
    /// Credited by neither.
    pub neither: u32,
    /// The marker would not say.
    pub unsure: u32,
}

impl Tally {
    /// Counts one decision; `marker` is `None` where it is unsure.
    pub fn count(&mut self, marker: Option<bool>, people: bool) {
        let cell = match (marker, people) {
            (None, _) => &mut self.unsure,
            (Some(true), true) => &mut self.both,
            (Some(true), false) => &mut self.marker_only,
            (Some(false), true) => &mut self.people_only,
            (Some(false), false) => &mut self.neither,
        };
        *cell += 1;
    }

    fn decided(self) -> u32 {
        self.both + self.marker_only + self.people_only + self.neither
    }

    /// The share of decisions that are the same.
    #[must_use]
    pub fn agreement(self) -> f64 {
        share(self.both + self.neither, self.decided())
    }

    /// Of what the marker credits, the share that people credit.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.both, self.both + self.marker_only)
    }

    /// Of what people credit, the share that the marker credits.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.both, self.both + self.people_only)
    }

    /// The harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(self) -> f64 {
        share(2 * self.both, 2 * self.both + self.marker_only + self.people_only)
    }

    /// Cohen's kappa: 1 is full agreement, 0 is what chance would give.
    #[must_use]
    pub fn kappa(self) -> f64 {
        let all = f64::from(self.decided());
        if all == 0.0 {
            return 1.0;
        }
        let marker = f64::from(self.both + self.marker_only) / all;
        let people = f64::from(self.both + self.people_only) / all;
        let by_chance = marker * people + (1.0 - marker) * (1.0 - people);
        if by_chance >= 1.0 { 1.0 } else { (self.agreement() - by_chance) / (1.0 - by_chance) }
    }

    /// The share of decisions that the marker left to the learner.
    #[must_use]
    pub fn unsure_share(self) -> f64 {
        let all = self.decided() + self.unsure;
        if all == 0 { 0.0 } else { f64::from(self.unsure) / f64::from(all) }
    }
}

/// `part / whole`; where there is nothing to get wrong, all of it is right.
fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.both += other.both;
        self.marker_only += other.marker_only;
        self.people_only += other.people_only;
        self.neither += other.neither;
        self.unsure += other.unsure;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_the_textbook_ones() {
        let tally = Tally { both: 20, marker_only: 5, people_only: 10, neither: 15, unsure: 0 };
        assert!((tally.agreement() - 0.7).abs() < 1e-9);
        assert!((tally.precision() - 0.8).abs() < 1e-9);
        assert!((tally.recall() - 2.0 / 3.0).abs() < 1e-9);
        assert!((tally.f1() - 40.0 / 55.0).abs() < 1e-9);
        assert!((tally.kappa() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn unsure_is_held_against_nobody() {
        let mut tally = Tally::default();
        tally.count(None, true);
        tally.count(None, false);
        tally.count(Some(true), true);
        assert!((tally.f1() - 1.0).abs() < 1e-9);
        assert!((tally.unsure_share() - 2.0 / 3.0).abs() < 1e-9);
    }
}
