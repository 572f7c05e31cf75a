//! Memory control groups: a limit on the memory that the programs of a scene use
//! together, the page cache of the files they read included (`cgroups(7)`).
//!
//! A [`Groups`] is the place where this machine lets this user make such groups: below
//! this process's own group (version 1, root), below a group above it whose memory is
//! divided and that is this user's (version 2: root, or delegated), or in a scope that
//! the user's service manager makes (see `manager`). It is looked for by making one,
//! once for a process.
//!
//! A [`Ceiling`] is what strangers' programs stand under besides.
//!
//! A [`MemoryGroup`] is removed when it is dropped, once the programs in it have ended.
//! What a runner that was killed has left is removed by the next one: groups bear the
//! process id and the start time of their runner.

mod ceiling;
mod knobs;
mod manager;
mod places;

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::vocabulary::evidence::{GroupVersion, MemoryGroup as Report};
use crate::words::units::Bytes;
pub use ceiling::Ceiling;
use places::Hierarchy;

/// Where memory control groups can be made, if anywhere.
#[derive(Clone, Debug)]
pub struct Groups {
    place: Result<Place, Unavailable>,
}

/// A directory below which groups can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The version of the hierarchy.
    pub version: GroupVersion,
    /// Who lets this user make groups there.
    pub by: Permission,
    parent: PathBuf,
}

/// By what right groups are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// The directory can be written.
    Directory,
    /// The user's service manager made a scope for this process.
    Manager,
}

/// Why there can be no memory control group, and what would help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unavailable {
    /// Why not.
    pub reason: String,
    /// What would help.
    pub remedy: String,
}

/// Why a group could not be made where others can.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// There can be none here.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// It could not be opened for a program to enter.
    #[error("cannot enter the memory control group {}", path.display())]
    Entrance {
        /// Its directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused this one.
    #[error("cannot make the memory control group {} of {limit}", path.display())]
    Refused {
        /// Its directory.
        path: PathBuf,
        /// Its limit.
        limit: Bytes,
        /// What the system said.
        source: io::Error,
    },
}

/// A memory control group, until it is dropped.
#[derive(Debug)]
pub struct MemoryGroup {
    version: GroupVersion,
    path: PathBuf,
    limit: Bytes,
}

/// What the names of our groups begin with.
const NAME: &str = "mmaplings";

/// The limit of the group that is made to see whether one can be.
const TRIAL: Bytes = Bytes::mib(64);

impl Groups {
    /// Those of this machine, for this user; found out once.
    pub fn of_this_machine() -> &'static Self {
        static FOUND: OnceLock<Groups> = OnceLock::new();
        FOUND.get_or_init(|| {
            let groups = Self { place: find() };
            if let Ok(place) = &groups.place {
                clean(&place.parent);
            }
            groups
        })
    }

    /// None, for this reason.
    #[must_use]
    pub fn none(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: Err(Unavailable { reason: reason.into(), remedy: remedy.into() }) }
    }

    /// Where they can be made.
    ///
    /// # Errors
    /// Where they cannot.
    pub fn place(&self) -> Result<&Place, &Unavailable> {
        self.place.as_ref()
    }

    /// Makes a group whose processes may use `limit` together.
    ///
    /// # Errors
    /// Where there can be none, or the system refuses this one.
    pub fn make(&self, limit: Bytes) -> Result<MemoryGroup, GroupError> {
        let place = self.place.as_ref().map_err(Unavailable::clone)?;
        let name = fresh_name();
        let path = place.parent.join(&name);
        make(place.version, &place.parent, &name, limit).map_err(|source| GroupError::Refused {
            path,
            limit,
            source,
        })
    }
}

impl MemoryGroup {
    /// Its `cgroup.procs`, opened for writing: whoever writes `0` to it enters the group.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn entrance(&self) -> Result<OwnedFd, GroupError> {
        let opened = File::options().write(true).open(self.path.join("cgroup.procs"));
        let failed = |source| GroupError::Entrance { path: self.path.clone(), source };
        opened.map(OwnedFd::from).map_err(failed)
    }

    /// How it has fared up to now.
    #[must_use]
    pub fn report(&self) -> Report {
        let (version, path) = (self.version, self.path.as_path());
        Report {
            version,
            limit: self.limit,
            times_at_limit: knobs::times_at_limit(version, path),
            most_used: knobs::most_used(version, path),
            killed: knobs::killed(version, path),
        }
    }

    /// Its directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        knobs::empty(self.version, &self.path);
        remove(&self.path);
    }
}

/// Removes a group whose processes have ended.
fn remove(group: &Path) {
    // A process that has ended leaves its group when the kernel has taken it apart.
    for _ in 0..100 {
        match fs::remove_dir(group) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                thread::sleep(Duration::from_millis(2));
            }
            // What cannot be removed is left to the next runner.
            _ => break,
        }
    }
}

/// A group in `parent`. It is gone again where it could not be given its limit.
fn make(version: GroupVersion, parent: &Path, name: &str, limit: Bytes) -> io::Result<MemoryGroup> {
    let path = parent.join(name);
    fs::create_dir(&path)?;
    let mut group = MemoryGroup { version, path, limit };
    knobs::set_limit(version, &group.path, limit)?;
    group.limit = knobs::limit(version, &group.path).unwrap_or(limit);
    Ok(group)
}

fn find() -> Result<Place, Unavailable> {
    let mut hierarchies = read_hierarchies();
    // Where version 1 has the memory, version 2 has it not.
    if hierarchies.first().is_some_and(|first| first.version == GroupVersion::V1) {
        hierarchies.truncate(1);
    }
    let mut refusals = Vec::new();
    for hierarchy in &hierarchies {
        match try_in(hierarchy) {
            Ok(parent) => {
                return Ok(Place { version: hierarchy.version, by: Permission::Directory, parent });
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    let only_v2 = hierarchies.iter().all(|hierarchy| hierarchy.version == GroupVersion::V2);
    // Version 2 alone can be handed to an ordinary user.
    if only_v2 && !hierarchies.is_empty() && manager::is_there() {
        let own = || read_hierarchies().into_iter().find(|found| found.version == GroupVersion::V2);
        match manager::enter_scope(|| own().map(|found| found.own)) {
            Ok(parent) => {
                return Ok(Place { version: GroupVersion::V2, by: Permission::Manager, parent });
            }
            Err(error) => {
                refusals.push(format!("the user's service manager made no scope ({})", cause(&error)));
            }
        }
    }
    if refusals.is_empty() {
        return Err(Unavailable {
            reason: "no memory control group can be made: none is mounted on /sys/fs/cgroup".to_owned(),
            remedy: "mount -t cgroup2 none /sys/fs/cgroup, with a kernel that has CONFIG_MEMCG".to_owned(),
        });
    }
    Err(Unavailable {
        reason: format!("no memory control group can be made: {}", refusals.join("; ")),
        remedy: remedy(only_v2).to_owned(),
    })
}

fn remedy(only_version_2: bool) -> &'static str {
    if !only_version_2 {
        "run as root: version 1 of control groups cannot be handed to an ordinary user"
    } else if nix::unistd::geteuid().is_root() {
        "in a container, start it with --privileged --cgroupns=host, or run on the machine itself"
    } else {
        "run in a login session with systemd (loginctl enable-linger makes one that lasts), or \
         start it with systemd-run --user --scope -p Delegate=yes, or run as root"
    }
}

fn read_hierarchies() -> Vec<Hierarchy> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    places::hierarchies(&read("/proc/self/mountinfo"), &read("/proc/self/cgroup"))
}

/// The directory in which a group can be made, found by making one; else what kept it from that.
fn try_in(hierarchy: &Hierarchy) -> Result<PathBuf, String> {
    let mut first = None;
    for parent in candidates(hierarchy) {
        match attempt(hierarchy.version, &parent) {
            Ok(()) => return Ok(parent),
            Err(error) => {
                first.get_or_insert((parent, error));
            }
        }
    }
    let version = hierarchy.version;
    Err(match first {
        Some((parent, error)) => format!("{version} refuses one in {} ({})", parent.display(), cause(&error)),
        None => format!("{version} divides memory in no group above this process"),
    })
}

/// What went wrong, without the number that the standard library writes behind it.
fn cause(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => nix::errno::Errno::from_raw(number).desc().to_lowercase(),
        None => error.to_string(),
    }
}

/// Where a group for programs may lie. Version 1: in the own group, so that what limits this
/// process limits them too. Version 2: in a group above that divides its memory, for one that
/// holds processes cannot divide it.
fn candidates(hierarchy: &Hierarchy) -> Vec<PathBuf> {
    match hierarchy.version {
        GroupVersion::V1 => vec![hierarchy.own.clone()],
        GroupVersion::V2 => hierarchy
            .own
            .ancestors()
            .take_while(|path| path.starts_with(&hierarchy.mount_point))
            .filter(|path| divides_memory(path))
            .map(Path::to_owned)
            .collect(),
    }
}

fn divides_memory(group: &Path) -> bool {
    let divided = fs::read_to_string(group.join("cgroup.subtree_control")).unwrap_or_default();
    divided.split_whitespace().any(|controller| controller == "memory")
}

fn attempt(version: GroupVersion, parent: &Path) -> io::Result<()> {
    // A process is moved only by who may write to the group above both places (cgroups(7)).
    if version == GroupVersion::V2 {
        File::options().write(true).open(parent.join("cgroup.procs"))?;
    }
    let group = make(version, parent, &fresh_name(), TRIAL)?;
    File::options().write(true).open(group.path.join("cgroup.procs")).map(drop)
}

/// `mmaplings-PID-STARTTIME-N`.
fn fresh_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let process = std::process::id();
    let began = start_time(i32::try_from(process).unwrap_or_default()).unwrap_or_default();
    format!("{NAME}-{process}-{began}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// When a process began, in clock ticks since boot: with its id, a name that is not given twice.
fn start_time(process: i32) -> Option<u64> {
    procfs::process::Process::new(process).and_then(|process| process.stat()).ok().map(|stat| stat.starttime)
}

/// Removes what runners that are no more have left in `parent`. A group that somebody is in
/// cannot be removed, whatever it is called.
fn clean(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_left_over) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// Whether `name` is that of a group of a runner that is no more.
fn is_left_over(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(NAME).and_then(|rest| rest.strip_prefix('-')) else { return false };
    let mut parts = rest.split('-').map(str::parse::<u64>);
    let (Some(Ok(process)), Some(Ok(began)), Some(Ok(_)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    i32::try_from(process).is_ok_and(|process| start_time(process) != Some(began))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that looks like version 2 with one group below another.
    fn tree(divided: &str) -> (tempfile::TempDir, Hierarchy) {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("app.slice").join("terminal.scope");
        fs::create_dir_all(&own).unwrap();
        fs::write(folder.path().join("app.slice/cgroup.subtree_control"), divided).unwrap();
        let hierarchy = Hierarchy { version: GroupVersion::V2, mount_point: folder.path().to_owned(), own };
        (folder, hierarchy)
    }

    #[test]
    fn version_2_groups_lie_in_a_group_above_that_divides_memory() {
        let (folder, hierarchy) = tree("cpu memory pids\n");
        assert_eq!(candidates(&hierarchy), [folder.path().join("app.slice")]);
        let (_folder, hierarchy) = tree("cpu pids\n");
        assert_eq!(candidates(&hierarchy), [] as [PathBuf; 0]);
        let refusal = try_in(&hierarchy).unwrap_err();
        assert_eq!(refusal, "control groups v2 divides memory in no group above this process");
    }

    #[test]
    fn a_directory_that_is_no_group_is_no_place_and_nothing_is_left_in_it() {
        let (folder, hierarchy) = tree("memory\n");
        fs::write(folder.path().join("app.slice/cgroup.procs"), "").unwrap();
        let refusal = try_in(&hierarchy).unwrap_err();
        assert!(refusal.starts_with("control groups v2 refuses one in "), "{refusal}");
        assert!(refusal.ends_with(" (no such file or directory)"), "{refusal}");
        let left = fs::read_dir(folder.path().join("app.slice")).unwrap().count();
        assert_eq!(left, 3, "the two files and the scope that were there");
    }

    #[test]
    fn groups_of_runners_that_live_are_no_leftovers() {
        assert!(!is_left_over(&fresh_name()));
        let own = std::process::id();
        assert!(is_left_over(&format!("mmaplings-{own}-1-0")), "another process had that id");
        for other in ["mmaplings", "mmaplings-x-1-0", "mmaplings-1", "user.slice", "mmaplings-9-9-9-9"] {
            assert!(!is_left_over(other), "{other}");
        }
    }

    #[test]
    fn without_groups_the_reason_is_told() {
        let groups = Groups::none("nobody gives one", "ask");
        let error = groups.make(Bytes::mib(1)).unwrap_err();
        assert_eq!(error.to_string(), "nobody gives one");
        assert_eq!(groups.place().unwrap_err().remedy, "ask");
    }
}
