//! The page of what was observed of a program.

use maud::{Markup, html};

use super::chart::{Mark, Series, over_time};
use super::memory::address_space;
use super::page::{Tone, fact, facts, page, table, tag};
use crate::assemblies::observing::{CALLS_KEPT, Observation};
use crate::assemblies::ui::observation::{Listing, io, known, peak, shown, told_io};
use crate::assemblies::ui::pictures::{
    AddressSpace, Folding, Level, counted, end, ending, is_exit, outcome, span,
};
use crate::facts::call::Call;
use crate::vocabulary::evidence::{Ending, Run, Snapshot};
use crate::words::units::Bytes;

/// The most calls in a page.
const CALLS: usize = 2000;

/// The page of an observation.
#[must_use]
pub fn observation(model: &Observation, listing: &Listing, at: Option<&str>) -> String {
    let run = &model.run;
    let duration = end(run).max(run.run_us);
    let known = known(model);
    let marks = marks(run);
    let calls = listing.of(run);
    let lead = html! { p { code { (model.command.join(" ")) } " " (ending_tag(&run.ending)) " after " (span(duration)) } };
    let body = html! {
        (facts(&figures(model, &calls)))
        h2 { "Over time" }
        (memory_over_time(&known, duration, &marks))
        (faults_over_time(&known, duration, &marks))
        @if let Some(io) = io(run) { p.note { "It " (told_io(&io)) "." } }
        (checkpoints(run))
        h2 { "Address space" }
        @match shown(model, at) {
            Some(shown) => {
                (address_space(&AddressSpace {
                    title: &format!("{} {}", run.program, shown.when),
                    mappings: shown.mappings,
                    folding: Folding::Files,
                }))
            }
            None => p { "It could not be read: the program was killed, or guards itself." }
        }
        h2 { "Calls" }
        (calls_of(&calls, run))
    };
    page(&format!("{} observed", run.program), &lead, &body)
}

fn figures(model: &Observation, calls: &[&Call]) -> Vec<Markup> {
    let run = &model.run;
    let mut figures = vec![fact(&calls.len().to_string(), "calls listed")];
    if let Some(most) = peak(model) {
        figures.push(fact(&most.to_string(), "resident at most"));
    }
    if let Some(faults) = &run.faults {
        figures.push(fact(&faults.minor.to_string(), "minor faults"));
        figures.push(fact(&faults.major.to_string(), "major faults"));
    }
    figures.push(fact(&run.processes.len().to_string(), "processes"));
    figures
}

/// How a program ended, in a coloured frame.
#[must_use]
pub fn ending_tag(ended: &Ending) -> Markup {
    let tone = match ended {
        Ending::Exited { status: 0 } => Tone::Good,
        Ending::Exited { .. } | Ending::Killed { .. } => Tone::Unsure,
        Ending::Signalled { .. } | Ending::NotStarted { .. } => Tone::Bad,
    };
    tag(tone, &ending(ended))
}

/// The checkpoints of a run as marks in its charts.
#[must_use]
pub fn marks(run: &Run) -> Vec<Mark> {
    let checkpoints = run.snapshots.iter().filter(|snapshot| !is_exit(snapshot));
    checkpoints
        .map(|snapshot| Mark { at: snapshot.at, label: format!("checkpoint {}", snapshot.checkpoint) })
        .collect()
}

/// Resident memory over time.
#[must_use]
pub fn memory_over_time(known: &[Level], duration: u64, marks: &[Mark]) -> Markup {
    let points: Vec<(u64, u64)> = known.iter().map(|level| (level.at, level.rss.0)).collect();
    let series = Series {
        title: "Resident memory",
        points: &points,
        end: duration,
        says: &|bytes| Bytes(bytes).to_string(),
        time: &span,
        colour: "pa",
    };
    over_time(&series, marks)
}

/// Page faults over time, added up; nothing where nobody counted.
#[must_use]
pub fn faults_over_time(known: &[Level], duration: u64, marks: &[Mark]) -> Markup {
    let points: Vec<(u64, u64)> = known.iter().filter_map(|level| Some((level.at, level.faults?))).collect();
    if points.is_empty() {
        return html! {};
    }
    let series = Series {
        title: "Page faults so far",
        points: &points,
        end: duration,
        says: &|count| count.to_string(),
        time: &span,
        colour: "sf",
    };
    over_time(&series, marks)
}

/// The checkpoints of a run as a table; nothing where there was none.
#[must_use]
pub fn checkpoints(run: &Run) -> Markup {
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
    let columns = ["Checkpoint", "After", "Process", "Resident", "Minor faults", "Major faults"];
    table("Checkpoints", &columns, &[1, 2, 3, 4, 5], &rows)
}

fn calls_of(calls: &[&Call], run: &Run) -> Markup {
    html! {
        p { @if calls.is_empty() { "None." } @else { (counted(calls.iter().copied())) "." } }
        @if run.calls_dropped > 0 {
            p.note { (run.calls_dropped) " more calls came after the first " (CALLS_KEPT) ", and were only counted." }
        }
        details open[calls.len() <= 60] {
            summary { "Call by call" }
            (calls_table(calls, CALLS))
        }
    }
}

/// Calls as a table, `most` of them at the most.
pub(super) fn calls_table(calls: &[&Call], most: usize) -> Markup {
    let row = |call: &&Call| {
        let result = outcome(call.outcome);
        vec![
            html! { (span(call.at)) },
            html! { (call.process) },
            html! { code { (call.text) } },
            html! { code { (result.trim_start_matches(" = ")) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = calls.iter().take(most).map(row).collect();
    html! {
        @if calls.len() > most { p.note { "The first " (most) " of " (calls.len()) " are listed." } }
        (table("Calls", &["After", "Process", "Call", "Result"], &[0, 1], &rows))
    }
}
