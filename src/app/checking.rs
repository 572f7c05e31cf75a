//! Judging a drill: the learner's files, or the model programs, through the compiler
//! and the observer to a verdict. Shared by `check` and the session.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::caches::Caches;
use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::drill::{self, DrillError, DrillJob, Outcome as Ended, Places, Progress};
use crate::assemblies::ui::progress::Spinner;
use crate::assemblies::workspace::{Workspace, WorkspaceError};
use crate::edges::compiler::{Colour, CompileError, Source, SourceText, Toolchain};
use crate::edges::fixtures::FixtureError;
use crate::edges::tracer::TracerError;
use crate::edges::{disk, experiment};
use crate::flow::cancel::CancelToken;
use crate::judgement::course::{LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::judgement::figures::{self, Figures, Table};
use crate::judgement::measured;
use crate::judgement::prediction::{self, Locked};
use crate::judgement::progress::{self, Change};
use crate::judgement::verdict::{Outcome, Standing, Verdict, judge};
use crate::vocabulary::comparison::Measured;
use crate::vocabulary::evidence::{Build, Evidence};
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::lesson::{Drill, Language};
use crate::vocabulary::question::Question;
use crate::vocabulary::scene::Disk;
use crate::words::digest;
use crate::words::ids::ProgramName;
use crate::words::speech::Speech;

/// Gets the power-cut disk ready, if one of `drills` wants one: an ordinary user without a mount
/// helper has it in a namespace, which a process can enter only before it has threads. Where that
/// fails too, the scenes find it out for themselves and name the weaker instrument.
pub(super) fn ready_the_disk<'drill>(mut drills: impl Iterator<Item = &'drill Drill>) {
    if drills.any(|drill| drill.scene.iter().any(|scene| scene.disk == Disk::PowerCut)) {
        drop(disk::make_available());
    }
}

/// What judges drills on this machine.
#[derive(Debug)]
pub(super) struct Bench {
    toolchain: Toolchain,
    kit: PathBuf,
    programs: PathBuf,
    files: PathBuf,
    colour: Colour,
    scale: Scale,
    speech: Speech,
}

/// A drill that was judged.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) evidence: Evidence,
    pub(super) verdict: Verdict,
    /// The language it was judged in.
    speech: Speech,
}

impl Bench {
    /// A bench that keeps what it compiles in `workspace`, or in the user's cache without one.
    pub(super) fn new(workspace: Option<&Workspace>, context: &Context) -> Self {
        let caches = Caches::of_user();
        let (kit, programs) = match workspace.map(Workspace::build_directory) {
            Some(build) => (build.join("kit"), build.join("programs")),
            None => (caches.kit, caches.programs),
        };
        Self {
            toolchain: Toolchain::new(),
            kit,
            programs,
            files: caches.files,
            colour: match context.look.colour {
                crate::assemblies::ui::look::Colour::On => Colour::Always,
                crate::assemblies::ui::look::Colour::Off => Colour::Never,
            },
            scale: Scale::Full,
            speech: context.look.speech,
        }
    }

    /// The same, with files that can be made smaller no larger than `scale` allows.
    pub(super) fn at_scale(self, scale: Scale) -> Self {
        Self { scale, ..self }
    }

    /// Runs a drill and judges what is seen; nothing if it was cancelled.
    pub(super) fn judge(
        &self,
        drill: &Drill,
        sources: &[Source],
        seed: u64,
        cancel: &CancelToken,
        progress: &(dyn Fn(Progress<'_>) + Sync),
    ) -> Result<Option<Judged>, DrillError> {
        let places = Places { kit: &self.kit, programs: &self.programs, files: &self.files };
        let job = DrillJob {
            drill,
            sources,
            seed,
            scale: self.scale,
            toolchain: &self.toolchain,
            places,
            colour: self.colour,
            cancel,
            progress,
        };
        Ok(match drill::run(&job)? {
            Ended::Cancelled => None,
            Ended::Evidence(evidence) => {
                let verdict = judge(&drill.check, &evidence, self.speech);
                Some(Judged { evidence: *evidence, verdict, speech: self.speech })
            }
        })
    }
}

impl Judged {
    /// SHA-256 of the sources that were compiled: of the one, or of all their hashes in order.
    pub(super) fn source(&self) -> String {
        let hashes: Vec<&str> = self
            .evidence
            .builds
            .values()
            .map(|build| match build {
                Build::Compiled { source, .. } | Build::Failed { source, .. } => source.as_str(),
            })
            .collect();
        match hashes[..] {
            [one] => one.to_owned(),
            _ => digest::sha256(hashes.concat().as_bytes()),
        }
    }

    /// How it went for the learner; nothing where this machine cannot tell.
    pub(super) const fn outcome(&self) -> Option<progress::Outcome> {
        match self.verdict.outcome {
            Outcome::Passed => Some(progress::Outcome::Passed),
            Outcome::Missed | Outcome::DoesNotCompile => Some(progress::Outcome::Missed),
            Outcome::Inconclusive => None,
        }
    }

    /// What is to be remembered of it.
    pub(super) fn change(&self, lesson: &LoadedLesson, drill: &Drill) -> Option<Change> {
        let (lesson, drill) = (lesson.id.clone(), drill.id.clone());
        match self.outcome() {
            Some(outcome) => Some(Change::Judged(lesson, drill, outcome, self.source())),
            None => self.is_held().then(|| Change::Undecided(lesson, drill, Some(self.source()))),
        }
    }

    /// Whether something holds and nothing is missed, where this machine cannot tell everything:
    /// then the drill is as done as it can be here.
    pub(super) fn is_held(&self) -> bool {
        self.verdict.outcome == Outcome::Inconclusive
            && self.verdict.checks.iter().any(|judged| matches!(judged.standing, Standing::Held { .. }))
    }

    /// Its runs beside each other, where the drill asks for that.
    pub(super) fn table(&self, drill: &Drill) -> Option<Table> {
        let asked = drill.table.as_ref().filter(|_| !self.evidence.scenes.is_empty())?;
        Some(figures::table(self.speech, asked, &self.evidence))
    }

    /// The table, for a person: what a program that misses took is only in its way.
    pub(super) fn table_to_show(&self, drill: &Drill) -> Option<Table> {
        self.table(drill).filter(|_| self.verdict.outcome != Outcome::Missed)
    }

    /// Keeps the figures of its runs for questions about them, where a learner's drill asks for a
    /// table and nothing was missed: what a wrong program takes says nothing.
    pub(super) fn keep_figures(
        &self,
        workspace: &Workspace,
        lesson: &LoadedLesson,
        drill: &Drill,
    ) -> Result<(), WorkspaceError> {
        let right = matches!(self.verdict.outcome, Outcome::Passed | Outcome::Inconclusive);
        if drill.table.is_none() || !right {
            return Ok(());
        }
        workspace.keep_measured(&lesson.id, &drill.id, Figures::of(self.speech, &self.evidence))
    }

    /// As it is kept in a file, from which the verdict can be derived again.
    pub(super) fn file(
        self,
        course: &LoadedCourse,
        lesson: &LoadedLesson,
        drill: &Drill,
        sources: &[Source],
    ) -> EvidenceFile {
        EvidenceFile {
            format: EvidenceFile::FORMAT,
            course: course.course.title.clone(),
            lesson: lesson.id.clone(),
            drill: drill.id.clone(),
            languages: languages(sources),
            checks: drill.check.clone(),
            evidence: self.evidence,
        }
    }
}

/// What a verdict exits with.
pub(super) const fn exit_of(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Passed => Exit::Passed,
        Outcome::Missed => Exit::Missed,
        Outcome::Inconclusive => Exit::Inconclusive,
        Outcome::DoesNotCompile => Exit::DoesNotCompile,
    }
}

/// The language that each program is written in.
pub(super) fn languages(sources: &[Source]) -> BTreeMap<ProgramName, Language> {
    sources.iter().map(|source| (source.program.clone(), source.language)).collect()
}

/// The learner's programs for a drill: in `language`, and where a program is there only in
/// the other, in that one.
pub(super) fn learners_sources(
    workspace: &Workspace,
    lesson: &LoadedLesson,
    drill: &Drill,
    language: Language,
) -> Result<Vec<Source>, Failure> {
    let here = std::env::current_dir()?;
    let source = |program: &ProgramName| {
        let path = |language| workspace.program(&lesson.id, program, language);
        let candidates = std::iter::once(language).chain(Language::ALL);
        let found = candidates.into_iter().find(|&candidate| path(candidate).is_file());
        let language = found.ok_or_else(|| {
            Failure::usage(
                format!("there is no {}", super::context::shortened(&path(language), &here).display()),
                format!("`mmaplings reset {}` writes the starter again", lesson.id),
            )
        })?;
        let file = super::context::shortened(&path(language), &here);
        Ok(Source { program: program.clone(), language, text: SourceText::File(file) })
    };
    drill.programs.iter().map(source).collect()
}

/// The model programs of a drill.
pub(super) fn model_sources(lesson: &LoadedLesson, drill: &Drill, language: Language) -> Vec<Source> {
    lesson
        .models_of(drill, language)
        .into_iter()
        .map(|(program, text)| Source { program, language, text: SourceText::Memory(text.into_bytes()) })
        .collect()
}

/// A question about the learner's own runs, with what is right by the last of them.
pub(super) fn question_of(
    speech: Speech,
    workspace: Option<&Workspace>,
    lesson: &LoadedLesson,
    asked: &Measured,
) -> Result<Question, measured::Unready> {
    let figures = workspace.and_then(|workspace| workspace.measured(&lesson.id, &asked.drill));
    measured::question(speech, asked, figures.as_ref())
}

/// How long an experiment may take.
const EXPERIMENT_DEADLINE: Duration = Duration::from_secs(120);

/// Holds a prediction that was taken down against this machine.
///
/// # Errors
/// Where the runner fails; what the machine cannot measure is inconclusive.
pub(super) fn measure(
    speech: Speech,
    predict: &Predict,
    locked: &Locked,
) -> Result<prediction::Judged, Failure> {
    // On a disk, as the experiments want it: a cache directory is hardly ever a tmpfs.
    let directory = Caches::of_user().files;
    std::fs::create_dir_all(&directory)?;
    let program = std::env::current_exe()?;
    let outcome = experiment::run(&program, &predict.experiment, &directory, EXPERIMENT_DEADLINE)
        .map_err(Failure::fault)?;
    Ok(prediction::judge(speech, predict, locked, &outcome))
}

/// A line that says what goes on, where no program reads what this command prints.
pub(super) fn spinner(context: &Context, json: bool) -> Spinner {
    if json { Spinner::silent(&context.error_look) } else { Spinner::start(&context.error_look) }
}

/// A seed that nobody knows before.
pub(super) fn fresh_seed() -> u64 {
    // Short enough to be typed again.
    u64::from(rand::random::<u32>())
}

/// What the user can do about a run that gave no evidence, where they can.
pub(super) const fn remedy(error: &DrillError) -> Option<&'static str> {
    match error {
        DrillError::Fixture(FixtureError::NoRoom { .. }) => Some(
            "`check` and `watch` make a smaller one with `--scale 64MiB`; `mmaplings doctor --clean` removes \
             files that were kept",
        ),
        DrillError::Compile(CompileError::Tool(_) | CompileError::NoLinker) => {
            Some("`mmaplings doctor` shows what this machine has and how to get the rest")
        }
        DrillError::Tracer(TracerError::Forbidden { .. }) => Some(FORBIDDEN),
        _ => None,
    }
}

/// Where the machine forbids tracing, nothing can be told; all else that fails in the observer is ours.
impl From<TracerError> for Failure {
    fn from(error: TracerError) -> Self {
        match error {
            TracerError::Forbidden { .. } => {
                Self::Unobserved { message: error.to_string(), help: FORBIDDEN.to_owned() }
            }
            _ => Self::fault(error),
        }
    }
}

/// What helps where tracing is forbidden.
const FORBIDDEN: &str = "`mmaplings doctor` tells what may stand in the way, and how to allow it";

/// A missing compiler is for the user to install, room for the user to make; all else is ours.
impl From<DrillError> for Failure {
    fn from(error: DrillError) -> Self {
        match (remedy(&error), error) {
            (_, DrillError::Tracer(error)) => error.into(),
            (Some(help), error) => Self::usage(error.to_string(), help),
            (None, error) => Self::fault(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_machine_that_forbids_tracing_is_inconclusive_and_not_a_fault() {
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let failure = Failure::from(DrillError::Tracer(TracerError::Forbidden { source }));
        assert_eq!(failure.exit(), Exit::Inconclusive);
        let source = io::Error::from(io::ErrorKind::OutOfMemory);
        let failure = Failure::from(DrillError::Tracer(TracerError::System { what: "poll", source }));
        assert_eq!(failure.exit(), Exit::Fault);
    }
}
