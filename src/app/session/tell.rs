//! What a session says: texts for the actions that only tell something.

use super::{Driver, Last, keys};
use crate::app::checking;
use crate::assemblies::ui::look::{Role, Telling};
use crate::assemblies::ui::timelines::timelines;
use crate::assemblies::ui::verdict::{self, Detail};
use crate::assemblies::ui::{lessons, runs, steps};
use crate::flow::session::{Action, Place};
use crate::judgement::course::LoadedLesson;
use crate::vocabulary::lesson::Drill;

/// How many misses are told in full after a check: as many as a screen has room for.
const FIRST_MISSES: usize = 3;

impl Driver<'_, '_> {
    /// The text of an action that only tells something.
    pub(super) fn telling(&self, action: &Action) -> Option<String> {
        let look = &self.context.look;
        let key = |key: &str| look.paint(Role::Command, key);
        let line = |text: String| format!("{text}\n");
        let with_key = |name: &str, letter: &str| line(look.tell(name, [("key", key(letter).into())]));
        let onward = [("key", key("n").into()), ("solution", key("s").into())];
        Some(match action {
            Action::Welcome => {
                let mut overview = crate::app::list::of(self.course, self.session.progress());
                if self.session.is_reviewing() {
                    // They are asked now, and what comes next says so.
                    overview.questions_due = 0;
                }
                lessons::status(look, &overview)
            }
            Action::Review(number) => {
                format!("\n{}\n", look.tell("session-review", [("questions", (*number).into())]))
            }
            Action::Task(place) => self.task(place)?,
            Action::ShowVerdict(_) => self.found()?,
            Action::ShowFailure(_) => self.failure()?,
            Action::Onward => line(look.tell("session-onward", onward)),
            Action::OnwardUntold => look.wrap("", &look.tell("session-onward-untold", onward)),
            Action::AskedLater => {
                look.wrap("", &look.tell("session-asked-later", [("key", key("a").into())]))
            }
            Action::QuestionsWait => with_key("session-questions-wait", "a"),
            Action::Verdict(place) => self.verdict_again(place),
            Action::Timeline(place) => self.timeline(place),
            Action::Keys => self.keys_explained(),
            Action::NoDrill => with_key("session-no-drill", "n"),
            Action::NoQuestions => line(look.say("session-no-questions")),
            Action::NoNext => with_key("session-no-next", "l"),
            Action::NoPrevious => line(look.say("session-no-previous")),
            Action::LessonDone => format!(
                "\n{}\n{}",
                look.paint(
                    Role::Good,
                    format!("{} {}", look.pick("✓", "*"), look.say("session-lesson-done"))
                ),
                self.keys_line()
            ),
            Action::LessonLeft => {
                let keys = [("questions", key("a").into()), ("next", key("n").into())];
                format!("\n{}\n", look.tell("session-lesson-left", keys))
            }
            Action::CourseDone => {
                format!("\n{}\n", look.paint(Role::Good, look.say("session-course-done")))
            }
            _ => return None,
        })
    }

    pub(super) fn heading(&self, lesson: &LoadedLesson) -> String {
        format!("\n{}", steps::title(&self.context.look, &lesson.id, &lesson.lesson))
    }

    /// What keys there are, in one or two lines.
    pub(super) fn keys_line(&self) -> String {
        let look = &self.context.look;
        let keys: Vec<String> = keys::SHOWN
            .iter()
            .map(|(key, name, _)| {
                format!("{} {}", look.paint(Role::Command, key), look.paint(Role::Faint, look.say(name)))
            })
            .collect();
        let separator = match look.telling {
            Telling::Words => ", ",
            Telling::Pictures => look.pick(" · ", " | "),
        };
        // Lines are broken between keys, never between a key and its name.
        let mut text = String::new();
        let mut used = 0;
        for key in &keys {
            let wide = console::measure_text_width(key);
            if used > 0 && used + separator.chars().count() + wide > look.reading_width() {
                text.push('\n');
                used = 0;
            } else if used > 0 {
                text.push_str(separator);
                used += separator.chars().count();
            }
            text.push_str(key);
            used += wide;
        }
        text.push('\n');
        text
    }

    /// What each key does, a line for each.
    fn keys_explained(&self) -> String {
        let look = &self.context.look;
        let line = |(key, _, about): &(&str, &str, &str)| {
            look.wrap(&format!("  {}  ", look.paint(Role::Command, key)), &look.say(about))
        };
        let lines: String = keys::SHOWN.iter().map(line).collect();
        format!("\n{lines}")
    }

    fn task(&self, place: &Place) -> Option<String> {
        let (lesson, drill) = self.drill(place)?;
        let files = self.files(lesson, drill);
        let look = &self.context.look;
        let keys = if self.keys == super::Keys::Pressed { self.keys_line() } else { String::new() };
        Some(format!(
            "\n{}{}\n{keys}",
            steps::task(look, drill, &files),
            look.paint(Role::Faint, look.say("session-save"))
        ))
    }

    fn files(&self, lesson: &LoadedLesson, drill: &Drill) -> Vec<std::path::PathBuf> {
        let language = crate::app::context::language_of(self.workspace, self.session.progress(), lesson);
        crate::app::open::files(self.workspace, lesson, drill, language)
    }

    /// What the last check found. At a terminal the first misses are told, and a key tells the
    /// others: a verdict that has scrolled away is not read.
    fn found(&self) -> Option<String> {
        match self.keys {
            super::Keys::Pressed => self.verdict(Detail::First(FIRST_MISSES)),
            super::Keys::Absent => self.verdict(Detail::Full),
        }
    }

    fn no_run(&self) -> String {
        format!("{}\n", self.context.look.say("session-no-run"))
    }

    fn verdict_again(&self, place: &Place) -> String {
        let last = self.last.as_ref().filter(|last| last.place == *place);
        last.and_then(|_| self.verdict(Detail::Full)).unwrap_or_else(|| self.no_run())
    }

    fn verdict(&self, detail: Detail) -> Option<String> {
        let Last { files, place, result: Ok(judged) } = self.last.as_ref()? else { return None };
        let look = &self.context.look;
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let hash = judged.source();
        let what = format!("{} ({})", look.list(&names), hash.get(..8).unwrap_or(&hash));
        let rule = look
            .pick("─", "-")
            .repeat(look.reading_width().saturating_sub(console::measure_text_width(&what) + 4));
        let heading = match look.telling {
            Telling::Words => look.tell("session-verdict-on", [("files", what.as_str().into())]),
            Telling::Pictures => format!("{} {what} {rule}", look.pick("──", "--")),
        };
        let table = self.drill(place).and_then(|(_, drill)| judged.table_to_show(drill));
        let table = table.map(|table| format!("\n{}", runs::runs(look, &table))).unwrap_or_default();
        let keys = if self.keys == super::Keys::Pressed { self.keys_line() } else { String::new() };
        Some(format!(
            "\n{}\n{}{table}{keys}",
            look.paint(Role::Faint, heading),
            verdict::verdict(look, &judged.verdict, detail)
        ))
    }

    fn failure(&self) -> Option<String> {
        let Last { result: Err(error), .. } = self.last.as_ref()? else { return None };
        let look = &self.context.look;
        if let Some(help) = checking::remedy(error) {
            let text = look.wrap(&look.paint(Role::Bad, "cannot be run here: "), &error.to_string());
            return Some(text + &look.wrap(&look.paint(Role::Faint, "help: "), help));
        }
        let mut text = look.wrap(&look.paint(Role::Bad, "mmaplings failed: "), &error.to_string());
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text += &look.wrap(&look.paint(Role::Faint, "because: "), &error.to_string());
            cause = error.source();
        }
        Some(text)
    }

    fn timeline(&self, place: &Place) -> String {
        let last = self.last.as_ref().filter(|last| last.place == *place);
        let Some(Last { result: Ok(judged), .. }) = last else {
            return self.no_run();
        };
        timelines(&self.context.look, &judged.evidence)
    }
}
