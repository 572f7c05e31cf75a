//! The commands that compile: the one place where a compiler's command line and
//! environment are made.
//!
//! Programs are compiled with warnings, line tables and light optimisation: enough
//! that summing a mapped GiB takes half a second, and little enough that stores and
//! loads can be recognised in the source. Rust also checks its arithmetic. A compiler
//! inherits next to nothing of the runner's environment (`option_env!` reads it).

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use super::cache::Reuse;
use super::kit::Kit;
use super::toolchain::{CCompiler, RustCompiler};
use super::{Colour, Source, SourceText};
use crate::words::digest;

/// What a program is compiled with.
pub(super) enum Recipe<'a> {
    Rust(&'a RustCompiler, Kit),
    C(&'a CCompiler),
}

/// One compilation.
pub(super) struct Job<'a> {
    pub(super) source: &'a Source,
    /// The source file, as messages shall call it; relative to `room` where the text is in memory.
    pub(super) input: &'a Path,
    /// The directory that the compiler may write to; the program is made in it, under its name.
    pub(super) room: &'a Path,
    pub(super) colour: Colour,
}

/// `codegen-units=2` and no bitcode: on two cores a fifth quicker than the defaults of `-C opt-level=1`.
const RUST: [&str; 14] = [
    "--edition=2024",
    "--crate-type=bin",
    "-C",
    "opt-level=1",
    "-C",
    "codegen-units=2",
    "-C",
    "embed-bitcode=no",
    "-C",
    "debuginfo=line-tables-only",
    "-C",
    "overflow-checks=yes",
    "-C",
    "strip=none",
];

const C: [&str; 8] =
    ["-std=gnu17", "-Wall", "-Wextra", "-O1", "-g1", "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-pthread"];

/// The variables of the runner's environment that a compiler gets.
const INHERITED: [&str; 8] =
    ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TERM", "GCC_COLORS", "SOURCE_DATE_EPOCH"];

/// The list of files that a compilation has read, in the syntax of make.
const READ: &str = "read.d";

impl Recipe<'_> {
    /// The compiler.
    pub(super) fn tool(&self) -> &Path {
        match self {
            Self::Rust(rust, _) => &rust.rustc,
            Self::C(c) => &c.cc,
        }
    }

    /// What it reads besides the source and the system's own files.
    pub(super) fn reads(&self) -> Vec<&Path> {
        match self {
            Self::Rust(rust, kit) => [Some(rust.root.as_path()), kit.memmap2.parent(), kit.libc.parent()]
                .into_iter()
                .flatten()
                .chain([kit.dependencies.as_path()])
                .collect(),
            Self::C(c) => vec![&c.cc],
        }
    }

    /// What tells one compiled program from another.
    pub(super) fn key(&self, source: &Source, hash: &str, colour: Colour) -> String {
        let compiler = match self {
            Self::Rust(rust, kit) => format!("{} {} {RUST:?}", rust.identity, kit.identity),
            Self::C(c) => format!("{} {C:?}", c.identity),
        };
        let path = match &source.text {
            SourceText::File(path) => Some(path),
            SourceText::Memory(_) => None,
        };
        digest::sha256(format!("{compiler} {} {path:?} {colour:?} {hash}", source.program).as_bytes())
    }

    /// The command for `job`.
    pub(super) fn command(&self, job: &Job<'_>) -> Command {
        let mut command = Command::new(self.tool());
        command.env_clear().env("TMPDIR", job.room);
        command.envs(INHERITED.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        // Compilers that Nix wraps are told where things are by variables of its own.
        command.envs(env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"NIX_")));
        if let SourceText::Memory(_) = job.source.text {
            command.current_dir(job.room);
        }
        let program = job.room.join(job.source.program.as_str());
        match self {
            Self::Rust(_, kit) => {
                command.args(RUST).args(["--crate-name", &job.source.program.as_str().replace('-', "_")]);
                command.arg(match job.colour {
                    Colour::Always => "--color=always",
                    Colour::Never => "--color=never",
                });
                for (name, path) in [("memmap2", &kit.memmap2), ("libc", &kit.libc)] {
                    command.arg("--extern").arg(joined(&format!("{name}="), path));
                }
                command.arg("-L").arg(joined("dependency=", &kit.dependencies));
                // Without it the object files of the way are left in the current directory.
                command.arg("--out-dir").arg(job.room);
                command.arg(joined("--emit=dep-info=", &job.room.join(READ)));
                command.arg(joined("--emit=link=", &program)).arg(job.input);
            }
            Self::C(c) => {
                command.args(&c.arguments).args(C);
                command.arg(match job.colour {
                    Colour::Always => "-fdiagnostics-color=always",
                    Colour::Never => "-fdiagnostics-color=never",
                });
                command.args(["-MMD", "-MF"]).arg(job.room.join(READ));
                command.arg("-o").arg(program).arg(job.input);
            }
        }
        command
    }
}

fn joined(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

/// Whether a program may be used again for the same source: not if the compiler read
/// another file (`include!`, `#include "mine.h"`) or the environment, which may change
/// while the source does not.
pub(super) fn reuse(room: &Path, input: &Path) -> Reuse {
    let Ok(list) = std::fs::read_to_string(room.join(READ)) else { return Reuse::Never };
    if list.contains("\n# env-dep:") {
        return Reuse::Never;
    }
    let list = list.replace("\\\n", " ");
    let read = list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    let mut files = read.flat_map(|(_, files)| words(files));
    if files.all(|file| OsStr::new(&file) == input.as_os_str()) { Reuse::Always } else { Reuse::Never }
}

/// Splits at spaces that are not escaped by a backslash.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => words.push(String::new()),
            '\\' => words.last_mut().into_iter().for_each(|word| word.extend(letters.next())),
            letter => words.last_mut().into_iter().for_each(|word| word.push(letter)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_one_file_is_kept_and_others_are_not() {
        let room = tempfile::tempdir().unwrap();
        for (list, kept) in [
            ("/room/reader: a/reader.rs\n\na/reader.rs:\n", Reuse::Always),
            ("reader: a/reader.rs a/other.rs\n\na/other.rs:\n", Reuse::Never),
            ("reader: \\\n a/reader.rs \\\n mine.h\n", Reuse::Never),
            ("reader: a/reader.rs\n\n# env-dep:HOME=/x\n", Reuse::Never),
        ] {
            std::fs::write(room.path().join(READ), list).unwrap();
            assert_eq!(reuse(room.path(), Path::new("a/reader.rs")), kept, "{list}");
        }
        std::fs::write(room.path().join(READ), "x: my\\ folder/reader.c\n").unwrap();
        assert_eq!(reuse(room.path(), Path::new("my folder/reader.c")), Reuse::Always);
    }
}
