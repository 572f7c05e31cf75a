//! Checks judged on small evidence written out by hand.

mod books;
mod near;
mod power_cut;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::facts::call::{Call, Detail, Outcome as CallOutcome};
use crate::facts::mapping::{Books, Mapping};
use crate::vocabulary::evidence::{
    Awaited, Change, Deed, Ending, FileState, Io, Limit, Line, Process, ResultLine, Run, Snapshot, StopReason,
};
use crate::vocabulary::value::{Value, Values};
use crate::words::units::{Addr, Bytes};

const PAGE: Bytes = Bytes::kib(4);

fn mapping(line: &str, rss: Bytes) -> Mapping {
    let mut columns = line.split_whitespace();
    let mut next = || columns.next().unwrap();
    let (start, end) = next().split_once('-').unwrap();
    let hex = |text: &str| u64::from_str_radix(text, 16).unwrap();
    let perms = next().parse().unwrap();
    let offset = Bytes(hex(next()));
    let (major, minor) = next().split_once(':').unwrap();
    let device = (u32::from_str_radix(major, 16).unwrap(), u32::from_str_radix(minor, 16).unwrap());
    let inode = next().parse().unwrap();
    let path = columns.collect::<Vec<_>>().join(" ");
    let (start, end) = (Addr(hex(start)), Addr(hex(end)));
    Mapping { start, end, perms, offset, device, inode, path, books: Books { rss, ..Books::default() } }
}

pub(super) fn snapshot(checkpoint: &str, mappings: Vec<Mapping>, io: Io) -> Snapshot {
    Snapshot {
        checkpoint: checkpoint.parse().unwrap(),
        at: 10,
        pid: 100,
        rss: mappings.iter().map(|mapping| mapping.books.rss).sum(),
        statm_rss: Bytes(0),
        mappings,
        io: Some(io),
        descriptors: Vec::new(),
        faults: None,
        stdin_bytes: 0,
        output_bytes: 0,
        calls_before: 0,
        pages: Vec::new(),
        page_cache: BTreeMap::new(),
    }
}

fn call(name: &str, flags: &[&str], outcome: CallOutcome) -> Call {
    let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
    Call {
        at: 5,
        process: 100,
        thread: 100,
        name: name.to_owned(),
        text: format!("{name}(…)"),
        detail: Detail::Range { address: Addr(0x1000), length: PAGE, flags },
        outcome,
    }
}

pub(super) fn run(program: &str) -> Run {
    Run {
        program: program.parse().unwrap(),
        args: Vec::new(),
        pid: 100,
        ending: Ending::Exited { status: 0 },
        limit: None,
        processes: vec![Process { pid: 100, parent: 1, ending: Ending::Exited { status: 0 } }],
        stdout: Vec::new(),
        stderr: String::new(),
        stdout_bytes: 0,
        snapshots: Vec::new(),
        calls: Vec::new(),
        calls_dropped: 0,
        signals: Vec::new(),
        signals_dropped: 0,
        faults: None,
        results: Vec::new(),
        unobserved: Vec::new(),
        run_us: 0,
    }
}

pub(super) fn evidence(runs: Vec<(&str, Run)>) -> Evidence {
    let numbers = [("size", 8192), ("key", 7)];
    let mut values: BTreeMap<_, _> =
        numbers.into_iter().map(|(name, number)| (name.parse().unwrap(), Value::Number(number))).collect();
    values.insert("data".parse().unwrap(), Value::Text("/tmp/data.bin".to_owned()));
    let scene = SceneRun {
        scene: "main".parse().unwrap(),
        repetition: 0,
        values: Values(values),
        completion: Completion::Whole,
        instances: runs.iter().map(|(name, _)| name.parse().unwrap()).collect(),
        unasked: BTreeSet::new(),
        runs: runs.into_iter().map(|(name, run)| (name.parse().unwrap(), run)).collect(),
        files: BTreeMap::new(),
        log: Vec::new(),
        cuts: Vec::new(),
        memory_group: None,
    };
    Evidence {
        seed: 1,
        builds: BTreeMap::new(),
        scenes: vec![scene],
        instruments: vec!["seccomp+ptrace".to_owned()],
        page_size: PAGE,
        confinement: None,
    }
}

pub(super) fn check(expect: &str) -> Check {
    let text =
        format!("id = \"it\"\nsays = \"it holds for {{size:bytes}}\"\nwhy = \"because\"\nexpect = {expect}");
    toml::from_str(&text).unwrap()
}

/// `held: …`, `missed: expected … | observed …`, `undecided: …`.
pub(super) fn judged(expect: &str, evidence: &Evidence) -> String {
    let verdict = judge(&[check(expect)], evidence, Speech::ENGLISH);
    match &verdict.checks[0].standing {
        Standing::Held { observed } => format!("held: {observed}"),
        Standing::Missed { expected, observed, .. } => format!("missed: {expected} | {observed}"),
        Standing::Undecided { reason } => format!("undecided: {reason}"),
    }
}

const ANONYMOUS: &str = "1000-3000 rw-p 0 00:00 0";

#[test]
fn an_ending_is_the_kernels_word() {
    let expect = r#"{ kind = "ending", of = "p" }"#;
    assert_eq!(judged(expect, &evidence(vec![("p", run("p"))])), "held: it exited with status 0");
    let signalled = Run {
        ending: Ending::Signalled {
            signal: "SIGBUS".to_owned(),
            address: Some(Addr(0x7000)),
            code: Some("BUS_ADRERR".to_owned()),
        },
        ..run("p")
    };
    let bus = evidence(vec![("p", signalled)]);
    assert_eq!(
        judged(expect, &bus),
        "missed: p to exit by itself with status 0 | it was killed by SIGBUS at address 0x000000007000 (BUS_ADRERR)"
    );
    assert!(judged(r#"{ kind = "ending", of = "p", signal = "SIGBUS" }"#, &bus).starts_with("held"));
}

#[test]
fn a_result_is_held_against_what_the_runner_computed() {
    let expect = r#"{ kind = "output", of = "p", result = "sum", number = "size + 1" }"#;
    let printed = |value: &str| {
        let line = ResultLine { at: 1, name: "sum".parse().unwrap(), value: value.to_owned() };
        evidence(vec![("p", Run { results: vec![line], ..run("p") })])
    };
    assert_eq!(judged(expect, &printed("8193")), "held: sum=8193");
    assert_eq!(judged(expect, &printed("8192")), "missed: p to print sum=8193 | it printed sum=8192");
    assert_eq!(
        judged(expect, &evidence(vec![("p", run("p"))])),
        "missed: p to print sum=8193 | it printed no line sum=…, and it exited with status 0"
    );
}

#[test]
fn a_mapping_is_found_by_flavour_and_size() {
    let with = |line: &str| {
        let shot = snapshot("mapped", vec![mapping(line, Bytes(0))], Io::default());
        evidence(vec![("p", Run { snapshots: vec![shot], ..run("p") })])
    };
    let expect = r#"{ kind = "mapping", of = "p", at = "mapped", which = { flavour = "private-anonymous", size = "size" } }"#;
    assert!(judged(expect, &with(ANONYMOUS)).starts_with("held"));
    for other in [
        "1000-3000 rw-s 0 00:01 9 /dev/zero (deleted)",
        "1000-2000 rw-p 0 00:00 0",
        "1000-9000 rw-p 0 00:00 0",
    ] {
        assert!(judged(expect, &with(other)).starts_with("missed"), "{other}");
    }
}

#[test]
fn a_merged_mapping_is_known_by_the_call_that_made_it() {
    let shot = snapshot("mapped", vec![mapping("1000-9000 rw-p 0 00:00 0", Bytes(0))], Io::default());
    let made = Call {
        detail: Detail::Mmap {
            length: Bytes(8192),
            protection: Vec::new(),
            flags: Vec::new(),
            descriptor: -1,
            path: None,
            offset: Bytes(0),
            address: Addr(0x4000),
        },
        ..call("mmap", &[], CallOutcome::Returned(0x4000))
    };
    let evidence = evidence(vec![("p", Run { snapshots: vec![shot], calls: vec![made], ..run("p") })]);
    let expect = r#"{ kind = "mapping", of = "p", at = "mapped", which = { size = "size" } }"#;
    assert!(judged(expect, &evidence).starts_with("held"));
}

#[test]
fn two_programs_meet_in_one_inode() {
    let at = |pid: i32, inode: u32| {
        let line = format!("1000-3000 rw-s 0 08:01 {inode} /tmp/data.bin");
        let mut shot = snapshot("mapped", vec![mapping(&line, Bytes(0))], Io::default());
        shot.pid = pid;
        Run { snapshots: vec![shot], pid, ..run("p") }
    };
    let expect = r#"{ kind = "mapping", of = "a", at = "mapped", which = { file = "data", perms = "rw-s" }, same_file_as = { of = "b", at = "mapped" } }"#;
    assert!(judged(expect, &evidence(vec![("a", at(1, 9)), ("b", at(2, 9))])).starts_with("held"));
    assert_eq!(
        judged(expect, &evidence(vec![("a", at(1, 9)), ("b", at(2, 8))])),
        "missed: a and b to map the same inode | the inodes differ: two files, not one"
    );
}

#[test]
fn growth_is_counted_between_two_moments() {
    let shots = |before: Bytes, after: Bytes| {
        let shots = vec![
            snapshot("mapped", vec![mapping(ANONYMOUS, before)], Io::default()),
            snapshot("touched", vec![mapping(ANONYMOUS, after)], Io::default()),
        ];
        evidence(vec![("p", Run { snapshots: shots, ..run("p") })])
    };
    let expect = r#"{ kind = "rss", of = "p", at = "touched", since = "mapped", which = { flavour = "private-anonymous" }, at_least = "2 * page", at_most = "2 * page" }"#;
    assert_eq!(
        judged(expect, &shots(Bytes(0), Bytes::kib(8))),
        "held: Rss of a private anonymous mapping between mapped and touched: 8 KiB (2 pages)"
    );
    assert_eq!(
        judged(expect, &shots(Bytes(0), Bytes::kib(4))),
        "missed: Rss of a private anonymous mapping, between mapped and touched: exactly 8 KiB (2 pages) | 4 KiB (1 page)"
    );
}

#[test]
fn a_checkpoint_that_was_never_reached_is_a_miss_that_says_so() {
    let expect = r#"{ kind = "rss", of = "p", at = "touched", at_most = "page" }"#;
    let shot = snapshot("mapped", vec![], Io::default());
    let evidence = evidence(vec![("p", Run { snapshots: vec![shot], ..run("p") })]);
    assert_eq!(
        judged(expect, &evidence),
        "missed: p to print \"checkpoint touched\" | it reached mapped, and it exited with status 0"
    );
    let mut looked_at = evidence;
    looked_at.scenes[0].unasked.insert("touched".parse().unwrap());
    assert_eq!(
        judged(expect, &looked_at),
        "missed: the scene to come to where it looks at p (touched) | it did not: it reached mapped, and it exited with status 0"
    );
}

#[test]
fn calls_are_counted_by_name_flag_and_outcome() {
    let calls = vec![
        call("msync", &["MS_ASYNC"], CallOutcome::Returned(0)),
        call("msync", &["MS_SYNC"], CallOutcome::Failed(5)),
    ];
    let tried = evidence(vec![("p", Run { calls, ..run("p") })]);
    let synced = r#"{ kind = "calls", of = "p", names = ["msync"], flags = ["MS_SYNC"] }"#;
    assert_eq!(judged(synced, &tried), "missed: at least 1 call of msync with MS_SYNC | 0 calls");
    let failed = r#"{ kind = "calls", of = "p", names = ["msync"], result = { fails = "EIO" } }"#;
    assert!(judged(failed, &tried).starts_with("held"));
    let forbidden = r#"{ kind = "calls", of = "p", names = ["msync"], result = "any", at_most = 0 }"#;
    assert_eq!(judged(forbidden, &tried), "missed: none of msync | 2 calls");
}

#[test]
fn calls_that_were_not_recorded_leave_a_check_undecided() {
    let evidence = evidence(vec![("p", Run { calls_dropped: 3, ..run("p") })]);
    let forbidden = r#"{ kind = "calls", of = "p", names = ["pread64"], at_most = 0 }"#;
    assert_eq!(judged(forbidden, &evidence), "undecided: it made 3 more calls than are recorded");
}

#[test]
fn bytes_of_stdin_are_not_bytes_of_the_file() {
    let io = |rchar: u64| Io { rchar, ..Io::default() };
    let shots = |read: u64| {
        let mut exit = snapshot("exit", vec![], io(1000 + read));
        exit.stdin_bytes = 12;
        evidence(vec![("p", Run { snapshots: vec![snapshot("mapped", vec![], io(1000)), exit], ..run("p") })])
    };
    let expect = r#"{ kind = "bytes-read", of = "p", after = "mapped", at_most = 0 }"#;
    assert_eq!(
        judged(expect, &shots(12)),
        "held: 0 bytes read through read-family calls from mapped to its end"
    );
    assert_eq!(
        judged(expect, &shots(16)),
        "missed: none read through read-family calls from mapped to its end | 4 bytes"
    );
}

#[test]
fn a_file_holds_the_stores_and_nothing_else() {
    let expect =
        r#"{ kind = "file", file = "data", changes = [{ offset = 4, value = "key", layout = "int32" }] }"#;
    let state = |changes: Vec<Change>, changed_bytes: u64, after: [u8; 4]| {
        let probe = Change { offset: 4, before: vec![9, 0, 0, 0], after: after.to_vec() };
        let mut evidence = evidence(vec![("p", run("p"))]);
        let state = FileState {
            length: Some(Bytes(64)),
            length_before: Some(Bytes(64)),
            sha256: String::new(),
            changes,
            changed_bytes,
            probes: vec![probe],
        };
        evidence.scenes[0].files.insert("data".to_owned(), state);
        evidence
    };
    let store = Change { offset: 4, before: vec![9], after: vec![7] };
    let stray = Change { offset: 40, before: vec![1], after: vec![2] };
    assert_eq!(
        judged(expect, &state(vec![store.clone()], 1, [7, 0, 0, 0])),
        "held: 1 byte of /tmp/data.bin changed, as they should"
    );
    assert_eq!(
        judged(expect, &state(vec![], 0, [9, 0, 0, 0])),
        "missed: /tmp/data.bin as it was, but for 1 store | 1 byte not there that should be"
    );
    assert_eq!(
        judged(expect, &state(vec![store.clone(), stray], 2, [7, 0, 0, 0])),
        "missed: /tmp/data.bin as it was, but for 1 store | 1 byte changed that should not have"
    );
    let mut grown = state(vec![store], 1, [7, 0, 0, 0]);
    grown.scenes[0].files.get_mut("data").unwrap().length = Some(Bytes(65));
    assert_eq!(
        judged(expect, &grown),
        "missed: /tmp/data.bin to be 64 bytes long, as before | it is 65 bytes long"
    );
}

#[test]
fn a_store_unseen_shows_the_exchange() {
    let line = ResultLine { at: 1, name: "value".parse().unwrap(), value: "0".to_owned() };
    let mut evidence = evidence(vec![("w", run("w")), ("r", Run { results: vec![line], ..run("r") })]);
    evidence.scenes[0].log = vec![Deed { at: 2000, text: "send w \"put 3 7\"".to_owned() }];
    let check = check(r#"{ kind = "seen", by = "r", from = "w", result = "value", number = "key" }"#);
    let verdict = judge(&[check], &evidence, Speech::ENGLISH);
    let Standing::Missed { expected, observed, shows, .. } = &verdict.checks[0].standing else {
        panic!("a miss was expected")
    };
    assert_eq!((expected.as_str(), observed.as_str()), ("r to see the 7 that w stored", "r saw 0"));
    assert_eq!(shows, &["     2 ms  send w \"put 3 7\""]);
}

#[test]
fn a_script_that_stopped_or_a_limit_reached_is_a_miss_whatever_the_checks_say() {
    let ends = check(r#"{ kind = "ending", of = "p" }"#);
    let mut stopped = evidence(vec![("p", run("p"))]);
    stopped.scenes[0].completion = Completion::Stopped {
        action: 1,
        awaited: Awaited::Checkpoint { of: "p".parse().unwrap(), name: "mapped".parse().unwrap() },
        reason: StopReason::ProgramEnded,
    };
    let verdict = judge(std::slice::from_ref(&ends), &stopped, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Outcome::Missed);
    assert_eq!(
        verdict.stops[0].what,
        "waited for checkpoint mapped of p, and the program ended first: it exited with status 0"
    );

    let limit = Some(Limit::Output { allowed: Bytes::mib(1) });
    let flooded = evidence(vec![("p", Run { limit, ..run("p") })]);
    assert_eq!(judge(&[ends], &flooded, Speech::ENGLISH).outcome, Outcome::Missed);
}

#[test]
fn what_a_stop_kept_from_coming_is_told_from_what_was_missed_itself() {
    let said = Line { at: 1, text: "\u{1b}[31mpanicked".to_owned() };
    let mut stopped =
        evidence(vec![("p", Run { ending: Ending::Exited { status: 101 }, stdout: vec![said], ..run("p") })]);
    let of = "p".parse().unwrap();
    stopped.scenes[0].completion = Completion::Stopped {
        action: 1,
        awaited: Awaited::Result { of, name: "sum".parse().unwrap() },
        reason: StopReason::ProgramEnded,
    };
    let expects = [
        r#"{ kind = "output", of = "p", result = "sum", number = 7 }"#,
        r#"{ kind = "rss", of = "p", at = "mapped", at_most = 0 }"#,
        r#"{ kind = "ending", of = "p" }"#,
    ];
    let verdict = judge(&expects.map(check), &stopped, Speech::ENGLISH);
    let causes = verdict.checks.iter().map(|judged| match &judged.standing {
        Standing::Missed { cause, .. } => *cause,
        other => panic!("{other:?}"),
    });
    assert_eq!(causes.collect::<Vec<_>>(), [Cause::Stop, Cause::Stop, Cause::Own]);
    let Stop { what, shows, .. } = &verdict.stops[0];
    assert_eq!(what, "waited for a line sum=… of p, and the program ended first: it exited with status 101");
    assert!(shows[0].starts_with("stdout: ") && !shows[0].contains('\u{1b}'), "{shows:?}");
}

#[test]
fn a_checkpoint_that_nobody_observed_is_no_checkpoint_and_told_apart() {
    let past = Run { unobserved: vec!["mapped".parse().unwrap()], ..run("p") };
    let told =
        judged(r#"{ kind = "rss", of = "p", at = "mapped", at_most = 0 }"#, &evidence(vec![("p", past)]));
    assert!(told.contains("| it printed \"checkpoint mapped\", though not as a line of its own"), "{told}");
}

#[test]
fn permissions_of_which_one_is_open_are_told_as_the_two_that_may_be() {
    let none = snapshot("mapped", Vec::new(), Io::default());
    let evidence = evidence(vec![("p", Run { snapshots: vec![none], ..run("p") })]);
    let told = |perms: &str| {
        let which = format!(
            "{{ kind = \"mapping\", of = \"p\", at = \"mapped\", which = {{ perms = \"{perms}\" }} }}"
        );
        judged(&which, &evidence)
    };
    assert!(told("r--?").starts_with("missed: a mapping, r--p or r--s, at mapped"), "{}", told("r--?"));
    assert!(told("r??p").starts_with("missed: a mapping, r??p, at mapped"), "{}", told("r??p"));
}

#[test]
fn what_the_machine_cannot_tell_is_inconclusive_and_never_a_pass() {
    let expect = r#"{ kind = "bytes-read", of = "p", at_most = 0 }"#;
    let shot = Snapshot { io: None, ..snapshot("exit", vec![], Io::default()) };
    let blind = evidence(vec![("p", Run { snapshots: vec![shot], ..run("p") })]);
    let verdict = judge(&[check(expect)], &blind, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Outcome::Inconclusive);
    let mut impossible = evidence(vec![("p", run("p"))]);
    impossible.scenes[0].completion = Completion::Impossible { reason: "no cgroup".to_owned() };
    assert_eq!(judged(r#"{ kind = "ending", of = "p" }"#, &impossible), "undecided: no cgroup");
    assert_eq!(judge(&[], &impossible, Speech::ENGLISH).outcome, Outcome::Inconclusive);
}

#[test]
fn the_first_repetition_that_misses_is_the_one_shown() {
    let mut evidence = evidence(vec![("p", run("p"))]);
    let mut second = evidence.scenes[0].clone();
    second.repetition = 1;
    second.runs.values_mut().for_each(|run| run.ending = Ending::Exited { status: 3 });
    evidence.scenes.push(second);
    let verdict = judge(&[check(r#"{ kind = "ending", of = "p" }"#)], &evidence, Speech::ENGLISH);
    assert!(matches!(verdict.checks[0].standing, Standing::Missed { repetition: 1, .. }));
    assert_eq!(verdict.checks[0].says, "it holds for 8 KiB");
}

#[test]
fn what_does_not_compile_is_not_judged() {
    let mut evidence = evidence(vec![]);
    let build = Build::Failed { errors: "error: expected `;`".to_owned(), source: String::new() };
    evidence.builds.insert("p".parse().unwrap(), build);
    let verdict = judge(&[check(r#"{ kind = "ending", of = "p" }"#)], &evidence, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Outcome::DoesNotCompile);
    assert_eq!(verdict.broken.len(), 1);
    assert!(verdict.checks.is_empty());
}

#[test]
fn the_same_evidence_read_back_gives_the_same_verdict() {
    let evidence = evidence(vec![("p", run("p"))]);
    let checks = [check(r#"{ kind = "ending", of = "p" }"#)];
    let copy: Evidence = serde_json::from_str(&serde_json::to_string(&evidence).unwrap()).unwrap();
    assert_eq!(judge(&checks, &evidence, Speech::ENGLISH), judge(&checks, &copy, Speech::ENGLISH));
}
