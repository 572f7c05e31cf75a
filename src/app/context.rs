//! What every command is given: how output looks, where it goes, and which course
//! and workspace are meant.

use std::io::{self, Write};
use std::path::PathBuf;

use super::cli::{Global, Stream};
use super::exit::Failure;
use crate::assemblies::ui::look::{Look, Role};

/// What every command is given.
#[derive(Clone, Debug)]
pub struct Context {
    /// How standard output is to look.
    pub look: Look,
    /// How standard error is to look.
    pub error_look: Look,
    /// The directory of the course, where it is not the one built in.
    pub course: Option<PathBuf>,
    /// The directory of the workspace, where one was named.
    pub workspace: Option<PathBuf>,
}

impl Context {
    /// What the options of all commands mean.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        Self {
            look: global.look(Stream::Stdout),
            error_look: global.look(Stream::Stderr),
            course: global.course.clone(),
            workspace: global.workspace.clone(),
        }
    }

    /// Writes to standard output, as it is.
    ///
    /// # Errors
    /// Where nobody reads it any more, or it cannot be written.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// Writes a value to standard output, as JSON that a person can read too.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(value).map_err(Failure::fault)?;
        text.push('\n');
        self.print(&text)
    }

    /// Says something on standard error that is not the command's result.
    pub fn warn(&self, text: &str) {
        let text = self.error_look.wrap(&self.error_look.paint(Role::Warning, "note: "), text);
        // Where standard error is closed, nobody is left to tell.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}
