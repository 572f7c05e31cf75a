//! Lists of lessons, and where a learner stands in them.

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::judgement::overview::{LessonOverview, LessonStanding, Overview};

/// All lessons, part by part. Only those that `search` is in, in any case, if there is one.
#[must_use]
pub fn list(look: &Look, overview: &Overview, search: Option<&str>) -> String {
    let wanted = search.map(str::to_lowercase);
    let found = |lesson: &&LessonOverview| {
        wanted.as_ref().is_none_or(|wanted| {
            lesson.title.to_lowercase().contains(wanted) || lesson.id.as_str().contains(wanted.as_str())
        })
    };
    let all = || overview.parts.iter().flat_map(|part| &part.lessons);
    let id_width = all().map(|lesson| lesson.id.as_str().len()).max().unwrap_or(0);
    let title_width = all().map(|lesson| measure_text_width(&lesson.title)).max().unwrap_or(0);
    let mut text = String::new();
    for part in &overview.parts {
        let lessons: Vec<&LessonOverview> = part.lessons.iter().filter(found).collect();
        if lessons.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text += &format!("{}\n", look.paint(Role::Heading, &part.title));
        for lesson in lessons {
            let open = overview.current.as_ref() == Some(&lesson.id);
            text += &match look.telling {
                Telling::Words => in_words(look, lesson, open),
                Telling::Pictures => row(look, lesson, open, id_width, title_width),
            };
        }
    }
    text
}

/// One line for each lesson, without styles, to be searched and chosen from.
#[must_use]
pub fn rows(look: &Look, overview: &Overview) -> Vec<String> {
    let all = || overview.parts.iter().flat_map(|part| &part.lessons);
    let width = all().map(|lesson| lesson.id.as_str().len()).max().unwrap_or(0);
    all()
        .map(|lesson| {
            let (_, mark) = mark(look, lesson.standing);
            format!("{mark} {:width$}  {}  ({})", lesson.id, lesson.title, notes(look, lesson))
        })
        .collect()
}

fn mark(look: &Look, standing: LessonStanding) -> (Role, &'static str) {
    match standing {
        LessonStanding::Done => (Role::Good, look.pick("✓", "*")),
        LessonStanding::Begun => (Role::Warning, look.pick("◐", "+")),
        LessonStanding::Untouched => (Role::Faint, look.pick("·", ".")),
    }
}

fn row(look: &Look, lesson: &LessonOverview, open: bool, id_width: usize, title_width: usize) -> String {
    let (role, mark) = mark(look, lesson.standing);
    let pointer = if open { look.paint(Role::Command, look.pick("▸", ">")) } else { " ".to_owned() };
    let notes = notes(look, lesson);
    let before = 4 + id_width + 2;
    let room = look.width.saturating_sub(before + 2 + measure_text_width(&notes)).max(16);
    let title_width = title_width.min(room);
    let title = truncate_str(&lesson.title, title_width, look.pick("…", "~"));
    let title = pad_str(&title, title_width, Alignment::Left, None);
    let title = if open { look.paint(Role::Strong, title) } else { title.into_owned() };
    let id = format!("{:id_width$}", lesson.id);
    let mark = look.paint(role, mark);
    let line = format!("{pointer} {mark} {id}  {title}  {}", look.paint(Role::Faint, notes));
    format!("{}\n", line.trim_end())
}

/// `4/6 steps, 2 hints`, in words that need no mark.
fn notes(look: &Look, lesson: &LessonOverview) -> String {
    let mut notes = vec![match lesson.standing {
        LessonStanding::Done => look.say("lesson-done"),
        LessonStanding::Begun => {
            look.tell("lesson-steps", [("done", lesson.steps_done.into()), ("steps", lesson.steps.into())])
        }
        LessonStanding::Untouched => look.tell("lesson-minutes", [("minutes", lesson.minutes.into())]),
    }];
    if lesson.hints > 0 {
        notes.push(look.tell("lesson-hints", [("hints", lesson.hints.into())]));
    }
    if lesson.given_up > 0 {
        notes.push(look.say("lesson-solution"));
    }
    if lesson.undecided > 0 {
        notes.push(look.say("lesson-undecided"));
    }
    notes.join(", ")
}

fn in_words(look: &Look, lesson: &LessonOverview, open: bool) -> String {
    let mut notes = vec![match lesson.standing {
        LessonStanding::Done => look.say("lesson-done"),
        LessonStanding::Begun => {
            look.tell("lesson-begun", [("done", lesson.steps_done.into()), ("steps", lesson.steps.into())])
        }
        LessonStanding::Untouched => look.tell("lesson-untouched", [("minutes", lesson.minutes.into())]),
    }];
    if lesson.hints > 0 {
        notes.push(look.tell("lesson-hints-used", [("hints", lesson.hints.into())]));
    }
    if lesson.given_up > 0 {
        notes.push(look.say("lesson-solution"));
    }
    if lesson.undecided > 0 {
        notes.push(look.say("lesson-undecided"));
    }
    if open {
        notes.push(look.say("lesson-open"));
    }
    let said = [
        ("lesson", lesson.id.as_str().into()),
        ("title", lesson.title.as_str().into()),
        ("notes", notes.join(", ").into()),
    ];
    format!("{}\n", look.tell("lesson-sentence", said))
}

/// Where the learner stands in the whole course, in a few lines.
#[must_use]
pub fn status(look: &Look, overview: &Overview) -> String {
    let mut text = format!("{}\n", look.paint(Role::Heading, &overview.title));
    let lessons = [("done", overview.lessons_done.into()), ("lessons", overview.lessons.into())];
    let mut done = look.tell("status-done", lessons);
    if overview.minutes_left > 0 {
        let left = duration(look, overview.minutes_left);
        done = format!("{done}, {}", look.tell("status-left", [("time", left.into())]));
    }
    match look.telling {
        Telling::Words => {
            text += &format!("{}\n", look.tell("status-sentence", [("status", done.into())]));
        }
        Telling::Pictures => {
            text += &look.wrap(&format!("{} ", bar(look, overview.lessons_done, overview.lessons)), &done);
        }
    }
    if overview.questions_due > 0 {
        text += &look.wrap("", &look.tell("status-due", [("questions", overview.questions_due.into())]));
    }
    let current = overview.parts.iter().flat_map(|part| &part.lessons);
    if let Some(lesson) = current.into_iter().find(|lesson| Some(&lesson.id) == overview.current.as_ref()) {
        let now = [
            ("lesson", look.paint(Role::Command, lesson.id.as_str()).into()),
            ("title", look.paint(Role::Strong, &lesson.title).into()),
            ("done", lesson.steps_done.into()),
            ("steps", lesson.steps.into()),
        ];
        let now = look.tell("status-now", now);
        // Wrapped text keeps no two spaces together.
        let fits = measure_text_width(&now) <= look.width;
        text += &if fits { format!("{now}\n") } else { look.wrap("", &now) };
    } else if overview.lessons > 0 {
        text += &look.paint(Role::Good, look.say("status-course-done"));
        text.push('\n');
    }
    text
}

/// `2 h 30 min`, `45 min`.
fn duration(look: &Look, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => look.tell("duration-minutes", [("minutes", minutes.into())]),
        (hours, 0) => look.tell("duration-hours", [("hours", hours.into())]),
        (hours, minutes) => {
            look.tell("duration-both", [("hours", hours.into()), ("minutes", minutes.into())])
        }
    }
}

/// A bar of 20 columns.
fn bar(look: &Look, done: usize, all: usize) -> String {
    const COLUMNS: usize = 20;
    let full = (done * COLUMNS).checked_div(all).unwrap_or(0);
    let (done, rest) = (look.pick("█", "#").repeat(full), look.pick("░", "-").repeat(COLUMNS - full));
    format!("{}{}", look.paint(Role::Good, done), look.paint(Role::Faint, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemblies::ui::look::Glyphs;
    use crate::judgement::overview::PartOverview;

    fn lesson(id: &str, title: &str, standing: LessonStanding) -> LessonOverview {
        LessonOverview {
            id: id.parse().unwrap(),
            title: title.to_owned(),
            minutes: 30,
            standing,
            steps_done: 4,
            steps: 6,
            drills_done: 0,
            drills: 1,
            hints: usize::from(standing == LessonStanding::Begun) * 2,
            given_up: 0,
            undecided: 0,
        }
    }

    fn overview() -> Overview {
        Overview {
            title: "mmap, by watching it".to_owned(),
            parts: vec![
                PartOverview {
                    title: "Four flavours".to_owned(),
                    lessons: vec![lesson("01-four-flavours", "Four flavours", LessonStanding::Done)],
                },
                PartOverview {
                    title: "What it costs".to_owned(),
                    lessons: vec![
                        lesson(
                            "03-untouched-memory",
                            "Untouched memory costs nothing",
                            LessonStanding::Begun,
                        ),
                        lesson("05-read-or-mmap", "Read or mmap", LessonStanding::Untouched),
                    ],
                },
            ],
            current: Some("03-untouched-memory".parse().unwrap()),
            lessons_done: 1,
            lessons: 3,
            minutes_left: 90,
            questions_due: 1,
        }
    }

    #[test]
    fn the_list_at_80_columns() {
        insta::assert_snapshot!(list(&Look::PLAIN, &overview(), None));
    }

    #[test]
    fn the_list_in_a_narrow_ascii_terminal() {
        let look = Look { glyphs: Glyphs::Ascii, width: 60, ..Look::PLAIN };
        insta::assert_snapshot!(list(&look, &overview(), None));
    }

    #[test]
    fn the_list_in_words_for_one_that_is_searched() {
        let look = Look { telling: Telling::Words, ..Look::PLAIN };
        insta::assert_snapshot!(list(&look, &overview(), Some("READ")));
    }

    #[test]
    fn the_status() {
        insta::assert_snapshot!(status(&Look::PLAIN, &overview()));
    }

    #[test]
    fn the_status_at_the_end() {
        let done =
            Overview { current: None, lessons_done: 3, minutes_left: 0, questions_due: 0, ..overview() };
        let look = Look { telling: Telling::Words, ..Look::PLAIN };
        insta::assert_snapshot!(status(&look, &done));
    }
}
