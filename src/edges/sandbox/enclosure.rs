//! Namespaces of its own for whoever is confined: user (where root does not make them), process
//! ids, mounts, IPC, host name, and where it may make sockets the network too (`namespaces(7)`).
//!
//! An [`Enclosure`] is made for one run, all of whose programs enter it, or for one compiler. In it
//! there is no process but theirs, no file but those that its [`Policy`] names, at the paths
//! that they have outside, and no network. When it is dropped, the kernel kills whoever is left in it.
//!
//! Not everybody may make namespaces (containers, Ubuntu's AppArmor): whether they can be had is
//! found out by making an enclosure once.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd as _, FromRawFd as _, OwnedFd};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use libc::pid_t;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, getegid, geteuid};

use super::holder::{self, Failure, Plan};
use super::{Policy, SandboxError, Sockets, Subject, files, view};
use crate::vocabulary::confinement::{Confinement, Namespaces};
use crate::words::units::Bytes;

/// Namespaces that nobody but their programs is in, until it is dropped.
#[derive(Debug)]
pub struct Enclosure {
    holder: pid_t,
    /// The same (`pidfd_open(2)`).
    process: OwnedFd,
    /// The holder lives as long as this is open.
    leash: Option<OwnedFd>,
    kinds: i32,
}

/// How this user gets namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By right: it has `CAP_SYS_ADMIN`.
    Privilege,
    /// In a user namespace, which anybody may make where that is not forbidden.
    UserNamespace,
}

/// Why there can be no enclosure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("namespaces cannot be had: {step} was refused ({cause})")]
pub struct Unavailable {
    step: &'static str,
    cause: String,
}

impl Unavailable {
    fn new(step: &'static str, error: &io::Error) -> Self {
        let cause = match error.raw_os_error() {
            Some(number) => nix::errno::Errno::from_raw(number).desc().to_lowercase(),
            None => error.to_string(),
        };
        Self { step, cause }
    }

    /// What would help.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        REMEDY
    }
}

/// What it takes to have namespaces.
pub(super) const REMEDY: &str = "namespaces need Linux 5.12 and the right to make them: as root, or as anybody where neither \
     sysctl (kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces) nor a container \
     (--privileged) stands against it";

const COMMON: i32 = libc::CLONE_NEWPID | libc::CLONE_NEWNS | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;

/// How long whoever is left in an enclosure may take to be gone once it is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// How this user gets namespaces; found out once.
///
/// # Errors
/// Where it gets none.
pub fn means() -> Result<Means, &'static Unavailable> {
    static FOUND: OnceLock<Result<Means, Unavailable>> = OnceLock::new();
    FOUND.get_or_init(find).as_ref().copied()
}

fn find() -> Result<Means, Unavailable> {
    let nothing = Policy {
        subject: Subject::Program,
        readable: &[],
        writable: &[],
        sockets: Sockets::Unix,
        file_size: Bytes(0),
    };
    let try_by = |means| {
        let enclosure = Enclosure::make(&nothing, means)?;
        enter_and_leave(&enclosure).map_err(|error| Unavailable::new("entering them", &error))
    };
    if geteuid().is_root() && try_by(Means::Privilege).is_ok() {
        return Ok(Means::Privilege);
    }
    try_by(Means::UserNamespace).map(|()| Means::UserNamespace)
}

/// Whether a process can be made in there.
fn enter_and_leave(enclosure: &Enclosure) -> io::Result<()> {
    let mut command = std::process::Command::new("/proc/self/exe");
    let mut confinement = Confinement::default();
    enclosure.confine(&mut confinement)?;
    super::apply::leave_at_once(&mut command, confinement);
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

impl Enclosure {
    /// One for what `policy` says; nothing where this machine has none.
    ///
    /// # Errors
    /// Where the system refuses what it has given before.
    pub fn open(policy: &Policy<'_>) -> Result<Option<Self>, SandboxError> {
        match means() {
            Ok(means) => Self::make(policy, means).map(Some).map_err(SandboxError::Enclosure),
            Err(_) => Ok(None),
        }
    }

    fn make(policy: &Policy<'_>, means: Means) -> Result<Self, Unavailable> {
        let failed = |step| move |error: io::Error| Unavailable::new(step, &error);
        let network = match policy.sockets {
            Sockets::Forbidden => 0,
            Sockets::Unix => libc::CLONE_NEWNET,
        };
        let (user, ids) = match means {
            Means::Privilege => (0, None),
            Means::UserNamespace => (libc::CLONE_NEWUSER, Some(ids().map_err(failed("naming the user"))?)),
        };
        let kinds = COMMON | network | user;
        let plan = Plan { kinds, view: view::of(policy), ids };
        let pipe = || io::pipe().map(|(reader, writer)| (OwnedFd::from(reader), OwnedFd::from(writer)));
        let (leash_end, leash) = pipe().map_err(failed("making a pipe"))?;
        let (report, report_end) = pipe().map_err(failed("making a pipe"))?;
        let holder = holder::make(&plan, &leash_end, &report_end).map_err(failed("making them"))?;
        drop((leash_end, report_end));
        let process = pidfd(holder);
        let mut said = [u8::MAX; 5];
        // A copy of the pipe's other end may live on in a process that another thread is starting: what
        // is read is a whole report, not all there is.
        let told = File::from(report).read_exact(&mut said);
        let enclosure = match process {
            Ok(process) => Self { holder, process, leash: Some(leash), kinds },
            Err(error) => {
                drop(leash);
                let _ended = waitpid(Pid::from_raw(holder), None);
                return Err(Unavailable::new("watching them", &error));
            }
        };
        told.map_err(failed("making them"))?;
        match holder::said(said) {
            Ok(()) => Ok(enclosure),
            Err(Failure::At(stage, error)) => Err(Unavailable::new(stage.words(), &error)),
            Err(Failure::Making(error)) => Err(Unavailable::new("making them", &error)),
        }
    }

    /// Has a process that is confined by `confinement` enter first.
    ///
    /// # Errors
    /// Where there are no descriptors left.
    pub fn confine(&self, confinement: &mut Confinement) -> io::Result<()> {
        let holder = self.process.as_fd().try_clone_to_owned()?;
        confinement.namespaces =
            Some(Namespaces { holder, kinds: self.kinds, proc_rights: files::reading().bits() });
        Ok(())
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        self.leash = None;
        let holder = Pid::from_raw(self.holder);
        // It is our child and not reaped: the id is its own.
        let _gone_already = kill(holder, Signal::SIGKILL);
        let until = Instant::now() + PATIENCE;
        loop {
            let left = PollTimeout::try_from(until.saturating_duration_since(Instant::now()));
            let mut watched = [PollFd::new(self.process.as_fd(), PollFlags::POLLIN)];
            match poll(&mut watched, left.unwrap_or(PollTimeout::MAX)) {
                Err(nix::errno::Errno::EINTR) => {}
                // It ends when all in there have: one that waits for a device is not waited for.
                Ok(0) | Err(_) => return,
                Ok(_) => break,
            }
        }
        let _reaped = waitpid(holder, None);
    }
}

/// This user, and this group, each mapped to itself.
fn ids() -> io::Result<[CString; 2]> {
    let map = |id: u32| CString::new(format!("{id} {id} 1")).map_err(io::Error::other);
    Ok([map(geteuid().as_raw())?, map(getegid().as_raw())?])
}

#[expect(unsafe_code, reason = "pidfd_open(2) has no safe wrapper here")]
fn pidfd(process: pid_t) -> io::Result<OwnedFd> {
    // SAFETY: has no pointers; the descriptor that it gives is ours alone.
    unsafe {
        let descriptor = libc::syscall(libc::SYS_pidfd_open, process, 0);
        if descriptor == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(descriptor as i32))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn inside(script: &str, policy: &Policy<'_>) -> Option<std::process::Output> {
        let enclosure = Enclosure::open(policy).unwrap()?;
        let (mut confinement, _) = super::super::confine(policy).unwrap();
        enclosure.confine(&mut confinement).unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).env_clear().current_dir("/");
        super::super::apply(&mut command, confinement);
        Some(command.output().unwrap())
    }

    fn policy<'a>(writable: &'a [&'a Path]) -> Policy<'a> {
        Policy {
            subject: Subject::Compiler,
            readable: &[],
            writable,
            sockets: Sockets::Forbidden,
            file_size: Bytes::mib(1),
        }
    }

    #[test]
    fn others_are_not_to_be_seen() {
        let own = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let script = format!(
            "echo /proc/[0-9]*; test -e {} && echo seen; test -w {} && echo writable; test -e /etc/passwd && \
             echo seen; read x < /proc/self/stat && echo \"$x\"",
            other.path().display(),
            own.path().display(),
        );
        let Some(output) = inside(&script, &policy(&[own.path()])) else { return };
        let text = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(&lines[..2], ["/proc/2", "writable"], "{output:?}");
        assert!(lines[2].starts_with("2 (sh)"), "{output:?}");
    }

    #[test]
    fn how_it_ended_is_told_outside() {
        let policy = policy(&[]);
        let Some(output) = inside("exit 7", &policy) else { return };
        assert_eq!(output.status.code(), Some(7));
        use std::os::unix::process::ExitStatusExt as _;
        let output = inside("kill -ABRT $$", &policy).unwrap();
        assert_eq!(output.status.signal(), Some(libc::SIGABRT));
    }

    #[test]
    fn whoever_is_left_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let writable = [folder.path()];
        let policy = policy(&writable);
        let Some(enclosure) = Enclosure::open(&policy).unwrap() else { return };
        let (mut confinement, _) = super::super::confine(&policy).unwrap();
        enclosure.confine(&mut confinement).unwrap();
        let (reader, writer) = io::pipe().unwrap();
        let mut command = Command::new("/bin/sh");
        let script =
            format!("(trap '' HUP TERM; echo > {}/there; sleep 100) & exit 0", folder.path().display());
        command.arg("-c").arg(script).env_clear().current_dir("/").stdout(writer);
        super::super::apply(&mut command, confinement);
        assert!(command.status().unwrap().success());
        drop(command);
        let mut all = Vec::new();
        drop(enclosure);
        // It comes to its end: nobody holds the other end any more.
        { reader }.read_to_end(&mut all).unwrap();
    }

    #[test]
    fn a_reason_is_told_where_there_are_none() {
        let error = Unavailable::new("making them", &io::Error::from_raw_os_error(libc::EPERM));
        assert_eq!(
            error.to_string(),
            "namespaces cannot be had: making them was refused (operation not permitted)"
        );
        assert!(error.remedy().contains("Linux 5.12"));
    }
}
