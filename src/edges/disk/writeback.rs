//! Writing back without flushing: the one call that does just that.
//!
//! `syncfs(2)` would ask for all files at once, but kernels since 6.18 no longer
//! wait for what a FUSE server has not written yet.
#![expect(unsafe_code, reason = "sync_file_range(2) has no safe wrapper")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

use nix::errno::Errno;
use nix::libc;

/// Has the kernel write the dirty pages of the file at `path`, and waits until it has.
pub(super) fn hand_over(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let flags =
        libc::SYNC_FILE_RANGE_WAIT_BEFORE | libc::SYNC_FILE_RANGE_WRITE | libc::SYNC_FILE_RANGE_WAIT_AFTER;
    // SAFETY: the call takes plain numbers, and the descriptor is open for as long as it lasts.
    let answer = unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, flags) };
    Errno::result(answer).map(drop).map_err(io::Error::from)
}
