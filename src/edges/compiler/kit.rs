//! The dependency kit: memmap2 and libc, compiled once for all Rust programs.
//!
//! The kit is a package that depends on the two in the versions (and with the
//! checksums) that the runner itself was built with, so that a machine that built
//! the runner has them already and needs no network. Cargo builds it; `kit.json`
//! notes what came out and by which compiler, and is written last: without it, or
//! after the compiler was exchanged, the kit is built again. A lock on its directory
//! lets one runner build while others wait.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::process::{self, End, Limits};
use super::toolchain::{RustCompiler, ToolError};
use crate::flow::cancel::CancelToken;
use crate::words::digest;
use crate::words::units::Bytes;

/// A kit that can be compiled against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kit {
    /// Changes when the compiler or the crates do.
    pub(super) identity: String,
    /// The compiled crate.
    pub(super) memmap2: PathBuf,
    /// The compiled crate.
    pub(super) libc: PathBuf,
    /// The directory of what the two depend on.
    pub(super) dependencies: PathBuf,
}

/// Why there is no kit.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// Cargo is not installed.
    #[error("cargo is needed once to compile memmap2 and libc, and is not installed: see https://rustup.rs")]
    NoCargo,
    /// Cargo failed, without the network and with it.
    #[error(
        "cannot compile memmap2 and libc for Rust programs in {}: they are not in cargo's cache, and fetching them failed:\n{told}",
        path.display()
    )]
    Cargo {
        /// The kit's directory.
        path: PathBuf,
        /// What cargo printed.
        told: String,
    },
    /// Cargo succeeded, and what it made was not found.
    #[error("cargo compiled {} and did not say where {missing} is", path.display())]
    Incomplete {
        /// The kit's directory.
        path: PathBuf,
        /// The crate.
        missing: &'static str,
    },
    /// The compiler does not answer.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The kit's directory cannot be written.
    #[error("cannot make the dependency kit in {}", path.display())]
    Write {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

const MANIFEST: &str = "\
# Made by mmaplings: the crates that Rust programs of the course can use.
[package]
name = \"mmaplings-kit\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[lib]
path = \"lib.rs\"

[profile.release]
debug = false

# A workspace of its own, whatever folder it is in.
[workspace]

[dependencies]
";

const LIMITS: Limits = Limits { time: Duration::from_secs(300), output: Bytes::mib(4) };

/// How often one that waits for another's build looks whether it is done.
const LOOK: Duration = Duration::from_millis(20);

/// The kit at `folder` for `rust`, built if need be after `on_build` was called; nothing where
/// that was cancelled.
pub(super) fn ready(
    folder: &Path,
    rust: &RustCompiler,
    cancel: &CancelToken,
    on_build: &dyn Fn(),
) -> Result<Option<Kit>, KitError> {
    let pins = pins();
    let identity = digest::sha256(format!("{} {MANIFEST} {pins:?}", rust.identity).as_bytes());
    if let Some(kit) = find(folder, &identity) {
        return Ok(Some(kit));
    }
    let unwritten = |source| KitError::Write { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(unwritten)?;
    let Some(_lock) = lock(folder, cancel).map_err(unwritten)? else { return Ok(None) };
    if let Some(kit) = find(folder, &identity) {
        return Ok(Some(kit)); // somebody else has built it meanwhile
    }
    on_build();
    let folder = folder.canonicalize().map_err(unwritten)?;
    write_package(&folder, &pins).map_err(unwritten)?;
    let Some(told) = build(&folder, rust, cancel)? else { return Ok(None) };
    let artefact = |name: &'static str| {
        let found = told.lines().find_map(|line| library(line, name));
        found.ok_or_else(|| KitError::Incomplete { path: folder.clone(), missing: name })
    };
    let (memmap2, libc) = (artefact("memmap2")?, artefact("libc")?);
    let dependencies = memmap2.parent().unwrap_or(&folder).to_owned();
    let kit = Kit { identity, memmap2, libc, dependencies };
    note(&folder, &kit).map_err(unwritten)?;
    Ok(Some(kit))
}

fn find(folder: &Path, identity: &str) -> Option<Kit> {
    let kit: Kit = serde_json::from_slice(&fs::read(folder.join("kit.json")).ok()?).ok()?;
    (kit.identity == identity && kit.memmap2.is_file() && kit.libc.is_file()).then_some(kit)
}

fn note(folder: &Path, kit: &Kit) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(kit)?)?;
    file.persist(folder.join("kit.json")).map(drop).map_err(|error| error.error)
}

/// The lock on the kit, held until the file is closed; nothing where waiting was cancelled.
fn lock(folder: &Path, cancel: &CancelToken) -> io::Result<Option<File>> {
    let file = File::create(folder.join("lock"))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// A crate as the runner's own lock file pins it.
#[derive(Clone, Debug, Deserialize)]
struct Pin {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

fn pins() -> Vec<Pin> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Pin>,
    }
    let lock: Lock =
        toml::from_str(include_str!("../../../Cargo.lock")).unwrap_or(Lock { package: Vec::new() });
    lock.package.into_iter().filter(|pin| matches!(pin.name.as_str(), "memmap2" | "libc")).collect()
}

fn write_package(folder: &Path, pins: &[Pin]) -> io::Result<()> {
    let mut manifest = MANIFEST.to_owned();
    let mut lock = "version = 4\n".to_owned();
    for Pin { name, version, source, checksum } in pins {
        manifest += &format!("{name} = \"={version}\"\n");
        lock += &format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        lock += &source.iter().map(|source| format!("source = \"{source}\"\n")).collect::<String>();
        lock += &checksum.iter().map(|sum| format!("checksum = \"{sum}\"\n")).collect::<String>();
        if name == "memmap2" {
            lock += "dependencies = [\n \"libc\",\n]\n";
        }
    }
    lock += "\n[[package]]\nname = \"mmaplings-kit\"\nversion = \"0.0.0\"\n";
    lock += "dependencies = [\n \"libc\",\n \"memmap2\",\n]\n";
    fs::write(folder.join("lib.rs"), "//! Only the dependencies of this package are used.\n")?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("Cargo.lock"), lock)
}

/// Runs cargo, without the network if that is enough; what it printed, or nothing where it
/// was cancelled.
fn build(folder: &Path, rust: &RustCompiler, cancel: &CancelToken) -> Result<Option<String>, KitError> {
    let cargo = rust.cargo.as_deref().ok_or(KitError::NoCargo)?;
    let host = rust.host()?;
    let mut told = String::new();
    for network in [Some("--offline"), None] {
        let mut command = Command::new(cargo);
        command.current_dir(folder).env("RUSTC", &rust.rustc);
        command.args(["build", "--release", "--locked", "--message-format=json-render-diagnostics"]);
        command.args(["--target", &host, "--target-dir"]).arg(folder.join("target"));
        command.args(network);
        for variable in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
        ] {
            command.env_remove(variable);
        }
        let finished = process::run(command, LIMITS, cancel)
            .map_err(|source| KitError::Write { path: cargo.to_owned(), source })?;
        told = String::from_utf8_lossy(&finished.output).into_owned();
        match finished.end {
            End::Exited(status) if status.success() => return Ok(Some(told)),
            End::Exited(_) => {}
            End::Cancelled => return Ok(None),
            End::TimedOut => told.push_str("cargo was stopped: it had not done after 5 minutes"),
        }
    }
    let told = told.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n");
    Err(KitError::Cargo { path: folder.to_owned(), told })
}

/// The compiled library of the crate `name`, if `line` is cargo's message about it.
fn library(line: &str, name: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        reason: String,
        target: Target,
        filenames: Vec<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let message: Message = serde_json::from_str(line).ok()?;
    let wanted = message.reason == "compiler-artifact"
        && message.target.name == name
        && message.target.kind.iter().any(|kind| kind == "lib");
    message
        .filenames
        .into_iter()
        .find(|path| wanted && path.extension().is_some_and(|ending| ending == "rlib"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_pins_both_crates() {
        let pins = pins();
        let names: Vec<_> = pins.iter().map(|pin| pin.name.as_str()).collect();
        assert_eq!(names, ["libc", "memmap2"]);
        assert!(pins.iter().all(|pin| pin.checksum.is_some()));
    }

    #[test]
    fn a_library_is_told_from_a_build_script() {
        let message = |kind: &str, file: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"name":"libc","kind":["{kind}"]}},"filenames":["/t/{file}","/t/x.rmeta"]}}"#
            )
        };
        let found = library(&message("lib", "liblibc-1.rlib"), "libc");
        assert_eq!(found, Some(PathBuf::from("/t/liblibc-1.rlib")));
        assert_eq!(library(&message("custom-build", "build"), "libc"), None);
        assert_eq!(library("   Compiling libc", "libc"), None);
    }
}
