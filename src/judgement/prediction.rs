//! Predictions: a figure is locked, an experiment is measured, the two are compared.
//!
//! The order is in the types: [`judge`] takes a [`Locked`] prediction, which only
//! [`lock`] makes and nobody can change. What the figures mean in words and colours
//! is the interface's; here they are values.

mod figure;
mod steady;
mod survey;

use serde::{Deserialize, Serialize};

pub use figure::{Figure, NotAFigure};
pub use steady::{Steadiness, steadiness};
pub use survey::{Needs, Problem, Standing, survey, survey_experiment, survey_operations};

use crate::vocabulary::experiment::{Measurement, Outcome, Predict, Tolerance, Unit};
use crate::words::speech::Speech;
use crate::words::units::Bytes;

/// A prediction that can no longer be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Locked {
    text: String,
    figure: Figure,
}

impl Locked {
    /// What the learner wrote.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it was understood, in the unit that the question asks for.
    #[must_use]
    pub const fn figure(&self) -> Figure {
        self.figure
    }
}

/// Takes down a prediction.
///
/// # Errors
/// Where `text` is not a figure in a unit that fits the question; the message tells
/// the learner how to write one, and nothing is locked.
pub fn lock(predict: &Predict, text: &str, page_size: Bytes) -> Result<Locked, NotAFigure> {
    let figure = Figure::read(text, predict.unit, page_size)?;
    Ok(Locked { text: text.trim().to_owned(), figure })
}

/// What came of a prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "judged", rename_all = "kebab-case")]
pub enum Judged {
    /// It was held against a measurement.
    Measured(Judgement),
    /// This machine cannot measure it: nothing is counted for or against the learner.
    Inconclusive {
        /// What was predicted.
        prediction: Figure,
        /// Why it cannot be measured.
        reason: String,
    },
}

/// A prediction beside what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What was predicted.
    pub prediction: Figure,
    /// What was measured: the median of the readings.
    pub measured: Figure,
    /// Each reading, in the order of the repetitions.
    pub readings: Vec<Figure>,
    /// How near the prediction is to the measurement.
    pub closeness: Closeness,
    /// What people say, and how near that is.
    pub folklore: Option<JudgedFolklore>,
    /// What a reader of the figure should know of how it was had.
    pub notes: Vec<String>,
}

/// A figure that people repeat, beside what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedFolklore {
    /// The figure.
    pub figure: Figure,
    /// Who says so.
    pub said_by: String,
    /// How near it is to the measurement.
    pub closeness: Closeness,
    /// Whether the learner said the same (by the tolerance of the question).
    pub shared_by_learner: bool,
}

/// How near a figure is to a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "closeness", rename_all = "kebab-case")]
pub enum Closeness {
    /// Within the tolerance.
    Close,
    /// Too low or too high.
    Off {
        /// Which.
        direction: Direction,
        /// How many times, above 1; nothing where either figure is zero or their signs differ.
        factor: Option<f64>,
        /// How much, in the unit of the figures, above 0.
        difference: Figure,
    },
}

/// On which side of the measurement a figure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Below it.
    TooLow,
    /// Above it.
    TooHigh,
}

impl Judged {
    /// Whether the prediction was close; nothing where it could not be measured.
    #[must_use]
    pub fn is_close(&self) -> Option<bool> {
        match self {
            Self::Measured(judgement) => Some(judgement.closeness == Closeness::Close),
            Self::Inconclusive { .. } => None,
        }
    }
}

/// Holds a locked prediction against what an experiment came to.
#[must_use]
pub fn judge(speech: Speech, predict: &Predict, locked: &Locked, outcome: &Outcome) -> Judged {
    let inconclusive = |reason: String| Judged::Inconclusive { prediction: locked.figure, reason };
    let measurement = match outcome {
        Outcome::Measured(measurement) => measurement,
        Outcome::Inconclusive { reason } => return inconclusive(reason.clone()),
    };
    let Some(measured) = Readings::of(measurement, predict.unit) else {
        let unit = predict.unit.in_words(speech).into();
        return inconclusive(speech.tell("prediction-no-unit", [("unit", unit)]));
    };
    let within = |text: &str| Figure::read(text, predict.unit, measurement.page_size).ok();
    let margin = Margin::of(&predict.tolerance, within);
    let folklore = predict.folklore.as_ref().and_then(|folklore| {
        let figure = within(&folklore.value)?;
        Some(JudgedFolklore {
            figure,
            said_by: folklore.said_by.clone(),
            closeness: measured.closeness(figure, margin),
            shared_by_learner: margin.covers(locked.figure.value, figure.value),
        })
    });
    Judged::Measured(Judgement {
        prediction: locked.figure,
        measured: measured.figure(measured.median),
        readings: measured.values.iter().map(|&value| measured.figure(value)).collect(),
        closeness: measured.closeness(locked.figure, margin),
        folklore,
        notes: measurement.notes.clone(),
    })
}

struct Readings {
    values: Vec<f64>,
    median: f64,
    unit: Unit,
}

impl Readings {
    fn of(measurement: &Measurement, unit: Unit) -> Option<Self> {
        let median = measurement.in_unit(measurement.median()?, unit)?;
        let values: Option<Vec<f64>> =
            measurement.readings.iter().map(|&reading| measurement.in_unit(reading, unit)).collect();
        Some(Self { values: values?, median, unit })
    }

    const fn figure(&self, value: f64) -> Figure {
        Figure { value, unit: self.unit }
    }

    /// A figure anywhere between the lowest and the highest reading is right: the
    /// machine itself gave no closer answer.
    fn closeness(&self, figure: Figure, margin: Margin) -> Closeness {
        let lowest = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let nearest = figure.value.clamp(lowest, highest);
        if margin.covers(figure.value, nearest) {
            return Closeness::Close;
        }
        let (low, high) = (figure.value.min(self.median), figure.value.max(self.median));
        Closeness::Off {
            direction: if figure.value < nearest { Direction::TooLow } else { Direction::TooHigh },
            factor: factor(low, high),
            difference: self.figure(high - low),
        }
    }
}

/// How many times the one is the other: above 1 for two figures of the same sign.
fn factor(one: f64, other: f64) -> Option<f64> {
    let (small, large) = (one.abs().min(other.abs()), one.abs().max(other.abs()));
    (small > 0.0 && one.signum() == other.signum()).then(|| large / small)
}

#[derive(Clone, Copy)]
struct Margin {
    times: f64,
    within: f64,
}

impl Margin {
    fn of(tolerance: &Tolerance, read: impl Fn(&str) -> Option<Figure>) -> Self {
        Self {
            times: tolerance.times.unwrap_or(1.0).max(1.0),
            within: tolerance.within.as_deref().and_then(read).map_or(0.0, |figure| figure.value.abs()),
        }
    }

    /// How much of the way from `middle` to the edge of what is close `value` has gone;
    /// nothing where there is no way and it has.
    fn share(self, middle: f64, value: f64) -> Option<f64> {
        let gone = (value - middle).abs();
        let by_factor = if value.abs() > middle.abs() {
            middle.abs() * (self.times - 1.0)
        } else {
            middle.abs() * (1.0 - 1.0 / self.times)
        };
        let way = self.within.max(by_factor);
        if gone == 0.0 { Some(0.0) } else { (way > 0.0).then(|| gone / way) }
    }

    fn covers(self, one: f64, other: f64) -> bool {
        (one - other).abs() <= self.within || factor(one, other).is_some_and(|factor| factor <= self.times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::experiment::Quantity;

    const PAGE: Bytes = Bytes::kib(4);

    fn predict(unit: &str, tolerance: &str) -> Predict {
        toml::from_str(&format!(
            r#"
            id = "p"
            ask = "?"
            unit = "{unit}"
            tolerance = {tolerance}
            folklore = {{ value = "10 GiB", said_by = "everybody" }}
            explain = "!"
            experiment = {{ do = [ {{ mark = "a" }} ], measure = {{ what = "rss", of = "process", to = "a" }} }}
            "#
        ))
        .unwrap()
    }

    fn measured(quantity: Quantity, readings: &[i64]) -> Outcome {
        Outcome::Measured(Measurement {
            quantity,
            readings: readings.to_vec(),
            page_size: PAGE,
            subject_size: None,
            notes: Vec::new(),
        })
    }

    fn judged(predict: &Predict, text: &str, outcome: &Outcome) -> Judgement {
        match judge(Speech::ENGLISH, predict, &lock(predict, text, PAGE).unwrap(), outcome) {
            Judged::Measured(judgement) => judgement,
            Judged::Inconclusive { reason, .. } => panic!("{reason}"),
        }
    }

    #[test]
    fn one_page_is_one_page_however_it_is_written() {
        let predict = predict("bytes", "{ times = 1.5 }");
        for text in ["4096", "4k", "4 KiB", "1 page", "4,096 bytes", "5000"] {
            let judgement = judged(&predict, text, &measured(Quantity::Rss, &[4096]));
            assert_eq!(judgement.closeness, Closeness::Close, "{text}");
        }
    }

    #[test]
    fn the_folklore_figure_is_named_and_its_believer_too() {
        let judgement =
            judged(&predict("bytes", "{ times = 1.5 }"), "10 GiB", &measured(Quantity::Rss, &[4096]));
        let Closeness::Off { direction, factor, .. } = judgement.closeness else { panic!("{judgement:?}") };
        assert_eq!((direction, factor), (Direction::TooHigh, Some(2_621_440.0)));
        let folklore = judgement.folklore.unwrap();
        assert!(folklore.shared_by_learner);
        assert_ne!(folklore.closeness, Closeness::Close);
        assert_eq!(folklore.figure.to_string(), "10 GiB");
    }

    #[test]
    fn nothing_measured_has_a_difference_and_no_factor() {
        let predict = predict("bytes", r#"{ within = "64 KiB" }"#);
        let none = measured(Quantity::Rss, &[0]);
        assert_eq!(judged(&predict, "0", &none).closeness, Closeness::Close);
        assert_eq!(judged(&predict, "64 KiB", &none).closeness, Closeness::Close);
        let Closeness::Off { factor, difference, .. } = judged(&predict, "1 MiB", &none).closeness else {
            panic!("1 MiB is not nothing")
        };
        assert_eq!((factor, difference.to_string().as_str()), (None, "1 MiB"));
    }

    #[test]
    fn between_the_readings_nobody_is_wrong() {
        let predict = predict("bytes", "{ times = 1.01 }");
        let noisy = measured(Quantity::DiskRead, &[1000, 3000, 2000]);
        assert_eq!(judged(&predict, "1500", &noisy).closeness, Closeness::Close);
        assert_eq!(judged(&predict, "1500", &noisy).measured.value, 2000.0);
        assert!(matches!(
            judged(&predict, "900", &noisy).closeness,
            Closeness::Off { direction: Direction::TooLow, .. }
        ));
    }

    #[test]
    fn a_fall_is_held_against_a_fall() {
        let predict = predict("bytes", "{ times = 1.5 }");
        let fall = measured(Quantity::Rss, &[-(64 << 20)]);
        assert_eq!(judged(&predict, "-64 MiB", &fall).closeness, Closeness::Close);
        assert!(matches!(
            judged(&predict, "64 MiB", &fall).closeness,
            Closeness::Off { direction: Direction::TooHigh, factor: None, .. }
        ));
    }

    #[test]
    fn what_cannot_be_measured_counts_for_nothing() {
        let predict = predict("bytes", "{ times = 1.5 }");
        let locked = lock(&predict, "1", PAGE).unwrap();
        let nothing = Outcome::Inconclusive { reason: "no cachestat".to_owned() };
        assert_eq!(judge(Speech::ENGLISH, &predict, &locked, &nothing).is_close(), None);
        assert_eq!(
            judge(Speech::ENGLISH, &predict, &locked, &measured(Quantity::MinorFaults, &[1])).is_close(),
            None
        );
    }
}
