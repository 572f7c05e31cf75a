//! A drill's run: from sources to evidence.
//!
//! The programs are compiled side by side; if all compile, each scene is played as
//! often as it says, one after the other, under the observer. What comes out is
//! evidence and no judgement. Programs never outlive the run, whatever ends it.

mod engine;
mod power;
mod programs;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use crate::edges::cgroup::{Ceiling, GroupError, Groups};
use crate::edges::compiler::{Colour, CompileError, Source, Toolchain};
use crate::edges::disk::DiskError;
use crate::edges::fixtures::{FixtureError, News};
use crate::edges::sandbox::{self, Level, SandboxError};
use crate::edges::tracer::{TracerError, books};
use crate::flow::cancel::CancelToken;
use crate::judgement::draw::{DrawError, Scale};
use crate::vocabulary::evidence::{Build, Completion, Evidence, GroupVersion, Instrument, SceneRun};
use crate::vocabulary::lesson::Drill;
use crate::vocabulary::scene::Scene;
use crate::words::ids::{Checkpoint, InstanceName, ProgramName, SceneId};

/// What is to be run, and where things are.
pub struct DrillJob<'a> {
    /// The drill.
    pub drill: &'a Drill,
    /// The source of each of its programs.
    pub sources: &'a [Source],
    /// The seed that values are drawn from.
    pub seed: u64,
    /// How large the files may be that can be made smaller.
    pub scale: Scale,
    /// The compilers.
    pub toolchain: &'a Toolchain,
    /// The directories that are kept from run to run.
    pub places: Places<'a>,
    /// Whether compilers colour their messages.
    pub colour: Colour,
    /// Ends the run early.
    pub cancel: &'a CancelToken,
    /// Hears how far the run is, from whichever thread gets there.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

/// Directories that are kept from run to run. Each is made when it is needed.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The dependency kit for Rust programs.
    pub kit: &'a Path,
    /// Compiled programs.
    pub programs: &'a Path,
    /// Files too large to be made for each run.
    pub files: &'a Path,
}

/// Whose programs are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The learner's own, on their own machine: they run as if started by hand.
    Own,
    /// Somebody else's: they and their compilers are confined as far as the kernel goes
    /// (see `edges::sandbox::level`).
    Stranger,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The crates that Rust programs use are being compiled, once and for all.
    BuildingKit,
    /// A program is being compiled.
    Compiling {
        /// Which.
        program: &'a ProgramName,
    },
    /// A file takes time.
    File(News<'a>),
    /// A scene begins.
    Scene {
        /// Which.
        scene: &'a Scene,
        /// Which repetition of it, from 0.
        repetition: u32,
    },
    /// A program printed a line.
    Line {
        /// Which.
        who: &'a InstanceName,
        /// What.
        text: &'a str,
    },
    /// A program came to a checkpoint.
    Checkpoint {
        /// Which.
        who: &'a InstanceName,
        /// The checkpoint.
        checkpoint: &'a Checkpoint,
    },
    /// A program has ended.
    Ended {
        /// Which.
        who: &'a InstanceName,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is evidence to judge.
    Evidence(Box<Evidence>),
    /// It was cancelled.
    Cancelled,
}

/// Why there is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// A program of the drill has no source.
    #[error("there is no source for the program {program}")]
    NoSource {
        /// Which.
        program: ProgramName,
    },
    /// A program could not be compiled, for a reason that is not in its source.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A scene's files could not be made or read.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The observer failed.
    #[error(transparent)]
    Tracer(#[from] TracerError),
    /// A program could not be confined.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The power-cut disk failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A memory control group could not be made, or entered.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// The lesson is wrong.
    #[error("scene {scene} cannot be played")]
    Lesson {
        /// In which scene.
        scene: SceneId,
        /// What is wrong.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Either the result of a step, or the news that the run was cancelled in it.
enum Step<T> {
    Done(T),
    Cancelled,
}

/// Compiles the learner's own programs and plays the scenes.
///
/// # Errors
/// Where there can be no evidence: no compiler, no room for files, no observer, a lesson
/// that asks for the impossible.
pub fn run(job: &DrillJob<'_>) -> Result<Outcome, DrillError> {
    run_as(job, Trust::Own)
}

/// Compiles programs and plays the scenes, confined where they are a stranger's.
///
/// # Errors
/// As [`run`], and where the kernel refuses a confinement that it says it can do.
pub fn run_as(job: &DrillJob<'_>, trust: Trust) -> Result<Outcome, DrillError> {
    run_in(job, trust, Memory::OfThisMachine)
}

/// How far strangers' programs are confined on this machine, where they are under a ceiling if there can
/// be one (see [`Memory::Under`]).
///
/// # Errors
/// Where the kernel refuses what it says it can do.
pub fn level() -> Result<Level, SandboxError> {
    Ok(match sandbox::level()? {
        Level::Namespaces if Groups::of_this_machine().place().is_ok() => Level::Groups,
        level => level,
    })
}

/// What keeps this machine from the next level of confinement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// What it is.
    pub reason: String,
    /// What would help.
    pub remedy: String,
}

/// What keeps this machine from the level above its own; nothing at the highest.
///
/// # Errors
/// Where the kernel refuses what it says it can do.
pub fn lacking() -> Result<Option<Lacking>, SandboxError> {
    let kernel = |required: Level, reason: &str| {
        let remedy = sandbox::Shortfall { required, reached: Level::Calls }.remedy().to_owned();
        Some(Lacking { reason: reason.to_owned(), remedy })
    };
    Ok(match level()? {
        Level::Calls => kernel(Level::Files, "this kernel has no Landlock, or does not use it"),
        Level::Files => kernel(Level::Signals, "the Landlock of this kernel does not keep signals inside"),
        Level::Signals => sandbox::means()
            .err()
            .map(|why| Lacking { reason: why.to_string(), remedy: why.remedy().to_owned() }),
        Level::Namespaces => Groups::of_this_machine()
            .place()
            .err()
            .map(|why| Lacking { reason: why.reason.clone(), remedy: why.remedy.clone() }),
        Level::Groups => None,
    })
}

/// Where scenes that limit memory get their control groups.
#[derive(Clone, Copy, Debug)]
pub enum Memory<'a> {
    /// Wherever this machine has them, looked for once a scene asks for one.
    OfThisMachine,
    /// Here.
    In(&'a Groups),
    /// Wherever this machine has them; and all programs, limited or not, are under this ceiling,
    /// which the calling thread has made.
    Under(&'a Ceiling),
}

impl<'a> Memory<'a> {
    fn groups(self) -> &'a Groups {
        match self {
            Self::OfThisMachine | Self::Under(_) => Groups::of_this_machine(),
            Self::In(groups) => groups,
        }
    }

    /// What programs are under besides.
    const fn ceiling(self) -> Option<&'a Ceiling> {
        match self {
            Self::OfThisMachine | Self::In(_) => None,
            Self::Under(ceiling) => Some(ceiling),
        }
    }
}

/// Compiles programs and plays the scenes, those that limit memory in control groups from `memory`.
///
/// # Errors
/// As [`run_as`], and where a control group is refused of a kind that could be had a moment ago.
pub fn run_in(job: &DrillJob<'_>, trust: Trust, memory: Memory<'_>) -> Result<Outcome, DrillError> {
    let Step::Done((builds, programs)) = programs::compile(job, trust, memory.ceiling())? else {
        return Ok(Outcome::Cancelled);
    };
    let mut evidence = Evidence {
        seed: job.seed,
        builds,
        scenes: Vec::new(),
        instruments: Vec::new(),
        page_size: books::page_size(),
        confinement: match trust {
            Trust::Own => None,
            Trust::Stranger => Some(match (sandbox::level()?, memory.ceiling()) {
                (Level::Namespaces, Some(_)) => Level::Groups,
                (level, _) => level,
            }),
        },
    };
    let compiled = evidence.builds.values().all(|build| matches!(build, Build::Compiled { .. }));
    for scene in job.drill.scene.iter().filter(|_| compiled) {
        for repetition in 0..scene.repeat {
            (job.progress)(Progress::Scene { scene, repetition });
            let Step::Done(run) = engine::play(job, trust, memory, scene, repetition, &programs)? else {
                return Ok(Outcome::Cancelled);
            };
            let whole = run.completion == Completion::Whole;
            evidence.scenes.push(run);
            if !whole {
                break; // the other repetitions would only wait for the same in vain
            }
        }
    }
    evidence.instruments = instruments(&evidence.scenes);
    Ok(Outcome::Evidence(Box::new(evidence)))
}

/// Compiles programs only, so that a run that follows in the same places finds them compiled.
///
/// # Errors
/// Where one cannot be compiled for a reason that is not in its source.
pub fn compile_in(job: &DrillJob<'_>, trust: Trust, memory: Memory<'_>) -> Result<(), DrillError> {
    programs::compile(job, trust, memory.ceiling()).map(drop)
}

/// The instruments that looked on.
fn instruments(scenes: &[SceneRun]) -> Vec<String> {
    let runs = || scenes.iter().flat_map(|scene| scene.runs.values());
    let observer = runs().next().map(|_| "seccomp+ptrace".to_owned());
    let counters: BTreeSet<&str> =
        runs().filter_map(|run| run.faults.as_ref()).map(|faults| faults.source.as_str()).collect();
    let cuts: BTreeSet<Instrument> =
        scenes.iter().flat_map(|scene| &scene.cuts).map(|cut| cut.instrument).collect();
    let cuts = cuts.into_iter().map(|instrument| instrument.to_string());
    let groups: BTreeSet<GroupVersion> =
        scenes.iter().filter_map(|scene| scene.memory_group.as_ref()).map(|group| group.version).collect();
    let groups = groups.into_iter().map(|version| match version {
        GroupVersion::V1 => "cgroup v1".to_owned(),
        GroupVersion::V2 => "cgroup v2".to_owned(),
    });
    observer.into_iter().chain(counters.into_iter().map(str::to_owned)).chain(cuts).chain(groups).collect()
}

impl DrillError {
    fn lesson(scene: &Scene, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Lesson { scene: scene.id.clone(), source: Box::new(source) }
    }

    /// What went wrong in drawing a scene's values: the lesson, or the files they speak of.
    fn drawing(scene: &Scene, error: DrawError<FixtureError>) -> Self {
        match error {
            DrawError::File { source, .. } => Self::Fixture(source),
            error => Self::lesson(scene, error),
        }
    }
}
