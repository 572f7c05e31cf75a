//! The work of grading: a batch of students at a time, their drills side by side, and
//! those that need the machine for themselves one after the other.
//!
//! A batch has two parts. First `jobs` workers take its drills, whoever's they are;
//! drills that must run alone are only compiled. Then, with nothing beside them, those
//! are run, and so is once more whatever the grader failed in, was waited for in vain, or
//! missed where the power was cut: that may have been the load's fault, and is no student's. A panic or an error in one drill is that drill's; its student is told
//! apart from those who missed, and all others are graded. Each student's file is saved
//! as soon as the batch is over, so that a grading that is stopped goes on from there.
//!
//! What a batch compiles is thrown away with it, and results live in their files: a class
//! of any size takes the memory and the disk of a batch.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use tempfile::TempDir;

use super::answers::Shows;
use super::plan::{Assignment, KeepEvidence, Manner, Versions, manner, versions};
use super::result::{Finding, Graded, Judged, StepOutcome, StudentOutcome};
use super::store::{ResultsError, Store};
use super::submission::{Handed, Submission};
use super::tally::{Findings, Lives, tally, why_nothing};
use crate::assemblies::drill::{self, DrillJob, Outcome, Places, Trust};
use crate::assemblies::sketching::{self, SketchJob};
use crate::edges::compiler::{Colour, Source, Toolchain};
use crate::flow::cancel::CancelToken;
use crate::judgement::course::LoadedLesson;
use crate::judgement::grading::{self, Score};
use crate::judgement::verdict::{self, Standing, Verdict};
use crate::vocabulary::evidence::{Build, Completion, Evidence, Limit, StopReason};
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::vocabulary::lesson::{Drill, Language, Step};
use crate::words::ids::LessonId;

/// What is to be graded, with what.
pub struct GradeJob<'a> {
    /// By what.
    pub assignment: &'a Assignment<'a>,
    /// Whose work.
    pub submissions: &'a [Submission],
    /// Where results are kept.
    pub store: &'a Store,
    /// Whether results that are kept already may stand.
    pub kept: Kept,
    /// The compilers.
    pub toolchain: &'a Toolchain,
    /// The directories that are kept from run to run. Below that of the programs each drill
    /// gets a place of its own, removed after it.
    pub places: Places<'a>,
    /// This program, which runs the course's own specimens.
    pub executable: &'a Path,
    /// How many drills run side by side.
    pub jobs: NonZeroUsize,
    /// Ends the grading early.
    pub cancel: &'a CancelToken,
    /// Hears how far it is, from whichever thread gets there.
    pub progress: &'a (dyn Fn(Moment<'_>) + Sync),
}

/// What becomes of results that are there from an earlier grading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Those that would come out the same stand.
    Stand,
    /// All is graded anew.
    Anew,
}

/// How far a grading is.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// Something is being done to a drill of a student.
    Drill {
        /// Whose.
        student: &'a str,
        /// Of which lesson.
        lesson: &'a str,
    },
    /// So many drills are decided, one way or the other.
    Decided(usize),
}

/// A student in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The student.
    pub student: String,
    /// The name by which files are called.
    pub key: String,
    /// In a word.
    pub outcome: StudentOutcome,
    /// All marks.
    pub score: Score,
    /// Marks by lesson, in the assignment's order.
    pub lessons: Vec<Score>,
    /// Files that were not taken.
    pub refused: usize,
    /// Steps that this machine cannot tell of.
    pub inconclusive: usize,
    /// Steps in which the grader failed.
    pub faults: usize,
    /// Drills whose verdict was kept from an earlier grading.
    pub kept: usize,
    /// Drills that were run.
    pub ran: usize,
}

/// Grades a class. Students that a cancellation kept from being looked at are missing.
///
/// # Errors
/// Where results cannot be kept. What goes wrong in grading a student stands in their result.
pub fn grade(job: &GradeJob<'_>) -> Result<Vec<Summary>, ResultsError> {
    const STUDENTS_PER_JOB: usize = 4;
    let batch = job.jobs.get().saturating_mul(STUDENTS_PER_JOB);
    let mut lives = Lives::new();
    let mut summaries = Vec::with_capacity(job.submissions.len());
    for submissions in job.submissions.chunks(batch) {
        if job.cancel.is_cancelled() {
            break;
        }
        summaries.extend(grade_batch(job, submissions, &mut lives)?);
    }
    Ok(summaries)
}

/// A student of a batch.
struct Desk<'a> {
    submission: &'a Submission,
    handed: Handed,
    findings: Findings,
    kept: usize,
    ran: usize,
}

/// A drill of a student, to be run.
struct Unit<'a> {
    desk: usize,
    student: &'a str,
    key: &'a str,
    lesson: &'a LoadedLesson,
    drill: &'a Drill,
    versions: Vec<Vec<Source>>,
    stamp: String,
    /// Where its programs are compiled to.
    room: Mutex<Option<TempDir>>,
    end: Mutex<Option<End>>,
}

/// What came of a unit.
#[derive(Debug)]
enum End {
    Judged(Box<Judged>),
    /// It was judged, but what ran beside it may have had a part in the verdict.
    Doubtful(Box<Judged>),
    Undecided(String),
    Fault(String),
    Cancelled,
}

fn grade_batch<'a>(
    job: &'a GradeJob<'_>,
    submissions: &'a [Submission],
    lives: &mut Lives,
) -> Result<Vec<Summary>, ResultsError> {
    let drills: usize = job.assignment.lessons.iter().map(|lesson| lesson.drills().count()).sum();
    let mut desks: Vec<Desk<'a>> = Vec::new();
    let mut units: Vec<Unit<'a>> = Vec::new();
    let mut summaries = Vec::new();
    for submission in submissions {
        let handed = match catch_unwind(|| submission.read(job.assignment)) {
            Ok(Ok(handed)) => handed,
            Ok(Err(error)) => {
                summaries.push(unread(job, submission, &error.to_string())?);
                (job.progress)(Moment::Decided(drills));
                continue;
            }
            Err(panic) => {
                summaries.push(unread(job, submission, &told_by(panic.as_ref()))?);
                (job.progress)(Moment::Decided(drills));
                continue;
            }
        };
        let earlier = match job.kept {
            Kept::Stand => job.store.load(&submission.key).ok(),
            Kept::Anew => None,
        };
        let index = desks.len();
        let mut desk = Desk { submission, handed, findings: Findings::new(), kept: 0, ran: 0 };
        let before = units.len();
        for lesson in &job.assignment.lessons {
            for drill in lesson.drills() {
                units.extend(lay_out(job, index, &mut desk, lesson, drill, earlier.as_ref()));
            }
        }
        desk.ran = units.len() - before;
        (job.progress)(Moment::Decided(drills - desk.ran));
        desks.push(desk);
    }
    side_by_side(job.jobs, &units, |unit| first(job, unit));
    for unit in &units {
        last(job, unit);
    }
    draw_lives(job, &desks, lives);
    for unit in units {
        let end = unit.end.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = desks.get_mut(unit.desk)
            && let Some(found) = end.and_then(found)
        {
            desk.findings.insert((unit.lesson.id.clone(), unit.drill.id.clone()), found);
        }
    }
    for desk in desks {
        let graded = tally(job.assignment, desk.submission, &desk.handed, desk.findings, shows(job, lives));
        job.store.save(&graded)?;
        summaries.push(Summary { kept: desk.kept, ran: desk.ran, ..summary(lessons_of(job), &graded) });
    }
    summaries.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(summaries)
}

fn lessons_of<'j>(job: &'j GradeJob<'_>) -> impl Iterator<Item = &'j LessonId> {
    job.assignment.lessons.iter().map(|lesson| &lesson.id)
}

/// A student in a line, by what is kept of them; marks of `lessons`, in that order.
#[must_use]
pub fn summary<'l>(lessons: impl Iterator<Item = &'l LessonId>, graded: &Graded) -> Summary {
    let score = |lesson: &LessonId| {
        let found = graded.lessons.iter().find(|graded| graded.lesson == *lesson);
        found.map(|graded| graded.score).unwrap_or_default()
    };
    let steps = |outcome| graded.steps().filter(|(_, step)| step.outcome == outcome).count();
    Summary {
        student: graded.student.clone(),
        key: graded.key.clone(),
        outcome: graded.outcome,
        score: graded.score,
        lessons: lessons.map(score).collect(),
        refused: graded.refused.len(),
        inconclusive: steps(StepOutcome::Inconclusive),
        faults: steps(StepOutcome::Fault).max(usize::from(graded.outcome == StudentOutcome::Fault)),
        kept: 0,
        ran: 0,
    }
}

fn shows<'a>(job: &'a GradeJob<'_>, lives: &'a Lives) -> Shows<'a> {
    Shows { lives, executable: job.executable, directory: job.places.files }
}

/// The result of a submission that cannot be read.
fn unread(job: &GradeJob<'_>, submission: &Submission, reason: &str) -> Result<Summary, ResultsError> {
    let found = || (StepOutcome::Fault, Finding::Unjudged { reason: reason.to_owned() });
    let findings = job
        .assignment
        .lessons
        .iter()
        .flat_map(|lesson| lesson.drills().map(|drill| ((lesson.id.clone(), drill.id.clone()), found())))
        .collect();
    let handed = Handed { notes: vec![format!("it cannot be read: {reason}")], ..Handed::default() };
    let mut graded = tally(job.assignment, submission, &handed, findings, shows(job, &Lives::new()));
    graded.outcome = StudentOutcome::Fault;
    job.store.save(&graded)?;
    Ok(summary(lessons_of(job), &graded))
}

/// What is to be run of a drill. What need not be run is noted at the desk.
fn lay_out<'a>(
    job: &'a GradeJob<'_>,
    index: usize,
    desk: &mut Desk<'a>,
    lesson: &'a LoadedLesson,
    drill: &'a Drill,
    earlier: Option<&Graded>,
) -> Option<Unit<'a>> {
    let programs = &desk.handed.programs;
    let text =
        |program: &_, language| programs.get(&(lesson.id.clone(), Clone::clone(program), language)).cloned();
    let place = (lesson.id.clone(), drill.id.clone());
    let nothing = |outcome, why| (outcome, Finding::Nothing { why });
    let versions = match versions(lesson, drill, &text) {
        Versions::Some(versions) => versions,
        Versions::Untouched => {
            desk.findings.insert(place, nothing(StepOutcome::Untouched, None));
            return None;
        }
        Versions::Lacking(program) => {
            let why = why_nothing(&desk.handed, &lesson.id, drill)
                .unwrap_or_else(|| format!("there is no {program}"));
            desk.findings.insert(place, nothing(StepOutcome::Missing, Some(why)));
            return None;
        }
        Versions::None => {
            let why = why_nothing(&desk.handed, &lesson.id, drill);
            desk.findings.insert(place, nothing(StepOutcome::Missing, why));
            return None;
        }
    };
    let stamp = job.assignment.stamp(&lesson.id, drill, &versions);
    if let Some(judged) = kept(job, earlier, lesson, drill, &stamp) {
        desk.kept += 1;
        desk.findings.insert(place, (judged.outcome(), Finding::Judged(judged)));
        return None;
    }
    Some(Unit {
        desk: index,
        student: &desk.submission.name,
        key: &desk.submission.key,
        lesson,
        drill,
        versions,
        stamp,
        room: Mutex::new(None),
        end: Mutex::new(None),
    })
}

/// What an earlier grading found of a drill, if it would be found again.
fn kept(
    job: &GradeJob<'_>,
    earlier: Option<&Graded>,
    lesson: &LoadedLesson,
    drill: &Drill,
    stamp: &str,
) -> Option<Box<Judged>> {
    let (_, step) = earlier?.steps().find(|(of, step)| of.lesson == lesson.id && step.step == drill.id)?;
    let Finding::Judged(judged) = &step.finding else { return None };
    let evidence = match job.assignment.evidence {
        KeepEvidence::No => true,
        KeepEvidence::Yes => judged.evidence.as_deref().is_some_and(|place| job.store.has(place)),
    };
    (judged.stamp == stamp && evidence && judged.verdict.confinement >= Some(job.assignment.least))
        .then(|| judged.clone())
}

/// Gives each unit to one of `jobs` workers, in order.
fn side_by_side<T: Sync>(jobs: NonZeroUsize, units: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(unit);
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.get().min(units.len().max(1)) {
            scope.spawn(worker);
        }
        worker();
    });
}

/// What is done to a unit while others run: it is run, or if it must be alone, compiled.
fn first(job: &GradeJob<'_>, unit: &Unit<'_>) {
    if job.cancel.is_cancelled() {
        return;
    }
    (job.progress)(Moment::Drill { student: unit.student, lesson: unit.lesson.id.as_str() });
    match manner(unit.drill) {
        Manner::SideBySide | Manner::Confirmed => {
            let end = match guarded(|| judged(job, unit)) {
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
        Manner::Alone => drop(guarded(|| prepared(job, unit))),
    }
}

/// What is done to a unit when all others are done: it is run if it must be alone, and once
/// more if the grader failed in it or the verdict is in doubt.
fn last(job: &GradeJob<'_>, unit: &Unit<'_>) {
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
        match guarded(|| judged(job, unit)) {
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
fn guarded(deed: impl FnOnce() -> Result<End, Box<dyn std::error::Error>>) -> End {
    // Nothing is left half-done that anybody looks at: a unit's end is set after it.
    match catch_unwind(AssertUnwindSafe(deed)) {
        Ok(Ok(end)) => end,
        Ok(Err(error)) => End::Fault(with_causes(error.as_ref())),
        Err(panic) => End::Fault(told_by(panic.as_ref())),
    }
}

fn told_by(panic: &(dyn std::any::Any + Send)) -> String {
    let told =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the grader panicked: {}", told.unwrap_or("without a word"))
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        told += &format!(": {inner}");
        cause = inner.source();
    }
    told
}

/// Compiles the programs of a unit.
fn prepared(job: &GradeJob<'_>, unit: &Unit<'_>) -> Result<End, Box<dyn std::error::Error>> {
    let room = unit.room(job.places.programs)?;
    for sources in &unit.versions {
        drill::compile_as(&drill_job(job, unit, sources, &room), Trust::Stranger)?;
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
fn judged(job: &GradeJob<'_>, unit: &Unit<'_>) -> Result<End, Box<dyn std::error::Error>> {
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
        let outcome = drill::run_as(&drill_job(job, unit, sources, &room), Trust::Stranger)?;
        let Outcome::Evidence(evidence) = outcome else { return Ok(End::Cancelled) };
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let verdict = verdict::judge(&unit.drill.check, &evidence);
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
    verdict.stops.iter_mut().for_each(|stop| cut(&mut stop.what, TEXT));
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

fn found(end: End) -> Option<(StepOutcome, Finding)> {
    Some(match end {
        End::Judged(judged) | End::Doubtful(judged) => (judged.outcome(), Finding::Judged(judged)),
        End::Undecided(reason) => (StepOutcome::Inconclusive, Finding::Unjudged { reason }),
        End::Fault(reason) => (StepOutcome::Fault, Finding::Unjudged { reason }),
        End::Cancelled => return None,
    })
}

/// Makes sure that there are live maps for every drawing that the students of a batch made.
fn draw_lives(job: &GradeJob<'_>, desks: &[Desk<'_>], lives: &mut Lives) {
    for lesson in &job.assignment.lessons {
        for step in &lesson.lesson.step {
            let Step::Sketch(sketch) = step else { continue };
            let place = (lesson.id.clone(), sketch.id.clone());
            let drawn = |desk: &Desk<'_>| {
                desk.handed
                    .answers
                    .get(&lesson.id)
                    .is_some_and(|given| given.contains_key(sketch.id.as_str()))
            };
            if lives.contains_key(&place) || job.cancel.is_cancelled() || !desks.iter().any(drawn) {
                continue;
            }
            let live = sketching::live(&SketchJob {
                sketch,
                specimens: &lesson.specimens,
                preferred: Language::C,
                toolchain: job.toolchain,
                places: job.places,
                cancel: job.cancel,
            });
            lives.insert(
                place,
                live.unwrap_or_else(|error| sketching::Live::Unseen { reason: with_causes(&error) }),
            );
        }
    }
}

/// How many of each outcome there are.
#[must_use]
pub fn count(summaries: &[Summary]) -> BTreeMap<StudentOutcome, usize> {
    summaries.iter().fold(BTreeMap::new(), |mut counts, summary| {
        *counts.entry(summary.outcome).or_default() += 1;
        counts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_in_one_is_its_own() {
        let done = AtomicUsize::new(0);
        let units: Vec<usize> = (0..20).collect();
        let ends: Vec<Mutex<Option<End>>> = units.iter().map(|_| Mutex::new(None)).collect();
        side_by_side(NonZeroUsize::new(3).unwrap(), &units, |&unit| {
            let end = guarded(|| match unit {
                7 => Err(std::io::Error::other("the disk is on fire").into()),
                11 => std::panic::panic_any("an assertion".to_owned()),
                _ => Ok(End::Undecided("-".to_owned())),
            });
            done.fetch_add(1, Ordering::Relaxed);
            *ends[unit].lock().unwrap() = Some(end);
        });
        assert_eq!(done.into_inner(), 20);
        let fault = |unit: usize| match &*ends[unit].lock().unwrap() {
            Some(End::Fault(reason)) => reason.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(fault(7), "the disk is on fire");
        assert_eq!(fault(11), "the grader panicked: an assertion");
        assert_eq!(fault(8), "Some(Undecided(\"-\"))");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let mut text = "é".repeat(10);
        cut(&mut text, 5);
        assert_eq!(text, "éé…");
    }
}
