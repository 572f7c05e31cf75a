//! The steps of a lesson as they are shown: texts, questions, drills, hints, and what
//! is said to answers. This is where each kind of step gets its shape.

use std::path::PathBuf;

use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::assemblies::ui::markdown::markdown;
use crate::judgement::answers::{self, Layout, Marked};
use crate::judgement::marking::Rubric;
use crate::judgement::progress::Outcome;
use crate::vocabulary::lesson::{Drill, Lesson, Step};
use crate::vocabulary::question::Question;
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::LessonId;

/// The heading of a lesson.
#[must_use]
pub fn title(look: &Look, id: &LessonId, lesson: &Lesson) -> String {
    let mut about = look.tell("lesson-about", [("minutes", lesson.minutes.into())]);
    if !lesson.builds_on.is_empty() {
        let names: Vec<&str> = lesson.builds_on.iter().map(LessonId::as_str).collect();
        let lessons = look.list(&names);
        about = format!("{about}, {}", look.tell("lesson-builds-on", [("lessons", lessons.into())]));
    }
    format!(
        "{}\n{}\n",
        look.paint(Role::Heading, format!("{id}  {}", lesson.title)),
        look.paint(Role::Faint, about)
    )
}

/// A step in full. `files` names what is to be written for a drill; `rubric` is that of a
/// free text.
#[must_use]
pub fn step(
    look: &Look,
    step: &Step,
    rubric: Option<&Rubric>,
    files: &dyn Fn(&Drill) -> Vec<PathBuf>,
) -> String {
    match step {
        Step::Text(text) => {
            let ask = rubric.map(|rubric| markdown(look, &rubric.ask)).unwrap_or_default();
            label(look, "kind-text", text.id.as_str()) + &ask
        }
        Step::Read(read) => markdown(look, &read.text),
        Step::Drill(drill) => task(look, drill, &files(drill)),
        Step::Predict(predict) => {
            format!(
                "{}{}\n",
                label(look, "kind-prediction", predict.id.as_str()),
                markdown(look, &predict.ask).trim_end()
            )
        }
        Step::Sketch(sketch) => {
            format!(
                "{}{}\n",
                label(look, "kind-sketch", sketch.id.as_str()),
                markdown(look, &sketch.ask).trim_end()
            )
        }
        Step::Specimen(specimen) => held(look, specimen),
        Step::Measured(measured) => {
            let ask = markdown(look, &measured.ask);
            format!(
                "{}{}{}",
                label(look, "kind-measured", measured.id.as_str()),
                ask,
                look.wrap("", &look.paint(Role::Faint, look.say("measured-later")))
            )
        }
        asked => asked.question().map(|asked| question(look, &asked)).unwrap_or_default(),
    }
}

/// A specimen that is not run: what is asked of it once it is.
fn held(look: &Look, specimen: &Specimen) -> String {
    let mut text = label(look, "kind-specimen", specimen.id.as_str());
    text += &markdown(look, &specimen.text);
    for question in &specimen.question {
        text += &look.wrap("  ", &format!("{}: {}", question.id(), question.ask().trim()));
    }
    text
}

/// What a drill asks for, and where it is to be written.
#[must_use]
pub fn task(look: &Look, drill: &Drill, files: &[PathBuf]) -> String {
    let mut text = label(look, "kind-drill", drill.id.as_str());
    text += &markdown(look, &drill.task);
    text.push('\n');
    for file in files {
        let file = look.paint(Role::Command, file.display().to_string());
        text += &look.tell("edit-file", [("file", file.into())]);
        text.push('\n');
    }
    text
}

/// A question with all that there is to choose from, in the letters that answers use.
#[must_use]
pub fn question(look: &Look, question: &Question) -> String {
    let mut text = label_of(look, question);
    text += &ask(look, question);
    text + &choices(look, &answers::layout(question))
}

/// What a question wants, and its name.
#[must_use]
pub fn label_of(look: &Look, question: &Question) -> String {
    label(look, kind(question), question.id().as_str())
}

/// What a question asks.
#[must_use]
pub fn ask(look: &Look, question: &Question) -> String {
    match question {
        Question::Choice(choice) | Question::Choices(choice) => markdown(look, &choice.ask),
        Question::Match(matching) => markdown(look, &matching.ask),
        Question::Order(order) => markdown(look, &order.ask),
        Question::Number(number) => {
            let unit = look.tell("number-in", [("unit", number.unit.as_str().into())]);
            format!("{}{unit}\n", markdown(look, &number.ask))
        }
        Question::Text(_) => String::new(),
    }
}

/// What there is to choose from.
#[must_use]
pub fn choices(look: &Look, layout: &Layout<'_>) -> String {
    let mut text = String::new();
    for (index, left) in layout.left.iter().enumerate() {
        text += &look.wrap(&format!("  {}. ", index + 1), left);
    }
    if !layout.left.is_empty() {
        text.push('\n');
    }
    for (index, option) in layout.options.iter().enumerate() {
        text += &look.wrap(&format!("  {}) ", answers::letter(index)), option);
    }
    text
}

/// The message that says what a kind of question wants, in a word or two.
const fn kind(question: &Question) -> &'static str {
    match question {
        Question::Choice(_) => "kind-choice",
        Question::Choices(_) => "kind-choices",
        Question::Match(_) => "kind-match",
        Question::Order(_) => "kind-order",
        Question::Number(_) => "kind-number",
        Question::Text(_) => "kind-text",
    }
}

fn label(look: &Look, kind: &str, id: &str) -> String {
    let dot = match look.telling {
        Telling::Words => ":",
        Telling::Pictures => look.pick(" ·", " -"),
    };
    format!(
        "{}{}\n",
        look.paint(Role::Strong, look.say(kind)),
        look.paint(Role::Faint, format!("{dot} {id}"))
    )
}

/// What is said to an answer.
#[must_use]
pub fn marked(look: &Look, marked: &Marked) -> String {
    let (role, mark, word) = match marked.outcome {
        Outcome::Passed => (Role::Good, look.pick("✓", "*"), look.say("answer-right")),
        Outcome::Missed => (Role::Bad, look.pick("✗", "x"), look.say("answer-missed")),
    };
    let mut text = format!("{}\n", look.paint(role, format!("{mark} {word}")));
    for remark in &marked.remarks {
        if remark.about.is_empty() {
            text += &inset(look, 2, &remark.says);
        } else {
            let about = remark.about.trim_end_matches(['.', ':']);
            let colon = if about.ends_with(['?', '!']) { "" } else { ":" };
            text += &look.wrap("  ", &format!("{about}{colon}"));
            text += &inset(look, 4, &remark.says);
        }
    }
    text
}

/// Markdown set so many columns from the left.
fn inset(look: &Look, columns: usize, text: &str) -> String {
    let narrower = Look { width: look.reading_width().saturating_sub(columns), ..*look };
    let set = markdown(&narrower, text);
    let lines = set.trim_matches('\n').lines();
    lines.map(|line| format!("{:columns$}{line}", "").trim_end().to_owned() + "\n").collect()
}

/// The hints of a step.
#[must_use]
pub fn hints(step: &Step) -> Vec<String> {
    match step {
        Step::Drill(drill) => drill.hints.clone(),
        Step::Specimen(specimen) => {
            specimen.question.iter().flat_map(|question| question.hints().to_vec()).collect()
        }
        Step::Measured(measured) => measured.hints.clone(),
        other => other.question().map(|question| question.hints().to_vec()).unwrap_or_default(),
    }
}

/// The hints that were seen so far, the newest last.
#[must_use]
pub fn hints_seen(look: &Look, all: &[String], seen: usize) -> String {
    hints_after(look, all, seen, 0)
}

/// The newest of the hints that were seen so far: those before it stand on the screen already.
#[must_use]
pub fn newest_hint(look: &Look, all: &[String], seen: usize) -> String {
    hints_after(look, all, seen, seen.saturating_sub(1))
}

fn hints_after(look: &Look, all: &[String], seen: usize, before: usize) -> String {
    let mut text = String::new();
    for (index, hint) in all.iter().enumerate().take(seen).skip(before) {
        let newest = index + 1 == seen;
        let numbers = [("number", (index + 1).into()), ("all", all.len().into())];
        let label = format!("{} ", look.tell("hint-number", numbers));
        let role = if newest { Role::Strong } else { Role::Faint };
        text += &look.wrap(&look.paint(role, label), hint);
    }
    if seen >= all.len() {
        text += &look.paint(Role::Faint, look.say("hint-no-more"));
        text.push('\n');
    }
    text
}

/// A program with its name above it.
#[must_use]
pub fn program(look: &Look, name: &str, text: &str) -> String {
    let rule = look.pick("─", "-").repeat(look.reading_width().saturating_sub(name.len() + 4));
    let line = look.pick("──", "--");
    let heading = match look.telling {
        Telling::Words => format!("{name}:"),
        Telling::Pictures => format!("{line} {name} {rule}"),
    };
    format!("{}\n{}\n", look.paint(Role::Faint, heading), text.trim_end())
}

/// How to go on from a lesson that was shown whole.
#[must_use]
pub fn how_to_go_on(look: &Look, id: &LessonId, lesson: &Lesson) -> String {
    let mut text = String::new();
    let mut line = |name: &str, command: String| {
        let command = look.paint(Role::Command, command);
        text += &format!("{}\n", look.tell(name, [("command", command.into())]));
    };
    line("open-asks", "mmaplings".to_owned());
    if lesson.book.is_some() {
        line("open-chapter", format!("mmaplings read {id}"));
    }
    if lesson.step.iter().any(|step| step.question().is_some()) {
        line("open-answer", format!("mmaplings answer {id} --from FILE"));
    }
    if lesson.step.iter().any(|step| matches!(step, Step::Specimen(_))) {
        line("open-specimen", format!("mmaplings specimen {id}"));
    }
    if lesson.step.iter().any(|step| matches!(step, Step::Drill(_))) {
        line("open-check", format!("mmaplings check {id}"));
    }
    text
}
