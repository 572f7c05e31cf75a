//! A system call that the observer saw, decoded as far as the course speaks of it.
//!
//! Flags that are not known are kept as a number and printed so (`MAP_SHARED|0x800000`):
//! a new kernel's flag is shown, never dropped.

use serde::{Deserialize, Serialize};

use crate::words::units::{Addr, Bytes};

/// One call by one thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Microseconds since the scene began, at entry.
    pub at: u64,
    /// The process (thread group) that made it.
    pub process: i32,
    /// The thread that made it.
    pub thread: i32,
    /// The call's name as in `syscalls(2)`: `mmap`, `msync`, `openat`.
    pub name: String,
    /// What it was asked, in the words of its manual page: `mmap(NULL, 16777216, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0)`.
    pub text: String,
    /// The parts that checks ask about.
    pub detail: Detail,
    /// What it returned, where the observer waited for it.
    pub outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It returned this value.
    Returned(i64),
    /// It failed with this errno (positive).
    Failed(i32),
    /// The observer let it pass without waiting for its result.
    NotAwaited,
    /// The thread ended, or the scene did, before it returned.
    Unfinished,
    /// The observer made it fail: the course forbids it (`io_uring_setup`).
    Refused,
}

/// The parts of a call that checks ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "kebab-case")]
pub enum Detail {
    /// `mmap(2)`
    Mmap {
        /// Length asked for, in bytes.
        length: Bytes,
        /// `PROT_*` names.
        protection: Vec<String>,
        /// `MAP_*` names.
        flags: Vec<String>,
        /// The descriptor, -1 for none.
        descriptor: i32,
        /// The path behind the descriptor at the time of the call.
        path: Option<String>,
        /// Offset in the file, in bytes.
        offset: Bytes,
        /// Where it landed; 0 where it failed or was not awaited.
        address: Addr,
    },
    /// `munmap`, `mprotect`, `madvise`, `mremap`, `msync`, `mlock`, `mincore`: calls on a range of memory.
    Range {
        /// First address.
        address: Addr,
        /// Length in bytes.
        length: Bytes,
        /// `MS_SYNC`, `MADV_DONTNEED`, `PROT_READ`, …
        flags: Vec<String>,
    },
    /// Calls on a descriptor: `fsync`, `fdatasync`, `ftruncate`, `sync_file_range`, `fcntl`.
    Descriptor {
        /// The descriptor.
        descriptor: i32,
        /// The path behind it at the time of the call.
        path: Option<String>,
        /// New length for `ftruncate`, count for `sync_file_range`; 0 elsewhere.
        length: Bytes,
        /// `F_ADD_SEALS`, `F_SEAL_SHRINK`, …
        flags: Vec<String>,
    },
    /// Calls that name a path: `openat`, `unlinkat`, `renameat2`, `execve`, `memfd_create` (its name).
    Path {
        /// The path as the program gave it.
        path: String,
        /// `O_RDWR`, `O_CREAT`, `MFD_ALLOW_SEALING`, …
        flags: Vec<String>,
    },
    /// Anything else that was traced.
    Other,
}

impl Call {
    /// Whether it returned without an error, as far as the observer knows.
    #[must_use]
    pub const fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Returned(_) | Outcome::NotAwaited)
    }

    /// The flags it was given, by name; none for calls that take none.
    #[must_use]
    pub fn flags(&self) -> &[String] {
        match &self.detail {
            Detail::Mmap { flags, .. }
            | Detail::Range { flags, .. }
            | Detail::Descriptor { flags, .. }
            | Detail::Path { flags, .. } => flags,
            Detail::Other => &[],
        }
    }
}
