//! `init [DIR]`: makes a workspace.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::context::{Context, starters};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::Role;
use crate::assemblies::workspace::Workspace;
use crate::judgement::course::LoadedCourse;
use crate::vocabulary::lesson::Language;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The directory: a new or an empty one
    #[arg(value_name = "DIR", default_value = Workspace::USUAL_NAME)]
    pub directory: PathBuf,

    /// The language to write programs in; single lessons can be opened in the other later
    #[arg(long, value_name = "LANGUAGE", default_value = "rust")]
    pub lang: LanguageChoice,
}

/// A language as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LanguageChoice {
    /// Rust.
    Rust,
    /// C.
    C,
}

impl From<LanguageChoice> for Language {
    fn from(choice: LanguageChoice) -> Self {
        match choice {
            LanguageChoice::Rust => Self::Rust,
            LanguageChoice::C => Self::C,
        }
    }
}

/// Makes the workspace, and says how to begin.
///
/// # Errors
/// Where the directory is not empty, the course does not load, or the system refuses.
pub fn run(arguments: &InitArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace = make(&arguments.directory, arguments.lang.into(), &course)?;
    let look = &context.look;
    let directory = arguments.directory.display();
    let root = look.paint(Role::Strong, workspace.root().display().to_string());
    let command = look.paint(Role::Command, format!("cd {directory} && mmaplings"));
    let made = look
        .tell("init-made", [("language", workspace.language().name().into()), ("directory", root.into())]);
    let next = look.tell("init-next", [("command", command.into())]);
    context.print(&format!("{made}\n{next}\n"))?;
    Ok(Exit::Passed)
}

/// Makes a workspace with the starters of all lessons.
///
/// # Errors
/// Where the directory is not empty or the system refuses.
pub(super) fn make(
    directory: &Path,
    language: Language,
    course: &LoadedCourse,
) -> Result<Workspace, Failure> {
    let starters: Vec<_> = course.lessons.iter().flat_map(|lesson| starters(lesson, language)).collect();
    Ok(Workspace::create(directory, language, &starters)?)
}
