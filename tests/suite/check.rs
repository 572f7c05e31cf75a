//! Judging by the command line: starters, solutions, what does not compile, evidence kept.

use std::fs;
use std::path::Path;

use crate::run::{Run, workspace};
use crate::skip;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A workspace for C, where there is a compiler: it needs no dependencies.
fn c_workspace() -> Option<(tempfile::TempDir, std::path::PathBuf)> {
    skip::find("cc").map(|_| workspace("c"))
}

fn solve(root: &Path) {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("solutions/03-untouched-memory/c/reserve.c");
    fs::copy(model, root.join("03-untouched-memory/reserve.c")).unwrap();
}

#[test]
fn a_starter_misses_and_a_solution_passes_and_is_remembered() {
    let Some((_directory, root)) = c_workspace() else { return };
    let ran = Run::new(&["check", "3"]).within(&root).run().status(1).stderr("");
    assert!(ran.stdout.lines().last().unwrap().starts_with("missed: "), "{}", ran.stdout);
    solve(&root);
    let ran = Run::new(&["check", "3"]).within(&root).run().status(0).stderr("");
    assert!(ran.stdout.lines().last().unwrap().starts_with("passed: "), "{}", ran.stdout);
    let shown = Run::new(&["solution", "3"]).within(&root).run().status(0);
    assert!(shown.stdout.contains("reserve.c"), "{}", shown.stdout);
}

#[test]
fn what_does_not_compile_is_shown_as_the_compiler_said_it() {
    let Some((_directory, root)) = c_workspace() else { return };
    fs::write(root.join("03-untouched-memory/reserve.c"), "int main(void) { return nothing; }\n").unwrap();
    let ran = Run::new(&["check", "3"]).within(&root).run().status(3).stderr("");
    assert!(ran.stdout.contains("03-untouched-memory/reserve.c:1:25: error: "), "{}", ran.stdout);
    let report = json(&Run::new(&["check", "3", "--json"]).within(&root).run().status(3).stdout);
    assert_eq!(report["results"][0]["verdict"]["outcome"], "does-not-compile");
}

#[test]
fn evidence_that_was_kept_gives_the_same_verdict_again() {
    let Some((_directory, root)) = c_workspace() else { return };
    let arguments = ["check", "3", "--seed", "7", "--keep-evidence", "run.json", "--json"];
    let first = json(&Run::new(&arguments).within(&root).run().status(1).stdout);
    let again = Run::new(&["judge", "--evidence", "run.json", "--json"]).within(&root).run().status(1);
    let again = json(&again.stdout);
    assert_eq!(first["results"][0]["verdict"], again["results"][0]["verdict"]);
    assert_eq!(first["version"], 1);
    assert_eq!(first["results"][0]["verdict"]["seed"], 7);
    fs::write(root.join("run.json"), "{}").unwrap();
    Run::new(&["judge", "--evidence", "run.json"]).within(&root).run().status(2).stdout("");
}

#[test]
fn the_model_programs_pass_without_a_workspace() {
    if skip::find("cc").is_none() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let ran = Run::new(&["check", "3", "--solutions", "--lang", "c"])
        .env("XDG_CACHE_HOME", cache.path().to_str().unwrap())
        .run()
        .status(0);
    assert!(ran.stdout.contains("passed: "), "{}", ran.stdout);
}

#[test]
fn a_program_that_is_gone_is_told_with_the_way_back() {
    let Some((_directory, root)) = c_workspace() else { return };
    fs::remove_file(root.join("03-untouched-memory/reserve.c")).unwrap();
    Run::new(&["check", "3"]).within(&root).run().status(2).stdout("").stderr(
        "error: there is no 03-untouched-memory/reserve.c\n\
         help: `mmaplings reset 03-untouched-memory` writes the starter again\n",
    );
}

#[test]
fn a_check_that_is_interrupted_ends_by_the_signal_and_leaves_nothing_behind() {
    let Some((_directory, root)) = c_workspace() else { return };
    let temporary = tempfile::tempdir().unwrap();
    let forever = "#include <unistd.h>\nint main(void) { fork(); for (;;) pause(); }\n";
    fs::write(root.join("03-untouched-memory/reserve.c"), forever).unwrap();
    let mut child = std::process::Command::new(crate::run::program())
        .args(["check", "3"])
        .current_dir(&root)
        .env("TMPDIR", temporary.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let running = || fs::read_dir(temporary.path()).unwrap().count() > 0;
    let began = std::time::Instant::now();
    while !running() && began.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let ended = child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(libc::SIGINT));
    assert!(!running(), "files were left in the temporary directory");
}
