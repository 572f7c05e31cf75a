//! No mount outlives its runner: how a mount is known as ours, what removes it
//! when the runner is killed, and how the next runner clears away what is left.
//!
//! Each runner has a directory `PID-STARTTIME-N` and holds a lock (`flock(2)`) on a
//! file in it for as long as it lives; whatever kills it, the kernel drops the
//! lock. The source of every mount is the name of that directory. So a leftover is
//! what nobody holds the lock of, and it is this user's. A shell that waits for
//! the end of a pipe ([`Guardian`]) does not even leave it to the next runner.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use nix::fcntl::{Flock, FlockArg};
use nix::unistd::geteuid;

use super::error::DiskError;
use super::mounting;

const LOCK: &str = "lock";
const SOURCE: &str = "mmaplings-powercut:";

/// This runner's directory; gone with the last disk that uses it.
pub(super) struct Runtime {
    base: PathBuf,
    name: String,
    next: AtomicU64,
    _lock: Flock<File>,
}

static CURRENT: Mutex<Weak<Runtime>> = Mutex::new(Weak::new());
static RUNTIMES: AtomicU64 = AtomicU64::new(0);

impl Runtime {
    /// The directory of this process, made if there is none; leftovers are cleared away first.
    pub(super) fn shared() -> Result<Arc<Self>, DiskError> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = current.upgrade() {
            return Ok(runtime);
        }
        clean_leftovers();
        let runtime = Arc::new(Self::new()?);
        *current = Arc::downgrade(&runtime);
        Ok(runtime)
    }

    fn new() -> Result<Self, DiskError> {
        let base = base()?;
        let _alone = lock_base(&base)?;
        let started = procfs::process::Process::myself().and_then(|process| process.stat());
        let started = started.map_or(0, |stat| stat.starttime);
        let number = RUNTIMES.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{started}-{number}", std::process::id());
        let directory = base.join(&name);
        let failed = |source| DiskError::Prepare { path: directory.clone(), source };
        DirBuilder::new().mode(0o700).create(&directory).map_err(failed)?;
        let lock = lock(&directory.join(LOCK), FlockArg::LockExclusiveNonblock).map_err(failed)?;
        Ok(Self { base, name, next: AtomicU64::new(0), _lock: lock })
    }

    /// What the mounts of this runner have as their source.
    pub(super) fn source(&self) -> String {
        format!("{SOURCE}{}", self.name)
    }

    /// A new directory to mount on.
    pub(super) fn new_mount_point(&self) -> Result<PathBuf, DiskError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.base.join(&self.name).join(format!("disk-{number}"));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|source| DiskError::Prepare { path: path.clone(), source })?;
        Ok(path)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Ok(_alone) = lock_base(&self.base) {
            remove_directory(&self.base.join(&self.name));
        }
    }
}

/// Unmounts and removes what runners of this user left that are no more. Returns
/// the mounts that were removed. Runners that live, and other users', are not touched.
pub fn clean_leftovers() -> Vec<PathBuf> {
    clean().unwrap_or_default()
}

fn clean() -> Result<Vec<PathBuf>, DiskError> {
    let base = base()?;
    let _alone = lock_base(&base)?;
    let mut removed = Vec::new();
    let entries = fs::read_dir(&base).map_err(|source| DiskError::Prepare { path: base.clone(), source })?;
    for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        let directory = entry.path();
        match lock(&directory.join(LOCK), FlockArg::LockExclusiveNonblock) {
            Ok(_nobody_else) => {
                let source = format!("{SOURCE}{}", entry.file_name().to_string_lossy());
                let mounts = mounting::mount_points().unwrap_or_default();
                for mount in mounts.into_iter().filter(|mount| mount.source == source) {
                    if mounting::detach(&mount.path, &source).is_ok() {
                        removed.push(mount.path);
                    }
                }
                remove_directory(&directory);
            }
            // Somebody lives there, or it cannot be known.
            Err(_) => continue,
        }
    }
    Ok(removed)
}

/// `$XDG_RUNTIME_DIR`, which its user alone can write, or the temporary directory.
fn base() -> Result<PathBuf, DiskError> {
    let parent = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let user = geteuid();
    let path = parent.unwrap_or_else(std::env::temp_dir).join(format!("mmaplings-powercut-{user}"));
    let failed = |source| DiskError::Prepare { path: path.clone(), source };
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    let found = fs::symlink_metadata(&path).map_err(failed)?;
    if found.is_dir() && found.uid() == user.as_raw() { Ok(path) } else { Err(DiskError::NotOurs { path }) }
}

fn lock_base(base: &Path) -> Result<Flock<File>, DiskError> {
    let path = base.join(LOCK);
    lock(&path, FlockArg::LockExclusive).map_err(|source| DiskError::Prepare { path, source })
}

fn lock(path: &Path, how: FlockArg) -> io::Result<Flock<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    Flock::lock(file, how).map_err(|(_, errno)| errno.into())
}

/// Removes a runner's directory: its lock and its empty mount points. Whatever
/// else might be in it stays.
fn remove_directory(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        // A mount point that is still in use cannot be removed, and is tried again by the next runner.
        let _ = fs::remove_dir(entry.path());
    }
    let _ = fs::remove_file(directory.join(LOCK));
    let _ = fs::remove_dir(directory);
}

/// A shell that unmounts when the runner is gone, however it went: it reads a
/// pipe of which the runner has the other end. Told `done`, it just leaves.
pub(super) struct Guardian {
    shell: Child,
}

const GUARD: &str = r#"
trap '' HUP INT TERM
read -r word
[ "$word" = done ] && exit 0
umount -l -- "$1" || fusermount3 -u -z -- "$1" || fusermount -u -z -- "$1"
[ "$2" = keep ] || rmdir -- "$1"
rm -f -- "$3/lock"
rmdir -- "$3"
"#;

/// What becomes of the directory that was mounted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MountPointIs {
    /// Made for the mount, and removed with it.
    Ours,
    /// Somebody's own.
    Given,
}

impl Guardian {
    /// Starts guarding a mount at `path`. Where there is no shell there is no
    /// guardian, and the next runner clears away.
    pub(super) fn watch(path: &Path, mount_point: MountPointIs, runtime: &Runtime) -> Option<Self> {
        let keep = match mount_point {
            MountPointIs::Ours => "remove",
            MountPointIs::Given => "keep",
        };
        Command::new("/bin/sh")
            .args(["-c", GUARD, "mmaplings-powercut-guardian"])
            .arg(path)
            .arg(keep)
            .arg(runtime.base.join(&runtime.name))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .ok()
            .map(|shell| Self { shell })
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.shell.stdin.take() {
            // If it is gone already, there is nobody to tell.
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.shell.wait();
    }
}
