//! Compiling a learner's program: the real compiler, called directly, once for each
//! source.
//!
//! A source is compiled where it stands, so that messages name the file the learner
//! edits; it is hashed before and after, and compiled again where it changed
//! meanwhile, so that the hash in [`Compilation`] is that of what was compiled.
//! Rust is compiled by bare `rustc` against the dependency kit, which takes a third of
//! the time of `cargo build`. A program that was compiled before from the same bytes,
//! by the same compiler, with the same flags is taken from the cache.
//!
//! What fails in the source, a compiler that stalls on it or dies of it included, is
//! [`Compilation::Failed`]; an error is ours: no compiler, no kit, no disk space.

mod cache;
mod command;
mod kit;
mod process;
mod toolchain;

use std::any::Any;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub use self::kit::KitError;
pub use self::toolchain::{CCompiler, RustCompiler, ToolError, Toolchain};

use self::cache::{Cache, Entry};
use self::process::{End, Finished, Limits};
use crate::flow::cancel::CancelToken;
use crate::vocabulary::evidence::Build;
use crate::vocabulary::lesson::Language;
use crate::words::digest;
use crate::words::ids::ProgramName;
use crate::words::units::Bytes;

/// How programs are compiled here.
#[derive(Clone, Copy, Debug)]
pub struct Compiler<'a> {
    /// The compilers of this machine.
    pub toolchain: &'a Toolchain,
    /// Where the dependency kit for Rust is, or will be made.
    pub kit: &'a Path,
    /// Where compiled programs are kept.
    pub cache: &'a Path,
    /// Whether messages are coloured.
    pub colour: Colour,
    /// What keeps a compiler in bounds.
    pub bounds: Bounds<'a>,
}

/// What keeps a compiler in bounds: a source can have it read files (`include_str!`) and
/// stall, so somebody else's source makes it somebody else's program.
#[derive(Clone, Copy)]
pub enum Bounds<'a> {
    /// Nothing but its time and output.
    Free,
    /// What this lays on the command.
    Laid(&'a Lay<'a>),
}

/// Lays bounds on a command, given what it must reach. What comes back holds them up, and is kept
/// until the command has ended.
pub type Lay<'a> = dyn Fn(&mut Command, &Reach<'_>) -> std::io::Result<Box<dyn Any + Send>> + Sync + 'a;

/// What a compiler must reach.
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    /// Files and folders that it reads, besides the system's own.
    pub readable: Vec<&'a Path>,
    /// The folder that it writes to.
    pub writable: &'a Path,
}

impl std::fmt::Debug for Bounds<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Free => "Free",
            Self::Laid(_) => "Laid",
        })
    }
}

/// Whether a compiler colours its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With its own escape sequences, though it does not write to a terminal.
    Always,
    /// Plain text.
    Never,
}

/// A program to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is called.
    pub program: ProgramName,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub text: SourceText,
}

/// Where the text of a program is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceText {
    /// In a file; messages call it as it is called here.
    File(PathBuf),
    /// In memory: a model program of an embedded course.
    Memory(Vec<u8>),
}

/// How a compilation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compilation {
    /// There is a program.
    Compiled {
        /// It.
        executable: PathBuf,
        /// What the compiler printed.
        warnings: String,
        /// SHA-256 of the source that it was compiled from, in hexadecimal.
        source: String,
        /// Whether the compiler had to run for it.
        work: Work,
    },
    /// The source does not compile.
    Failed {
        /// What the compiler printed, or why it was stopped.
        errors: String,
        /// SHA-256 of the source, in hexadecimal.
        source: String,
    },
    /// It was cancelled.
    Cancelled,
}

/// What it took to have a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The compiler ran.
    Done,
    /// The program was there, from the same source.
    Saved,
}

/// Why a program could not be compiled, where that is not the source's fault.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// There is no compiler for its language.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The crates that Rust programs use are not there and could not be compiled.
    #[error(transparent)]
    Kit(#[from] KitError),
    /// The source cannot be read.
    #[error("cannot read {}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The source never stood still.
    #[error("{} kept changing while it was compiled", path.display())]
    Restless {
        /// The file.
        path: PathBuf,
    },
    /// rustc calls a C compiler to link, and there is none.
    #[error("rustc needs a linker and finds none: install a C compiler such as gcc")]
    NoLinker,
    /// The compiler could not be started.
    #[error("cannot run {}", tool.display())]
    Run {
        /// The compiler.
        tool: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The cache of programs cannot be used.
    #[error("cannot keep compiled programs in {}", path.display())]
    Cache {
        /// Its directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The longest source that is compiled. Hand-written programs are a hundredth of it.
const LONGEST_SOURCE: Bytes = Bytes::mib(1);

const LIMITS: Limits = Limits { time: Duration::from_secs(60), output: Bytes::kib(256) };

/// How often a source that changes under the compiler is compiled anew.
const PATIENCE: u32 = 5;

impl Compiler<'_> {
    /// Compiles `source`, or finds it compiled. `on_kit` is called before the dependency kit
    /// is made, which takes seconds and happens once.
    ///
    /// # Errors
    /// Where compiling fails for a reason that is not in the source.
    pub fn compile(
        &self,
        source: &Source,
        cancel: &CancelToken,
        on_kit: &dyn Fn(),
    ) -> Result<Compilation, CompileError> {
        match &source.text {
            SourceText::Memory(text) => self.compile_bytes(source, text, cancel, on_kit),
            SourceText::File(path) => {
                for _ in 0..PATIENCE {
                    let text = read(path)?;
                    let compilation = self.compile_bytes(source, &text, cancel, on_kit)?;
                    if compilation == Compilation::Cancelled || read(path)? == text {
                        return Ok(compilation);
                    }
                }
                Err(CompileError::Restless { path: path.clone() })
            }
        }
    }

    fn compile_bytes(
        &self,
        source: &Source,
        text: &[u8],
        cancel: &CancelToken,
        on_kit: &dyn Fn(),
    ) -> Result<Compilation, CompileError> {
        let hash = digest::sha256(text);
        if text.len() as u64 > LONGEST_SOURCE.0 {
            let errors = format!("the source is longer than {LONGEST_SOURCE}, and is not compiled");
            return Ok(Compilation::Failed { errors, source: hash });
        }
        let recipe = match source.language {
            Language::C => command::Recipe::C(self.toolchain.c()?),
            Language::Rust => {
                let rust = self.toolchain.rust()?;
                let Some(kit) = kit::ready(self.kit, rust, cancel, on_kit)? else {
                    return Ok(Compilation::Cancelled);
                };
                command::Recipe::Rust(rust, kit)
            }
        };
        let unkept = |source| CompileError::Cache { path: self.cache.to_owned(), source };
        let cache = Cache::open(self.cache, &source.program).map_err(unkept)?;
        let key = recipe.key(source, &hash, self.colour);
        if let Some(Entry { executable, messages }) = cache.get(&key) {
            let work = Work::Saved;
            return Ok(Compilation::Compiled { executable, warnings: messages, source: hash, work });
        }

        let room = cache.room().map_err(unkept)?;
        let input = match &source.text {
            SourceText::File(path) => path.clone(),
            SourceText::Memory(_) => {
                let name = format!("{}.{}", source.program, source.language.extension());
                std::fs::write(room.path().join(&name), text).map_err(unkept)?;
                PathBuf::from(name)
            }
        };
        let job = command::Job { source, input: &input, room: room.path(), colour: self.colour };
        let unstarted = |source| CompileError::Run { tool: recipe.tool().to_owned(), source };
        let mut command = recipe.command(&job);
        let bounds = match self.bounds {
            Bounds::Free => None,
            Bounds::Laid(lay) => {
                let readable = recipe.reads().into_iter().chain([job.input]).collect();
                Some(lay(&mut command, &Reach { readable, writable: room.path() }).map_err(unstarted)?)
            }
        };
        let finished = process::run(command, LIMITS, cancel).map_err(unstarted)?;
        drop(bounds);
        let messages = match outcome(finished) {
            Outcome::Cancelled => return Ok(Compilation::Cancelled),
            Outcome::Failed(errors) if errors.contains("linker `cc` not found") => {
                return Err(CompileError::NoLinker);
            }
            Outcome::Failed(errors) => return Ok(Compilation::Failed { errors, source: hash }),
            Outcome::Compiled(messages) => messages,
        };
        let reuse = command::reuse(room.path(), &input);
        let Entry { executable, messages } = cache.put(&key, room, &messages, reuse).map_err(unkept)?;
        Ok(Compilation::Compiled { executable, warnings: messages, source: hash, work: Work::Done })
    }
}

impl Compilation {
    /// It as evidence; nothing where it was cancelled.
    #[must_use]
    pub fn build(&self) -> Option<Build> {
        match self {
            Self::Compiled { warnings, source, .. } => {
                Some(Build::Compiled { warnings: warnings.clone(), source: source.clone() })
            }
            Self::Failed { errors, source } => {
                Some(Build::Failed { errors: errors.clone(), source: source.clone() })
            }
            Self::Cancelled => None,
        }
    }
}

/// Reads a source, at most a byte more than is compiled. What is no regular file (a
/// FIFO, a terminal) could keep us waiting and is refused.
fn read(path: &Path) -> Result<Vec<u8>, CompileError> {
    let failed = |source| CompileError::Source { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(std::io::Error::other("it is not a regular file")));
    }
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut text = Vec::new();
    file.take(LONGEST_SOURCE.0 + 1).read_to_end(&mut text).map_err(failed)?;
    Ok(text)
}

enum Outcome {
    Compiled(String),
    Failed(String),
    Cancelled,
}

fn outcome(finished: Finished) -> Outcome {
    let Finished { end, output, dropped } = finished;
    let mut text = String::from_utf8_lossy(&output).into_owned();
    if dropped > 0 {
        let _ = writeln!(text, "\n… and {} more, not shown", Bytes(dropped)); // a String takes all
    }
    let stopped = |text: String, why: String| {
        Outcome::Failed(if text.is_empty() { why } else { format!("{}\n{why}", text.trim_end()) })
    };
    match end {
        End::Cancelled => Outcome::Cancelled,
        End::TimedOut => {
            let seconds = LIMITS.time.as_secs();
            stopped(text, format!("the compiler was stopped: it had not done after {seconds} seconds"))
        }
        End::Exited(status) if status.success() => Outcome::Compiled(text),
        End::Exited(status) if status.code().is_some() => Outcome::Failed(text),
        End::Exited(status) => stopped(text, format!("the compiler died: {status}")),
    }
}
