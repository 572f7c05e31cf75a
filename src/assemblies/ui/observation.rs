//! What was observed of a program, as text: its ending, its calls on memory, what it had resident
//! and how it faulted over time, what it read and wrote, and its address space.

use console::truncate_str;

use crate::assemblies::observing::{CALLS_KEPT, Large, Observation};
use crate::assemblies::ui::look::{Look, Role, Telling, padded, widest};
use crate::assemblies::ui::pictures::{
    AddressSpace, Folding, Level, address_space, counted, end, ending, is_exit, known as at_stops, lanes,
    outcome, span,
};
use crate::facts::call::{Call, Detail};
use crate::facts::mapping::Mapping;
use crate::vocabulary::evidence::{Ending, Io, Run, Snapshot};
use crate::words::speech::{Speech, shown as value};
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
pub fn shown<'o>(speech: Speech, observation: &'o Observation, at: Option<&str>) -> Option<Shown<'o>> {
    let run = &observation.run;
    let of = |snapshot: &'o Snapshot| Shown {
        when: speech.tell(
            "observed-moment",
            [("when", moment(speech, snapshot).into()), ("process", snapshot.pid.into())],
        ),
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
            let said = [("time", span(*at).into()), ("process", (*process).into())];
            Some(Shown { when: speech.tell("observed-largest", said), mappings })
        }
        (None, Some(stop)) if notably(stop.rss, last) => Some(of(stop)),
        _ => last.map(of),
    }
}

fn moment(speech: Speech, snapshot: &Snapshot) -> String {
    if is_exit(snapshot) {
        speech.say("observed-at-end")
    } else {
        speech.tell("observed-at-checkpoint", [("checkpoint", value(&snapshot.checkpoint))])
    }
}

/// `sort at its end (process 12)`
#[must_use]
pub fn whose(speech: Speech, run: &Run, shown: &Shown<'_>) -> String {
    speech.tell("observed-whose", [("program", value(&run.program)), ("when", shown.when.as_str().into())])
}

/// That calls were made beyond those that are kept.
#[must_use]
pub fn dropped(speech: Speech, run: &Run) -> String {
    speech.tell("calls-dropped", [("number", run.calls_dropped.into()), ("kept", CALLS_KEPT.into())])
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
    let mut text = heading(look, &title(look.speech, model, duration));
    text += &facts(look, model);
    let calls = listing.of(run);
    text += &section(look, &calls_heading(look.speech, &calls, listing, run));
    text += &list(look, &calls, listing.lines, run.processes.len());
    if run.calls_dropped > 0 {
        text += &look.wrap("", &dropped(look.speech, run));
    }
    text += &section(look, &look.say("observed-over-time"));
    text += &match look.telling {
        Telling::Pictures => lanes(look, run, &known(model), duration),
        Telling::Words => told_over_time(look, model),
    };
    for snapshot in run.snapshots.iter().filter(|snapshot| !is_exit(snapshot)) {
        text += &checkpoint(look, snapshot);
    }
    text += &section(look, &look.say("observed-space"));
    text += &match shown(look.speech, model, at) {
        Some(shown) => {
            let title = whose(look.speech, run, &shown);
            address_space(
                look,
                &AddressSpace { title: &title, mappings: shown.mappings, folding: Folding::Files },
            )
        }
        None => look.wrap("", &look.say("observed-unread")),
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
pub fn title(speech: Speech, model: &Observation, duration: u64) -> String {
    let command: Vec<String> = model.command.iter().map(|word| printable(word)).collect();
    let said = [
        ("program", command.join(" ").into()),
        ("ending", said_ending(speech, &model.run).into()),
        ("time", span(duration).into()),
    ];
    speech.tell("run-title", said)
}

fn said_ending(speech: Speech, run: &Run) -> String {
    match &run.ending {
        Ending::Killed { .. } => speech.say("run-asked"),
        ended => ending(speech, ended),
    }
}

/// A text without what would move the cursor or change colours.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn facts(look: &Look, model: &Observation) -> String {
    let run = &model.run;
    let mut facts: Vec<(String, String)> = Vec::new();
    if run.processes.len() > 1 {
        facts.push((look.say("observed-processes"), run.processes.len().to_string()));
    }
    if let Some(faults) = &run.faults {
        let said = [
            ("minor", faults.minor.into()),
            ("major", faults.major.into()),
            ("source", faults.source.as_str().into()),
        ];
        facts.push((look.say("lane-faults"), look.tell("observed-faults", said)));
    }
    if let Some(most) = peak(model) {
        facts.push((look.say("lane-resident"), look.tell("observed-peak", [("size", value(most))])));
    }
    if let Some(io) = io(run) {
        facts.push((look.say("observed-io"), told_io(look.speech, &io)));
    }
    let names: Vec<&String> = facts.iter().map(|(name, _)| name).collect();
    let wide = (widest(&names) + 1).max(10);
    let line = |(name, said): &(String, String)| {
        let start = match look.telling {
            Telling::Pictures => look.paint(Role::Faint, padded(name, wide)),
            Telling::Words => format!("{name}: "),
        };
        look.wrap(&start, said)
    };
    facts.iter().map(line).collect()
}

/// The most that was seen resident.
#[must_use]
pub fn peak(model: &Observation) -> Option<Bytes> {
    let sampled = model.samples.iter().map(|sample| sample.rss);
    sampled.chain(model.run.snapshots.iter().map(|snapshot| snapshot.rss)).max()
}

/// What was read and written, in words.
#[must_use]
pub fn told_io(speech: Speech, io: &Io) -> String {
    let said = [
        ("read", value(Bytes(io.rchar))),
        ("reads", io.syscr.into()),
        ("stored", value(Bytes(io.read_bytes))),
        ("written", value(Bytes(io.wchar))),
        ("writes", io.syscw.into()),
    ];
    speech.tell("observed-read-and-written", said)
}

fn calls_heading(speech: Speech, calls: &[&Call], listing: &Listing, run: &Run) -> String {
    let memory: Vec<String> = MEMORY_CALLS.iter().map(|name| (*name).to_owned()).collect();
    let what = match &listing.names {
        None => "calls",
        Some(names) if *names == memory => "calls-on-memory",
        Some(_) => "calls-asked-for",
    };
    let counts =
        if calls.is_empty() { speech.say("calls-listed-none") } else { counted(calls.iter().copied()) };
    let heading =
        speech.tell("calls-heading", [("what", speech.say(what).into()), ("counts", counts.into())]);
    if listing.names.is_none() || run.calls.is_empty() {
        return heading;
    }
    let all = run.calls.len() as u64 + run.calls_dropped;
    format!("{heading}; {}", speech.tell("calls-traced", [("calls", all.into())]))
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
        let said = [("number", hidden.len().into()), ("calls", counted(hidden.iter().copied()).into())];
        let more = look.tell("calls-more-hidden", said);
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
    look.wrap(&at, &format!("{}{}{}", call.text, outcome(look.speech, call.outcome), file(call)))
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
    let said = [
        ("checkpoint", value(&snapshot.checkpoint)),
        ("process", snapshot.pid.into()),
        ("size", value(snapshot.rss)),
    ];
    let mut notes = vec![look.tell("observed-checkpoint", said)];
    if let Some(faults) = &snapshot.faults {
        let faults = [("minor", faults.minor.into()), ("major", faults.major.into())];
        notes.push(look.tell("stop-faults", faults));
    }
    let start = match look.telling {
        Telling::Pictures => {
            format!("{} {:<9}", look.paint(Role::Strong, look.pick("●", "*")), span(snapshot.at))
        }
        Telling::Words => format!("{} ", look.tell("observed-after", [("time", span(snapshot.at).into())])),
    };
    look.wrap(&start, &notes.join(", "))
}

fn told_over_time(look: &Look, model: &Observation) -> String {
    let known = known(model);
    let mut text = String::new();
    // A beginning, three moments between, an end.
    let step = known.len().div_ceil(4).max(1);
    let last = known.len().saturating_sub(1);
    for (_, level) in known.iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last) {
        let (time, size) = (("time", span(level.at).into()), ("size", value(level.rss)));
        let told = match level.faults {
            None => look.tell("observed-level", [time, size]),
            Some(faults) => look.tell("observed-level-faults", [time, size, ("faults", faults.into())]),
        };
        text += &look.wrap("", &told);
    }
    text
}
