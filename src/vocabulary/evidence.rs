//! Evidence: what a run of a drill left behind, complete enough that its verdict
//! can be derived again from this alone.
//!
//! Times are microseconds since the scene began. Process ids are the kernel's,
//! of that run. Nothing here is a judgement.

mod ending;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use ending::{Awaited, Completion, Ending, KillReason, Limit, StopReason, WaitsFor};

use crate::facts::call::Call;
use crate::facts::mapping::Mapping;
use crate::facts::page_map::PageMap;
use crate::facts::signal::Disposition;
use crate::vocabulary::confinement::Level;
use crate::vocabulary::value::Values;
use crate::words::ids::{Checkpoint, InstanceName, ProgramName, ResultName, SceneId};
use crate::words::units::{Addr, Bytes};

/// What a drill's run left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The seed from which values and survivors were drawn.
    pub seed: u64,
    /// How each program compiled.
    pub builds: BTreeMap<ProgramName, Build>,
    /// One for each run of each scene, in order. Empty where something did not compile.
    pub scenes: Vec<SceneRun>,
    /// The instruments that looked on, by name (`seccomp+ptrace`, `perf`, `rusage`, `power-cut disk`, `cgroup v2`).
    pub instruments: Vec<String>,
    /// The page size of the machine.
    pub page_size: Bytes,
    /// How far the programs and their compilers were confined; nothing where they were not,
    /// being the learner's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confinement: Option<Level>,
}

/// How a program compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "build", rename_all = "kebab-case")]
pub enum Build {
    /// It did; the compiler may have warned.
    Compiled {
        /// What the compiler printed, with its colours.
        warnings: String,
        /// SHA-256 of the source that was compiled, in hexadecimal.
        source: String,
    },
    /// It did not.
    Failed {
        /// What the compiler printed, with its colours.
        errors: String,
        /// SHA-256 of the source, in hexadecimal.
        source: String,
    },
}

/// One run of one scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneRun {
    /// Which scene.
    pub scene: SceneId,
    /// Which repetition of it, from 0.
    pub repetition: u32,
    /// The values drawn for it.
    pub values: Values,
    /// How far the script came.
    pub completion: Completion,
    /// The running programs that the script names, started or not.
    pub instances: Vec<InstanceName>,
    /// The moments at which the script looks at a program unasked: nobody prints a checkpoint for them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unasked: BTreeSet<Checkpoint>,
    /// The programs that ran, by the name the scene gave them.
    pub runs: BTreeMap<InstanceName, Run>,
    /// The scene's files as they were after the last program had ended, by the scene's name for them.
    pub files: BTreeMap<String, FileState>,
    /// What the runner did and when: `send writer "put 3 42"`, `kill writer`, `power cut`.
    pub log: Vec<Deed>,
    /// What the power-cut disk saw, where the scene has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// The memory control group that the programs ran in, where the scene limits their memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_group: Option<MemoryGroup>,
}

/// Something that the runner did during a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When, in microseconds since the scene began.
    pub at: u64,
    /// What: `send reader "get 3"`.
    pub text: String,
}

/// One program's run: its whole process tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which program it is.
    pub program: ProgramName,
    /// Its arguments, `argv[1..]`.
    pub args: Vec<String>,
    /// The process that the runner started.
    pub pid: i32,
    /// How that process ended.
    pub ending: Ending,
    /// The limit that the tree ran into, if any, and was killed for.
    pub limit: Option<Limit>,
    /// All processes of the tree in the order of their creation; the first is the one started.
    pub processes: Vec<Process>,
    /// Lines on stdout, complete ones and a last incomplete one, up to the cap.
    pub stdout: Vec<Line>,
    /// What it printed on stderr, up to the cap; undecodable bytes replaced.
    pub stderr: String,
    /// Bytes of stdout in all, also those over the cap that were thrown away.
    pub stdout_bytes: u64,
    /// Snapshots at checkpoints and wherever the scene asked for one, in order.
    pub snapshots: Vec<Snapshot>,
    /// The calls that were traced, in order, up to a cap.
    pub calls: Vec<Call>,
    /// How many traced calls came after the cap and are not in `calls`.
    pub calls_dropped: u64,
    /// Signals that were delivered to its threads, in order, up to a cap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Delivery>,
    /// How many signals came after the cap and are not in `signals`.
    #[serde(default)]
    pub signals_dropped: u64,
    /// Page faults of the tree, over the whole run.
    pub faults: Option<Faults>,
    /// Results, `NAME=VALUE` lines in order.
    pub results: Vec<ResultLine>,
    /// Checkpoint lines that reached its terminal without passing the observer (`sendfile(2)`, a
    /// descriptor handed over), or without ever being ended by a newline: no process stood
    /// still there, and they count for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unobserved: Vec<Checkpoint>,
    /// From its start to its end, in microseconds, less the time it stood frozen.
    pub run_us: u64,
}

/// One process of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// The process that made it.
    pub parent: i32,
    /// How it ended.
    pub ending: Ending,
}

/// A signal that was delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// When.
    pub at: u64,
    /// The process that got it.
    pub process: i32,
    /// The thread that did.
    pub thread: i32,
    /// `SIGBUS`, `SIGUSR1`, …
    pub signal: String,
    /// For SIGSEGV and SIGBUS raised by an access: the address touched (`si_addr`).
    pub address: Option<Addr>,
    /// `SEGV_MAPERR`, `SEGV_ACCERR`, `BUS_ADRERR`, … (`sigaction(2)`), where an access raised it.
    pub code: Option<String>,
    /// What the process did about that signal at that moment; nothing where it could not be read.
    /// An access that raises a signal which is blocked or ignored finds the default (`signal(7)`).
    pub met: Option<Disposition>,
}

/// A line of stdout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When its newline arrived.
    pub at: u64,
    /// Its text without the newline; undecodable bytes replaced.
    pub text: String,
}

/// A `NAME=VALUE` line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultLine {
    /// When it arrived.
    pub at: u64,
    /// The name.
    pub name: ResultName,
    /// The value: all behind the first `=`, trimmed.
    pub value: String,
}

/// The kernel's books on one process, read while it stood still.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The checkpoint it printed, or the label that the scene gave this moment.
    pub checkpoint: Checkpoint,
    /// When.
    pub at: u64,
    /// The process that printed it, and that was read.
    pub pid: i32,
    /// Its VMAs, in order of address.
    pub mappings: Vec<Mapping>,
    /// Resident memory by smaps: the sum over `mappings`.
    pub rss: Bytes,
    /// Resident memory by `/proc/PID/statm`; may drift from smaps on Linux 6.2 to 6.17.
    pub statm_rss: Bytes,
    /// `/proc/PID/io` of the process.
    pub io: Option<Io>,
    /// Open descriptors.
    pub descriptors: Vec<Descriptor>,
    /// Faults of the tree up to this moment, by the instrument in `Faults::source`.
    pub faults: Option<Faults>,
    /// Bytes that the runner had written to its stdin by then.
    pub stdin_bytes: u64,
    /// Bytes that the runner had received from its stdout and stderr by then.
    pub output_bytes: u64,
    /// Length of `Run::calls` at that moment: the calls before it are those before the index.
    pub calls_before: usize,
    /// The single pages of its mappings, where a check asks for them at this moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<MappingPages>,
    /// Pages of the page cache behind the scene's files, by the scene's name for them (`cachestat(2)`).
    #[serde(default)]
    pub page_cache: BTreeMap<String, PageCache>,
}

/// The single pages of a mapping (`proc_pid_pagemap(5)`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingPages {
    /// Where the mapping starts.
    pub start: Addr,
    /// Its pages, in order.
    pub pages: PageMap,
}

/// `/proc/PID/io` (`proc_pid_io(5)`), in bytes and calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Io {
    /// Bytes returned by read-family calls, from anything (files, pipes, terminals).
    pub rchar: u64,
    /// Bytes accepted by write-family calls.
    pub wchar: u64,
    /// Read-family calls.
    pub syscr: u64,
    /// Write-family calls.
    pub syscw: u64,
    /// Bytes fetched from storage.
    pub read_bytes: u64,
    /// Bytes sent towards storage.
    pub write_bytes: u64,
}

/// An open descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// Its number.
    pub number: i32,
    /// The link's text: a path, `pipe:[1]`, `/memfd:x (deleted)`.
    pub path: String,
    /// Inode behind it.
    pub inode: u64,
    /// Device behind it, `(major, minor)`.
    pub device: (u32, u32),
    /// Its position, which `read` and `write` move and a mapping does not.
    pub position: u64,
    /// The names of its seals, for a memfd; nothing for other files, and where they could not be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals: Option<Vec<String>>,
    /// Length of the file behind it.
    pub length: Bytes,
}

/// Page faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Without reading storage.
    pub minor: u64,
    /// With reading storage.
    pub major: u64,
    /// `perf` (software events) or `rusage` (`wait4`: about 20 more, exec's own).
    pub source: String,
}

/// `cachestat(2)` of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCache {
    /// Pages in the cache.
    pub cached: u64,
    /// Of those, dirty.
    pub dirty: u64,
    /// Of those, under writeback.
    pub writeback: u64,
}

/// A file of the scene after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Its length; nothing where it does not exist.
    pub length: Option<Bytes>,
    /// Its length when the scene began; nothing where it did not exist.
    #[serde(default)]
    pub length_before: Option<Bytes>,
    /// SHA-256 of its content, in hexadecimal; empty where it was not read: it is not there, or
    /// is large and known to be as it was.
    pub sha256: String,
    /// How it differs from what it was when the scene began: byte runs, the first few.
    pub changes: Vec<Change>,
    /// How many bytes differ in all. Behind the old end there were zeros, so to say; bytes behind
    /// the new end are not counted, the two lengths tell of them.
    pub changed_bytes: u64,
    /// The bytes at the places that the drill's `file` checks speak of, changed or not: one for
    /// each patch of each such check, as long as its layout.
    pub probes: Vec<Change>,
}

/// A run of bytes that changed in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where, in bytes from the file's start.
    pub offset: u64,
    /// What stood there (zeros behind the old end).
    pub before: Vec<u8>,
    /// What stands there now (nothing behind the new end).
    pub after: Vec<u8>,
}

/// A memory control group, and how it fared (`cgroups(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryGroup {
    /// The instrument.
    pub version: GroupVersion,
    /// What its programs may use together, the page cache of the files they read included.
    pub limit: Bytes,
    /// How often the limit stood in the way and memory was given up for it.
    pub times_at_limit: Option<u64>,
    /// The most that was used at once; version 2 tells it from Linux 5.19 on.
    pub most_used: Option<Bytes>,
    /// Processes that the kernel killed for want of memory.
    pub killed: Option<u64>,
}

/// The version of a hierarchy of control groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupVersion {
    /// One hierarchy for each controller.
    V1,
    /// One for all.
    V2,
}

impl std::fmt::Display for GroupVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::V1 => "control groups v1",
            Self::V2 => "control groups v2",
        })
    }
}

/// One power cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// When.
    pub at: u64,
    /// The moment the scene named, in words.
    pub moment: String,
    /// What was let survive, in words: `only what was flushed`.
    pub survivors: String,
    /// The instrument.
    pub instrument: Instrument,
    /// Pages that the kernel had written and nobody had flushed.
    pub unflushed_pages: u64,
    /// Faults of the disk that the scene asked for and that the instrument cannot bring about.
    #[serde(default)]
    pub faults_left_out: u64,
}

/// What a power cut was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instrument {
    /// A disk that forgets what was not flushed.
    PowerCutDisk,
    /// The weaker one, where no such disk can be had: programs are killed, their files keep
    /// everything, and only their calls tell whether they flushed.
    Calls,
}

impl std::fmt::Display for Instrument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::PowerCutDisk => "power-cut disk",
            Self::Calls => "calls that flush (no power-cut disk here)",
        })
    }
}
