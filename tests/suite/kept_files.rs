//! Files that are too large to be made for each run: told of, bounded, kept and cleaned away.

use std::path::Path;
use std::process::Command;

use crate::run::{Ran, Run};
use crate::skip;

const ARGUMENTS: [&str; 6] = ["check", "4", "--solutions", "--lang", "c", "--scale"];

/// The model program of the lesson with the large file, in C, with a cache of its own.
fn check(cache: &Path, scale: &str, more: &[&str]) -> Ran {
    let arguments = [&ARGUMENTS[..], &[scale], more].concat();
    Run::new(&arguments).env("XDG_CACHE_HOME", cache.to_str().unwrap()).run()
}

fn doctor(cache: &Path, arguments: &[&str]) -> Ran {
    let arguments = [&["doctor"], arguments].concat();
    Run::new(&arguments).env("XDG_CACHE_HOME", cache.to_str().unwrap()).run()
}

#[test]
fn a_large_file_is_told_of_before_it_is_made_and_kept_and_cleaned_away() {
    if skip::find("cc").is_none() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let first = check(cache.path(), "16MiB", &["--json"]);
    // On a file system that is in memory, whether the file was cold cannot be told.
    assert!(matches!(first.status, Some(0 | 4)), "{}\n{}", first.stdout, first.stderr);
    assert!(first.stderr.starts_with("note: sum-me.bin takes 16 MiB of disk"), "{}", first.stderr);
    assert!(first.stdout.contains("the whole file is mapped, read-only: 16 MiB"), "{}", first.stdout);
    check(cache.path(), "16MiB", &["--json"]).stderr("");

    let health: serde_json::Value = serde_json::from_str(&doctor(cache.path(), &["--json"]).stdout).unwrap();
    assert!(health["kept_files"].as_u64().unwrap() >= 16 << 20, "{health}");
    let cleaned = doctor(cache.path(), &["--clean"]).status(0);
    assert!(cleaned.stdout.starts_with("removed 16 MiB"), "{}", cleaned.stdout);
    let left = std::fs::read_dir(cache.path().join("mmaplings/files")).unwrap().count();
    assert_eq!(left, 0, "something was left in the cache");
}

#[test]
fn a_scale_that_is_none_is_told_with_one_that_is() {
    for command in [&["check", "4"][..], &["watch", "4"], &["course", "check"]] {
        let ran = Run::new(&[command, &["--scale", "half"]].concat()).run().status(2).stdout("");
        assert!(ran.stderr.contains("a scale is a size such as 64MiB, or `full`"), "{}", ran.stderr);
    }
    let ran = Run::new(&["check", "4", "--scale", "4KiB"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("4 KiB is too small for a scale: 1 MiB is the least"), "{}", ran.stderr);
}

#[test]
fn too_little_room_is_told_with_what_helps_before_anything_is_written() {
    if skip::find("cc").is_none() || skip::find("unshare").is_none() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    // A disk of 64 MiB of this test's own, in a mount namespace that goes with the command.
    let script = "mount -t tmpfs -o size=64m tmpfs \"$0\" || exit 99; \"$@\"; status=$?; \
                  find \"$0\" -type f -size +0 >&2; exit $status";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(cache.path())
        .arg(crate::run::program())
        .args(ARGUMENTS)
        .arg("full")
        .env("XDG_CACHE_HOME", cache.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(2) && (told.contains("unshare") || output.status.code() == Some(99)) {
        return skip::skip(&format!("no mount namespace for this user: {told}"));
    }
    assert_eq!(output.status.code(), Some(2), "{told}");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("error: there is too little room for"), "{told}");
    assert!(told.contains("it needs 1.2 GiB, and 6"), "{told}");
    assert!(told.contains("help: `check` and `watch` make a smaller one with `--scale 64MiB`"), "{told}");
    assert!(!told.contains("sum-me.bin.part"), "{told}");
}
