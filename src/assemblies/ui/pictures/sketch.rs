//! A learner's drawing of maps beside the live lines: each line with what it is,
//! each column that is wrong with why.

use super::layout::line;
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::judgement::sketch::{ColumnMark, Comparison, Finding, JudgedLine, Mark};
use crate::words::ids::Label;
use crate::words::prose;

/// A comparison as text.
#[must_use]
pub fn sketch(look: &Look, comparison: &Comparison) -> String {
    let mut text = String::new();
    for problem in &comparison.problems {
        text += &look.wrap(&sign(look, Sign::Odd), &format!("the drawing: {problem}"));
    }
    for drawn in &comparison.lines {
        text += &judged(look, drawn);
    }
    for missing in &comparison.missing {
        let what = format!("missing: {}", missing.what);
        text += &look.wrap(&sign(look, Sign::Wrong), &look.paint(Role::Bad, what));
        text += &live(look, &missing.live);
        text += &look.wrap("    ", &missing.why);
    }
    if !comparison.unobserved.is_empty() {
        let names: Vec<&str> = comparison.unobserved.iter().map(Label::as_str).collect();
        let note = format!("not counted, for this run does not show it: {}", prose::list(&names));
        text += &look.wrap(&sign(look, Sign::Odd), &note);
    }
    text.push('\n');
    let (earned, possible) = (comparison.earned, comparison.possible);
    let role = if comparison.is_right() { Role::Good } else { Role::Warning };
    text += &line(&look.paint(role, format!("{earned} of {possible} columns that can be known are right")));
    text
}

fn judged(look: &Look, drawn: &JudgedLine) -> String {
    let head = |kind: Sign| {
        format!("{}{} ", sign(look, kind), look.paint(Role::Faint, format!("line {}:", drawn.number)))
    };
    match &drawn.finding {
        Finding::Entry { what, columns, live: kernel, merged, why, .. } => {
            let wrong = columns.iter().any(|column| matches!(column.mark, Mark::Wrong | Mark::Unreadable));
            let mut text = look.wrap(&head(if wrong { Sign::Wrong } else { Sign::Right }), what);
            text += &line(&format!("    drawn  {}", drawn.text));
            text += &live(look, kernel);
            for column in columns {
                text += &told(look, column);
            }
            if let Some(merged) = merged {
                let with: Vec<&str> = merged.with.iter().map(Label::as_str).collect();
                let said = format!("the kernel has merged it with {}: {}", prose::list(&with), merged.why);
                text += &look.wrap("    ", &said);
            }
            if !why.is_empty() {
                text += &look.wrap("    ", why);
            }
            text
        }
        Finding::AlsoThere { live: kernel } => {
            let mut text = look.wrap(&head(Sign::Odd), "true, though nobody asked for it");
            text += &live(look, kernel);
            text
        }
        Finding::Repeated { entry, first } => {
            look.wrap(&head(Sign::Wrong), &format!("{entry} once more: line {first} stands for it"))
        }
        Finding::Extra { why } => {
            let mut text = look.wrap(&head(Sign::Wrong), &format!("not there: {why}"));
            text += &line(&format!("    drawn  {}", drawn.text));
            text
        }
        Finding::Unreadable { why } => {
            let mut text = look.wrap(&head(Sign::Wrong), &format!("cannot be read: {why}"));
            text += &line(&format!("    drawn  {}", drawn.text));
            text
        }
    }
}

fn told(look: &Look, column: &ColumnMark) -> String {
    let ColumnMark { column: name, mark, drawn, live, why } = column;
    let said = match mark {
        Mark::Right => return String::new(),
        Mark::Wrong => look.paint(Role::Bad, format!("{name}: drawn {drawn}, live {live}: {why}")),
        Mark::Unreadable => look.paint(Role::Bad, format!("{name}: {drawn} cannot be read: {why}")),
        Mark::Open => look.paint(Role::Faint, format!("{name}: left open, live {live}")),
        Mark::Unknowable => look.paint(Role::Faint, format!("{name}: drawn {drawn}, live {live}: {why}")),
    };
    look.wrap("    ", &said)
}

fn live(look: &Look, kernel: &str) -> String {
    line(&format!("    {}   {kernel}", look.paint(Role::Strong, "live")))
}

#[derive(Clone, Copy)]
enum Sign {
    Right,
    Wrong,
    Odd,
}

fn sign(look: &Look, kind: Sign) -> String {
    let (role, mark, word) = match kind {
        Sign::Right => (Role::Good, look.pick("✓", "+"), "Right, "),
        Sign::Wrong => (Role::Bad, look.pick("✗", "x"), "Wrong, "),
        Sign::Odd => (Role::Warning, look.pick("•", "-"), "Note, "),
    };
    match look.telling {
        Telling::Pictures => format!("{} ", look.paint(role, mark)),
        Telling::Words => word.to_owned(),
    }
}
