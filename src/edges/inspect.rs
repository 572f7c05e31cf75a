//! Looks at any process of this machine from outside: its mappings, and the pages
//! of one of them.
//!
//! It reads `/proc` and stops nobody: of a process that runs on meanwhile, two
//! readings may disagree. What it reads it does not interpret; see `facts`.
//!
//! Sources: `proc_pid_smaps(5)`, `Documentation/admin-guide/mm/pagemap.rst`.

#![expect(unsafe_code, reason = "the PAGEMAP_SCAN ioctl has no wrapper in libc or nix")]

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::{SysconfVar, sysconf};

use crate::facts::mapping::Mapping;
use crate::facts::page_map::{PageMap, PageState, file_frame, is_dirty, state};
use crate::facts::smaps;
use crate::words::units::{Addr, Bytes};

/// Why a process cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// There is none of that number.
    #[error("there is no process {pid}")]
    NoSuchProcess {
        /// The number.
        pid: i32,
    },
    /// It is somebody else's.
    #[error("process {pid} may not be looked at: it is another user's, or guards itself")]
    Denied {
        /// The number.
        pid: i32,
        /// What the kernel said.
        source: io::Error,
    },
    /// The kernel's answer cannot be read.
    #[error("/proc/{pid}/{file} cannot be read")]
    Unreadable {
        /// The number of the process.
        pid: i32,
        /// Which of its files.
        file: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// The page size of this machine.
#[must_use]
pub fn page_size() -> Bytes {
    let size = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    Bytes(size.and_then(|size| u64::try_from(size).ok()).unwrap_or(4096))
}

/// What the process is called (`proc_pid_comm(5)`).
///
/// # Errors
/// Where there is no such process.
pub fn name(pid: i32) -> Result<String, InspectError> {
    let text = fs::read(format!("/proc/{pid}/comm")).map_err(trouble(pid, "comm"))?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
}

/// Whether a process stands in a `read` of its standard input (`proc_pid_syscall(5)`); no, where
/// that cannot be seen.
#[must_use]
pub fn reads_stdin(pid: i32) -> bool {
    let text = fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    let mut words = text.split_whitespace();
    let call = words.next().and_then(|number| number.parse().ok());
    call == Some(libc::SYS_read) && words.next() == Some("0x0")
}

/// The mappings of a process with their counters, in order of address. A kernel
/// thread and a process that has ended but was not reaped have none.
///
/// # Errors
/// Where there is no such process, or it may not be looked at.
pub fn mappings(pid: i32) -> Result<Vec<Mapping>, InspectError> {
    let text = fs::read(format!("/proc/{pid}/smaps")).map_err(trouble(pid, "smaps"))?;
    smaps::parse(&text)
        .map_err(|error| trouble(pid, "smaps")(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// How many words of pagemap are read at a time.
const WORDS: usize = 1 << 16;
/// Of at most this many pages of files it is asked whether they are dirty: each is a call.
const MOST_FRAMES: usize = 1 << 16;

/// The pages of `mapping` of a process. Whether a file's page is dirty only root can see.
///
/// Linux before 6.7 cannot say where the few pages of a large mapping lie, so every word is
/// read there, and pages of zeroes pass for written ones.
///
/// # Errors
/// Where there is no such process, or it may not be looked at.
pub fn pages(pid: i32, mapping: &Mapping, page_size: Bytes) -> Result<PageMap, InspectError> {
    let trouble = || trouble(pid, "pagemap");
    let pagemap = File::open(format!("/proc/{pid}/pagemap")).map_err(trouble())?;
    let first = mapping.start.0 / page_size.0;
    let pages = mapping.size().pages(page_size).0;
    let everything = || vec![Stretch { pages: 0..pages, zeroes: false }];
    let mut frames = Frames::open();
    let mut map = PageMap::default();
    let mut buffer = Vec::new();
    let mut end = 0;
    for Stretch { pages, zeroes } in occupied(&pagemap, mapping, page_size).unwrap_or_else(|_| everything()) {
        map.push(PageState::Absent, pages.start - end);
        end = pages.end;
        if zeroes {
            map.push(PageState::Zero, pages.end - pages.start);
            continue;
        }
        let mut at = pages.start;
        while at < pages.end {
            let wanted = usize::try_from((pages.end - at).min(WORDS as u64)).unwrap_or(WORDS) * 8;
            buffer.resize(wanted, 0);
            let read = pagemap.read_at(&mut buffer, (first + at) * 8).map_err(trouble())? / 8 * 8;
            if read == 0 {
                // It has given the mapping back since its mappings were read, or has ended.
                map.push(PageState::Absent, pages.end - at);
                break;
            }
            for word in
                buffer[..read].chunks_exact(8).filter_map(|word| word.try_into().ok()).map(u64::from_ne_bytes)
            {
                map.push(frames.refine(word, state(word, mapping)), 1);
            }
            at += read as u64 / 8;
        }
    }
    map.push(PageState::Absent, pages - end);
    Ok(map)
}

/// The kernel's flags of page frames, for whoever may read them.
struct Frames {
    flags: Option<File>,
    left: usize,
}

impl Frames {
    fn open() -> Self {
        Self { flags: File::open("/proc/kpageflags").ok(), left: MOST_FRAMES }
    }

    fn refine(&mut self, word: u64, state: PageState) -> PageState {
        let Some((flags, frame)) = self.flags.as_ref().zip(file_frame(word)) else { return state };
        if self.left == 0 {
            return state;
        }
        self.left -= 1;
        let mut bytes = [0; 8];
        match flags.read_exact_at(&mut bytes, frame * 8) {
            Ok(()) if is_dirty(u64::from_ne_bytes(bytes)) => PageState::Dirty,
            _ => state,
        }
    }
}

/// `struct pm_scan_arg` of <linux/fs.h>.
#[repr(C)]
#[derive(Default)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `struct page_region` of <linux/fs.h>.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Region {
    start: u64,
    end: u64,
    categories: u64,
}

/// `PAGE_IS_PRESENT`
const PAGE_IS_PRESENT: u64 = 1 << 3;
/// `PAGE_IS_SWAPPED`
const PAGE_IS_SWAPPED: u64 = 1 << 4;
/// `PAGE_IS_PFNZERO`
const PAGE_IS_ZERO: u64 = 1 << 5;

/// `PAGEMAP_SCAN`, `_IOWR('f', 16, struct pm_scan_arg)` as x86-64 and aarch64 encode it
/// (`ioctl(2)`): direction, size of the argument, type, number.
const PAGEMAP_SCAN: u64 = (3 << 30) | ((size_of::<Scan>() as u64) << 16) | ((b'f' as u64) << 8) | 16;

/// Neighbouring pages of a mapping, by index, that the page table has something of.
struct Stretch {
    pages: Range<u64>,
    /// Whether they are all the kernel's page of zeroes.
    zeroes: bool,
}

/// The stretches of a mapping that are present or swapped out, in order (`PAGEMAP_SCAN`,
/// Linux 6.7): it passes over what was never touched at the cost of its page tables, where
/// pagemap has a word for each page.
fn occupied(pagemap: &File, mapping: &Mapping, page_size: Bytes) -> nix::Result<Vec<Stretch>> {
    let mut regions = vec![Region::default(); 1024];
    let mut found = Vec::new();
    let mut at = mapping.start.0;
    while at < mapping.end.0 {
        let mut scan = Scan {
            size: size_of::<Scan>() as u64,
            start: at,
            end: mapping.end.0,
            vec: regions.as_mut_ptr().expose_provenance() as u64,
            vec_len: regions.len() as u64,
            category_anyof_mask: PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
            return_mask: PAGE_IS_ZERO,
            ..Scan::default()
        };
        // SAFETY: `scan` is laid out as the kernel's structure and says where `regions` lies and
        // how many it holds; both outlive the call, which writes at most that many.
        let filled = unsafe { libc::ioctl(pagemap.as_raw_fd(), PAGEMAP_SCAN as libc::Ioctl, &raw mut scan) };
        let filled = Errno::result(filled)?;
        let filled = usize::try_from(filled).unwrap_or(0).min(regions.len());
        let index = |address: u64| address.saturating_sub(mapping.start.0) / page_size.0;
        for region in &regions[..filled] {
            // Where there is no room for more, the walk may end before the last region does, and
            // begins anew within it.
            let told = found.last().map_or(0, |stretch: &Stretch| stretch.pages.end);
            let pages = index(region.start).max(told)..index(region.end);
            if !pages.is_empty() {
                found.push(Stretch { pages, zeroes: region.categories & PAGE_IS_ZERO != 0 });
            }
        }
        if scan.walk_end <= at {
            break;
        }
        at = scan.walk_end;
    }
    Ok(found)
}

fn trouble(pid: i32, file: &'static str) -> impl Fn(io::Error) -> InspectError {
    move |source| match source.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ENOENT | Errno::ESRCH) => InspectError::NoSuchProcess { pid },
        Some(Errno::EACCES | Errno::EPERM) => InspectError::Denied { pid, source },
        _ => InspectError::Unreadable { pid, file, source },
    }
}

/// The mapping that holds `address`.
#[must_use]
pub fn at(mappings: &[Mapping], address: Addr) -> Option<&Mapping> {
    mappings.iter().find(|mapping| mapping.contains(address))
}

#[cfg(test)]
mod tests {
    use memmap2::{Advice, MmapOptions};

    use super::*;

    fn own(address: *const u8) -> Mapping {
        let pid = i32::try_from(std::process::id()).unwrap();
        let address = Addr(address.expose_provenance() as u64);
        at(&mappings(pid).unwrap(), address).unwrap().clone()
    }

    fn count(mapping: &Mapping, state: PageState) -> u64 {
        pages(i32::try_from(std::process::id()).unwrap(), mapping, page_size()).unwrap().count(state)
    }

    #[test]
    fn the_pages_of_a_private_file_mapping_are_told_apart() {
        let page = usize::try_from(page_size().0).unwrap();
        let file = tempfile::tempfile().unwrap();
        file.set_len(64 * page as u64).unwrap();
        // SAFETY: the file is this test's own and stays as long as it is.
        let mut map = unsafe { MmapOptions::new().map_copy(&file) }.unwrap();
        // A fork of another test would share the copies.
        map.advise(Advice::DontFork).unwrap();
        map[3 * page] = 1;
        map[5 * page] = 1;
        let mapping = own(map.as_ptr());
        assert_eq!(count(&mapping, PageState::Copied), 2);
        assert_eq!(Bytes(2 * page as u64), mapping.books.anonymous);
        let present = page_map(&mapping).pages() - count(&mapping, PageState::Absent);
        assert_eq!(mapping.books.rss.pages(page_size()).0, present, "smaps counts the same pages");
    }

    fn page_map(mapping: &Mapping) -> PageMap {
        pages(i32::try_from(std::process::id()).unwrap(), mapping, page_size()).unwrap()
    }

    /// That stores to these pages of a large mapping of its own, and nothing else, are told.
    fn stores_are_told(pages: usize, written: &[usize]) {
        let page = usize::try_from(page_size().0).unwrap();
        let mut map = MmapOptions::new().len(pages * page).map_anon().unwrap();
        // One store may bring a huge page, and a fork of another test would share what it finds.
        for advice in [Advice::NoHugePage, Advice::DontFork] {
            map.advise(advice).unwrap();
        }
        for index in written {
            map[index * page] = 1;
        }
        let read_only = written[0] + 2;
        assert_eq!(map[read_only * page], 0, "the page of zeroes");
        let mapping = own(map.as_ptr());
        let told = page_map(&mapping);
        assert_eq!(told.pages(), mapping.size().pages(page_size()).0);
        // The kernel may have merged it with a neighbour.
        let before = (map.as_ptr().expose_provenance() as u64 - mapping.start.0) / page_size().0;
        let within = |state| -> Vec<usize> {
            told.indices(&[state])
                .filter_map(|index| usize::try_from(index.checked_sub(before)?).ok())
                .filter(|index| *index < pages)
                .collect()
        };
        assert_eq!(within(PageState::Anonymous), written);
        assert_eq!(within(PageState::Zero), [read_only]);
    }

    #[test]
    fn the_few_pages_of_a_large_mapping_are_told_by_index() {
        stores_are_told(50_000, &[0, 1, 7, 30_001, 49_999]);
    }

    #[test]
    fn more_stretches_than_are_told_at_a_time_are_told_once_each() {
        let written: Vec<usize> = (0..9_000).map(|index| index * 4 + usize::from(index % 3 == 0)).collect();
        stores_are_told(40_000, &written);
    }

    #[test]
    fn a_process_that_waits_for_its_input_is_seen_to() {
        let mut cat = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let pid = i32::try_from(cat.id()).unwrap();
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !reads_stdin(pid) && std::time::Instant::now() < until {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let seen = reads_stdin(pid);
        drop(cat.stdin.take());
        cat.wait().unwrap();
        assert!(seen);
        assert!(!reads_stdin(-1));
    }

    #[test]
    fn there_is_no_process_of_number_minus_one() {
        let error = mappings(-1).unwrap_err();
        assert_eq!(error.to_string(), "there is no process -1");
    }
}
