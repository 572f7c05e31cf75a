//! Pages for people: one for the class, one for each student, each a single file.
//!
//! They need nothing from elsewhere, run nothing (a content security policy forbids even
//! what might slip through), follow the reader's choice of light or dark, and can be
//! printed. All text is escaped by `maud`, and what strangers wrote was made fit to be shown
//! before.

mod class;
mod student;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use class::class;
pub use student::student;

use crate::assemblies::classroom::result::{Graded, GradedBy, StudentOutcome};
use crate::judgement::grading::{Marks, Score};

/// A whole page.
fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A score, with a bar that says the same.
fn score(score: Score) -> Markup {
    let Score { earned, pending, possible } = score;
    html! {
        span.score {
            @if possible != Marks::NONE {
                progress max=(possible) value=(earned) aria-hidden="true" {}
                " "
            }
            b { (earned) } "/" (possible)
            @if pending != Marks::NONE { " (" (pending) " pending)" }
        }
    }
}

/// By what it was graded: enough to do it again.
fn graded_by(by: &GradedBy) -> Markup {
    html! {
        p.faint {
            (by.runner) ", course “" (by.course) "” " code { (short(&by.course_sha256)) }
            ", seed " code { (by.seed) } ", programs confined to " b { (by.level) } "."
        }
    }
}

/// The beginning of a hash, enough to tell it from others.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// The colour that stands for an outcome; the words beside it say the same.
const fn tone(outcome: StudentOutcome) -> &'static str {
    match outcome {
        StudentOutcome::Passed => "good",
        StudentOutcome::Missed => "plain",
        StudentOutcome::Nothing => "faint",
        StudentOutcome::Pending | StudentOutcome::Unfinished => "wait",
        StudentOutcome::Fault => "bad",
    }
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

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#59636e;--line:#d1d9e0;--good:#116329;--bad:#a40e26;--wait:#7d4e00;--panel:#f6f8fa}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--faint:#9198a1;--line:#3d444d;--good:#56d364;--bad:#ff7b72;--wait:#e3b341;--panel:#151b23}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}\
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}\
pre,code{font:.9em/1.4 ui-monospace,monospace}pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.6rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}\
a{color:inherit}.faint{color:var(--faint)}.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}\
.score{white-space:nowrap}progress{width:5rem;accent-color:var(--good)}\
details{border-left:3px solid var(--line);padding-left:.8rem;margin:.4rem 0}summary{cursor:pointer}\
dl{margin:.3rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem}dt{color:var(--faint)}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}\
@media print{details>*{display:block}body{max-width:none}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_strangers_is_text() {
        let page = page("<script>alert(1)</script>", &html! { p { "<img src=x onerror=y>" } });
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    }

    #[test]
    fn a_link_leads_to_the_file_of_that_name() {
        assert_eq!(link("d%C3%A9"), "students/d%25C3%25A9.html");
    }
}
