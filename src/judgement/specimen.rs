//! Specimens: what one does is drawn from a seed, and what is asked about it gets its
//! keys from what the kernel showed.
//!
//! [`prepare`] gives the operations of a run, [`pose`] turns what was seen of it into
//! ordinary questions with ordinary answers. The same seed gives the same operations
//! and the same order of lines, so that an answer that names a letter can be marked
//! against another run. Where the kernel shows one line for two mappings, no figure
//! of either can be told, and nothing is posed.

pub mod answers;
mod figures;
mod survey;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

pub use survey::survey;

use crate::facts::mapping::Mapping;
use crate::judgement::draw::Scale;
use crate::judgement::draw::{self, Files, FixturePlan, Occasion};
use crate::judgement::prediction::Problem;
use crate::vocabulary::experiment::Operation;
use crate::vocabulary::question::{Alternative, Choice, Number, Question, WrongNumber};
use crate::vocabulary::scene::Scene;
use crate::vocabulary::specimen::{Exhibit, Exhibited, FigureUnit, Specimen, SpecimenQuestion, Told};
use crate::vocabulary::value::{Expr, Template, ValueError, Values};
use crate::words::ids::{Label, SceneId, StepId};
use crate::words::units::Bytes;

/// One run of a specimen: what it does, and what was drawn for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The seed it was drawn from.
    pub seed: u64,
    /// What was drawn.
    pub values: Values,
    /// What it does.
    pub operations: Vec<Operation>,
}

/// What is shown of a specimen and asked about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Posed {
    /// The lines that are shown of each process. Those of the first are in the order of
    /// the letters that answers use.
    pub lines: Vec<Vec<Mapping>>,
    /// The questions, with keys from what was seen.
    pub questions: Vec<Question>,
    /// Questions that cannot be asked here.
    pub left_out: Vec<LeftOut>,
}

/// A question that cannot be asked on this machine.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// The question.
    pub question: StepId,
    /// Why.
    pub reason: String,
}

/// Draws a run from a seed.
///
/// # Errors
/// Every mistake in the specimen that keeps it from being drawn.
pub fn prepare(specimen: &Specimen, seed: u64, page_size: Bytes) -> Result<Prepared, Vec<Problem>> {
    let values = drawn(specimen, seed, page_size).map_err(|problem| vec![problem])?;
    let mut operations = Vec::new();
    let mut problems = Vec::new();
    for (index, operation) in specimen.operations.iter().enumerate() {
        match operation.fill(&values) {
            Ok(operation) => operations.push(operation),
            Err(error) => {
                problems.push(Problem { at: format!("do[{index}]"), text: error.to_string() });
            }
        }
    }
    if problems.is_empty() { Ok(Prepared { seed, values, operations }) } else { Err(problems) }
}

fn drawn(specimen: &Specimen, seed: u64, page_size: Bytes) -> Result<Values, Problem> {
    let problem =
        |error: &dyn std::fmt::Display| Problem { at: "values".to_owned(), text: error.to_string() };
    let id: SceneId = specimen.id.as_str().parse().map_err(|error| problem(&error))?;
    // Read as a lesson's is, so that all it says nothing of is as it is there.
    let bare = serde_json::json!({ "id": id, "title": "", "script": [] });
    let scene: Scene = serde_json::from_value(bare).map_err(|error| problem(&error))?;
    let occasion = Occasion { seed, scene: &id, repetition: 0, page_size, scale: Scale::Full };
    let (values, _) =
        draw::draw(&specimen.values, &scene, occasion, &mut NoFiles).map_err(|error| problem(&error))?;
    Ok(values)
}

/// The values of a specimen come from no file.
struct NoFiles;

#[derive(Debug, thiserror::Error)]
#[error("a specimen has no files to draw values from")]
struct NoFile;

impl Files for NoFiles {
    type Error = NoFile;

    fn path(&mut self, _: &FixturePlan) -> Result<String, NoFile> {
        Err(NoFile)
    }

    fn sum(&mut self, _: &FixturePlan) -> Result<u64, NoFile> {
        Err(NoFile)
    }

    fn byte(&mut self, _: &FixturePlan, _: u64) -> Result<Option<u8>, NoFile> {
        Err(NoFile)
    }
}

/// Turns what was seen of a run into questions.
///
/// # Errors
/// Why it shows nothing that could be asked about, in words for the learner.
pub fn pose(specimen: &Specimen, prepared: &Prepared, exhibit: &Exhibit) -> Result<Posed, String> {
    let mut values = figures::of(exhibit)?;
    values.0.extend(prepared.values.0.clone());
    let also = |index| if index == 0 { specimen.also.as_slice() } else { &[] };
    let processes = exhibit.processes.iter().enumerate();
    let mut lines: Vec<Vec<Mapping>> =
        processes.map(|(index, process)| shown(process, also(index))).collect();
    let Some(first) = lines.first_mut() else { return Err("no process was seen".to_owned()) };
    // By address they would lie in another order in another run.
    first.sort_by_key(|line| place(line, exhibit.processes.first(), &specimen.also));
    first.shuffle(&mut ChaCha8Rng::seed_from_u64(prepared.seed));
    let options = first.clone();
    let posing = Posing { exhibit, values: &values, lines: &options };
    let mut questions = Vec::new();
    let mut left_out = Vec::new();
    for question in &specimen.question {
        match posing.pose(question) {
            Ok(question) => questions.push(question),
            Err(error) => {
                let reason = match (&error, &exhibit.perf) {
                    (ValueError::Unknown { name }, Told::Absent { reason }) if figures::is_of_perf(name) => {
                        reason.clone()
                    }
                    _ => error.to_string(),
                };
                left_out.push(LeftOut { question: question.id().clone(), reason });
            }
        }
    }
    Ok(Posed { lines, questions, left_out })
}

/// The lines of a process that are shown: those of its labelled mappings, and those asked for.
fn shown(process: &Exhibited, also: &[String]) -> Vec<Mapping> {
    let labelled = |line: &Mapping| {
        process.labels.keys().any(|label| process.covering(label).any(|covering| covering == line))
    };
    let wanted = |line: &Mapping| also.contains(&line.path);
    let shown = process.mappings.iter().filter(|line| labelled(line) || wanted(line));
    shown.map(|line| Mapping { path: short(&line.path), ..line.clone() }).collect()
}

/// The longest path that is shown whole, in characters.
const LONGEST_PATH: usize = 20;

/// A path that leaves room for the other columns.
fn short(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((_, name)) if path.chars().count() > LONGEST_PATH => format!(".../{name}"),
        _ => path.to_owned(),
    }
}

/// Where a line stands before the lines are shuffled: by label, then by name.
fn place(line: &Mapping, process: Option<&Exhibited>, also: &[String]) -> (usize, u64) {
    let labels = process.into_iter().flat_map(|process| {
        process.labels.iter().filter(|&(_, &(start, end))| line.start < end && start < line.end)
    });
    let first = labels.map(|(label, _)| label).min();
    let index = process.and_then(|process| process.labels.keys().position(|label| Some(label) == first));
    let named = || also.iter().position(|name| *name == line.path).unwrap_or(also.len());
    // Lines of one mapping that was split keep the order of their addresses.
    index.map_or_else(|| (usize::MAX, named() as u64), |index| (index, line.start.0))
}

struct Posing<'a> {
    exhibit: &'a Exhibit,
    values: &'a Values,
    lines: &'a [Mapping],
}

impl Posing<'_> {
    fn pose(&self, question: &SpecimenQuestion) -> Result<Question, ValueError> {
        match question {
            SpecimenQuestion::Line { id, ask, of, right, wrong, otherwise, hints } => {
                let option = |line: &Mapping| {
                    let right_line = self.is_of(line, of);
                    let other = wrong.iter().find(|wrong| self.is_of(line, &wrong.of));
                    let says = match other {
                        _ if right_line => right,
                        Some(wrong) => &wrong.feedback,
                        None => otherwise,
                    };
                    Ok(Alternative { text: line.to_string(), right: right_line, feedback: self.fill(says)? })
                };
                let option = self.lines.iter().map(option).collect::<Result<_, ValueError>>()?;
                Ok(Question::Choice(Choice {
                    id: id.clone(),
                    ask: ask.clone(),
                    option,
                    hints: hints.clone(),
                }))
            }
            SpecimenQuestion::Figure { id, ask, answer, unit, tolerance, right, wrong, otherwise, hints } => {
                let tolerance =
                    tolerance.as_ref().map_or(Ok(0.0), |tolerance| self.figure(tolerance, *unit))?;
                let answer = self.figure(answer, *unit)?;
                let mut others = Vec::new();
                for wrong in wrong {
                    let value = self.figure(&wrong.value, *unit)?;
                    if (value - answer).abs() > tolerance {
                        others.push(WrongNumber { value, feedback: self.fill(&wrong.feedback)? });
                    }
                }
                Ok(Question::Number(Number {
                    id: id.clone(),
                    ask: ask.clone(),
                    answer,
                    tolerance,
                    unit: unit.to_string(),
                    right: self.fill(right)?,
                    wrong: others,
                    otherwise: self.fill(otherwise)?,
                    hints: hints.clone(),
                }))
            }
        }
    }

    fn is_of(&self, line: &Mapping, label: &Label) -> bool {
        let process = self.exhibit.processes.first();
        process.is_some_and(|process| process.covering(label).any(|covering| covering.start == line.start))
    }

    fn fill(&self, template: &Template) -> Result<String, ValueError> {
        self.values.fill(template.text())
    }

    #[expect(clippy::cast_precision_loss, reason = "figures of a specimen stay far below 2^53")]
    fn figure(&self, expression: &Expr, unit: FigureUnit) -> Result<f64, ValueError> {
        let page_size = self.exhibit.page_size;
        let value = expression.evaluate(self.values, page_size)?;
        Ok(value as f64 / unit.scale(page_size) as f64)
    }
}

#[cfg(test)]
mod tests;
