//! `observe` as people type it: programs nobody here wrote, held against strace, perf and pmap;
//! a terminal and an interrupt; commands that cannot be run.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use expectrl::Expect as _;
use serde_json::Value;

use crate::run::{Run, program};
use crate::skip;

/// Programs and arguments that do the same whenever they run.
fn subjects(directory: &Path) -> Vec<(&'static str, Vec<String>)> {
    let lines: String = (0..2000).map(|n| format!("{}\n", (n * 7919) % 2003)).collect();
    fs::write(directory.join("input"), lines).unwrap();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    vec![
        ("sort", words(&["-n", "input"])),
        ("grep", words(&["-c", "99", "input"])),
        ("python3", words(&["-S", "-E", "-c", "print(sum(map(int, open('input'))))"])),
        (
            "sqlite3",
            words(&[":memory:", "create table t(x); insert into t values (1), (2); select sum(x) from t;"]),
        ),
        ("git", words(&["--version"])),
    ]
}

/// What [`Run`] gives the command under test: a launcher of Python behaves by it.
fn environment() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let kept = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"].into_iter();
    let fixed = [("LANG", "C.UTF-8".into()), ("TERM", "xterm-256color".into())];
    kept.filter_map(|name| Some((name, std::env::var_os(name)?))).chain(fixed)
}

/// What `observe --json` reports of a command, and what the command printed.
fn observed(directory: &Path, command: &[&str]) -> (Value, String) {
    let report = directory.join("report.json");
    let mut arguments = vec!["observe", "--json", "-o", report.to_str().unwrap(), "--"];
    arguments.extend(command);
    let ran = Run::new(&arguments).within(directory).run().status(0);
    assert_eq!(ran.stderr, "");
    (serde_json::from_slice(&fs::read(&report).unwrap()).unwrap(), ran.stdout)
}

const COUNTED: [&str; 5] = ["mmap", "munmap", "mprotect", "openat", "execve"];

/// How often strace saw each call.
fn straced(strace: &Path, directory: &Path, command: &[&str]) -> Option<BTreeMap<String, u64>> {
    let log = directory.join("strace.log");
    let trace = format!("trace={}", COUNTED.join(","));
    let status = Command::new(strace)
        .args(["-f", "-qq", "-e", "signal=none", "-e", &trace, "-o"])
        .arg(&log)
        .args(command)
        .current_dir(directory)
        .env_clear()
        .envs(environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let text = fs::read_to_string(&log).unwrap_or_default();
    if text.is_empty() {
        crate::skip::skip(&format!("strace cannot trace here ({status})"));
        return None;
    }
    let mut counts = BTreeMap::new();
    for line in text.lines().filter(|line| !line.contains("resumed>")) {
        let call = line.split_once(' ').unwrap().1.trim_start().split('(').next().unwrap();
        *counts.entry(call.to_owned()).or_default() += 1;
    }
    // The execve that starts the program is not the program's own.
    *counts.entry("execve".to_owned()).or_default() -= 1;
    Some(counts)
}

/// Tolerance: 2 calls of a name, or 2 % where that is more (see `agreement`).
#[test]
fn strace_counts_the_same_calls() {
    let Some(strace) = skip::find("strace") else { return };
    let directory = tempfile::tempdir().unwrap();
    for (tool, arguments) in subjects(directory.path()) {
        if skip::find(tool).is_none() {
            continue;
        }
        let command: Vec<&str> = std::iter::once(tool).chain(arguments.iter().map(String::as_str)).collect();
        let Some(theirs) = straced(&strace, directory.path(), &command) else { return };
        let (report, printed) = observed(directory.path(), &command);
        assert!(!printed.is_empty(), "{tool} has our standard output");
        assert_eq!(report["schema"], "mmaplings-observe-1");
        for name in COUNTED {
            let ours = report["counts"][name].as_u64().unwrap_or(0);
            let theirs = theirs.get(name).copied().unwrap_or(0);
            assert!(ours.abs_diff(theirs) <= (theirs / 50).max(2), "{tool} {name}: {ours}, strace {theirs}");
        }
        // As many as were counted were also decoded.
        let calls = report["run"]["calls"].as_array().unwrap();
        let mapped = calls.iter().filter(|call| call["name"] == "mmap").count() as u64;
        assert_eq!(report["counts"]["mmap"], mapped);
    }
}

/// Tolerance: 5 %, and 40 faults: where the loader and an allocator put things differs from run to run.
#[test]
fn perf_counts_the_same_faults() {
    let Some(perf) = skip::find("perf") else { return };
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("perf.log");
    for (tool, arguments) in subjects(directory.path()) {
        // By its path: perf looks in directories of its own first.
        let Some(path) = skip::find(tool) else { continue };
        let status = Command::new(&perf)
            .args(["stat", "-x", ",", "-e", "minor-faults,major-faults", "-o"])
            .arg(&log)
            .arg(&path)
            .args(&arguments)
            .current_dir(directory.path())
            .env_clear()
            .envs(environment())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let text = fs::read_to_string(&log).unwrap_or_default();
        let count = |event: &str| -> Option<u64> {
            text.lines().find(|line| line.contains(event))?.split(',').next()?.parse().ok()
        };
        let Some(theirs) = count("minor-faults").zip(count("major-faults")).map(|(a, b)| a + b) else {
            skip::skip(&format!("perf counts no faults here ({status:?}): {text}"));
            return;
        };
        let command: Vec<&str> =
            std::iter::once(path.to_str().unwrap()).chain(arguments.iter().map(String::as_str)).collect();
        let (report, _) = observed(directory.path(), &command);
        let faults = &report["run"]["faults"];
        assert!(faults["source"].as_str().unwrap().starts_with("perf"), "{faults}");
        let ours = faults["minor"].as_u64().unwrap() + faults["major"].as_u64().unwrap();
        assert!(ours.abs_diff(theirs) <= theirs / 20 + 40, "{tool}: {ours}, perf stat {theirs}");
    }
}

/// Tolerance: none for the block that is filled; 1 MiB for all of it, for what Python allocates to
/// start pmap and to read what it says.
#[test]
fn pmap_shows_the_same_resident_memory() {
    let (Some(_), Some(_)) = (skip::find("pmap"), skip::find("python3")) else { return };
    let directory = tempfile::tempdir().unwrap();
    let script = "import os\n\
        os.popen('true').read()\n\
        block = bytearray(b'x' * (64 << 20))\n\
        print('checkpoint filled', flush=True)\n\
        text = os.popen('pmap -X %d' % os.getpid()).read()\n\
        open('pmap.txt', 'w').write(text)\n";
    let (report, _) = observed(directory.path(), &["python3", "-S", "-E", "-c", script]);
    let snapshots = report["run"]["snapshots"].as_array().unwrap();
    let filled = snapshots.iter().find(|stop| stop["checkpoint"] == "filled").unwrap();
    let text = fs::read_to_string(directory.path().join("pmap.txt")).unwrap();
    let column = text.lines().nth(1).unwrap().split_whitespace().position(|word| word == "Rss").unwrap();
    let theirs: Vec<u64> = text
        .lines()
        .skip(2)
        .filter(|line| line.split_whitespace().nth(1).is_some_and(|perms| perms.ends_with(['p', 's'])))
        .map(|line| line.split_whitespace().nth(column).unwrap().parse::<u64>().unwrap() * 1024)
        .collect();
    let mappings = filled["mappings"].as_array().unwrap();
    let ours: Vec<u64> = mappings.iter().map(|mapping| mapping["books"]["rss"].as_u64().unwrap()).collect();
    let block = *ours.iter().max().unwrap();
    assert!(block >= 64 << 20, "{block}");
    assert_eq!(Some(&block), theirs.iter().max());
    let (ours, theirs): (u64, u64) = (ours.iter().sum(), theirs.iter().sum());
    assert_eq!(Some(ours), filled["rss"].as_u64());
    assert!(ours.abs_diff(theirs) < 1 << 20, "{ours}, pmap {theirs}");
    // The looks in passing saw it too.
    let samples = report["samples"].as_array().unwrap();
    let most = samples.iter().map(|sample| sample["rss"].as_u64().unwrap()).max();
    assert!(most.unwrap() > 64 << 20, "{most:?}");
}

#[test]
fn the_programs_streams_and_status_are_its_own() {
    let script = "read line; echo \"got $line\"; echo oops >&2; exit 7";
    let ran = Run::new(&["observe", "--", "sh", "-c", script]).stdin("hello\n").run().status(7);
    assert_eq!(ran.stdout, "got hello\n");
    let (program, report) = ran.stderr.split_once('\n').unwrap();
    assert_eq!(program, "oops");
    assert!(report.starts_with("sh -c "), "{report}");
    for part in ["exit status 7", "Calls on memory", "mmap(", "Over time", "Address space", "[stack]"] {
        assert!(report.contains(part), "{part} in {report}");
    }
    let killed = Run::new(&["observe", "--plain", "--", "sh", "-c", "kill -SEGV $$"]).run().status(139);
    assert!(killed.stderr.contains("ended by SIGSEGV"), "{}", killed.stderr);
    assert!(killed.stderr.is_ascii(), "{}", killed.stderr);
}

#[test]
fn its_environment_directory_and_name_are_its_own() {
    let ran = Run::new(&["observe", "-o", "report", "sh", "-c", "echo $0 $COLOUR; pwd -P; ls"])
        .env("COLOUR", "blue")
        .run()
        .status(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "sh blue");
    assert_eq!(lines[2..], ["report"], "the report's file is there before the program runs");
    assert_eq!(ran.stderr, "");
}

#[test]
fn what_cannot_be_run_is_told_as_a_shell_tells_it() {
    let directory = tempfile::tempdir().unwrap();
    let observe = |command: &str| Run::new(&["observe", "--", command]).within(directory.path()).run();
    let missing = observe("no-such-command").status(127);
    assert!(
        missing.stderr.starts_with("error: there is no command no-such-command\nhelp: "),
        "{}",
        missing.stderr
    );
    fs::write(directory.path().join("text"), "just words\n").unwrap();
    assert!(observe("./text").status(126).stderr.contains("chmod +x"));
    // A directory in PATH is no command, however it is called.
    assert!(observe(".").status(127).stderr.contains("there is no command"));
    assert!(observe("./").status(126).stderr.contains("it is a directory"));
    fs::set_permissions(directory.path().join("text"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(observe("./text").status(126).stderr.contains("cannot be executed"));
    Run::new(&["observe"]).run().status(2);
    let unknown = Run::new(&["observe", "--calls", "mmapp", "--", "true"]).run().status(2);
    assert!(unknown.stderr.contains("did you mean mmap?"), "{}", unknown.stderr);
    let nowhere = Run::new(&["observe", "-o", "no/where", "--", "touch", "ran"]);
    assert!(nowhere.within(directory.path()).run().status(2).stderr.contains("cannot be written"));
    assert!(!directory.path().join("ran").exists(), "it is told before the program runs");
}

#[test]
fn reports_go_where_they_are_sent() {
    let ran = Run::new(&["observe", "-o", "-", "--", "echo", "hello"]).run().status(0);
    assert!(ran.stdout.starts_with("hello\necho hello: exit status 0"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
    let ran = Run::new(&["observe", "-o", "/dev/null", "--", "echo", "hello"]).run().status(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("hello\n", ""));
    assert!(!fs::symlink_metadata("/dev/null").unwrap().is_file(), "a device stays what it is");
}

#[test]
fn calls_are_listed_as_asked_for() {
    let ran =
        Run::new(&["observe", "--calls", "openat,read", "--all", "--", "cat", "/dev/null"]).run().status(0);
    assert!(ran.stderr.contains("openat(AT_FDCWD, \"/dev/null\", O_RDONLY"), "{}", ran.stderr);
    assert!(ran.stderr.contains("read("), "{}", ran.stderr);
    assert!(!ran.stderr.contains("mmap("), "{}", ran.stderr);
}

#[test]
fn a_page_is_written_too() {
    let directory = tempfile::tempdir().unwrap();
    let ran = Run::new(&[
        "observe",
        "--html",
        "page.html",
        "--",
        "sh",
        "-c",
        "echo 'checkpoint <b>'; echo checkpoint here",
    ])
    .within(directory.path())
    .run()
    .status(0);
    assert!(ran.stderr.contains("checkpoint here"), "{}", ran.stderr);
    let page = fs::read_to_string(directory.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"), "{page}");
    assert!(page.contains("checkpoint here") && page.contains("Resident memory"));
    assert!(!page.contains("<b>"), "what was typed is text");
}

/// What a program leaves behind is followed to its end.
#[test]
fn children_are_followed() {
    let ran =
        Run::new(&["observe", "--json", "-o", "r", "--", "sh", "-c", "(sleep 0.3; echo late) & exit 0"]);
    let directory = tempfile::tempdir().unwrap();
    let ran = ran.within(directory.path()).run().status(0);
    assert_eq!(ran.stdout, "late\n");
    let report: Value = serde_json::from_slice(&fs::read(directory.path().join("r")).unwrap()).unwrap();
    assert!(report["run"]["processes"].as_array().unwrap().len() >= 3);
    assert_eq!(report["run"]["limit"], Value::Null);
}

#[test]
fn a_program_works_with_the_terminal_and_gets_its_interrupt() {
    let mut command = Command::new(program());
    command
        .args(["observe", "--ascii", "--", "cat"])
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .env("LANG", "C.UTF-8");
    let mut session = expectrl::Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.send_line("hello").unwrap();
    session.expect("hello").unwrap();
    session.send(expectrl::ControlCode::EndOfText).unwrap();
    session.expect("cat: ended by SIGINT").unwrap();
    session.expect("Over time").unwrap();
    session.expect(expectrl::Eof).unwrap();
    let pid = nix::unistd::Pid::from_raw(session.get_process().pid().as_raw());
    let status = nix::sys::wait::waitpid(pid, None).unwrap();
    assert_eq!(status, nix::sys::wait::WaitStatus::Exited(pid, 130));
}
