//! A ceiling over strangers' programs: control groups that bound the memory of a whole run and the
//! number of its processes, as the last resort.
//!
//! The observer's own limits are lower, name what was overstepped, and come first as a rule. But
//! they are looked at now and then, and see only what some process has mapped or open; what the
//! kernel charges to a group it charges at once, and it charges all of it, such as files
//! in memory that are on their way over a socket. Where the limit is reached it kills.
//!
//! How programs get under it depends on the version. Under version 2 a process can be born in a
//! group (`CLONE_INTO_CGROUP`, `clone3(2)`). Under version 1 it can not, and moving takes some
//! milliseconds for each; but there single threads can be moved, and processes are born where
//! the thread is that makes them. So the thread that makes a [`Ceiling`] stands under it, and goes
//! back when it is dropped; the memory of a process is charged by its first thread, and the
//! runner's is not touched.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use super::{GroupError, Groups, Place, Unavailable, fresh_name, knobs, places, remove};
use crate::vocabulary::confinement::Confinement;
use crate::vocabulary::evidence::GroupVersion;
use crate::words::units::Bytes;

/// Bounds on all programs that are started under it, until it is dropped.
#[derive(Debug)]
pub struct Ceiling {
    version: GroupVersion,
    limit: Bytes,
    memory: Directory,
    /// Version 1 counts processes in a hierarchy of its own.
    _processes: Option<Directory>,
    /// Where the thread goes back to, in each hierarchy.
    origins: Vec<Origin>,
}

/// A control group's directory, removed when it is dropped.
#[derive(Debug)]
struct Directory(PathBuf);

impl Directory {
    fn make(parent: &Path) -> io::Result<Self> {
        let path = parent.join(fresh_name());
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// What a thread was in before; it goes back when this is dropped.
#[derive(Debug)]
struct Origin {
    thread: i32,
    tasks: PathBuf,
}

impl Origin {
    /// Moves this thread from `before` to `group`.
    fn leave(before: &Path, group: &Path) -> io::Result<Self> {
        let origin = Self { thread: nix::unistd::gettid().as_raw(), tasks: before.join("tasks") };
        fs::write(group.join("tasks"), origin.thread.to_string())?;
        Ok(origin)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        // One that has ended is in no group any more.
        let _back = fs::write(&self.tasks, self.thread.to_string());
    }
}

impl Groups {
    /// Bounds what programs started from here on use together: `memory`, which page cache that
    /// can be given up does not use up, and `processes`, threads included, where that can be bounded.
    ///
    /// # Errors
    /// Where there can be no control group, or the system refuses this one.
    pub fn ceiling(&self, memory: Bytes, processes: u64) -> Result<Ceiling, GroupError> {
        let place = self.place().map_err(Unavailable::clone)?;
        raise(place, memory, processes).map_err(|source| GroupError::Refused {
            path: place.parent.clone(),
            limit: memory,
            source,
        })
    }
}

fn raise(place: &Place, memory: Bytes, processes: u64) -> io::Result<Ceiling> {
    let group = Directory::make(&place.parent)?;
    knobs::set_limit(place.version, &group.0, memory)?;
    let mut ceiling = Ceiling {
        version: place.version,
        limit: memory,
        memory: group,
        _processes: None,
        origins: Vec::new(),
    };
    match place.version {
        GroupVersion::V2 => {
            knobs::kill_together(&ceiling.memory.0)?;
            knobs::if_there(knobs::set_processes(&ceiling.memory.0, processes))?;
        }
        GroupVersion::V1 => {
            ceiling.origins.push(Origin::leave(&place.parent, &ceiling.memory.0)?);
            // Memory is what matters; the observer counts processes at each of their births.
            if let Ok((group, origin)) = count_processes(processes) {
                ceiling.origins.push(origin);
                ceiling._processes = Some(group);
            }
        }
    }
    Ok(ceiling)
}

/// Version 1: a group that bounds processes, with this thread in it.
fn count_processes(processes: u64) -> io::Result<(Directory, Origin)> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (mounts, own) = (read("/proc/self/mountinfo"), read("/proc/self/cgroup"));
    let hierarchy = places::of_controller("pids", &mounts, &own)
        .into_iter()
        .find(|hierarchy| hierarchy.version == GroupVersion::V1)
        .ok_or(io::ErrorKind::NotFound)?;
    super::clean(&hierarchy.own);
    let group = Directory::make(&hierarchy.own)?;
    knobs::set_processes(&group.0, processes)?;
    let origin = Origin::leave(&hierarchy.own, &group.0)?;
    Ok((group, origin))
}

impl Ceiling {
    /// Has a process that is confined by `confinement` be under it, where it is not so by birth.
    ///
    /// # Errors
    /// Where the group cannot be opened.
    pub fn confine(&self, confinement: &mut Confinement) -> Result<(), GroupError> {
        if self.version == GroupVersion::V1 {
            return Ok(());
        }
        let open = |path: PathBuf, options: &mut OpenOptions| {
            let opened = options.open(&path).map(OwnedFd::from);
            opened.map_err(|source| GroupError::Entrance { path, source })
        };
        let group = &self.memory.0;
        if confinement.namespaces.is_some() {
            confinement.birthplace = Some(open(group.clone(), File::options().read(true))?);
        } else {
            confinement.cgroups.push(open(group.join("cgroup.procs"), File::options().write(true))?);
        }
        Ok(())
    }

    /// How many processes the kernel has killed under it for want of memory.
    #[must_use]
    pub fn killed(&self) -> u64 {
        knobs::killed(self.version, &self.memory.0).unwrap_or_default()
    }

    /// The memory that it allows.
    #[must_use]
    pub const fn limit(&self) -> Bytes {
        self.limit
    }

    /// The version of control groups that it is made of.
    #[must_use]
    pub const fn version(&self) -> GroupVersion {
        self.version
    }
}

impl Drop for Ceiling {
    fn drop(&mut self) {
        // A group with a thread in it cannot be removed.
        self.origins.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn own_groups() -> String {
        fs::read_to_string("/proc/thread-self/cgroup").unwrap()
    }

    #[test]
    fn what_is_started_under_it_is_in_its_groups_and_nothing_is_left() {
        let groups = Groups::of_this_machine();
        let Ok(place) = groups.place() else { return };
        // Under version 2 a process has to ask for it, as the attacks of the suite do.
        if place.version == GroupVersion::V2 {
            return;
        }
        let before = own_groups();
        let ceiling = groups.ceiling(Bytes::mib(64), 100).unwrap();
        let path = ceiling.memory.0.clone();
        let output = Command::new("cat").arg("/proc/self/cgroup").output().unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(String::from_utf8_lossy(&output.stdout).contains(&name), "{output:?}");
        assert!(own_groups().contains(&name));
        let others = std::thread::scope(|scope| scope.spawn(own_groups).join().unwrap());
        assert!(others.contains(&name), "threads are born where their maker is");
        drop(ceiling);
        assert_eq!(own_groups(), before);
        assert!(!path.exists());
    }

    #[test]
    fn without_groups_there_is_none() {
        let groups = Groups::none("nobody gives one", "ask");
        assert_eq!(groups.ceiling(Bytes::mib(1), 1).unwrap_err().to_string(), "nobody gives one");
    }
}
