//! A learner's drawing of maps beside the live lines: each line with what it is,
//! each column that is wrong with why.

use super::layout::line;
use crate::assemblies::ui::look::{Look, Role, Telling, padded, widest};
use crate::judgement::sketch::{Column, ColumnMark, Comparison, Finding, JudgedLine, Mark};
use crate::words::ids::Label;
use crate::words::speech::shown;

/// A comparison as text.
#[must_use]
pub fn sketch(look: &Look, comparison: &Comparison) -> String {
    let mut text = String::new();
    for problem in &comparison.problems {
        text +=
            &look.wrap(&sign(look, Sign::Odd), &look.tell("sketch-problem", [("problem", shown(problem))]));
    }
    for drawn in &comparison.lines {
        text += &judged(look, drawn);
    }
    for missing in &comparison.missing {
        let what = look.tell("sketch-missing", [("what", missing.what.as_str().into())]);
        text += &look.wrap(&sign(look, Sign::Wrong), &look.paint(Role::Bad, what));
        text += &live(look, &missing.live);
        text += &look.wrap("    ", &missing.why);
    }
    if !comparison.unobserved.is_empty() {
        let names: Vec<&str> = comparison.unobserved.iter().map(Label::as_str).collect();
        let note = look.tell("sketch-not-counted", [("names", look.list(&names).into())]);
        text += &look.wrap(&sign(look, Sign::Odd), &note);
    }
    text.push('\n');
    let score = [("earned", comparison.earned.into()), ("possible", comparison.possible.into())];
    let role = if comparison.is_right() { Role::Good } else { Role::Warning };
    text += &line(&look.paint(role, look.tell("sketch-score", score)));
    text
}

fn judged(look: &Look, drawn: &JudgedLine) -> String {
    let head = |kind: Sign| {
        let line = look.tell("sketch-line", [("number", drawn.number.into())]);
        format!("{}{} ", sign(look, kind), look.paint(Role::Faint, line))
    };
    match &drawn.finding {
        Finding::Entry { what, columns, live: kernel, merged, why, .. } => {
            let wrong = columns.iter().any(|column| matches!(column.mark, Mark::Wrong | Mark::Unreadable));
            let mut text = look.wrap(&head(if wrong { Sign::Wrong } else { Sign::Right }), what);
            text += &as_drawn(look, &drawn.text);
            text += &live(look, kernel);
            for column in columns {
                text += &told(look, column);
            }
            if let Some(merged) = merged {
                let said = [("with", shown(&merged.what)), ("why", shown(&merged.why))];
                text += &look.wrap("    ", &look.tell("sketch-merged", said));
            }
            if !why.is_empty() {
                text += &look.wrap("    ", why);
            }
            text
        }
        Finding::AlsoThere { live: kernel } => {
            let mut text = look.wrap(&head(Sign::Odd), &look.say("sketch-unasked"));
            text += &live(look, kernel);
            text
        }
        Finding::Repeated { entry, first } => {
            let said = [("entry", shown(entry)), ("first", (*first).into())];
            look.wrap(&head(Sign::Wrong), &look.tell("sketch-repeated", said))
        }
        Finding::Extra { why } => {
            let mut text =
                look.wrap(&head(Sign::Wrong), &look.tell("sketch-not-there", [("why", why.as_str().into())]));
            text += &as_drawn(look, &drawn.text);
            text
        }
        Finding::Unreadable { why } => {
            let mut text = look
                .wrap(&head(Sign::Wrong), &look.tell("sketch-unreadable", [("why", why.as_str().into())]));
            text += &as_drawn(look, &drawn.text);
            text
        }
    }
}

fn told(look: &Look, column: &ColumnMark) -> String {
    let (role, name) = match column.mark {
        Mark::Right => return String::new(),
        Mark::Wrong => (Role::Bad, "sketch-wrong"),
        Mark::Unreadable => (Role::Bad, "sketch-wrong-unreadable"),
        Mark::Open => (Role::Faint, "sketch-open"),
        Mark::Unknowable => (Role::Faint, "sketch-unknowable"),
    };
    let said = [
        ("column", look.say(column_name(column.column)).into()),
        ("drawn", shown(&column.drawn)),
        ("live", shown(&column.live)),
        ("why", shown(&column.why)),
    ];
    look.wrap("    ", &look.paint(role, look.tell(name, said)))
}

const fn column_name(column: Column) -> &'static str {
    match column {
        Column::Length => "column-length",
        Column::Perms => "column-permissions",
        Column::Offset => "column-offset",
        Column::Device => "column-device",
        Column::Inode => "column-inode",
        Column::Path => "column-path",
    }
}

fn as_drawn(look: &Look, text: &str) -> String {
    below(look, &look.say("sketch-drawn"), text)
}

fn live(look: &Look, kernel: &str) -> String {
    below(look, &look.paint(Role::Strong, look.say("sketch-live")), kernel)
}

/// A line of maps with what it is before it: as it was drawn and the live one stand below each other.
fn below(look: &Look, label: &str, text: &str) -> String {
    let wide = widest(&["sketch-drawn", "sketch-live"].map(|name| look.say(name)));
    line(&format!("    {}  {text}", padded(label, wide)))
}

#[derive(Clone, Copy)]
enum Sign {
    Right,
    Wrong,
    Odd,
}

fn sign(look: &Look, kind: Sign) -> String {
    let (role, mark, word) = match kind {
        Sign::Right => (Role::Good, look.pick("✓", "+"), "sign-right"),
        Sign::Wrong => (Role::Bad, look.pick("✗", "x"), "sign-wrong"),
        Sign::Odd => (Role::Warning, look.pick("•", "-"), "sign-note"),
    };
    match look.telling {
        Telling::Pictures => format!("{} ", look.paint(role, mark)),
        Telling::Words => format!("{} ", look.say(word)),
    }
}
