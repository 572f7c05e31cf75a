//! The kernel's books on one process, read from `/proc`: thin openings of files
//! around the pure parsers of [`crate::facts`].
//!
//! A process may end, or make itself unreadable, between any two reads: what
//! cannot be read is left out.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, fcntl};

use crate::facts::mapping::Mapping;
use crate::facts::signal::Disposition;
use crate::facts::{books, smaps, syscall};
use crate::vocabulary::evidence::{Descriptor, Io};
use crate::words::units::{Bytes, Pages};

/// A book that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Not to be had.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not to be understood.
    #[error("cannot understand {}", path.display())]
    Garbled {
        /// Which.
        path: PathBuf,
        /// Where.
        source: smaps::NotSmaps,
    },
}

/// The page size of this machine.
#[must_use]
pub fn page_size() -> Bytes {
    let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok().flatten();
    // POSIX has every system answer this one.
    Bytes(size.and_then(|size| u64::try_from(size).ok()).unwrap_or(4096))
}

fn book(process: i32, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/{name}"))
}

fn text(process: i32, name: &str) -> Option<String> {
    fs::read(book(process, name)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The mappings of `process`, with their counters, in order of address.
///
/// # Errors
/// Where smaps cannot be read: the process is gone, is another user's, or is not dumpable.
pub fn mappings(process: i32) -> Result<Vec<Mapping>, BookError> {
    let path = book(process, "smaps");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(BookError::Unreadable { path, source }),
    };
    smaps::parse(&bytes).map_err(|source| BookError::Garbled { path, source })
}

/// Resident memory by statm; 0 for a process that has none left.
#[must_use]
pub fn statm_rss(process: i32) -> Option<Bytes> {
    let pages: Pages = books::resident(&text(process, "statm")?)?;
    Some(pages.bytes(page_size()))
}

/// Resident memory that is not page cache: anonymous, and shared memory
/// (`RssAnon` and `RssShmem` of `/proc/PID/status`).
#[must_use]
pub fn unreclaimable(process: i32) -> Option<Bytes> {
    let status = text(process, "status")?;
    Some(books::size(&status, "RssAnon")? + books::size(&status, "RssShmem")?)
}

/// The process (thread group) to which `thread` belongs.
#[must_use]
pub fn process_of(thread: i32) -> Option<i32> {
    i32::try_from(books::number(&text(thread, "status")?, "Tgid")?).ok()
}

/// What the process of `thread` does about `signal`.
#[must_use]
pub fn disposition(thread: i32, signal: i32) -> Option<Disposition> {
    books::disposition(&text(thread, "status")?, signal)
}

/// The thread that traces `thread`; 0 for none.
#[must_use]
pub fn tracer_of(thread: i32) -> Option<i32> {
    i32::try_from(books::number(&text(thread, "status")?, "TracerPid")?).ok()
}

/// The process whose child `thread` is.
#[must_use]
pub fn parent_of(thread: i32) -> Option<i32> {
    i32::try_from(books::number(&text(thread, "status")?, "PPid")?).ok()
}

/// The session of `process`, the id of the process that began it.
#[must_use]
pub fn session_of(process: i32) -> Option<i32> {
    let process = nix::unistd::Pid::from_raw(process);
    nix::unistd::getsid(Some(process)).ok().map(nix::unistd::Pid::as_raw)
}

/// Bytes and calls read and written.
#[must_use]
pub fn io(process: i32) -> Option<Io> {
    let text = text(process, "io")?;
    let number = |key| books::number(&text, key);
    Some(Io {
        rchar: number("rchar")?,
        wchar: number("wchar")?,
        syscr: number("syscr")?,
        syscw: number("syscw")?,
        read_bytes: number("read_bytes")?,
        write_bytes: number("write_bytes")?,
    })
}

/// Minor and major faults of the process itself.
#[must_use]
pub fn faults(process: i32) -> Option<(u64, u64)> {
    books::faults(&text(process, "stat")?)
}

/// The ids of all processes that this one can see.
#[must_use]
pub fn processes() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

/// What the link of a descriptor says.
#[must_use]
pub fn behind(process: i32, descriptor: i32) -> Option<String> {
    let link = fs::read_link(format!("/proc/{process}/fd/{descriptor}")).ok()?;
    Some(link.to_string_lossy().into_owned())
}

/// The numbers of the open descriptors of `process`, in order.
#[must_use]
pub fn numbers(process: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir(book(process, "fd")) else { return Vec::new() };
    let mut numbers: Vec<i32> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// The open descriptors of `process`, by number.
#[must_use]
pub fn descriptors(process: i32) -> Vec<Descriptor> {
    numbers(process).into_iter().filter_map(|number| descriptor(process, number)).collect()
}

fn descriptor(process: i32, number: i32) -> Option<Descriptor> {
    let link = book(process, &format!("fd/{number}"));
    let file = fs::metadata(&link).ok()?;
    let path = behind(process, number)?;
    let position = text(process, &format!("fdinfo/{number}")).and_then(|info| books::number(&info, "pos"));
    // Opening a FIFO or a device would act on it; only a memfd has seals.
    let is_memfd = path.starts_with("/memfd:") && !file.file_type().is_fifo();
    let seals = if is_memfd { seals(&link) } else { None };
    Some(Descriptor {
        number,
        path,
        inode: file.ino(),
        device: (libc::major(file.dev()), libc::minor(file.dev())),
        position: position.unwrap_or(0),
        seals: seals.map(syscall::seals),
        length: Bytes(if file.is_file() { file.len() } else { 0 }),
    })
}

fn seals(link: &Path) -> Option<u64> {
    let file = fs::File::open(link).ok()?;
    u64::try_from(fcntl(&file, FcntlArg::F_GET_SEALS).ok()?).ok()
}
