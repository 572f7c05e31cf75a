//! `reset LESSON`: gives the starters back, and keeps what the learner wrote.

use std::path::Path;

use clap::Args;

use super::context::shortened;
use super::context::{Context, find_lesson, language_of, starters};
use super::exit::{Exit, Failure};
use super::init::LanguageChoice;
use crate::assemblies::workspace::Reset;
use crate::judgement::progress::Change;
use crate::words::speech::shown;

/// Arguments of `reset`.
#[derive(Debug, Args)]
pub struct ResetArgs {
    /// The lesson: its name, its number, or the beginning of its name
    pub lesson: String,

    /// Its programs in this language, instead of the one they are written in
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<LanguageChoice>,
}

/// Resets the lesson's programs. What was passed stays passed.
///
/// # Errors
/// Where there is no such lesson, no workspace, or the system refuses.
pub fn run(arguments: &ResetArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let lesson = find_lesson(&course, &arguments.lesson)?;
    let workspace = context.open_workspace()?;
    let progress = context.load_progress(&workspace)?;
    let language = arguments.lang.map_or_else(|| language_of(&workspace, &progress, lesson), Into::into);
    let starters = starters(lesson, language);
    let look = &context.look;
    if starters.is_empty() {
        let said = look.tell("reset-nothing", [("lesson", shown(&lesson.id))]);
        context.print(&format!("{said}\n"))?;
        return Ok(Exit::Passed);
    }
    let here = std::env::current_dir()?;
    let file = |path: &Path| shown(shortened(path, &here).display());
    let mut text = String::new();
    for done in workspace.reset(&starters)? {
        text += &match done {
            Reset::Unchanged(program) => look.tell("reset-unchanged", [("file", file(&program))]),
            Reset::Written(program) => look.tell("reset-written", [("file", file(&program))]),
            Reset::Replaced { program, kept } => {
                look.tell("reset-replaced", [("file", file(&program)), ("kept", file(&kept))])
            }
        };
        text.push('\n');
    }
    if let Some(choice) = arguments.lang {
        context.record(&workspace, Change::Speaks(lesson.id.clone(), choice.into()))?;
    }
    context.print(&text)?;
    Ok(Exit::Passed)
}
