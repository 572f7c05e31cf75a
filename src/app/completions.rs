//! `completions SHELL`: a script that completes commands, for the shell to load.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::cli::Cli;
use super::context::Context;
use super::exit::{Exit, Failure};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(arguments: &CompletionsArgs, context: &Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Cli::command(), "mmaplings", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Passed)
}
