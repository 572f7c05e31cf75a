//! Files and signals: the Landlock ruleset (`landlock(7)`).

use std::os::fd::OwnedFd;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope, path_beneath_rules,
};

use super::{Level, Policy, SandboxError};

/// What every program needs to start: the dynamic linker, libraries, a few devices. All of it
/// is the same on every machine of a kind and says nothing about other people's work.
const SYSTEM: [&str; 10] = [
    "/usr",
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

/// Devices that hold nothing.
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// The newest interface whose rights are asked for; an older kernel gives what it has.
const NEWEST: ABI = ABI::V6;

/// The ruleset, where the kernel has Landlock, and the level that it reaches.
pub(super) fn ruleset(policy: &Policy<'_>) -> Result<(Option<OwnedFd>, Level), SandboxError> {
    let everything = AccessFs::from_all(NEWEST);
    let reading = AccessFs::from_read(NEWEST);
    let using: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::WriteFile;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(everything)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM.map(Path::new), reading))?
        .add_rules(path_beneath_rules(DEVICES.map(Path::new), using))?
        .add_rules(path_beneath_rules(policy.readable, reading))?
        .add_rules(path_beneath_rules(policy.writable, everything))?;
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
