//! `course check` as an instructor meets it: what it says and what it exits with.

use std::fs;
use std::path::Path;

use mmaplings::edges::compiler::Toolchain;
use mmaplings::judgement::course::CourseFiles;
use serde_json::Value;

use crate::course_problems::sound;
use crate::run::{Ran, Run};
use crate::skip;

/// Writes a course's files into a directory.
pub(crate) fn write(files: &CourseFiles, directory: &Path) {
    for path in files.paths() {
        let file = directory.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, files.bytes(path).unwrap()).unwrap();
    }
}

/// Whether both compilers are here; if not, the test is skipped.
pub(crate) fn compilers() -> bool {
    let toolchain = Toolchain::new();
    let missing = toolchain.rust().err().or_else(|| toolchain.c().err());
    if let Some(missing) = &missing {
        skip::skip(&missing.to_string());
    }
    missing.is_none()
}

const RUST: &str = r#"fn main() {
    let number: i64 = std::env::args().nth(1).unwrap().parse().unwrap();
    println!("checkpoint ready");
    println!("twice={}", 2 * number);
}
"#;

const C: &str = r#"#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    puts("checkpoint ready");
    printf("twice=%ld\n", (argc > 1 ? FACTOR : 0) * atol(argv[1]));
    return 0;
}
"#;

/// The sound course with programs that do what they are there for.
fn proved() -> CourseFiles {
    let mut files = sound();
    files.insert("lessons/01-first/rust/double.rs", &b"fn main() { println!(\"checkpoint ready\"); }\n"[..]);
    files.insert("lessons/01-first/c/double.c", C.replace("FACTOR", "0").into_bytes());
    files.insert("solutions/01-first/rust/double.rs", RUST.as_bytes());
    files.insert("solutions/01-first/c/double.c", C.replace("FACTOR", "2").into_bytes());
    files.insert("solutions/01-first/attempts/plain.c", C.replace("FACTOR", "1").into_bytes());
    files
}

fn check(files: &CourseFiles, more: &[&str]) -> Ran {
    let directory = tempfile::tempdir().unwrap();
    write(files, directory.path());
    let mut arguments = vec!["course", "check", directory.path().to_str().unwrap(), "--seed", "7"];
    arguments.extend(more);
    Run::new(&arguments).with_cache().run()
}

#[test]
fn a_course_that_is_as_it_must_be_is_proved() {
    if !compilers() {
        return;
    }
    let ran = check(&proved(), &["--json", "--repeat", "2"]).status(0).stderr("");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["format"], "mmaplings/course-check/1");
    assert_eq!(report["outcome"], "proved");
    let trials = report["trials"].as_array().unwrap();
    let of = |subject: &str| trials.iter().filter(|trial| trial["subject"] == subject).count();
    assert_eq!((of("model"), of("starter"), of("attempt"), of("adversary")), (4, 2, 1, 4));
    assert_eq!(trials[0]["missed"], serde_json::json!([]));
}

#[test]
fn programs_with_another_verdict_than_declared_are_told() {
    if !compilers() {
        return;
    }
    let mut files = proved();
    let model = files.bytes("solutions/01-first/c/double.c").unwrap().to_vec();
    files.insert("lessons/01-first/c/double.c", model.clone());
    files.insert("solutions/01-first/attempts/plain.c", model);
    files.insert("solutions/01-first/rust/double.rs", &b"fn main() { nonsense(); }\n"[..]);
    let told = check(&files, &[]).status(5).stderr("").stdout;
    for expected in [
        "the model program in Rust must compile (seed 7)\n    `double` does not compile:\n    error",
        "the untouched starter in C must miss `doubled` (seed 7)\n    it does not miss `doubled`",
        "the attempt `plain` in C must miss `doubled` (seed 7)",
        "1 drill, 9 runs: the course is wrong (seed 7)\n",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in\n{told}");
    }
}

#[test]
fn a_course_that_does_not_load_is_told_with_code_5() {
    let mut files = sound();
    let lesson = files.text("lessons/01-first/lesson.toml").unwrap().replacen("minutes", "minuets", 1);
    files.insert("lessons/01-first/lesson.toml", lesson.into_bytes());
    let told = check(&files, &[]).status(5).stdout("").stderr;
    assert!(told.contains("did you mean `minutes`?"), "{told}");
    assert!(told.contains("lesson.toml:2:1"), "{told}");
    let json = check(&files, &["--json"]).status(5).stderr("").stdout;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["outcome"], "broken");
    assert_eq!(report["problems"].as_array().unwrap().len(), 2);
    check(&CourseFiles::default(), &[]).status(5);
}

#[test]
fn wrong_use_is_told() {
    let told = Run::new(&["course", "check", "/nonexistent"]).run().status(2).stderr;
    assert!(told.contains("/nonexistent cannot be read"), "{told}");
    let told = check(&sound(), &["--lesson", "seven"]).status(2).stderr;
    assert!(told.contains("the lessons are 01-first"), "{told}");
    let told = check(&sound(), &["--files-only"]).status(0).stderr("").stdout;
    assert_eq!(told, "Tiny: 1 lesson, no problem in the files\n");
}

#[test]
fn new_courses_and_lessons_are_proved_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Run::new(arguments).within(directory.path()).with_cache().run();
    let told = run(&["course", "new", "pipes", "--title", "Pipes"]).status(0).stderr("").stdout;
    assert!(told.contains("mmaplings course check pipes"), "{told}");
    let told =
        run(&["--course", "pipes", "course", "new-lesson", "broken-pipes"]).status(0).stderr("").stdout;
    assert!(told.starts_with("pipes/lessons/02-broken-pipes is there"), "{told}");
    let told = run(&["course", "check", "pipes", "--files-only"]).status(0).stderr("").stdout;
    assert_eq!(told, "Pipes: 2 lessons, no problem in the files\n");
    if compilers() {
        let told = run(&["course", "check", "pipes", "--seed", "7"]).status(0).stderr("").stdout;
        assert!(told.ends_with("2 drills, 20 runs: all as they must be (seed 7)\n"), "{told}");
    }
    for (wrong, said) in [
        (&["course", "new", "pipes"][..], "pipes is not empty"),
        (&["course", "new", "x", "--title", "a \"b\""], "cannot be a title"),
        (&["course", "new-lesson", "more"], "there is no lessons/course.toml in ."),
        (
            &["--course", "pipes", "course", "new-lesson", "02-broken-pipes"],
            "there is a lesson 02-broken-pipes already",
        ),
        (&["--course", "pipes", "course", "new-lesson", "Broken Pipes"], "is not a lesson's id"),
    ] {
        let told = run(wrong).status(2).stdout("").stderr;
        assert!(told.contains(said), "{told}");
    }
}

/// The engine knows no lesson: what it does for memory it does for anything.
#[test]
fn a_course_about_something_else_is_proved() {
    let course = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/courses/fork-and-pipe");
    let told = Run::new(&["course", "check", course, "--files-only"]).run().status(0).stderr("").stdout;
    assert_eq!(told, "Processes and pipes: 2 lessons, no problem in the files\n");
    if compilers() {
        let ran = Run::new(&["course", "check", course, "--seed", "7"]).with_cache().run();
        let told = ran.status(0).stderr("").stdout;
        assert!(told.ends_with("2 drills, 24 runs: all as they must be (seed 7)\n"), "{told}");
    }
}

#[test]
fn mutants_are_told_with_the_check_that_tells_them() {
    if !compilers() {
        return;
    }
    let mut files = proved();
    let model = C.replace("FACTOR", "2").replace(
        "puts(\"checkpoint",
        "(void)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n    puts(\"checkpoint",
    );
    let model = format!("#include <sys/mman.h>\n{model}");
    files.insert("solutions/01-first/c/double.c", model.into_bytes());
    let directory = tempfile::tempdir().unwrap();
    write(&files, directory.path());
    let course = directory.path().to_str().unwrap();
    let ran = Run::new(&["--course", course, "course", "mutants", "1", "--seed", "7"]).with_cache().run();
    let told = ran.status(0).stderr("").stdout;
    // This drill asks for no mapping: whatever is done to the one there is makes no difference.
    assert!(told.contains("c/double.c"), "{told}");
    assert!(told.contains("    + (void)mmap(NULL, (4096) / 2, PROT_READ, MAP_PRIVATE"), "{told}");
    assert!(told.contains("0 mutants missed, 5 passed, 0 did not compile\n"), "{told}");
}

/// A course of one lesson that measures: a prediction, and a process held still.
fn measuring(folklore: &str) -> CourseFiles {
    let lesson = format!(
        r#"
title = "One"
minutes = 1

[[step]]
kind = "predict"
id = "one-byte"
ask = "How much?"
unit = "bytes"
tolerance = {{ times = 1.5 }}
folklore = {{ value = "{folklore}", said_by = "some" }}
explain = "A page."
experiment.do = [
    {{ map = "m", flavour = "private-anonymous", size = "1 MiB" }},
    {{ write = "m", first = "1 B" }},
    {{ mark = "end" }},
]
experiment.measure = {{ what = "rss", of = "m", to = "end" }}

[[step]]
kind = "specimen"
id = "held"
text = "Look."
explain = "So."
do = [
    {{ map = "m", flavour = "private-anonymous", size = "1 MiB" }},
    {{ map = "s", flavour = "shared-anonymous", size = "1 MiB" }},
    {{ write = "m", random = "{{count}}" }},
]
values = {{ count = {{ draw = "integer", from = 2, to = 9 }} }}

[[step.question]]
kind = "line"
id = "which"
ask = "Which?"
of = "s"
right = "Yes."
otherwise = "No."

[[step.question]]
kind = "figure"
id = "how-much"
ask = "How much?"
answer = "m_rss"
unit = "pages"
right = "Yes."
otherwise = "No."
"#
    );
    let course = "title = \"Measured\"\nlang = \"en\"\nabout = \"A.\"\n[[part]]\ntitle = \"P\"\nlessons = [\"01-one\"]\n";
    let files = [("lessons/course.toml", course), ("lessons/01-one/lesson.toml", lesson.as_str())];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

#[test]
fn predictions_and_specimens_are_measured() {
    let ran = check(&measuring("1 MiB"), &["--json"]).status(0).stderr("");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let [predict, specimen] = &report["measured"].as_array().unwrap()[..] else { panic!("{report}") };
    assert_eq!(
        (&predict["kind"], &predict["found"], &predict["rounds"]),
        (&"predict".into(), &"as-wanted".into(), &3.into())
    );
    assert_eq!(predict["steadiness"]["share"], 0.0);
    assert_eq!(
        (&specimen["kind"], &specimen["found"], &specimen["questions"]),
        (&"specimen".into(), &"as-wanted".into(), &2.into())
    );
    let told = check(&measuring("1 MiB"), &[]).status(0).stdout;
    assert!(told.contains("1 prediction, 1 specimen: all as they must be"), "{told}");
}

#[test]
fn folklore_that_is_right_makes_a_course_wrong() {
    let told = check(&measuring("1 page"), &[]).status(5).stdout;
    let said = "the folklore (1 page) is right by the tolerance in 3 of 3 runs, which measured 4 KiB";
    assert!(told.contains(said), "{told}");
}
