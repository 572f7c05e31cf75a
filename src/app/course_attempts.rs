//! `course attempts`: the known-bad attempts of a lesson, and where each differs from its
//! model program.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use similar::TextDiff;

use super::context::Context;
use super::course_check::{chosen, files};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::{Look, Role};
use crate::edges::store;
use crate::judgement::course::{self, LoadedAttempt, LoadedLesson};
use crate::words::ids::ProgramName;
use crate::words::prose;

pub(super) const HELP: &str = "\
An attempt may be written as a few changes of its model program; this shows it whole, or
writes it to a directory where it can be compiled and run by hand.

Examples:
  mmaplings course attempts 11
  mmaplings course attempts 11 no-msync
  mmaplings course attempts 11 no-msync --into /tmp/by-hand";

/// Arguments of `course attempts`.
#[derive(Debug, Args)]
pub struct CourseAttemptsArgs {
    /// The lesson
    pub lesson: String,

    /// One of its attempts; without it, all are listed
    pub attempt: Option<String>,

    /// Write the attempt's programs to this directory, which is made if need be
    #[arg(long, value_name = "DIR", requires = "attempt")]
    pub into: Option<PathBuf>,
}

/// Lists them, or shows one.
///
/// # Errors
/// Where the course cannot be read, or has no such lesson or attempt.
pub fn run(arguments: &CourseAttemptsArgs, context: &Context) -> Result<Exit, Failure> {
    let course = course::load(&files(context.course.as_deref())?).map_err(Failure::Course)?;
    let lessons = chosen(&course, std::slice::from_ref(&arguments.lesson))?;
    for lesson in lessons {
        let Some(name) = &arguments.attempt else {
            context.print(&listed(lesson, &context.look))?;
            continue;
        };
        let attempt = lesson.attempts.iter().find(|attempt| attempt.attempt.id.as_str() == name);
        let attempt = attempt.ok_or_else(|| {
            let names: Vec<&str> = lesson.attempts.iter().map(|one| one.attempt.id.as_str()).collect();
            let help = match names.as_slice() {
                [] => "the lesson has none".to_owned(),
                names => format!("they are {}", prose::list(names)),
            };
            Failure::usage(format!("the lesson {} has no attempt {name:?}", lesson.id), help)
        })?;
        let Some(directory) = &arguments.into else {
            context.print(&shown(lesson, attempt, &context.look))?;
            continue;
        };
        fs::create_dir_all(directory)?;
        for (program, text) in programs(lesson, attempt) {
            let path = directory.join(file_name(&program, attempt));
            store::write_atomically(&path, text.as_bytes()).map_err(Failure::fault)?;
            context.print(&format!("{}\n", path.display()))?;
        }
    }
    Ok(Exit::Passed)
}

fn listed(lesson: &LoadedLesson, look: &Look) -> String {
    if lesson.attempts.is_empty() {
        return format!("{} has no drill, and so no attempts\n", lesson.id);
    }
    let mut text = String::new();
    for LoadedAttempt { attempt, language, .. } in &lesson.attempts {
        let misses: Vec<&str> = attempt.misses.iter().map(|check| check.as_str()).collect();
        let name = look.paint(Role::Strong, attempt.id.as_str());
        let _ = writeln!(text, "{name} ({}): {}", language.name(), attempt.fault);
        let _ = writeln!(text, "    misses {}", prose::list(&misses));
    }
    text
}

/// An attempt beside its model programs.
fn shown(lesson: &LoadedLesson, loaded: &LoadedAttempt, look: &Look) -> String {
    let mut text = format!("{}: {}\n", loaded.attempt.id, loaded.attempt.fault);
    for (program, source) in &loaded.sources {
        let model = lesson.models.get(&(program.clone(), loaded.language));
        let file = file_name(program, loaded);
        let diff = TextDiff::from_lines(model.map_or("", String::as_str), source);
        let diff =
            diff.unified_diff().header(&format!("model/{file}"), &format!("attempt/{file}")).to_string();
        text.push('\n');
        for line in diff.lines() {
            let painted = match line.as_bytes().first() {
                Some(b'+') => look.paint(Role::Good, line),
                Some(b'-') => look.paint(Role::Bad, line),
                Some(b'@') => look.paint(Role::Faint, line),
                _ => line.to_owned(),
            };
            let _ = writeln!(text, "{painted}");
        }
    }
    text
}

/// All programs of its drill, the model ones where it has none of its own.
fn programs(lesson: &LoadedLesson, loaded: &LoadedAttempt) -> Vec<(ProgramName, String)> {
    let drill = lesson.drills().find(|drill| drill.id == loaded.attempt.drill);
    drill.map(|drill| lesson.programs_of(drill, loaded).into_iter().collect()).unwrap_or_default()
}

fn file_name(program: &ProgramName, loaded: &LoadedAttempt) -> String {
    format!("{program}.{}", loaded.language.extension())
}
