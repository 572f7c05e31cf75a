//! `grade merge DIR… --out DIR`: the results of a class that was graded in pieces, put together.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::grade_output::{Format, exit, tell};
use crate::assemblies::classroom::formats;
use crate::assemblies::classroom::merge::{MergeError, Merged, merge};
use crate::words::prose;

/// Arguments of `grade merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Directories that `grade --shard … --out` wrote
    #[arg(value_name = "DIR", required = true)]
    pub pieces: Vec<PathBuf>,

    /// Where the whole class goes; the pieces stay as they are
    #[arg(long, value_name = "DIR", required = true)]
    pub out: PathBuf,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,

    /// Print JSON: the same as --format json
    #[arg(long)]
    pub json: bool,
}

/// Puts the pieces together, and tells the class as `grade` does.
///
/// # Errors
/// Where the pieces do not go together, or cannot be read or written.
pub fn run(arguments: &MergeArgs, context: &Context) -> Result<Exit, Failure> {
    let Merged { class, repeated, levels } = merge(&arguments.pieces, &arguments.out)?;
    if !repeated.is_empty() {
        let who = prose::list(&repeated);
        let told = format!(
            "{who} {} in several pieces with the same work",
            if repeated.len() == 1 { "is" } else { "are" }
        );
        warn(context, &told)?;
    }
    if levels.len() > 1 {
        let levels: Vec<String> =
            levels.iter().map(|(level, students)| format!("{students} to {level}")).collect();
        warn(context, &format!("students were confined differently: {}", prose::list(&levels)))?;
    }
    let format = if arguments.json { Format::Json } else { arguments.format };
    formats::write_all(&class)?;
    tell(format, context, &class)?;
    Ok(exit(&class.students))
}

fn warn(context: &Context, what: &str) -> io::Result<()> {
    io::stderr().write_all(context.error_look.wrap("warning: ", what).as_bytes())
}

/// Pieces that do not go together are the user's to sort out.
impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        let help = match &error {
            MergeError::NoResults { .. } => {
                "name the directories that `mmaplings grade --shard K/N --out DIR` wrote"
            }
            MergeError::Nobody => "grade somebody first",
            MergeError::Differ { what: "the seed", .. } => "grade all pieces with one --seed",
            MergeError::Differ { .. } => {
                "grade all pieces with the same version, course, lessons and weights"
            }
            MergeError::Twice { .. } => "grade the student once, or leave one of the two out",
            MergeError::Onto { .. } | MergeError::Foreign { .. } => "give --out a new directory",
            MergeError::Results(_) | MergeError::System { .. } => return Self::fault(error),
        };
        Self::usage(error.to_string(), help)
    }
}
