//! `course check`: proves a course, first by its files, then by running its programs.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use indicatif::ProgressBar;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{caches, checking};
use crate::assemblies::drill::Places;
use crate::assemblies::proof::measured::{self, Measured, Measuring};
use crate::assemblies::proof::report::{ProofOutcome, Report};
use crate::assemblies::proof::{ProofJob, Trial, Tried, plan, prove};
use crate::assemblies::ui::progress;
use crate::edges::compiler::Toolchain;
use crate::edges::course_files;
use crate::flow::cancel::CancelToken;
use crate::judgement::course::{self, LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::words::speech::Speech;
use crate::words::units::Bytes;

pub(super) const HELP: &str = "\
It reads all files and tells every problem at once. If there is none, it runs every drill:
  - with the model programs, which must pass (--repeat N times, with other values each time;
    from 4 on every second time with the first values again)
  - with the untouched starters, which must miss the check that the lesson declares
  - with the known-bad attempts, which must miss every check that they name
  - with programs that do nothing, end early, only print or sleep, which must miss
and measures every prediction and poses every specimen, a few times or --repeat N: the
answer must hold still within the tolerance, and folklore must not be right by it. What
is right in a question about a drill's runs must be so in all runs of the model programs.
Runs with the same values differ by noise alone: from --repeat 4 on, every threshold of a
check must be three times as far from what is measured as the noise is wide.

Examples:
  mmaplings course check                    prove the built-in course
  mmaplings course check my-course          prove the course in a directory
  mmaplings course check --lesson 03        prove one lesson
  mmaplings course check --repeat 20        look for verdicts that depend on luck
  mmaplings course check --scale full       with files as large as learners get them

Exit codes: 0 proved, 5 the course is wrong, 4 not all can be told on this machine.";

/// How large kept files may be where a course is proved: large enough to show what larger ones do.
pub(super) const SMALL: Bytes = Bytes::mib(64);

/// Arguments of `course check`.
#[derive(Debug, Args)]
pub struct CourseCheckArgs {
    /// The course's directory; without it, that of --course or the built-in course
    pub directory: Option<PathBuf>,

    /// Prove only this lesson (may be given several times)
    #[arg(long = "lesson", value_name = "LESSON")]
    pub lessons: Vec<String>,

    /// Read the files only, run nothing
    #[arg(long)]
    pub files_only: bool,

    /// How many programs run side by side; by default as many as there are processors
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// How often each model program must pass
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,

    /// Make no file that is kept between runs larger than this: a size, or `full`
    #[arg(long, value_name = "SIZE", default_value = "64MiB")]
    pub scale: Scale,

    /// Draw the same values again
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// Proves the course.
///
/// # Errors
/// Where the course's files cannot be read or make no course, or no such lesson is there.
pub fn run(arguments: &CourseCheckArgs, context: &Context) -> Result<Exit, Failure> {
    let seed = arguments.seed.unwrap_or_else(|| rand::random::<u32>().into());
    let directory = arguments.directory.as_deref().or(context.course.as_deref());
    let files = files(directory)?;
    let course = match course::load(&files) {
        Ok(course) => course,
        Err(problems) if arguments.json => {
            context.print_json(&Report::of_problems(problems.reports(), seed))?;
            return Ok(Exit::CourseBroken);
        }
        Err(problems) => return Err(Failure::Course(problems)),
    };
    let lessons = chosen(&course, &arguments.lessons)?;
    let repeat = arguments.repeat;
    if !arguments.files_only {
        checking::ready_the_disk(lessons.iter().flat_map(|lesson| lesson.drills()));
    }
    let trials = if arguments.files_only { Vec::new() } else { plan(lessons, repeat, seed) };
    let tried = tried(&trials, arguments.jobs, arguments.scale, &bar(trials.len(), arguments.json, context));
    let mut report = Report::of_trials(&course.course.title, seed, &trials, tried);
    if !arguments.files_only {
        let lessons = chosen(&course, &arguments.lessons)?;
        report = report.with(measured(lessons, arguments, seed, context)?);
    }
    if arguments.json {
        context.print_json(&report)?;
    } else if arguments.files_only {
        let lessons = crate::words::prose::count(course.lessons.len(), "lesson");
        context.print(&format!("{}: {lessons}, no problem in the files\n", course.course.title))?;
    } else {
        context.print(&report.table(&context.look))?;
    }
    Ok(match report.outcome {
        ProofOutcome::Proved => Exit::Passed,
        ProofOutcome::Inconclusive => Exit::Inconclusive,
        ProofOutcome::Broken => Exit::CourseBroken,
        ProofOutcome::Fault => Exit::Fault,
    })
}

/// Measures what lessons measure, with nothing beside it.
fn measured(
    lessons: Vec<&LoadedLesson>,
    arguments: &CourseCheckArgs,
    seed: u64,
    context: &Context,
) -> Result<Vec<Measured>, Failure> {
    let directory = caches::Caches::of_user().files;
    std::fs::create_dir_all(&directory)?;
    let executable = std::env::current_exe()?;
    let steps: Vec<_> = measured::steps(lessons).collect();
    let bar = bar(steps.len(), arguments.json, context);
    let measured = measured::measure(
        steps,
        &Measuring {
            executable: &executable,
            directory: &directory,
            repeat: arguments.repeat,
            seed,
            cancel: &CancelToken::new(),
            progress: &|lesson| {
                bar.set_message(lesson.to_string());
                bar.inc(1);
            },
        },
    );
    bar.finish_and_clear();
    Ok(measured)
}

pub(super) fn files(directory: Option<&Path>) -> Result<course::CourseFiles, Failure> {
    let Some(directory) = directory else { return Ok(course_files::embedded()) };
    course_files::from_directory(directory).map_err(|error| {
        Failure::usage(error.to_string(), "name the directory that holds the course's `lessons` folder")
    })
}

pub(super) fn chosen<'a>(
    course: &'a LoadedCourse,
    names: &[String],
) -> Result<Vec<&'a LoadedLesson>, Failure> {
    if names.is_empty() {
        return Ok(course.lessons.iter().collect());
    }
    let mut lessons = Vec::new();
    for name in names {
        match course.find(name).as_slice() {
            [one] => lessons.push(*one),
            [] => {
                let all: Vec<&str> = course.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
                let help = format!("the lessons are {}", crate::words::prose::list(&all));
                return Err(Failure::usage(format!("the course has no lesson {name:?}"), help));
            }
            several => {
                let all: Vec<&str> = several.iter().map(|lesson| lesson.id.as_str()).collect();
                let help = format!("name one of {}", crate::words::prose::list(&all));
                return Err(Failure::usage(format!("{name:?} may be several lessons"), help));
            }
        }
    }
    Ok(lessons)
}

/// Runs trials, `jobs` at a time, and tells `bar` of them.
pub(super) fn tried(
    trials: &[Trial<'_>],
    jobs: Option<NonZeroUsize>,
    scale: Scale,
    bar: &ProgressBar,
) -> Vec<Option<Tried>> {
    let caches = caches::Caches::of_user();
    let usual = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let tried = prove(&ProofJob {
        trials,
        toolchain: &Toolchain::new(),
        places: Places { kit: &caches.kit, programs: &caches.programs, files: &caches.files },
        scale,
        jobs: jobs.unwrap_or(usual),
        cancel: &CancelToken::new(),
        doing: &|trial, doing| {
            if let Some(doing) = progress::told(Speech::ENGLISH, &doing) {
                bar.set_message(format!("{}: {doing}", trial.lesson));
            }
        },
        progress: &|_, _| bar.inc(1),
    });
    bar.finish_and_clear();
    tried
}

/// A bar for so many trials, where nobody wants JSON.
pub(super) fn bar(trials: usize, json: bool, context: &Context) -> ProgressBar {
    if json { ProgressBar::hidden() } else { progress::count(&context.error_look, trials as u64) }
}
