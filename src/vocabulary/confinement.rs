//! Confinement: what a program's process does to itself between `fork` and
//! `exec`, as plain data and descriptors opened beforehand, so that the part
//! which decides it and the part which starts programs need not know each other.

use std::os::fd::OwnedFd;

/// What is laid on a process before it becomes the program. The default lays on nothing.
///
/// Applied in this order: limits, namespaces' and cgroups' descriptors, groups and user,
/// `NO_NEW_PRIVS` (always set), Landlock, the observer's own filter, the other filters.
#[derive(Debug, Default)]
pub struct Confinement {
    /// A Landlock ruleset (`landlock_restrict_self(2)`).
    pub landlock: Option<OwnedFd>,
    /// `LANDLOCK_RESTRICT_SELF_*` flags.
    pub landlock_flags: u32,
    /// Further seccomp filters; the strictest answer of all of them counts (`seccomp(2)`).
    pub filters: Vec<Vec<BpfInstruction>>,
    /// `setrlimit(2)` limits.
    pub limits: Vec<ResourceLimit>,
    /// `cgroup.procs` files, opened for writing, of the control groups to enter.
    pub cgroups: Vec<OwnedFd>,
    /// The user and group to become; supplementary groups are dropped.
    pub identity: Option<Identity>,
    /// File mode creation mask (`umask(2)`).
    pub umask: Option<u32>,
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
