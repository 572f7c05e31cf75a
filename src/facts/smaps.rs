//! `/proc/PID/smaps` (and `/proc/PID/maps`) as [`Mapping`]s.
//!
//! A pure parser over bytes. Counters that are not known are passed over: every
//! few kernel releases add one. A header that cannot be read is an error that
//! names the line, for half-read books would be taken for the truth.
//!
//! Source: `proc_pid_smaps(5)`, `Documentation/filesystems/proc.rst`.

use crate::facts::mapping::{Books, Mapping, Perms};
use crate::words::units::{Addr, Bytes};

/// A line of maps or smaps that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of smaps cannot be read: {text:?}")]
pub struct NotSmaps {
    /// Its number, from 1.
    line: usize,
    /// The line.
    text: String,
}

/// The mappings that `text`, the content of smaps or of maps, lists.
///
/// # Errors
/// Where a line is neither a mapping nor a counter.
pub fn parse(text: &[u8]) -> Result<Vec<Mapping>, NotSmaps> {
    let mut mappings: Vec<Mapping> = Vec::new();
    for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        let line = String::from_utf8_lossy(line);
        let error = || NotSmaps { line: index + 1, text: line.clone().into_owned() };
        if let Some((key, value)) = counter(&line) {
            let books = &mut mappings.last_mut().ok_or_else(error)?.books;
            set(books, key, value);
        } else {
            mappings.push(header(&line).ok_or_else(error)?);
        }
    }
    Ok(mappings)
}

/// `Rss:   12 kB` as its key and the rest. A header never matches: its first word holds no colon.
fn counter(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let named = key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    named.then_some((key, value))
}

fn set(books: &mut Books, key: &str, value: &str) {
    let slot = match key {
        "Rss" => &mut books.rss,
        "Pss" => &mut books.pss,
        "Shared_Clean" => &mut books.shared_clean,
        "Shared_Dirty" => &mut books.shared_dirty,
        "Private_Clean" => &mut books.private_clean,
        "Private_Dirty" => &mut books.private_dirty,
        "Anonymous" => &mut books.anonymous,
        "AnonHugePages" => &mut books.anon_huge,
        "Swap" => &mut books.swap,
        "Locked" => &mut books.locked,
        "MMUPageSize" => &mut books.page_size,
        _ => return,
    };
    let kib = value.trim().strip_suffix("kB").and_then(|number| number.trim().parse().ok());
    *slot = Bytes::kib(kib.unwrap_or(0));
}

fn header(line: &str) -> Option<Mapping> {
    let mut rest = line;
    let mut column = || {
        let trimmed = rest.trim_start_matches(' ');
        let (word, behind) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
        rest = behind;
        (!word.is_empty()).then_some(word)
    };
    let (start, end) = column()?.split_once('-')?;
    let perms: Perms = column()?.parse().ok()?;
    let offset = column()?;
    let (major, minor) = column()?.split_once(':')?;
    let inode = column()?.parse().ok()?;
    let hexadecimal = |digits: &str| u64::from_str_radix(digits, 16).ok();
    Some(Mapping {
        start: Addr(hexadecimal(start)?),
        end: Addr(hexadecimal(end)?),
        perms,
        offset: Bytes(hexadecimal(offset)?),
        device: (u32::from_str_radix(major, 16).ok()?, u32::from_str_radix(minor, 16).ok()?),
        inode,
        // The path may begin or end with spaces of its own; only the kernel's padding is taken off.
        path: rest.trim_start_matches(' ').to_owned(),
        books: Books::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::mapping::{Flavour, Sharing};

    /// Captured on Linux 6.18 (x86-64).
    const CAPTURED: &str = "\
7f12c0000000-7f12c1000000 rw-s 00001000 fe:00 131091                     /tmp/with space/shared.bin (deleted)
Size:              16384 kB
KernelPageSize:        4 kB
MMUPageSize:           4 kB
Rss:                  64 kB
Pss:                  40 kB
Pss_Dirty:             4 kB
Shared_Clean:          8 kB
Shared_Dirty:          4 kB
Private_Clean:        48 kB
Private_Dirty:         4 kB
Referenced:           64 kB
Anonymous:             0 kB
KSM:                   0 kB
LazyFree:              0 kB
AnonHugePages:         0 kB
ShmemPmdMapped:        0 kB
FilePmdMapped:         0 kB
Shared_Hugetlb:        0 kB
Private_Hugetlb:       0 kB
Swap:                 12 kB
SwapPss:               0 kB
Locked:               16 kB
THPeligible:           0
VmFlags: rd wr sh mr mw me ms sd
7f12d0000000-7f1350000000 rw-p 00000000 00:00 0
Size:            2097152 kB
KernelPageSize:        4 kB
MMUPageSize:           4 kB
Rss:                2048 kB
AnonHugePages:      2048 kB
Anonymous:          2048 kB
ProtectionKey:         0
VmFlags: rd wr mr mw me nr sd
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
";

    #[test]
    fn captured_books_are_read() {
        let mappings = parse(CAPTURED.as_bytes()).unwrap();
        assert_eq!(mappings.len(), 3);
        let file = &mappings[0];
        assert_eq!((file.start, file.end), (Addr(0x7f12_c000_0000), Addr(0x7f12_c100_0000)));
        assert_eq!(file.perms.sharing, Sharing::Shared);
        assert_eq!((file.offset, file.device, file.inode), (Bytes(4096), (0xfe, 0), 131_091));
        assert_eq!(file.path, "/tmp/with space/shared.bin (deleted)");
        assert_eq!(
            file.books,
            Books {
                rss: Bytes::kib(64),
                pss: Bytes::kib(40),
                shared_clean: Bytes::kib(8),
                shared_dirty: Bytes::kib(4),
                private_clean: Bytes::kib(48),
                private_dirty: Bytes::kib(4),
                anonymous: Bytes(0),
                anon_huge: Bytes(0),
                swap: Bytes::kib(12),
                locked: Bytes::kib(16),
                page_size: Bytes::kib(4),
            }
        );
        assert_eq!(mappings[1].flavour(), Some(Flavour::PrivateAnonymous));
        assert_eq!(mappings[1].size(), Bytes::gib(2));
        assert_eq!(mappings[1].books.anon_huge, Bytes::mib(2));
        assert_eq!(mappings[2].path, "[vsyscall]");
    }

    #[test]
    fn plain_maps_are_read_too() {
        let maps = b"00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon\n";
        let mappings = parse(maps).unwrap();
        assert_eq!(mappings[0].device, (8, 2));
        assert_eq!(mappings[0].books, Books::default());
    }

    #[test]
    fn a_path_may_hold_colons_and_bytes_that_are_no_text() {
        let maps = b"00400000-00452000 r-xp 00000000 08:02 17      /tmp/Rss: 4 kB \xff\n";
        assert_eq!(parse(maps).unwrap()[0].path, "/tmp/Rss: 4 kB \u{fffd}");
    }

    #[test]
    fn what_is_no_line_of_smaps_is_refused_with_its_number() {
        for (text, line) in [
            ("Rss: 4 kB\n", 1),
            ("00400000-00452000 r-xp 00000000 08:02 17 /x\nnonsense\n", 2),
            ("00400000 r-xp 00000000 08:02 17 /x\n", 1),
            ("00400000-00452000 r-x 00000000 08:02 17 /x\n", 1),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().line, line, "{text:?}");
        }
        assert_eq!(parse(b""), Ok(Vec::new()));
    }
}
