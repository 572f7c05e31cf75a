//! Confinement: what a program's process does to itself between `fork` and
//! `exec`, as plain data and descriptors opened beforehand, so that the part
//! which decides it and the part which starts programs need not know each other;
//! and the [`Level`] that it reaches, which every result on a confined program tells.

use std::fmt;
use std::os::fd::OwnedFd;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::prose;

/// How far a program is confined; each level has all that is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Calls and sizes only: no Landlock in this kernel.
    Calls,
    /// Files too (Linux 5.13). It can still signal what its user may signal.
    Files,
    /// Signals too (Linux 6.12): it cannot kill the grader.
    Signals,
    /// In namespaces of its own too (Linux 5.12, and the right to make them): it sees no other
    /// process and no file that is not its own, and all of it ends with them.
    Namespaces,
    /// Under a control group too: the kernel bounds its memory and its processes, all together.
    Groups,
}

impl Level {
    /// All levels, the lowest first.
    pub const ALL: [Self; 5] = [Self::Calls, Self::Files, Self::Signals, Self::Namespaces, Self::Groups];

    /// Its name, as it is written in results and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Files => "files",
            Self::Signals => "signals",
            Self::Namespaces => "namespaces",
            Self::Groups => "groups",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that is no level.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is no level of confinement; the levels are {}", prose::list(&Level::ALL.map(Level::name)))]
pub struct NoLevel {
    /// The word.
    pub written: String,
}

impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(written: &str) -> Result<Self, NoLevel> {
        let level = Self::ALL.into_iter().find(|level| level.name() == written);
        level.ok_or_else(|| NoLevel { written: written.to_owned() })
    }
}

/// What is laid on a process before it becomes the program. The default lays on nothing.
///
/// Applied in this order: namespaces, limits, cgroups' descriptors, groups and user, privileges,
/// `NO_NEW_PRIVS` (always set), Landlock, the observer's own filter, the other filters.
#[derive(Debug, Default)]
pub struct Confinement {
    /// A Landlock ruleset (`landlock_restrict_self(2)`).
    pub landlock: Option<OwnedFd>,
    /// `LANDLOCK_RESTRICT_SELF_*` flags.
    pub landlock_flags: u32,
    /// Namespaces to enter.
    pub namespaces: Option<Namespaces>,
    /// Further seccomp filters; the strictest answer of all of them counts (`seccomp(2)`).
    pub filters: Vec<Vec<BpfInstruction>>,
    /// `setrlimit(2)` limits.
    pub limits: Vec<ResourceLimit>,
    /// The directory of a control group of version 2 to be born in, which takes namespaces too
    /// (`CLONE_INTO_CGROUP`, `clone3(2)`).
    pub birthplace: Option<OwnedFd>,
    /// `cgroup.procs` files, opened for writing, of the control groups to enter.
    pub cgroups: Vec<OwnedFd>,
    /// The user and group to become; supplementary groups are dropped.
    pub identity: Option<Identity>,
    /// Whether it keeps the runner's capabilities.
    pub privileges: Privileges,
    /// File mode creation mask (`umask(2)`).
    pub umask: Option<u32>,
}

/// Namespaces to enter, all at once.
#[derive(Debug)]
pub struct Namespaces {
    /// A process that is in them (`pidfd_open(2)`).
    pub holder: OwnedFd,
    /// Which: `CLONE_NEW*` (`setns(2)`). Among them is `CLONE_NEWPID`, which takes only a process
    /// in that is made afterwards.
    pub kinds: i32,
    /// What may be done beneath the `/proc` that is seen in there, which no ruleset made outside
    /// can speak of: rights of Landlock (`LANDLOCK_ACCESS_FS_*`).
    pub proc_rights: u64,
}

impl Namespaces {
    /// The rule on `/proc`, given it as an open descriptor.
    #[must_use]
    pub const fn proc_rule(&self, proc: i32) -> PathRule {
        PathRule { rights: self.proc_rights, beneath: proc }
    }
}

/// `CLONE_INTO_CGROUP` (`clone3(2)`), which does not fit the type that the libc crate gives it.
pub const INTO_GROUP: u64 = 0x2_0000_0000;

/// `LANDLOCK_RULE_PATH_BENEATH` (`landlock_add_rule(2)`).
pub const PATH_BENEATH: i32 = 1;

/// `struct landlock_path_beneath_attr` (`landlock_add_rule(2)`).
#[derive(Clone, Copy, Debug)]
#[repr(C, packed)]
pub struct PathRule {
    rights: u64,
    beneath: i32,
}

/// Whether a process keeps the capabilities (`capabilities(7)`) of the runner, which has some only
/// where root runs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privileges {
    /// It does.
    #[default]
    Keep,
    /// All but [`KEPT_CAPABILITY`] go.
    Drop,
}

/// `CAP_DAC_READ_SEARCH`, as a mask: what root runs may have to pass through folders of another user.
pub const KEPT_CAPABILITY: u32 = 1 << 2;

/// `struct __user_cap_header_struct` (`capget(2)`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct CapabilityHeader {
    version: u32,
    process: i32,
}

impl CapabilityHeader {
    /// Of the calling thread, with two words of 32 capabilities each.
    pub const OWN: Self = Self { version: 0x2008_0522, process: 0 };
}

/// `struct __user_cap_data_struct`, 32 capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct CapabilityWord {
    /// Those that count now.
    pub effective: u32,
    /// Those that may be made to count.
    pub permitted: u32,
    /// Those that are handed on by exec.
    pub inheritable: u32,
}

impl CapabilityWord {
    /// Those of it that `held` permits.
    #[must_use]
    pub const fn within(self, held: Self) -> Self {
        Self {
            effective: self.effective & held.permitted,
            permitted: self.permitted & held.permitted,
            inheritable: self.inheritable & held.permitted,
        }
    }
}

/// One instruction of a classic BPF program (`struct sock_filter`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct BpfInstruction {
    /// `code`
    pub code: u16,
    /// `jt`
    pub jump_true: u8,
    /// `jf`
    pub jump_false: u8,
    /// `k`
    pub value: u32,
}

/// A limit of `setrlimit(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimit {
    /// `RLIMIT_*`
    pub resource: u32,
    /// The soft limit.
    pub soft: u64,
    /// The hard limit.
    pub hard: u64,
}

/// Who a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// User id.
    pub user: u32,
    /// Group id.
    pub group: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_they_are_written() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
        }
        assert_eq!(
            "jail".parse::<Level>().unwrap_err().to_string(),
            "\"jail\" is no level of confinement; the levels are calls, files, signals, namespaces and groups"
        );
    }
}
