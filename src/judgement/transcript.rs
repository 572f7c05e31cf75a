//! The transcript: step by step what a learner did in a course, and when.

use serde::Serialize;

use crate::judgement::overview::{LessonOverview, Overview};
use crate::judgement::progress::{Progress, Solution, Standing, StepProgress, UnixTime};
use crate::vocabulary::lesson::{Lesson, Step};
use crate::words::ids::{LessonId, StepId};

/// What a learner did in a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transcript {
    /// The course, summed up.
    pub overview: Overview,
    /// The lessons in which something was done, in the course's order.
    pub lessons: Vec<LessonTranscript>,
}

/// What was done in a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LessonTranscript {
    /// The lesson, summed up.
    pub lesson: LessonOverview,
    /// All its steps, in order.
    pub steps: Vec<StepTranscript>,
}

/// What was done in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepTranscript {
    /// Its name.
    pub step: StepId,
    /// What it is: `drill`, `choice`, ….
    pub kind: &'static str,
    /// Where it stands.
    pub standing: Standing,
    /// How often it was answered or judged.
    pub tries: u32,
    /// How many of its hints were shown.
    pub hints: usize,
    /// Whether the solution was looked at before it was passed.
    pub solution: Solution,
    /// When it was passed first, in seconds since 1970.
    pub passed_at: Option<UnixTime>,
    /// From when a missed question is asked again.
    pub due: Option<UnixTime>,
}

/// The transcript of a learner's progress.
#[must_use]
pub fn transcript<'l>(
    overview: Overview,
    lessons: impl IntoIterator<Item = (&'l LessonId, &'l Lesson)>,
    progress: &Progress,
) -> Transcript {
    let lessons: Vec<(&LessonId, &Lesson)> = lessons.into_iter().collect();
    let touched = overview.parts.iter().flat_map(|part| &part.lessons).filter_map(|summed| {
        let &(id, lesson) = lessons.iter().find(|(id, _)| **id == summed.id)?;
        progress.lessons.get(id)?;
        let steps = lesson.step.iter().map(|step| of_step(step, progress.step(id, step.id()))).collect();
        Some(LessonTranscript { lesson: summed.clone(), steps })
    });
    let lessons = touched.collect();
    Transcript { overview, lessons }
}

/// What a step is called in a lesson's file.
const fn kind(step: &Step) -> &'static str {
    match step {
        Step::Read(_) => "read",
        Step::Choice(_) => "choice",
        Step::Choices(_) => "choices",
        Step::Match(_) => "match",
        Step::Order(_) => "order",
        Step::Number(_) => "number",
        Step::Text(_) => "text",
        Step::Predict(_) => "predict",
        Step::Sketch(_) => "sketch",
        Step::Specimen(_) => "specimen",
        Step::Measured(_) => "measured",
        Step::Drill(_) => "drill",
    }
}

fn of_step(step: &Step, done: Option<&StepProgress>) -> StepTranscript {
    let done = done.cloned().unwrap_or_default();
    StepTranscript {
        step: step.id().clone(),
        kind: kind(step),
        standing: done.standing,
        tries: done.tries,
        hints: done.hints,
        solution: done.solution,
        passed_at: done.passed_at,
        due: done.review.map(|review| review.due),
    }
}
