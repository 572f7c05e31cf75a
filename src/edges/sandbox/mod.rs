//! The sandbox: what an untrusted program, or the compiler that builds it, may do.
//!
//! Built from what works everywhere without privileges: Landlock for files and signals
//! (`landlock(7)`), seccomp for calls that no lesson needs (`seccomp(2)`), `setrlimit(2)`
//! for file sizes. Namespaces are not needed for any of it. What a kernel lacks lowers
//! the [`Level`], which goes into the result; it is never passed over in silence.
//!
//! Applied by whoever starts the process: the tracer for programs, [`apply`] for
//! compilers. Wall time, memory, processes and output are the runner's own to limit,
//! since it sees them from outside.

mod calls;
mod files;

use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::vocabulary::confinement::{
    BpfInstruction, CapabilityHeader, CapabilityWord, Confinement, KEPT_CAPABILITY, Privileges, ResourceLimit,
};
use crate::words::units::Bytes;

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
    /// It could not be laid on a process.
    #[error("cannot confine the process")]
    Apply(#[source] io::Error),
}

/// The confinement that `policy` asks for, as far as this kernel goes, and how far that is.
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

/// The level that this kernel reaches.
///
/// # Errors
/// Where the kernel refuses what it says it can do.
pub fn level() -> Result<Level, SandboxError> {
    let nothing = Policy {
        subject: Subject::Program,
        readable: &[],
        writable: &[],
        sockets: Sockets::Forbidden,
        file_size: Bytes(0),
    };
    files::ruleset(&nothing).map(|(_, level)| level)
}

/// Lays `confinement` on the process that `command` will start, between fork and exec.
#[expect(unsafe_code, reason = "pre_exec and the raw calls that confine the child")]
pub fn apply(command: &mut Command, confinement: Confinement) {
    let lay_on = move || {
        for limit in &confinement.limits {
            let value = libc::rlimit64 { rlim_cur: limit.soft, rlim_max: limit.hard };
            // SAFETY: reads a local; changes this process alone.
            check(unsafe {
                let none = std::ptr::null_mut::<libc::rlimit64>();
                libc::syscall(libc::SYS_prlimit64, 0, limit.resource, &raw const value, none)
            })?;
        }
        if let Some(mask) = confinement.umask {
            // SAFETY: has no pointers and cannot fail.
            unsafe { libc::umask(mask as libc::mode_t) };
        }
        if confinement.privileges == Privileges::Drop {
            drop_privileges()?;
        }
        // SAFETY: has no pointers.
        check(unsafe {
            libc::syscall(libc::SYS_prctl, libc::PR_SET_NO_NEW_PRIVS, 1_u64, 0_u64, 0_u64, 0_u64)
        })?;
        if let Some(ruleset) = &confinement.landlock {
            let descriptor = ruleset.as_raw_fd();
            let flags = confinement.landlock_flags;
            // SAFETY: has no pointers; the descriptor is open.
            check(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, descriptor, flags) })?;
        }
        for filter in &confinement.filters {
            install(filter)?;
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls only; it neither allocates nor takes a lock.
    unsafe { command.pre_exec(lay_on) };
}

/// Gives up all capabilities but [`KEPT_CAPABILITY`]. Together with `NO_NEW_PRIVS` none come back
/// with exec, not even for root (`capabilities(7)`).
#[expect(unsafe_code, reason = "capset(2) has no safe wrapper")]
fn drop_privileges() -> io::Result<()> {
    let header = CapabilityHeader::OWN;
    let kept = CapabilityWord { effective: KEPT_CAPABILITY, permitted: KEPT_CAPABILITY, inheritable: 0 };
    let mut held = [CapabilityWord::default(); 2];
    // SAFETY: both calls are given a header and two words, as version 3 has it; they outlive the calls.
    unsafe {
        check(libc::syscall(libc::SYS_capget, &raw const header, held.as_mut_ptr()))?;
        let wanted = [kept.within(held[0]), CapabilityWord::default()];
        check(libc::syscall(libc::SYS_capset, &raw const header, wanted.as_ptr()))
    }
}

#[expect(unsafe_code, reason = "seccomp(2) has no safe wrapper for a filter that is plain data")]
fn install(filter: &[BpfInstruction]) -> io::Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).unwrap_or(u16::MAX),
        // `BpfInstruction` is laid out as `sock_filter`; the kernel only reads it.
        filter: filter.as_ptr().cast_mut().cast(),
    };
    // SAFETY: the program and its instructions outlive the call.
    check(unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program) })
}

fn check(result: libc::c_long) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
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
