//! The overview: a course and a learner's progress in it, summed up.

use schemars::JsonSchema;
use serde::Serialize;

use crate::judgement::progress::{Progress, Solution, Standing, UnixTime};
use crate::vocabulary::lesson::{Course, Lesson, Step};
use crate::words::ids::{LessonId, StepId};

/// Where a learner stands in a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overview {
    /// The course's title.
    pub title: String,
    /// Its parts that have lessons, in order.
    pub parts: Vec<PartOverview>,
    /// The lesson that is open, or the first that is not done.
    pub current: Option<LessonId>,
    /// How many lessons are done.
    pub lessons_done: usize,
    /// How many there are.
    pub lessons: usize,
    /// The minutes that the lessons not done are said to take.
    pub minutes_left: u32,
    /// How many missed questions have come back and wait.
    pub questions_due: usize,
}

/// A part of the course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartOverview {
    /// Its title.
    pub title: String,
    /// Its lessons, in order.
    pub lessons: Vec<LessonOverview>,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LessonOverview {
    /// Its id.
    pub id: LessonId,
    /// Its title.
    pub title: String,
    /// How long it is said to take.
    pub minutes: u32,
    /// Where it stands.
    pub standing: LessonStanding,
    /// How many of its steps are done: passed, or as done as this machine can tell.
    pub steps_done: usize,
    /// How many it has.
    pub steps: usize,
    /// How many of its drills are done.
    pub drills_done: usize,
    /// How many it has.
    pub drills: usize,
    /// How many hints were shown.
    pub hints: usize,
    /// In how many of its steps the solution was looked at before they were passed.
    pub given_up: usize,
    /// Of how many of the steps that are done this machine could not tell everything.
    pub undecided: usize,
}

/// Where a lesson stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LessonStanding {
    /// Nothing in it was tried.
    Untouched,
    /// Something was.
    Begun,
    /// All its steps are passed, as far as this machine can tell.
    Done,
}

/// Sums up. Lessons that a part names and `lessons` does not have are left out.
#[must_use]
pub fn overview<'l>(
    course: &Course,
    lessons: impl IntoIterator<Item = (&'l LessonId, &'l Lesson)>,
    progress: &Progress,
    now: UnixTime,
) -> Overview {
    let lessons: Vec<(&LessonId, &Lesson)> = lessons.into_iter().collect();
    let find = |id: &LessonId| lessons.iter().find(|(candidate, _)| *candidate == id);
    let parts: Vec<PartOverview> = course
        .part
        .iter()
        .map(|part| PartOverview {
            title: part.title.clone(),
            lessons: part
                .lessons
                .iter()
                .filter_map(find)
                .map(|(id, lesson)| of_lesson(id, lesson, progress))
                .collect(),
        })
        .filter(|part| !part.lessons.is_empty())
        .collect();
    let all: Vec<&LessonOverview> = parts.iter().flat_map(|part| &part.lessons).collect();
    let undone = || all.iter().filter(|lesson| lesson.standing != LessonStanding::Done);
    let open = progress.current.clone().filter(|open| all.iter().any(|lesson| lesson.id == *open));
    let asked = |lesson: &LessonId, step: &StepId| {
        find(lesson).is_some_and(|(_, lesson)| lesson.step.iter().any(|candidate| candidate.id() == step))
    };
    Overview {
        title: course.title.clone(),
        current: open.or_else(|| undone().next().map(|lesson| lesson.id.clone())),
        lessons_done: all.len() - undone().count(),
        lessons: all.len(),
        minutes_left: undone().map(|lesson| lesson.minutes).sum(),
        questions_due: progress.due(now).into_iter().filter(|(lesson, step)| asked(lesson, step)).count(),
        parts,
    }
}

fn of_lesson(id: &LessonId, lesson: &Lesson, progress: &Progress) -> LessonOverview {
    let done = |step: &&Step| progress.standing(id, step.id()).is_done();
    let is_drill = |step: &&Step| matches!(step, Step::Drill(_));
    let records = || lesson.step.iter().filter_map(|step| progress.step(id, step.id()));
    let steps_done = lesson.step.iter().filter(done).count();
    LessonOverview {
        id: id.clone(),
        title: lesson.title.clone(),
        minutes: lesson.minutes,
        standing: if steps_done == lesson.step.len() {
            LessonStanding::Done
        } else if records().next().is_some() {
            LessonStanding::Begun
        } else {
            LessonStanding::Untouched
        },
        steps_done,
        steps: lesson.step.len(),
        drills_done: lesson.step.iter().filter(is_drill).filter(done).count(),
        drills: lesson.step.iter().filter(is_drill).count(),
        hints: records().map(|record| record.hints).sum(),
        given_up: records().filter(|record| record.solution == Solution::GivenUp).count(),
        undecided: records().filter(|record| record.standing == Standing::Undecided).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::progress::{Change, Outcome};

    fn course() -> (Course, Vec<(LessonId, Lesson)>) {
        let course = toml::from_str(
            r#"
            title = "mmap"
            lang = "en-GB"
            about = ""
            part = [{ title = "One", lessons = ["01-one", "02-two"] }, { title = "Later", lessons = [] }]"#,
        )
        .unwrap();
        let lesson = |minutes: u32| -> Lesson {
            toml::from_str(&format!(
                r#"
                title = "A lesson"
                minutes = {minutes}
                step = [
                    {{ kind = "read", id = "text", text = "Read." }},
                    {{ kind = "number", id = "rss", ask = "?", answer = 1, unit = "pages", right = "", otherwise = "" }},
                ]"#
            ))
            .unwrap()
        };
        (course, vec![("01-one".parse().unwrap(), lesson(10)), ("02-two".parse().unwrap(), lesson(20))])
    }

    fn after(changes: &[(&str, &str, Outcome)]) -> Overview {
        let (course, lessons) = course();
        let mut progress = Progress::default();
        for (lesson, step, outcome) in changes {
            let change = Change::Answered(lesson.parse().unwrap(), step.parse().unwrap(), *outcome);
            progress.apply(change, UnixTime(0));
        }
        overview(&course, lessons.iter().map(|(id, lesson)| (id, lesson)), &progress, UnixTime(3600))
    }

    #[test]
    fn a_part_without_lessons_is_not_shown() {
        assert_eq!(after(&[]).parts.len(), 1);
    }

    #[test]
    fn a_lesson_is_done_when_all_its_steps_are() {
        let before = after(&[("01-one", "text", Outcome::Passed), ("01-one", "rss", Outcome::Missed)]);
        assert_eq!(before.parts[0].lessons[0].standing, LessonStanding::Begun);
        assert_eq!(before.parts[0].lessons[1].standing, LessonStanding::Untouched);
        assert_eq!((before.lessons_done, before.minutes_left, before.questions_due), (0, 30, 1));
        assert_eq!(before.current, Some("01-one".parse().unwrap()));
        let done = after(&[("01-one", "text", Outcome::Passed), ("01-one", "rss", Outcome::Passed)]);
        assert_eq!(done.parts[0].lessons[0].standing, LessonStanding::Done);
        assert_eq!((done.lessons_done, done.minutes_left), (1, 20));
        assert_eq!(done.current, Some("02-two".parse().unwrap()));
    }

    #[test]
    fn what_an_older_edition_asked_is_not_counted() {
        let overview = after(&[("01-one", "gone", Outcome::Missed), ("99-gone", "rss", Outcome::Missed)]);
        assert_eq!(overview.questions_due, 0);
    }
}
