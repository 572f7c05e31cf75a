//! Checks on signals, seals, neighbours and single pages.

use super::*;
use crate::facts::page_map::{PageMap, PageState};
use crate::facts::signal::Disposition;
use crate::vocabulary::evidence::{Delivery, Descriptor, KillReason, MappingPages};

fn with(snapshot: Snapshot) -> Evidence {
    evidence(vec![("p", Run { snapshots: vec![snapshot], ..run("p") })])
}

fn mapped(lines: &[&str]) -> Snapshot {
    snapshot("mapped", lines.iter().map(|line| mapping(line, Bytes(0))).collect(), Io::default())
}

fn delivery(signal: &str, address: u64, met: Disposition) -> Delivery {
    Delivery {
        at: 20,
        process: 100,
        thread: 100,
        signal: signal.to_owned(),
        address: Some(Addr(address)),
        code: Some("BUS_ADRERR".to_owned()),
        met: Some(met),
    }
}

/// A program that has the file of 8 pages mapped at 0x10000 and gets these signals.
fn signalled(signals: Vec<Delivery>, ending: Ending) -> Evidence {
    let processes = vec![Process { pid: 100, parent: 1, ending: ending.clone() }];
    let snapshots = vec![mapped(&["10000-18000 r--s 0 08:01 7 /tmp/data.bin"])];
    evidence(vec![("p", Run { snapshots, signals, ending, processes, ..run("p") })])
}

const EXITED: Ending = Ending::Exited { status: 0 };

fn killed_by(signal: &str) -> Ending {
    Ending::Signalled { signal: signal.to_owned(), address: None, code: None }
}

const CAUGHT: &str = r#"{ kind = "signal", of = "p", signal = "SIGBUS", code = "BUS_ADRERR",
    at = "mapped", which = { file = "data" }, offset = "2 * page + 3" }"#;

#[test]
fn a_signal_is_caught_by_a_handler_at_the_very_access() {
    let there = || delivery("SIGBUS", 0x12003, Disposition::Handled);
    assert_eq!(
        judged(CAUGHT, &signalled(vec![there()], EXITED)),
        "held: SIGBUS (BUS_ADRERR) at address 0x000000012003 met a handler"
    );
    let missed = "missed: at least 1 signal of SIGBUS caught (BUS_ADRERR), raised by an access to offset 8195 of \
                  a mapping of /tmp/data.bin | 0 signals";
    for elsewhere in [
        vec![],
        vec![delivery("SIGBUS", 0x12004, Disposition::Handled)],
        vec![delivery("SIGSEGV", 0x12003, Disposition::Handled)],
        vec![Delivery { code: None, address: None, ..there() }],
        vec![delivery("SIGBUS", 0x12003, Disposition::Default)],
    ] {
        assert_eq!(judged(CAUGHT, &signalled(elsewhere, EXITED)), missed);
    }
    let given_up = vec![there(), delivery("SIGBUS", 0x12003, Disposition::Default)];
    assert_eq!(judged(CAUGHT, &signalled(given_up, killed_by("SIGBUS"))), missed, "put off is not caught");
    let given_up = vec![there(), delivery("SIGBUS", 0x12003, Disposition::Default)];
    let verdict = judge(&[check(CAUGHT)], &signalled(given_up, killed_by("SIGBUS")), Speech::ENGLISH);
    let Standing::Missed { shows, .. } = &verdict.checks[0].standing else { panic!("put off is not caught") };
    assert!(shows[0].ends_with("met a handler that did not last: still blocked, or reset"), "{shows:?}");
    let again = vec![there(), there()];
    assert!(judged(CAUGHT, &signalled(again, EXITED)).starts_with("held"));
}

#[test]
fn a_deadly_signal_is_one_that_ended_the_process() {
    let deadly = r#"{ kind = "signal", of = "p", signal = "SIGBUS", fate = "deadly",
        at = "mapped", which = { file = "data" } }"#;
    let of = |address, met| vec![delivery("SIGBUS", address, met)];
    let killed = || killed_by("SIGBUS");
    let judged = |signals, ending| judged(deadly, &signalled(signals, ending));
    assert!(judged(of(0x17fff, Disposition::Default), killed()).starts_with("held"));
    assert!(judged(of(0x18000, Disposition::Default), killed()).starts_with("missed"), "behind the mapping");
    assert!(judged(of(0x17fff, Disposition::Default), EXITED).starts_with("missed"), "a child, or none");
    assert!(judged(of(0x17fff, Disposition::Ignored), killed()).starts_with("missed"));
}

#[test]
fn signals_that_cannot_be_told_are_undecided() {
    let blind = Delivery { met: None, ..delivery("SIGBUS", 0x12003, Disposition::Handled) };
    assert_eq!(
        judged(CAUGHT, &signalled(vec![blind], EXITED)),
        "undecided: the handlers of a process cannot be read here"
    );
    let mut flooded = signalled(vec![], EXITED);
    flooded.scenes[0].runs.values_mut().for_each(|run| run.signals_dropped = 4);
    assert_eq!(judged(CAUGHT, &flooded), "undecided: it got 4 more signals than are recorded");
    let endless = || vec![delivery("SIGSEGV", 0x12003, Disposition::Handled); 100];
    let mut flooded = signalled(endless(), EXITED);
    flooded.scenes[0].runs.values_mut().for_each(|run| run.signals_dropped = 4);
    let told = "SIGSEGV came 104 times at address 0x000000012003: the handler returns, and the same access is made again";
    assert_eq!(judged(CAUGHT, &flooded), format!("undecided: {told}"));
    let printed = r#"{ kind = "output", of = "p", result = "caught", text = "SIGBUS" }"#;
    let silent = signalled(endless(), EXITED);
    let verdict = judge(&[check(printed)], &silent, Speech::ENGLISH);
    let Standing::Missed { shows, .. } = &verdict.checks[0].standing else { panic!("no line was printed") };
    assert!(shows.iter().any(|line| line.starts_with("SIGSEGV came 100 times")), "{shows:?}");
    let forbidden = r#"{ kind = "signal", of = "p", signal = "SIGSEGV", fate = "any", at_most = 0 }"#;
    assert_eq!(judged(forbidden, &signalled(vec![], EXITED)), "held: no such signal");
}

const RING: &str = r#"{ kind = "adjacent", of = "p", at = "mapped", row = [{ backing = "memfd" }, { backing = "memfd" }],
    showing = "same-pages" }"#;

#[test]
fn neighbours_show_the_same_pages_of_one_file() {
    let ring = |first: &str, second: &str| judged(RING, &with(mapped(&[first, second])));
    let first = "1000-3000 rw-s 0 00:01 9 /memfd:ring (deleted)";
    assert!(ring(first, "3000-5000 rw-s 0 00:01 9 /memfd:ring (deleted)").starts_with("held"));
    let differs = "missed: a mapping, backed by a memfd, then a mapping, backed by a memfd, one right behind the \
                   other, showing the same pages of one file, at mapped | they lie so, and show different memory";
    for other in [
        "3000-5000 rw-s 2000 00:01 9 /memfd:ring (deleted)",
        "3000-5000 rw-s 0 00:01 8 /memfd:ring (deleted)",
        "3000-5000 rw-p 0 00:01 9 /memfd:ring (deleted)",
    ] {
        assert_eq!(ring(first, other), differs, "{other}");
    }
    let apart = ring(first, "4000-6000 rw-s 0 00:01 9 /memfd:ring (deleted)");
    assert!(apart.ends_with("| they are there, and do not lie so"), "{apart}");
    let none = ring("1000-3000 rw-p 0 00:00 0", "3000-5000 rw-p 0 00:00 0");
    assert!(
        none.ends_with("| p has no such mapping as a mapping, backed by a memfd; its own are shown"),
        "{none}"
    );
}

#[test]
fn a_row_is_of_the_mappings_in_their_order() {
    let guarded = r#"{ kind = "adjacent", of = "p", at = "mapped",
        row = [{ perms = "---p" }, { perms = "rw-p" }, { perms = "---p" }] }"#;
    let (front, buffer) = ("1000-2000 ---p 0 00:00 0", "2000-4000 rw-p 0 00:00 0");
    let behind = "4000-5000 ---p 0 00:00 0";
    assert!(judged(guarded, &with(mapped(&[front, buffer, behind]))).starts_with("held"));
    assert!(judged(guarded, &with(mapped(&[front, buffer]))).starts_with("missed"));
    let moved = "5000-6000 ---p 0 00:00 0";
    assert!(judged(guarded, &with(mapped(&[front, buffer, moved]))).starts_with("missed"));
}

#[test]
fn the_nth_mapping_is_counted_among_those_that_are_selected() {
    let second = r#"{ kind = "mapping", of = "p", at = "mapped", which = { backing = "memfd", nth = 2 } }"#;
    let one = "1000-3000 rw-s 0 00:01 9 /memfd:a (deleted)";
    let other = "8000-9000 rw-s 0 00:01 9 /memfd:b (deleted)";
    let judged = |lines: &[&str]| judged(second, &with(mapped(lines)));
    assert!(judged(&[one, "5000-6000 rw-p 0 00:00 0", other]).contains("/memfd:b"));
    assert!(
        judged(&[one]).starts_with("missed: a mapping, backed by a memfd and number 2 of those, at mapped")
    );
}

/// A mapping of 8 pages of which those of `states` are so, the others absent.
fn pages(states: &[(u64, PageState)]) -> Evidence {
    let mut map = PageMap::default();
    for index in 0..8 {
        let state = states.iter().find(|(page, _)| *page == index);
        map.push(state.map_or(PageState::Absent, |(_, state)| *state), 1);
    }
    let mut shot = mapped(&["10000-18000 rw-p 0 00:00 0"]);
    shot.pages = vec![MappingPages { start: Addr(0x10000), pages: map }];
    let mut evidence = with(shot);
    let offsets = vec![3, 2 * 4096, 5 * 4096 + 1];
    evidence.scenes[0].values.0.insert("offsets".parse().unwrap(), Value::Numbers(offsets));
    evidence
}

const TOUCHED: &str =
    r#"{ kind = "pages", of = "p", at = "mapped", which = { perms = "rw-p" }, exactly = "offsets" }"#;

#[test]
fn it_is_told_which_pages_are_resident() {
    use PageState::{Anonymous, Swapped, Zero};
    let right = [(0, Anonymous), (2, Anonymous), (5, Anonymous)];
    assert_eq!(
        judged(TOUCHED, &pages(&right)),
        "held: 3 pages of it resident: 00010000-00018000 rw-p 00000000 00:00 0"
    );
    let same_number = [(0, Anonymous), (1, Anonymous), (2, Anonymous)];
    assert_eq!(
        judged(TOUCHED, &pages(&same_number)),
        "missed: exactly the 3 pages asked for to be resident, of a mapping, rw-p, at mapped | 1 of them missing \
         and 1 page too many"
    );
    let only_read = [(0, Zero), (2, Anonymous), (5, Anonymous)];
    assert!(judged(TOUCHED, &pages(&only_read)).ends_with("| 1 of them missing"));
    let swapped = [(0, Swapped), (2, Anonymous), (5, Anonymous)];
    assert_eq!(judged(TOUCHED, &pages(&swapped)), "undecided: 1 page of it swapped out, as if untouched");
}

#[test]
fn pages_may_be_among_others_or_forbidden() {
    use PageState::{Anonymous, Copied};
    let expect = |keys: &str| {
        format!(r#"{{ kind = "pages", of = "p", at = "mapped", which = {{ perms = "rw-p" }}, {keys} }}"#)
    };
    let evidence = pages(&[(0, Anonymous), (2, Copied), (5, Anonymous), (7, Anonymous)]);
    let judged = |keys: &str| judged(&expect(keys), &evidence);
    assert!(judged(r#"including = "offsets""#).starts_with("held"));
    assert!(judged(r#"including = ["page", 0]"#).ends_with("| 1 of them missing"));
    assert!(judged(r#"excluding = ["page", "3 * page"]"#).starts_with("held"));
    assert!(judged(r#"excluding = ["page", "7 * page"]"#).ends_with("| 1 page too many"));
    assert!(judged(r#"state = "copied", exactly = ["2 * page"]"#).starts_with("held"));
    assert!(judged(r#"state = "copied", exactly = []"#).ends_with("| 1 page too many"));
}

#[test]
fn pages_of_a_merged_mapping_are_counted_from_where_it_was_made() {
    let expect = r#"{ kind = "pages", of = "p", at = "mapped", which = { size = "3 * page" }, exactly = [0, "2 * page"] }"#;
    let mut evidence =
        pages(&[(1, PageState::Anonymous), (3, PageState::Anonymous), (5, PageState::Anonymous)]);
    let made = Call {
        detail: Detail::Mmap {
            length: Bytes(3 * 4096),
            protection: Vec::new(),
            flags: Vec::new(),
            descriptor: -1,
            path: None,
            offset: Bytes(0),
            address: Addr(0x11000),
        },
        ..call("mmap", &[], CallOutcome::Returned(0x11000))
    };
    evidence.scenes[0].runs.values_mut().for_each(|run| run.calls.push(made.clone()));
    assert!(judged(expect, &evidence).starts_with("held"));
}

#[test]
fn pages_that_could_not_be_read_are_undecided() {
    let blind = with(mapped(&["10000-18000 rw-p 0 00:00 0"]));
    let expect = r#"{ kind = "pages", of = "p", at = "mapped", which = { perms = "rw-p" }, exactly = [0] }"#;
    assert_eq!(judged(expect, &blind), "undecided: /proc/PID/pagemap cannot be read here");
    let none = expect.replace("rw-p", "rw-s");
    assert!(judged(&none, &blind).starts_with("missed: a mapping, rw-s, at mapped | p has no such mapping"));
}

fn sealed(seals: Option<&[&str]>, inode: u64) -> Evidence {
    let mut shot = mapped(&["1000-3000 rw-s 0 00:01 9 /memfd:shared (deleted)"]);
    shot.descriptors = vec![Descriptor {
        number: 3,
        path: "/memfd:shared (deleted)".to_owned(),
        inode,
        device: (0, 1),
        position: 0,
        seals: seals.map(|seals| seals.iter().map(|&seal| seal.to_owned()).collect()),
        length: Bytes(8192),
    }];
    with(shot)
}

#[test]
fn seals_are_those_of_the_memfd_that_is_mapped() {
    let any = r#"{ kind = "seals", of = "p", at = "mapped", seals = ["F_SEAL_GROW"] }"#;
    let that = r#"{ kind = "seals", of = "p", at = "mapped", which = { backing = "memfd" }, seals = ["F_SEAL_GROW"] }"#;
    let both: Option<&[&str]> = Some(&["F_SEAL_SHRINK", "F_SEAL_GROW"]);
    assert_eq!(
        judged(that, &sealed(both, 9)),
        "held: descriptor 3: /memfd:shared (deleted), 8 KiB long, F_SEAL_SHRINK|F_SEAL_GROW"
    );
    assert!(judged(any, &sealed(both, 8)).starts_with("held"));
    assert_eq!(
        judged(that, &sealed(both, 8)),
        "missed: F_SEAL_GROW on the memfd behind a mapping, backed by a memfd, at mapped | p holds no \
         descriptor of it"
    );
    assert!(
        judged(that, &sealed(Some(&["F_SEAL_SHRINK"]), 9))
            .ends_with("| it is sealed with F_SEAL_SHRINK only")
    );
    assert!(judged(that, &sealed(Some(&[]), 9)).ends_with("| it has no seal"));
    assert!(judged(that, &sealed(None, 9)).starts_with("undecided"));
}

#[test]
fn huge_pages_are_counted() {
    let mut shot = mapped(&["200000-600000 rw-p 0 00:00 0"]);
    shot.mappings[0].books.anon_huge = Bytes::mib(2);
    let expect = |least: &str| {
        format!(
            r#"{{ kind = "rss", of = "p", at = "mapped", counter = "anon-huge-pages", at_least = "{least}" }}"#
        )
    };
    assert_eq!(
        judged(&expect("2 MiB"), &with(shot.clone())),
        "held: AnonHugePages of the whole process at mapped: 2 MiB (512 pages)"
    );
    assert!(judged(&expect("4 MiB"), &with(shot)).starts_with("missed"));
}

#[test]
fn processes_left_behind_are_those_that_had_to_be_killed() {
    let expect = r#"{ kind = "processes", of = "p", counted = "left-behind", at_most = 0 }"#;
    let tree = |why| {
        let child = Process { pid: 101, parent: 100, ending: why };
        let mut evidence = evidence(vec![("p", run("p"))]);
        evidence.scenes[0].runs.values_mut().for_each(|run| run.processes.push(child.clone()));
        evidence
    };
    assert_eq!(judged(expect, &tree(EXITED)), "held: 0 processes left behind");
    assert_eq!(
        judged(expect, &tree(Ending::Killed { why: KillReason::LeftBehind })),
        "missed: none in p's tree left behind | 1 process left behind"
    );
}
