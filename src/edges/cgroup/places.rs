//! Where this process stands in the hierarchies of control groups that are mounted
//! here: parsers over `/proc/self/mountinfo` and `/proc/self/cgroup` (`cgroups(7)`,
//! `proc_pid_mountinfo(5)`). Reads nothing itself.

use std::path::{Path, PathBuf};

use crate::vocabulary::evidence::GroupVersion;

/// A mounted hierarchy that may have a controller, and this process in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hierarchy {
    pub(super) version: GroupVersion,
    /// Where it is mounted.
    pub(super) mount_point: PathBuf,
    /// The directory of this process's own group; the mount point where that lies outside of
    /// what is mounted.
    pub(super) own: PathBuf,
}

/// The hierarchies that may limit memory, by `mountinfo` and `cgroup`.
pub(super) fn hierarchies(mountinfo: &str, cgroup: &str) -> Vec<Hierarchy> {
    of_controller("memory", mountinfo, cgroup)
}

/// The hierarchies that may have a controller, version 1 first: a kernel that has it there has it
/// nowhere else.
pub(super) fn of_controller(controller: &str, mountinfo: &str, cgroup: &str) -> Vec<Hierarchy> {
    let mounts = mountinfo.lines().filter_map(Mount::read);
    let mut found: Vec<Hierarchy> = mounts.filter_map(|mount| mount.hierarchy(controller, cgroup)).collect();
    found.sort_by_key(|hierarchy| hierarchy.version);
    // One that is mounted twice is one.
    found.dedup_by(|second, first| second.version == first.version);
    found
}

/// The part of a line of `mountinfo` that matters here.
struct Mount {
    root: String,
    mount_point: PathBuf,
    kind: String,
    super_options: String,
}

impl Mount {
    fn read(line: &str) -> Option<Self> {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (root, mount_point) = (mount.next()?, mount.next()?);
        let mut file_system = file_system.split(' ');
        let (kind, _source) = (file_system.next()?, file_system.next()?);
        Some(Self {
            root: unescaped(root),
            mount_point: unescaped(mount_point).into(),
            kind: kind.to_owned(),
            super_options: file_system.next().unwrap_or_default().to_owned(),
        })
    }

    fn hierarchy(self, controller: &str, cgroup: &str) -> Option<Hierarchy> {
        let has_it = |controllers: &str| controllers.split(',').any(|name| name == controller);
        let mut memberships = cgroup.lines().filter_map(|line| {
            let (number, rest) = line.split_once(':')?;
            let (controllers, path) = rest.split_once(':')?;
            Some((number, controllers, path))
        });
        let (version, path) = match self.kind.as_str() {
            "cgroup" if has_it(&self.super_options) => {
                let (.., path) = memberships.find(|(_, controllers, _)| has_it(controllers))?;
                (GroupVersion::V1, path)
            }
            "cgroup2" => {
                let (.., path) = memberships.find(|&(number, ..)| number == "0")?;
                (GroupVersion::V2, path)
            }
            _ => return None,
        };
        // Paths are those of the hierarchy; what is mounted may be a part of it. A path with `..`
        // lies outside of this process's namespace (cgroup_namespaces(7)).
        let below = Path::new(path).strip_prefix(&self.root).ok().filter(|_| !path.contains(".."));
        let own = below.map_or_else(|| self.mount_point.clone(), |below| self.mount_point.join(below));
        Some(Hierarchy { version, mount_point: self.mount_point, own })
    }
}

/// `mountinfo` writes spaces and the like as three octal digits: `\040`.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 4);
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                plain.push(char::from(byte));
                rest = &rest[at + 4..];
            }
            None => {
                plain.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mountinfo: &str, cgroup: &str) -> Vec<(GroupVersion, String)> {
        let places = hierarchies(mountinfo, cgroup);
        places.into_iter().map(|place| (place.version, place.own.display().to_string())).collect()
    }

    #[test]
    fn a_systemd_desktop_has_version_2() {
        let mountinfo = "25 24 0:23 / /sys rw,nosuid - sysfs sysfs rw\n\
             34 25 0:29 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n";
        let cgroup = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-kitty-7.scope\n";
        let own = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/app-kitty-7.scope";
        assert_eq!(found(mountinfo, cgroup), [(GroupVersion::V2, own.to_owned())]);
    }

    #[test]
    fn a_hybrid_machine_has_both_and_version_1_comes_first() {
        let mountinfo = "40 39 0:35 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n\
             41 39 0:36 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n\
             42 39 0:37 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
        let cgroup = "4:memory:/jobs/7\n3:cpuset:/\n0::/\n";
        assert_eq!(
            found(mountinfo, cgroup),
            [
                (GroupVersion::V1, "/sys/fs/cgroup/memory/jobs/7".to_owned()),
                (GroupVersion::V2, "/sys/fs/cgroup/unified/".to_owned()),
            ]
        );
    }

    #[test]
    fn in_a_container_only_a_part_of_the_hierarchy_is_mounted() {
        let mountinfo = "42 39 0:37 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let of = |path: &str| found(mountinfo, &format!("4:memory:{path}\n")).remove(0).1;
        assert_eq!(of("/docker/abc/inner"), "/sys/fs/cgroup/memory/inner");
        assert_eq!(of("/elsewhere"), "/sys/fs/cgroup/memory");
        assert_eq!(of("/../../x"), "/sys/fs/cgroup/memory");
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(found("", ""), []);
        assert_eq!(found("25 24 0:23 / /sys rw - sysfs sysfs rw\nnonsense\n", "0::/\n"), []);
    }

    #[test]
    fn spaces_in_paths_are_read() {
        assert_eq!(unescaped(r"/a\040b\134c\9"), r"/a b\c\9");
    }
}
