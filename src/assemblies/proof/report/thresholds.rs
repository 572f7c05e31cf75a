//! The part of the table that tells how far thresholds are from what is measured.

use std::fmt::Write;

use super::{ProofOutcome, mark};
use crate::assemblies::proof::margins::{CLEAR, Clearance, Margin};
use crate::assemblies::ui::look::{Look, Role};
use crate::words::prose;

/// The thresholds of which the measured numbers differ from run to run, a row each under
/// their lesson, and how many there are of them all.
pub(super) fn rows(margins: &[Margin], look: &Look, table: &mut String) {
    let noisy: Vec<&Margin> = margins.iter().filter(|margin| margin.range.noise() != 0).collect();
    for of_lesson in noisy.chunk_by(|one, other| one.lesson == other.lesson) {
        let title = format!("{} {} thresholds", of_lesson[0].lesson, look.pick("·", "-"));
        let _ = writeln!(table, "{}", look.paint(Role::Heading, title));
        for margin in of_lesson {
            let worst = match margin.range.clearance {
                Clearance::Still | Clearance::Clear => ProofOutcome::Proved,
                Clearance::Near => ProofOutcome::Broken,
            };
            let name = format!("{} in {}, {}", margin.check, margin.scene, margin.language.name());
            let _ = writeln!(
                table,
                "  {} {name:<32} {:>3} runs   {}{}",
                mark(worst, look),
                margin.range.runs,
                margin.range.words(),
                margin.range.times().map(|times| format!(": {times:.1} times the noise")).unwrap_or_default()
            );
        }
        table.push('\n');
    }
    if let Some(first) = margins.first() {
        let runs = margins.iter().map(|margin| margin.range.runs).max().unwrap_or(first.range.runs);
        let thresholds = prose::count(margins.len(), "threshold");
        let _ = writeln!(
            table,
            "{thresholds} seen in up to {runs} runs of one seed: {}\n",
            match noisy.len() {
                0 => "none with noise".to_owned(),
                number => format!("{number} with noise"),
            }
        );
    }
}

pub(super) fn complaint(margin: &Margin, look: &Look, table: &mut String) {
    if margin.range.clearance != Clearance::Near {
        return;
    }
    let _ = writeln!(
        table,
        "{} {}, drill `{}`: the threshold of `{}` must be clear of what is measured (in {}, scene `{}`)",
        mark(ProofOutcome::Broken, look),
        margin.lesson,
        margin.drill,
        margin.check,
        margin.language.name(),
        margin.scene,
    );
    let write = |number| margin.range.unit.write(number);
    let _ = writeln!(
        table,
        "    {} runs of one seed measure {}: {} away, and three times their noise is {}\n",
        margin.range.runs,
        margin.range.words(),
        write(margin.range.distance),
        write(margin.range.noise().saturating_mul(CLEAR)),
    );
}
