//! The timeline of a run: when it called the kernel, where it stood still, and how
//! its resident memory and its faults grew.
//!
//! Memory and faults are known at the checkpoints only; between two the line keeps
//! the last known figure.

use std::collections::BTreeMap;

use console::{measure_text_width, truncate_str};

use super::layout::{heading, left, line};
use crate::assemblies::ui::look::{Look, Role, Telling, widest};
use crate::facts::call::{Call, Outcome};
use crate::vocabulary::evidence::{Ending, Run, Snapshot};
use crate::words::speech::{Speech, shown};
use crate::words::units::Bytes;

/// The most calls that are listed one by one between two checkpoints.
const LISTED: usize = 8;

/// A run as text.
#[must_use]
pub fn timeline(look: &Look, run: &Run) -> String {
    let end = end(run);
    let said = [
        ("program", shown(&run.program)),
        ("ending", ending(look.speech, &run.ending).into()),
        ("time", span(end).into()),
    ];
    let title = look.tell("run-title", said);
    match look.telling {
        Telling::Words => {
            let mut text = look.wrap("", &format!("{title}."));
            let intervals = intervals(run);
            for (calls, stop) in &intervals {
                text += &told_calls(look, calls);
                if let Some(stop) = stop {
                    let said = [("time", span(stop.at).into()), ("what", told_after(look, stop).into())];
                    text += &look.wrap("", &look.tell("run-after", said));
                }
            }
            text
        }
        Telling::Pictures => {
            let mut text = heading(look, &title);
            text += &lanes(look, run, &known(run), end);
            text.push('\n');
            for (calls, stop) in &intervals(run) {
                text += &listed_calls(look, calls);
                if let Some(stop) = stop {
                    let sign = look.paint(Role::Strong, look.pick("●", "*"));
                    let start = format!("{sign} {} ", left(look, &span(stop.at), 9));
                    text += &look.wrap(&start, &told_after(look, stop));
                }
            }
            text
        }
    }
}

/// The calls before each checkpoint, and those after the last.
fn intervals(run: &Run) -> Vec<(&[Call], Option<&Snapshot>)> {
    let mut intervals = Vec::new();
    let mut from = 0;
    for snapshot in &run.snapshots {
        let to = snapshot.calls_before.clamp(from, run.calls.len());
        intervals.push((&run.calls[from..to], Some(snapshot)));
        from = to;
    }
    intervals.push((&run.calls[from..], None));
    intervals
}

/// What was known of a run's memory at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Microseconds since the run began.
    pub at: u64,
    /// Resident memory.
    pub rss: Bytes,
    /// Faults so far, minor and major; nothing where nobody counted.
    pub faults: Option<u64>,
}

/// What the checkpoints tell.
#[must_use]
pub fn known(run: &Run) -> Vec<Level> {
    let level = |snapshot: &Snapshot| Level {
        at: snapshot.at,
        rss: snapshot.rss,
        faults: snapshot.faults.as_ref().map(|faults| faults.minor + faults.major),
    };
    run.snapshots.iter().map(level).collect()
}

/// When the last thing happened that is known of a run, in microseconds since it began.
#[must_use]
pub fn end(run: &Run) -> u64 {
    let calls = run.calls.iter().map(|call| call.at);
    let stops = run.snapshots.iter().map(|snapshot| snapshot.at);
    let lines = run.stdout.iter().map(|line| line.at);
    calls.chain(stops).chain(lines).max().unwrap_or(0).max(1)
}

/// The columns of a lane's name, and of the largest figure behind it, at least.
const LABEL: usize = 8;
const FIGURE: usize = 14;

/// What there is to draw of a lane, once it is known how wide it is.
type Drawn<'d> = Box<dyn Fn(usize) -> String + 'd>;

/// A lane each for calls, checkpoints, memory and faults, from the run's beginning to `end`.
#[must_use]
pub fn lanes(look: &Look, run: &Run, known: &[Level], end: u64) -> String {
    let column =
        |at: u64, width: usize| usize::try_from(at * (width as u64 - 1) / end).unwrap_or(0).min(width - 1);
    let over_time = |figure: &dyn Fn(&Level) -> u64, width: usize| -> String {
        let mut values = vec![0; width];
        for level in known {
            values[column(level.at, width)..].fill(figure(level));
        }
        levels(look, &values)
    };
    let mut all: Vec<(String, Drawn<'_>, String)> = Vec::new();

    let density = |width: usize| {
        let mut density = vec![0; width];
        run.calls.iter().for_each(|call| density[column(call.at, width)] += 1);
        levels(look, &density)
    };
    let calls = look.tell("lane-calls-all", [("calls", run.calls.len().into())]);
    all.push((look.say("lane-calls"), Box::new(density), calls));

    let checkpoints: Vec<&Snapshot> = run.snapshots.iter().filter(|stop| !is_exit(stop)).collect();
    if !checkpoints.is_empty() {
        let stops = look.tell("lane-stops-all", [("checkpoints", checkpoints.len().into())]);
        let drawn = move |width: usize| {
            let mut stops = vec![' '; width];
            for (number, snapshot) in checkpoints.iter().enumerate() {
                let label = char::from_digit(u32::try_from(number + 1).unwrap_or(36), 36).unwrap_or('+');
                stops[column(snapshot.at, width)] = label;
            }
            look.paint(Role::Strong, stops.into_iter().collect::<String>())
        };
        all.push((look.say("lane-stops"), Box::new(drawn), stops));
    }
    if let Some(most) = known.iter().map(|level| level.rss).max() {
        let drawn = |width| over_time(&|level| level.rss.0, width);
        let most = look.tell("lane-most", [("size", shown(most))]);
        all.push((look.say("lane-resident"), Box::new(drawn), most));
    }
    if let Some(most) = known.iter().filter_map(|level| level.faults).max() {
        let drawn = |width| over_time(&|level| level.faults.unwrap_or(0), width);
        let most = look.tell("lane-faults-all", [("faults", most.into())]);
        all.push((look.say("lane-faults"), Box::new(drawn), most));
    }

    let (names, figures): (Vec<&String>, Vec<&String>) =
        all.iter().map(|(name, _, figure)| (name, figure)).unzip();
    let label = widest(&names).clamp(LABEL, 2 * LABEL);
    let figure = widest(&figures).max(FIGURE);
    let width = look.width.saturating_sub(label + figure + 2).max(10);
    let lane = |name: &str, drawn: &str, figure: &str| {
        line(&format!("{} {drawn} {figure}", look.paint(Role::Faint, left(look, name, label))))
    };
    let mut text: String =
        all.iter().map(|(name, drawn, figure)| lane(name, &drawn(width), figure)).collect();
    let last = span(end);
    let gap = width.saturating_sub(measure_text_width(&last) + 1);
    text += &lane("", &format!("0{}{last}", " ".repeat(gap)), "");
    text
}

/// Figures as the heights of a line of blocks, the largest the highest.
fn levels(look: &Look, values: &[u64]) -> String {
    let steps: Vec<char> = look.pick("▁▂▃▄▅▆▇█", ".:-=+*#@").chars().collect();
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: u64| {
        let step = u128::from(value) * (steps.len() as u128 - 1) / u128::from(most);
        steps.get(usize::try_from(step).unwrap_or(0)).copied().unwrap_or(' ')
    };
    values.iter().map(|&value| if value == 0 { ' ' } else { height(value) }).collect()
}

fn listed_calls(look: &Look, calls: &[Call]) -> String {
    let mut text = String::new();
    let shown = if calls.len() > LISTED { LISTED / 2 } else { calls.len() };
    let hidden = &calls[shown..calls.len().saturating_sub(if calls.len() > LISTED { LISTED / 2 } else { 0 })];
    for call in &calls[..shown] {
        text += &listed(look, call);
    }
    if !hidden.is_empty() {
        let more = [("number", hidden.len().into()), ("calls", counted(hidden).into())];
        let note = format!("  {} {}", look.pick("⋮", ":"), look.tell("calls-more", more));
        text +=
            &format!("{}\n", look.paint(Role::Faint, truncate_str(&note, look.width, look.pick("…", "~"))));
    }
    for call in &calls[shown + hidden.len()..] {
        text += &listed(look, call);
    }
    text
}

fn listed(look: &Look, call: &Call) -> String {
    let room = look.width.saturating_sub(12);
    let said = format!("{}{}", call.text, outcome(look.speech, call.outcome));
    let said = truncate_str(&said, room, look.pick("…", "~")).into_owned();
    line(&format!("  {} {said}", look.paint(Role::Faint, left(look, &span(call.at), 9))))
}

/// What a call gave, as strace writes it: ` = 3`, ` = -1 ENOENT`.
#[must_use]
pub fn outcome(speech: Speech, outcome: Outcome) -> String {
    match outcome {
        Outcome::Returned(value) if value > 0xffff => format!(" = {value:#x}"),
        Outcome::Returned(value) => format!(" = {value}"),
        Outcome::Failed(errno) => format!(" = -1 {:?}", nix::errno::Errno::from_raw(errno)),
        Outcome::Refused => format!(" {}", speech.say("run-refused")),
        Outcome::NotAwaited | Outcome::Unfinished => String::new(),
    }
}

/// `3 mmap, 1 openat`
#[must_use]
pub fn counted<'c>(calls: impl IntoIterator<Item = &'c Call>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    calls.into_iter().for_each(|call| *counts.entry(&call.name).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
    let words: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    words.join(", ")
}

fn told_calls(look: &Look, calls: &[Call]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let said = [("calls", calls.len().into()), ("counts", counted(calls).into())];
    look.wrap("", &look.tell("run-calls", said))
}

/// Whether it is the reading at a process's end, which nobody asked for.
#[must_use]
pub fn is_exit(snapshot: &Snapshot) -> bool {
    snapshot.checkpoint.as_str() == "exit"
}

fn told_after(look: &Look, stop: &Snapshot) -> String {
    let what = if is_exit(stop) {
        look.tell("stop-end", [("process", stop.pid.into())])
    } else {
        look.tell("stop-checkpoint", [("checkpoint", shown(&stop.checkpoint))])
    };
    let mut notes = vec![look.tell("stop-resident", [("what", what.into()), ("size", shown(stop.rss))])];
    if let Some(faults) = &stop.faults {
        let faults = [("minor", faults.minor.into()), ("major", faults.major.into())];
        notes.push(look.tell("stop-faults", faults));
    }
    if let Some(io) = &stop.io
        && io.read_bytes > 0
    {
        notes.push(look.tell("stop-read", [("size", shown(Bytes(io.read_bytes)))]));
    }
    notes.join(", ")
}

/// How a program ended, in words.
#[must_use]
pub fn ending(speech: Speech, ending: &Ending) -> String {
    match ending {
        Ending::Exited { status } => speech.tell("run-exited", [("status", (*status).into())]),
        Ending::Signalled { signal, .. } => {
            speech.tell("run-signalled", [("signal", signal.as_str().into())])
        }
        Ending::Killed { .. } => speech.say("run-killed"),
        Ending::NotStarted { .. } => speech.say("run-not-started"),
    }
}

/// A time since the run began, in microseconds.
#[must_use]
pub fn span(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} us"),
        1_000..1_000_000 => format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100),
        _ => format!("{}.{:02} s", microseconds / 1_000_000, microseconds % 1_000_000 / 10_000),
    }
}
