//! How runs end: scripts that come to their end or stop, processes, limits that are reached.

use serde::{Deserialize, Serialize};

use crate::words::ids::{Checkpoint, InstanceName, ResultName};
use crate::words::speech::Speech;
use crate::words::units::{Addr, Bytes};

/// How far a scene's script came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "completion", rename_all = "kebab-case")]
pub enum Completion {
    /// To its end.
    Whole,
    /// A deed waited for did not come: the learner's program owes it.
    Stopped {
        /// Index of the action in the scene's list.
        action: usize,
        /// What was waited for.
        awaited: Awaited,
        /// Why it cannot come.
        reason: StopReason,
    },
    /// An instrument that the scene cannot do without is missing here.
    Impossible {
        /// Which, and why.
        reason: String,
    },
}

/// What a script waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "await", rename_all = "kebab-case")]
pub enum Awaited {
    /// That a program prints `checkpoint NAME`.
    Checkpoint {
        /// Which program.
        of: InstanceName,
        /// The name.
        name: Checkpoint,
    },
    /// That it prints a line `NAME=VALUE`.
    Result {
        /// Which program.
        of: InstanceName,
        /// The name.
        name: ResultName,
    },
    /// That it ends.
    End {
        /// Which program.
        of: InstanceName,
    },
    /// That it is there, to be looked at.
    Presence {
        /// Which program.
        of: InstanceName,
        /// What the script calls the moment at which it looks.
        name: Checkpoint,
    },
}

impl Awaited {
    /// The program that is waited for.
    #[must_use]
    pub const fn of(&self) -> &InstanceName {
        match self {
            Self::Checkpoint { of, .. }
            | Self::Result { of, .. }
            | Self::End { of }
            | Self::Presence { of, .. } => of,
        }
    }

    /// It in words: `checkpoint mapped of reserve`.
    #[must_use]
    pub fn in_words(&self, speech: Speech) -> String {
        let who = ("who", self.of().into());
        match self {
            Self::Checkpoint { name, .. } => {
                speech.tell("awaited-checkpoint", [who, ("checkpoint", name.into())])
            }
            Self::Result { name, .. } => speech.tell("awaited-result", [who, ("result", name.into())]),
            Self::End { .. } => speech.tell("awaited-end", [who]),
            Self::Presence { name, .. } => {
                speech.tell("awaited-presence", [who, ("checkpoint", name.into())])
            }
        }
    }
}

/// Why a scene's script stopped early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// It did not come in the time the scene allows.
    TimedOut {
        /// The time allowed, in milliseconds.
        after_ms: u64,
        /// What the program was waiting for itself, where that was seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits_for: Option<WaitsFor>,
    },
    /// The program ended first.
    ProgramEnded,
    /// The program had reached one of its limits and was stopped.
    LimitReached,
}

/// What a program waits for while the script waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// Its standard input: it stands in a `read` of descriptor 0.
    StandardInput,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", rename_all = "kebab-case")]
pub enum Ending {
    /// By itself, with this status.
    Exited {
        /// `exit(2)`'s status, 0 to 255.
        status: i32,
    },
    /// By a signal of its own making or another program's.
    Signalled {
        /// `SIGSEGV`, `SIGBUS`, …
        signal: String,
        /// For SIGSEGV and SIGBUS raised by an access: the address touched (`si_addr`).
        address: Option<Addr>,
        /// `SEGV_MAPERR`, `SEGV_ACCERR`, `BUS_ADRERR`, … (`sigaction(2)`).
        code: Option<String>,
    },
    /// By the runner: the scene said so (kill, power cut), or a limit, or the scene was over.
    Killed {
        /// Why.
        why: KillReason,
    },
    /// It could not be started at all.
    NotStarted {
        /// The error.
        error: String,
    },
}

/// Why the runner, or a limit that it had set, killed a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KillReason {
    /// The scene's script has a `kill` or a power cut here.
    Scene,
    /// It ran into a limit: see `Run::limit`.
    Limit,
    /// The main process had ended and this one was left behind (orphans, daemons).
    LeftBehind,
    /// The script was over, or stopped early, and this was still running.
    SceneOver,
    /// By the kernel, for the memory of the scene's control group was at an end.
    OutOfMemory,
}

/// A limit on a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "limit", rename_all = "kebab-case")]
pub enum Limit {
    /// Wall time.
    Time {
        /// Milliseconds allowed.
        allowed_ms: u64,
    },
    /// Bytes of output (stdout and stderr).
    Output {
        /// Bytes allowed.
        allowed: Bytes,
    },
    /// Resident memory of the tree.
    Memory {
        /// Bytes allowed.
        allowed: Bytes,
        /// What was seen when it was killed.
        seen: Bytes,
    },
    /// Room on the disk: what the scene's folder and its programs' open files take.
    Disk {
        /// Bytes allowed.
        allowed: Bytes,
        /// What was seen when they were killed.
        seen: Bytes,
    },
    /// Files and folders that it made, and how deep they are nested; folders that cannot be
    /// looked into are over it.
    Files {
        /// How many are allowed.
        allowed: u64,
    },
    /// Processes alive at once.
    Processes {
        /// How many are allowed.
        allowed: u64,
    },
    /// The memory of the scene's control group. Unlike [`Limit::Memory`] this is the kernel's
    /// limit, which a lesson asks for: it counts the page cache too, gives that up where it can,
    /// and kills where it cannot.
    Group {
        /// Bytes allowed to all programs of the scene together.
        allowed: Bytes,
    },
}
