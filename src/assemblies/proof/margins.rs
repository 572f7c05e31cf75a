//! How far thresholds are from what is measured, against the noise of the measuring.
//!
//! Model programs that ran several times with one seed met the same values, so that what
//! differs between their readings is noise. A bound that is not three times as far
//! away as that noise is wide is near: a verdict may come to depend on luck. Where too few
//! runs had one seed no noise is claimed, and nothing is said.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assemblies::proof::Subject;
use crate::assemblies::proof::trial::TrialReport;
use crate::judgement::verdict::{Reading, ReadingUnit};
use crate::vocabulary::lesson::Language;
use crate::words::ids::{CheckId, LessonId, SceneId, StepId};

/// How many times as far as the noise a bound must be from what is measured.
pub(super) const CLEAR: i64 = 3;

/// How many runs with one seed show noise at the least.
const RUNS: usize = 3;

/// A threshold, with what the model programs measured in runs with one seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// The lesson.
    pub lesson: LessonId,
    /// The drill.
    pub drill: StepId,
    /// The language of the model programs.
    pub language: Language,
    /// The check.
    pub check: CheckId,
    /// The scene.
    pub scene: SceneId,
    /// Which of the scene's runs, from 0.
    pub repetition: u32,
    /// Which of the check's numbers, from 0.
    pub part: usize,
    /// The numbers.
    #[serde(flatten)]
    pub range: Range,
}

/// What was measured again and again, and the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// In how many runs.
    pub runs: usize,
    /// The lowest of them.
    pub lowest: i64,
    /// The highest.
    pub highest: i64,
    /// What it must be at the least.
    pub least: Option<i64>,
    /// What it may be at the most.
    pub most: Option<i64>,
    /// In what all of these are counted.
    pub unit: ReadingUnit,
    /// How far the nearest of them is from a bound; below 0 where one is beyond it.
    pub distance: i64,
    /// How far the bound is, in words.
    pub clearance: Clearance,
}

/// How far a threshold is from what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clearance {
    /// Every run measures the same: there is no noise.
    Still,
    /// Far enough for the noise.
    Clear,
    /// Not so.
    Near,
}

impl Range {
    /// Of readings of one number against the same bounds; nothing of too few.
    #[must_use]
    pub fn of(readings: &[Reading]) -> Option<Self> {
        let [first, ..] = readings else { return None };
        if readings.len() < RUNS {
            return None;
        }
        let measured = || readings.iter().map(|reading| reading.measured);
        let (lowest, highest) = (measured().min()?, measured().max()?);
        let away = readings.iter().flat_map(|reading| {
            let from_least = reading.least.map(|least| reading.measured.saturating_sub(least));
            let from_most = reading.most.map(|most| most.saturating_sub(reading.measured));
            from_least.into_iter().chain(from_most)
        });
        let distance = away.min()?;
        let noise = highest.saturating_sub(lowest);
        let clearance = if noise == 0 {
            Clearance::Still
        } else if distance >= noise.saturating_mul(CLEAR) {
            Clearance::Clear
        } else {
            Clearance::Near
        };
        let Reading { least, most, unit, .. } = *first;
        Some(Self { runs: readings.len(), lowest, highest, least, most, unit, distance, clearance })
    }

    /// How widely the runs differ.
    #[must_use]
    pub const fn noise(&self) -> i64 {
        self.highest.saturating_sub(self.lowest)
    }

    /// How many times the noise the bound is away; nothing where there is none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
    pub fn times(&self) -> Option<f64> {
        (self.noise() != 0).then(|| self.distance as f64 / self.noise() as f64)
    }

    /// What was measured and what is allowed: `12 to 14, at most 500`.
    #[must_use]
    pub fn words(&self) -> String {
        let write = |number| self.unit.write(number);
        let bounds = match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => format!("exactly {}", write(least)),
            (Some(least), Some(most)) => format!("{} to {} allowed", write(least), write(most)),
            (Some(least), None) => format!("at least {}", write(least)),
            (None, Some(most)) => format!("at most {}", write(most)),
            (None, None) => "any amount".to_owned(),
        };
        let (lowest, highest) = (write(self.lowest), write(self.highest));
        let measured = if self.noise() == 0 {
            format!("always {lowest}")
        } else if lowest == highest {
            // Large amounts are written round, and here the little that is left out is the point.
            format!("{lowest} and up to {} more", write(self.noise()))
        } else {
            format!("{lowest} to {highest}")
        };
        format!("{measured}, {bounds}")
    }
}

/// The margins of all thresholds that the model programs among `trials` ran into often enough
/// with the seed `seed`.
#[must_use]
pub fn margins(trials: &[TrialReport], seed: u64) -> Vec<Margin> {
    let mut margins = Vec::new();
    let models: Vec<&TrialReport> =
        trials.iter().filter(|trial| trial.subject == Subject::Model && trial.seed == seed).collect();
    let same = |one: &&TrialReport, other: &&TrialReport| {
        one.lesson == other.lesson && one.drill == other.drill && one.language == other.language
    };
    for runs in models.chunk_by(same) {
        let mut numbers: BTreeMap<_, Vec<Reading>> = BTreeMap::new();
        for read in runs.iter().flat_map(|trial| &trial.tried.readings) {
            let number = (&read.check, &read.scene, read.repetition, read.part);
            numbers.entry(number).or_default().push(read.reading);
        }
        margins.extend(numbers.into_iter().filter_map(|((check, scene, repetition, part), readings)| {
            Some(Margin {
                lesson: runs[0].lesson.clone(),
                drill: runs[0].drill.clone(),
                language: runs[0].language,
                check: check.clone(),
                scene: scene.clone(),
                repetition,
                part,
                range: Range::of(&readings)?,
            })
        }));
    }
    margins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(measured: &[i64], least: Option<i64>, most: Option<i64>) -> Vec<Reading> {
        measured
            .iter()
            .map(|&measured| Reading { measured, least, most, unit: ReadingUnit::Number })
            .collect()
    }

    fn of(measured: &[i64], least: Option<i64>, most: Option<i64>) -> (Clearance, i64) {
        let range = Range::of(&readings(measured, least, most)).unwrap();
        (range.clearance, range.distance)
    }

    #[test]
    fn a_bound_three_times_the_noise_away_is_clear() {
        assert_eq!(of(&[16, 20, 18], None, Some(32)), (Clearance::Clear, 12));
        assert_eq!(of(&[16, 20, 18], None, Some(31)), (Clearance::Near, 11));
        assert_eq!(of(&[16, 20, 18], Some(4), Some(1000)), (Clearance::Clear, 12), "the nearer bound counts");
        assert_eq!(of(&[16, 20, 18], Some(5), None), (Clearance::Near, 11));
        assert_eq!(of(&[16, 20, 18], None, Some(19)), (Clearance::Near, -1), "one run is beyond it");
    }

    #[test]
    fn what_has_no_noise_may_be_met_exactly() {
        assert_eq!(of(&[16, 16, 16], Some(16), Some(16)), (Clearance::Still, 0));
        let range = Range::of(&readings(&[16, 16, 16], Some(16), Some(16))).unwrap();
        assert_eq!((range.times(), range.words().as_str()), (None, "always 16, exactly 16"));
    }

    #[test]
    fn noise_is_told_where_round_amounts_hide_it() {
        let reading =
            |measured| Reading { measured, least: None, most: Some(20 << 20), unit: ReadingUnit::Bytes };
        let range = Range::of(&[11 << 20, (11 << 20) + 8192, 11 << 20].map(reading)).unwrap();
        assert_eq!(range.words(), "11 MiB and up to 8 KiB more, at most 20 MiB");
    }

    #[test]
    fn too_few_runs_claim_nothing() {
        assert_eq!(Range::of(&readings(&[16, 20], None, Some(19))), None);
        assert_eq!(Range::of(&[]), None);
    }

    #[test]
    fn the_widest_numbers_do_not_overflow() {
        let far = [i64::MIN, 0, i64::MAX];
        assert_eq!(of(&far, Some(i64::MIN), Some(i64::MAX)), (Clearance::Near, 0));
    }
}
