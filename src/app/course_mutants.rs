//! `course mutants`: mistakes put into the model programs, and which check tells each.

use std::fmt::Write;
use std::num::NonZeroUsize;

use clap::Args;

use super::context::Context;
use super::course_check::{SMALL, bar, chosen, files, tried};
use super::exit::{Exit, Failure};
use crate::assemblies::proof::report::Report;
use crate::assemblies::proof::{Found, Subject, Trial, Tried, plan_mutants};
use crate::assemblies::ui::look::{Look, Role};
use crate::judgement::course;
use crate::judgement::draw::Scale;
use crate::words::prose;

pub(super) const HELP: &str = "\
Mistakes are made one at a time: the other sharing, a flush left out or weakened, a wrong length,
offset or protection, a file never made long enough, the wrong descriptor, advice not given. A
mutant that passes is a hole in the checks, or the mistake makes no difference in this drill;
look at each, and write a check or an attempt for the holes.

Examples:
  mmaplings course mutants 06
  mmaplings --course my-course course mutants first-lesson --json";

/// Arguments of `course mutants`.
#[derive(Debug, Args)]
pub struct CourseMutantsArgs {
    /// The lesson
    pub lesson: String,

    /// How many programs run side by side; by default as many as there are processors
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Draw the same values again
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// Makes and runs them. Survivors are for a person to judge: they are no failure.
///
/// # Errors
/// Where the course cannot be read, or no such lesson is there.
pub fn run(arguments: &CourseMutantsArgs, context: &Context) -> Result<Exit, Failure> {
    let seed = arguments.seed.unwrap_or_else(|| rand::random::<u32>().into());
    let course = course::load(&files(context.course.as_deref())?).map_err(Failure::Course)?;
    let lessons = chosen(&course, std::slice::from_ref(&arguments.lesson))?;
    let trials: Vec<Trial<'_>> = lessons.first().map(|lesson| plan_mutants(lesson, seed)).unwrap_or_default();
    let tried =
        tried(&trials, arguments.jobs, Scale::AtMost(SMALL), &bar(trials.len(), arguments.json, context));
    if arguments.json {
        context.print_json(&Report::of_trials(&course.course.title, seed, &trials, tried))?;
    } else {
        context.print(&told(&trials, &tried, &context.look))?;
    }
    Ok(Exit::Passed)
}

fn told(trials: &[Trial<'_>], tried: &[Option<Tried>], look: &Look) -> String {
    let mut text = String::new();
    let (mut killed, mut survived, mut still) = (0, Vec::new(), 0);
    for (trial, tried) in trials.iter().zip(tried) {
        let (Some(tried), Subject::Mutant { program, line, before, after }) = (tried, &trial.subject) else {
            continue;
        };
        let place = format!("{}/{program}.{}:{line}", trial.language.folder(), trial.language.extension());
        let fate = match &tried.found {
            Found::DoesNotCompile { .. } => {
                still += 1;
                continue;
            }
            Found::AsWanted => {
                killed += 1;
                let checks: Vec<&str> = tried.missed.iter().map(|check| check.as_str()).collect();
                let by = if checks.is_empty() { "the script stops".to_owned() } else { checks.join(", ") };
                look.paint(Role::Good, format!("missed: {by}"))
            }
            Found::Contrary { .. } => {
                survived.push(place.clone());
                look.paint(Role::Bad, "passes")
            }
            Found::Undecided { reason } | Found::Fault { reason } => {
                look.paint(Role::Warning, format!("not judged: {reason}"))
            }
        };
        let _ = writeln!(text, "{}  {fate}", look.paint(Role::Strong, place));
        let _ = writeln!(text, "    - {before}\n    + {after}\n");
    }
    let _ = writeln!(
        text,
        "{} missed, {} passed, {} did not compile",
        prose::count(killed, "mutant"),
        survived.len(),
        still
    );
    if !survived.is_empty() {
        let _ = writeln!(text, "those that passed: {}", survived.join(", "));
    }
    text
}
