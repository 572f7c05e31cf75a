//! Specimens: a child does its operations and stands still, and its books are read
//! from outside, as anybody else would read them.
//!
//! The child stands as long as its [`Holding`] is kept, and is killed with its own
//! children when that is dropped.

mod tools;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ChildStdout;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::protocol::{Parent, Request, Response, Standing, Task, Then};
use super::{ExperimentError, Guarded, LONGEST_RESPONSE, ending, files, unasked};
use crate::facts::smaps;
use crate::vocabulary::experiment::{HugePages, Operation};
use crate::vocabulary::specimen::{Exhibit, Exhibited};
use crate::words::ids::Label;
use crate::words::units::{Addr, Bytes};

/// What came of holding a specimen.
#[derive(Debug)]
pub enum Held {
    /// It stands and was looked at.
    Standing(Holding),
    /// This machine cannot run it.
    Unseen {
        /// Why.
        reason: String,
    },
}

/// A specimen that stands until this is dropped.
#[derive(Debug)]
pub struct Holding {
    exhibit: Exhibit,
    // The child goes first, its files then.
    _child: Guarded,
    _files: TempDir,
}

impl Holding {
    /// What was seen of it.
    #[must_use]
    pub const fn exhibit(&self) -> &Exhibit {
        &self.exhibit
    }
}

/// Has a new process of `executable` (this program) do `operations`, holds it, and looks
/// at it: its smaps and those of its children that stay, `pmap -X`, and what `perf stat`
/// counts of another run. Its files lie in a new directory in `directory`.
///
/// Where the machine cannot run it, or it is not ready within `deadline`, it is unseen,
/// with the reason; tools that are missing are told in their places.
///
/// # Errors
/// Where the runner itself failed.
pub fn hold(
    executable: &Path,
    operations: &[Operation],
    huge_pages: HugePages,
    directory: &Path,
    deadline: Duration,
) -> Result<Held, ExperimentError> {
    let place = files(directory)?;
    let child_error = |source| ExperimentError::Child { executable: executable.to_owned(), source };
    let request = |directory: &Path, parent, then| Request {
        task: Task::Stand { operations: operations.to_vec(), huge_pages, then },
        directory: directory.to_owned(),
        parent,
        repetition: 0,
    };
    let mut child = Guarded::start(executable).map_err(child_error)?;
    let held = request(place.path(), Parent::Runner(std::process::id()), Then::Hold);
    let held = serde_json::to_vec(&held).map_err(|error| child_error(error.into()))?;
    child.send(&held).map_err(child_error)?;
    let unseen = |reason: String| Ok(Held::Unseen { reason });
    let Some(answer) = first_line(child.take_stdout(), deadline) else {
        return unseen(format!("it was not ready after {} s", deadline.as_secs_f64()));
    };
    let standing = match serde_json::from_slice(&answer) {
        Ok(Response::Standing(standing)) => standing,
        Ok(Response::Inconclusive { reason }) => return unseen(reason),
        Ok(Response::Failed { message }) => return Err(ExperimentError::Failed { message }),
        Ok(Response::Read(_)) => return Err(unasked()),
        Err(_) => return silent(child, child_error),
    };
    let Standing { mappings, children } = standing;
    let labels: BTreeMap<Label, (Addr, Addr)> =
        mappings.into_iter().map(|(label, start, end)| (label, (start, end))).collect();
    let mut processes = Vec::new();
    for pid in [child.0.id()].into_iter().chain(children) {
        match look(pid, &labels) {
            Ok(process) => processes.push(process),
            Err(reason) => return unseen(reason),
        }
    }
    let pmap = tools::pmap(child.0.id(), deadline);
    let again = files(directory)?;
    let request = request(again.path(), Parent::Tool, Then::End);
    let request = serde_json::to_vec(&request).map_err(|error| child_error(error.into()))?;
    let perf = tools::perf(executable, &request, again.path(), deadline);
    let page_size = page_size();
    let exhibit = Exhibit { page_size, processes, pmap, perf };
    Ok(Held::Standing(Holding { exhibit, _child: child, _files: place }))
}

/// A child that ended without an answer.
fn silent(
    mut child: Guarded,
    child_error: impl Fn(std::io::Error) -> ExperimentError,
) -> Result<Held, ExperimentError> {
    let mut said = String::new();
    // Whatever can be read of stderr only adorns an error.
    let _ = child.take_stderr().map(|pipe| pipe.take(4096).read_to_string(&mut said));
    let status = child.wait().map_err(child_error)?;
    if status.signal() == Some(nix::libc::SIGKILL) {
        let reason = "it was killed from outside, most likely for want of memory".to_owned();
        return Ok(Held::Unseen { reason });
    }
    Err(ExperimentError::Silent { ending: ending(status), said: said.trim().to_owned() })
}

/// The first line of what a child says; nothing where none came in time.
fn first_line(stdout: Option<ChildStdout>, deadline: Duration) -> Option<Vec<u8>> {
    let stdout = stdout?;
    let (sender, receiver) = mpsc::channel();
    // Ends with the line, or with the child, which its guard kills.
    thread::spawn(move || {
        let mut line = Vec::new();
        let read = BufReader::new(stdout.take(LONGEST_RESPONSE)).read_until(b'\n', &mut line);
        // Nobody may be waiting any more.
        let _ = sender.send(read.map(|_| line));
    });
    receiver.recv_timeout(deadline).ok()?.ok()
}

fn look(pid: u32, labels: &BTreeMap<Label, (Addr, Addr)>) -> Result<Exhibited, String> {
    let path = format!("/proc/{pid}/smaps");
    let text = fs::read(&path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    let mappings = smaps::parse(&text).map_err(|error| error.to_string())?;
    Ok(Exhibited { pid, mappings, labels: labels.clone() })
}

fn page_size() -> Bytes {
    let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok().flatten();
    Bytes(size.and_then(|size| u64::try_from(size).ok()).unwrap_or(4096))
}
