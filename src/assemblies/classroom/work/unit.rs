//! One drill of one student: compiled, run, judged, and whatever goes wrong in that its own.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tempfile::TempDir;

use super::{GradeJob, Moment};
use crate::assemblies::classroom::plan::{KeepEvidence, Manner, manner};
use crate::assemblies::classroom::result::{Finding, Judged, StepOutcome};
use crate::assemblies::drill::{self, DrillJob, Memory, Outcome, Places, Trust};
use crate::edges::cgroup::Ceiling;
use crate::edges::compiler::{Colour, Source, Toolchain};
use crate::judgement::course::LoadedLesson;
use crate::judgement::grading::{self, Score};
use crate::judgement::verdict::{self, Standing, Verdict};
use crate::vocabulary::evidence::{Build, Completion, Evidence, Limit, StopReason};
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::vocabulary::lesson::{Drill, Language};

/// A drill of a student, to be run.
pub(super) struct Unit<'a> {
    pub(super) desk: usize,
    pub(super) student: &'a str,
    pub(super) key: &'a str,
    pub(super) lesson: &'a LoadedLesson,
    pub(super) drill: &'a Drill,
    pub(super) versions: Vec<Vec<Source>>,
    pub(super) stamp: String,
    /// Where its programs are compiled to.
    pub(super) room: Mutex<Option<TempDir>>,
    pub(super) end: Mutex<Option<End>>,
}

/// What the programs of a worker are under.
pub(super) enum Bounds {
    None,
    Ceiling(Ceiling),
    /// Nothing may be run: what is to be there could not be made.
    Failed(String),
}

impl Bounds {
    fn memory(&self) -> Result<Memory<'_>, Box<dyn std::error::Error>> {
        match self {
            Self::None => Ok(Memory::OfThisMachine),
            Self::Ceiling(ceiling) => Ok(Memory::Under(ceiling)),
            Self::Failed(reason) => Err(reason.clone().into()),
        }
    }
}

/// What came of a unit.
#[derive(Debug)]
pub(super) enum End {
    Judged(Box<Judged>),
    /// It was judged, but what ran beside it may have had a part in the verdict.
    Doubtful(Box<Judged>),
    Undecided(String),
    Fault(String),
    Cancelled,
}

/// What is done to a unit while others run: it is run, or if it must be alone, compiled.
pub(super) fn first(job: &GradeJob<'_>, bounds: &Bounds, unit: &Unit<'_>) {
    if job.cancel.is_cancelled() {
        return;
    }
    (job.progress)(Moment::Drill { student: unit.student, lesson: unit.lesson.id.as_str() });
    match manner(unit.drill) {
        Manner::SideBySide | Manner::Confirmed => {
            let end = match guarded(|| judged(job, bounds, unit)) {
                // Nothing ran beside it.
                End::Doubtful(judged) if job.jobs == NonZeroUsize::MIN => End::Judged(judged),
                end => end,
            };
            if !matches!(end, End::Fault(_) | End::Doubtful(_)) {
                unit.leave_room();
                (job.progress)(Moment::Decided(1));
            }
            unit.ends(end);
        }
        // Whatever goes wrong in compiling goes wrong again when it is run.
        Manner::Alone => drop(guarded(|| prepared(job, bounds, unit))),
    }
}

/// What is done to a unit when all others are done: it is run if it must be alone, and once
/// more if the grader failed in it or the verdict is in doubt.
pub(super) fn last(job: &GradeJob<'_>, bounds: &Bounds, unit: &Unit<'_>) {
    const TRIES: u32 = 2;
    let tries = match unit.peek() {
        Peek::Untried => TRIES,
        Peek::Fault | Peek::Doubtful => TRIES - 1,
        Peek::Decided => return,
    };
    for _ in 0..tries {
        if job.cancel.is_cancelled() {
            return;
        }
        (job.progress)(Moment::Drill { student: unit.student, lesson: unit.lesson.id.as_str() });
        match guarded(|| judged(job, bounds, unit)) {
            // A verdict that is in doubt is better than none.
            End::Fault(_) | End::Cancelled if unit.peek() == Peek::Doubtful => break,
            end @ End::Fault(_) => unit.ends(end),
            end => {
                unit.ends(end);
                break;
            }
        }
    }
    unit.leave_room();
    (job.progress)(Moment::Decided(1));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peek {
    Untried,
    Fault,
    Doubtful,
    Decided,
}

impl Unit<'_> {
    fn peek(&self) -> Peek {
        match &*self.end.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Peek::Untried,
            Some(End::Fault(_)) => Peek::Fault,
            Some(End::Doubtful(_)) => Peek::Doubtful,
            Some(_) => Peek::Decided,
        }
    }

    fn ends(&self, end: End) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }

    fn leave_room(&self) {
        drop(self.room.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// The directory that its programs are compiled to, made when it is first asked for.
    fn room(&self, below: &Path) -> std::io::Result<std::path::PathBuf> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let room = match &mut *room {
            Some(room) => room,
            empty => {
                std::fs::create_dir_all(below)?;
                empty.insert(tempfile::Builder::new().prefix("graded-").tempdir_in(below)?)
            }
        };
        Ok(room.path().to_owned())
    }
}

/// Does something to a unit; whatever goes wrong in it is its own.
pub(super) fn guarded(deed: impl FnOnce() -> Result<End, Box<dyn std::error::Error>>) -> End {
    // Nothing is left half-done that anybody looks at: a unit's end is set after it.
    match catch_unwind(AssertUnwindSafe(deed)) {
        Ok(Ok(end)) => end,
        Ok(Err(error)) => End::Fault(with_causes(error.as_ref())),
        Err(panic) => End::Fault(told_by(panic.as_ref())),
    }
}

pub(super) fn told_by(panic: &(dyn std::any::Any + Send)) -> String {
    let told =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the grader panicked: {}", told.unwrap_or("without a word"))
}

pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        told += &format!(": {inner}");
        cause = inner.source();
    }
    told
}

/// Compiles the programs of a unit.
fn prepared(job: &GradeJob<'_>, bounds: &Bounds, unit: &Unit<'_>) -> Result<End, Box<dyn std::error::Error>> {
    let room = unit.room(job.places.programs)?;
    for sources in &unit.versions {
        drill::compile_in(&drill_job(job, unit, sources, &room), Trust::Stranger, bounds.memory()?)?;
    }
    Ok(End::Cancelled)
}

fn drill_job<'a>(
    job: &'a GradeJob<'_>,
    unit: &'a Unit<'_>,
    sources: &'a [Source],
    room: &'a Path,
) -> DrillJob<'a> {
    DrillJob {
        drill: unit.drill,
        sources,
        seed: job.assignment.seed,
        scale: job.assignment.scale,
        toolchain: job.toolchain,
        places: Places { programs: room, ..job.places },
        colour: Colour::Never,
        cancel: job.cancel,
        progress: &|_| (),
    }
}

/// Runs the versions of a unit and judges them; the best counts.
fn judged(job: &GradeJob<'_>, bounds: &Bounds, unit: &Unit<'_>) -> Result<End, Box<dyn std::error::Error>> {
    let room = unit.room(job.places.programs)?;
    let place = (&unit.lesson.id, &unit.drill.id);
    let mut best: Option<(Score, Box<Judged>)> = None;
    let (mut undecided, mut doubtful) = (None, false);
    for sources in &unit.versions {
        if let Some(reason) = no_compiler(job.toolchain, sources) {
            undecided = Some(reason);
            continue;
        }
        let began = Instant::now();
        let outcome =
            drill::run_in(&drill_job(job, unit, sources, &room), Trust::Stranger, bounds.memory()?)?;
        let Outcome::Evidence(evidence) = outcome else { return Ok(End::Cancelled) };
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let verdict = verdict::judge(&unit.drill.check, &evidence, job.speech);
        let missed = verdict.outcome == verdict::Outcome::Missed;
        doubtful |= is_late(&evidence) || (missed && manner(unit.drill) == Manner::Confirmed);
        let void = grading::void(&unit.drill.check, &evidence, &verdict);
        let possible = grading::Marks::whole(100);
        let score = grading::of_drill(&job.assignment.scheme, place, &verdict, &void, possible).score;
        if best.as_ref().is_some_and(|(best, _)| best.earned >= score.earned) {
            continue;
        }
        let languages = sources.iter().map(|source| (source.program.clone(), source.language)).collect();
        let hashes = evidence.builds.iter().map(|(program, build)| match build {
            Build::Compiled { source, .. } | Build::Failed { source, .. } => {
                (program.clone(), source.clone())
            }
        });
        let mut judged = Box::new(Judged {
            stamp: unit.stamp.clone(),
            languages,
            sources: hashes.collect(),
            verdict: within_bounds(verdict),
            void,
            marks: Vec::new(),
            milliseconds,
            evidence: None,
        });
        if job.assignment.evidence == KeepEvidence::Yes {
            let text = evidence_file(job, unit, &judged, *evidence).to_json()?;
            judged.evidence = Some(job.store.keep_evidence(unit.key, place, &text)?);
        }
        best = Some((score, judged));
    }
    Ok(match (best, undecided) {
        (Some((_, judged)), _) if doubtful => End::Doubtful(judged),
        (Some((_, judged)), _) => End::Judged(judged),
        (None, Some(reason)) => End::Undecided(reason),
        (None, None) => End::Fault("there was nothing to run".to_owned()),
    })
}

/// Whether something that was waited for did not come in time.
fn is_late(evidence: &Evidence) -> bool {
    evidence.scenes.iter().any(|scene| {
        matches!(scene.completion, Completion::Stopped { reason: StopReason::TimedOut { .. }, .. })
            || scene.runs.values().any(|run| matches!(run.limit, Some(Limit::Time { .. })))
    })
}

fn evidence_file(job: &GradeJob<'_>, unit: &Unit<'_>, judged: &Judged, evidence: Evidence) -> EvidenceFile {
    EvidenceFile {
        format: EvidenceFile::FORMAT,
        course: job.assignment.course.course.title.clone(),
        lesson: unit.lesson.id.clone(),
        drill: unit.drill.id.clone(),
        languages: judged.languages.clone(),
        checks: unit.drill.check.clone(),
        evidence,
    }
}

/// Why programs cannot be compiled here at all.
fn no_compiler(toolchain: &Toolchain, sources: &[Source]) -> Option<String> {
    sources.iter().find_map(|source| {
        match source.language {
            Language::Rust => toolchain.rust().err(),
            Language::C => toolchain.c().err(),
        }
        .map(|error| error.to_string())
    })
}

/// A verdict with no text longer than somebody reads: programs print what they like.
fn within_bounds(mut verdict: Verdict) -> Verdict {
    const TEXT: usize = 2_000;
    const ERRORS: usize = 16_000;
    const LINES: usize = 40;
    for judgement in &mut verdict.checks {
        match &mut judgement.standing {
            Standing::Held { observed } => cut(observed, TEXT),
            Standing::Undecided { reason } => cut(reason, TEXT),
            Standing::Missed { expected, observed, shows, .. } => {
                cut(expected, TEXT);
                cut(observed, TEXT);
                shows.truncate(LINES);
                shows.iter_mut().for_each(|line| cut(line, TEXT));
            }
        }
    }
    for stop in &mut verdict.stops {
        cut(&mut stop.what, TEXT);
        stop.shows.iter_mut().for_each(|line| cut(line, TEXT));
    }
    verdict.broken.iter_mut().for_each(|broken| cut(&mut broken.errors, ERRORS));
    verdict
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
}

pub(super) fn found(end: End) -> Option<(StepOutcome, Finding)> {
    Some(match end {
        End::Judged(judged) | End::Doubtful(judged) => (judged.outcome(), Finding::Judged(judged)),
        End::Undecided(reason) => (StepOutcome::Inconclusive, Finding::Unjudged { reason }),
        End::Fault(reason) => (StepOutcome::Fault, Finding::Unjudged { reason }),
        End::Cancelled => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let mut text = "é".repeat(10);
        cut(&mut text, 5);
        assert_eq!(text, "éé…");
    }
}
