//! The session in a pseudoterminal: what a person sees, what keys and saves do, and a
//! terminal that is as it was before, whatever ends the session.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use expectrl::process::Termios as _;
use expectrl::process::unix::{PtyStream, UnixProcess};
use expectrl::{Expect, Session};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::run::{program, workspace};
use crate::skip;

type Pty = Session<UnixProcess, PtyStream>;

fn start(root: &Path, arguments: &[&str]) -> Pty {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .current_dir(root)
        .env("LANG", "C.UTF-8")
        .env("TERM", "xterm")
        .env("NO_COLOR", "1");
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.set_echo(true).unwrap();
    session.send_line("go").unwrap();
    session
}

fn see(session: &mut Pty, text: &str) {
    if let Err(error) = session.expect(text) {
        panic!("{text:?} was not seen: {error}");
    }
}

/// Whether the terminal echoes and gathers lines, as a shell leaves it.
fn is_as_before(session: &Pty) -> bool {
    let modes = tcgetattr(session.get_process().get_raw_handle().unwrap()).unwrap();
    modes.local_flags.contains(LocalFlags::ECHO | LocalFlags::ICANON)
}

fn pid(session: &Pty) -> Pid {
    Pid::from_raw(session.get_process().pid().as_raw())
}

/// How the session ended.
fn ended(session: &Pty) -> WaitStatus {
    waitpid(pid(session), None).unwrap()
}

/// A watched drill, in a workspace for C, where there is a compiler.
fn watching() -> Option<(tempfile::TempDir, std::path::PathBuf, Pty)> {
    skip::find("cc")?;
    let (directory, root) = workspace("c");
    let mut session = start(&root, &["watch", "3"]);
    see(&mut session, "edit 03-untouched-memory/reserve.c");
    see(&mut session, "q quit");
    Some((directory, root, session))
}

fn model() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("solutions/03-untouched-memory/c/reserve.c");
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_save_is_judged_and_keys_answer_and_q_leaves_the_terminal_as_it_was() {
    let Some((_directory, root, mut session)) = watching() else { return };
    assert!(!is_as_before(&session), "keys are not read one by one");
    let program = root.join("03-untouched-memory/reserve.c");
    fs::write(&program, "int main(void) { return 0; }\n").unwrap();
    see(&mut session, "missed: ");
    session.send("h").unwrap();
    see(&mut session, "hint 1 of 3: ");
    fs::write(root.join("beside"), model()).unwrap();
    fs::rename(root.join("beside"), &program).unwrap();
    see(&mut session, "passed: ");
    see(&mut session, "n goes on");
    session.send("t").unwrap();
    see(&mut session, "checkpoint touched");
    session.send("q").unwrap();
    assert_eq!(ended(&session), WaitStatus::Exited(pid(&session), 0));
    assert!(is_as_before(&session));
}

#[test]
fn keys_answer_while_a_check_runs_and_a_newer_save_overtakes_it() {
    let Some((_directory, root, mut session)) = watching() else { return };
    let program = root.join("03-untouched-memory/reserve.c");
    fs::write(&program, "int main(void) { for (;;) ; }\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    session.send("h").unwrap();
    see(&mut session, "hint 1 of 3: ");
    fs::write(&program, model()).unwrap();
    see(&mut session, "passed: ");
    session.send("q").unwrap();
    assert_eq!(ended(&session), WaitStatus::Exited(pid(&session), 0));
}

#[test]
fn signals_end_it_by_themselves_and_leave_the_terminal_as_it_was() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let Some((_directory, root, session)) = watching() else { return };
        // In the midst of a check.
        fs::write(root.join("03-untouched-memory/reserve.c"), "int main(void) { for (;;) ; }\n").unwrap();
        std::thread::sleep(Duration::from_millis(300));
        kill(pid(&session), signal).unwrap();
        assert_eq!(ended(&session), WaitStatus::Signaled(pid(&session), signal, false));
        assert!(is_as_before(&session), "{signal}");
    }
}

#[test]
fn ctrl_z_and_fg_leave_and_take_the_terminal() {
    let Some((_directory, _root, mut session)) = watching() else { return };
    kill(pid(&session), Signal::SIGTSTP).unwrap();
    let stopped = waitpid(pid(&session), Some(WaitPidFlag::WUNTRACED)).unwrap();
    assert!(matches!(stopped, WaitStatus::Stopped(_, _)), "{stopped:?}");
    assert!(is_as_before(&session));
    kill(pid(&session), Signal::SIGCONT).unwrap();
    // The task is shown again, and keys are read one by one again.
    see(&mut session, "edit 03-untouched-memory/reserve.c");
    assert!(!is_as_before(&session));
    session.send("q").unwrap();
    assert_eq!(ended(&session), WaitStatus::Exited(pid(&session), 0));
}

#[test]
fn a_prompt_that_is_interrupted_leaves_the_terminal_as_it_was() {
    let (_directory, root) = workspace("c");
    let mut session = start(&root, &[]);
    see(&mut session, "shows more");
    kill(pid(&session), Signal::SIGTERM).unwrap();
    assert_eq!(ended(&session), WaitStatus::Signaled(pid(&session), Signal::SIGTERM, false));
    assert!(is_as_before(&session));
}

#[test]
fn without_a_workspace_one_is_offered_and_made() {
    let directory = tempfile::tempdir().unwrap();
    let mut session = start(directory.path(), &[]);
    see(&mut session, "Make a folder ./mmaplings");
    session.send("y").unwrap();
    see(&mut session, "Which language");
    session.send("\x1b[B\r").unwrap();
    see(&mut session, "01-four-flavours");
    assert!(directory.path().join("mmaplings/03-untouched-memory/reserve.c").is_file());
    kill(pid(&session), Signal::SIGTERM).unwrap();
    ended(&session);
}

#[test]
fn the_list_is_searched_and_a_lesson_jumped_to() {
    let Some((_directory, _root, mut session)) = watching() else { return };
    session.send("l").unwrap();
    see(&mut session, "go to");
    session.send("two-prog").unwrap();
    session.send("\r").unwrap();
    see(&mut session, "06-two-programs  ");
    // The text is longer than the 24 lines of this terminal.
    see(&mut session, "shows more");
    session.send("\r").unwrap();
    see(&mut session, "goes on");
    kill(pid(&session), Signal::SIGTERM).unwrap();
    ended(&session);
}
