//! Courses: from the bytes of their files to lessons that make sense, or to all the
//! problems that keep them from it.
//!
//! [`load`] never panics and never stops at the first problem: TOML that cannot be
//! read, unknown keys, names that lead nowhere and files that are missing are all
//! told at once, each where it stands. What a drill proves when it is run is left to
//! `course check`.
//!
//! ```text
//! lessons/course.toml                      a `Course`
//! lessons/words.toml                       words that the rubrics share
//! lessons/messages.ftl                     the interface's messages in the course's language
//! lessons/LESSON/lesson.toml               a `Lesson`
//! lessons/LESSON/rust/PROGRAM.rs, c/…      starters
//! lessons/LESSON/rubrics/STEP.toml         how a free text is marked
//! solutions/LESSON/rust/PROGRAM.rs, c/…    model programs
//! solutions/LESSON/attempts/attempts.toml  an `AttemptList`, its programs beside it
//! book/src/PAGE.md                         the book, if the course brings one
//! ```

mod attempts;
mod book;
mod checks;
mod edits;
mod files;
mod hints;
mod layout;
mod measured;
mod messages;
mod problem;
mod reading;
mod reference;
mod rubrics;
mod scenes;
mod schema;
mod shelf;
mod source;
mod steps;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use files::CourseFiles;
pub use layout::load;
pub use messages::MESSAGES;
pub use problem::{Drawing, Problem, ProblemReport, Problems};
pub use reference::reference;
pub use schema::{Document, schema};
pub use shelf::{Shelf, ShelfError};

use crate::judgement::marking::Rubric;
use crate::vocabulary::comparison::Measured;
use crate::vocabulary::lesson::{Attempt, Course, Drill, Language, Lesson, Step};
use crate::words::ids::{LessonId, ProgramName, StepId};

/// The folder of the lessons.
pub const LESSONS: &str = "lessons";

/// The folder of the model programs and attempts.
pub const SOLUTIONS: &str = "solutions";

/// A course that makes sense.
#[derive(Clone, Debug)]
pub struct LoadedCourse {
    /// What `course.toml` says.
    pub course: Course,
    /// The lessons, in the course's order.
    pub lessons: Vec<LoadedLesson>,
}

/// A lesson with its programs.
#[derive(Clone, Debug)]
pub struct LoadedLesson {
    /// The name of its folder.
    pub id: LessonId,
    /// What `lesson.toml` says.
    pub lesson: Lesson,
    /// What learners begin with: every program of every drill, in every language.
    pub starters: Sources,
    /// The model programs, likewise.
    pub models: Sources,
    /// The programs whose maps are drawn, each in one language at least.
    pub specimens: Sources,
    /// The known-bad attempts.
    pub attempts: Vec<LoadedAttempt>,
    /// How its free texts are marked.
    pub rubrics: BTreeMap<StepId, Arc<Rubric>>,
}

/// Programs as text.
pub type Sources = BTreeMap<(ProgramName, Language), String>;

/// A known-bad attempt with its programs.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedAttempt {
    /// What `attempts.toml` says of it.
    pub attempt: Attempt,
    /// The language it is in.
    pub language: Language,
    /// Its own programs as text; those it does not have are the model ones.
    pub sources: BTreeMap<ProgramName, String>,
}

impl LoadedCourse {
    /// The lesson of that name.
    #[must_use]
    pub fn lesson(&self, id: &LessonId) -> Option<&LoadedLesson> {
        self.lessons.iter().find(|lesson| lesson.id == *id)
    }

    /// The lessons that `written` may mean: the one of that name or number (`03`, `3`), else
    /// all whose name begins with it, with or without the number.
    #[must_use]
    pub fn find(&self, written: &str) -> Vec<&LoadedLesson> {
        let number = written.parse::<u32>().ok();
        let exact = self.lessons.iter().filter(|lesson| {
            lesson.id.as_str() == written || (number.is_some() && lesson.id.number() == number)
        });
        let exact: Vec<_> = exact.collect();
        if !exact.is_empty() || written.is_empty() {
            return exact;
        }
        let begins = |lesson: &&LoadedLesson| {
            let id = lesson.id.as_str();
            let slug = id.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('-');
            id.starts_with(written) || slug.starts_with(written)
        };
        self.lessons.iter().filter(begins).collect()
    }
}

impl LoadedLesson {
    /// Its drills, in order.
    pub fn drills(&self) -> impl Iterator<Item = &Drill> {
        self.lesson
            .step
            .iter()
            .filter_map(|step| if let Step::Drill(drill) = step { Some(drill) } else { None })
    }

    /// The questions about the runs of `drill`, in their order.
    #[must_use]
    pub fn asked_of(&self, drill: &Drill) -> Vec<&Measured> {
        let asked = self.lesson.step.iter().filter_map(|step| match step {
            Step::Measured(asked) => Some(asked),
            _ => None,
        });
        asked.filter(|asked| asked.drill == drill.id).collect()
    }

    /// The step of that name.
    #[must_use]
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.lesson.step.iter().find(|step| step.id() == id)
    }

    /// The starters of a drill in a language.
    #[must_use]
    pub fn starters_of(&self, drill: &Drill, language: Language) -> BTreeMap<ProgramName, String> {
        chosen(&self.starters, drill, language)
    }

    /// The model programs of a drill in a language.
    #[must_use]
    pub fn models_of(&self, drill: &Drill, language: Language) -> BTreeMap<ProgramName, String> {
        chosen(&self.models, drill, language)
    }

    /// The programs of an attempt, the model ones where it has none of its own.
    #[must_use]
    pub fn programs_of(&self, drill: &Drill, attempt: &LoadedAttempt) -> BTreeMap<ProgramName, String> {
        let mut programs = self.models_of(drill, attempt.language);
        programs.extend(attempt.sources.clone());
        programs
    }
}

fn chosen(sources: &Sources, drill: &Drill, language: Language) -> BTreeMap<ProgramName, String> {
    drill
        .programs
        .iter()
        .filter_map(|program| {
            let text = sources.get(&(program.clone(), language))?;
            Some((program.clone(), text.clone()))
        })
        .collect()
}
