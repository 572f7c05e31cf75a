//! Checks on what a power cut leaves, and on what readers see of what is written over and over.

use super::*;
use crate::vocabulary::evidence::{Cut, Instrument};

/// A journal that acknowledges records as `acknowledged` says, `(at, how many)`, flushes with
/// `calls`, and after the cut is listed as `listed`; 11, 22 and 33 were sent.
fn cut(acknowledged: &[(u64, &str)], calls: Vec<Call>, listed: &[&str], instrument: Instrument) -> Evidence {
    let line = |name: &str, at: u64, value: &str| ResultLine {
        at,
        name: name.parse().unwrap(),
        value: value.to_owned(),
    };
    let journal = Run {
        calls,
        results: acknowledged.iter().map(|&(at, value)| line("durable", at, value)).collect(),
        ..run("journal")
    };
    let list = Run { results: listed.iter().map(|value| line("record", 99, value)).collect(), ..run("list") };
    let mut evidence = evidence(vec![("journal", journal), ("list", list)]);
    let scene = &mut evidence.scenes[0];
    scene.values.0.insert("sent".parse().unwrap(), Value::Numbers(vec![11, 22, 33]));
    scene.cuts.push(Cut {
        at: 50,
        moment: "after flush 2".to_owned(),
        survivors: "only what was flushed".to_owned(),
        instrument,
        unflushed_pages: 1,
        faults_left_out: 0,
    });
    evidence
}

const SURVIVES: &str = r#"{ kind = "survives", of = "journal", acknowledged = "durable",
    by = "list", listed = "record", records = "sent" }"#;
const UNTORN: &str = r#"{ kind = "untorn", by = "list", listed = "record", records = "sent" }"#;

#[test]
fn what_was_acknowledged_must_be_listed_after_the_cut() {
    let disk = Instrument::PowerCutDisk;
    let two = [(4, "1"), (8, "2")];
    let flush = || call("msync", &["MS_SYNC"], CallOutcome::Returned(0));
    for listed in [&["11", "22"][..], &["11", "22", "33"]] {
        let held = format!("held: 2 records acknowledged, {} listed after the cut", listed.len());
        assert_eq!(judged(SURVIVES, &cut(&two, vec![flush()], listed, disk)), held);
    }
    let lost = cut(&two, vec![flush()], &["11"], disk);
    assert_eq!(
        judged(SURVIVES, &lost),
        "missed: record 2 (22), acknowledged before the power was cut, to be listed by list | list shows 1 record only"
    );
    let verdict = judge(&[check(SURVIVES)], &lost, Speech::ENGLISH);
    let Standing::Missed { shows, .. } = &verdict.checks[0].standing else { panic!("it is missed") };
    assert_eq!(
        shows,
        &["msync(…) = 0", "durable=2", "power cut after flush 2; survives: only what was flushed"],
        "the calls between the record and its acknowledgement"
    );
    let unflushed = cut(&two, vec![call("mmap", &[], CallOutcome::Returned(4096))], &["11"], disk);
    let verdict = judge(&[check(SURVIVES)], &unflushed, Speech::ENGLISH);
    let Standing::Missed { shows, .. } = &verdict.checks[0].standing else { panic!("it is missed") };
    assert_eq!(shows[0], "(no call in between that writes it out)", "other calls would hide the point");
    for (acknowledged, listed, observed) in [
        ([(4, "1"), (8, "2")], &["11", "0"][..], "list shows 0 in its place"),
        ([(4, "1"), (8, "4")], &["11", "22", "33"], "it printed durable=4"),
        ([(4, "1"), (8, "all")], &["11", "22", "33"], "it printed durable=all"),
    ] {
        let told = judged(SURVIVES, &cut(&acknowledged, Vec::new(), listed, disk));
        assert!(told.starts_with("missed") && told.ends_with(observed), "{told}");
    }
    let mut uncut = cut(&two, Vec::new(), &["11", "22"], disk);
    uncut.scenes[0].cuts.clear();
    assert!(judged(SURVIVES, &uncut).starts_with("missed: the power to be cut"));
}

#[test]
fn without_a_disk_each_acknowledgement_needs_a_flush_before_it() {
    let weaker = |outcome| {
        let flush = call("msync", &["MS_SYNC"], outcome);
        cut(&[(8, "1")], vec![flush], &["11", "22", "33"], Instrument::Calls)
    };
    assert!(judged(SURVIVES, &weaker(CallOutcome::Returned(0))).starts_with("held"));
    assert!(judged(SURVIVES, &weaker(CallOutcome::Failed(5))).starts_with("missed"), "it failed with EIO");
    let asynchronous = call("msync", &["MS_ASYNC"], CallOutcome::Returned(0));
    let late =
        cut(&[(4, "1")], vec![call("fsync", &[], CallOutcome::Returned(0))], &["11"], Instrument::Calls);
    let never = cut(&[(8, "1")], vec![asynchronous], &["11"], Instrument::Calls);
    for evidence in [late, never] {
        assert!(judged(SURVIVES, &evidence).starts_with("missed"));
    }
    assert!(judged(UNTORN, &weaker(CallOutcome::Returned(0))).starts_with("undecided"));
    let flush = || call("msync", &["MS_SYNC"], CallOutcome::Returned(0));
    let two = [(8, "1"), (9, "2")];
    let read_late = cut(&two, vec![flush(), flush()], &["11", "22"], Instrument::Calls);
    assert!(judged(SURVIVES, &read_late).starts_with("held"), "both flushes came before the first was read");
    let one_for_two = cut(&two, vec![flush()], &["11", "22"], Instrument::Calls);
    assert!(judged(SURVIVES, &one_for_two).starts_with("missed"));
    let says = |at, line: &str| {
        let text = format!(r#"write(1, "{line}\n", 10)"#);
        Call { at, text, ..call("write", &[], CallOutcome::NotAwaited) }
    };
    let too_late = cut(&[(8, "1")], vec![says(4, "durable=1"), flush()], &["11"], Instrument::Calls);
    assert!(judged(SURVIVES, &too_late).starts_with("missed"), "written before the flush, and read after it");
    let in_time = cut(&[(8, "1")], vec![flush(), says(6, "durable=1")], &["11"], Instrument::Calls);
    assert!(judged(SURVIVES, &in_time).starts_with("held"));
    let mut unfailing = weaker(CallOutcome::Returned(0));
    unfailing.scenes[0].cuts[0].faults_left_out = 1;
    assert!(judged(SURVIVES, &unfailing).starts_with("undecided"), "no fault was there to be heeded");
}

#[test]
fn what_is_listed_must_have_been_sent() {
    let listed = |listed: &[&str]| judged(UNTORN, &cut(&[], Vec::new(), listed, Instrument::PowerCutDisk));
    assert_eq!(listed(&["11", "22"]), "held: 2 records listed, each as it was sent");
    assert_eq!(listed(&[]), "held: 0 records listed, each as it was sent");
    assert_eq!(listed(&["11", "23"]), "missed: record 2 to be 22 or not there | list shows record=23");
    assert_eq!(
        listed(&["11", "22", "33", "44"]),
        "missed: no more than the 3 records that were sent | list shows record=44"
    );
}

const VERSIONS: &str = r#"{ kind = "versions", of = "list", result = "record", records = "sent", shown = "v{each:x2}",
    absent = "none", since = { of = "journal", acknowledged = "durable" } }"#;

#[test]
fn what_is_written_over_is_seen_whole_and_never_older_than_before() {
    let shown = |acknowledged: &[(u64, &str)], listed: &[&str]| {
        judged(VERSIONS, &cut(acknowledged, Vec::new(), listed, Instrument::PowerCutDisk))
    };
    let held = "held: 3 lines, each a whole version, the last of them version 3";
    assert_eq!(shown(&[], &["none", "v11.11", "v33.33"]), held);
    assert_eq!(shown(&[(4, "2")], &["v22.22", "v22.22", "v33.33"]), held);
    let torn = shown(&[], &["v11.22"]);
    assert_eq!(
        torn,
        "missed: each record=… of list to be one of the 3 written, whole | it printed record=v11.22"
    );
    assert_eq!(
        shown(&[], &["v22.22", "v11.11"]),
        "missed: list to show nothing older than version 2, which was shown before | it printed record=v11.11, version 1"
    );
    assert_eq!(
        shown(&[(4, "1"), (5, "2")], &["v11.11"]),
        "missed: list to show nothing older than version 2, which was acknowledged | it printed record=v11.11, version 1"
    );
    assert!(shown(&[(4, "1")], &["none"]).ends_with("| it printed record=none"));
    assert!(shown(&[(4, "1")], &[]).starts_with("missed: list to print record=…"));
    assert!(shown(&[(4, "4")], &["v33.33"]).ends_with("| 4 are"));
    let weaker = cut(&[(4, "1")], Vec::new(), &["v11.11"], Instrument::Calls);
    assert!(judged(VERSIONS, &weaker).starts_with("undecided"));
}

#[test]
fn records_may_be_shown_otherwise_than_as_numbers() {
    let shown = UNTORN.replace("records = \"sent\"", "records = \"sent\", shown = \"{nth}:{each}\"");
    let of = |listed: &[&str]| judged(&shown, &cut(&[], Vec::new(), listed, Instrument::PowerCutDisk));
    assert!(of(&["1:11", "2:22"]).starts_with("held"));
    assert!(of(&["1:11", "22"]).starts_with("missed: record 2 to be 2:22"));
}

#[test]
fn of_long_texts_it_is_told_where_they_part() {
    let [first, whole] = ["11", "22"].map(|number| vec![number; 50].join("."));
    let torn = format!("{}\0{}", &whole[..100], &whole[101..]);
    let shows = |expect: &str, listed: &[&str]| {
        let evidence = cut(&[], Vec::new(), listed, Instrument::PowerCutDisk);
        match judge(&[check(expect)], &evidence, Speech::ENGLISH).checks.remove(0).standing {
            Standing::Missed { shows, .. } => shows,
            other => panic!("{other:?}"),
        }
    };
    let parts = r#"from letter 101 on, "\0.22.22.22.2" stands where "2.22.22.22.2" should"#;
    let of_listing = UNTORN.replace("\"sent\"", "\"sent\", shown = \"{each:x50}\"");
    assert_eq!(shows(&of_listing, &[&first, &torn])[0], parts);
    let of_versions = VERSIONS.replace("v{each:x2}", "{each:x50}");
    assert_eq!(shows(&of_versions, &[&torn]), ["it begins as version 2 does", parts]);
}
