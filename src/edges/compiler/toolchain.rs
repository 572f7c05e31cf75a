//! The compilers of this machine, each looked for once.
//!
//! `rustc` on the PATH is usually rustup's proxy, which takes 16 ms to find the
//! real one; it is asked once where that is. A C compiler is what `$CC` says, or the
//! first of `cc`, `gcc` and `clang`.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::words::digest;

/// The compilers of this machine; each is looked for when it is first asked for.
#[derive(Debug, Default)]
pub struct Toolchain {
    rust: OnceLock<Result<RustCompiler, ToolError>>,
    c: OnceLock<Result<CCompiler, ToolError>>,
}

/// A Rust compiler with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustCompiler {
    /// The real `rustc`, no proxy.
    pub rustc: PathBuf,
    /// The `cargo` beside it, or that on the PATH; nothing where there is none.
    pub cargo: Option<PathBuf>,
    /// The folder of all that belongs to it (`rustc --print sysroot`).
    pub(super) root: PathBuf,
    /// Changes when the compiler does.
    pub(super) identity: String,
}

/// A C compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CCompiler {
    /// Its path.
    pub cc: PathBuf,
    /// What `$CC` says behind its name (`gcc -m32`).
    pub arguments: Vec<OsString>,
    /// Changes when the compiler does.
    pub(super) identity: String,
}

/// Why there is no compiler.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// None is on the PATH.
    #[error("no {language} compiler is installed: {advice}")]
    Missing {
        /// `Rust`, `C`.
        language: &'static str,
        /// How to get one.
        advice: &'static str,
    },
    /// It is there and does not answer.
    #[error("{} does not work: {reason}", path.display())]
    Broken {
        /// Its path.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl Toolchain {
    /// A toolchain of which nothing has been looked for yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The Rust compiler.
    ///
    /// # Errors
    /// Where there is none, or rustup has no toolchain to offer.
    pub fn rust(&self) -> Result<&RustCompiler, ToolError> {
        self.rust.get_or_init(find_rust).as_ref().map_err(Clone::clone)
    }

    /// The C compiler.
    ///
    /// # Errors
    /// Where there is none.
    pub fn c(&self) -> Result<&CCompiler, ToolError> {
        self.c.get_or_init(find_c).as_ref().map_err(Clone::clone)
    }
}

impl RustCompiler {
    /// What it says of itself: `rustc 1.95.0 (59807616e 2026-04-14)`.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn version(&self) -> Result<String, ToolError> {
        first_line(&self.rustc, &["--version"])
    }

    /// The platform it compiles for by default: `x86_64-unknown-linux-gnu`.
    pub(super) fn host(&self) -> Result<String, ToolError> {
        let told = ask(&self.rustc, &["-vV"])?;
        let host = told.lines().find_map(|line| line.strip_prefix("host: "));
        host.map(str::to_owned).ok_or_else(|| ToolError::Broken {
            path: self.rustc.clone(),
            reason: "it does not name its host".to_owned(),
        })
    }
}

impl CCompiler {
    /// What it says of itself: `gcc (Debian 12.2.0-14) 12.2.0`.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn version(&self) -> Result<String, ToolError> {
        first_line(&self.cc, &["--version"])
    }
}

fn find_rust() -> Result<RustCompiler, ToolError> {
    let named = env::var_os("RUSTC").and_then(|named| on_path(Path::new(&named)));
    let proxy = named
        .or_else(|| on_path(Path::new("rustc")))
        .ok_or(ToolError::Missing { language: "Rust", advice: "see https://rustup.rs" })?;
    let root = PathBuf::from(first_line(&proxy, &["--print", "sysroot"])?);
    let inside = |name: &str| Some(root.join("bin").join(name)).filter(|path| is_program(path));
    let rustc = inside("rustc").unwrap_or(proxy);
    let cargo = inside("cargo").or_else(|| on_path(Path::new("cargo")));
    let identity = identity(&rustc, &[])?;
    Ok(RustCompiler { rustc, cargo, root, identity })
}

fn find_c() -> Result<CCompiler, ToolError> {
    let named = env::var("CC").unwrap_or_default();
    let mut words = named.split_whitespace().map(OsString::from);
    let (cc, arguments) = match words.next().and_then(|name| on_path(Path::new(&name))) {
        Some(cc) => (cc, words.collect()),
        None => {
            let found = ["cc", "gcc", "clang"].iter().find_map(|name| on_path(Path::new(name)));
            let missing = ToolError::Missing { language: "C", advice: "install gcc or clang" };
            (found.ok_or(missing)?, Vec::new())
        }
    };
    let identity = identity(&cc, &arguments)?;
    Ok(CCompiler { cc, arguments, identity })
}

/// A text that changes when the program at `path` is exchanged: quicker to have than its
/// version, and enough to tell a cached result from a stale one.
fn identity(path: &Path, arguments: &[OsString]) -> Result<String, ToolError> {
    let failed =
        |error: std::io::Error| ToolError::Broken { path: path.to_owned(), reason: error.to_string() };
    let real = path.canonicalize().map_err(failed)?;
    let metadata = real.metadata().map_err(failed)?;
    let (size, seconds, nanos) = (metadata.size(), metadata.mtime(), metadata.mtime_nsec());
    Ok(digest::sha256(format!("{real:?} {arguments:?} {size} {seconds}.{nanos}").as_bytes()))
}

/// Looks for a program as a shell does: a name on the PATH, a path with a slash as it is.
fn on_path(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return is_program(program).then(|| program.to_owned());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn first_line(program: &Path, questions: &[&str]) -> Result<String, ToolError> {
    ask(program, questions).map(|told| told.lines().next().unwrap_or_default().trim().to_owned())
}

fn ask(program: &Path, questions: &[&str]) -> Result<String, ToolError> {
    let broken = |reason: String| ToolError::Broken { path: program.to_owned(), reason };
    let answer = Command::new(program)
        .args(questions)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| broken(error.to_string()))?;
    if !answer.status.success() {
        let told = String::from_utf8_lossy(&answer.stderr);
        return Err(broken(told.trim().lines().next().unwrap_or("it fails without a word").to_owned()));
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_on_the_path_and_paths_are_not() {
        assert!(on_path(Path::new("sh")).is_some());
        assert!(on_path(Path::new("/bin/sh")).is_some());
        assert_eq!(on_path(Path::new("no-such-program-anywhere")), None);
        assert_eq!(on_path(Path::new("/bin/no-such-program")), None);
        assert_eq!(on_path(Path::new("/")), None);
    }

    #[test]
    fn a_tool_that_fails_is_told_with_its_own_words() {
        let error = ask(Path::new("/bin/sh"), &["-c", "echo no toolchain >&2; exit 1"]).unwrap_err();
        assert_eq!(error.to_string(), "/bin/sh does not work: no toolchain");
    }

    #[test]
    fn an_identity_changes_with_the_arguments_and_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let tool = directory.path().join("tool");
        std::fs::write(&tool, "one").unwrap();
        let first = identity(&tool, &[]).unwrap();
        assert_ne!(first, identity(&tool, &["-m32".into()]).unwrap());
        std::fs::write(&tool, "another").unwrap();
        assert_ne!(first, identity(&tool, &[]).unwrap());
    }
}
