//! The proof of a course: its drills run with every program of which the verdict is
//! known beforehand.
//!
//! Model programs pass, each time; untouched starters miss the declared check; each
//! known-bad attempt misses the checks that it names; and programs that do nothing,
//! say much or sleep miss too. Predictions and specimens are
//! measured (`measured`), and what is right in a question about a drill's runs is the
//! same in all runs of its model programs (`asked`). With enough runs of one seed, thresholds are held against the noise
//! (`margins`). What is found is told trial by trial; a fault of the
//! runner is never taken for one of the course. What the files say (names, links,
//! hints) is proved by `judgement::course`.

mod adversary;
pub mod asked;
pub mod margins;
pub mod measured;
mod plan;
pub mod report;
pub mod trial;
mod weigh;

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

pub use adversary::Adversary;
pub use plan::{Subject, Trial, Wanted, plan, plan_mutants};
pub use weigh::Found;

use crate::assemblies::drill::{self, DrillJob, Outcome, Places};
use crate::edges::compiler::{Colour, Toolchain};
use crate::flow::cancel::CancelToken;
use crate::judgement::draw::Scale;
use crate::judgement::figures::Figures;
use crate::judgement::verdict::{self, Read};
use crate::vocabulary::lesson::Language;
use crate::words::ids::CheckId;
use crate::words::speech::Speech;

/// What is needed to prove a course.
pub struct ProofJob<'a> {
    /// The trials, as [`plan`] lays them out.
    pub trials: &'a [Trial<'a>],
    /// The compilers.
    pub toolchain: &'a Toolchain,
    /// Directories that are kept from run to run.
    pub places: Places<'a>,
    /// How large the files may be that can be made smaller.
    pub scale: Scale,
    /// How many trials run side by side.
    pub jobs: NonZeroUsize,
    /// Ends the proof early.
    pub cancel: &'a CancelToken,
    /// Hears how far a trial is, from whichever thread runs it.
    pub doing: &'a (dyn Fn(&Trial<'_>, drill::Progress<'_>) + Sync),
    /// Hears of each trial that is over, from whichever thread ran it.
    pub progress: &'a (dyn Fn(&Trial<'_>, &Found) + Sync),
}

/// A trial that is over.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// What came of it.
    #[serde(flatten)]
    pub found: Found,
    /// The checks that were missed.
    pub missed: Vec<CheckId>,
    /// What its checks read off; the report tells what comes of them (`margins`).
    #[serde(skip)]
    pub readings: Vec<Read>,
    /// What is right in the questions about these runs; the report tells what comes of it (`asked`).
    #[serde(skip)]
    pub keys: Vec<asked::Key>,
    /// How long it took.
    #[serde(rename = "milliseconds", serialize_with = "as_milliseconds")]
    pub took: Duration,
}

fn as_milliseconds<S: serde::Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(took.as_millis().try_into().unwrap_or(u64::MAX))
}

/// Runs the trials; what came of each is in their order. Trials that a cancellation kept from
/// running are missing.
///
/// One that failed for the runner's fault, which may be that of the machine's load, is
/// tried once more with nothing beside it.
#[must_use]
pub fn prove(job: &ProofJob<'_>) -> Vec<Option<Tried>> {
    let results: Mutex<Vec<Option<Tried>>> = Mutex::new(job.trials.iter().map(|_| None).collect());
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(trial) = job.trials.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(tried) = try_one(job, trial) else { return };
            if !matches!(tried.found, Found::Fault { .. }) {
                (job.progress)(trial, &tried.found);
            }
            let index = trial.number;
            if let Ok(mut results) = results.lock() {
                results[index] = Some(tried);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..job.jobs.get().min(job.trials.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for (trial, result) in job.trials.iter().zip(&mut results) {
        if matches!(result, Some(Tried { found: Found::Fault { .. }, .. })) {
            *result = try_one(job, trial);
            if let Some(tried) = result {
                (job.progress)(trial, &tried.found);
            }
        }
    }
    results
}

/// Nothing where it was cancelled.
fn try_one(job: &ProofJob<'_>, trial: &Trial<'_>) -> Option<Tried> {
    let began = Instant::now();
    let nothing_seen = |found| {
        let (missed, readings, keys) = (Vec::new(), Vec::new(), Vec::new());
        Some(Tried { found, missed, readings, keys, took: began.elapsed() })
    };
    if let Some(reason) = no_compiler(job.toolchain, trial.language) {
        return nothing_seen(Found::Undecided { reason });
    }
    let outcome = drill::run(&DrillJob {
        drill: &trial.drill,
        sources: &trial.sources,
        seed: trial.seed,
        scale: job.scale,
        toolchain: job.toolchain,
        places: job.places,
        colour: Colour::Never,
        cancel: job.cancel,
        progress: &|doing| (job.doing)(trial, doing),
    });
    match outcome {
        Ok(Outcome::Cancelled) => None,
        Ok(Outcome::Evidence(evidence)) => {
            let speech = Speech::ENGLISH;
            let verdict = verdict::judge(&trial.drill.check, &evidence, speech);
            let mut readings = verdict::readings(&trial.drill.check, &evidence);
            let figures = Figures::of(speech, &evidence);
            readings.extend(trial.asked.iter().flat_map(|asked| asked::readings(asked, &figures)));
            let keys = trial.asked.iter().map(|asked| asked::key(asked, &figures)).collect();
            let found = weigh::weigh(&trial.wanted, &verdict);
            let missed = weigh::missed(&verdict);
            Some(Tried { found, missed, readings, keys, took: began.elapsed() })
        }
        Err(error) => nothing_seen(Found::Fault { reason: with_causes(&error) }),
    }
}

fn no_compiler(toolchain: &Toolchain, language: Language) -> Option<String> {
    match language {
        Language::Rust => toolchain.rust().err(),
        Language::C => toolchain.c().err(),
    }
    .map(|error| error.to_string())
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        told.push_str(": ");
        told.push_str(&inner.to_string());
        cause = inner.source();
    }
    told
}
