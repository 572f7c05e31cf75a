//! `powercut DIR -- COMMAND`, as a shell runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use expectrl::Expect;
use mmaplings::edges::disk::DiskOptions;

use super::mount;
use crate::run::{Ran, Run, program};
use crate::skip;

struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    /// A directory `data` with a file `f` in it, or nothing where there can be no disk.
    fn new() -> Option<Self> {
        drop(mount(DiskOptions::default())?);
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("data")).unwrap();
        fs::write(directory.path().join("data/f"), "old").unwrap();
        Some(Self { directory })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn data(&self) -> String {
        self.path("data").to_str().unwrap().to_owned()
    }

    /// Runs `script` in the shell, with the directory under test as `$1`.
    fn run(&self, options: &[&str], script: &str) -> Ran {
        let data = self.data();
        let command = ["--", "sh", "-c", script, "sh", &data];
        let arguments: Vec<&str> =
            ["powercut", &data].iter().chain(options).chain(&command).copied().collect();
        Run::new(&arguments).run()
    }

    fn survivor(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path("data-survivors").join(name)).ok()
    }
}

#[test]
fn what_was_flushed_is_left_to_look_at_and_the_directory_is_unchanged() {
    let Some(bench) = Bench::new() else { return };
    let script =
        r#"echo new > "$1/f"; echo g > "$1/g"; sync "$1/g" "$1"; echo h > "$1/h"; sync "$1/h"; echo done"#;
    let ran = bench.run(&[], script).status(0);
    let kept = bench.path("data-survivors");
    let expected = format!(
        "done
The power was cut when the command had ended, with status 0.
  asked for   3 writes, 3 flushes
  unflushed   1 page (4 KiB) and 1 change of names
              f: page 0; 4 B long, 3 B flushed
  survives    only what was flushed
  to look at  {} (2 files, 5 B)
",
        kept.display()
    );
    assert_eq!(ran.stdout, expected, "{}", ran.stderr);
    assert_eq!(bench.survivor("f").as_deref(), Some("old"));
    assert_eq!(bench.survivor("g").as_deref(), Some("g\n"));
    assert_eq!(bench.survivor("h"), None, "its name was not flushed");
    assert_eq!(fs::read_to_string(bench.path("data/f")).unwrap(), "old");
    assert!(!bench.path("data/g").exists());
}

#[test]
fn the_power_goes_at_the_flush_asked_for() {
    for (option, survives) in [("--after-flushes=2", true), ("--before-flush=2", false)] {
        let Some(bench) = Bench::new() else { return };
        let script = r#"cd "$1"; echo a > a; sync a; sync .; echo b > b; sync b; sync ."#;
        bench.run(&[option], script).status(0);
        assert_eq!(bench.survivor("a").is_some(), survives, "{option}");
        assert_eq!(bench.survivor("b"), None);
    }
}

#[test]
fn a_line_of_the_output_is_a_moment_too_and_the_report_is_for_scripts() {
    let Some(bench) = Bench::new() else { return };
    let script = r#"cd "$1"; echo a > a; sync a; sync .; echo durable=1; sleep 60"#;
    let ran = bench.run(&["--at-line", "^durable=", "--json"], script).status(0);
    assert_eq!(ran.stderr, "durable=1\n");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["schema"], "mmaplings-powercut-1");
    assert_eq!((&report["because"], &report["line"]), (&"moment".into(), &"durable=1".into()));
    assert_eq!(report["flushes"], 2);
    let names: Vec<_> = report["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(names, ["a", "f"]);
}

#[test]
fn a_recovery_judges_what_is_left() {
    for (check, status) in [(r#"test -e "$0/a""#, 0), (r#"test -e "$0/b""#, 1)] {
        let Some(bench) = Bench::new() else { return };
        let check = check.replace("$0", &bench.data());
        let script = r#"cd "$1"; echo a > a; sync a; sync .; echo b > b"#;
        bench.run(&["--recover", &check], script).status(status);
    }
}

#[test]
fn wrong_uses_are_told() {
    let Some(bench) = Bench::new() else { return };
    fs::create_dir(bench.path("data-survivors")).unwrap();
    fs::write(bench.path("data-survivors/x"), "").unwrap();
    let ran = bench.run(&[], "true").status(2);
    assert!(ran.stderr.contains("data-survivors is not empty"), "{}", ran.stderr);

    let inside = bench.path("data/out");
    let ran = bench.run(&["--survivors-to", inside.to_str().unwrap()], "true").status(2);
    assert!(ran.stderr.contains("lies in the directory under test"), "{}", ran.stderr);

    fs::write(bench.path("data/large"), vec![1; 3 << 20]).unwrap();
    let out = bench.path("out");
    let ran = bench.run(&["--size", "2 MiB", "--survivors-to", out.to_str().unwrap()], "true").status(2);
    assert!(ran.stderr.contains("holds more than 2 MiB"), "{}", ran.stderr);

    let ran = Run::new(&["powercut", "nowhere", "--", "true"]).run().status(2);
    assert!(ran.stderr.contains("nowhere is not a directory"), "{}", ran.stderr);
    let data = bench.data();
    let command = ["powercut", &data, "--survivors-to", out.to_str().unwrap(), "--", "/no/such/program"];
    let ran = Run::new(&command).run().status(2);
    assert!(ran.stderr.contains("cannot start /no/such/program"), "{}", ran.stderr);
}

/// Who may not mount and has no helper that may, moves into a namespace first.
#[test]
fn without_the_right_to_mount_a_namespace_will_do() {
    if !nix::unistd::geteuid().is_root() {
        // There is no right to take away, and the other tests go without it already.
        return;
    }
    let Some(bench) = Bench::new() else { return };
    let Some(setpriv) = skip::find("setpriv") else { return };
    let data = bench.data();
    let script = r#"cd "$1"; echo a > a; sync a; sync .; echo b > b"#;
    let mut command = std::process::Command::new(setpriv);
    command.arg("--bounding-set=-sys_admin").arg(program()).args(["powercut", &data, "--"]);
    let output = command.args(["sh", "-c", script, "sh", &data]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => {
            assert_eq!(bench.survivor("a").as_deref(), Some("a\n"));
            assert_eq!(bench.survivor("b"), None);
        }
        // As in many containers. It is told, and nothing was run.
        Some(4) if told.contains("To have one:") => skip::skip(&told),
        status => panic!("{status:?}: {told}"),
    }
}

/// On a terminal the command can read from it, and Ctrl-C is the command's.
#[test]
fn the_command_keeps_the_terminal() {
    let Some(bench) = Bench::new() else { return };
    let script = bench.path("script");
    fs::write(&script, "#!/bin/sh\nread word\necho \"got $word\"\nread word\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = std::process::Command::new(program());
    command.args(["powercut", &bench.data(), "--"]).arg(&script).env("TERM", "dumb").env("LANG", "C");
    let mut session = expectrl::Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
    session.send_line("plum").unwrap();
    session.expect("got plum").unwrap();
    session.send(expectrl::ControlCode::EndOfText).unwrap();
    session.expect("when a signal had killed the command").unwrap();
    session.expect(expectrl::Eof).unwrap();
    assert!(bench.path("data-survivors/f").exists());
}
