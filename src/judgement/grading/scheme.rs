//! The instructor's scheme: what things are worth, what students are shown.
//!
//! ```toml
//! partial = "by-check"            # or "all-or-nothing"
//! hint_cost = 0.1                 # each hint taken costs a tenth of what the step earned
//! drill = 10                      # marks for each drill, question, sketch and prediction
//! question = 1
//! sketch = 3
//! prediction = 0
//!
//! [lesson.03-untouched-memory]
//! factor = 2                      # all of this lesson counts twice
//!
//! [lesson.03-untouched-memory.step.reserve]
//! marks = 20                      # instead of the 10 of every drill
//! visibility = "hidden"           # students are not shown how they did in it
//! hidden_checks = ["touched-only"]   # or not in these checks of it
//! weights = { touched-only = 3 }  # shares of the checks, instead of the lesson's
//! ```
//!
//! Everything may be left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Marks;
use crate::judgement::course::LoadedCourse;
use crate::vocabulary::lesson::Step;
use crate::words::ids::{CheckId, LessonId, StepId};
use crate::words::prose;

/// `grading.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scheme {
    /// Whether a drill that is missed may earn something.
    pub partial: Partial,
    /// The share of what a step earned that each of its hints costs, from 0 to 1. Hints are
    /// counted by what the workspace says, which is the student's own word.
    pub hint_cost: f64,
    /// Marks of a drill.
    pub drill: Marks,
    /// Marks of a question.
    pub question: Marks,
    /// Marks of a sketch, and of a specimen.
    pub sketch: Marks,
    /// Marks of a prediction, earned by making one: a guess is never wrong. So are those of a
    /// question about the student's own runs, which a person must read.
    pub prediction: Marks,
    /// What is said of single lessons.
    pub lesson: BTreeMap<LessonId, LessonScheme>,
}

impl Default for Scheme {
    fn default() -> Self {
        Self {
            partial: Partial::ByCheck,
            hint_cost: 0.0,
            drill: Marks::whole(10),
            question: Marks::whole(1),
            sketch: Marks::whole(3),
            prediction: Marks::NONE,
            lesson: BTreeMap::new(),
        }
    }
}

/// Whether a drill that is missed may earn something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partial {
    /// The shares of its checks that hold.
    #[default]
    ByCheck,
    /// Nothing.
    AllOrNothing,
}

/// What a scheme says of one lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LessonScheme {
    /// By how much all marks of the lesson are multiplied.
    pub factor: f64,
    /// What is said of single steps.
    pub step: BTreeMap<StepId, StepScheme>,
}

impl Default for LessonScheme {
    fn default() -> Self {
        Self { factor: 1.0, step: BTreeMap::new() }
    }
}

/// What a scheme says of one step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepScheme {
    /// Its marks, instead of those of its kind.
    pub marks: Option<Marks>,
    /// Whether students are shown how they did in it.
    pub visibility: Visibility,
    /// The checks of it that they are not shown.
    pub hidden_checks: BTreeSet<CheckId>,
    /// The shares of its checks, instead of those that the lesson gives.
    pub weights: BTreeMap<CheckId, u32>,
}

/// Whether students are shown something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// They are.
    #[default]
    Visible,
    /// Only the instructor is.
    Hidden,
}

/// A text that is no scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemeError(String);

impl Scheme {
    /// Reads a scheme.
    ///
    /// # Errors
    /// Where it is no TOML, or says what a scheme cannot say; the message points at the place.
    pub fn read(text: &str) -> Result<Self, SchemeError> {
        let scheme: Self = toml::from_str(text).map_err(|error| SchemeError(error.to_string()))?;
        Ok(scheme)
    }

    /// What is wrong with it for this course: names that lead nowhere, numbers out of bounds.
    #[must_use]
    pub fn problems(&self, course: &LoadedCourse) -> Vec<String> {
        let mut problems = Vec::new();
        if !(0.0..=1.0).contains(&self.hint_cost) {
            problems.push(format!("hint_cost = {} is no share: it must lie between 0 and 1", self.hint_cost));
        }
        for (id, said) in &self.lesson {
            if !(0.0..=1000.0).contains(&said.factor) {
                problems.push(format!("lesson.{id}: factor = {} must lie between 0 and 1000", said.factor));
            }
            let Some(lesson) = course.lesson(id) else {
                let lessons = course.lessons.iter().map(|lesson| lesson.id.as_str());
                problems.push(nowhere("the course", "lesson", id.as_str(), lessons));
                continue;
            };
            for (step_id, said) in &said.step {
                let Some(step) = lesson.step(step_id) else {
                    let steps = lesson.lesson.step.iter().map(|step| step.id().as_str());
                    problems.push(nowhere(id.as_str(), "step", step_id.as_str(), steps));
                    continue;
                };
                let checks: BTreeSet<&CheckId> = match step {
                    Step::Drill(drill) => drill.check.iter().map(|check| &check.id).collect(),
                    _ => BTreeSet::new(),
                };
                for check in said.hidden_checks.iter().chain(said.weights.keys()) {
                    if !checks.contains(check) {
                        let owner = format!("{id}, {step_id}");
                        let checks = checks.iter().map(|check| check.as_str());
                        problems.push(nowhere(&owner, "check", check.as_str(), checks));
                    }
                }
            }
        }
        problems
    }

    fn step(&self, lesson: &LessonId, step: &StepId) -> Option<&StepScheme> {
        self.lesson.get(lesson)?.step.get(step)
    }

    /// What a step is worth. Texts to read are worth nothing.
    #[must_use]
    pub fn marks(&self, lesson: &LessonId, step: &Step) -> Marks {
        let usual = match step {
            Step::Read(_) => return Marks::NONE,
            Step::Drill(_) => self.drill,
            Step::Sketch(_) | Step::Specimen(_) => self.sketch,
            Step::Predict(_) | Step::Measured(_) => self.prediction,
            _ => self.question,
        };
        let own = self.step(lesson, step.id()).and_then(|said| said.marks);
        own.unwrap_or(usual) * self.lesson.get(lesson).map_or(1.0, |said| said.factor)
    }

    /// Whether students are shown how they did in a step.
    #[must_use]
    pub fn visibility(&self, lesson: &LessonId, step: &StepId) -> Visibility {
        self.step(lesson, step).map(|said| said.visibility).unwrap_or_default()
    }

    /// Whether students are shown how they did in a check.
    #[must_use]
    pub fn visibility_of_check(&self, lesson: &LessonId, step: &StepId, check: &CheckId) -> Visibility {
        match self.step(lesson, step) {
            Some(said) if said.hidden_checks.contains(check) => Visibility::Hidden,
            Some(said) => said.visibility,
            None => Visibility::Visible,
        }
    }

    /// The share of a check, where it is not the lesson's.
    #[must_use]
    pub fn weight_of_check(&self, lesson: &LessonId, step: &StepId, check: &CheckId) -> Option<u32> {
        self.step(lesson, step)?.weights.get(check).copied()
    }
}

fn nowhere<'a>(owner: &str, what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let problem = format!("{owner} has no {what} {name:?}");
    match prose::nearest(name, known.clone()) {
        Some(near) => format!("{problem}; did you mean {near:?}?"),
        None => {
            let known: Vec<&str> = known.collect();
            if known.is_empty() { problem } else { format!("{problem}; it has {}", prose::list(&known)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_as_usual() {
        assert_eq!(Scheme::read("").unwrap(), Scheme::default());
        let scheme = Scheme::read("drill = 7.5\n[lesson.01-a]\nfactor = 2").unwrap();
        assert_eq!(scheme.drill.to_string(), "7.5");
        assert_eq!(scheme.question, Marks::whole(1));
    }

    #[test]
    fn what_a_scheme_cannot_say_is_told_with_its_place() {
        for (text, told) in [
            ("dril = 10", "unknown field `dril`"),
            ("drill = -1", "-1 is not a number of marks"),
            ("partial = 'some'", "unknown variant `some`"),
            ("[lesson.'A B']", "is not a lesson's id"),
            ("drill = ", "line 1"),
        ] {
            let error = Scheme::read(text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
