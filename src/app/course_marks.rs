//! `course marks FILE.jsonl`: how far the marker agrees with answers that people marked.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use serde::Deserialize;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::mark::shelf;
use crate::judgement::course::{Shelf, ShelfError};
use crate::judgement::marking::{Marking, Outcome, Reason, Speaks, Tally};
use crate::words::ids::PointId;

/// Examples shown in the help.
pub const HELP: &str = "\
Examples:
  mmaplings course marks marked.jsonl
  mmaplings course marks marked.jsonl --only dev_a --differences

Each line is {\"id\", \"question\", \"answer\", \"points\", \"misconceptions\"}. Points left to the
learner (unsure) are neither credited nor held against the marker.";

/// Arguments of `course marks`.
#[derive(Debug, clap::Args)]
pub struct CourseMarksArgs {
    /// Marked answers: a line `{"id", "question", "answer", "points", "misconceptions"}` each.
    pub file: PathBuf,
    /// Only answers whose id begins so: to hold the rubrics against one author's.
    #[arg(long, value_name = "PREFIX")]
    pub only: Option<String>,
    /// Show every answer that was marked otherwise.
    #[arg(long)]
    pub differences: bool,
}

/// Why the marks could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CourseMarksError {
    /// The file cannot be read.
    #[error("{} cannot be read", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not a marked answer.
    #[error("line {line} is not a marked answer")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What JSON says of it.
        source: serde_json::Error,
    },
    /// A marked answer credits something that its rubric does not have.
    #[error("answer {answer} credits `{id}`, which its rubric does not have")]
    UnknownId {
        /// The answer's id.
        answer: String,
        /// The id credited.
        id: PointId,
    },
    /// There is no such rubric, or it is broken.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
}

#[derive(Debug, Deserialize)]
struct Marked {
    id: String,
    question: String,
    answer: String,
    points: Vec<PointId>,
    misconceptions: Vec<PointId>,
}

/// The agreement on one question's answers, or on all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// How many answers.
    pub answers: u32,
    /// Agreement on points.
    pub points: Tally,
    /// Agreement on misconceptions.
    pub misconceptions: Tally,
    /// Answers that people gave no point and the marker full marks.
    pub nothing_but_full: u32,
}

impl Marks {
    fn add(&mut self, other: &Self) {
        self.answers += other.answers;
        self.points += other.points;
        self.misconceptions += other.misconceptions;
        self.nothing_but_full += other.nothing_but_full;
    }
}

/// An answer that was marked otherwise than by people.
#[derive(Debug)]
pub struct Difference {
    /// The answer's id.
    pub id: String,
    /// The answer.
    pub answer: String,
    /// What the marker credits beyond the people (`+`), what it does not (`-`), what it is unsure of (`?`).
    pub signs: Vec<String>,
    /// The patterns that what was credited rests on.
    pub reasons: Vec<Reason>,
    /// What the answer was taken to speak of, from which words on.
    pub topics: Vec<(String, String)>,
}

/// The whole comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// By question.
    pub questions: BTreeMap<String, Marks>,
    /// All questions together.
    pub all: Marks,
    /// Where the two differ.
    pub differences: Vec<Difference>,
}

/// Marks each line's answer and compares.
///
/// # Errors
/// If a line is not a marked answer, or its rubric cannot be had.
pub fn compare(lines: &str, only: Option<&str>, shelf: &Shelf) -> Result<Comparison, CourseMarksError> {
    let mut comparison = Comparison::default();
    for (line, text) in (1..).zip(lines.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        let marked: Marked =
            serde_json::from_str(text).map_err(|source| CourseMarksError::Line { line, source })?;
        if only.is_some_and(|prefix| !marked.id.starts_with(prefix)) {
            continue;
        }
        let rubric = shelf.rubric(&marked.question)?;
        let known = |id: &PointId| {
            rubric.points.iter().any(|p| p.id == *id) || rubric.misconceptions.iter().any(|m| m.id == *id)
        };
        if let Some(id) = marked.points.iter().chain(&marked.misconceptions).find(|id| !known(id)) {
            return Err(CourseMarksError::UnknownId { answer: marked.id, id: id.clone() });
        }
        let (marking, reasons) = rubric.explain(&marked.answer);
        let beliefs: Vec<&PointId> = rubric.misconceptions.iter().map(|m| &m.id).collect();
        let (marks, signs) = held_against(&marked, &marking, &beliefs);
        comparison.questions.entry(marked.question).or_default().add(&marks);
        comparison.all.add(&marks);
        if !signs.is_empty() {
            let topics = rubric.topics(&marked.answer);
            comparison.differences.push(Difference {
                id: marked.id,
                answer: marked.answer,
                signs,
                reasons,
                topics,
            });
        }
    }
    Ok(comparison)
}

fn held_against(marked: &Marked, marking: &Marking, beliefs: &[&PointId]) -> (Marks, Vec<String>) {
    let mut marks = Marks { answers: 1, ..Marks::default() };
    let mut signs = Vec::new();
    for (id, outcome) in &marking.points {
        let ours = match outcome {
            Outcome::Stated => Some(true),
            Outcome::NotStated => Some(false),
            Outcome::Unsure => None,
        };
        let theirs = marked.points.contains(id);
        marks.points.count(ours, theirs);
        sign(&mut signs, ours, theirs, id);
    }
    for &id in beliefs {
        let (ours, theirs) = (marking.misconceptions.contains(id), marked.misconceptions.contains(id));
        marks.misconceptions.count(Some(ours), theirs);
        sign(&mut signs, Some(ours), theirs, id);
    }
    marks.nothing_but_full = u32::from(marked.points.is_empty() && marking.score.is_full());
    (marks, signs)
}

fn sign(signs: &mut Vec<String>, ours: Option<bool>, theirs: bool, id: &PointId) {
    match (ours, theirs) {
        (None, true) => signs.push(format!("?{id} (credited)")),
        (None, false) => signs.push(format!("?{id}")),
        (Some(true), false) => signs.push(format!("+{id}")),
        (Some(false), true) => signs.push(format!("-{id}")),
        _ => {}
    }
}

impl Comparison {
    /// The comparison as a table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        let width = self.questions.keys().map(String::len).max().unwrap_or(0).max("all".len());
        for (title, of) in [
            ("points", (|marks: &Marks| marks.points) as fn(&Marks) -> Tally),
            ("misconceptions", |marks| marks.misconceptions),
        ] {
            let _ = writeln!(
                text,
                "{title}\n  {:width$}  answers  agreement  precision  recall     F1  kappa  unsure",
                "question"
            );
            let all = ("all", &self.all);
            let questions = self.questions.iter().map(|(question, marks)| (question.as_str(), marks));
            for (question, marks) in questions.chain([all]) {
                let tally = of(marks);
                let _ = writeln!(
                    text,
                    "  {question:width$}  {:7}  {:9.3}  {:9.3}  {:6.3}  {:5.3}  {:5.3}  {:5.1}%",
                    marks.answers,
                    tally.agreement(),
                    tally.precision(),
                    tally.recall(),
                    tally.f1(),
                    tally.kappa(),
                    tally.unsure_share() * 100.0
                );
            }
            text.push('\n');
        }
        let _ = writeln!(text, "nothing earned but full marks given: {}", self.all.nothing_but_full);
        text
    }

    /// The answers that were marked otherwise, with what was.
    #[must_use]
    pub fn differences(&self) -> String {
        let mut text = String::new();
        for difference in &self.differences {
            let _ = writeln!(
                text,
                "{}  {}\n    {}",
                difference.id,
                difference.signs.join(" "),
                difference.answer
            );
            for (words, topic) in &difference.topics {
                let _ = writeln!(text, "      from \"{words}\" on: {topic}");
            }
            for reason in &difference.reasons {
                let unless = if reason.speaks == Speaks::Against { "but for " } else { "" };
                let _ = writeln!(
                    text,
                    "      {}: {unless}`{}` in \"{}\"",
                    reason.id, reason.pattern, reason.words
                );
            }
        }
        text
    }
}

impl From<CourseMarksError> for Failure {
    fn from(error: CourseMarksError) -> Self {
        match error {
            CourseMarksError::Shelf(ShelfError::Broken { .. }) => Self::fault(error),
            _ => Self::usage(
                error.to_string(),
                "give a file of marked answers, as `course marks --help` describes it",
            ),
        }
    }
}

/// Reads the file, compares, and prints the table.
///
/// # Errors
/// If the file cannot be read or is not what it should be, or a rubric is broken.
pub fn run(arguments: &CourseMarksArgs, context: &Context) -> Result<Exit, Failure> {
    let path = &arguments.file;
    let lines = std::fs::read_to_string(path)
        .map_err(|source| CourseMarksError::Read { path: path.clone(), source })?;
    let comparison = compare(&lines, arguments.only.as_deref(), &shelf(context)?)?;
    if arguments.differences {
        context.print(&comparison.differences())?;
    }
    context.print(&comparison.table())?;
    Ok(Exit::Passed)
}
