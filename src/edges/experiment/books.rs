//! The kernel's books at a mark: read without allocating into a nameless file,
//! interpreted when the experiment is over.
//!
//! A mark reads the fault counters first and last, so that the faults of the
//! reading itself lie between the two and count for neither side. The nameless
//! file (`memfd_create(2)`) is not mapped, so that it is in no figure, and is
//! shared with forked children, so that their marks come home.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use nix::libc;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::resource::{UsageWho, getrusage};

use crate::edges::calls;
use crate::facts::books::number;
use crate::facts::mapping::{Books as Counters, Mapping};
use crate::facts::smaps;
use crate::vocabulary::evidence::PageCache;
use crate::vocabulary::experiment::{Quantity, Subject};
use crate::words::units::{Addr, Bytes};

/// Room for one reading of smaps: some thousand mappings.
pub(super) const SCRATCH: usize = 2 << 20;

const HEADER: usize = 10 * 8;

/// Where a mark's readings are kept until they are wanted.
pub(super) struct Ledger(File);

/// The kernel's books on a process at a mark.
#[derive(Debug, PartialEq)]
pub(super) struct Books {
    mappings: Vec<Mapping>,
    minor: Span,
    major: Span,
    disk_read: Option<u64>,
    page_cache: Option<PageCache>,
    subject: Option<(Addr, Addr)>,
}

/// A counter before and after the reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    entry: u64,
    exit: u64,
}

/// The thing that is measured, as it is at a mark.
#[derive(Clone, Copy)]
pub(super) enum Watched<'lab> {
    Nothing,
    Mapped { start: u64, length: u64 },
    File(&'lab File),
}

impl Ledger {
    pub(super) fn new() -> io::Result<Self> {
        let file = memfd_create(c"mmaplings-books", MFdFlags::MFD_CLOEXEC)?;
        Ok(Self(File::from(file)))
    }

    /// Reads the books of this process.
    pub(super) fn take(&self, watched: Watched<'_>, scratch: &mut [u8]) -> io::Result<()> {
        let entry = getrusage(UsageWho::RUSAGE_SELF)?;
        let smaps = read_into("/proc/self/smaps", scratch)?;
        let io = match read_into("/proc/self/io", &mut scratch[smaps..]) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        self.0.write_all_at(&scratch[..smaps + io], HEADER as u64)?;
        let cache = match watched {
            Watched::File(file) => calls::cachestat(file).ok(),
            Watched::Nothing | Watched::Mapped { .. } => None,
        };
        let (start, length) = match watched {
            Watched::Mapped { start, length } => (start, length),
            Watched::Nothing | Watched::File(_) => (0, 0),
        };
        let exit = getrusage(UsageWho::RUSAGE_SELF)?;
        let faults = |count: libc::c_long| u64::try_from(count).unwrap_or(0);
        let header: [u64; HEADER / 8] = [
            smaps as u64,
            faults(entry.minor_page_faults()),
            faults(exit.minor_page_faults()),
            faults(entry.major_page_faults()),
            faults(exit.major_page_faults()),
            cache.map_or(u64::MAX, |cache| cache.cached),
            cache.map_or(u64::MAX, |cache| cache.dirty),
            cache.map_or(u64::MAX, |cache| cache.writeback),
            start,
            length,
        ];
        for (index, word) in header.iter().enumerate() {
            self.0.write_all_at(&word.to_le_bytes(), index as u64 * 8)?;
        }
        Ok(())
    }

    /// What was read at the mark.
    pub(super) fn open(&self) -> io::Result<Books> {
        let mut content = vec![0; usize::try_from(self.0.metadata()?.len()).unwrap_or(0)];
        self.0.read_exact_at(&mut content, 0)?;
        Books::of(&content).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the mark was not read"))
    }
}

impl Books {
    fn of(content: &[u8]) -> Option<Self> {
        let (header, texts) = content.split_at_checked(HEADER)?;
        let mut words =
            header.chunks_exact(8).filter_map(|word| word.try_into().ok().map(u64::from_le_bytes));
        let (smaps, io) = texts.split_at_checked(usize::try_from(words.next()?).ok()?)?;
        let minor = Span { entry: words.next()?, exit: words.next()? };
        let major = Span { entry: words.next()?, exit: words.next()? };
        let cache = PageCache { cached: words.next()?, dirty: words.next()?, writeback: words.next()? };
        let (start, length) = (words.next()?, words.next()?);
        Some(Self {
            mappings: smaps::parse(smaps).ok()?,
            minor,
            major,
            disk_read: number(&String::from_utf8_lossy(io), "read_bytes"),
            page_cache: (cache.cached != u64::MAX).then_some(cache),
            subject: (length > 0).then_some((Addr(start), Addr(start.wrapping_add(length)))),
        })
    }
}

/// What `what` of `of` came to at `to`, or by how much it changed since `from`;
/// nothing where the machine keeps no such book.
pub(super) fn change(what: Quantity, of: &Subject, from: Option<&Books>, to: &Books) -> Option<i64> {
    let counter: fn(&Counters) -> Bytes = match what {
        Quantity::MinorFaults => {
            return Some(signed(to.minor.entry) - from.map_or(0, |from| signed(from.minor.exit)));
        }
        Quantity::MajorFaults => {
            return Some(signed(to.major.entry) - from.map_or(0, |from| signed(from.major.exit)));
        }
        Quantity::DiskRead => {
            let before = from.map_or(Some(0), |from| from.disk_read)?;
            return Some(signed(to.disk_read?) - signed(before));
        }
        Quantity::CachedPages => return cache_change(from, to, |cache| cache.cached),
        Quantity::DirtyPages => return cache_change(from, to, |cache| cache.dirty),
        Quantity::Mappings => {
            let count = |books: &Books| match of {
                Subject::Process => books.mappings.len(),
                Subject::Named(_) => covering(&books.mappings, books.subject).count(),
            };
            return Some(signed(count(to) as u64) - from.map_or(0, |from| signed(count(from) as u64)));
        }
        Quantity::Rss => |books| books.rss,
        Quantity::Pss => |books| books.pss,
        Quantity::PrivateDirty => |books| books.private_dirty,
        Quantity::Anonymous => |books| books.anonymous,
    };
    let extent = match of {
        Subject::Process => None,
        Subject::Named(_) => match extent(from, to) {
            Some(extent) => Some(extent),
            None => return Some(0),
        },
    };
    let total = |books: &Books| -> i64 {
        let counted = books.mappings.iter().filter(|mapping| {
            extent.is_none_or(|(start, end)| mapping.start.0 < end.0 && start.0 < mapping.end.0)
        });
        signed(counted.map(|mapping| counter(&mapping.books)).sum::<Bytes>().0)
    };
    Some(total(to) - from.map_or(0, total))
}

fn cache_change(from: Option<&Books>, to: &Books, counter: fn(PageCache) -> u64) -> Option<i64> {
    let before = from.map_or(Some(0), |from| from.page_cache.map(counter))?;
    Some(signed(counter(to.page_cache?)) - signed(before))
}

/// The addresses over which a mapping's figures are added up: its own, widened to
/// those of every line that covers them at either mark. The kernel may have merged
/// it with a neighbour, or split it; over the widened range the neighbour's part,
/// which does not change, cancels out.
fn extent(from: Option<&Books>, to: &Books) -> Option<(Addr, Addr)> {
    let subjects = [from.and_then(|from| from.subject), to.subject];
    let mut extent =
        subjects.into_iter().flatten().reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
    loop {
        let lines = from.into_iter().chain([to]).flat_map(|books| covering(&books.mappings, Some(extent)));
        let wider = lines.fold(extent, |(start, end), line| (start.min(line.start), end.max(line.end)));
        if wider == extent {
            return Some(extent);
        }
        extent = wider;
    }
}

fn covering(mappings: &[Mapping], range: Option<(Addr, Addr)>) -> impl Iterator<Item = &Mapping> {
    let (start, end) = range.unwrap_or_default();
    mappings.iter().filter(move |mapping| mapping.start.0 < end.0 && start.0 < mapping.end.0)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What is mapped in this process now.
pub(super) fn own_mappings() -> io::Result<Vec<Mapping>> {
    let text = std::fs::read("/proc/self/maps")?;
    smaps::parse(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Reads a file of /proc whole; how many bytes it has.
fn read_into(path: &str, buffer: &mut [u8]) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(length),
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, "there are too many mappings to be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(lines: &[(u64, u64, u64)], subject: Option<(u64, u64)>) -> Books {
        let mapping = |&(start, end, rss)| {
            let line = format!("{start:x}-{end:x} rw-p 00000000 00:00 0\nRss: {rss} kB\n");
            smaps::parse(line.as_bytes()).unwrap().remove(0)
        };
        Books {
            mappings: lines.iter().map(mapping).collect(),
            minor: Span { entry: 10, exit: 15 },
            major: Span { entry: 0, exit: 0 },
            disk_read: None,
            page_cache: None,
            subject: subject.map(|(start, end)| (Addr(start), Addr(end))),
        }
    }

    fn named() -> Subject {
        Subject::Named("m".parse().unwrap())
    }

    #[test]
    fn a_neighbour_that_was_merged_with_cancels_out() {
        let before = books(&[(0x2000, 0x4000, 8), (0x9000, 0xa000, 4)], None);
        let after = books(&[(0x1000, 0x4000, 12), (0x9000, 0xa000, 4)], Some((0x1000, 0x2000)));
        assert_eq!(change(Quantity::Rss, &named(), Some(&before), &after), Some(4096));
        assert_eq!(change(Quantity::Rss, &Subject::Process, Some(&before), &after), Some(4096));
        assert_eq!(change(Quantity::Mappings, &named(), None, &after), Some(1));
    }

    #[test]
    fn a_mapping_that_was_split_is_counted_whole() {
        let before = books(&[(0x1000, 0x4000, 12)], Some((0x1000, 0x4000)));
        let after =
            books(&[(0x1000, 0x2000, 4), (0x2000, 0x3000, 0), (0x3000, 0x4000, 4)], Some((0x1000, 0x4000)));
        assert_eq!(change(Quantity::Rss, &named(), Some(&before), &after), Some(-4096));
        assert_eq!(change(Quantity::Mappings, &named(), Some(&before), &after), Some(2));
    }

    #[test]
    fn the_faults_of_reading_the_books_count_for_nobody() {
        let mut after = books(&[], None);
        after.minor = Span { entry: 22, exit: 30 };
        assert_eq!(
            change(Quantity::MinorFaults, &Subject::Process, Some(&books(&[], None)), &after),
            Some(7)
        );
    }

    #[test]
    fn a_book_that_is_not_kept_gives_no_figure() {
        let after = books(&[], None);
        for what in [Quantity::DiskRead, Quantity::CachedPages, Quantity::DirtyPages] {
            assert_eq!(change(what, &Subject::Process, None, &after), None, "{what}");
        }
    }

    #[test]
    fn a_ledger_gives_back_what_was_read() {
        let ledger = Ledger::new().unwrap();
        assert!(ledger.open().is_err(), "an empty ledger has nothing to tell");
        ledger.take(Watched::Nothing, &mut vec![0; SCRATCH]).unwrap();
        let books = ledger.open().unwrap();
        assert!(books.mappings.iter().any(|mapping| mapping.path == "[stack]"));
        assert!(books.minor.entry > 0 && books.minor.exit >= books.minor.entry);
    }
}
