//! The calls that the observer traces.
//!
//! `read` and its family are not among the default ones: each traced call costs
//! tens of microseconds, and `/proc/PID/io` counts reads exactly.

use libc::{self as c, c_long};

/// A call to trace.
#[derive(Debug)]
pub struct Traced {
    /// Its number on this architecture.
    pub number: c_long,
    /// Its name, as in `syscalls(2)`.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// Where the observer stops it.
    pub stops: Stops,
    /// It is traced only where all of these hold.
    pub only: &'static [Condition],
    /// Why it is traced.
    pub purpose: Purpose,
}

/// Where a traced call is stopped. Each stop costs about 35 µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// Before the kernel does it: its result is of no interest.
    Entry,
    /// Also when it returns: for the address that `mmap` gives, or the error.
    EntryAndExit,
}

/// One of some values in one of the arguments, compared by its low 32 bits.
#[derive(Debug)]
pub struct Condition {
    /// Which argument, from 0.
    pub argument: usize,
    /// The values.
    pub is_one_of: &'static [u32],
}

/// Why a call is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is evidence.
    Evidence,
    /// It may write a checkpoint; it is evidence too.
    Output,
    /// It may give standard output another number, so that checkpoints would be missed.
    MovesOutput,
    /// It is made to fail with EPERM, for it would hide what the program does.
    Refused,
    /// It is evidence only where it is asked for by name.
    OnRequest,
}

/// What a parameter is, to print it as its manual page writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// An address.
    Address,
    /// A size or count.
    Size,
    /// A position or length in a file.
    Offset,
    /// A position in a file that is printed as addresses are.
    MapOffset,
    /// A descriptor.
    Descriptor,
    /// A directory's descriptor, or `AT_FDCWD`.
    Directory,
    /// A text that ends with a zero byte: a path or a name.
    Path,
    /// Bytes, as many as the next parameter says.
    Buffer,
    /// An octal mode; printed only where the flags before it create a file.
    Mode,
    /// A signed number.
    Integer,
    /// `struct iovec *`, as many as the next parameter says.
    Vectors,
    /// `struct open_how *`
    OpenHow,
    /// `struct clone_args *`
    CloneArgs,
    /// `struct msghdr *`
    Message,
    /// `PROT_*`
    Protection,
    /// `MAP_*`
    MapFlags,
    /// `MREMAP_*`
    RemapFlags,
    /// `MADV_*`
    Advice,
    /// `MS_*`
    SyncFlags,
    /// `MLOCK_*`
    LockFlags,
    /// `MCL_*`
    LockAllFlags,
    /// `SYNC_FILE_RANGE_*`
    RangeFlags,
    /// `O_*`
    OpenFlags,
    /// `MFD_*`
    MemfdFlags,
    /// `F_*` commands
    Command,
    /// What a `F_*` command takes: seals, or a number.
    CommandArgument,
    /// `AT_REMOVEDIR`
    UnlinkFlags,
    /// `RENAME_*`
    RenameFlags,
    /// `CLONE_*` and a signal
    CloneFlags,
    /// `MSG_*`
    MessageFlags,
}

use Parameter as P;

const ALWAYS: &[Condition] = &[];
/// The descriptor that standard output has, unless a program moves it.
const STDOUT: &[Condition] = &[Condition { argument: 0, is_one_of: &[1] }];

const fn call(number: c_long, name: &'static str, parameters: &'static [Parameter]) -> Traced {
    Traced { number, name, parameters, stops: Stops::EntryAndExit, only: ALWAYS, purpose: Purpose::Evidence }
}

const fn only(only: &'static [Condition], traced: Traced) -> Traced {
    Traced { only, ..traced }
}

const fn at_entry(traced: Traced) -> Traced {
    Traced { stops: Stops::Entry, ..traced }
}

const fn purpose(purpose: Purpose, traced: Traced) -> Traced {
    Traced { purpose, ..traced }
}

/// Every call that can be traced. The position in this table travels in the filter's `RET_TRACE` data.
pub static TABLE: &[Traced] = &[
    // Mapping.
    call(
        c::SYS_mmap,
        "mmap",
        &[P::Address, P::Size, P::Protection, P::MapFlags, P::Descriptor, P::MapOffset],
    ),
    call(c::SYS_munmap, "munmap", &[P::Address, P::Size]),
    call(c::SYS_mprotect, "mprotect", &[P::Address, P::Size, P::Protection]),
    call(c::SYS_pkey_mprotect, "pkey_mprotect", &[P::Address, P::Size, P::Protection, P::Integer]),
    call(c::SYS_mremap, "mremap", &[P::Address, P::Size, P::Size, P::RemapFlags, P::Address]),
    call(c::SYS_madvise, "madvise", &[P::Address, P::Size, P::Advice]),
    call(c::SYS_msync, "msync", &[P::Address, P::Size, P::SyncFlags]),
    call(c::SYS_mlock, "mlock", &[P::Address, P::Size]),
    call(c::SYS_mlock2, "mlock2", &[P::Address, P::Size, P::LockFlags]),
    call(c::SYS_munlock, "munlock", &[P::Address, P::Size]),
    call(c::SYS_mlockall, "mlockall", &[P::LockAllFlags]),
    call(c::SYS_munlockall, "munlockall", &[]),
    call(c::SYS_mincore, "mincore", &[P::Address, P::Size, P::Address]),
    // Files.
    #[cfg(target_arch = "x86_64")]
    call(c::SYS_open, "open", &[P::Path, P::OpenFlags, P::Mode]),
    #[cfg(target_arch = "x86_64")]
    call(c::SYS_creat, "creat", &[P::Path, P::Integer]),
    call(c::SYS_openat, "openat", &[P::Directory, P::Path, P::OpenFlags, P::Mode]),
    call(c::SYS_openat2, "openat2", &[P::Directory, P::Path, P::OpenHow, P::Size]),
    call(c::SYS_truncate, "truncate", &[P::Path, P::Offset]),
    call(c::SYS_ftruncate, "ftruncate", &[P::Descriptor, P::Offset]),
    call(c::SYS_fallocate, "fallocate", &[P::Descriptor, P::Integer, P::Offset, P::Offset]),
    #[cfg(target_arch = "x86_64")]
    call(c::SYS_unlink, "unlink", &[P::Path]),
    call(c::SYS_unlinkat, "unlinkat", &[P::Directory, P::Path, P::UnlinkFlags]),
    #[cfg(target_arch = "x86_64")]
    call(c::SYS_rename, "rename", &[P::Path, P::Path]),
    call(c::SYS_renameat, "renameat", &[P::Directory, P::Path, P::Directory, P::Path]),
    call(c::SYS_renameat2, "renameat2", &[P::Directory, P::Path, P::Directory, P::Path, P::RenameFlags]),
    call(c::SYS_memfd_create, "memfd_create", &[P::Path, P::MemfdFlags]),
    only(
        &[Condition { argument: 1, is_one_of: &[c::F_ADD_SEALS as u32, c::F_GET_SEALS as u32] }],
        call(c::SYS_fcntl, "fcntl", &[P::Descriptor, P::Command, P::CommandArgument]),
    ),
    call(c::SYS_sendmsg, "sendmsg", &[P::Descriptor, P::Message, P::MessageFlags]),
    // Flushing.
    call(c::SYS_fsync, "fsync", &[P::Descriptor]),
    call(c::SYS_fdatasync, "fdatasync", &[P::Descriptor]),
    call(c::SYS_sync_file_range, "sync_file_range", &[P::Descriptor, P::Offset, P::Offset, P::RangeFlags]),
    call(c::SYS_sync, "sync", &[]),
    call(c::SYS_syncfs, "syncfs", &[P::Descriptor]),
    // Processes. What fork returns is told by ptrace's own event: no stop at its exit.
    #[cfg(target_arch = "x86_64")]
    at_entry(call(c::SYS_fork, "fork", &[])),
    #[cfg(target_arch = "x86_64")]
    at_entry(call(c::SYS_vfork, "vfork", &[])),
    at_entry(call(c::SYS_clone, "clone", &[P::CloneFlags, P::Address, P::Address, P::Address, P::Address])),
    at_entry(call(c::SYS_clone3, "clone3", &[P::CloneArgs, P::Size])),
    call(c::SYS_execve, "execve", &[P::Path, P::Address, P::Address]),
    call(c::SYS_execveat, "execveat", &[P::Directory, P::Path, P::Address, P::Address, P::Integer]),
    at_entry(call(c::SYS_exit_group, "exit_group", &[P::Integer])),
    // Standard output.
    purpose(
        Purpose::Output,
        only(STDOUT, at_entry(call(c::SYS_write, "write", &[P::Descriptor, P::Buffer, P::Size]))),
    ),
    purpose(
        Purpose::Output,
        only(STDOUT, at_entry(call(c::SYS_writev, "writev", &[P::Descriptor, P::Vectors, P::Integer]))),
    ),
    purpose(
        Purpose::Output,
        only(
            STDOUT,
            at_entry(call(
                c::SYS_pwritev2,
                "pwritev2",
                &[P::Descriptor, P::Vectors, P::Integer, P::Offset, P::Integer, P::Integer],
            )),
        ),
    ),
    purpose(Purpose::MovesOutput, only(STDOUT, call(c::SYS_dup, "dup", &[P::Descriptor]))),
    #[cfg(target_arch = "x86_64")]
    purpose(Purpose::MovesOutput, only(STDOUT, call(c::SYS_dup2, "dup2", &[P::Descriptor, P::Descriptor]))),
    purpose(
        Purpose::MovesOutput,
        only(STDOUT, call(c::SYS_dup3, "dup3", &[P::Descriptor, P::Descriptor, P::OpenFlags])),
    ),
    purpose(
        Purpose::MovesOutput,
        only(
            &[
                Condition { argument: 0, is_one_of: &[1] },
                Condition { argument: 1, is_one_of: &[c::F_DUPFD as u32, c::F_DUPFD_CLOEXEC as u32] },
            ],
            call(c::SYS_fcntl, "fcntl", &[P::Descriptor, P::Command, P::CommandArgument]),
        ),
    ),
    // io_uring reads and writes without a system call each, and /proc/PID/io does not count them.
    purpose(Purpose::Refused, call(c::SYS_io_uring_setup, "io_uring_setup", &[P::Integer, P::Address])),
    // On request.
    purpose(Purpose::OnRequest, call(c::SYS_read, "read", &[P::Descriptor, P::Address, P::Size])),
    purpose(
        Purpose::OnRequest,
        call(c::SYS_pread64, "pread64", &[P::Descriptor, P::Address, P::Size, P::Offset]),
    ),
    purpose(
        Purpose::OnRequest,
        call(c::SYS_pwrite64, "pwrite64", &[P::Descriptor, P::Buffer, P::Size, P::Offset]),
    ),
    purpose(Purpose::OnRequest, call(c::SYS_close, "close", &[P::Descriptor])),
    purpose(Purpose::OnRequest, call(c::SYS_brk, "brk", &[P::Address])),
    purpose(
        Purpose::OnRequest,
        call(c::SYS_recvmsg, "recvmsg", &[P::Descriptor, P::Address, P::MessageFlags]),
    ),
    purpose(Purpose::OnRequest, call(c::SYS_userfaultfd, "userfaultfd", &[P::OpenFlags])),
    purpose(
        Purpose::OnRequest,
        call(
            c::SYS_copy_file_range,
            "copy_file_range",
            &[P::Descriptor, P::Address, P::Descriptor, P::Address, P::Size, P::Integer],
        ),
    ),
    purpose(
        Purpose::OnRequest,
        call(c::SYS_sendfile, "sendfile", &[P::Descriptor, P::Descriptor, P::Address, P::Size]),
    ),
];

/// The calls that can be traced on request, by name.
pub fn on_request() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|traced| traced.purpose == Purpose::OnRequest).map(|traced| traced.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_in_the_filter() {
        assert!(TABLE.len() < usize::from(u16::MAX));
        for traced in TABLE {
            assert!(traced.number >= 0, "{}", traced.name);
            assert!(traced.parameters.len() <= 6, "{}", traced.name);
            assert!(traced.only.iter().all(|condition| condition.argument < 6), "{}", traced.name);
        }
    }

    #[test]
    fn reads_are_traced_only_on_request() {
        for traced in TABLE.iter().filter(|traced| traced.name.contains("read")) {
            assert_eq!(traced.purpose, Purpose::OnRequest, "{}", traced.name);
        }
        assert!(on_request().any(|name| name == "read"));
    }
}
