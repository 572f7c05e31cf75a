//! Any program under the observer, with the streams and the terminal that the runner has.
//!
//! The program is a person's own: it has no limits, it is not confined, and an interrupt from the
//! keyboard is for it. Its resident memory and its faults are looked at every few
//! milliseconds without stopping it, less often the longer it runs, so that what is kept stays
//! bounded; where it has grown much its mappings are read in passing. Where it writes
//! `checkpoint NAME` to descriptor 1 it is frozen and its books are read, as in a drill.
//!
//! What it leaves behind is observed until that ends too; once the program itself has ended an
//! interrupt ends what is left.

mod command;
mod signals;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;

pub use command::{NotRunnable, Privilege, find, privilege};
use signals::{Asked, Signals};

use crate::edges::tracer::{Event, HugePages, Launch, Limits, Stage, Stdio, TracerError, books};
use crate::facts::mapping::Mapping;
use crate::vocabulary::evidence::Run;
use crate::words::ids::InstanceName;
use crate::words::units::Bytes;

/// The calls that are kept; those beyond are counted.
pub const CALLS_KEPT: usize = 100_000;

/// What is to be observed.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What was typed: the program's name and its arguments.
    pub command: Vec<OsString>,
    /// The file to execute.
    pub binary: PathBuf,
    /// Calls to trace beyond the usual ones (`read`, `close`, …).
    pub also_traced: Vec<String>,
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The program's name as typed, and its arguments.
    pub command: Vec<String>,
    /// What the observer saw of it.
    pub run: Run,
    /// Memory and faults over time.
    pub samples: Vec<Sample>,
    /// The largest address space that was met in passing.
    pub largest: Option<Large>,
    /// The page size of this machine.
    pub page_size: Bytes,
}

/// A look at all processes of the program together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Microseconds since the program was started.
    pub at: u64,
    /// Processes alive.
    pub processes: usize,
    /// Their resident memory, added up: what they share counts for each (`/proc/PID/statm`).
    pub rss: Bytes,
    /// Minor faults so far.
    pub minor: u64,
    /// Major faults so far.
    pub major: u64,
}

/// An address space read while its process ran on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Large {
    /// Microseconds since the program was started.
    pub at: u64,
    /// Whose.
    pub process: i32,
    /// Its resident memory by smaps.
    pub rss: Bytes,
    /// Its mappings, in order of address.
    pub mappings: Vec<Mapping>,
}

/// Something to tell while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The program has ended, and this many processes that it left behind run on.
    LeftBehind(usize),
}

/// Runs it to its end.
///
/// # Errors
/// Where the observer fails. A program that cannot be executed has ended as `NotStarted`.
pub fn observe(subject: &Subject, mut tell: impl FnMut(Moment)) -> Result<Observation, TracerError> {
    let system = |what| move |source| TracerError::System { what, source };
    let who: InstanceName = "command".parse().expect("a name of small letters");
    let launch = launch(subject, &who).map_err(system("find the working directory"))?;
    let mut stage = Stage::new(Limits { calls: CALLS_KEPT, ..Limits::none() })?;
    stage.start(&launch)?;
    let began = stage.now();
    // Only now: the program inherits what was ignored before.
    let signals = Signals::catch().map_err(system("catch signals"))?;
    let mut watch = Watch::new(stage.run(&who)?.pid);
    let mut ended: Option<Instant> = None;
    let mut told = false;
    while !stage.has_ended(&who)? {
        match stage.next_event(Instant::now() + watch.period)? {
            Event::Ended { .. } => break,
            Event::Checkpoint { who, process, .. } => stage.release_process(&who, process)?,
            _ => {}
        }
        let alive = stage.alive(&who)?;
        watch.look(&mut stage, &who, &alive)?;
        // An interrupt that ended the program itself is not meant for those it leaves behind.
        match (signals.asked(), ended) {
            (Some(Asked::Interrupt), None) | (None, _) => {}
            (Some(Asked::End(signal)), None) => signals::pass_on(watch.pid, signal),
            (Some(_), Some(_)) => stage.kill(&who)?,
        }
        if !alive.contains(&watch.pid) {
            let since = *ended.get_or_insert_with(Instant::now);
            if !told && !alive.is_empty() && since.elapsed() >= Watch::PATIENCE {
                told = true;
                tell(Moment::LeftBehind(alive.len()));
            }
        }
    }
    let mut run = stage.finish().remove(&who).ok_or(TracerError::Unknown { who })?;
    shift(&mut run, began);
    run.args = subject.command.iter().skip(1).map(lossy).collect();
    Ok(Observation {
        command: subject.command.iter().map(lossy).collect(),
        run,
        samples: watch
            .samples
            .into_iter()
            .map(|sample| Sample { at: sample.at.saturating_sub(began), ..sample })
            .collect(),
        largest: watch.largest.map(|largest| Large { at: largest.at.saturating_sub(began), ..largest }),
        page_size: books::page_size(),
    })
}

/// Counts times from the program's start, which took the observer until `began`.
fn shift(run: &mut Run, began: u64) {
    run.calls.iter_mut().for_each(|call| call.at = call.at.saturating_sub(began));
    run.snapshots.iter_mut().for_each(|stop| stop.at = stop.at.saturating_sub(began));
}

fn lossy(word: &OsString) -> String {
    word.to_string_lossy().into_owned()
}

fn launch(subject: &Subject, who: &InstanceName) -> std::io::Result<Launch> {
    let name = subject.binary.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let program = name.and_then(|name| name.parse().ok());
    let program = program.unwrap_or_else(|| "program".parse().expect("a name of small letters"));
    let directory = std::env::current_dir()?;
    let mut launch = Launch::new(who.clone(), program, subject.binary.clone(), directory);
    launch.called = subject.command.first().cloned();
    launch.args = subject.command.iter().skip(1).cloned().collect();
    launch.environment = std::env::vars_os().collect();
    launch.stdio = Stdio::Inherited;
    launch.huge_pages = HugePages::System;
    launch.also_traced.clone_from(&subject.also_traced);
    Ok(launch)
}

/// Looks at the program in passing.
struct Watch {
    pid: i32,
    period: Duration,
    samples: Vec<Sample>,
    largest: Option<Large>,
    next: Instant,
}

impl Watch {
    /// The time between looks at first.
    const PERIOD: Duration = Duration::from_millis(2);
    /// The most looks that are kept. When there are more, every other is dropped and the time
    /// between them doubles.
    const KEPT: usize = 1000;
    /// A process is read in passing when it has this much more resident than when one was last.
    const GROWTH_PERCENT: u64 = 125;
    /// How long what was left behind is waited for without a word.
    const PATIENCE: Duration = Duration::from_secs(1);

    fn new(pid: i32) -> Self {
        Self { pid, period: Self::PERIOD, samples: Vec::new(), largest: None, next: Instant::now() }
    }

    fn look(&mut self, stage: &mut Stage, who: &InstanceName, alive: &[i32]) -> Result<(), TracerError> {
        let now = Instant::now();
        if now < self.next || alive.is_empty() {
            return Ok(());
        }
        self.next = now + self.period;
        let resident: Vec<(i32, Bytes)> =
            alive.iter().filter_map(|&pid| Some((pid, books::statm_rss(pid)?))).collect();
        let faults = stage.faults(who)?.unwrap_or_default();
        self.samples.push(Sample {
            at: stage.now(),
            processes: alive.len(),
            rss: resident.iter().map(|(_, rss)| *rss).sum(),
            minor: faults.minor,
            major: faults.major,
        });
        if self.samples.len() > Self::KEPT {
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.period *= 2;
        }
        if let Some(&(process, rss)) = resident.iter().max_by_key(|(_, rss)| *rss) {
            self.note_growth(process, rss, stage.now());
        }
        Ok(())
    }

    fn note_growth(&mut self, process: i32, rss: Bytes, at: u64) {
        let known = self.largest.as_ref().map_or(0, |largest| largest.rss.0);
        if rss.0.saturating_mul(100) < known.saturating_mul(Self::GROWTH_PERCENT).max(1) {
            return;
        }
        // It may have ended, or forbid to be looked at: then there is nothing to show.
        let Ok(mappings) = books::mappings(process) else { return };
        let rss: Bytes = mappings.iter().map(|mapping| mapping.books.rss).sum();
        if rss.0 > known {
            self.largest = Some(Large { at, process, rss, mappings });
        }
    }
}
