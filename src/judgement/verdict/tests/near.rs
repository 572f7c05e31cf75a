//! What is said of a mapping that is not there.

use super::*;

const WANTED: &str = r#"{ kind = "mapping", of = "p", at = "mapped", which = { flavour = "shared-file", file = "data", size = "size", offset = 4096, perms = "rw-s" } }"#;

fn with(lines: &[&str], calls: Vec<Call>) -> Evidence {
    let mappings = lines.iter().map(|line| mapping(line, Bytes(0))).collect();
    let shot = Snapshot { calls_before: calls.len(), ..snapshot("mapped", mappings, Io::default()) };
    evidence(vec![("p", Run { snapshots: vec![shot], calls, ..run("p") })])
}

fn observed(lines: &[&str], calls: Vec<Call>) -> String {
    let judged = judged(WANTED, &with(lines, calls));
    judged.split_once(" | ").expect("it is missed").1.to_owned()
}

#[test]
fn the_one_property_in_which_a_mapping_differs_is_named() {
    let near = |line: &str| observed(&[line], Vec::new());
    let says = |but: &str| format!("p has no such mapping: one is like it, but {but}");
    assert_eq!(near("1000-4000 rw-s 1000 08:01 9 /tmp/data.bin"), says("12 KiB long"));
    assert_eq!(near("1000-3000 rw-s 0 08:01 9 /tmp/data.bin"), says("begins at offset 0"));
    assert_eq!(near("1000-3000 r--s 1000 08:01 9 /tmp/data.bin"), says("r--s"));
    assert_eq!(near("1000-3000 rw-p 1000 08:01 9 /tmp/data.bin"), says("private"));
    assert_eq!(near("1000-3000 rw-s 1000 08:01 9 /tmp/other.bin"), says("of /tmp/other.bin"));
    assert_eq!(
        near("1000-4000 rw-s 0 08:01 9 /tmp/data.bin"),
        "p has no such mapping; its own are shown",
        "two properties differ"
    );
}

#[test]
fn memory_without_a_file_is_near_only_where_it_is_about_as_long() {
    let expect = r#"{ kind = "mapping", of = "p", at = "mapped", which = { flavour = "private-anonymous", at_least = "16 * size" } }"#;
    let said = |line: &str| judged(expect, &with(&[line], Vec::new()));
    assert!(said("100000-11f000 rw-p 0 00:00 0").ends_with("one is like it, but 124 KiB long"));
    assert!(said("100000-103000 rw-p 0 00:00 0").ends_with("its own are shown"));
}

#[test]
fn a_call_that_failed_is_named_before_anything_else() {
    let failed = |flags: &[&str]| {
        let detail = Detail::Mmap {
            length: Bytes(8192),
            protection: Vec::new(),
            flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
            descriptor: 3,
            path: None,
            offset: Bytes(0),
            address: Addr(0),
        };
        vec![Call { detail, ..call("mmap", &[], CallOutcome::Failed(13)) }]
    };
    let shorter = ["1000-2000 rw-s 1000 08:01 9 /tmp/data.bin"];
    assert_eq!(observed(&shorter, failed(&["MAP_SHARED"])), "p has no such mapping: a call of mmap failed");
    for elsewhere in [&["MAP_PRIVATE"][..], &["MAP_SHARED", "MAP_FIXED_NOREPLACE"]] {
        assert!(observed(&shorter, failed(elsewhere)).ends_with("4 KiB long"), "{elsewhere:?}");
    }
    let Standing::Missed { shows, .. } =
        &judge(&[check(WANTED)], &with(&[], failed(&["MAP_SHARED"])), Speech::ENGLISH).checks[0].standing
    else {
        panic!("it is missed")
    };
    assert_eq!(shows[0], "mmap(…) = -1 EACCES");
}

#[test]
fn pointers_that_no_mapping_gave_are_known_by_their_addresses() {
    let killed_at = |address: u64| {
        let ending = Ending::Signalled {
            signal: "SIGSEGV".to_owned(),
            address: Some(Addr(address)),
            code: Some("SEGV_MAPERR".to_owned()),
        };
        let evidence = evidence(vec![("p", Run { ending, ..run("p") })]);
        judged(r#"{ kind = "ending", of = "p" }"#, &evidence)
    };
    assert!(killed_at(u64::MAX).contains("MAP_FAILED: a call of mmap failed"), "{}", killed_at(u64::MAX));
    assert!(killed_at(8).contains("next to a null pointer"), "{}", killed_at(8));
    assert!(!killed_at(0x7000).contains("null"));
}
