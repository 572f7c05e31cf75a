//! Files and signals: the Landlock ruleset (`landlock(7)`).

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope, path_beneath_rules,
};

use super::{Level, Policy, SandboxError, Subject};

/// What every program needs to start: the dynamic linker, libraries, tools. All of it is the
/// same on every machine of a kind and says nothing about other people's work; where an
/// administrator puts their own (`/usr/local/bin`, `/usr/local/share`, `/opt`) is not among it.
const SYSTEM: [&str; 17] = [
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libx32",
    "/usr/libexec",
    "/usr/bin",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/proc",
    "/sys/kernel/mm",
    "/sys/devices/system/cpu",
];

/// What programs read besides.
const PROGRAMS: [&str; 2] = ["/usr/share/zoneinfo", "/usr/share/locale"];

/// What compilers read besides.
const COMPILERS: [&str; 3] = ["/usr/include", "/usr/local/include", "/usr/share/locale"];

/// Devices that hold nothing. A compiler gets the first alone: others can be included and never end.
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// The right to read files and folders and to execute files.
pub(super) fn reading() -> BitFlags<AccessFs> {
    AccessFs::from_read(NEWEST)
}

/// What every subject of its kind reads, devices included, `/proc` too.
pub(super) fn readable(subject: Subject) -> Vec<PathBuf> {
    let (further, devices) = further(subject);
    SYSTEM.iter().chain(devices).map(PathBuf::from).chain(further).collect()
}

fn further(subject: Subject) -> (Vec<PathBuf>, &'static [&'static str]) {
    match subject {
        Subject::Program => (PROGRAMS.map(PathBuf::from).to_vec(), &DEVICES[..]),
        Subject::Compiler => {
            (COMPILERS.map(PathBuf::from).into_iter().chain(kinds_of_machine()).collect(), &DEVICES[..1])
        }
    }
}

/// Folders of headers and tools for one kind of machine: `/usr/x86_64-linux-gnu`.
fn kinds_of_machine() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/usr").into_iter().flatten().flatten();
    let named = |path: &PathBuf| path.to_str().is_some_and(|path| path.contains("-linux-"));
    entries.map(|entry| entry.path()).filter(named).collect()
}

/// The newest interface whose rights are asked for; an older kernel gives what it has.
const NEWEST: ABI = ABI::V6;

/// The ruleset, where the kernel has Landlock, and the level that it reaches.
pub(super) fn ruleset(policy: &Policy<'_>) -> Result<(Option<OwnedFd>, Level), SandboxError> {
    let everything = AccessFs::from_all(NEWEST);
    let reading = reading();
    // What a program has written it cannot run: a file that may be run and not be read would
    // keep its process's books from the observer.
    let working = everything & !AccessFs::Execute;
    let using: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::WriteFile;
    let (further, devices) = further(policy.subject);
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(everything)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM.map(Path::new), reading))?
        .add_rules(path_beneath_rules(further, reading))?
        .add_rules(path_beneath_rules(devices, using))?
        .add_rules(path_beneath_rules(policy.readable, reading))?
        .add_rules(path_beneath_rules(policy.writable, working))?;
    let descriptor: Option<OwnedFd> = ruleset.into();
    let level = match descriptor {
        None => Level::Calls,
        Some(_) if scopes_signals() => Level::Signals,
        Some(_) => Level::Files,
    };
    Ok((descriptor, level))
}

/// Whether the kernel keeps signals inside: a ruleset that insists on it can be made.
fn scopes_signals() -> bool {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .scope(Scope::Signal)
        .and_then(Ruleset::create)
        .is_ok()
}
