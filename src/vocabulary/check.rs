//! Checks: single expectations on the evidence, with a reason.
//!
//! A check never asks what a program claims about itself but what the kernel, the
//! runner's own arithmetic or another program says of it. Which run it looks at is
//! said by `of` (an instance of a scene); in a scene that repeats, every repetition
//! must hold.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::mapping::{Flavour, Perms};
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{CheckId, Checkpoint, InstanceName, ResultName, SceneId, ValueName};

/// One expectation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name, unique in the drill; what attempts are declared to miss.
    pub id: CheckId,
    /// What is expected, in a sentence for the learner. Values may stand in it: `{size}`.
    pub says: Template,
    /// Why it is so, shown on a miss: the explanation, not the observation.
    pub why: String,
    /// A page of the book, with an anchor if need be: `untouched-memory.md#rss`.
    #[serde(default)]
    #[deserr(default)]
    pub book: Option<String>,
    /// Scenes in which it must hold; all in which its programs run if not said.
    #[serde(default)]
    #[deserr(default)]
    pub scenes: Vec<SceneId>,
    /// Its share in partial marks.
    #[serde(default = "one")]
    #[deserr(default = one())]
    pub weight: u32,
    /// What is expected.
    pub expect: Expectation,
}

fn one() -> u32 {
    1
}

/// What a check expects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(tag = "kind", deny_unknown_fields)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Expectation {
    /// How a program ends. With neither `status` nor `signal`: exit status 0.
    #[deserr(rename = "ending")]
    Ending {
        /// Whose ending.
        of: InstanceName,
        /// The exit status.
        #[serde(default)]
        #[deserr(default)]
        status: Option<i32>,
        /// The signal that kills it, `SIGBUS`.
        #[serde(default)]
        #[deserr(default)]
        signal: Option<String>,
    },
    /// What a program prints in a `NAME=VALUE` line.
    #[deserr(rename = "output")]
    Output {
        /// Whose.
        of: InstanceName,
        /// The name.
        result: ResultName,
        /// The value, as a number.
        #[serde(default)]
        #[deserr(default)]
        number: Option<Expr>,
        /// The value, as a text.
        #[serde(default)]
        #[deserr(default)]
        text: Option<Template>,
        /// Which of several lines with that name, from 1; the last if not said.
        #[serde(default)]
        #[deserr(default)]
        nth: Option<u32>,
    },
    /// A store by one program is seen by another: what `by` prints as `result` is the number
    /// that `from` was told to store. Differs from `output` in what a miss shows: both
    /// programs' mappings, and the script between the store and the load.
    #[deserr(rename = "seen")]
    Seen {
        /// The program that loads.
        by: InstanceName,
        /// The program that stores.
        from: InstanceName,
        /// The result in which `by` says what it sees.
        result: ResultName,
        /// What it must see.
        number: Expr,
        /// Which of several lines with that name, from 1; the last if not said.
        #[serde(default)]
        #[deserr(default)]
        nth: Option<u32>,
    },
    /// A mapping that is there at a checkpoint.
    #[deserr(rename = "mapping")]
    Mapping {
        /// Whose.
        of: InstanceName,
        /// When.
        at: Checkpoint,
        /// Which mappings count.
        which: Selector,
        /// How many there must be; at least one if not said.
        #[serde(default)]
        #[deserr(default)]
        count: Option<Expr>,
        /// Its inode and device are those of a mapping, selected alike, of this other program.
        #[serde(default)]
        #[deserr(default)]
        same_file_as: Option<Moment>,
    },
    /// Memory in RAM: at a checkpoint, or its growth since another.
    #[deserr(rename = "rss")]
    Rss {
        /// Whose.
        of: InstanceName,
        /// When.
        at: Checkpoint,
        /// The growth since this checkpoint instead of the amount.
        #[serde(default)]
        #[deserr(default)]
        since: Option<Checkpoint>,
        /// Of the mappings selected, together, instead of the whole process.
        #[serde(default)]
        #[deserr(default)]
        which: Option<Selector>,
        /// Which of smaps' counters.
        #[serde(default)]
        #[deserr(default)]
        counter: Counter,
        /// The least, in bytes.
        #[serde(default)]
        #[deserr(default)]
        at_least: Option<Expr>,
        /// The most, in bytes.
        #[serde(default)]
        #[deserr(default)]
        at_most: Option<Expr>,
    },
    /// System calls that must, or must not, be made.
    #[deserr(rename = "calls")]
    Calls {
        /// By whom; its children count too.
        of: InstanceName,
        /// Names, any of which counts: `["madvise"]`, `["fsync", "fdatasync", "msync"]`.
        names: Vec<String>,
        /// Flags, all of which must be given: `["MS_SYNC"]`.
        #[serde(default)]
        #[deserr(default)]
        flags: Vec<String>,
        /// Only calls on this fixture (by descriptor or path).
        #[serde(default)]
        #[deserr(default)]
        file: Option<ValueName>,
        /// How the call ends.
        #[serde(default)]
        #[deserr(default)]
        result: CallResult,
        /// Only after this checkpoint.
        #[serde(default)]
        #[deserr(default)]
        after: Option<Checkpoint>,
        /// Only before this checkpoint.
        #[serde(default)]
        #[deserr(default)]
        before: Option<Checkpoint>,
        /// How many at the least; 1 if neither bound is given.
        #[serde(default)]
        #[deserr(default)]
        at_least: Option<Expr>,
        /// How many at the most; 0 forbids them.
        #[serde(default)]
        #[deserr(default)]
        at_most: Option<Expr>,
    },
    /// Bytes that came through read-family calls, those of stdin taken away, in one process.
    #[deserr(rename = "bytes-read")]
    BytesRead {
        /// By whom.
        of: InstanceName,
        /// From this checkpoint; from the start of the program if not said.
        #[serde(default)]
        #[deserr(default)]
        after: Option<Checkpoint>,
        /// To this one; to its end if not said.
        #[serde(default)]
        #[deserr(default)]
        before: Option<Checkpoint>,
        /// The least.
        #[serde(default)]
        #[deserr(default)]
        at_least: Option<Expr>,
        /// The most.
        #[serde(default)]
        #[deserr(default)]
        at_most: Option<Expr>,
    },
    /// Bytes that went through write-family calls, those of stdout and stderr taken away.
    #[deserr(rename = "bytes-written")]
    BytesWritten {
        /// By whom.
        of: InstanceName,
        /// From this checkpoint; from the start of the program if not said.
        #[serde(default)]
        #[deserr(default)]
        after: Option<Checkpoint>,
        /// To this one; to its end if not said.
        #[serde(default)]
        #[deserr(default)]
        before: Option<Checkpoint>,
        /// The least.
        #[serde(default)]
        #[deserr(default)]
        at_least: Option<Expr>,
        /// The most.
        #[serde(default)]
        #[deserr(default)]
        at_most: Option<Expr>,
    },
    /// What a file holds after the scene: what it held before, but for these bytes.
    #[deserr(rename = "file")]
    File {
        /// The fixture's id.
        file: ValueName,
        /// Its length; as before if not said.
        #[serde(default)]
        #[deserr(default)]
        length: Option<Expr>,
        /// The bytes that differ from what was there before, and nothing else.
        #[serde(default)]
        #[deserr(default)]
        changes: Vec<Patch>,
    },
    /// What a program acknowledged before a power cut is there after it.
    #[deserr(rename = "survives")]
    Survives {
        /// The program that acknowledges.
        of: InstanceName,
        /// The result in which it says how many records are safe: `durable=3`.
        acknowledged: ResultName,
        /// The program that lists the records after the cut.
        by: InstanceName,
        /// The result in which it shows each record, in order.
        listed: ResultName,
        /// The records that were sent, in order.
        records: ValueName,
    },
    /// What a program lists after a power cut is what was sent, record by record: none is torn,
    /// stale or made up. Those that were not acknowledged may be missing at the end.
    #[deserr(rename = "untorn")]
    Untorn {
        /// The program that lists the records after the cut.
        by: InstanceName,
        /// The result in which it shows each record, in order.
        listed: ResultName,
        /// The records that were sent, in order.
        records: ValueName,
    },
    /// How many processes a program's tree had, itself counted.
    #[deserr(rename = "processes")]
    Processes {
        /// Whose.
        of: InstanceName,
        /// At least.
        #[serde(default)]
        #[deserr(default)]
        at_least: Option<Expr>,
        /// At most.
        #[serde(default)]
        #[deserr(default)]
        at_most: Option<Expr>,
    },
}

/// Which mappings are meant: those for which all that is said here holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// The flavour.
    #[serde(default)]
    #[deserr(default)]
    pub flavour: Option<Flavour>,
    /// The length in bytes, rounded up to whole pages; neighbours that the kernel merged
    /// may make an anonymous one larger.
    #[serde(default)]
    #[deserr(default)]
    pub size: Option<Expr>,
    /// At least this long.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// The permissions, `rw-p`.
    #[serde(default)]
    #[deserr(default)]
    pub perms: Option<Perms>,
    /// The fixture behind it.
    #[serde(default)]
    #[deserr(default)]
    pub file: Option<ValueName>,
    /// Whether a memfd is behind it.
    #[serde(default)]
    #[deserr(default)]
    pub backing: Option<Backed>,
    /// The offset into the file in bytes.
    #[serde(default)]
    #[deserr(default)]
    pub offset: Option<Expr>,
}

/// What is behind a mapping, where a selector asks for it and no fixture is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Backed {
    /// A memfd.
    Memfd,
    /// Any file with a path.
    File,
    /// Nothing.
    Nothing,
}

/// A program at a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// Whose.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
}

/// A counter of smaps (`proc_pid_smaps(5)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counter {
    /// `Rss`
    #[default]
    Rss,
    /// `Pss`
    Pss,
    /// `Anonymous`: in a private file mapping, the pages copied on write.
    Anonymous,
    /// `Private_Dirty`
    PrivateDirty,
    /// `Shared_Dirty`
    SharedDirty,
    /// `Private_Clean`
    PrivateClean,
    /// `Shared_Clean`
    SharedClean,
    /// `Swap`
    Swap,
    /// `Locked`
    Locked,
}

/// How a call ends, where a check cares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallResult {
    /// Without an error.
    #[default]
    Succeeds,
    /// With this error: `{ fails = "EPERM" }`.
    Fails(String),
    /// Either way.
    Any,
}

/// Bytes expected in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Where, in bytes from the file's start.
    pub offset: Expr,
    /// What stands there.
    pub value: Expr,
    /// How it is laid out.
    #[serde(default)]
    #[deserr(default)]
    pub layout: Layout,
}

/// How an integer is laid out in a file; all little-endian.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One byte.
    #[default]
    Byte,
    /// 32 bits, signed or not.
    Int32,
    /// 64 bits, signed or not.
    Int64,
}

leaves!(Backed, Counter, CallResult, Layout);

impl Layout {
    /// How many bytes an integer takes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Int32 => 4,
            Self::Int64 => 8,
        }
    }
}

impl Expectation {
    /// The running programs that it looks at.
    #[must_use]
    pub fn instances(&self) -> Vec<&InstanceName> {
        match self {
            Self::Ending { of, .. }
            | Self::Output { of, .. }
            | Self::Rss { of, .. }
            | Self::Calls { of, .. }
            | Self::BytesRead { of, .. }
            | Self::BytesWritten { of, .. }
            | Self::Processes { of, .. } => vec![of],
            Self::Seen { by, from, .. } => vec![by, from],
            Self::Survives { of, by, .. } => vec![of, by],
            Self::Untorn { by, .. } => vec![by],
            Self::Mapping { of, same_file_as, .. } => {
                std::iter::once(of).chain(same_file_as.as_ref().map(|moment| &moment.of)).collect()
            }
            Self::File { .. } => Vec::new(),
        }
    }

    /// The checkpoints that it looks at, with whose they are.
    #[must_use]
    pub fn moments(&self) -> Vec<(&InstanceName, &Checkpoint)> {
        match self {
            Self::Mapping { of, at, same_file_as, .. } => std::iter::once((of, at))
                .chain(same_file_as.as_ref().map(|moment| (&moment.of, &moment.at)))
                .collect(),
            Self::Rss { of, at, since, .. } => {
                std::iter::once((of, at)).chain(since.as_ref().map(|since| (of, since))).collect()
            }
            Self::Calls { of, after, before, .. }
            | Self::BytesRead { of, after, before, .. }
            | Self::BytesWritten { of, after, before, .. } => {
                after.iter().chain(before).map(|moment| (of, moment)).collect()
            }
            Self::Ending { .. }
            | Self::Output { .. }
            | Self::Seen { .. }
            | Self::Survives { .. }
            | Self::Untorn { .. }
            | Self::File { .. }
            | Self::Processes { .. } => Vec::new(),
        }
    }
}
