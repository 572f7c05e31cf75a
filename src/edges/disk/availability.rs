//! Whether this machine lets this user have a power-cut disk, by which means, and
//! what helps where it does not.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

use super::error::DiskError;
use super::mounting::{Means, find_helper};
use super::{DiskOptions, PowerCutDisk};

/// Whether a power-cut disk can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It can: one was mounted and unmounted just now, or nothing is missing for it.
    Available {
        /// How.
        means: Means,
    },
    /// Not as things stand, but in a namespace of one's own: see [`enter_namespace`].
    InNamespace,
    /// It cannot.
    Unavailable {
        /// Why not.
        reason: String,
        /// What would help.
        remedy: String,
    },
}

/// Finds out by mounting one.
#[must_use]
pub fn probe() -> Availability {
    let error = match PowerCutDisk::mount(DiskOptions::default()) {
        Ok(disk) => return Availability::Available { means: disk.means().unwrap_or(Means::Privilege) },
        Err(error) => error,
    };
    let no_right =
        matches!(error, DiskError::NoRight | DiskError::Helper { .. } | DiskError::Handover { .. });
    if no_right && namespaces_allowed() {
        return Availability::InNamespace;
    }
    unavailable(&error)
}

/// Sees to it that a disk can be had: where a namespace of one's own is what is missing,
/// moves this process into one ([`enter_namespace`]). To be called before there are threads.
///
/// Where this process has the right to mount, or a helper that has it, nothing is mounted to
/// find that out: no namespace would help where a mount fails then.
#[must_use]
pub fn make_available() -> Availability {
    if let Some(means) = likely_means() {
        return Availability::Available { means };
    }
    match probe() {
        Availability::InNamespace => match enter_namespace() {
            Ok(()) => probe(),
            Err(error) => unavailable(&error),
        },
        found => found,
    }
}

/// The means by which a mount would be made, as far as the books tell.
fn likely_means() -> Option<Means> {
    fs::OpenOptions::new().read(true).write(true).open("/dev/fuse").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    if has_right(&status) {
        return Some(Means::Privilege);
    }
    let helper = fs::metadata(find_helper()?).ok()?;
    let is_setuid_root = helper.uid() == 0 && helper.mode() & 0o4000 != 0;
    (is_setuid_root && !barred_from_setuid(&status)).then_some(Means::Helper)
}

/// The number of `CAP_SYS_ADMIN` (`capabilities(7)`).
const CAP_SYS_ADMIN: u32 = 21;

/// Whether a process with this status (`proc_pid_status(5)`) may mount.
fn has_right(status: &str) -> bool {
    may_administer(status, "CapEff")
}

/// Whether setuid programs gain nothing, or not the right to mount, when this process starts
/// them: what they gain is bounded (`capabilities(7)`, "Capability bounding set").
fn barred_from_setuid(status: &str) -> bool {
    field(status, "NoNewPrivs") == Some("1") || !may_administer(status, "CapBnd")
}

fn may_administer(status: &str, set: &str) -> bool {
    let mask = field(status, set).and_then(|mask| u64::from_str_radix(mask, 16).ok());
    mask.is_some_and(|mask| mask & (1 << CAP_SYS_ADMIN) != 0)
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

fn unavailable(error: &DiskError) -> Availability {
    let mut reason = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        reason = format!("{reason}: {source}");
    }
    Availability::Unavailable { reason, remedy: remedy(error) }
}

fn remedy(error: &DiskError) -> String {
    let text = match error {
        DiskError::Device { source } if source.kind() == io::ErrorKind::NotFound => {
            "load the kernel's FUSE module (modprobe fuse); in a container, start it with \
             --device /dev/fuse --cap-add SYS_ADMIN"
        }
        DiskError::Mount { .. } | DiskError::Device { .. } => {
            "in a container, start it with --device /dev/fuse --cap-add SYS_ADMIN \
             --security-opt apparmor=unconfined"
        }
        DiskError::NoRight if find_helper().is_none() => {
            "install fusermount3 (Debian, Ubuntu, Fedora: package fuse3), or run as root"
        }
        _ => "run as root, or see to it that fusermount3 is setuid root",
    };
    text.to_owned()
}

/// True if the kernel's settings let an ordinary user have a user namespace and
/// open the FUSE device in it (`user_namespaces(7)`; AppArmor's restriction is
/// Ubuntu's since 23.10).
fn namespaces_allowed() -> bool {
    let setting = |path: &str| fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let device = fs::OpenOptions::new().read(true).write(true).open("/dev/fuse");
    device.is_ok()
        && setting("/proc/sys/user/max_user_namespaces").is_some_and(|most| most > 0)
        && setting("/proc/sys/kernel/unprivileged_userns_clone") != Some(0)
        && setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") != Some(1)
}

/// Moves this process into a user and mount namespace of its own, in which it may
/// mount; the mounts are gone when the last process in it is, whatever kills it.
/// The user stays who they are, and programs started from here are in it too, a
/// traced one included: they see the disk, and nobody outside does. Setuid programs
/// gain nothing in it.
///
/// # Errors
/// Where the system forbids it; and always once the process has a second thread
/// (`unshare(2)`: EINVAL), so call it before anything else.
pub fn enter_namespace() -> Result<(), DiskError> {
    let failed = |source: io::Error| DiskError::Namespace { source };
    let (uid, gid) = (geteuid(), getegid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS).map_err(|errno| failed(errno.into()))?;
    let write = |path: &str, text: String| fs::write(Path::new(path), text).map_err(failed);
    // Groups can be mapped without privilege only after this (user_namespaces(7)).
    write("/proc/self/setgroups", "deny".to_owned())?;
    write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_to_mount_is_read_from_the_status() {
        let status = |mask: &str, barred: u8| format!("Name:\tx\nCapEff:\t{mask}\nNoNewPrivs:\t{barred}\n");
        let bounded = |mask: &str| format!("CapBnd:\t{mask}\nNoNewPrivs:\t0\n");
        assert!(has_right(&status("000001ffffffffff", 0)));
        assert!(has_right(&status("0000000000200000", 0)));
        assert!(!has_right(&status("0000000000000000", 0)));
        assert!(!has_right("Name:\tx\n"));
        assert!(barred_from_setuid("CapBnd:\t000001ffffffffff\nNoNewPrivs:\t1\n"));
        assert!(barred_from_setuid(&bounded("000001ffffdfffff")));
        assert!(!barred_from_setuid(&bounded("000001ffffffffff")));
    }
}
