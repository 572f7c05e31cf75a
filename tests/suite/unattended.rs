//! The session where there is no terminal.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::run::{Run, program, workspace};
use crate::skip;

#[test]
fn alone_it_says_what_to_use_instead() {
    Run::new(&[]).run().status(2).stdout("").stderr(
        "error: the course asks and listens at a terminal, and this is none\n\
         help: `mmaplings list`, `open`, `answer`, `check` and `watch` do the same\n      without one\n",
    );
}

#[test]
fn watch_judges_each_save_until_it_is_ended() {
    if skip::find("cc").is_none() {
        return;
    }
    let (_directory, root) = workspace("c");
    let mut child = Command::new(program())
        .args(["watch", "3"])
        .current_dir(&root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|line| line.contains("Each save is judged")).unwrap();
    fs::write(root.join("03-untouched-memory/reserve.c"), "int main(void) { return 0; }\n").unwrap();
    assert!(lines.any(|line| line.starts_with("missed: ")));
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert!(!child.wait().unwrap().success());
}
