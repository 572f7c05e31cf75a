//! Mounting and unmounting: `mount(2)` where this process may, else the setuid
//! helper `fusermount3`, else nothing (a namespace of one's own, entered before,
//! makes the first way possible).
//!
//! Every mount carries a source that names its owner, and only a mount with the
//! right source is ever unmounted: never what lies below it, never anybody else's.
#![expect(unsafe_code, reason = "a descriptor received over a socket is adopted")]

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSliceMut, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use nix::unistd::{getegid, geteuid};

use super::error::DiskError;

/// How this process gets to mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// `mount(2)`: it has `CAP_SYS_ADMIN`, in its user namespace at least.
    Privilege,
    /// The setuid helper `fusermount3` (Debian's and Fedora's package fuse3).
    Helper,
}

/// The helper, in the order of preference.
const HELPERS: [&str; 2] = ["fusermount3", "fusermount"];

/// Unmounting is tried so often, two milliseconds apart, before it is forced: a
/// program that was killed lets go of its files a moment after its end is known.
const PATIENCE: u32 = 100;

/// Mounts at `path` and returns the device on which the kernel asks.
pub(super) fn attach(path: &Path, source: &str) -> Result<(OwnedFd, Means), DiskError> {
    match attach_directly(path, source) {
        Err(Refused::Right) => attach_by_helper(path, source).map(|device| (device, Means::Helper)),
        Err(Refused::Other(error)) => Err(error),
        Ok(device) => Ok((device, Means::Privilege)),
    }
}

enum Refused {
    Right,
    Other(DiskError),
}

fn attach_directly(path: &Path, source: &str) -> Result<OwnedFd, Refused> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/fuse");
    let device: File = device.map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied => Refused::Right,
        _ => Refused::Other(DiskError::Device { source }),
    })?;
    let data = format!(
        "fd={},rootmode=40000,user_id={},group_id={},default_permissions,allow_other",
        device.as_raw_fd(),
        geteuid(),
        getegid()
    );
    let flags = MsFlags::MS_NODEV | MsFlags::MS_NOSUID | MsFlags::MS_NOATIME;
    match mount(Some(source), path, Some("fuse"), flags, Some(data.as_str())) {
        Ok(()) => Ok(device.into()),
        Err(Errno::EPERM) => Err(Refused::Right),
        Err(errno) => Err(Refused::Other(DiskError::Mount { path: path.to_owned(), source: errno.into() })),
    }
}

/// The helper mounts, and hands the device over a socket whose number it is told
/// in `_FUSE_COMMFD` (`fusermount3(1)`, libfuse's `mount.c`).
fn attach_by_helper(path: &Path, source: &str) -> Result<OwnedFd, DiskError> {
    let helper = find_helper().ok_or(DiskError::NoRight)?;
    let handover = |source| DiskError::Handover { path: path.to_owned(), source };
    let (ours, theirs) = UnixStream::pair().map_err(handover)?;
    let mut child = Command::new(helper)
        .arg("-o")
        .arg(format!("rw,nosuid,nodev,noatime,default_permissions,fsname={source}"))
        .arg("--")
        .arg(path)
        .env("_FUSE_COMMFD", "0")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(handover)?;
    let device = receive_descriptor(&ours);
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        // What it printed only serves the message.
        let _ = stderr.read_to_string(&mut said);
    }
    let status = child.wait().map_err(handover)?;
    if !status.success() {
        return Err(DiskError::Helper { path: path.to_owned(), said: said.trim().to_owned() });
    }
    device.map_err(handover)
}

fn receive_descriptor(socket: &UnixStream) -> io::Result<OwnedFd> {
    let mut byte = [0];
    let mut parts = [IoSliceMut::new(&mut byte)];
    let mut control = nix::cmsg_space!(i32);
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut control), flags)?;
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = control
            && let [descriptor] = descriptors[..]
        {
            // SAFETY: the kernel has just made this descriptor for us, and nobody else knows it.
            return Ok(unsafe { OwnedFd::from_raw_fd(descriptor) });
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

pub(super) fn find_helper() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let named = |name: &&str| directories.iter().map(|at| at.join(name)).find(|helper| helper.is_file());
    HELPERS.iter().find_map(named)
}

/// Unmounts our mount at `path`, patiently, then by force; a mount that is still
/// in use is at least taken out of sight. No mount of this source there: done.
pub(super) fn detach(path: &Path, source: &str) -> Result<(), DiskError> {
    let failed = |source: io::Error| DiskError::Unmount { path: path.to_owned(), source };
    let ours = |mounts: Vec<MountPoint>| {
        mounts.iter().rfind(|mount| mount.path == path).is_some_and(|mount| mount.source == source)
    };
    if !ours(mount_points().map_err(failed)?) {
        return Ok(());
    }
    for _ in 0..PATIENCE {
        match umount2(path, MntFlags::UMOUNT_NOFOLLOW) {
            Ok(()) => return Ok(()),
            Err(Errno::EBUSY) => thread::sleep(Duration::from_millis(2)),
            Err(Errno::EPERM) => return detach_by_helper(path),
            Err(errno) => return Err(failed(errno.into())),
        }
    }
    // Forcing aborts the connection: whoever still waits for the disk gets ECONNABORTED.
    if umount2(path, MntFlags::UMOUNT_NOFOLLOW | MntFlags::MNT_FORCE).is_ok() {
        return Ok(());
    }
    umount2(path, MntFlags::UMOUNT_NOFOLLOW | MntFlags::MNT_DETACH).map_err(|errno| failed(errno.into()))
}

fn detach_by_helper(path: &Path) -> Result<(), DiskError> {
    let helper = find_helper().ok_or(DiskError::NoRight)?;
    let failed = |source| DiskError::Unmount { path: path.to_owned(), source };
    let output = Command::new(helper)
        .args(["-u", "-z", "--"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(failed(io::Error::other(said)))
}

/// One line of `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MountPoint {
    pub(super) path: PathBuf,
    pub(super) source: String,
}

/// All mounts that this process sees, the later ones on top of the earlier.
pub(super) fn mount_points() -> io::Result<Vec<MountPoint>> {
    Ok(parse_mountinfo(&fs::read("/proc/self/mountinfo")?))
}

fn parse_mountinfo(text: &[u8]) -> Vec<MountPoint> {
    text.split(|&byte| byte == b'\n').filter_map(parse_mount).collect()
}

fn parse_mount(line: &[u8]) -> Option<MountPoint> {
    let mut fields = line.split(|&byte| byte == b' ');
    let path = unescape(fields.nth(4)?);
    let mut behind_dash = fields.skip_while(|field| *field != b"-").skip(2);
    let source = unescape(behind_dash.next()?);
    Some(MountPoint { path: PathBuf::from(path), source: source.to_string_lossy().into_owned() })
}

/// Space, tab, newline and backslash stand as `\040`, `\011`, `\012`, `\134`.
fn unescape(field: &[u8]) -> OsString {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, behind)) = rest.split_first() {
        let octal = behind.get(..3).filter(|_| byte == b'\\');
        let code = octal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        match code {
            Some(code) => {
                plain.push(code);
                rest = &behind[3..];
            }
            None => {
                plain.push(byte);
                rest = behind;
            }
        }
    }
    OsString::from_vec(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mountinfo_is_read_with_its_escapes_and_optional_fields() {
        let text = b"36 35 98:0 / /mnt rw,noatime master:1 shared:7 - ext3 /dev/root rw\n\
            40 36 0:50 / /tmp/a\\040b\\134c rw - fuse mmaplings-powercut:7-9-0 rw,user_id=0\n\
            bad line\n";
        let mounts = parse_mountinfo(text);
        assert_eq!(
            mounts,
            [
                MountPoint { path: "/mnt".into(), source: "/dev/root".into() },
                MountPoint { path: "/tmp/a b\\c".into(), source: "mmaplings-powercut:7-9-0".into() },
            ]
        );
    }

    #[test]
    fn this_process_sees_its_root() {
        assert!(mount_points().unwrap().iter().any(|mount| mount.path == Path::new("/")));
    }
}
