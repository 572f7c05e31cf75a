//! The command line as a shell meets it: help, wrong use, completions, closed pipes.

use std::process::{Command, Stdio};

use crate::run::{Run, program};

#[test]
fn the_long_help_teaches_examples_and_exit_codes() {
    let ran = Run::new(&["--help"]).run().status(0).stderr("");
    for taught in ["Examples:", "Exit codes:", "  70  a fault of mmaplings itself"] {
        assert!(ran.stdout.contains(taught), "{}", ran.stdout);
    }
}

#[test]
fn a_wrong_command_is_told_with_the_one_that_was_meant() {
    let ran = Run::new(&["completion", "bash"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("'completions'"), "{}", ran.stderr);
}

#[test]
fn completions_are_there_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = Run::new(&["completions", shell]).run().status(0).stderr("");
        assert!(ran.stdout.contains("mmaplings"), "{shell}");
    }
}

#[test]
fn bash_accepts_its_completions() {
    let Some(bash) = crate::skip::find("bash") else { return };
    let script = Run::new(&["completions", "bash"]).run().stdout;
    let status = Command::new(bash).args(["-n", "-c", &script]).status().unwrap();
    assert!(status.success());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(program())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn what_a_session_is_told_is_for_no_other_command() {
    let told = |arguments: &[&str]| Run::new(arguments).run().status(2).stderr;
    assert!(told(&["--scale", "64MiB", "list"]).contains("--scale before a command is for none of them"));
    assert!(told(&["--advance", "list"]).contains("--advance before a command"));
    // Alone it is taken, and only the terminal is missing.
    assert!(told(&["--scale", "64MiB"]).contains("at a terminal, and this is none"));
}

#[test]
fn a_report_and_a_page_are_not_mixed() {
    let ran = Run::new(&["observe", "-o", "-", "--html", "-", "--", "true"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("would be mixed on standard output"), "{}", ran.stderr);
}
