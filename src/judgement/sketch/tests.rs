//! Drawings held against lines captured on Linux 6.18 (x86-64, glibc).

use proptest::prelude::*;

use super::*;
use crate::facts::smaps;
use crate::vocabulary::sketch::SketchBacking;
use crate::words::units::{Addr, Bytes};

const MERGED_RUN: &str = "\
5586c819a000-5586c819b000 rw-p 00003000 fe:00 10010821                   /tmp/specimen
5586c9489000-5586c94aa000 rw-p 00000000 00:00 0                          [heap]
7f36aa000000-7f36aa800000 rw-s 00000000 fe:00 10010722                   /tmp/x/shared.bin
7f36aa814000-7f36ea919000 rw-p 00000000 00:00 0
7f36ea919000-7f36ea93f000 r--p 00000000 fe:00 326279                     /usr/lib/x86_64-linux-gnu/libc.so.6
7f36eab05000-7f36eab07000 rw-p 00000000 00:00 0
7ffdb8c5c000-7ffdb8c7d000 rw-p 00000000 00:00 0                          [stack]
";

/// The same with a gap between the two allocations.
const APART_RUN: &str = "\
5586c9489000-5586c94aa000 rw-p 00000000 00:00 0                          [heap]
7f36aa000000-7f36aa800000 rw-s 00000000 fe:00 10010722                   /tmp/x/shared.bin
7f36aa814000-7f36ea815000 rw-p 00000000 00:00 0
7f36ea816000-7f36ea917000 rw-p 00000000 00:00 0
7ffdb8c5c000-7ffdb8c7d000 rw-p 00000000 00:00 0                          [stack]
";

fn entry(id: &str, what: &str, size: Bytes, backing: SketchBacking, address: u64) -> Expected {
    let shared = backing == SketchBacking::File;
    let partner = if id == "small" { "large" } else { "small" };
    Expected {
        id: id.parse().unwrap(),
        what: what.to_owned(),
        size,
        slack: if shared { Bytes(0) } else { Bytes::kib(4) },
        perms: if shared { "rw-s" } else { "rw-p" }.parse().unwrap(),
        backing,
        name: shared.then(|| "shared.bin".to_owned()),
        address: Some(Addr(address)),
        may_merge_with: if shared { Vec::new() } else { vec![partner.parse().unwrap()] },
        why: format!("({id})"),
    }
}

fn entries() -> Vec<Expected> {
    vec![
        entry("small", "malloc(1 MiB)", Bytes::mib(1), SketchBacking::Anonymous, 0x7f36_ea81_6010),
        entry("large", "malloc(1 GiB)", Bytes::gib(1), SketchBacking::Anonymous, 0x7f36_aa81_4010),
        entry("file", "an 8 MiB shared file", Bytes::mib(8), SketchBacking::File, 0x7f36_aa00_0000),
    ]
}

fn compared(drawing: &str, live: &str) -> Comparison {
    compare(Speech::ENGLISH, drawing.as_bytes(), &entries(), &smaps::parse(live.as_bytes()).unwrap())
}

/// The comparison in a few words a line.
fn told(drawing: &str, live: &str) -> String {
    let comparison = compared(drawing, live);
    let mut told = Vec::new();
    for line in &comparison.lines {
        told.push(format!("{}: {}", line.number, summary(&line.finding)));
    }
    for missing in &comparison.missing {
        told.push(format!("missing {}", missing.entry));
    }
    told.push(format!("{}/{}", comparison.earned, comparison.possible));
    told.join("\n")
}

fn summary(finding: &Finding) -> String {
    match finding {
        Finding::Entry { entries, columns, merged, .. } => {
            let names: Vec<&str> = entries.iter().map(Label::as_str).collect();
            let mut words = vec![names.join("+")];
            for column in columns {
                match column.mark {
                    Mark::Wrong | Mark::Unreadable => {
                        words.push(format!("{} {:?}: {}", column.column, column.mark, column.why))
                    }
                    Mark::Open | Mark::Right | Mark::Unknowable => {}
                }
            }
            if let Some(merged) = merged {
                let with: Vec<&str> = merged.with.iter().map(Label::as_str).collect();
                words.push(format!("merged with {}", with.join("+")));
            }
            words.join(", ")
        }
        Finding::AlsoThere { live } => format!("also there: {live}"),
        Finding::Repeated { entry, first } => format!("{entry} again, as line {first}"),
        Finding::Extra { why } => format!("extra: {why}"),
        Finding::Unreadable { why } => format!("unreadable: {why}"),
    }
}

#[test]
fn lines_drawn_apart_are_right_though_the_kernel_merged_them() {
    let drawing = "?+1MiB rw-p 0 00:00 0\n?+1GiB rw-p 0 00:00 0\n?+8MiB rw-s 0 ? ? /somewhere/shared.bin";
    assert_eq!(
        told(drawing, MERGED_RUN),
        "1: small, merged with large\n2: large, merged with small\n3: file\n9/9"
    );
    assert!(compared(drawing, MERGED_RUN).is_right());
    assert_eq!(told(drawing, APART_RUN), "1: small\n2: large\n3: file\n9/9");
}

#[test]
fn one_line_for_both_is_right_where_the_kernel_merged_them() {
    let drawing = "7f0000000000-7f0040102000 rw-p 00000000 00:00 0\n?+8MiB rw-s 0 ? ? shared.bin";
    assert_eq!(told(drawing, MERGED_RUN), "1: small+large\n2: file\n9/9");
    let without_lengths = "? rw-p 0 00:00 0\n? rw-s 0 ? ? shared.bin";
    assert_eq!(told(without_lengths, MERGED_RUN), "1: small+large\n2: file\n6/9");
    assert_eq!(told(without_lengths, APART_RUN), "1: small\n2: file\nmissing large\n4/9");
}

#[test]
fn what_is_wrong_is_told_by_its_column() {
    let drawing = "?+1MiB rw-s 0 00:00 0 [heap]\n?+2GiB r--p\n?+8MiB rw-p 1000 00:00 0 shared.bin";
    assert_eq!(
        told(drawing, APART_RUN),
        "1: small, permissions Wrong: its stores are this process's own (MAP_PRIVATE): p, \
         path Wrong: [heap] is only what brk(2) gave; this memory came from mmap(2), and the column is blank\n\
         2: large, length Wrong: 2 GiB is too long: malloc(1 GiB) asks for 1 GiB, \
         permissions Wrong: it may be written (PROT_WRITE): w\n\
         3: file, permissions Wrong: its stores are shared (MAP_SHARED): s, \
         offset Wrong: the offset is where in the file the mapping begins, in bytes, \
         device Wrong: a file lies on a device, whose number this machine gave it, \
         inode Wrong: a file has an inode, which its file system gave it\n\
         1/9"
    );
}

#[test]
fn true_lines_that_nobody_asked_for_are_no_fault() {
    let drawing = "? rw-p ? ? ? [stack]\n? rw-p ? ? ? [heap]\n? r--p ? ? ? libc.so.6\n? rw-p ? ? ? [vdso]";
    let told = told(drawing, MERGED_RUN);
    assert!(told.starts_with("1: also there: 7ffdb8c5c000"), "{told}");
    assert!(told.contains("\n2: also there: 5586c9489000"), "{told}");
    assert!(told.contains("\n3: also there: 7f36ea919000"), "{told}");
    assert!(told.contains("\n4: extra: nothing of [vdso] is mapped like that"), "{told}");
}

#[test]
fn the_same_line_twice_counts_once() {
    let drawing = "?+8MiB rw-s ? ? ? shared.bin\n?+8MiB rw-s ? ? ? shared.bin";
    assert_eq!(
        told(drawing, APART_RUN),
        "1: file\n2: file again, as line 1\nmissing small\nmissing large\n3/9"
    );
}

#[test]
fn nonsense_is_diagnosed_with_its_line() {
    let drawing = "# my drawing\n\nmalloc gives me one megabyte\n?+1MiB rwxyz 0 00:00 0";
    assert_eq!(
        told(drawing, APART_RUN),
        "3: unreadable: it is not a line of maps: start-end permissions offset device inode path, with ? in any column\n\
         4: small, permissions Unreadable: permissions are four letters such as rw-p, with ? for one that you don't know\n\
         missing large\nmissing file\n2/9"
    );
    assert_eq!(told("", APART_RUN), "missing small\nmissing large\nmissing file\n0/9");
}

#[test]
fn an_entry_that_the_run_does_not_show_is_not_held_against_anybody() {
    let comparison = compared(
        "?+8MiB rw-s ? ? ? shared.bin",
        "7f36aa000000-7f36aa800000 rw-s 00000000 fe:00 7 /tmp/x/shared.bin\n",
    );
    assert_eq!(comparison.unobserved.iter().map(Label::as_str).collect::<Vec<_>>(), ["small", "large"]);
    assert_eq!((comparison.earned, comparison.possible), (3, 3));
    assert!(comparison.is_right());
}

#[test]
fn without_addresses_entries_are_found_by_what_they_are() {
    let entries: Vec<Expected> =
        entries().into_iter().map(|entry| Expected { address: None, ..entry }).collect();
    for live in [MERGED_RUN, APART_RUN] {
        let live = smaps::parse(live.as_bytes()).unwrap();
        let drawing = "?+1MiB rw-p 0 00:00 0\n?+1GiB rw-p 0 00:00 0\n?+8MiB rw-s 0 ? ? shared.bin";
        assert!(compare(Speech::ENGLISH, drawing.as_bytes(), &entries, &live).is_right());
    }
}

#[test]
fn the_kernels_own_lines_are_a_right_drawing() {
    for live in [MERGED_RUN, APART_RUN] {
        let comparison = compared(live, live);
        assert_eq!((comparison.earned, comparison.possible), (9, 9), "{comparison:#?}");
        assert!(comparison.is_right(), "{comparison:#?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_compared(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let comparison = compare(Speech::ENGLISH, &bytes, &entries(), &smaps::parse(MERGED_RUN.as_bytes()).unwrap());
        prop_assert!(comparison.earned <= comparison.possible);
    }

    #[test]
    fn any_lines_that_look_like_maps_are_compared(
        lines in proptest::collection::vec(
            "(\\?|[0-9a-f]{1,12}-[0-9a-f]{1,12}|\\?\\+[0-9]{1,4}[KMG]iB) (\\?|[r?-][w?-][x?-][ps?]) (\\?|[0-9a-f]{1,8}) (\\?|00:00) (\\?|0|[0-9]{1,9}) (|\\?|\\[heap\\]|shared.bin)",
            0..12,
        )
    ) {
        let comparison = compared(&lines.join("\n"), MERGED_RUN);
        prop_assert!(comparison.earned <= comparison.possible);
        prop_assert_eq!(comparison.lines.len(), lines.len());
        // Each entry is either drawn once or missing.
        let mut seen: Vec<&Label> = comparison.missing.iter().map(|missing| &missing.entry).collect();
        for line in &comparison.lines {
            if let Finding::Entry { entries, .. } = &line.finding {
                seen.extend(entries);
            }
        }
        seen.sort();
        prop_assert_eq!(seen.iter().map(|label| label.as_str()).collect::<Vec<_>>(), ["file", "large", "small"]);
    }
}
