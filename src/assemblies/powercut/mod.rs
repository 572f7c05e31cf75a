//! Any command on a power-cut disk: run it, cut the power at a moment, see what is left.
//!
//! The command keeps the terminal it is given; only where a line of its output is
//! waited for does its standard output become a terminal of ours (so that C's stdio
//! does not hold lines back), passed on as it comes. It runs in a process group of
//! its own and is killed with all of it. A command that leaves that group outlives the
//! cut, without a disk: all that it asks for is answered with EIO.

mod report;
mod running;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;

use regex::bytes::Regex;
use serde::Serialize;

pub use report::{Report, SurvivingFile};

use crate::edges::disk::{CutAt, PowerCutDisk};
use running::{Running, Woken};

/// When the power goes.
#[derive(Clone, Debug)]
pub enum Moment {
    /// At a flush or a write, counted from the start of the command.
    Request(CutAt),
    /// When it has printed a line that matches.
    Line(Regex),
    /// When it has ended.
    End,
}

/// What made the power go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum Because {
    /// The moment came.
    Moment {
        /// The line, where one was waited for.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<String>,
    },
    /// The command had ended before.
    Ended {
        /// Its exit status; nothing where a signal killed it.
        status: Option<i32>,
    },
    /// Whoever runs it asked for it, with a signal (Ctrl-C).
    Asked,
}

/// Where the command's standard output goes.
pub struct Output<'a> {
    /// To this, where nobody waits for a line of it.
    pub direct: Stdio,
    /// Into this, where somebody does.
    pub lines: &'a mut dyn Write,
}

/// Where the command could not be put to the test.
#[derive(Debug, thiserror::Error)]
pub enum CutError {
    /// It cannot be started.
    #[error("cannot start {}", command.display())]
    Start {
        /// The command.
        command: OsString,
        /// Why.
        source: io::Error,
    },
    /// The system refuses what is needed to watch it.
    #[error("cannot watch the command")]
    Watch {
        /// Why.
        #[from]
        source: io::Error,
    },
}

/// Runs `command` in `directory` and cuts the power of `disk` at `moment`. When this returns the disk is offline and the
/// command gone.
///
/// # Errors
/// Where the command cannot be started or watched.
pub fn cut_under(
    disk: &PowerCutDisk,
    command: &[OsString],
    directory: &Path,
    moment: &Moment,
    output: Output<'_>,
) -> Result<Because, CutError> {
    let pattern = match moment {
        Moment::Request(cut) => {
            disk.set_cut(*cut);
            None
        }
        Moment::Line(pattern) => Some(pattern),
        Moment::End => None,
    };
    let Output { direct, lines: output } = output;
    let mut running = Running::start(command, directory, pattern.is_none().then_some(direct))?;
    let because = loop {
        match running.wait(disk.cut_signal())? {
            Woken::Cut => break Because::Moment { line: None },
            Woken::Asked => break Because::Asked,
            Woken::Ended(status) => break Because::Ended { status: status.code() },
            Woken::Output(lines) => {
                // Whoever looked on may be gone; the experiment goes on.
                let _ = output.write_all(&lines).and_then(|()| output.flush());
            }
        }
        let found = pattern.and_then(|pattern| running.take_line(|line| pattern.is_match(line)));
        if let Some(line) = found {
            break Because::Moment { line: Some(String::from_utf8_lossy(&line).into_owned()) };
        }
    };
    running.freeze();
    disk.write_back();
    running.kill();
    disk.go_offline();
    running.reap(output)?;
    Ok(because)
}
