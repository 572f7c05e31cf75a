//! The terminal after a panic: as it was before, whatever was pressed or drawn.
//!
//! The product has no key that panics; so this test's own program is run again in a
//! pseudoterminal, enters the key mode that the session is in, and panics there.

use std::process::Command;
use std::time::Duration;

use expectrl::process::Termios as _;
use expectrl::{Expect, Session};
use mmaplings::edges::terminal::{KeyMode, guard};
use nix::sys::termios::{LocalFlags, tcgetattr};

const PANICS: &str = "terminal::a_panic_while_keys_are_pressed";

#[test]
#[ignore = "it panics, in the pseudoterminal of the test below"]
#[expect(clippy::print_stdout, reason = "its reader waits for it")]
fn a_panic_while_keys_are_pressed() {
    // Whoever started this sets the terminal up first.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    guard(|_| Duration::ZERO).unwrap();
    let mode = KeyMode::enter().unwrap();
    // Unwinding would restore the terminal too; an abort, or another thread's panic, would not.
    std::mem::forget(mode);
    println!("keys are pressed");
    std::thread::sleep(Duration::from_millis(200));
    panic!("as a test");
}

#[test]
fn a_panic_leaves_the_terminal_as_it_was() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([PANICS, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.set_echo(true).unwrap();
    session.send_line("go").unwrap();
    let modes = |session: &Session<_, _>| {
        let process: &expectrl::process::unix::UnixProcess = session.get_process();
        tcgetattr(process.get_raw_handle().unwrap()).unwrap().local_flags
    };
    session.expect("keys are pressed").unwrap();
    assert!(!modes(&session).intersects(LocalFlags::ICANON | LocalFlags::ECHO), "it was not in key mode");
    // Shown cursor and plain style come before the panic's own words.
    session.expect("\u{1b}[?25h\u{1b}[0m").unwrap();
    session.expect("as a test").unwrap();
    assert!(modes(&session).contains(LocalFlags::ICANON | LocalFlags::ECHO), "it was left in key mode");
}
