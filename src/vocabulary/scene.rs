//! Scenes: scripted runs of the learner's programs.
//!
//! A scene names its files and its actions in order. Actions that wait (for a
//! checkpoint, a result, an end) have the scene's patience; one that does not come
//! stops the scene, and the verdict says what was waited for. Programs run side by
//! side; between actions nothing is held back but what a `checkpoint` with
//! `then = "hold"` keeps frozen.

use std::collections::BTreeMap;

use deserr::{DeserializeError, Deserr, IntoValue, ValuePointerRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::check::Backed;
use crate::vocabulary::leaf::{WrittenSize, leaves};
use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{Checkpoint, InstanceName, ProgramName, ResultName, SceneId, ValueName};
use crate::words::units::Bytes;

/// One scripted run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Its name, unique in the drill.
    pub id: SceneId,
    /// What happens in it, in a few words, for the learner.
    pub title: String,
    /// How often it is run, with fresh values each time.
    #[serde(default = "once")]
    #[deserr(default = once())]
    pub repeat: u32,
    /// How long each action that waits may wait, in milliseconds.
    #[serde(default = "patience")]
    #[deserr(default = patience())]
    pub patience_ms: u64,
    /// Resident memory that the programs may have together. What goes over it is killed.
    #[serde(default = "memory")]
    #[deserr(default = memory())]
    #[schemars(with = "WrittenSize")]
    pub memory: Bytes,
    /// Memory that the programs may use together, the page cache of the files that they read
    /// included: they run in a memory control group with this limit. What they use over it is
    /// given up if it can be read again, and if not, the kernel kills. Unlike `memory`, which
    /// guards the machine against a program, this is a part of the lesson; where the machine
    /// has no such group, checks on this scene are inconclusive.
    #[serde(default)]
    #[deserr(default)]
    pub memory_limit: Option<Expr>,
    /// Whether programs may be given transparent huge pages; without them a touched page is one page.
    #[serde(default)]
    #[deserr(default)]
    pub huge_pages: HugePages,
    /// Where the scene's files are kept.
    #[serde(default)]
    #[deserr(default)]
    pub disk: Disk,
    /// Whether it may be run beside other students' programs when a class is graded. Say
    /// `"alone"` where a check depends on how long something takes. Scenes with a memory limit
    /// are run alone anyway, and so are those of a drill with a `disk-read` check. Where the
    /// power is cut, and where something was waited for in vain, a miss is found once more alone
    /// before it counts.
    #[serde(default)]
    #[deserr(default)]
    pub company: Company,
    /// Sockets that its programs need. Where programs are confined, in grading, they get no others.
    #[serde(default)]
    #[deserr(default)]
    pub sockets: Sockets,
    /// The files that are there when the scene begins.
    #[serde(default)]
    #[deserr(default)]
    pub file: Vec<Fixture>,
    /// What happens, in order.
    pub script: Vec<Action>,
}

impl Scene {
    /// What may run beside it. What a memory limit shows depends on what the kernel finds time
    /// to reclaim: nothing may run beside one.
    #[must_use]
    pub const fn company(&self) -> Company {
        if self.memory_limit.is_some() { Company::Alone } else { self.company }
    }
}

fn once() -> u32 {
    1
}

fn patience() -> u64 {
    10_000
}

fn memory() -> Bytes {
    Bytes::gib(2)
}

/// Transparent huge pages in a scene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HugePages {
    /// Switched off for the programs (`PR_SET_THP_DISABLE`), so that counts are of small pages.
    #[default]
    Never,
    /// As the machine is set.
    System,
}

/// What may run beside a scene.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Company {
    /// Anything.
    #[default]
    Any,
    /// Nothing that the runner could keep from running.
    Alone,
}

/// What the scene's files are kept on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disk {
    /// A temporary directory of this machine.
    #[default]
    Plain,
    /// The power-cut disk, which a `cut` action can cut.
    PowerCut,
}

/// Sockets that a scene's programs need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sockets {
    /// None.
    #[default]
    None,
    /// Unix sockets (`unix(7)`), which reach no other machine.
    Unix,
}

/// A file that is there when a scene begins. Its absolute path is the value `id`,
/// so that an argument can say `{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The value that holds its path.
    pub id: ValueName,
    /// Its file name.
    pub name: String,
    /// What is in it.
    #[serde(default)]
    #[deserr(default)]
    pub fill: Fill,
    /// Its length; needed for every fill but `absent` and `text`.
    #[serde(default)]
    #[deserr(default)]
    pub size: Option<Expr>,
    /// Its text, for `fill = "text"`.
    #[serde(default)]
    #[deserr(default)]
    pub text: Option<Template>,
    /// Whether it is made anew for each run or kept between runs.
    #[serde(default)]
    #[deserr(default)]
    pub keep: Keep,
}

/// What is in a fixture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// There is no such file; only its path is known. The programs make it.
    #[default]
    Absent,
    /// Zeros.
    Zero,
    /// Random bytes, drawn from the seed.
    Random,
    /// The fixture's `text`.
    Text,
}

/// How long a fixture lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// For one run.
    #[default]
    Run,
    /// In the user's cache directory, for the next run too: for files too large to make each time.
    Cache,
}

/// One action of a scene's script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(tag = "do", deny_unknown_fields)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// Starts a program.
    #[deserr(rename = "start")]
    Start {
        /// Which.
        program: ProgramName,
        /// What this running program is called in the scene; its program's name if not said.
        #[serde(default)]
        #[deserr(default)]
        name: Option<InstanceName>,
        /// `argv[1..]`.
        #[serde(default)]
        #[deserr(default)]
        args: Vec<Template>,
    },
    /// Sends a line to a program's stdin.
    #[deserr(rename = "send")]
    Send {
        /// To whom.
        to: InstanceName,
        /// The line, without its newline.
        line: Template,
    },
    /// Sends each number of a list as a line.
    #[deserr(rename = "send-each")]
    SendEach {
        /// To whom.
        to: InstanceName,
        /// The value that holds the list.
        values: ValueName,
        /// The line for each, in which `{each}` is the number and `{nth}` its place in the list, from 1;
        /// the number alone if not said.
        #[serde(default)]
        #[deserr(default)]
        line: Option<Template>,
    },
    /// Closes a program's stdin: it reads end-of-file.
    #[deserr(rename = "close-stdin")]
    CloseStdin {
        /// Whose.
        of: InstanceName,
    },
    /// Waits until a program prints `checkpoint NAME` and is frozen there.
    #[deserr(rename = "checkpoint")]
    Checkpoint {
        /// Whose.
        of: InstanceName,
        /// The checkpoint's name.
        name: Checkpoint,
        /// Whether it goes on at once.
        #[serde(default)]
        #[deserr(default)]
        then: Then,
    },
    /// Lets a program go on that is held at a checkpoint.
    #[deserr(rename = "release")]
    Release {
        /// Whom.
        of: InstanceName,
    },
    /// Waits until a program prints `NAME=…`. Results are consumed in order: two of
    /// these with one name wait for two lines.
    #[deserr(rename = "result")]
    Result {
        /// Whose.
        of: InstanceName,
        /// The result's name.
        name: ResultName,
    },
    /// Freezes a program wherever it is, reads the kernel's books on it, and lets it go on.
    #[deserr(rename = "snapshot")]
    Snapshot {
        /// Whose.
        of: InstanceName,
        /// What this moment is called, as if it had been a checkpoint.
        name: Checkpoint,
    },
    /// Stores a byte from outside into memory that a program has mapped shared and writable, as
    /// another that shares it would. What the program finds there afterwards shows whether it works
    /// on that memory. Where it has no such mapping, nothing is stored.
    #[deserr(rename = "store")]
    Store {
        /// Whose.
        of: InstanceName,
        /// What is behind the mapping; of several, the one at the lowest address.
        backing: Backed,
        /// Where, in bytes from the mapping's beginning.
        offset: Expr,
        /// The byte, 0 to 255.
        byte: Expr,
    },
    /// Kills a program and all that it started, with SIGKILL.
    #[deserr(rename = "kill")]
    Kill {
        /// Whom.
        of: InstanceName,
    },
    /// Waits until a program has ended.
    #[deserr(rename = "end")]
    End {
        /// Whose.
        of: InstanceName,
    },
    /// Lets time pass.
    #[deserr(rename = "pause")]
    Pause {
        /// Milliseconds.
        ms: u64,
    },
    /// Sets a file's length from outside, under the programs' feet (`truncate(2)`).
    #[deserr(rename = "truncate")]
    Truncate {
        /// The fixture's id.
        file: ValueName,
        /// The new length.
        to: Expr,
    },
    /// Drops a file from the page cache (`posix_fadvise(2)`, `POSIX_FADV_DONTNEED`), after
    /// having flushed it: what reads it next reads the disk.
    #[deserr(rename = "drop-cache")]
    DropCache {
        /// The fixture's id.
        file: ValueName,
    },
    /// Sets the moment of the next `cut` by what is asked of the power-cut disk, counted
    /// from here. Programs that have ended before it comes are cut at their end.
    #[deserr(rename = "set-cut")]
    SetCut {
        /// At which request.
        at: DiskMoment,
        /// At which one, from 1.
        nth: Expr,
    },
    /// Cuts the power: at the moment that `set-cut` has set, else now. All programs are
    /// killed; the scene's files are what survived.
    #[deserr(rename = "cut")]
    Cut {
        /// What is let survive.
        #[serde(default)]
        #[deserr(default)]
        survivors: Surviving,
    },
    /// Lets a flush on the power-cut disk fail with EIO, once (`fsync(2)`).
    #[deserr(rename = "fail-flush")]
    FailFlush {
        /// Which one from here, counted from 1.
        nth: Expr,
    },
    /// Takes all free room away from the power-cut disk: what needs more is refused with ENOSPC.
    #[deserr(rename = "fill-disk")]
    FillDisk {},
}

/// A request to the power-cut disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiskMoment {
    /// When a flush is asked for; it is not done.
    BeforeFlush,
    /// When a flush has been done, and before the next one.
    AfterFlush,
    /// When the kernel has handed pages over, flushed or not.
    Write,
}

/// What is let survive a power cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Surviving {
    /// Only what was flushed.
    #[default]
    Flushed,
    /// Everything written.
    Everything,
    /// What was flushed, and of the rest some pages and not others, drawn from the seed
    /// anew in each repetition.
    Subset,
}

/// What a program does once it has been looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It goes on.
    #[default]
    GoOn,
    /// It stays frozen until the script releases it.
    Hold,
}

/// The values that a drill draws, by name.
pub type Draws = BTreeMap<ValueName, Draw>;

/// Where one value comes from. A plain text or integer is an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Draw {
    /// An expression over other values: `size = "10 GiB"`.
    Computed(Expr),
    /// Something drawn or read.
    From(Source),
}

/// Where a value comes from that is not computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(tag = "draw", deny_unknown_fields)]
#[serde(tag = "draw", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// A random integer, `from <= it <= to`.
    #[deserr(rename = "integer")]
    Integer {
        /// The least.
        from: Expr,
        /// The greatest.
        to: Expr,
        /// It is a multiple of this.
        #[serde(default)]
        #[deserr(default)]
        multiple_of: Option<Expr>,
    },
    /// Distinct random integers in a random order, `from <= each <= to`.
    #[deserr(rename = "distinct")]
    Distinct {
        /// How many.
        count: Expr,
        /// The least.
        from: Expr,
        /// The greatest.
        to: Expr,
        /// Each is a multiple of this.
        #[serde(default)]
        #[deserr(default)]
        multiple_of: Option<Expr>,
    },
    /// A size, made smaller where the runner's `--scale` says so: for files that are too large
    /// for some machines, or to be made for every proof of the course. Whatever depends on it
    /// speaks of this value.
    #[deserr(rename = "scaled")]
    Scaled {
        /// The full size, in bytes.
        size: Expr,
        /// A still larger one, taken with `--full` by who has the room and the time for it.
        #[serde(default)]
        #[deserr(default)]
        largest: Option<Expr>,
    },
    /// A random word of lower-case letters.
    #[deserr(rename = "word")]
    Word {
        /// How many letters.
        letters: u8,
    },
    /// The sum of all bytes of a fixture.
    #[deserr(rename = "sum-of-bytes")]
    SumOfBytes {
        /// The fixture's id.
        file: ValueName,
    },
    /// One byte of a fixture, as it is when the scene begins.
    #[deserr(rename = "byte-of")]
    ByteOf {
        /// The fixture's id.
        file: ValueName,
        /// Where, in bytes from its start.
        offset: Expr,
    },
}

impl<E: DeserializeError> Deserr<E> for Draw {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        match value {
            table @ deserr::Value::Map(_) => Source::deserialize_from_value(table, location).map(Self::From),
            scalar => Expr::deserialize_from_value(scalar, location).map(Self::Computed),
        }
    }
}

leaves!(HugePages, Disk, Company, Sockets, Fill, Keep, Then, DiskMoment, Surviving);

impl Action {
    /// The running program that it speaks of; for `start` the one it starts.
    #[must_use]
    pub fn instance(&self) -> Option<InstanceName> {
        match self {
            Self::Start { program, name, .. } => Some(name.clone().unwrap_or_else(|| program.into())),
            Self::Send { to: who, .. }
            | Self::SendEach { to: who, .. }
            | Self::CloseStdin { of: who }
            | Self::Checkpoint { of: who, .. }
            | Self::Release { of: who }
            | Self::Result { of: who, .. }
            | Self::Snapshot { of: who, .. }
            | Self::Store { of: who, .. }
            | Self::Kill { of: who }
            | Self::End { of: who } => Some(who.clone()),
            Self::Pause { .. }
            | Self::Truncate { .. }
            | Self::DropCache { .. }
            | Self::SetCut { .. }
            | Self::Cut { .. }
            | Self::FailFlush { .. }
            | Self::FillDisk {} => None,
        }
    }
}
