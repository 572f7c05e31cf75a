//! `completions SHELL`: a script that completes commands, for the shell to load.

use clap::Args;
use clap_complete::{Shell, generate};

use super::context::Context;
use super::exit::{Exit, Failure};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Prints the script that completes `command`.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(
    arguments: &CompletionsArgs,
    mut command: clap::Command,
    context: &Context,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "mmaplings", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Passed)
}
