//! System calls that neither libc nor nix wraps: the one room of this floor that the
//! others may enter.
//!
//! A call goes in and its answer comes out, as the manual page has it; when to make it and
//! what it means is left to whoever asks.
#![expect(unsafe_code, reason = "raw system calls")]

use std::io;
use std::os::fd::{AsFd, AsRawFd as _};

use crate::vocabulary::evidence::PageCache;

/// The same on every architecture: it came after the numbers were made one.
const SYS_CACHESTAT: libc::c_long = 451;

/// `struct cachestat_range` of <linux/mman.h>.
#[repr(C)]
struct Range {
    offset: u64,
    /// 0 for all to the end of the file.
    length: u64,
}

/// `struct cachestat` of <linux/mman.h>, in pages.
#[repr(C)]
#[derive(Default)]
struct Counts {
    cached: u64,
    dirty: u64,
    writeback: u64,
    evicted: u64,
    recently_evicted: u64,
}

/// What of an open file is in the page cache, and how much of that is dirty
/// (`cachestat(2)`, Linux 6.5).
///
/// # Errors
/// Where the kernel has no such call (ENOSYS), forbids it (EPERM), or keeps no pages of this
/// kind of file (EOPNOTSUPP).
pub(crate) fn cachestat(file: impl AsFd) -> io::Result<PageCache> {
    let range = Range { offset: 0, length: 0 };
    let mut counts = Counts::default();
    let descriptor = file.as_fd().as_raw_fd();
    // SAFETY: the structures have the layout that the kernel expects and outlive the call,
    // which reads the first and writes the second.
    let result =
        unsafe { libc::syscall(SYS_CACHESTAT, descriptor, &raw const range, &raw mut counts, 0_u32) };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(PageCache { cached: counts.cached, dirty: counts.dirty, writeback: counts.writeback })
}
