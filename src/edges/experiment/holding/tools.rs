//! What other people's tools say of a specimen: `pmap(1)` and `perf-stat(1)`. Where one
//! is missing or not allowed, that is said in its place.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::edges::experiment::CHILD_ARGUMENT;
use crate::vocabulary::specimen::{Faults, Told};

const MINOR: &str = "minor-faults";
const MAJOR: &str = "major-faults";

/// What `pmap -X` prints of a process.
pub(super) fn pmap(pid: u32, deadline: Duration) -> Told<String> {
    let mut command = Command::new("pmap");
    command.arg("-X").arg(pid.to_string());
    told("pmap", output(command, b"", deadline), |output| {
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    })
}

/// What `perf stat` counts of a child that is asked `request`; it writes to a file in
/// `directory`, away from what the child says.
pub(super) fn perf(executable: &Path, request: &[u8], directory: &Path, deadline: Duration) -> Told<Faults> {
    let file = directory.join("perf-stat");
    let mut command = Command::new("perf");
    command.args(["stat", "-x", ",", "-e", &format!("{MINOR},{MAJOR}"), "-o"]).arg(&file);
    command.arg("--").arg(executable).arg(CHILD_ARGUMENT);
    told("perf", output(command, request, deadline), |_| {
        let text = fs::read_to_string(&file).ok()?;
        Some(Faults { minor: count(&text, MINOR)?, major: count(&text, MAJOR)? })
    })
}

/// The count of an event in the table of `perf stat -x ,`: `123,,minor-faults:u,…`.
fn count(table: &str, event: &str) -> Option<u64> {
    table.lines().find_map(|line| {
        let mut columns = line.split(',');
        let count = columns.next()?;
        columns.nth(1).filter(|name| name.split(':').next() == Some(event))?;
        count.parse().ok()
    })
}

fn told<T>(name: &str, ran: io::Result<Option<Output>>, read: impl Fn(&Output) -> Option<T>) -> Told<T> {
    let reason = match ran {
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("there is no {name} here"),
        Err(error) => format!("{name} cannot be run: {error}"),
        Ok(None) => format!("{name} was not done in time"),
        Ok(Some(output)) if output.status.success() => match read(&output) {
            Some(says) => return Told::Ran { says },
            None => format!("{name} gave no figures here"),
        },
        Ok(Some(output)) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing of why");
            format!("{name} failed here: {}", said.trim())
        }
    };
    Told::Absent { reason }
}

/// Runs a command with `input`; nothing where it was not done within `deadline`.
fn output(mut command: Command, input: &[u8], deadline: Duration) -> io::Result<Option<Output>> {
    command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let pid = Pid::from_raw(child.id().try_into().map_err(io::Error::other)?);
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read what it is given closes the pipe; how it ends says why.
        let _ = stdin.write_all(input);
    }
    let (sender, receiver) = mpsc::channel();
    let waiting = thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(child.wait_with_output());
    });
    let received = receiver.recv_timeout(deadline);
    if received.is_err() {
        // It is not reaped yet, so that the number is still its own.
        let _ = kill(pid, Signal::SIGKILL);
    }
    let _ = waiting.join();
    match received {
        Ok(output) => output.map(Some),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_the_table_of_perf() {
        let table =
            "# started on Mon\n\n1234,,minor-faults:u,512,100.00,,\n<not counted>,,major-faults,0,100.00,,\n";
        assert_eq!(count(table, MINOR), Some(1234));
        assert_eq!(count(table, MAJOR), None);
    }

    #[test]
    fn a_tool_that_is_not_there_is_told() {
        let ran = output(Command::new("no-such-tool"), b"", Duration::from_secs(5));
        assert_eq!(
            told("no-such-tool", ran, |_| Some(())),
            Told::Absent { reason: "there is no no-such-tool here".to_owned() }
        );
    }

    #[test]
    fn a_tool_that_takes_too_long_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("60");
        assert!(output(command, b"", Duration::from_millis(20)).unwrap().is_none());
    }
}
