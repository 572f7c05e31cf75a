//! Floor 7: the application. One file a command; `main` parses and exits.

use std::process::ExitCode;

/// Parses the arguments, runs the command, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
