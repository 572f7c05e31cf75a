//! The page of a learner's report: progress, and the evidence of the last run.

use maud::{Markup, html};

use super::chart::{Part, progress_bar};
use super::memory::{address_space, pair};
use super::observation::{
    after, calls_table, checkpoints, ending_tag, faults_over_time, marks, memory_over_time,
};
use super::page::{Tone, fact, facts, page, table, tag};
use crate::assemblies::ui::pictures::{AddressSpace, Folding, end, is_exit, known};
use crate::assemblies::ui::report::{LastRun, kind, notes};
use crate::assemblies::ui::timelines::{Pair, at, started, two_of};
use crate::facts::call::Call;
use crate::judgement::overview::{LessonOverview, LessonStanding};
use crate::judgement::progress::{Standing as Progress, UnixTime};
use crate::judgement::transcript::{LessonTranscript, Transcript};
use crate::judgement::verdict::{Outcome, Standing, Verdict};
use crate::vocabulary::evidence::{Evidence, Run, SceneRun};
use crate::words::ids::InstanceName;
use crate::words::speech::{Speech, shown};

/// The most calls of a run in a page.
const CALLS: usize = 400;

/// The page in a language. `date` tells a time as the reader's calendar does.
#[must_use]
pub fn report(
    speech: Speech,
    transcript: &Transcript,
    last: Option<LastRun<'_>>,
    made: UnixTime,
    date: &dyn Fn(UnixTime) -> String,
) -> String {
    let overview = &transcript.overview;
    let lead = html! { p { (speech.tell("html-progress", [("date", date(made).into())])) } };
    let done = [("done", overview.lessons_done.into()), ("all", overview.lessons.into())];
    let done = speech.tell("html-of", done);
    let hints: usize = transcript.lessons.iter().map(|lesson| lesson.lesson.hints).sum();
    let body = html! {
        (facts(&[
            fact(&done, &speech.say("html-lessons-done")),
            fact(&overview.minutes_left.to_string(), &speech.say("html-minutes-left")),
            fact(&hints.to_string(), &speech.say("html-hints-used")),
            fact(&overview.questions_due.to_string(), &speech.say("html-questions-due")),
        ]))
        @for part in &overview.parts {
            h2 { (part.title) }
            @for lesson in &part.lessons {
                (progress(speech, lesson))
                @if let Some(done) = transcript.lessons.iter().find(|done| done.lesson.id == lesson.id) {
                    (steps(speech, done, date))
                }
            }
        }
        @if let Some(last) = last { (last_run(speech, last)) }
    };
    page(speech, &overview.title, &lead, &body)
}

fn progress(speech: Speech, lesson: &LessonOverview) -> Markup {
    let (tone, standing) = match lesson.standing {
        LessonStanding::Done => (Tone::Good, "lesson-done"),
        LessonStanding::Begun => (Tone::Unsure, "html-begun"),
        LessonStanding::Untouched => (Tone::Neutral, "html-untouched"),
    };
    let (done, steps) = (("done", lesson.steps_done.into()), ("steps", lesson.steps.into()));
    let says =
        speech.tell("html-steps", [done.clone(), steps.clone(), ("title", lesson.title.as_str().into())]);
    let about = speech.tell("html-about", [done, steps, ("minutes", lesson.minutes.into())]);
    let share = lesson.steps_done as f64 / lesson.steps.max(1) as f64;
    html! {
        h3 { (lesson.title) " " (tag(tone, &speech.say(standing))) }
        (progress_bar(&says, &[Part { share, class: "pf" }]))
        p.note { (about) }
    }
}

fn steps(speech: Speech, lesson: &LessonTranscript, date: &dyn Fn(UnixTime) -> String) -> Markup {
    let rows: Vec<Vec<Markup>> = lesson
        .steps
        .iter()
        .map(|step| {
            let tone = match step.standing {
                Progress::Passed => Tone::Good,
                Progress::Missed => Tone::Bad,
                Progress::Undecided => Tone::Unsure,
                Progress::Untried => Tone::Neutral,
            };
            let said = notes(speech, step, date);
            let (standing, notes) = said
                .split_first()
                .map_or_else(Default::default, |(standing, notes)| (standing.clone(), notes.join(", ")));
            vec![
                html! { (step.step) },
                html! { (kind(speech, step.kind)) },
                html! { (tag(tone, &standing)) },
                html! { (notes) },
            ]
        })
        .collect();
    let columns = speech.all(&["html-step", "html-kind", "html-standing", "html-notes"]);
    html! {
        details { summary { (speech.say("html-step-by-step")) }
            (table(&lesson.lesson.title, &columns, &[], &rows))
        }
    }
}

fn last_run(speech: Speech, LastRun { file, verdict }: LastRun<'_>) -> Markup {
    let said = [("drill", shown(&file.drill)), ("lesson", shown(&file.lesson))];
    html! {
        h2 { (speech.tell("report-last-run", said)) }
        (judged(speech, verdict))
        (evidence(speech, &file.evidence))
    }
}

/// A verdict: its outcome, and each check with what was expected and observed.
#[must_use]
pub fn judged(speech: Speech, verdict: &Verdict) -> Markup {
    let (tone, said) = match verdict.outcome {
        Outcome::Passed => (Tone::Good, "html-passed"),
        Outcome::Missed => (Tone::Bad, "html-missed"),
        Outcome::DoesNotCompile => (Tone::Bad, "verdict-broken"),
        Outcome::Inconclusive => (Tone::Unsure, "html-inconclusive"),
    };
    let rows: Vec<Vec<Markup>> = verdict
        .checks
        .iter()
        .map(|judged| {
            let (tone, word, seen) = match &judged.standing {
                Standing::Held { observed } => (Tone::Good, "html-held", html! { (observed) }),
                Standing::Missed { expected, observed, .. } => (
                    Tone::Bad,
                    "html-missed",
                    html! {
                        (speech.say("verdict-expected")) ": " (expected) br;
                        (speech.say("verdict-observed")) ": " (observed)
                    },
                ),
                Standing::Undecided { reason } => (Tone::Unsure, "html-undecided", html! { (reason) }),
            };
            vec![html! { (tag(tone, &speech.say(word))) }, html! { (judged.says) }, seen]
        })
        .collect();
    let instruments: Vec<&str> = verdict.instruments.iter().map(AsRef::as_ref).collect();
    let seen = [("seed", shown(verdict.seed)), ("instruments", instruments.join(", ").into())];
    let seen = speech.tell("html-seen-by", seen);
    let columns = [String::new(), speech.say("html-check"), speech.say("html-seen")];
    html! {
        p { (tag(tone, &speech.say(said))) " " (seen) }
        @for broken in &verdict.broken {
            h3 { (speech.tell("html-not-compiled", [("program", shown(&broken.program))])) }
            pre { (console::strip_ansi_codes(&broken.errors)) }
        }
        @for stop in &verdict.stops { p { (speech.tell("html-stop", [("scene", shown(&stop.scene)), ("what", shown(&stop.what))])) } }
        @if !rows.is_empty() { (table(&speech.say("html-checks"), &columns, &[], &rows)) }
    }
}

/// What the programs did: charts, checkpoints, calls and address spaces.
#[must_use]
pub fn evidence(speech: Speech, evidence: &Evidence) -> Markup {
    html! { @for scene in &evidence.scenes { (of_scene(speech, scene)) } }
}

fn of_scene(speech: Speech, scene: &SceneRun) -> Markup {
    html! {
        @for (name, run) in started(scene) {
            h3 { (in_scene(speech, name, scene)) }
            (of_run(speech, run))
        }
        @if let Some(Pair { one, other }) = two_of(speech, scene) {
            h3 { (speech.tell("html-share", [("one", shown(&one.title)), ("other", shown(&other.title))])) }
            (pair(speech, &one.side(), &other.side()))
        }
    }
}

/// `writer in scene both, run 2`
fn in_scene(speech: Speech, name: &InstanceName, scene: &SceneRun) -> String {
    let (who, of) = (("who", shown(name)), ("scene", shown(&scene.scene)));
    match scene.repetition {
        0 => speech.tell("run-in-scene", [who, of]),
        again => speech.tell("html-run-again", [who, of, ("run", (again + 1).into())]),
    }
}

fn of_run(speech: Speech, run: &Run) -> Markup {
    let (known, duration) = (known(run), end(run));
    let marks = marks(speech, run);
    let last = run.snapshots.iter().rfind(|stop| !is_exit(stop) && !stop.mappings.is_empty());
    let calls: Vec<&Call> = run.calls.iter().collect();
    html! {
        p { (ending_tag(speech, &run.ending)) " " (after(speech, duration)) }
        @if !known.is_empty() {
            (memory_over_time(speech, &known, duration, &marks))
            (faults_over_time(speech, &known, duration, &marks))
        }
        (checkpoints(speech, run))
        details {
            summary { (speech.tell("html-calls", [("calls", calls.len().into())])) }
            (calls_table(speech, &calls, CALLS))
        }
        @if let Some(stop) = last {
            details { summary { (speech.tell("html-space-at", [("checkpoint", shown(&stop.checkpoint))])) }
                (address_space(speech, &AddressSpace {
                    title: &at(speech, run.program.as_str(), &stop.checkpoint),
                    mappings: &stop.mappings,
                    folding: Folding::Files,
                }))
            }
        }
    }
}
