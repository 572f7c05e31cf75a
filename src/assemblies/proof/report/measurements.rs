//! The part of the table that tells what was measured.

use std::fmt::Write;

use super::{mark, outcome};
use crate::assemblies::proof::Found;
use crate::assemblies::proof::measured::{Measured, Seen};
use crate::assemblies::ui::look::{Look, Role};
use crate::judgement::prediction::Steadiness;
use crate::words::prose;

/// What was measured, a row each under its lesson.
pub(super) fn rows(measured: &[Measured], look: &Look, table: &mut String) {
    for of_lesson in measured.chunk_by(|one, other| one.lesson == other.lesson) {
        let title = format!("{} {} measured", of_lesson[0].lesson, look.pick("·", "-"));
        let _ = writeln!(table, "{}", look.paint(Role::Heading, title));
        for one in of_lesson {
            let seen = match &one.seen {
                Seen::Predict { steadiness: Some(steady) } => range(steady),
                Seen::Predict { steadiness: None } => String::new(),
                Seen::Specimen { questions } => prose::count(*questions, "question"),
                Seen::Asked { right } if right.is_empty() => "none of these".to_owned(),
                Seen::Asked { right } => right.join("; "),
            };
            let _ = writeln!(
                table,
                "  {} {:<32} {:>3} runs   {}  {seen}",
                mark(outcome(&one.found), look),
                one.step.as_str(),
                one.rounds,
                look.paint(Role::Faint, format!("{:>6.1} s", one.took.as_secs_f64()))
            );
        }
        table.push('\n');
    }
}

/// What the runs measured, and how much of the tolerance they use up.
fn range(steady: &Steadiness) -> String {
    if steady.lowest == steady.highest {
        return format!("always {}", steady.middle);
    }
    let share = steady.share.map_or_else(
        || "where the tolerance allows none".to_owned(),
        |share| format!("{:.0} % of the tolerance", share * 100.0),
    );
    format!("{} to {}, {share}", steady.lowest, steady.highest)
}

pub(super) fn complaint(measured: &Measured, look: &Look, table: &mut String) {
    let kind = measured.seen.noun();
    let (must, reason) = match &measured.found {
        Found::AsWanted => return,
        Found::Undecided { reason } => ("cannot be judged here", reason),
        Found::Fault { reason } => ("could not be run", reason),
        Found::Contrary { reason } | Found::DoesNotCompile { reason } => ("must have one answer", reason),
    };
    let mark = mark(outcome(&measured.found), look);
    let _ = writeln!(table, "{mark} {}, {kind} `{}` {must}", measured.lesson, measured.step);
    for line in reason.lines() {
        let _ = writeln!(table, "    {line}");
    }
    table.push('\n');
}
