//! `course schema`: the JSON Schemas of a course's files, and the reference made from them.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::edges::store;
use crate::judgement::course::{Document, reference, schema};

pub(super) const HELP: &str = "\
Examples:
  mmaplings course schema                    print the schema of lesson.toml
  mmaplings course schema attempts           print that of attempts.toml
  mmaplings course schema --into schemas     write all of them into a folder

Editors with taplo (VS Code's \"Even Better TOML\", Helix, Neovim) then complete and check a
lesson whose first line is
  #:schema ../../schemas/lesson.schema.json";

/// Arguments of `course schema`.
#[derive(Debug, Args)]
pub struct CourseSchemaArgs {
    /// The kind of file
    #[arg(default_value = "lesson")]
    pub of: SchemaOf,

    /// Write all schemas into this directory instead
    #[arg(long, value_name = "DIR", conflicts_with_all = ["of", "markdown"])]
    pub into: Option<PathBuf>,

    /// Print the reference of all files, in Markdown
    #[arg(long, conflicts_with = "of")]
    pub markdown: bool,
}

/// The kinds of files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// course.toml
    Course,
    /// lesson.toml
    Lesson,
    /// attempts.toml
    Attempts,
    /// A file of rubrics/, by which free texts are marked
    Rubric,
    /// words.toml, which the rubrics share
    Words,
}

impl From<SchemaOf> for Document {
    fn from(of: SchemaOf) -> Self {
        match of {
            SchemaOf::Course => Self::Course,
            SchemaOf::Lesson => Self::Lesson,
            SchemaOf::Attempts => Self::Attempts,
            SchemaOf::Rubric => Self::Rubric,
            SchemaOf::Words => Self::Words,
        }
    }
}

/// Prints or writes them.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(arguments: &CourseSchemaArgs, context: &Context) -> Result<Exit, Failure> {
    if arguments.markdown {
        context.print(&reference())?;
    } else if let Some(directory) = &arguments.into {
        fs::create_dir_all(directory).map_err(Failure::fault)?;
        for document in Document::ALL {
            let name = document.file_name().replace(".toml", ".schema.json");
            let mut text = serde_json::to_string_pretty(&schema(document)).map_err(Failure::fault)?;
            text.push('\n');
            store::write_atomically(&directory.join(&name), text.as_bytes()).map_err(Failure::fault)?;
            context.print(&format!("{}\n", directory.join(name).display()))?;
        }
    } else {
        context.print_json(&schema(arguments.of.into()))?;
    }
    Ok(Exit::Passed)
}
