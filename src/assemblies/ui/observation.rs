//! What was observed of a program, as text: its ending, its calls on memory, what it had resident
//! and how it faulted over time, what it read and wrote, and its address space.

use console::truncate_str;

use crate::assemblies::observing::{CALLS_KEPT, Large, Observation};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::assemblies::ui::pictures::{
    AddressSpace, Folding, Level, address_space, counted, end, ending, is_exit, known as at_stops, lanes,
    outcome, span,
};
use crate::facts::call::{Call, Detail};
use crate::facts::mapping::Mapping;
use crate::vocabulary::evidence::{Ending, Io, Run, Snapshot};
use crate::words::prose;
use crate::words::units::Bytes;

/// Which calls are listed, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The names of the calls, or all.
    pub names: Option<Vec<String>>,
    /// How many lines there may be; the middle is left out.
    pub lines: usize,
}

/// The calls on memory: what `--calls` is where nothing is said.
pub const MEMORY_CALLS: [&str; 13] = [
    "mmap",
    "munmap",
    "mprotect",
    "pkey_mprotect",
    "mremap",
    "madvise",
    "msync",
    "mlock",
    "mlock2",
    "munlock",
    "mlockall",
    "munlockall",
    "mincore",
];

impl Listing {
    /// The calls to be listed, in order.
    #[must_use]
    pub fn of<'r>(&self, run: &'r Run) -> Vec<&'r Call> {
        let wanted = |call: &&Call| self.names.as_ref().is_none_or(|names| names.contains(&call.name));
        run.calls.iter().filter(wanted).collect()
    }
}

/// An address space to be shown: when it was so, and what it was.
#[derive(Clone, Debug)]
pub struct Shown<'o> {
    /// `the end of process 12`
    pub when: String,
    /// Its mappings.
    pub mappings: &'o [Mapping],
}

/// How much larger than at its end an address space must have been to be shown instead, in percent.
const NOTABLY: u64 = 125;

/// The address space to be shown: that at the checkpoint `at`; else the largest that was met, at a
/// checkpoint or in passing, where it was notably larger than the program's last; else that.
#[must_use]
pub fn shown<'o>(observation: &'o Observation, at: Option<&str>) -> Option<Shown<'o>> {
    let run = &observation.run;
    let of = |snapshot: &'o Snapshot| Shown {
        when: format!("{} (process {})", moment(snapshot), snapshot.pid),
        mappings: &snapshot.mappings,
    };
    if let Some(at) = at {
        return run.snapshots.iter().find(|snapshot| snapshot.checkpoint.as_str() == at).map(of);
    }
    let last = run.snapshots.iter().rfind(|snapshot| is_exit(snapshot) && snapshot.pid == run.pid);
    let notably = |rss: Bytes, than: Option<&Snapshot>| {
        rss.0.saturating_mul(100) > than.map_or(0, |than| than.rss.0).saturating_mul(NOTABLY)
    };
    let stops = run.snapshots.iter().filter(|snapshot| !is_exit(snapshot));
    let largest_stop = stops.max_by_key(|snapshot| snapshot.rss);
    let in_passing = observation.largest.as_ref().filter(|largest| {
        notably(largest.rss, last) && largest_stop.is_none_or(|stop| largest.rss > stop.rss)
    });
    match (in_passing, largest_stop) {
        (Some(Large { at, process, mappings, .. }), _) => {
            Some(Shown { when: format!("at its largest, after {} (process {process})", span(*at)), mappings })
        }
        (None, Some(stop)) if notably(stop.rss, last) => Some(of(stop)),
        _ => last.map(of),
    }
}

fn moment(snapshot: &Snapshot) -> String {
    if is_exit(snapshot) { "at its end".to_owned() } else { format!("at checkpoint {}", snapshot.checkpoint) }
}

/// The levels of memory and faults that were met.
#[must_use]
pub fn known(observation: &Observation) -> Vec<Level> {
    let run = &observation.run;
    let sampled = observation.samples.iter().map(|sample| Level {
        at: sample.at,
        rss: sample.rss,
        faults: Some(sample.minor + sample.major),
    });
    let mut known: Vec<Level> = sampled.collect();
    // A look adds up all processes, a checkpoint tells of one: they go together only where there
    // is one alone.
    if run.processes.len() <= 1 {
        known.extend(at_stops(run));
    }
    known.sort_by_key(|level| level.at);
    if let Some(faults) = &run.faults {
        let rss = known.last().map_or(Bytes(0), |level| level.rss);
        known.push(Level { at: end(run), rss, faults: Some(faults.minor + faults.major) });
    }
    known
}

/// `/proc/PID/io` of the program and of the children that it waited for, when it ended.
#[must_use]
pub fn io(run: &Run) -> Option<Io> {
    run.snapshots.iter().rfind(|snapshot| is_exit(snapshot) && snapshot.pid == run.pid)?.io
}

/// What was observed, as text.
#[must_use]
pub fn observation(look: &Look, model: &Observation, listing: &Listing, at: Option<&str>) -> String {
    let run = &model.run;
    let duration = end(run).max(run.run_us);
    let mut text = heading(look, &title(model, duration));
    text += &facts(look, model);
    let calls = listing.of(run);
    text += &section(look, &calls_heading(&calls, listing, run));
    text += &list(look, &calls, listing.lines, run.processes.len());
    if run.calls_dropped > 0 {
        let dropped = format!(
            "{} more calls came after the first {CALLS_KEPT}, and were only counted.",
            run.calls_dropped
        );
        text += &look.wrap("", &dropped);
    }
    text += &section(look, "Over time");
    text += &match look.telling {
        Telling::Pictures => lanes(look, run, &known(model), duration),
        Telling::Words => told_over_time(look, model),
    };
    for snapshot in run.snapshots.iter().filter(|snapshot| !is_exit(snapshot)) {
        text += &checkpoint(look, snapshot);
    }
    text += &section(look, "Address space");
    text += &match shown(model, at) {
        Some(shown) => {
            let title = format!("{} {}", run.program, shown.when);
            address_space(
                look,
                &AddressSpace { title: &title, mappings: shown.mappings, folding: Folding::Files },
            )
        }
        None => look.wrap("", "It could not be read: the program was killed, or guards itself."),
    };
    text
}

fn heading(look: &Look, text: &str) -> String {
    format!("{}\n", look.paint(Role::Heading, truncate_str(text, look.width, look.pick("…", "~"))))
}

fn section(look: &Look, text: &str) -> String {
    format!("\n{}", heading(look, text))
}

/// `sort -n input: exit status 0 in 31.2 ms`
#[must_use]
pub fn title(model: &Observation, duration: u64) -> String {
    let command: Vec<String> = model.command.iter().map(|word| printable(word)).collect();
    format!("{}: {} in {}", command.join(" "), said_ending(&model.run), span(duration))
}

fn said_ending(run: &Run) -> String {
    match &run.ending {
        Ending::Killed { .. } => "killed on request".to_owned(),
        ended => ending(ended),
    }
}

/// A text without what would move the cursor or change colours.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn facts(look: &Look, model: &Observation) -> String {
    let run = &model.run;
    let mut text = String::new();
    let mut fact = |name: &str, said: String| {
        let start = match look.telling {
            Telling::Pictures => look.paint(Role::Faint, format!("{name:<10}")),
            Telling::Words => format!("{name}: "),
        };
        text += &look.wrap(&start, &said);
    };
    if run.processes.len() > 1 {
        fact("processes", run.processes.len().to_string());
    }
    if let Some(faults) = &run.faults {
        fact("faults", format!("{} minor, {} major ({})", faults.minor, faults.major, faults.source));
    }
    if let Some(most) = peak(model) {
        fact("resident", format!("{most} at most, by looks in passing and at checkpoints"));
    }
    if let Some(io) = io(run) {
        fact("io", told_io(&io));
    }
    text
}

/// The most that was seen resident.
#[must_use]
pub fn peak(model: &Observation) -> Option<Bytes> {
    let sampled = model.samples.iter().map(|sample| sample.rss);
    sampled.chain(model.run.snapshots.iter().map(|snapshot| snapshot.rss)).max()
}

/// What was read and written, in words.
#[must_use]
pub fn told_io(io: &Io) -> String {
    format!(
        "read {} by {}, {} of it from storage; wrote {} by {}",
        Bytes(io.rchar),
        prose::count(usize::try_from(io.syscr).unwrap_or(usize::MAX), "call"),
        Bytes(io.read_bytes),
        Bytes(io.wchar),
        prose::count(usize::try_from(io.syscw).unwrap_or(usize::MAX), "call"),
    )
}

fn calls_heading(calls: &[&Call], listing: &Listing, run: &Run) -> String {
    let what = if listing.names.is_none() { "Calls" } else { "Calls on memory and others asked for" };
    let memory = MEMORY_CALLS.iter().map(|name| (*name).to_owned()).collect();
    let what = if listing.names == Some(memory) { "Calls on memory" } else { what };
    let counts = if calls.is_empty() { "none".to_owned() } else { counted(calls.iter().copied()) };
    let of = if listing.names.is_some() && !run.calls.is_empty() {
        format!("; {} traced in all", run.calls.len() as u64 + run.calls_dropped)
    } else {
        String::new()
    };
    format!("{what}: {counts}{of}")
}

fn list(look: &Look, calls: &[&Call], lines: usize, processes: usize) -> String {
    let mut text = String::new();
    let shown = if calls.len() > lines { lines / 2 } else { calls.len() };
    let hidden_to = if calls.len() > lines { calls.len() - (lines - shown) } else { shown };
    for call in &calls[..shown] {
        text += &line(look, call, processes);
    }
    let hidden = &calls[shown..hidden_to];
    if !hidden.is_empty() {
        let more = format!("{} more: {} (--all shows them)", hidden.len(), counted(hidden.iter().copied()));
        let note = match look.telling {
            Telling::Pictures => format!("{} {more}", look.pick("⋮", ":")),
            Telling::Words => more,
        };
        text += &look.wrap("  ", &look.paint(Role::Faint, note));
    }
    for call in &calls[hidden_to..] {
        text += &line(look, call, processes);
    }
    text
}

fn line(look: &Look, call: &Call, processes: usize) -> String {
    let process = if processes > 1 { format!("{:<8}", call.process) } else { String::new() };
    let at = format!("  {} ", look.paint(Role::Faint, format!("{:<9}{process}", span(call.at))));
    look.wrap(&at, &format!("{}{}{}", call.text, outcome(call.outcome), file(call)))
}

/// The name of the file that was mapped, where there is one.
fn file(call: &Call) -> String {
    match &call.detail {
        Detail::Mmap { path: Some(path), .. } => {
            format!(" ({})", printable(path.rsplit('/').next().unwrap_or(path)))
        }
        _ => String::new(),
    }
}

fn checkpoint(look: &Look, snapshot: &Snapshot) -> String {
    let mut said =
        format!("checkpoint {} of process {}: {} resident", snapshot.checkpoint, snapshot.pid, snapshot.rss);
    if let Some(faults) = &snapshot.faults {
        said += &format!(", {} minor and {} major faults so far", faults.minor, faults.major);
    }
    let start = match look.telling {
        Telling::Pictures => {
            format!("{} {:<9}", look.paint(Role::Strong, look.pick("●", "*")), span(snapshot.at))
        }
        Telling::Words => format!("After {}: ", span(snapshot.at)),
    };
    look.wrap(&start, &said)
}

fn told_over_time(look: &Look, model: &Observation) -> String {
    let known = known(model);
    let mut text = String::new();
    // A beginning, three moments between, an end.
    let step = known.len().div_ceil(4).max(1);
    let last = known.len().saturating_sub(1);
    for (_, level) in known.iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last) {
        let faults = level.faults.map_or(String::new(), |faults| format!(", {faults} faults so far"));
        text += &look.wrap("", &format!("After {}: {} resident{faults}.", span(level.at), level.rss));
    }
    text
}
