//! `sketch LESSON --from FILE`: drawings held against a live run of the lesson's specimen.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::run::Run;
use crate::skip::skip;

/// What the command makes of a drawing, or nothing after having said why not here.
fn drawn(drawing: &[u8], arguments: &[&str]) -> Option<Output> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mmaplings"))
        .args(["sketch", "09", "--from", "-"])
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/sketch-cache"))
        .env_remove("MMAPLINGS_WORKSPACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(drawing).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.code() == Some(4) {
        skip(&String::from_utf8_lossy(&output.stdout));
        return None;
    }
    Some(output)
}

fn compared(drawing: &[u8]) -> Option<Value> {
    let output = drawn(drawing, &["--json"])?;
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    }))
}

#[test]
fn a_right_drawing_is_right_whatever_the_kernel_merged() {
    let drawing = b"?+1MiB rw-p 0 00:00 0\n?+1GiB rw-p 0 00:00 0\n?+8MiB rw-s 0 ? ? shared.bin\n";
    let Some(output) = drawn(drawing, &["--plain"]) else { return };
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("9 of 9 columns that can be known are right"), "{text}");
}

#[test]
fn a_wrong_drawing_is_told_its_columns() {
    let Some(report) = compared(b"1 MiB rw-p ? ? ? [heap]\n?+8MiB rw-p 0 ? ? shared.bin\n") else { return };
    assert_eq!(report["right"], false);
    let wrong = |line: usize| -> Vec<&str> {
        let columns = report["lines"][line]["finding"]["columns"].as_array().unwrap();
        let wrong = columns.iter().filter(|column| column["mark"] == "wrong");
        wrong.map(|column| column["column"].as_str().unwrap()).collect()
    };
    assert_eq!((wrong(0), wrong(1)), (vec!["path"], vec!["perms"]));
    assert_eq!(report["missing"][0]["entry"], "large");
}

#[test]
fn any_bytes_are_a_drawing() {
    let mut bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    bytes.extend_from_slice("\u{202e}? rw-p \u{1b}[31m\n".as_bytes());
    let Some(output) = drawn(&bytes, &[]) else { return };
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stdout.contains(&0x1b), "an escape sequence of the drawing reaches the terminal");
}

#[test]
fn the_sheet_is_a_drawing_of_nothing_yet() {
    let sheet = Command::new(env!("CARGO_BIN_EXE_mmaplings")).args(["sketch", "09"]).output().unwrap();
    assert!(sheet.status.success());
    let Some(report) = compared(&sheet.stdout) else { return };
    assert_eq!((&report["earned"], &report["lines"].as_array().unwrap().len()), (&0.into(), &3));
}

#[test]
fn a_lesson_without_a_sketch_says_so() {
    let output = Command::new(env!("CARGO_BIN_EXE_mmaplings")).args(["sketch", "01"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("01-four-flavours has nothing to draw"));
}

#[test]
fn a_file_of_answers_may_hold_a_drawing() {
    let answered = |answers: &str| {
        let ran = Run::new(&["answer", "9", "--from", "-", "--json"]).with_cache().stdin(answers).run();
        if ran.status == Some(4) {
            skip(&ran.stdout);
            return None;
        }
        Some((ran.status, serde_json::from_str::<Value>(&ran.stdout).unwrap_or_default(), ran.stderr))
    };
    let right = "three-ways = \"\"\"\n?+1MiB rw-p 0 00:00 0\n?+1GiB rw-p 0 00:00 0\n?+8MiB rw-s 0 ? ? shared.bin\n\"\"\"\n";
    let Some((status, report, _)) = answered(right) else { return };
    assert_eq!(status, Some(0), "{report}");
    assert_eq!(
        (&report["answers"][0]["kind"], &report["answers"][0]["outcome"]),
        (&"sketch".into(), &"passed".into())
    );
    let Some((status, report, _)) = answered(&right.replace("rw-s", "rw-p")) else { return };
    assert_eq!(status, Some(1), "{report}");
    assert_eq!(report["answers"][0]["outcome"], "missed");
    let Some((status, _, told)) = answered("three-ways = 3\n") else { return };
    assert_eq!(status, Some(2));
    assert!(told.contains("the drawing for three-ways must be a text"), "{told}");
}

#[test]
fn what_cannot_be_seen_here_is_inconclusive_and_not_counted() {
    // No compiler, so no specimen to hold a drawing against.
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let answers = "three-ways = \"? rw-p\"\n";
    let ran = Run::new(&["answer", "9", "--from", "-", "--json"]).env("PATH", path).stdin(answers).run();
    let report: Value = serde_json::from_str(&ran.status(4).stdout).unwrap();
    assert_eq!(report["answers"][0]["outcome"], "inconclusive", "{report}");
    assert!(report["answers"][0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{report}");
}
