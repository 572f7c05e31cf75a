//! What to start, and what it may use.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::facts::mapping::Mapping;
use crate::facts::page_map::PageMap;
use crate::vocabulary::confinement::Confinement;
use crate::words::ids::{Checkpoint, InstanceName, ProgramName};
use crate::words::units::Bytes;

/// The bounds of every run of a scene. A tree that reaches one is killed whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall time from a program's start, less the time it stood frozen.
    pub wall: Duration,
    /// Bytes printed on stdout and stderr together. That much is kept; the run is ended beyond it.
    pub output: Bytes,
    /// Resident memory that is nobody's page cache (anonymous and shared memory), over
    /// the tree. Looked at every [`super::MEMORY_PERIOD`], so that it may be overshot by
    /// what can be touched meanwhile.
    pub memory: Bytes,
    /// Processes alive at once. Sixteen times as many threads, and sixty-four times as
    /// many processes in all, are its other readings.
    pub processes: u64,
    /// Calls kept; those beyond are counted only.
    pub calls: usize,
    /// How long what a program's main process leaves behind may take to end by itself.
    pub grace: Duration,
    /// Snapshots kept; beyond them a checkpoint still freezes, but nothing is read.
    pub snapshots: usize,
}

impl Limits {
    /// None, but for what is kept of calls and snapshots.
    #[must_use]
    pub fn none() -> Self {
        /// Longer than any machine runs, and short enough for the clock to say when it is over.
        const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
        Self {
            wall: FOREVER,
            output: Bytes(u64::MAX),
            memory: Bytes(u64::MAX),
            processes: u64::MAX,
            grace: FOREVER,
            ..Self::default()
        }
    }
}

impl Default for Limits {
    /// Ten seconds, 1 MiB of output, 1 GiB of memory, 64 processes, 20,000 calls, 200 snapshots, and
    /// half a second of grace: a child that is about to print its last line is no daemon.
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(10),
            output: Bytes::mib(1),
            memory: Bytes::gib(1),
            processes: 64,
            calls: 20_000,
            grace: Duration::from_millis(500),
            snapshots: 200,
        }
    }
}

/// Whether transparent huge pages may back the program's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HugePages {
    /// Never (`PR_SET_THP_DISABLE`), so that touching a page makes one page resident.
    #[default]
    Never,
    /// As the system is configured.
    System,
}

/// When to read the single pages of a program's mappings: it costs some milliseconds for each GiB
/// that is mapped.
#[derive(Clone, Debug)]
pub struct PageReading {
    /// At which checkpoints.
    pub at: Vec<Checkpoint>,
    /// Reads the pages of one mapping of a process that stands still, where it may.
    pub read: fn(i32, &Mapping) -> Option<PageMap>,
}

/// What a program's standard streams are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stdio {
    /// A pipe to write to, a terminal of its own, and a pipe to read from: the run keeps what it
    /// prints. It has a session of its own, and every signal does what it does by default.
    #[default]
    Captured,
    /// The runner's own, with the runner's session, process group and ignored signals: a person
    /// can work with the program, and an interrupt from the keyboard reaches both. Nothing of what it
    /// prints is kept. Checkpoints are those written to descriptor 1, whatever that is.
    Inherited,
}

/// A program to start.
#[derive(Debug)]
pub struct Launch {
    /// What the scene calls this run of it.
    pub instance: InstanceName,
    /// Which program it is.
    pub program: ProgramName,
    /// The file to execute.
    pub binary: PathBuf,
    /// `argv[0]`; the binary's path where nothing is said.
    pub called: Option<OsString>,
    /// `argv[1..]`.
    pub args: Vec<OsString>,
    /// Its standard streams.
    pub stdio: Stdio,
    /// Its working directory.
    pub directory: PathBuf,
    /// Its whole environment: nothing is inherited.
    pub environment: Vec<(OsString, OsString)>,
    /// Calls to trace beyond the default ones, by name: any of
    /// [`crate::facts::syscall::table::on_request`].
    pub also_traced: Vec<String>,
    /// Transparent huge pages.
    pub huge_pages: HugePages,
    /// Files whose pages in the page cache are counted at each snapshot, by the scene's name for them.
    pub watched_files: Vec<(String, PathBuf)>,
    /// Checkpoints at which the single pages of its mappings are read, and how.
    pub pages: Option<PageReading>,
    /// What is laid on the process before it becomes the program.
    pub confinement: Confinement,
}

impl Launch {
    /// `binary` run as `instance` in `directory`, with an empty environment, unconfined.
    #[must_use]
    pub fn new(instance: InstanceName, program: ProgramName, binary: PathBuf, directory: PathBuf) -> Self {
        Self {
            instance,
            program,
            binary,
            called: None,
            args: Vec::new(),
            stdio: Stdio::Captured,
            directory,
            environment: Vec::new(),
            also_traced: Vec::new(),
            huge_pages: HugePages::Never,
            watched_files: Vec::new(),
            pages: None,
            confinement: Confinement::default(),
        }
    }
}
