//! `open LESSON`: makes a lesson the one that is worked on, and shows it whole: what
//! there is to read, what is asked, what is to be written and where.

use std::path::PathBuf;

use clap::Args;

use super::checking;
use super::context::{Context, find_lesson, language_of, shortened, starters};
use super::exit::{Exit, Failure};
use super::init::LanguageChoice;
use crate::assemblies::ui::steps;
use crate::assemblies::workspace::Workspace;
use crate::judgement::course::LoadedLesson;
use crate::judgement::progress::Change;
use crate::vocabulary::lesson::{Drill, Language, Step};

/// Arguments of `open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The lesson: its name, its number, or the beginning of its name
    pub lesson: String,

    /// Write its programs in this language from now on
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<LanguageChoice>,
}

/// Opens the lesson.
///
/// # Errors
/// Where there is no such lesson, no workspace, or the system refuses.
pub fn run(arguments: &OpenArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let lesson = find_lesson(&course, &arguments.lesson)?;
    let workspace = context.open_workspace()?;
    if let Some(language) = arguments.lang {
        context.record(&workspace, Change::Speaks(lesson.id.clone(), language.into()))?;
    }
    let progress = context.record(&workspace, Change::Opened(lesson.id.clone()))?;
    let language = language_of(&workspace, &progress, lesson);
    workspace.add_missing(&starters(lesson, language))?;

    let look = &context.look;
    let mut text = steps::title(look, &lesson.id, &lesson.lesson);
    for step in &lesson.lesson.step {
        text.push('\n');
        let rubric = lesson.rubrics.get(step.id()).map(AsRef::as_ref);
        let ready = match step {
            // Once there were runs, it is a question like others, in the letters that answers use.
            Step::Measured(asked) => checking::question_of(look.speech, Some(&workspace), lesson, asked).ok(),
            _ => None,
        };
        text += &match ready {
            Some(question) => steps::question(look, &question),
            None => steps::step(look, step, rubric, &|drill| files(&workspace, lesson, drill, language)),
        };
    }
    text.push('\n');
    text += &steps::how_to_go_on(look, &lesson.id, &lesson.lesson);
    context.print(&text)?;
    Ok(Exit::Passed)
}

/// The files to write for a drill, relative to where the learner is where that is shorter.
pub(super) fn files(
    workspace: &Workspace,
    lesson: &LoadedLesson,
    drill: &Drill,
    language: Language,
) -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    drill
        .programs
        .iter()
        .map(|program| shortened(&workspace.program(&lesson.id, program, language), &here))
        .collect()
}
