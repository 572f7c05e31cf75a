//! Known-bad attempts as an instructor looks at them.

use std::fs;
use std::path::Path;

use crate::run::Run;

fn in_new_course(directory: &Path, arguments: &[&str]) -> Run {
    Run::new(&["course", "new", "c"]).within(directory).run().status(0);
    let arguments: Vec<&str> =
        ["--course", "c", "course", "attempts"].iter().chain(arguments).copied().collect();
    Run::new(&arguments).within(directory)
}

#[test]
fn a_lessons_attempts_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let listed = in_new_course(folder.path(), &["1"]).run().status(0).stderr("").stdout;
    insta::assert_snapshot!(listed, @r"
    repeats-it (C): prints the number itself
        misses doubled
    complains (Rust): does its work and then ends as if it had not
        misses ends-well
    ");
}

#[test]
fn an_attempt_is_shown_beside_its_model_program() {
    let folder = tempfile::tempdir().unwrap();
    let shown = in_new_course(folder.path(), &["1", "complains"]).run().status(0).stderr("").stdout;
    insta::assert_snapshot!(shown, @r#"
    complains: does its work and then ends as if it had not

    --- model/double.rs
    +++ attempt/double.rs
    @@ -4,5 +4,5 @@
         println!("checkpoint ready");
         let number: i64 =
             std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: double NUMBER");
    -    println!("twice={}", 2 * number);
    +    println!("twice={}", 2 * number); std::process::exit(1);
     }
    "#);
}

#[test]
fn an_attempt_is_written_out_whole() {
    let folder = tempfile::tempdir().unwrap();
    let made = in_new_course(folder.path(), &["1", "complains", "--into", "by/hand"]).run().status(0);
    assert_eq!(made.stdout, "by/hand/double.rs\n");
    let program = fs::read_to_string(folder.path().join("by/hand/double.rs")).unwrap();
    assert!(
        program.contains("std::process::exit(1)") && program.starts_with("//! double NUMBER"),
        "{program}"
    );
}

#[test]
fn an_attempt_that_is_not_there_is_told_with_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let told = in_new_course(folder.path(), &["1", "complain"]).run().status(2).stderr;
    assert!(
        told.contains("has no attempt \"complain\"") && told.contains("repeats-it and complains"),
        "{told}"
    );
}
