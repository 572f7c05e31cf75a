//! `cachestat(2)`: how much of a file is in the page cache, and how much of that is dirty (Linux 6.5).
#![expect(unsafe_code, reason = "neither libc nor nix has cachestat")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::vocabulary::evidence::PageCache;

/// The same on every architecture: it came after the numbers were made one.
const SYS_CACHESTAT: libc::c_long = 451;

#[repr(C)]
struct Range {
    offset: u64,
    /// 0 for all to the end of the file.
    length: u64,
}

#[repr(C)]
#[derive(Default)]
struct Counts {
    cached: u64,
    dirty: u64,
    writeback: u64,
    evicted: u64,
    recently_evicted: u64,
}

/// The pages behind the file at `path`.
///
/// # Errors
/// Where it cannot be opened, or the kernel has no cachestat (ENOSYS) or forbids it (EPERM).
pub fn of_path(path: &Path) -> io::Result<PageCache> {
    // Without O_NONBLOCK a FIFO that a program planted there would hold us up for ever.
    of_file(&File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?)
}

/// The pages behind an open file.
///
/// # Errors
/// As [`of_path`].
pub fn of_file(file: impl AsFd) -> io::Result<PageCache> {
    let range = Range { offset: 0, length: 0 };
    let mut counts = Counts::default();
    let descriptor = file.as_fd().as_raw_fd();
    // SAFETY: the structures have the layout of `struct cachestat_range` and `struct
    // cachestat` (linux/mman.h); the kernel reads the first and writes the second.
    let result =
        unsafe { libc::syscall(SYS_CACHESTAT, descriptor, &raw const range, &raw mut counts, 0_u32) };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(PageCache { cached: counts.cached, dirty: counts.dirty, writeback: counts.writeback })
}
