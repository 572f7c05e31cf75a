//! The pictures as people see them: at 80 and 120 columns, in colour, in ASCII, in words.

use proptest::prelude::*;

use super::*;
use crate::assemblies::observing::{Observation, Sample};
use crate::assemblies::ui::look::{Colour, Glyphs, Look, Telling};
use crate::assemblies::ui::observation::{Listing, MEMORY_CALLS, observation};
use crate::facts::call::{Call, Detail, Outcome};
use crate::facts::mapping::Mapping;
use crate::facts::page_map::{PageMap, PageState};
use crate::facts::smaps;
use crate::judgement::sketch::{Expected, compare};
use crate::vocabulary::evidence::{Ending, Faults, Io, Run, Snapshot};
use crate::vocabulary::sketch::SketchBacking;
use crate::words::units::{Addr, Bytes};

const WIDE: Look = Look { width: 120, ..Look::PLAIN };
const COLOUR: Look = Look { colour: Colour::On, ..Look::PLAIN };
const ASCII: Look = Look { glyphs: Glyphs::Ascii, ..Look::PLAIN };
const WORDS: Look = Look { telling: Telling::Words, ..Look::PLAIN };

/// smaps in short: the line, its Rss in KiB.
fn mappings(lines: &[(&str, u64)]) -> Vec<Mapping> {
    let text: String = lines.iter().map(|(line, rss)| format!("{line}\nRss: {rss} kB\n")).collect();
    smaps::parse(text.as_bytes()).unwrap()
}

fn reserve() -> Vec<Mapping> {
    mappings(&[
        ("5586c8196000-5586c8197000 r--p 00000000 fe:00 10010821 /home/ada/mmaplings/target/reserve", 4),
        ("5586c8197000-5586c819a000 r-xp 00001000 fe:00 10010821 /home/ada/mmaplings/target/reserve", 12),
        ("5586c9489000-5586c94aa000 rw-p 00000000 00:00 0 [heap]", 8),
        ("7f347a917000-7f36fa917000 rw-p 00000000 00:00 0", 400),
        ("7f36fa917000-7f36fb917000 rw-s 00000000 fe:00 10010722 /tmp/scene/shared.bin", 16384),
        ("7f36fb917000-7f36fb918000 rw-s 00000000 00:01 1029 /dev/zero (deleted)", 4),
        ("7f36fba19000-7f36fba3f000 r--p 00000000 fe:00 326279 /usr/lib/x86_64-linux-gnu/libc.so.6", 152),
        ("7f36fba3f000-7f36fbb95000 r-xp 00026000 fe:00 326279 /usr/lib/x86_64-linux-gnu/libc.so.6", 900),
        ("7ffdb8c5c000-7ffdb8c7d000 rw-p 00000000 00:00 0 [stack]", 20),
        ("7ffdb8ca8000-7ffdb8caa000 r-xp 00000000 00:00 0 [vdso]", 4),
        ("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", 0),
    ])
}

fn reader() -> Vec<Mapping> {
    mappings(&[
        ("55d0c9489000-55d0c94aa000 rw-p 00000000 00:00 0 [heap]", 8),
        ("7f11ea917000-7f11eb917000 r--s 00000000 fe:00 10010722 /tmp/scene/shared.bin", 64),
        ("7f11fa93f000-7f11faa95000 r-xp 00026000 fe:00 326279 /usr/lib/x86_64-linux-gnu/libc.so.6", 900),
        ("7ffeb8c5c000-7ffeb8c7d000 rw-p 00000000 00:00 0 [stack]", 20),
    ])
}

fn space(look: &Look, folding: Folding) -> String {
    let mappings = reserve();
    address_space(look, &AddressSpace { title: "reserve (process 4711)", mappings: &mappings, folding })
}

#[test]
fn an_address_space() {
    insta::assert_snapshot!("space_80", space(&Look::PLAIN, Folding::Files));
    insta::assert_snapshot!("space_120", space(&WIDE, Folding::Nothing));
    insta::assert_snapshot!("space_colour", space(&COLOUR, Folding::Files));
    insta::assert_snapshot!("space_ascii", space(&ASCII, Folding::Files));
    insta::assert_snapshot!("space_words", space(&WORDS, Folding::Files));
}

fn pages() -> PageMap {
    let mut map = PageMap::default();
    for (state, pages) in [
        (PageState::Cached, 700),
        (PageState::Absent, 2048),
        (PageState::Copied, 3),
        (PageState::Absent, 61),
        (PageState::Shared, 256),
        (PageState::Dirty, 128),
        (PageState::Swapped, 4),
        (PageState::Absent, 896),
    ] {
        map.push(state, pages);
    }
    map
}

#[test]
fn the_pages_of_a_mapping() {
    let file =
        mappings(&[("7f36fa917000-7f36fb917000 rw-p 00000000 fe:00 7 /tmp/scene/image.bin", 4000)]).remove(0);
    let page = Bytes::kib(4);
    insta::assert_snapshot!("pages_80", residency(&Look::PLAIN, &file, &pages(), page));
    insta::assert_snapshot!("pages_120", residency(&WIDE, &file, &pages(), page));
    insta::assert_snapshot!("pages_colour", residency(&COLOUR, &file, &pages(), page));
    insta::assert_snapshot!("pages_ascii", residency(&ASCII, &file, &pages(), page));
    insta::assert_snapshot!("pages_words", residency(&WORDS, &file, &pages(), page));
}

fn call(at: u64, name: &str, text: &str, outcome: Outcome) -> Call {
    Call {
        at,
        process: 1,
        thread: 1,
        name: name.to_owned(),
        text: text.to_owned(),
        detail: Detail::Other,
        outcome,
    }
}

fn snapshot(name: &str, at: u64, rss: Bytes, minor: u64, calls_before: usize) -> Snapshot {
    Snapshot {
        checkpoint: name.parse().unwrap(),
        at,
        pid: 1,
        mappings: Vec::new(),
        rss,
        statm_rss: rss,
        io: None,
        descriptors: Vec::new(),
        faults: Some(Faults { minor, major: 1, source: "perf".to_owned() }),
        stdin_bytes: 0,
        output_bytes: 0,
        calls_before,
        pages: Vec::new(),
        page_cache: std::collections::BTreeMap::new(),
    }
}

fn run() -> Run {
    let mut calls: Vec<Call> = (0..9)
        .map(|n| {
            call(
                n * 90,
                if n % 3 == 0 { "openat" } else { "mmap" },
                "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0)",
                Outcome::Returned(0x7f36_0000_0000),
            )
        })
        .collect();
    calls.push(call(
        1400,
        "mmap",
        "mmap(NULL, 10737418240, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0)",
        Outcome::Returned(0x7f34_7a91_7000),
    ));
    calls.push(call(
        52_000,
        "madvise",
        "madvise(0x7f347a917000, 10737418240, MADV_DONTNEED)",
        Outcome::Failed(22),
    ));
    Run {
        program: "reserve".parse().unwrap(),
        args: Vec::new(),
        pid: 1,
        ending: Ending::Exited { status: 0 },
        limit: None,
        processes: Vec::new(),
        stdout: Vec::new(),
        stderr: String::new(),
        stdout_bytes: 0,
        snapshots: vec![
            snapshot("mapped", 2_000, Bytes::mib(1), 120, 10),
            snapshot("touched", 40_000, Bytes::mib(65), 16_504, 10),
            snapshot("returned", 60_000, Bytes::mib(1), 16_510, 11),
        ],
        calls,
        calls_dropped: 0,
        signals: Vec::new(),
        signals_dropped: 0,
        faults: None,
        results: Vec::new(),
        unobserved: Vec::new(),
        run_us: 61_000,
    }
}

#[test]
fn a_run() {
    insta::assert_snapshot!("run_80", timeline(&Look::PLAIN, &run()));
    insta::assert_snapshot!("run_120", timeline(&WIDE, &run()));
    insta::assert_snapshot!("run_colour", timeline(&COLOUR, &run()));
    insta::assert_snapshot!("run_ascii", timeline(&ASCII, &run()));
    insta::assert_snapshot!("run_words", timeline(&WORDS, &run()));
}

fn observed(look: &Look) -> String {
    let mut run = run();
    let mut exit = snapshot("exit", 60_500, Bytes::mib(1), 16_512, 11);
    exit.mappings = reserve();
    exit.io = Some(Io { rchar: 3_800, syscr: 9, wchar: 97, syscw: 5, ..Io::default() });
    run.snapshots[1].mappings = reserve();
    run.snapshots.push(exit);
    run.faults = Some(Faults { minor: 16_512, major: 3, source: "perf".to_owned() });
    let samples = (0..30).map(|n| Sample {
        at: n * 2_000,
        processes: 1,
        rss: if n < 20 { Bytes::mib(1 + n * 3) } else { Bytes::mib(1) },
        minor: n.min(20) * 800,
        major: 0,
    });
    let model = Observation {
        command: vec!["./reserve".to_owned(), "10G".to_owned(), "\u{1b}[31m".to_owned()],
        run,
        samples: samples.collect(),
        largest: None,
        page_size: Bytes::kib(4),
    };
    let names = Some(MEMORY_CALLS.map(ToOwned::to_owned).to_vec());
    observation(look, &model, &Listing { names, lines: 4 }, None)
}

#[test]
fn an_observation() {
    insta::assert_snapshot!("observed_80", observed(&Look::PLAIN));
    insta::assert_snapshot!("observed_120", observed(&WIDE));
    insta::assert_snapshot!("observed_ascii", observed(&ASCII));
    insta::assert_snapshot!("observed_words", observed(&WORDS));
    for look in [Look::PLAIN, WIDE, ASCII, WORDS] {
        let text = observed(&look);
        assert!(!text.contains('\u{1b}'), "what was typed moves no cursor");
        let widest = text.lines().map(console::measure_text_width).max();
        assert!(widest <= Some(look.width), "{widest:?} in {text}");
    }
}

fn two(look: &Look) -> String {
    let (writer, reader) = (reserve(), reader());
    pair(look, &Side { title: "writer", mappings: &writer }, &Side { title: "reader", mappings: &reader })
}

#[test]
fn two_programs() {
    insta::assert_snapshot!("pair_80", two(&Look::PLAIN));
    insta::assert_snapshot!("pair_120", two(&WIDE));
    insta::assert_snapshot!("pair_colour", two(&COLOUR));
    insta::assert_snapshot!("pair_ascii", two(&ASCII));
    insta::assert_snapshot!("pair_words", two(&WORDS));
}

fn drawn(look: &Look) -> String {
    let entry = |id: &str, what: &str, size, backing, address| Expected {
        id: id.parse().unwrap(),
        what: what.to_owned(),
        size,
        slack: Bytes::kib(4),
        perms: if backing == SketchBacking::File { "rw-s" } else { "rw-p" }.parse().unwrap(),
        backing,
        name: None,
        address: Some(Addr(address)),
        may_merge_with: Vec::new(),
        why: "malloc asks mmap for blocks of 128 KiB and more.".to_owned(),
    };
    let entries = [
        entry("small", "malloc(1 MiB)", Bytes::mib(1), SketchBacking::Anonymous, 0x7f36_ea81_5010),
        entry("large", "malloc(1 GiB)", Bytes::gib(1), SketchBacking::Anonymous, 0x7f36_aa81_4010),
        entry("file", "an 8 MiB shared file mapping", Bytes::mib(8), SketchBacking::File, 0x7f36_aa00_0000),
        entry("other", "something else", Bytes::mib(8), SketchBacking::Anonymous, 0x1000),
    ];
    let live = mappings(&[
        ("5586c9489000-5586c94aa000 rw-p 00000000 00:00 0 [heap]", 4),
        ("7f36aa000000-7f36aa800000 rw-s 00000000 fe:00 10010722 /tmp/x/shared.bin", 0),
        ("7f36aa814000-7f36ea919000 rw-p 00000000 00:00 0", 8),
    ]);
    let drawing = "?+1MiB rw-p ? 00:00 0 [heap]\n? rw-p ? ? ? [heap]\nwhat is this\n? r--p ? ? ? [vsyscall]\n?+8MiB rw-p 0 ? 77 shared.bin\n";
    sketch(look, &compare(look.speech, drawing.as_bytes(), &entries, &live))
}

#[test]
fn a_drawing_beside_the_live_lines() {
    insta::assert_snapshot!("sketch_80", drawn(&Look::PLAIN));
    insta::assert_snapshot!("sketch_colour", drawn(&COLOUR));
    insta::assert_snapshot!("sketch_words", drawn(&Look { glyphs: Glyphs::Ascii, ..WORDS }));
}

proptest! {
    /// Whatever is mapped, nothing is wider than the terminal and ASCII is ASCII.
    #[test]
    fn pictures_keep_to_their_width(
        sizes in proptest::collection::vec((0_u64..40, 1_u64..60, "[ -~é]{0,60}"), 0..12),
        width in 80_usize..140,
    ) {
        let mut start = 0x1000_u64;
        let mut lines = Vec::new();
        for (gap, pages, path) in &sizes {
            start += gap << 20;
            let end = start + (pages << 12);
            lines.push((format!("{start:x}-{end:x} rw-p 00000000 00:00 0 {path}"), pages * 2));
            start = end;
        }
        let lines: Vec<(&str, u64)> = lines.iter().map(|(line, rss)| (line.as_str(), *rss)).collect();
        let mappings = mappings(&lines);
        let look = Look { width, ..Look::PLAIN };
        let model = AddressSpace { title: "x", mappings: &mappings, folding: Folding::Files };
        for line in address_space(&look, &model).lines() {
            prop_assert!(console::measure_text_width(line) <= width, "{line:?}");
        }
        let side = Side { title: "x", mappings: &mappings };
        for line in pair(&look, &side, &side).lines() {
            prop_assert!(console::measure_text_width(line) <= width, "{line:?}");
        }
    }

    #[test]
    fn every_page_is_in_a_cell(runs in proptest::collection::vec((0_usize..8, 1_u64..5000), 1..30)) {
        let mut map = PageMap::default();
        for (state, pages) in runs {
            map.push(PageState::ALL[state], pages);
        }
        let file = mappings(&[("1000-2000 rw-p 00000000 fe:00 7 /x", 0)]).remove(0);
        let text = residency(&ASCII, &file, &map, Bytes::kib(4));
        prop_assert!(text.is_ascii());
        let rows = text.lines().filter(|line| line.starts_with("    ")).count();
        prop_assert!((1..=16).contains(&rows), "{text}");
    }
}
