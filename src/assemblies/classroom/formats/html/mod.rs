//! Pages for people: one for the class, one for each student, each a single file made of
//! `assemblies::pages`. What strangers wrote is made fit to be shown first.

mod class;
mod student;

use maud::{Markup, html};

pub use class::class;
pub use student::student;

use crate::assemblies::classroom::result::{Graded, GradedBy, StudentOutcome};
use crate::assemblies::pages::{Tone, tag};
use crate::judgement::grading::{Marks, Score};

/// A score in words: `7.5/10 (2 pending)`.
fn score(score: Score) -> Markup {
    let Score { earned, pending, possible } = score;
    html! {
        b { (earned) } "/" (possible)
        @if pending != Marks::NONE { " (" (pending) " pending)" }
    }
}

/// By what it was graded: enough to do it again.
fn graded_by(by: &GradedBy) -> Markup {
    html! {
        p.note {
            (by.runner) ", course “" (by.course) "” " code { (short(&by.course_sha256)) }
            ", seed " code { (by.seed) } ", programs confined to " b { (by.level) }
            @if let Some(reason) = &by.no_further { ", no further since " (reason) } "."
        }
    }
}

/// The beginning of a hash, enough to tell it from others.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// An outcome in a frame.
fn outcome(outcome: StudentOutcome) -> Markup {
    let tone = match outcome {
        StudentOutcome::Passed => Tone::Good,
        StudentOutcome::Missed | StudentOutcome::Nothing => Tone::Neutral,
        StudentOutcome::Pending | StudentOutcome::Unfinished => Tone::Unsure,
        StudentOutcome::Fault => Tone::Bad,
    };
    tag(tone, outcome.words())
}

/// The name of a student's page as a link: a percent sign in a file's name is one in a URL too.
fn link(graded_key: &str) -> String {
    format!("students/{}.html", graded_key.replace('%', "%25"))
}

/// Notes and refused files.
fn remarks(graded: &Graded) -> Markup {
    html! {
        @if !graded.refused.is_empty() {
            h2 { "Not taken" }
            ul {
                @for refused in &graded.refused { li { code { (refused.path) } ": " (refused.reason) } }
            }
        }
        @if !graded.notes.is_empty() {
            h2 { "Notes" }
            ul { @for note in &graded.notes { li { (note) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_file_of_that_name() {
        assert_eq!(link("d%C3%A9"), "students/d%25C3%25A9.html");
    }
}
