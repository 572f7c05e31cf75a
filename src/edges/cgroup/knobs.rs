//! The files of one memory control group, by version: what sets its limit, what tells
//! how it fared (`Documentation/admin-guide/cgroup-v2.rst`,
//! `Documentation/admin-guide/cgroup-v1/memory.rst`).

use std::fs;
use std::io;
use std::path::Path;

use crate::vocabulary::evidence::GroupVersion;
use crate::words::units::Bytes;

/// What version 1 is given above the limit for memory and swap together. Of two limits that are
/// equal the kernel comes to this one first, and does not count how often; it charges up to 64
/// pages, or one large page, at a time.
const SWAP: Bytes = Bytes::mib(4);

/// Sets the limit, of memory and in effect of swap too: what may not stay in memory is given up,
/// not swapped out.
pub(super) fn set_limit(version: GroupVersion, group: &Path, limit: Bytes) -> io::Result<()> {
    match version {
        GroupVersion::V1 => {
            write(group, "memory.limit_in_bytes", limit.0)?;
            if_there(write(group, "memory.memsw.limit_in_bytes", (limit + SWAP).0))
        }
        GroupVersion::V2 => {
            write(group, "memory.max", limit.0)?;
            if_there(write(group, "memory.swap.max", 0))
        }
    }
}

/// Sets how many processes and threads there may be.
pub(super) fn set_processes(group: &Path, most: u64) -> io::Result<()> {
    write(group, "pids.max", most)
}

/// Version 2, from Linux 4.19 on: who runs out of memory takes all others of the group along.
pub(super) fn kill_together(group: &Path) -> io::Result<()> {
    if_there(write(group, "memory.oom.group", 1))
}

/// The limit that is in force: whole pages, as the kernel keeps it.
pub(super) fn limit(version: GroupVersion, group: &Path) -> Option<Bytes> {
    let name = match version {
        GroupVersion::V1 => "memory.limit_in_bytes",
        GroupVersion::V2 => "memory.max",
    };
    number(group, name).map(Bytes)
}

/// How often the limit stood in the way and memory had to be given up for it.
pub(super) fn times_at_limit(version: GroupVersion, group: &Path) -> Option<u64> {
    match version {
        GroupVersion::V1 => number(group, "memory.failcnt"),
        GroupVersion::V2 => named(group, "memory.events", "max"),
    }
}

/// The most that was used at once; Linux 5.19 for version 2.
pub(super) fn most_used(version: GroupVersion, group: &Path) -> Option<Bytes> {
    let name = match version {
        GroupVersion::V1 => "memory.max_usage_in_bytes",
        GroupVersion::V2 => "memory.peak",
    };
    number(group, name).map(Bytes)
}

/// How many processes the kernel has killed for want of memory.
pub(super) fn killed(version: GroupVersion, group: &Path) -> Option<u64> {
    match version {
        GroupVersion::V1 => named(group, "memory.oom_control", "oom_kill"),
        GroupVersion::V2 => named(group, "memory.events", "oom_kill"),
    }
}

/// Lets go of the pages that are charged to an empty group, so that nothing of it lingers once
/// it is removed. Version 2 hands them to the group above.
pub(super) fn empty(version: GroupVersion, group: &Path) {
    if version == GroupVersion::V1 {
        // What does not go now goes when the kernel needs the room.
        let _ = write(group, "memory.force_empty", 0);
    }
}

fn write(group: &Path, name: &str, number: u64) -> io::Result<()> {
    // Never made where it is not: a directory that is no control group has no such file.
    let mut file = fs::File::options().write(true).open(group.join(name))?;
    io::Write::write_all(&mut file, number.to_string().as_bytes())
}

/// What a kernel does not have is not set: one without swap accounting has no limit for it, and no
/// swap to escape to as a rule.
pub(super) fn if_there(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn number(group: &Path, name: &str) -> Option<u64> {
    fs::read_to_string(group.join(name)).ok()?.trim().parse().ok()
}

fn named(group: &Path, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(group.join(file)).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn version_2_is_read_and_set() {
        let events = "low 0\nhigh 0\nmax 1234\noom 3\noom_kill 2\noom_group_kill 0\n";
        let group = group(&[("memory.events", events), ("memory.max", "max\n"), ("memory.swap.max", "7")]);
        let path = group.path();
        assert_eq!(limit(GroupVersion::V2, path), None);
        set_limit(GroupVersion::V2, path, Bytes::mib(64)).unwrap();
        assert_eq!(limit(GroupVersion::V2, path), Some(Bytes::mib(64)));
        assert_eq!(fs::read_to_string(path.join("memory.swap.max")).unwrap(), "0");
        assert_eq!(times_at_limit(GroupVersion::V2, path), Some(1234));
        assert_eq!(killed(GroupVersion::V2, path), Some(2));
        assert_eq!(most_used(GroupVersion::V2, path), None);
    }

    #[test]
    fn version_1_is_read_and_set() {
        let control = "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n";
        let group = group(&[
            ("memory.oom_control", control),
            ("memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory.failcnt", "77\n"),
            ("memory.max_usage_in_bytes", "4096\n"),
        ]);
        let path = group.path();
        set_limit(GroupVersion::V1, path, Bytes::mib(64)).unwrap();
        assert_eq!(killed(GroupVersion::V1, path), Some(1));
        assert_eq!(times_at_limit(GroupVersion::V1, path), Some(77));
        assert_eq!(most_used(GroupVersion::V1, path), Some(Bytes(4096)));
    }

    #[test]
    fn a_directory_that_is_no_group_is_refused() {
        let group = group(&[]);
        for version in [GroupVersion::V1, GroupVersion::V2] {
            let error = set_limit(version, group.path(), Bytes::mib(64)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
        }
    }
}
