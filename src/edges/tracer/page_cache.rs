//! The page cache behind the files of a scene, by path.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::edges::calls;
use crate::vocabulary::evidence::PageCache;

/// The pages behind the file at `path`.
///
/// # Errors
/// Where it cannot be opened, or the kernel has no cachestat (ENOSYS) or forbids it (EPERM).
pub fn of_path(path: &Path) -> io::Result<PageCache> {
    // Without O_NONBLOCK a FIFO that a program planted there would hold us up for ever.
    calls::cachestat(File::options().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?)
}
