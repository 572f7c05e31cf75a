//! The part of a proof that measures: predictions run several times, so that their keys
//! are seen to hold still, and specimens posed, so that their questions are seen to have
//! one answer each.
//!
//! One after another and with nothing beside them: they measure the machine.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::assemblies::proof::{Found, as_milliseconds, with_causes};
use crate::assemblies::specimens::{self, Showing, Shown};
use crate::edges::experiment;
use crate::flow::cancel::CancelToken;
use crate::judgement::course::LoadedLesson;
use crate::judgement::prediction::{Steadiness, steadiness};
use crate::vocabulary::experiment::{Outcome, Predict};
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::{LessonId, StepId};

/// What is needed to measure.
pub struct Measuring<'a> {
    /// This program, which experiments start again.
    pub executable: &'a Path,
    /// Where their files lie while they run: on a disk.
    pub directory: &'a Path,
    /// How often each is run at the least; more often where so few runs show no range.
    pub repeat: u32,
    /// The seed of the first round of a specimen; the others follow it.
    pub seed: u64,
    /// Ends it early.
    pub cancel: &'a CancelToken,
    /// Hears of each step that is over.
    pub progress: &'a dyn Fn(&LessonId),
}

/// A step that was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The lesson.
    pub lesson: LessonId,
    /// The step.
    pub step: StepId,
    /// How often it was run.
    pub rounds: u32,
    /// What kind of step, with what was seen of it.
    #[serde(flatten)]
    pub seen: Seen,
    /// What came of it.
    #[serde(flatten)]
    pub found: Found,
    /// How long it took.
    #[serde(rename = "milliseconds", serialize_with = "as_milliseconds")]
    pub took: Duration,
}

/// What was seen of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Seen {
    /// The figures of a prediction's runs; nothing where there were none.
    Predict {
        /// Their range, against the tolerance.
        steadiness: Option<Steadiness>,
    },
    /// The questions of a specimen.
    Specimen {
        /// How many were posed in each run.
        questions: usize,
    },
    /// A question about the runs of a drill.
    Asked {
        /// The options that are right by the model programs' runs.
        right: Vec<String>,
    },
}

impl Seen {
    /// What the kinds of steps are called, in the order in which they are counted.
    pub const NOUNS: [&str; 3] = ["prediction", "specimen", "measured question"];

    /// What a step of this kind is called.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        Self::NOUNS[match self {
            Self::Predict { .. } => 0,
            Self::Specimen { .. } => 1,
            Self::Asked { .. } => 2,
        }]
    }
}

/// How long one run of an experiment may take.
const DEADLINE: Duration = Duration::from_secs(120);

/// The steps of `lessons` that are measured.
pub fn steps<'a>(
    lessons: impl IntoIterator<Item = &'a LoadedLesson>,
) -> impl Iterator<Item = (&'a LessonId, &'a Step)> {
    let measured = |step: &&Step| matches!(step, Step::Predict(_) | Step::Specimen(_));
    lessons
        .into_iter()
        .flat_map(move |lesson| lesson.lesson.step.iter().filter(measured).map(|step| (&lesson.id, step)))
}

/// Measures the steps, in their order. Those that a cancellation kept from it are missing.
#[must_use]
pub fn measure<'a>(
    steps: impl IntoIterator<Item = (&'a LessonId, &'a Step)>,
    measuring: &Measuring<'_>,
) -> Vec<Measured> {
    let mut measured = Vec::new();
    for (lesson, step) in steps {
        if measuring.cancel.is_cancelled() {
            break;
        }
        let began = Instant::now();
        let rounds = rounds(step, measuring.repeat);
        let (seen, found) = match step {
            Step::Predict(predict) => prediction(predict, rounds, measuring),
            Step::Specimen(specimen) => specimen_of(specimen, rounds, measuring),
            _ => continue,
        };
        measured.push(Measured {
            lesson: lesson.clone(),
            step: step.id().clone(),
            rounds,
            seen,
            found,
            took: began.elapsed(),
        });
        (measuring.progress)(lesson);
    }
    measured
}

/// A single run shows no range; one that repeats itself, as noisy figures want it, shows
/// something of it.
fn rounds(step: &Step, repeat: u32) -> u32 {
    match step {
        Step::Predict(predict) if predict.experiment.repetitions() > 1 => repeat.max(2),
        _ => repeat.max(3),
    }
}

fn prediction(predict: &Predict, rounds: u32, measuring: &Measuring<'_>) -> (Seen, Found) {
    let mut runs = Vec::new();
    let unseen = Seen::Predict { steadiness: None };
    for _ in 0..rounds {
        match experiment::run(measuring.executable, &predict.experiment, measuring.directory, DEADLINE) {
            Ok(Outcome::Measured(measurement)) => runs.push(measurement),
            Ok(Outcome::Inconclusive { reason }) => return (unseen, Found::Undecided { reason }),
            Err(error) => return (unseen, Found::Fault { reason: with_causes(&error) }),
        }
    }
    let steadiness = steadiness(predict, &runs);
    let found = match &steadiness {
        None => Found::Contrary { reason: format!("what is measured cannot be told in {}", predict.unit) },
        Some(Steadiness { problem: Some(problem), .. }) => Found::Contrary { reason: problem.clone() },
        Some(_) => Found::AsWanted,
    };
    (Seen::Predict { steadiness }, found)
}

/// Each round draws other figures; the first is run twice, for an answer from a file is
/// marked against another run of the same seed.
fn specimen_of(specimen: &Specimen, rounds: u32, measuring: &Measuring<'_>) -> (Seen, Found) {
    let mut asked = 0;
    let mut first: Option<Box<Showing>> = None;
    let seeds = (0..u64::from(rounds)).map(|round| measuring.seed.wrapping_add(round));
    for seed in seeds.chain([measuring.seed]) {
        let seen = |questions| Seen::Specimen { questions };
        let showing = match specimens::show(measuring.executable, specimen, seed, measuring.directory) {
            Ok(Shown::Posed(showing)) => showing,
            Ok(Shown::Unseen { reason }) => return (seen(asked), Found::Undecided { reason }),
            Err(error) => return (seen(asked), Found::Fault { reason: with_causes(&error) }),
        };
        let questions = &showing.posed.questions;
        asked = questions.len();
        if let Some(reason) = questions.iter().find_map(unanswerable) {
            return (seen(asked), Found::Contrary { reason: format!("{reason} (seed {seed})") });
        }
        if let Some(left_out) = showing.posed.left_out.first() {
            let reason = format!("`{}` is not asked here: {}", left_out.question, left_out.reason);
            return (seen(asked), Found::Undecided { reason });
        }
        match &first {
            Some(first) if first.prepared.seed == seed => {
                let again = first.posed.questions.iter().zip(questions);
                if let Some(reason) = again.into_iter().find_map(|(one, other)| moved(one, other)) {
                    return (seen(asked), Found::Contrary { reason: format!("{reason} (seed {seed})") });
                }
            }
            Some(_) => {}
            None => first = Some(showing),
        }
    }
    (Seen::Specimen { questions: asked }, Found::AsWanted)
}

/// Why a question that was posed has no answer, or no wrong one.
fn unanswerable(question: &Question) -> Option<String> {
    match question {
        Question::Choice(choice) => {
            let right = choice.option.iter().filter(|option| option.right).count();
            match right {
                1 if choice.option.len() > 1 => None,
                1 => Some(format!("`{}` has one line to choose from", choice.id)),
                0 => Some(format!("`{}` has no right line", choice.id)),
                _ => {
                    Some(format!("`{}` has {right} right lines: the kernel has split the mapping", choice.id))
                }
            }
        }
        _ => None,
    }
}

/// Why an answer to `one` would not be one to `other`, posed of another run of the same seed.
fn moved(one: &Question, other: &Question) -> Option<String> {
    match (one, other) {
        (Question::Choice(one), Question::Choice(other)) => {
            let rights = |choice: &crate::vocabulary::question::Choice| -> Vec<bool> {
                choice.option.iter().map(|option| option.right).collect()
            };
            (rights(one) != rights(other))
                .then(|| format!("the right line of `{}` has another letter in another run", one.id))
        }
        (Question::Number(one), Question::Number(other)) => {
            ((one.answer - other.answer).abs() > one.tolerance).then(|| {
                format!(
                    "`{}` is {} {} in one run and {} in another of the same seed",
                    one.id, one.answer, one.unit, other.answer
                )
            })
        }
        _ => None,
    }
}
