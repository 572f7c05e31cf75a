//! `grade SUBMISSION…`: grades a class.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tempfile::TempDir;

use super::caches::Caches;
use super::check::Interruption;
use super::checking;
use super::context::Context;
use super::course_check;
use super::exit::{Exit, Failure};
use super::grade_merge::{self, MergeArgs};
use super::grade_output::{Format, exit, tell};
use crate::assemblies::classroom::formats::{self, Class};
use crate::assemblies::classroom::merge::Shard;
use crate::assemblies::classroom::{
    self, Assignment, ClassError, GradeJob, KeepEvidence, Kept, Moment, ResultsError, Store, by, grade,
};
use crate::assemblies::drill::{self, Places};
use crate::assemblies::ui::look::{Look, Telling};
use crate::edges::compiler::Toolchain;
use crate::edges::sandbox::{Level, Requirement};
use crate::judgement::course::{self, CourseFiles, LESSONS, LoadedCourse};
use crate::judgement::draw::Scale;
use crate::judgement::grading::Scheme;
use crate::words::digest;

/// What is shown under the help.
pub const GRADE_HELP: &str = "\
A submission is a student's directory: their workspace, or the programs and an answers.toml
flat in it. Only files with the names that the course asks for are read, and nothing in a
submission is run or believed but the programs, which are confined, and so are compilers.

Examples:
  mmaplings grade class/*/                          a table
  mmaplings grade class/*/ --lesson 3 --lesson 6    of two lessons
  mmaplings grade class/*/ --out results            and keep all of it; do it again to go on
  mmaplings grade class/*/ --out results --weights grading.toml
  mmaplings grade class/*/ --shard 1/8 --seed 7 --out shard-1     an eighth of it
  mmaplings grade merge shard-*/ --out results                    and all together
  mmaplings grade /autograder/submission --format gradescope > results.json

With --out, DIR gets a file for each student, students/NAME.json, and from these the class:
index.html, class.json, class.csv, steps.csv, junit.xml, and for each student a page and what
Gradescope and GitHub Classroom read. A drill that was judged before is not run again unless
the student changed it, or the course did. What the weights say can be changed at any time:
nothing has to run for that.

Weights (all may be left out):
  partial = \"by-check\"        # or \"all-or-nothing\"
  hint_cost = 0.1             # share of a step's marks that each hint taken costs
  drill = 10                  # also: question = 1, sketch = 3, prediction = 0
  [lesson.03-untouched-memory]
  factor = 2
  [lesson.03-untouched-memory.step.reserve]
  marks = 20                  # also: visibility = \"hidden\"
  hidden_checks = [\"touched-only\"]
  weights = { touched-only = 3 }

Exit codes: 0 all were graded, whatever the marks; 4 this machine cannot tell some of it, or
does not reach the level that is required; 70 the grader failed for somebody, and all others
were graded; 2 wrong use; 5 the course does not load.";

/// Arguments of `grade`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct GradeArgs {
    /// What to do with results that are there, instead of grading.
    #[command(subcommand)]
    pub command: Option<GradeCommand>,

    /// The students' directories
    #[arg(value_name = "SUBMISSION", required = true)]
    pub submissions: Vec<PathBuf>,

    /// Grade only this lesson (may be given several times)
    #[arg(long = "lesson", value_name = "LESSON")]
    pub lessons: Vec<String>,

    /// Keep the results in this directory, and go on from those that are there
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// What things are worth, and what students are shown; see below
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// How many drills run side by side; by default as many as there are processors
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Grade only this piece of the class: 2/8 is the second of eight. Which piece a student is in
    /// depends on their name alone; `grade merge` puts the pieces together
    #[arg(long, value_name = "K/N", requires = "seed")]
    pub shard: Option<Shard>,

    /// Draw the values from this seed; without it, from that of the results that are there,
    /// or from one that nobody knows before
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,

    /// Make no file that is kept between runs larger than this: 64MiB, or `full`
    #[arg(long, value_name = "SIZE", default_value = "full", hide_default_value = true)]
    pub scale: Scale,

    /// Refuse to grade where programs cannot be confined so far: calls, files, signals,
    /// namespaces or groups
    #[arg(long, value_name = "LEVEL", default_value = "calls")]
    pub require: Level,

    /// Keep what was seen of each drill too, for `mmaplings judge --evidence`
    #[arg(long, requires = "out")]
    pub keep_evidence: bool,

    /// Grade everything anew, also what was graded before
    #[arg(long)]
    pub anew: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "table", hide_possible_values = false)]
    pub format: Format,

    /// Print JSON: the same as --format json
    #[arg(long)]
    pub json: bool,
}

/// What `grade` does but to grade.
#[derive(Debug, Subcommand)]
pub enum GradeCommand {
    /// Put the results of a class together that was graded in pieces
    Merge(MergeArgs),
}

impl GradeArgs {
    const fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// Grades the class.
///
/// # Errors
/// Where nothing can be graded: arguments, the course, the weights, the confinement; or where
/// results cannot be kept. A fault in grading one student is no error here.
pub fn run(arguments: &GradeArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(GradeCommand::Merge(arguments)) = &arguments.command {
        return grade_merge::run(arguments, context);
    }
    let files = course_check::files(context.course.as_deref())?;
    let course = course::load(&files).map_err(Failure::Course)?;
    let lessons = course_check::chosen(&course, &arguments.lessons)?;
    let scheme = scheme(arguments.weights.as_deref(), &course)?;
    let mut submissions = classroom::class(&arguments.submissions)?;
    if let Some(shard) = arguments.shard {
        submissions.retain(|submission| shard.has(&submission.key));
    }
    if let (Format::Gradescope | Format::Github, true) = (arguments.format(), submissions.len() > 1) {
        return Err(Failure::usage(
            "this format is of one student",
            "name one submission, or let --out DIR write a file for each",
        ));
    }
    let level = drill::level().map_err(Failure::fault)?;
    if let Err(shortfall) = Requirement(arguments.require).check(level) {
        let told = context.error_look.wrap("inconclusive: ", &format!("{shortfall}; nothing was graded"));
        io::stderr().write_all((told + &context.error_look.wrap("help: ", shortfall.remedy())).as_bytes())?;
        return Ok(Exit::Inconclusive);
    }
    checking::ready_the_disk(lessons.iter().flat_map(|lesson| lesson.drills()));
    let interruption = Interruption::guard()?;
    let results = Results::at(arguments.out.as_deref())?;
    let seed = results.store.settle_seed(arguments.seed, checking::fresh_seed())?;
    let assignment = Assignment {
        course: &course,
        course_sha256: hash_of(&files),
        lessons,
        scheme,
        seed,
        scale: arguments.scale,
        level,
        least: arguments.require,
        evidence: if arguments.keep_evidence { KeepEvidence::Yes } else { KeepEvidence::No },
    };
    let caches = Caches::of_user();
    let drills: usize = assignment.lessons.iter().map(|lesson| lesson.drills().count()).sum();
    let bar = bar(submissions.len() * drills, &context.error_look);
    let usual = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let students = grade(&GradeJob {
        assignment: &assignment,
        submissions: &submissions,
        store: &results.store,
        kept: if arguments.anew { Kept::Anew } else { Kept::Stand },
        speech: context.look.speech,
        toolchain: &Toolchain::new(),
        places: Places { kit: &caches.kit, programs: &caches.programs, files: &caches.files },
        executable: &std::env::current_exe()?,
        jobs: arguments.jobs.unwrap_or(usual),
        cancel: interruption.token(),
        progress: &|moment| match moment {
            Moment::Drill { student, lesson } => {
                show(&bar, &context.error_look);
                bar.set_message(format!("{student} {lesson}"));
            }
            Moment::Decided(drills) => bar.inc(drills as u64),
        },
    });
    bar.finish_and_clear();
    let students = students?;
    if interruption.token().is_cancelled() {
        return Err(stopped(arguments, context, &interruption, results));
    }
    let class = Class {
        by: by(&assignment),
        lessons: assignment
            .lessons
            .iter()
            .map(|lesson| (lesson.id.clone(), lesson.lesson.title.clone()))
            .collect(),
        students,
        store: results.store.clone(),
    };
    if arguments.out.is_some() {
        formats::write_all(&class)?;
    }
    tell(arguments.format(), context, &class)?;
    Ok(exit(&class.students))
}

/// Where results are kept: for good, or as long as the command runs.
struct Results {
    store: Store,
    _temporary: Option<TempDir>,
}

impl Results {
    fn at(directory: Option<&Path>) -> Result<Self, Failure> {
        let (directory, temporary) = match directory {
            Some(directory) => (directory.to_owned(), None),
            None => {
                let temporary = tempfile::tempdir()?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let store = Store::open(&directory).map_err(|error| {
            Failure::usage(told(&error), "--out takes a directory that can be written to")
        })?;
        Ok(Self { store, _temporary: temporary })
    }
}

fn told(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn scheme(file: Option<&Path>, course: &LoadedCourse) -> Result<Scheme, Failure> {
    let Some(file) = file else { return Ok(Scheme::default()) };
    let help = "`mmaplings grade --help` shows what such a file looks like";
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| Failure::usage(format!("{name}: {error}"), help))?;
    let scheme = Scheme::read(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), help))?;
    let problems = scheme.problems(course);
    if problems.is_empty() {
        return Ok(scheme);
    }
    let problems: String = problems.iter().map(|problem| format!("\n{problem}")).collect();
    Err(Failure::usage(format!("{name} does not fit the course:{problems}"), help))
}

/// SHA-256 of the lessons as files.
fn hash_of(files: &CourseFiles) -> String {
    let mut all = String::new();
    for path in files.paths().filter(|path| path.starts_with(LESSONS)) {
        all += &format!("{path} {}\n", digest::sha256(files.bytes(path).unwrap_or_default()));
    }
    digest::sha256(all.as_bytes())
}

/// A bar that nobody sees as long as nothing has to run.
fn bar(drills: usize, look: &Look) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(drills as u64), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta} {wide_msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars(look.pick("██░", "=>-")));
    bar
}

fn show(bar: &ProgressBar, look: &Look) {
    if bar.is_hidden() && look.telling == Telling::Pictures && console::user_attended_stderr() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
}

/// Ends by the signal that stopped the grading, with what was done in safety.
fn stopped(
    arguments: &GradeArgs,
    context: &Context,
    interruption: &Interruption,
    results: Results,
) -> Failure {
    context.warn(match arguments.out {
        Some(_) => "stopped; what was graded is kept, and the same command goes on from there",
        None => "stopped; with --out DIR the results would have been kept",
    });
    drop(results);
    interruption.die()
}

/// What makes a class is the user's to say; nothing was graded yet.
impl From<ClassError> for Failure {
    fn from(error: ClassError) -> Self {
        Self::usage(error.to_string(), "name each student's directory once: `mmaplings grade class/*/`")
    }
}

/// A closed pipe is nobody's failure.
impl From<ResultsError> for Failure {
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::Output(error) => Self::from(error),
            ResultsError::Write(error) if error.is_io() => Self::from(io::Error::from(error)),
            error => Self::fault(error),
        }
    }
}
