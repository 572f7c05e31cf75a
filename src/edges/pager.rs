//! Paging: long text at a terminal goes through the reader's pager.
//!
//! `$PAGER` is a command line for the shell, as `git(1)` and `man(1)` take it; `less -R`
//! where it is not set. An empty one, or one that cannot be started, means none.
#![expect(unsafe_code, reason = "sigaction(2)")]

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// What is started where `$PAGER` is not set.
const USUAL: &str = "less -R";

/// Whether the text was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paged {
    /// It was, and the reader is done.
    Shown,
    /// There is no pager: it is still to be shown.
    NoPager,
}

/// The pager that the environment asks for; nothing where it asks for none.
#[must_use]
pub fn wanted() -> Option<OsString> {
    let pager = std::env::var_os("PAGER").unwrap_or_else(|| USUAL.into());
    let none = pager.is_empty() || pager == "cat";
    (!none).then_some(pager)
}

/// Shows `text` through `pager`, and waits until the reader is done.
///
/// # Errors
/// Where the pager cannot be spoken to. One that ends early has been read enough.
pub fn page(pager: &OsString, text: &str) -> io::Result<Paged> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Quit if it fits on a screen, take colours, leave the text on the screen.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return Ok(Paged::NoPager) };
    // An interrupt is the pager's: were it ours too, it would be left alone with the terminal.
    let _interrupts = Ignored::new(Signal::SIGINT)?;
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            _ => {}
        }
    }
    let status = child.wait()?;
    // How sh(1) says that it found no such command, or could not run it.
    let missing = matches!(status.code(), Some(126 | 127));
    Ok(if missing { Paged::NoPager } else { Paged::Shown })
}

/// A signal that is ignored until this is dropped.
struct Ignored {
    signal: Signal,
    before: SigAction,
}

impl Ignored {
    fn new(signal: Signal) -> io::Result<Self> {
        let ignore = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
        // SAFETY: no handler of ours is installed, so that none can do what it must not.
        let before = unsafe { sigaction(signal, &ignore) }?;
        Ok(Self { signal, before })
    }
}

impl Drop for Ignored {
    fn drop(&mut self) {
        // SAFETY: what is installed is what was there before.
        // It cannot fail: the signal is one that was taken before.
        let _ = unsafe { sigaction(self.signal, &self.before) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_gets_the_text() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("out");
        let pager = OsString::from(format!("cat > '{}'", file.display()));
        assert_eq!(page(&pager, "one\ntwo\n").unwrap(), Paged::Shown);
        assert_eq!(std::fs::read_to_string(file).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn one_that_ends_early_has_been_read_enough() {
        let text = "a line\n".repeat(100_000);
        assert_eq!(page(&OsString::from("true"), &text).unwrap(), Paged::Shown);
    }

    #[test]
    fn one_that_is_not_there_leaves_the_text_to_be_shown() {
        assert_eq!(page(&OsString::from("no-such-pager-anywhere 2>&-"), "text").unwrap(), Paged::NoPager);
    }
}
