//! The page of what was observed of a program.

use maud::{Markup, html};

use super::chart::{Mark, Series, over_time};
use super::memory::address_space;
use super::page::{Tone, fact, facts, page, table, tag};
use crate::assemblies::observing::Observation;
use crate::assemblies::ui::observation::{Listing, dropped, io, known, peak, shown, told_io, whose};
use crate::assemblies::ui::pictures::{
    AddressSpace, Folding, Level, counted, end, ending, is_exit, outcome, span,
};
use crate::facts::call::Call;
use crate::vocabulary::evidence::{Ending, Run, Snapshot};
use crate::words::speech::{Speech, shown as value};
use crate::words::units::Bytes;

/// The most calls in a page.
const CALLS: usize = 2000;

/// The page of an observation.
#[must_use]
pub fn observation(speech: Speech, model: &Observation, listing: &Listing, at: Option<&str>) -> String {
    let run = &model.run;
    let duration = end(run).max(run.run_us);
    let known = known(model);
    let marks = marks(speech, run);
    let calls = listing.of(run);
    let lead = html! { p { code { (model.command.join(" ")) } " " (ending_tag(speech, &run.ending)) " " (after(speech, duration)) } };
    let body = html! {
        (facts(&figures(speech, model, &calls)))
        h2 { (speech.say("observed-over-time")) }
        (memory_over_time(speech, &known, duration, &marks))
        (faults_over_time(speech, &known, duration, &marks))
        @if let Some(io) = io(run) { p.note { (speech.tell("html-io", [("io", told_io(speech, &io).into())])) } }
        (checkpoints(speech, run))
        h2 { (speech.say("observed-space")) }
        @match shown(speech, model, at) {
            Some(shown) => {
                (address_space(speech, &AddressSpace {
                    title: &whose(speech, run, &shown),
                    mappings: shown.mappings,
                    folding: Folding::Files,
                }))
            }
            None => p { (speech.say("observed-unread")) }
        }
        h2 { (speech.say("calls")) }
        (calls_of(speech, &calls, run))
    };
    page(speech, &speech.tell("html-observed", [("program", value(&run.program))]), &lead, &body)
}

/// `after 31.2 ms`
pub(super) fn after(speech: Speech, duration: u64) -> String {
    speech.tell("html-after-time", [("time", span(duration).into())])
}

fn figures(speech: Speech, model: &Observation, calls: &[&Call]) -> Vec<Markup> {
    let run = &model.run;
    let mut figures = vec![fact(&calls.len().to_string(), &speech.say("html-calls-listed"))];
    if let Some(most) = peak(model) {
        figures.push(fact(&most.to_string(), &speech.say("html-resident-most")));
    }
    if let Some(faults) = &run.faults {
        figures.push(fact(&faults.minor.to_string(), &speech.say("html-minor-faults")));
        figures.push(fact(&faults.major.to_string(), &speech.say("html-major-faults")));
    }
    figures.push(fact(&run.processes.len().to_string(), &speech.say("observed-processes")));
    figures
}

/// How a program ended, in a coloured frame.
#[must_use]
pub fn ending_tag(speech: Speech, ended: &Ending) -> Markup {
    let tone = match ended {
        Ending::Exited { status: 0 } => Tone::Good,
        Ending::Exited { .. } | Ending::Killed { .. } => Tone::Unsure,
        Ending::Signalled { .. } | Ending::NotStarted { .. } => Tone::Bad,
    };
    tag(tone, &ending(speech, ended))
}

/// The checkpoints of a run as marks in its charts.
#[must_use]
pub fn marks(speech: Speech, run: &Run) -> Vec<Mark> {
    let checkpoints = run.snapshots.iter().filter(|snapshot| !is_exit(snapshot));
    checkpoints
        .map(|snapshot| Mark {
            at: snapshot.at,
            label: speech.tell("stop-checkpoint", [("checkpoint", value(&snapshot.checkpoint))]),
        })
        .collect()
}

/// Resident memory over time.
#[must_use]
pub fn memory_over_time(speech: Speech, known: &[Level], duration: u64, marks: &[Mark]) -> Markup {
    let points: Vec<(u64, u64)> = known.iter().map(|level| (level.at, level.rss.0)).collect();
    let series = Series {
        title: &speech.say("html-memory"),
        points: &points,
        end: duration,
        says: &|bytes| Bytes(bytes).to_string(),
        time: &span,
        colour: "pa",
    };
    over_time(speech, &series, marks)
}

/// Page faults over time, added up; nothing where nobody counted.
#[must_use]
pub fn faults_over_time(speech: Speech, known: &[Level], duration: u64, marks: &[Mark]) -> Markup {
    let points: Vec<(u64, u64)> = known.iter().filter_map(|level| Some((level.at, level.faults?))).collect();
    if points.is_empty() {
        return html! {};
    }
    let series = Series {
        title: &speech.say("html-faults"),
        points: &points,
        end: duration,
        says: &|count| count.to_string(),
        time: &span,
        colour: "sf",
    };
    over_time(speech, &series, marks)
}

/// The checkpoints of a run as a table; nothing where there was none.
#[must_use]
pub fn checkpoints(speech: Speech, run: &Run) -> Markup {
    let stops: Vec<&Snapshot> = run.snapshots.iter().filter(|snapshot| !is_exit(snapshot)).collect();
    if stops.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> = stops
        .iter()
        .zip(1..)
        .map(|(stop, number)| {
            let faults = stop.faults.clone().unwrap_or_default();
            vec![
                html! { (number) ". " (stop.checkpoint) },
                html! { (span(stop.at)) },
                html! { (stop.pid) },
                html! { (stop.rss) },
                html! { (faults.minor) },
                html! { (faults.major) },
            ]
        })
        .collect();
    let columns = speech.all(&[
        "html-checkpoint",
        "html-after",
        "html-process",
        "html-resident",
        "html-minor",
        "html-major",
    ]);
    table(&speech.say("html-checkpoints"), &columns, &[1, 2, 3, 4, 5], &rows)
}

fn calls_of(speech: Speech, calls: &[&Call], run: &Run) -> Markup {
    html! {
        p { @if calls.is_empty() { (speech.say("html-none")) } @else { (counted(calls.iter().copied())) "." } }
        @if run.calls_dropped > 0 { p.note { (dropped(speech, run)) } }
        details open[calls.len() <= 60] {
            summary { (speech.say("html-call-by-call")) }
            (calls_table(speech, calls, CALLS))
        }
    }
}

/// Calls as a table, `most` of them at the most.
pub(super) fn calls_table(speech: Speech, calls: &[&Call], most: usize) -> Markup {
    let row = |call: &&Call| {
        let result = outcome(speech, call.outcome);
        vec![
            html! { (span(call.at)) },
            html! { (call.process) },
            html! { code { (call.text) } },
            html! { code { (result.trim_start_matches(" = ")) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = calls.iter().take(most).map(row).collect();
    let columns = speech.all(&["html-after", "html-process", "html-call", "html-result"]);
    let first = [("listed", most.into()), ("all", calls.len().into())];
    html! {
        @if calls.len() > most { p.note { (speech.tell("html-first", first)) } }
        (table(&speech.say("calls"), &columns, &[0, 1], &rows))
    }
}
