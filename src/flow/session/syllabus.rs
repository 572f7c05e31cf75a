//! The course as a session walks through it: lessons and steps in their order.

use crate::judgement::progress::Progress;
use crate::vocabulary::lesson::{Lesson, Step};
use crate::words::ids::{LessonId, StepId};

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The lesson.
    pub lesson: LessonId,
    /// The step.
    pub step: StepId,
}

impl Place {
    /// A step of a lesson.
    #[must_use]
    pub fn new(lesson: &LessonId, step: &StepId) -> Self {
        Self { lesson: lesson.clone(), step: step.clone() }
    }
}

/// What a step wants of a learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// To read.
    Read,
    /// An answer, a prediction, a sketch.
    Question,
    /// A program.
    Drill,
}

impl From<&Step> for StepKind {
    fn from(step: &Step) -> Self {
        match step {
            Step::Read(_) => Self::Read,
            Step::Drill(_) => Self::Drill,
            _ => Self::Question,
        }
    }
}

/// All lessons in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syllabus {
    /// The lessons.
    pub lessons: Vec<SyllabusLesson>,
}

/// A lesson and its steps in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyllabusLesson {
    /// The lesson.
    pub id: LessonId,
    /// Its steps.
    pub steps: Vec<(StepId, StepKind)>,
}

impl<'l> FromIterator<(&'l LessonId, &'l Lesson)> for Syllabus {
    fn from_iter<I: IntoIterator<Item = (&'l LessonId, &'l Lesson)>>(lessons: I) -> Self {
        let lesson = |(id, lesson): (&LessonId, &Lesson)| SyllabusLesson {
            id: id.clone(),
            steps: lesson.step.iter().map(|step| (step.id().clone(), StepKind::from(step))).collect(),
        };
        Self { lessons: lessons.into_iter().map(lesson).collect() }
    }
}

impl Syllabus {
    /// Where in the order a lesson stands.
    #[must_use]
    pub fn position(&self, lesson: &LessonId) -> Option<usize> {
        self.lessons.iter().position(|candidate| candidate.id == *lesson)
    }

    /// What a step is, if it is there.
    #[must_use]
    pub fn kind(&self, place: &Place) -> Option<StepKind> {
        let lesson = &self.lessons[self.position(&place.lesson)?];
        lesson.steps.iter().find(|(step, _)| *step == place.step).map(|&(_, kind)| kind)
    }

    /// Whether the course still has the step: progress may be of an older edition.
    #[must_use]
    pub fn holds(&self, place: &Place) -> bool {
        self.kind(place).is_some()
    }

    /// Whether all lessons are done.
    #[must_use]
    pub fn is_done(&self, progress: &Progress) -> bool {
        self.lessons.iter().all(|lesson| lesson.is_done(progress))
    }

    /// The first lesson that is not done, or the first of all.
    #[must_use]
    pub fn first_undone(&self, progress: &Progress) -> usize {
        self.lessons.iter().position(|lesson| !lesson.is_done(progress)).unwrap_or(0)
    }
}

impl SyllabusLesson {
    /// Whether all its steps are done.
    #[must_use]
    pub fn is_done(&self, progress: &Progress) -> bool {
        self.undone(progress, 0).is_none()
    }

    /// The first step from `index` on that is not done.
    #[must_use]
    pub fn undone(&self, progress: &Progress, index: usize) -> Option<usize> {
        (index..self.steps.len()).find(|&index| !progress.standing(&self.id, &self.steps[index].0).is_done())
    }

    /// Where a step stands in the order.
    #[must_use]
    pub fn index(&self, step: &StepId) -> Option<usize> {
        self.steps.iter().position(|(candidate, _)| candidate == step)
    }

    /// Its drills.
    pub fn drills(&self) -> impl Iterator<Item = &StepId> {
        self.of_kind(StepKind::Drill)
    }

    /// Its questions, predictions and sketches.
    pub fn questions(&self) -> impl Iterator<Item = &StepId> {
        self.of_kind(StepKind::Question)
    }

    /// What of it is not read and not answered yet.
    pub fn to_present(&self, progress: &Progress) -> impl Iterator<Item = &StepId> {
        let undone = |step: &StepId| !progress.standing(&self.id, step).is_done();
        self.steps
            .iter()
            .filter(move |(step, kind)| *kind != StepKind::Drill && undone(step))
            .map(|(step, _)| step)
    }

    fn of_kind(&self, kind: StepKind) -> impl Iterator<Item = &StepId> {
        self.steps.iter().filter(move |(_, candidate)| *candidate == kind).map(|(step, _)| step)
    }
}
