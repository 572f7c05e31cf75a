//! Power cuts in scenes: from a script and C programs to a verdict.

use mmaplings::assemblies::drill::{self, DrillJob, Outcome, Places};
use mmaplings::edges::compiler::{Colour, Source, SourceText, Toolchain};
use mmaplings::edges::disk::DiskOptions;
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::verdict::{self, Standing};
use mmaplings::vocabulary::evidence::{Build, Completion, Evidence, Instrument};
use mmaplings::vocabulary::lesson::{Drill, Language};
use mmaplings::words::speech::Speech;

use super::mount;
use crate::skip;

const DRILL: &str = r#"
id = "d"
task = ""
programs = ["journal", "list"]
starter_misses = "survives"
hints = []

[values]
sent = { draw = "distinct", count = 8, from = 1, to = 1_000_000 }
k = { draw = "integer", from = 1, to = 7 }

[[scene]]
id = "cut"
title = "cut while it works"
repeat = 3
patience_ms = 4000
disk = "power-cut"
file = [{ id = "file", name = "file", fill = "zero", size = "9 * 4096" }]
script = [
    { do = "set-cut", at = "before-flush", nth = "k + 1" },
    { do = "start", program = "journal", args = ["{file}"] },
    { do = "send-each", to = "journal", values = "sent" },
    { do = "close-stdin", of = "journal" },
    { do = "cut", survivors = "subset" },
    { do = "start", program = "list", args = ["{file}"] },
    { do = "end", of = "list" },
]

[[scene]]
id = "failing"
title = "a flush fails"
patience_ms = 4000
disk = "power-cut"
file = [{ id = "file", name = "file", fill = "zero", size = "9 * 4096" }]
script = [
    { do = "fail-flush", nth = "k" },
    { do = "start", program = "journal", args = ["{file}"] },
    { do = "send-each", to = "journal", values = "sent" },
    { do = "close-stdin", of = "journal" },
    { do = "end", of = "journal" },
    { do = "cut", survivors = "flushed" },
    { do = "start", program = "list", args = ["{file}"] },
    { do = "end", of = "list" },
]

[[check]]
id = "survives"
says = "what was acknowledged is there"
why = ""
scenes = ["cut"]
expect = { kind = "survives", of = "journal", acknowledged = "durable", by = "list", listed = "record", records = "sent" }

[[check]]
id = "heeds-errors"
says = "what failed is not acknowledged"
why = ""
scenes = ["failing"]
expect = { kind = "survives", of = "journal", acknowledged = "durable", by = "list", listed = "record", records = "sent" }

[[check]]
id = "untorn"
says = "what is listed was sent"
why = ""
expect = { kind = "untorn", by = "list", listed = "record", records = "sent" }
"#;

const PRELUDE: &str = r"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
enum { STRIDE = 4096, RECORDS = 8 };
static char *map_file(const char *path) {
    int fd = open(path, O_RDWR);
    char *map = mmap(NULL, (RECORDS + 1) * STRIDE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) exit(2);
    return map;
}
";

const LIST: &str = r#"
int main(int argc, char **argv) {
    (void)argc;
    char *map = map_file(argv[1]);
    for (int k = 0; k < RECORDS && *(int64_t *)(map + k * STRIDE); k++)
        printf("record=%ld\n", (long)*(int64_t *)(map + k * STRIDE));
    return 0;
}"#;

/// A journal that does `store` (with `place`, `value` and `k`), then acknowledges.
fn journal(store: &str) -> String {
    format!(
        r#"{PRELUDE}
int main(int argc, char **argv) {{
    (void)argc;
    char *map = map_file(argv[1]);
    long value;
    for (int k = 1; scanf("%ld", &value) == 1; k++) {{
        char *page = map + (k - 1) * STRIDE;
        volatile int64_t *place = (volatile int64_t *)page;
        {store}
        printf("durable=%d\n", k);
    }}
    return 0;
}}"#
    )
}

fn source(program: &str, text: String) -> Source {
    Source {
        program: program.parse().unwrap(),
        language: Language::C,
        text: SourceText::Memory(text.into_bytes()),
    }
}

fn evidence(drill: &Drill, store: &str, seed: u64) -> Evidence {
    let folder = tempfile::tempdir().unwrap();
    let (programs, files) = (folder.path().join("programs"), folder.path().join("files"));
    let job = DrillJob {
        drill,
        sources: &[source("journal", journal(store)), source("list", format!("{PRELUDE}{LIST}"))],
        seed,
        scale: Scale::Full,
        toolchain: &Toolchain::new(),
        places: Places { kit: folder.path(), programs: &programs, files: &files },
        colour: Colour::Never,
        cancel: &CancelToken::new(),
        progress: &|_| (),
    };
    let Outcome::Evidence(evidence) = drill::run(&job).unwrap() else { panic!("nobody cancelled") };
    for build in evidence.builds.values() {
        assert!(matches!(build, Build::Compiled { .. }), "{build:?}");
    }
    *evidence
}

fn missed(drill: &Drill, evidence: &Evidence) -> Vec<String> {
    let judged = verdict::judge(&drill.check, evidence, Speech::ENGLISH).checks;
    let missed = judged.into_iter().filter(|judged| matches!(judged.standing, Standing::Missed { .. }));
    missed.map(|judged| judged.check.to_string()).collect()
}

#[test]
fn cuts_tell_who_flushes_from_who_does_not() {
    if mount(DiskOptions::default()).is_none() || skip::find("cc").is_none() {
        return;
    }
    let drill: Drill = toml::from_str(DRILL).unwrap();
    let flush = "if (msync(page, STRIDE, MS_SYNC)) return 1;";
    let cases: [(String, &[&str]); 6] = [
        (format!("*place = value; {flush}"), &[]),
        ("*place = value;".to_owned(), &["survives", "heeds-errors"]),
        ("*place = value; msync(page, STRIDE, MS_ASYNC);".to_owned(), &["survives", "heeds-errors"]),
        ("*place = value; sync_file_range(3, 0, 0, 7);".to_owned(), &["survives", "heeds-errors"]),
        ("*place = value; msync(page, STRIDE, MS_SYNC);".to_owned(), &["heeds-errors"]),
        (
            // Each half is flushed on its own, and the second makes the record whole.
            format!("*place = -value; {flush} *place = value; {flush}"),
            &["untorn"],
        ),
    ];
    for (store, expected) in cases {
        let mut found: Vec<String> = Vec::new();
        for seed in 0..3 {
            let evidence = evidence(&drill, &store, seed);
            for scene in &evidence.scenes {
                assert_eq!(scene.completion, Completion::Whole, "{store}");
                assert_eq!(scene.cuts.len(), 1);
                assert_eq!(scene.cuts[0].instrument, Instrument::PowerCutDisk);
            }
            found.extend(missed(&drill, &evidence));
        }
        found.sort();
        found.dedup();
        let mut expected: Vec<String> = expected.iter().map(|&check| check.to_owned()).collect();
        expected.sort();
        assert_eq!(found, expected, "{store}");
    }
}

/// A script that sets a moment and never cuts leaves nobody waiting for the disk.
#[test]
fn a_scene_without_its_cut_ends() {
    if mount(DiskOptions::default()).is_none() || skip::find("cc").is_none() {
        return;
    }
    let never = DRILL.replace("    { do = \"cut\", survivors = \"subset\" },\n", "");
    let drill: Drill = toml::from_str(&never.replace("patience_ms = 4000", "patience_ms = 500")).unwrap();
    let evidence = evidence(&drill, "*place = value; if (msync(page, STRIDE, MS_SYNC)) return 1;", 1);
    assert_eq!(evidence.scenes[0].cuts.len(), 0);
    assert!(evidence.scenes[0].files.contains_key("file"), "the files can be looked at");
}
