//! The names of flags, and how a set of them is spelled.
//!
//! Bits without a name here are kept as one hexadecimal number at the end:
//! a new kernel's flag is shown, never dropped.

use libc as c;

/// A flag's bits and name.
type Name = (u64, &'static str);

macro_rules! names {
    ($($constant:ident),+ $(,)?) => { &[$((c::$constant as u64, stringify!($constant))),+] };
}

/// How the bits of a value are spelled.
pub(super) struct Spelling {
    /// A field of the value that holds a number, not flags: `O_RDONLY` is no bit.
    pub(super) field: Option<(u64, &'static [Name])>,
    /// Single flags; those of several bits before those they contain.
    pub(super) bits: &'static [Name],
    /// What no bits at all are called.
    pub(super) none: &'static str,
}

impl Spelling {
    /// The names in `value`, in the order in which `strace(1)` prints them.
    pub(super) fn names(&self, value: u64) -> Vec<String> {
        let mut names = Vec::new();
        let mut left = value;
        if let Some((mask, values)) = self.field {
            let held = value & mask;
            if let Some((_, name)) = values.iter().find(|(number, _)| *number == held) {
                names.push((*name).to_owned());
                left &= !mask;
            }
        }
        for &(bits, name) in self.bits {
            if left & bits == bits {
                names.push(name.to_owned());
                left &= !bits;
            }
        }
        if left != 0 {
            names.push(format!("{left:#x}"));
        }
        if names.is_empty() {
            names.push(self.none.to_owned());
        }
        names
    }
}

pub(super) const PROTECTION: Spelling =
    Spelling { field: None, bits: names![PROT_READ, PROT_WRITE, PROT_EXEC], none: "PROT_NONE" };

pub(super) const MAP: Spelling = Spelling {
    field: Some((0xf, names![MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE])),
    bits: names![
        MAP_FIXED,
        MAP_ANONYMOUS,
        MAP_NORESERVE,
        MAP_POPULATE,
        MAP_NONBLOCK,
        MAP_GROWSDOWN,
        MAP_DENYWRITE,
        MAP_EXECUTABLE,
        MAP_STACK,
        MAP_HUGETLB,
        MAP_LOCKED,
        MAP_SYNC,
        MAP_FIXED_NOREPLACE
    ],
    none: "0",
};

pub(super) const REMAP: Spelling =
    Spelling { field: None, bits: names![MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP], none: "0" };

pub(super) const SYNC: Spelling =
    Spelling { field: None, bits: names![MS_ASYNC, MS_INVALIDATE, MS_SYNC], none: "0" };

pub(super) const LOCK: Spelling =
    Spelling { field: None, bits: &[(c::MLOCK_ONFAULT as u64, "MLOCK_ONFAULT")], none: "0" };

pub(super) const LOCK_ALL: Spelling =
    Spelling { field: None, bits: names![MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT], none: "0" };

pub(super) const RANGE: Spelling = Spelling {
    field: None,
    bits: names![SYNC_FILE_RANGE_WAIT_BEFORE, SYNC_FILE_RANGE_WRITE, SYNC_FILE_RANGE_WAIT_AFTER],
    none: "0",
};

pub(super) const OPEN: Spelling = Spelling {
    field: Some((c::O_ACCMODE as u64, names![O_RDONLY, O_WRONLY, O_RDWR])),
    bits: names![
        O_CREAT,
        O_EXCL,
        O_NOCTTY,
        O_TRUNC,
        O_APPEND,
        O_NONBLOCK,
        // Two bits, one of them O_DSYNC's; O_TMPFILE holds O_DIRECTORY's.
        O_SYNC,
        O_DSYNC,
        O_ASYNC,
        O_DIRECT,
        O_TMPFILE,
        O_DIRECTORY,
        O_NOFOLLOW,
        O_NOATIME,
        O_CLOEXEC,
        O_PATH
    ],
    none: "0",
};

/// `O_*` where no access mode belongs (`dup3`, `userfaultfd`).
pub(super) const DESCRIPTOR: Spelling =
    Spelling { field: None, bits: names![O_CLOEXEC, O_NONBLOCK], none: "0" };

pub(super) const MEMFD: Spelling = Spelling {
    field: None,
    bits: &[
        (c::MFD_CLOEXEC as u64, "MFD_CLOEXEC"),
        (c::MFD_ALLOW_SEALING as u64, "MFD_ALLOW_SEALING"),
        (c::MFD_HUGETLB as u64, "MFD_HUGETLB"),
        // memfd_create(2), Linux 6.3.
        (0x8, "MFD_NOEXEC_SEAL"),
        (0x10, "MFD_EXEC"),
    ],
    none: "0",
};

pub(super) const SEALS: Spelling = Spelling {
    field: None,
    bits: &[
        (c::F_SEAL_SEAL as u64, "F_SEAL_SEAL"),
        (c::F_SEAL_SHRINK as u64, "F_SEAL_SHRINK"),
        (c::F_SEAL_GROW as u64, "F_SEAL_GROW"),
        (c::F_SEAL_WRITE as u64, "F_SEAL_WRITE"),
        // F_GET_SEALS(2const), Linux 5.1 and 6.3.
        (0x10, "F_SEAL_FUTURE_WRITE"),
        (0x20, "F_SEAL_EXEC"),
    ],
    none: "0",
};

pub(super) const UNLINK: Spelling = Spelling { field: None, bits: names![AT_REMOVEDIR], none: "0" };

pub(super) const RENAME: Spelling =
    Spelling { field: None, bits: names![RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT], none: "0" };

pub(super) const MESSAGE: Spelling = Spelling {
    field: None,
    bits: names![
        MSG_OOB,
        MSG_PEEK,
        MSG_DONTROUTE,
        MSG_DONTWAIT,
        MSG_EOR,
        MSG_NOSIGNAL,
        MSG_MORE,
        MSG_CMSG_CLOEXEC
    ],
    none: "0",
};

/// Without the signal in the low byte.
pub(super) const CLONE: Spelling = Spelling {
    field: None,
    bits: names![
        CLONE_VM,
        CLONE_FS,
        CLONE_FILES,
        CLONE_SIGHAND,
        CLONE_PIDFD,
        CLONE_PTRACE,
        CLONE_VFORK,
        CLONE_PARENT,
        CLONE_THREAD,
        CLONE_NEWNS,
        CLONE_SYSVSEM,
        CLONE_SETTLS,
        CLONE_PARENT_SETTID,
        CLONE_CHILD_CLEARTID,
        CLONE_UNTRACED,
        CLONE_CHILD_SETTID,
        CLONE_NEWCGROUP,
        CLONE_NEWUTS,
        CLONE_NEWIPC,
        CLONE_NEWUSER,
        CLONE_NEWPID,
        CLONE_NEWNET,
        CLONE_IO
    ],
    none: "0",
};

const COMMANDS: &[Name] = &[
    (c::F_DUPFD as u64, "F_DUPFD"),
    (c::F_DUPFD_CLOEXEC as u64, "F_DUPFD_CLOEXEC"),
    (c::F_GETFD as u64, "F_GETFD"),
    (c::F_SETFD as u64, "F_SETFD"),
    (c::F_GETFL as u64, "F_GETFL"),
    (c::F_SETFL as u64, "F_SETFL"),
    (c::F_ADD_SEALS as u64, "F_ADD_SEALS"),
    (c::F_GET_SEALS as u64, "F_GET_SEALS"),
];

const ADVICE: &[Name] = &[
    (c::MADV_NORMAL as u64, "MADV_NORMAL"),
    (c::MADV_RANDOM as u64, "MADV_RANDOM"),
    (c::MADV_SEQUENTIAL as u64, "MADV_SEQUENTIAL"),
    (c::MADV_WILLNEED as u64, "MADV_WILLNEED"),
    (c::MADV_DONTNEED as u64, "MADV_DONTNEED"),
    (c::MADV_FREE as u64, "MADV_FREE"),
    (c::MADV_REMOVE as u64, "MADV_REMOVE"),
    (c::MADV_DONTFORK as u64, "MADV_DONTFORK"),
    (c::MADV_DOFORK as u64, "MADV_DOFORK"),
    (c::MADV_MERGEABLE as u64, "MADV_MERGEABLE"),
    (c::MADV_UNMERGEABLE as u64, "MADV_UNMERGEABLE"),
    (c::MADV_HUGEPAGE as u64, "MADV_HUGEPAGE"),
    (c::MADV_NOHUGEPAGE as u64, "MADV_NOHUGEPAGE"),
    (c::MADV_DONTDUMP as u64, "MADV_DONTDUMP"),
    (c::MADV_DODUMP as u64, "MADV_DODUMP"),
    // madvise(2): the numbers are the same on every architecture this runs on.
    (18, "MADV_WIPEONFORK"),
    (19, "MADV_KEEPONFORK"),
    (20, "MADV_COLD"),
    (21, "MADV_PAGEOUT"),
    (22, "MADV_POPULATE_READ"),
    (23, "MADV_POPULATE_WRITE"),
    (24, "MADV_DONTNEED_LOCKED"),
    (25, "MADV_COLLAPSE"),
    (100, "MADV_HWPOISON"),
    (101, "MADV_SOFT_OFFLINE"),
    (102, "MADV_GUARD_INSTALL"),
    (103, "MADV_GUARD_REMOVE"),
];

fn numbered(names: &[Name], value: u64) -> String {
    names
        .iter()
        .find(|(number, _)| *number == value)
        .map_or_else(|| format!("{value:#x}"), |(_, name)| (*name).to_owned())
}

/// The name of a piece of advice, `MADV_*`.
pub(super) fn advice(value: u64) -> String {
    numbered(ADVICE, value)
}

/// The name of an `fcntl(2)` command.
pub(super) fn command(value: u64) -> String {
    numbered(COMMANDS, value)
}

/// The names of the seals in `bits`, none for 0 (`F_GET_SEALS(2const)`).
#[must_use]
pub(crate) fn seals(bits: u64) -> Vec<String> {
    if bits == 0 { Vec::new() } else { SEALS.names(bits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(spelling: &Spelling, value: i32) -> String {
        spelling.names(u64::from(value.cast_unsigned())).join("|")
    }

    #[test]
    fn flags_are_spelled_as_strace_spells_them() {
        assert_eq!(spelled(&PROTECTION, 0), "PROT_NONE");
        assert_eq!(spelled(&PROTECTION, c::PROT_READ | c::PROT_WRITE), "PROT_READ|PROT_WRITE");
        assert_eq!(spelled(&MAP, c::MAP_PRIVATE | c::MAP_ANONYMOUS), "MAP_PRIVATE|MAP_ANONYMOUS");
        assert_eq!(spelled(&MAP, c::MAP_SHARED_VALIDATE | c::MAP_SYNC), "MAP_SHARED_VALIDATE|MAP_SYNC");
        assert_eq!(spelled(&OPEN, c::O_RDWR | c::O_CREAT | c::O_CLOEXEC), "O_RDWR|O_CREAT|O_CLOEXEC");
        assert_eq!(spelled(&OPEN, 0), "O_RDONLY");
        assert_eq!(spelled(&OPEN, c::O_WRONLY | c::O_SYNC), "O_WRONLY|O_SYNC");
        assert_eq!(spelled(&OPEN, c::O_RDWR | c::O_TMPFILE), "O_RDWR|O_TMPFILE");
        assert_eq!(spelled(&SYNC, 0), "0");
    }

    #[test]
    fn what_has_no_name_is_kept_as_a_number() {
        assert_eq!(spelled(&MAP, c::MAP_SHARED | 0x80_0000), "MAP_SHARED|0x800000");
        assert_eq!(spelled(&MAP, c::MAP_ANONYMOUS), "MAP_ANONYMOUS");
        assert_eq!(spelled(&PROTECTION, 0x100_0000), "0x1000000");
        assert_eq!(advice(77), "0x4d");
        assert_eq!(command(0x1234), "0x1234");
    }

    #[test]
    fn seals_have_names() {
        assert_eq!(seals(0), Vec::<String>::new());
        assert_eq!(seals(0x6), ["F_SEAL_SHRINK", "F_SEAL_GROW"]);
    }
}
