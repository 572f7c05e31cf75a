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

mod unit;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::answers::{Lives, Shows};
use super::plan::{Assignment, KeepEvidence, Versions, versions};
use super::result::{Finding, Graded, Judged, StepOutcome, StudentOutcome};
use super::store::{ResultsError, Store};
use super::submission::{Handed, Submission};
use super::tally::{Findings, tally, why_nothing};
use crate::assemblies::drill::Places;
use crate::assemblies::sketching::{self, SketchJob};
use crate::edges::cgroup::Groups;
use crate::edges::compiler::Toolchain;
use crate::edges::sandbox::Level;
use crate::flow::cancel::CancelToken;
use crate::judgement::course::LoadedLesson;
use crate::judgement::grading::Score;
use crate::vocabulary::lesson::{Drill, Language, Step};
use crate::words::ids::LessonId;
use crate::words::speech::Speech;
use crate::words::units::Bytes;
use unit::{Bounds, Unit, first, found, last, told_by, with_causes};

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
    /// In which language it is said what was found.
    pub speech: Speech,
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
    side_by_side(job.jobs, &units, || bounds(job), |bounds, unit| first(job, bounds, unit));
    let here = bounds(job);
    for unit in &units {
        last(job, &here, unit);
    }
    drop(here);
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
    Shows { speech: job.speech, lives, executable: job.executable, directory: job.places.files }
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

/// What the programs that a worker runs are under, besides what each of them may use: the machine is
/// not to suffer from what no limit of a scene counts.
///
/// Where there can be no control groups it is nothing, unless the assignment counts on it.
fn bounds(job: &GradeJob<'_>) -> Bounds {
    /// What a scene's processes and their threads may come to by the observer's limits, and what
    /// compilers and the runner's own threads take besides.
    const PROCESSES: u64 = 2048;
    /// What compilers need, and pages of files that are on their way to the disk.
    const BESIDES: Bytes = Bytes::gib(1);
    let scenes =
        job.assignment.lessons.iter().flat_map(|lesson| lesson.drills()).flat_map(|drill| &drill.scene);
    let most = scenes.map(|scene| scene.memory).max().unwrap_or_default();
    match Groups::of_this_machine().ceiling(most + most + BESIDES, PROCESSES) {
        Ok(ceiling) => Bounds::Ceiling(ceiling),
        Err(error) if job.assignment.level >= Level::Groups => Bounds::Failed(with_causes(&error)),
        Err(_) => Bounds::None,
    }
}

/// Gives each unit to one of `jobs` workers, in order. Each works with what it has made first.
fn side_by_side<T: Sync, B>(
    jobs: NonZeroUsize,
    units: &[T],
    begin: impl Fn() -> B + Sync,
    work: impl Fn(&B, &T) + Sync,
) {
    let next = AtomicUsize::new(0);
    let worker = || {
        let with = begin();
        while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&with, unit);
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.get().min(units.len().max(1)) {
            scope.spawn(worker);
        }
        worker();
    });
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
                speech: job.speech,
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
    use super::unit::{End, guarded};
    use super::*;

    #[test]
    fn what_goes_wrong_in_one_is_its_own() {
        let done = AtomicUsize::new(0);
        let units: Vec<usize> = (0..20).collect();
        let ends: Vec<Mutex<Option<End>>> = units.iter().map(|_| Mutex::new(None)).collect();
        side_by_side(
            NonZeroUsize::new(3).unwrap(),
            &units,
            || (),
            |(), &unit| {
                let end = guarded(|| match unit {
                    7 => Err(std::io::Error::other("the disk is on fire").into()),
                    11 => std::panic::panic_any("an assertion".to_owned()),
                    _ => Ok(End::Undecided("-".to_owned())),
                });
                done.fetch_add(1, Ordering::Relaxed);
                *ends[unit].lock().unwrap() = Some(end);
            },
        );
        assert_eq!(done.into_inner(), 20);
        let fault = |unit: usize| match &*ends[unit].lock().unwrap() {
            Some(End::Fault(reason)) => reason.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(fault(7), "the disk is on fire");
        assert_eq!(fault(11), "the grader panicked: an assertion");
        assert_eq!(fault(8), "Some(Undecided(\"-\"))");
    }
}
