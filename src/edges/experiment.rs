//! Runs an experiment in a child process of the runner's own, which does nothing
//! else, and reads the kernel's books on it; or has one do its operations and stand
//! still, to be looked at from outside (`holding`).
//!
//! The child is this program started again with one argument, [`CHILD_ARGUMENT`];
//! the runner writes a request to its stdin and reads a response from its stdout.
//! A fresh process each time, because a process that has run anything else has
//! memory, faults and cached allocations of its own. What stands under the child's
//! own feet (program, libraries, stack, heap) is faulted in before the first
//! operation, so that only the experiment's doings move the figures.
//!
//! The child dies with the runner (`PR_SET_PDEATHSIG`), and its files lie in a
//! temporary directory that the runner removes. What a prediction was worth is
//! judged elsewhere.

mod books;
mod child;
mod foundation;
mod holding;
mod laboratory;
mod protocol;

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub use holding::{Held, Holding, hold};
use protocol::{Parent, Request, Response, Task};

use tempfile::TempDir;

use crate::vocabulary::experiment::{Experiment, Measurement, Outcome};

/// The argument that makes this program an experiment's child.
pub const CHILD_ARGUMENT: &str = "__experiment";

/// The most that a child may say, in bytes.
const LONGEST_RESPONSE: u64 = 1 << 20;

/// Why an experiment could not be run. None of these says anything about what it measures.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// A directory for its files could not be made.
    #[error("no temporary directory can be made in {}", directory.display())]
    Directory {
        /// Where it was tried.
        directory: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The child could not be started or spoken to.
    #[error("{} cannot be run as an experiment's child", executable.display())]
    Child {
        /// The program.
        executable: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The child ended without an answer.
    #[error("the experiment's child ended by {ending} without an answer: {said}")]
    Silent {
        /// Its exit status or signal.
        ending: String,
        /// What it wrote to stderr, shortened.
        said: String,
    },
    /// The child met an error.
    #[error("the experiment failed: {message}")]
    Failed {
        /// The error and its causes.
        message: String,
    },
}

/// Runs `experiment` as often as it asks for, each time in a new process of
/// `executable` (this program), with its files in a new directory in `directory`.
///
/// Files that an experiment reads cold must lie on a disk: choose a `directory`
/// that is not a tmpfs. Where the machine cannot run it or cannot measure it
/// (no room, no `cachestat(2)`, not over within `deadline`), the outcome is
/// inconclusive and says why.
///
/// # Errors
/// Where the runner itself failed.
pub fn run(
    executable: &Path,
    experiment: &Experiment,
    directory: &Path,
    deadline: Duration,
) -> Result<Outcome, ExperimentError> {
    let mut measured: Option<Measurement> = None;
    for repetition in 0..experiment.repetitions() {
        match run_once(executable, experiment, directory, deadline, repetition)? {
            Response::Read(mut one) => match &mut measured {
                Some(all) => {
                    all.readings.append(&mut one.readings);
                    for note in one.notes {
                        if !all.notes.contains(&note) {
                            all.notes.push(note);
                        }
                    }
                }
                None => measured = Some(one),
            },
            Response::Inconclusive { reason } => return Ok(Outcome::Inconclusive { reason }),
            Response::Failed { message } => return Err(ExperimentError::Failed { message }),
            Response::Standing(_) => return Err(unasked()),
        }
    }
    Ok(match measured {
        Some(measurement) => Outcome::Measured(measurement),
        None => Outcome::Inconclusive { reason: "it was not run".to_owned() },
    })
}

/// If this process was started as an experiment's child, does the experiment and
/// says how to exit. Belongs at the very start of `main`.
#[must_use]
pub fn serve_if_asked() -> Option<ExitCode> {
    (std::env::args_os().nth(1)? == CHILD_ARGUMENT).then(child::serve)
}

fn run_once(
    executable: &Path,
    experiment: &Experiment,
    directory: &Path,
    deadline: Duration,
    repetition: u8,
) -> Result<Response, ExperimentError> {
    let files = files(directory)?;
    let child_error = |source| ExperimentError::Child { executable: executable.to_owned(), source };
    let request = Request {
        task: Task::Measure(experiment.clone()),
        directory: files.path().to_owned(),
        parent: Parent::Runner(std::process::id()),
        repetition,
    };
    let request = serde_json::to_vec(&request).map_err(|error| child_error(error.into()))?;
    let mut child = Guarded::start(executable).map_err(child_error)?;
    child.send(&request).map_err(child_error)?;
    let (sender, receiver) = mpsc::channel();
    let mut stdout = child.take_stdout();
    let mut stderr = child.take_stderr();
    let reader = thread::spawn(move || {
        let mut answer = Vec::new();
        let mut said = String::new();
        let got = stdout.as_mut().map(|pipe| pipe.take(LONGEST_RESPONSE).read_to_end(&mut answer));
        // Whatever can be read of stderr only adorns an error.
        let _ = stderr.as_mut().map(|pipe| pipe.take(4096).read_to_string(&mut said));
        let _ = sender.send((got, answer, said));
    });
    let received = receiver.recv_timeout(deadline);
    if received.is_err() {
        // Closes the pipes too, so that the reader comes to its end.
        drop(child);
        let _ = reader.join();
        let reason = format!("it was not over after {} s", deadline.as_secs_f64());
        return Ok(Response::Inconclusive { reason });
    }
    let _ = reader.join();
    let status = child.wait().map_err(child_error)?;
    let (_, answer, said) = received.unwrap_or_default();
    match serde_json::from_slice(&answer) {
        Ok(response) => Ok(response),
        Err(_) if status.signal() == Some(nix::libc::SIGKILL) => Ok(Response::Inconclusive {
            reason: "it was killed from outside, most likely for want of memory".to_owned(),
        }),
        Err(_) => Err(ExperimentError::Silent { ending: ending(status), said: said.trim().to_owned() }),
    }
}

/// A directory for the files of one run, removed when it is dropped.
fn files(directory: &Path) -> Result<TempDir, ExperimentError> {
    tempfile::Builder::new()
        .prefix("mmaplings-experiment-")
        .tempdir_in(directory)
        .map_err(|source| ExperimentError::Directory { directory: directory.to_owned(), source })
}

/// The child answered another question.
fn unasked() -> ExperimentError {
    ExperimentError::Failed { message: "its child answers what nobody asked".to_owned() }
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal().map(nix::sys::signal::Signal::try_from)) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(Ok(signal))) => signal.as_str().to_owned(),
        (None, _) => status.to_string(),
    }
}

/// A child that is killed and reaped when the runner loses interest in it.
#[derive(Debug)]
struct Guarded(Child);

impl Guarded {
    fn start(executable: &Path) -> io::Result<Self> {
        Command::new(executable)
            .arg(CHILD_ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map(Self)
    }

    fn send(&mut self, request: &[u8]) -> io::Result<()> {
        match self.0.stdin.take().map(|mut stdin| stdin.write_all(request)) {
            // It ended before it read all: how it ended says more than a broken pipe.
            Some(Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.0.stdout.take()
    }

    fn take_stderr(&mut self) -> Option<std::process::ChildStderr> {
        self.0.stderr.take()
    }

    fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // Fails where it has been reaped already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
