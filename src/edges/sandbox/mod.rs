//! The sandbox: what an untrusted program, or the compiler that builds it, may do.
//!
//! Built from what works everywhere without privileges: Landlock for files and signals
//! (`landlock(7)`), seccomp for calls that no lesson needs (`seccomp(2)`), `setrlimit(2)`
//! for file sizes; and around that, where they can be had, namespaces (an [`Enclosure`]). What a
//! machine lacks lowers the [`Level`], which goes into the result; it is never passed over in silence.
//!
//! Applied by whoever starts the process: the tracer for programs, [`apply`] for
//! compilers. Wall time, memory, processes and output are the runner's own to limit,
//! since it sees them from outside.

mod apply;
mod calls;
mod enclosure;
mod files;
mod holder;
mod view;

use std::path::Path;

use crate::vocabulary::confinement::{Confinement, Privileges, ResourceLimit};
use crate::words::units::Bytes;

pub use self::apply::apply;
pub use self::enclosure::{Enclosure, Means, Unavailable, means};
pub use crate::vocabulary::confinement::Level;

/// What a program is confined to.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// What is confined.
    pub subject: Subject,
    /// Files and directories that it may read and execute, besides the system's own libraries.
    pub readable: &'a [&'a Path],
    /// Files and directories in which it may do as it likes.
    pub writable: &'a [&'a Path],
    /// Whether it may make sockets.
    pub sockets: Sockets,
    /// The largest file that it may write.
    pub file_size: Bytes,
}

/// What is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A program under the observer, which notes the calls that are refused.
    Program,
    /// A compiler, which nobody observes.
    Compiler,
}

/// Sockets that a program may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// None but pairs of Unix sockets (`socketpair(2)`), which reach nobody else.
    Forbidden,
    /// Unix sockets alone: nothing leaves the machine.
    Unix,
}

/// That this machine cannot confine programs as far as is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("programs are to be confined to level {required}, and this machine reaches level {reached}")]
pub struct Shortfall {
    /// What is asked for.
    pub required: Level,
    /// What can be had.
    pub reached: Level,
}

/// What a result must rest on: a level below which nothing is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement(pub Level);

impl Requirement {
    /// Whether `reached` is enough.
    ///
    /// # Errors
    /// Where it is not.
    pub fn check(self, reached: Level) -> Result<(), Shortfall> {
        let Self(required) = self;
        if reached < required { Err(Shortfall { required, reached }) } else { Ok(()) }
    }
}

impl Shortfall {
    /// What it takes.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self.required {
            Level::Calls => "seccomp, which every kernel that is still cared for has",
            Level::Files => {
                "files need Landlock: Linux 5.13 or newer, with landlock among the names in /sys/kernel/security/lsm"
            }
            Level::Signals => "signals need the sixth interface of Landlock: Linux 6.12 or newer",
            Level::Namespaces => enclosure::REMEDY,
            Level::Groups => {
                "groups need all that and control groups of memory: as root, or in a session of systemd"
            }
        }
    }
}

/// Why a confinement could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Landlock refused the rules.
    #[error("cannot make a Landlock ruleset")]
    Landlock(#[from] landlock::RulesetError),
    /// The list of forbidden calls could not be compiled.
    #[error("cannot compile the seccomp filter")]
    Seccomp(#[from] seccompiler::BackendError),
    /// The machine is of an architecture that the filter does not know.
    #[error("no seccomp filter is written for {architecture}")]
    Architecture {
        /// Which.
        architecture: &'static str,
    },
    /// Namespaces were refused that could be had before.
    #[error(transparent)]
    Enclosure(Unavailable),
    /// A descriptor of theirs could not be had.
    #[error("cannot have a program enter its namespaces")]
    Descriptors(#[source] std::io::Error),
}

/// The confinement that `policy` asks for, as far as the kernel gives it to everybody, and how far
/// that is. What an [`Enclosure`] adds is added by [`Enclosure::confine`].
///
/// # Errors
/// Where the kernel refuses what it says it can do.
pub fn confine(policy: &Policy<'_>) -> Result<(Confinement, Level), SandboxError> {
    let (landlock, level) = files::ruleset(policy)?;
    let confinement = Confinement {
        landlock,
        filters: calls::filters(policy.subject, policy.sockets)?,
        limits: vec![
            limit(libc::RLIMIT_FSIZE, policy.file_size.0),
            limit(libc::RLIMIT_NOFILE, 512),
            limit(libc::RLIMIT_CORE, 0),
            limit(libc::RLIMIT_MSGQUEUE, 0),
        ],
        privileges: Privileges::Drop,
        umask: Some(0o077),
        ..Confinement::default()
    };
    Ok((confinement, level))
}

const fn limit(resource: libc::__rlimit_resource_t, value: u64) -> ResourceLimit {
    ResourceLimit { resource, soft: value, hard: value }
}

/// The level that this machine reaches for this user, control groups left aside.
///
/// # Errors
/// Where the kernel refuses what it says it can do.
pub fn level() -> Result<Level, SandboxError> {
    Ok(match kernel_level()? {
        Level::Signals if means().is_ok() => Level::Namespaces,
        level => level,
    })
}

/// The level that the kernel gives to everybody.
fn kernel_level() -> Result<Level, SandboxError> {
    let nothing = Policy {
        subject: Subject::Program,
        readable: &[],
        writable: &[],
        sockets: Sockets::Forbidden,
        file_size: Bytes(0),
    };
    files::ruleset(&nothing).map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn shell(script: &str, policy: &Policy<'_>) -> std::process::Output {
        let (confinement, _) = confine(policy).unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).env_clear().current_dir("/");
        apply(&mut command, confinement);
        command.output().unwrap()
    }

    #[test]
    fn files_outside_can_be_neither_read_nor_written() {
        if level().unwrap() < Level::Files {
            return;
        }
        let inside = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        std::fs::write(&secret, "secret").unwrap();
        let policy = Policy {
            subject: Subject::Compiler,
            readable: &[],
            writable: &[inside.path()],
            sockets: Sockets::Forbidden,
            file_size: Bytes::mib(1),
        };
        let own = inside.path().join("own");
        assert!(shell(&format!("echo x > {0} && read y < {0}", own.display()), &policy).status.success());
        assert!(!shell(&format!("read y < {}", secret.display()), &policy).status.success());
        assert!(!shell(&format!("echo x > {}", secret.display()), &policy).status.success());
        assert_eq!(std::fs::read_to_string(&secret).unwrap(), "secret");
    }

    #[test]
    fn a_requirement_is_met_by_its_level_and_those_above() {
        let requirement = Requirement(Level::Files);
        assert_eq!(requirement.check(Level::Files), Ok(()));
        assert_eq!(requirement.check(Level::Signals), Ok(()));
        let shortfall = requirement.check(Level::Calls).unwrap_err();
        assert_eq!(
            shortfall.to_string(),
            "programs are to be confined to level files, and this machine reaches level calls"
        );
        assert!(shortfall.remedy().contains("Landlock"));
    }

    #[test]
    fn signals_do_not_leave_the_sandbox() {
        if level().unwrap() < Level::Signals {
            return;
        }
        let policy = Policy {
            subject: Subject::Compiler,
            readable: &[],
            writable: &[],
            sockets: Sockets::Forbidden,
            file_size: Bytes::mib(1),
        };
        let own = std::process::id();
        assert!(!shell(&format!("kill -0 {own}"), &policy).status.success());
        assert!(shell("kill -0 $$", &policy).status.success());
    }

    #[test]
    fn a_file_cannot_outgrow_its_limit() {
        let inside = tempfile::tempdir().unwrap();
        let policy = Policy {
            subject: Subject::Compiler,
            readable: &[],
            writable: &[inside.path()],
            sockets: Sockets::Forbidden,
            file_size: Bytes::kib(64),
        };
        let file = inside.path().join("big");
        let script = format!("head -c 1000000 /dev/zero > {}", file.display());
        assert!(!shell(&script, &policy).status.success());
        assert!(std::fs::metadata(&file).unwrap().len() <= 64 << 10);
    }
}
