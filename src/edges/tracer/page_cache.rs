//! The page cache behind the files of a scene, by path.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::sys::memfd::{MFdFlags, memfd_create};

use crate::edges::calls;
use crate::vocabulary::evidence::PageCache;

/// Whether this user is told of the pages behind a file of their own: newer kernels (6.12 has
/// been seen to) tell nobody of a file that is neither theirs nor writable to them, so that a
/// program of the system's is no file to try it on.
///
/// # Errors
/// Where the kernel has no cachestat (ENOSYS), or forbids it altogether.
pub fn try_on_own_file() -> io::Result<PageCache> {
    calls::cachestat(File::from(memfd_create(c"mmaplings-probe", MFdFlags::MFD_CLOEXEC)?))
}

/// The pages behind the file at `path`.
///
/// # Errors
/// Where it cannot be opened, or the kernel has no cachestat (ENOSYS) or forbids it (EPERM).
pub fn of_path(path: &Path) -> io::Result<PageCache> {
    // Without O_NONBLOCK a FIFO that a program planted there would hold us up for ever.
    calls::cachestat(File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_is_refused_only_where_the_kernel_has_no_such_call_for_anybody() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::write(&own, "mine").unwrap();
        assert_eq!(
            try_on_own_file().map_err(|error| error.raw_os_error()).map(drop),
            of_path(&own).map_err(|error| error.raw_os_error()).map(drop)
        );
    }
}
