//! A trial that was made: whose programs, with what seed, and what came of it.

use serde::Serialize;

use crate::assemblies::proof::{Subject, Tried, Wanted};
use crate::vocabulary::lesson::Language;
use crate::words::ids::{LessonId, StepId};

/// One trial.
#[derive(Clone, Debug, Serialize)]
pub struct TrialReport {
    /// The lesson.
    pub lesson: LessonId,
    /// The drill.
    pub drill: StepId,
    /// Whose programs.
    #[serde(flatten)]
    pub subject: Subject,
    /// The language they are in.
    pub language: Language,
    /// What the verdict must be.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// The seed of the run.
    pub seed: u64,
    /// What came of it.
    #[serde(flatten)]
    pub tried: Tried,
}
