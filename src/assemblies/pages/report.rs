//! The page of a learner's report: progress, and the evidence of the last run.

use maud::{Markup, html};

use super::chart::{Part, progress_bar};
use super::memory::{address_space, pair};
use super::observation::{calls_table, checkpoints, ending_tag, faults_over_time, marks, memory_over_time};
use super::page::{Tone, fact, facts, page, table, tag};
use crate::assemblies::ui::pictures::{AddressSpace, Folding, end, is_exit, known, span};
use crate::assemblies::ui::report::{LastRun, notes};
use crate::assemblies::ui::timelines::{Pair, started, two_of};
use crate::facts::call::Call;
use crate::judgement::overview::{LessonOverview, LessonStanding};
use crate::judgement::progress::{Standing as Progress, UnixTime};
use crate::judgement::transcript::{LessonTranscript, Transcript};
use crate::judgement::verdict::{Outcome, Standing, Verdict};
use crate::vocabulary::evidence::{Evidence, Run, SceneRun};
use crate::words::speech::Speech;

/// The most calls of a run in a page.
const CALLS: usize = 400;

/// The page. `date` tells a time as the reader's calendar does.
#[must_use]
pub fn report(
    transcript: &Transcript,
    last: Option<LastRun<'_>>,
    made: UnixTime,
    date: &dyn Fn(UnixTime) -> String,
) -> String {
    let overview = &transcript.overview;
    let lead = html! { p { "Progress in this course, as of " (date(made)) "." } };
    let hints: usize = transcript.lessons.iter().map(|lesson| lesson.lesson.hints).sum();
    let body = html! {
        (facts(&[
            fact(&format!("{} of {}", overview.lessons_done, overview.lessons), "lessons done"),
            fact(&overview.minutes_left.to_string(), "minutes left, about"),
            fact(&hints.to_string(), "hints used"),
            fact(&overview.questions_due.to_string(), "questions to repeat"),
        ]))
        @for part in &overview.parts {
            h2 { (part.title) }
            @for lesson in &part.lessons {
                (progress(lesson))
                @if let Some(done) = transcript.lessons.iter().find(|done| done.lesson.id == lesson.id) {
                    (steps(done, date))
                }
            }
        }
        @if let Some(last) = last { (last_run(last)) }
    };
    page(&overview.title, &lead, &body)
}

fn progress(lesson: &LessonOverview) -> Markup {
    let (tone, standing) = match lesson.standing {
        LessonStanding::Done => (Tone::Good, "done"),
        LessonStanding::Begun => (Tone::Unsure, "begun"),
        LessonStanding::Untouched => (Tone::Neutral, "not begun"),
    };
    let says = format!("{} of {} steps of {}", lesson.steps_done, lesson.steps, lesson.title);
    let share = lesson.steps_done as f64 / lesson.steps.max(1) as f64;
    html! {
        h3 { (lesson.title) " " (tag(tone, standing)) }
        (progress_bar(&says, &[Part { share, class: "pf" }]))
        p.note { (lesson.steps_done) " of " (lesson.steps) " steps, about " (lesson.minutes) " minutes" }
    }
}

fn steps(lesson: &LessonTranscript, date: &dyn Fn(UnixTime) -> String) -> Markup {
    let rows: Vec<Vec<Markup>> = lesson
        .steps
        .iter()
        .map(|step| {
            let tone = match step.standing {
                Progress::Passed => Tone::Good,
                Progress::Missed => Tone::Bad,
                Progress::Untried => Tone::Neutral,
            };
            let said = notes(Speech::ENGLISH, step, date);
            let (standing, notes) = said
                .split_first()
                .map_or_else(Default::default, |(standing, notes)| (standing.clone(), notes.join(", ")));
            vec![
                html! { (step.step) },
                html! { (step.kind) },
                html! { (tag(tone, &standing)) },
                html! { (notes) },
            ]
        })
        .collect();
    html! {
        details { summary { "Step by step" }
            (table(&lesson.lesson.title, &["Step", "Kind", "Standing", "Notes"], &[], &rows))
        }
    }
}

fn last_run(LastRun { file, verdict }: LastRun<'_>) -> Markup {
    html! {
        h2 { "The last run: " (file.drill) " of " (file.lesson) }
        (judged(verdict))
        (evidence(&file.evidence))
    }
}

/// A verdict: its outcome, and each check with what was expected and observed.
#[must_use]
pub fn judged(verdict: &Verdict) -> Markup {
    let (tone, said) = match verdict.outcome {
        Outcome::Passed => (Tone::Good, "passed"),
        Outcome::Missed => (Tone::Bad, "missed"),
        Outcome::DoesNotCompile => (Tone::Bad, "does not compile"),
        Outcome::Inconclusive => (Tone::Unsure, "inconclusive here"),
    };
    let rows: Vec<Vec<Markup>> = verdict
        .checks
        .iter()
        .map(|judged| {
            let (tone, word, seen) = match &judged.standing {
                Standing::Held { observed } => (Tone::Good, "held", html! { (observed) }),
                Standing::Missed { expected, observed, .. } => {
                    (Tone::Bad, "missed", html! { "expected: " (expected) br; "observed: " (observed) })
                }
                Standing::Undecided { reason } => (Tone::Unsure, "undecided", html! { (reason) }),
            };
            vec![html! { (tag(tone, word)) }, html! { (judged.says) }, seen]
        })
        .collect();
    html! {
        p { (tag(tone, said)) " with seed " code { (verdict.seed) } ", seen by " (verdict.instruments.join(", ")) "." }
        @for broken in &verdict.broken {
            h3 { (broken.program) " does not compile" }
            pre { (console::strip_ansi_codes(&broken.errors)) }
        }
        @for stop in &verdict.stops { p { "Scene " (stop.scene) ": " (stop.what) } }
        @if !rows.is_empty() { (table("Checks", &["", "Check", "What was seen"], &[], &rows)) }
    }
}

/// What the programs did: charts, checkpoints, calls and address spaces.
#[must_use]
pub fn evidence(evidence: &Evidence) -> Markup {
    html! { @for scene in &evidence.scenes { (of_scene(scene)) } }
}

fn of_scene(scene: &SceneRun) -> Markup {
    html! {
        @for (name, run) in started(scene) {
            h3 { (name) " in scene " (scene.scene) @if scene.repetition > 0 { ", run " (scene.repetition + 1) } }
            (of_run(run))
        }
        @if let Some(Pair { one, other }) = two_of(scene) {
            h3 { "What " (one.title) " and " (other.title) " share" }
            (pair(&one.side(), &other.side()))
        }
    }
}

fn of_run(run: &Run) -> Markup {
    let (known, duration) = (known(run), end(run));
    let marks = marks(run);
    let last = run.snapshots.iter().rfind(|stop| !is_exit(stop) && !stop.mappings.is_empty());
    let calls: Vec<&Call> = run.calls.iter().collect();
    html! {
        p { (ending_tag(&run.ending)) " after " (span(duration)) }
        @if !known.is_empty() {
            (memory_over_time(&known, duration, &marks))
            (faults_over_time(&known, duration, &marks))
        }
        (checkpoints(run))
        details { summary { "Calls: " (calls.len()) } (calls_table(&calls, CALLS)) }
        @if let Some(stop) = last {
            details { summary { "Address space at " (stop.checkpoint) }
                (address_space(&AddressSpace {
                    title: &format!("{} at {}", run.program, stop.checkpoint),
                    mappings: &stop.mappings,
                    folding: Folding::Files,
                }))
            }
        }
    }
}
