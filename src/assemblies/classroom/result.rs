//! What came of a student's submission: the shape of the file that is kept of it.
//!
//! A file holds one student and says of itself by what it was graded, so that files of
//! several machines make one class by being put side by side. Findings (verdicts, marked
//! answers) and marks stand beside each other: marks are derived from findings by the
//! scheme, and are derived again whenever a file is read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::submission::Refused;
use crate::edges::sandbox::Level;
use crate::judgement::grading::{CheckMarks, Marks, Score, Visibility};
use crate::judgement::verdict::{self, Verdict};
use crate::vocabulary::lesson::{Language, Step};
use crate::words::ids::{CheckId, LessonId, ProgramName, StepId};

/// A student's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graded {
    /// Names this shape: [`Graded::FORMAT`].
    pub format: String,
    /// The student's name, that of the submission's directory.
    pub student: String,
    /// The name by which files are called.
    pub key: String,
    /// By what it was graded.
    pub by: GradedBy,
    /// SHA-256 of what was handed in.
    pub submission: String,
    /// In a word.
    pub outcome: StudentOutcome,
    /// All marks.
    pub score: Score,
    /// Files that were not taken.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refused: BTreeSet<Refused>,
    /// What else the instructor should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// By lesson.
    pub lessons: Vec<GradedLesson>,
}

/// By what a class is graded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedBy {
    /// The runner and its version: `mmaplings 0.1.0`.
    pub runner: String,
    /// The course's title.
    pub course: String,
    /// SHA-256 of the course's lessons.
    pub course_sha256: String,
    /// The seed of every run.
    pub seed: u64,
    /// How far programs and compilers were confined.
    pub level: Level,
    /// Why no further; nothing at the highest level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_further: Option<String>,
}

/// A student's result in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StudentOutcome {
    /// All that counts is passed.
    Passed,
    /// Something is missed.
    Missed,
    /// Nothing was handed in.
    Nothing,
    /// Something waits: the machine cannot tell, or a person must read it.
    Pending,
    /// The grading was stopped before it was done.
    Unfinished,
    /// The grader failed.
    Fault,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradedLesson {
    /// Its name.
    pub lesson: LessonId,
    /// Its title.
    pub title: String,
    /// Its marks.
    pub score: Score,
    /// Its steps that can be graded.
    pub steps: Vec<GradedStep>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradedStep {
    /// Its name.
    pub step: StepId,
    /// What it is.
    pub kind: StepKind,
    /// In a word.
    pub outcome: StepOutcome,
    /// Its marks.
    pub score: Score,
    /// Whether the student is shown it.
    pub visibility: Visibility,
    /// Hints taken, by the student's own word; counted only where they cost something.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hints: usize,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Programs.
    Drill,
    /// A question with a key, or of free text.
    Question,
    /// A figure guessed.
    Prediction,
    /// Lines drawn.
    Sketch,
    /// A process held still, and asked about.
    Specimen,
    /// A question about the student's own runs.
    Comparison,
}

impl StepKind {
    /// What a step is, if it can be graded.
    #[must_use]
    pub const fn of(step: &Step) -> Option<Self> {
        Some(match step {
            Step::Read(_) => return None,
            Step::Drill(_) => Self::Drill,
            Step::Predict(_) => Self::Prediction,
            Step::Sketch(_) => Self::Sketch,
            Step::Specimen(_) => Self::Specimen,
            Step::Measured(_) => Self::Comparison,
            _ => Self::Question,
        })
    }
}

/// How a step went, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It is right.
    Passed,
    /// It is not.
    Missed,
    /// A program does not compile.
    DoesNotCompile,
    /// The programs are the starter's.
    Untouched,
    /// It was not handed in.
    Missing,
    /// This machine cannot tell.
    Inconclusive,
    /// A person must read it.
    Unsure,
    /// The grading was stopped before it came to this.
    Unfinished,
    /// The grader failed, twice.
    Fault,
}

impl StepOutcome {
    /// It in words: `does not compile`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Missed => "missed",
            Self::DoesNotCompile => "does not compile",
            Self::Untouched => "the starter, untouched",
            Self::Missing => "not handed in",
            Self::Inconclusive => "cannot be told here",
            Self::Unsure => "to be read by a person",
            Self::Unfinished => "not graded yet",
            Self::Fault => "the grader failed",
        }
    }
}

/// What was found of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// Nothing: it was not handed in, or not come to.
    Nothing {
        /// Why, where there is something to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Programs were judged.
    Judged(Box<Judged>),
    /// An answer was marked.
    Marked {
        /// The share of the marks that it earns, from 0 to 1.
        share: f64,
        /// What is said to it.
        remarks: Vec<Remark>,
    },
    /// The machine cannot judge it, or the grader failed.
    Unjudged {
        /// Why.
        reason: String,
    },
}

/// Something said to an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether what it is about is right.
    pub right: bool,
    /// What it is about; empty for the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What is said.
    pub says: String,
}

/// Programs that were judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// What the verdict depends on, as a hash: as long as it stays, the verdict does.
    pub stamp: String,
    /// The language of each program.
    pub languages: BTreeMap<ProgramName, Language>,
    /// SHA-256 of each source.
    pub sources: BTreeMap<ProgramName, String>,
    /// The verdict; its own `instruments`, `confinement` and `seed` say how it came about.
    pub verdict: Verdict,
    /// Checks that hold in vain: of a run that did not come to its end.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub void: BTreeSet<CheckId>,
    /// What each check earned.
    pub marks: Vec<CheckMarks>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Where the evidence is kept, below the directory of results; `judge --evidence` derives
    /// the verdict from it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

impl Graded {
    /// The name of this shape.
    pub const FORMAT: &'static str = "mmaplings/graded/1";

    /// Whether the grader failed in it, or was stopped: it must be graded again.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.outcome, StudentOutcome::Fault | StudentOutcome::Unfinished)
    }

    /// All steps, with their lessons.
    pub fn steps(&self) -> impl Iterator<Item = (&GradedLesson, &GradedStep)> {
        self.lessons.iter().flat_map(|lesson| lesson.steps.iter().map(move |step| (lesson, step)))
    }

    /// The time that all runs took together, in milliseconds.
    #[must_use]
    pub fn milliseconds(&self) -> u64 {
        self.steps()
            .filter_map(|(_, step)| {
                if let Finding::Judged(judged) = &step.finding { Some(judged.milliseconds) } else { None }
            })
            .sum()
    }
}

impl Judged {
    /// How it went, in a word.
    #[must_use]
    pub const fn outcome(&self) -> StepOutcome {
        match self.verdict.outcome {
            verdict::Outcome::Passed => StepOutcome::Passed,
            verdict::Outcome::Missed => StepOutcome::Missed,
            verdict::Outcome::Inconclusive => StepOutcome::Inconclusive,
            verdict::Outcome::DoesNotCompile => StepOutcome::DoesNotCompile,
        }
    }
}

/// A student's result in a word, by those of the steps.
#[must_use]
pub fn outcome(steps: &[&GradedStep]) -> StudentOutcome {
    let any = |outcomes: &[StepOutcome]| steps.iter().any(|step| outcomes.contains(&step.outcome));
    let pending = steps.iter().any(|step| step.score.pending != Marks::NONE);
    let counts = |step: &&&GradedStep| step.score.possible != Marks::NONE;
    if any(&[StepOutcome::Fault]) {
        StudentOutcome::Fault
    } else if any(&[StepOutcome::Unfinished]) {
        StudentOutcome::Unfinished
    } else if pending {
        StudentOutcome::Pending
    } else if steps.iter().all(|step| matches!(step.outcome, StepOutcome::Missing | StepOutcome::Untouched)) {
        StudentOutcome::Nothing
    } else if steps.iter().filter(counts).all(|step| step.outcome == StepOutcome::Passed) {
        StudentOutcome::Passed
    } else {
        StudentOutcome::Missed
    }
}

impl StudentOutcome {
    /// It in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Missed => "missed",
            Self::Nothing => "nothing handed in",
            Self::Pending => "marks pending",
            Self::Unfinished => "not finished",
            Self::Fault => "the grader failed",
        }
    }
}
