//! Checks: single expectations on the evidence, with a reason.
//!
//! A check never asks what a program claims about itself but what the kernel, the
//! runner's own arithmetic or another program says of it. Which run it looks at is
//! said by `of` (an instance of a scene); in a scene that repeats, every repetition
//! must hold.

mod calls;
mod comparison;
mod descriptors;
mod durability;
mod measured;
mod memory;
mod outcome;
mod perms;
mod signal;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, Map as _, Value, ValueKind, ValuePointerRef,
    take_cf_content,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use calls::{CallResult, ExpectedCalls, ExpectedTraffic};
pub use comparison::ExpectedComparison;
pub use descriptors::ExpectedSeals;
pub use durability::{Acknowledgement, ExpectedListing, ExpectedSurvival, ExpectedVersions};
pub use measured::{Agreement, ExpectedDiskRead, ExpectedFaults, FaultKind};
pub use memory::{
    Backed, Counter, ExpectedMapping, ExpectedMemory, ExpectedPages, ExpectedRow, Moment, Offsets,
    PageCondition, Selector, Showing,
};
pub use outcome::{
    Counted, ExpectedEnding, ExpectedFile, ExpectedOutput, ExpectedProcesses, ExpectedSight, Layout, Patch,
};
pub use perms::{NotPermsPattern, PermsPattern};
pub use signal::{ExpectedSignal, Fate};

use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{CheckId, Checkpoint, InstanceName, SceneId};

/// The least and the most of what is counted, where a check says them.
pub type Bounds<'a> = (Option<&'a Expr>, Option<&'a Expr>);

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

/// Makes the enum of all kinds of expectation, each with the keys that it takes, and its reading:
/// the key `kind` chooses, and all others are that kind's.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:literal => $variant:ident($keys:ty),)+) => {
        /// What a check expects.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "kind")]
        pub enum Expectation {
            $($(#[$about])* #[serde(rename = $kind)] $variant($keys),)+
        }

        // `deserr` derives no enum whose variants hold structs.
        impl<E: DeserializeError> Deserr<E> for Expectation {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, E> {
                let (kind, rest) = chosen::<V, E>(value, location)?;
                match kind.as_str() {
                    $($kind => Deserr::<E>::deserialize_from_value(rest, location).map(Self::$variant),)+
                    other => {
                        let accepted = &[$($kind),+];
                        let kind: ErrorKind<'_, V> = ErrorKind::UnknownValue { value: other, accepted };
                        Err(take_cf_content(E::error(None, kind, location.push_key("kind"))))
                    }
                }
            }
        }
    };
}

/// The value of `kind`, and the table without it.
fn chosen<V: IntoValue, E: DeserializeError>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
) -> Result<(String, Value<V>), E> {
    let complain = |kind: ErrorKind<'_, V>, location| Err(take_cf_content(E::error(None, kind, location)));
    let mut table = match value {
        Value::Map(table) => table,
        actual => {
            let accepted = &[ValueKind::Map];
            return complain(ErrorKind::IncorrectValueKind { actual, accepted }, location);
        }
    };
    match table.remove("kind").map(IntoValue::into_value) {
        Some(Value::String(kind)) => Ok((kind, Value::Map(table))),
        Some(actual) => {
            let accepted = &[ValueKind::String];
            complain(ErrorKind::IncorrectValueKind { actual, accepted }, location.push_key("kind"))
        }
        None => complain(ErrorKind::MissingField { field: "kind" }, location),
    }
}

kinds! {
    /// How a program ends. With neither `status` nor `signal`: exit status 0.
    "ending" => Ending(ExpectedEnding),
    /// What a program prints in a `NAME=VALUE` line.
    "output" => Output(ExpectedOutput),
    /// A store by one program is seen by another: what `by` prints as `result` is the number
    /// that `from` was told to store. Differs from `output` in what a miss shows: both
    /// programs' mappings, and the script between the store and the load.
    "seen" => Seen(ExpectedSight),
    /// A mapping that is there at a checkpoint.
    "mapping" => Mapping(ExpectedMapping),
    /// Mappings that lie back to back at a checkpoint.
    "adjacent" => Adjacent(ExpectedRow),
    /// Memory in RAM: at a checkpoint, or its growth since another.
    "rss" => Rss(ExpectedMemory),
    /// Which single pages of a mapping are in RAM at a checkpoint, or are a process's own copies.
    "pages" => Pages(ExpectedPages),
    /// The seals of a memfd of which a program holds a descriptor at a checkpoint.
    "seals" => Seals(ExpectedSeals),
    /// Signals that are caught, or deadly.
    "signal" => Signal(ExpectedSignal),
    /// System calls that must, or must not, be made.
    "calls" => Calls(ExpectedCalls),
    /// Bytes that came through read-family calls, those of stdin taken away, in one process.
    "bytes-read" => BytesRead(ExpectedTraffic),
    /// Bytes that went through write-family calls, those of stdout and stderr taken away.
    "bytes-written" => BytesWritten(ExpectedTraffic),
    /// Bytes fetched from storage for one process, whether by its calls, its page faults or the
    /// kernel's reading ahead of either (`read_bytes` in `proc_pid_io(5)`). What is in the page
    /// cache already is not fetched; a file system over a network or in memory may count nothing.
    "disk-read" => DiskRead(ExpectedDiskRead),
    /// Page faults of a program and its children, as the observer counted them: by perf's software
    /// events, or by `getrusage(2)`'s counters where there is no perf. Over a program's whole
    /// life the latter count about 20 more, those of exec; between two checkpoints they agree.
    /// How many faults a pass over a file takes depends on the kernel, the disk and the cache:
    /// ask for a fixed number only where there can be no other.
    "faults" => Faults(ExpectedFaults),
    /// What a file holds after the scene: what it held before, but for these bytes.
    "file" => File(ExpectedFile),
    /// What a program acknowledged before a power cut is there after it.
    "survives" => Survives(ExpectedSurvival),
    /// What a program lists after a power cut is what was sent, record by record: none is torn,
    /// stale or made up. Those that were not acknowledged may be missing at the end.
    "untorn" => Untorn(ExpectedListing),
    /// What a program shows of something that is written over and over: each time one of its versions,
    /// whole, and none older than the one shown before.
    "versions" => Versions(ExpectedVersions),
    /// A figure of one run held against that of another: bytes from the disk or page faults, as a
    /// share in percent. Both may run in one scene or in two.
    "compare" => Compare(ExpectedComparison),
    /// How many processes a program's tree had, itself counted.
    "processes" => Processes(ExpectedProcesses),
}

impl Expectation {
    /// The running programs that it looks at.
    #[must_use]
    pub fn instances(&self) -> Vec<&InstanceName> {
        match self {
            Self::Ending(expected) => vec![&expected.of],
            Self::Output(expected) => vec![&expected.of],
            Self::Adjacent(expected) => vec![&expected.of],
            Self::Rss(expected) => vec![&expected.of],
            Self::Pages(expected) => vec![&expected.of],
            Self::Seals(expected) => vec![&expected.of],
            Self::Signal(expected) => vec![&expected.of],
            Self::Calls(expected) => vec![&expected.of],
            Self::BytesRead(expected) | Self::BytesWritten(expected) => vec![&expected.of],
            Self::DiskRead(expected) => vec![&expected.of],
            Self::Faults(expected) => vec![&expected.of],
            Self::Processes(expected) => vec![&expected.of],
            Self::Seen(expected) => vec![&expected.by, &expected.from],
            Self::Survives(expected) => vec![&expected.of, &expected.by],
            Self::Untorn(expected) => vec![&expected.by],
            Self::Versions(expected) => {
                let writer = expected.since.as_ref().map(|since| &since.of);
                std::iter::once(&expected.of).chain(writer).collect()
            }
            Self::Compare(expected) => {
                let other = expected.with_scene.is_none().then_some(&expected.with);
                std::iter::once(&expected.of).chain(other).collect()
            }
            Self::Mapping(expected) => {
                let other = expected.same_file_as.as_ref().map(|moment| &moment.of);
                std::iter::once(&expected.of).chain(other).collect()
            }
            Self::File(_) => Vec::new(),
        }
    }

    /// The checkpoints that it looks at, with whose they are.
    #[must_use]
    pub fn moments(&self) -> Vec<(&InstanceName, &Checkpoint)> {
        match self {
            Self::Mapping(expected) => {
                let other = expected.same_file_as.as_ref().map(|moment| (&moment.of, &moment.at));
                std::iter::once((&expected.of, &expected.at)).chain(other).collect()
            }
            Self::Rss(expected) => {
                let moments = std::iter::once(&expected.at).chain(&expected.since);
                moments.map(|moment| (&expected.of, moment)).collect()
            }
            Self::Adjacent(ExpectedRow { of, at, .. })
            | Self::Pages(ExpectedPages { of, at, .. })
            | Self::Seals(ExpectedSeals { of, at, .. }) => vec![(of, at)],
            Self::Signal(ExpectedSignal { of, at, after, before, .. }) => {
                at.iter().chain(after).chain(before).map(|moment| (of, moment)).collect()
            }
            Self::Calls(ExpectedCalls { of, after, before, .. })
            | Self::BytesRead(ExpectedTraffic { of, after, before, .. })
            | Self::BytesWritten(ExpectedTraffic { of, after, before, .. })
            | Self::DiskRead(ExpectedDiskRead { of, after, before, .. })
            | Self::Faults(ExpectedFaults { of, after, before, .. }) => {
                after.iter().chain(before).map(|moment| (of, moment)).collect()
            }
            Self::Compare(expected @ ExpectedComparison { of, .. }) => {
                let other = expected.with_scene.is_none().then_some(&expected.with);
                let moments = || expected.after.iter().chain(&expected.before);
                let of_other = other.into_iter().flat_map(|with| moments().map(move |moment| (with, moment)));
                moments().map(|moment| (of, moment)).chain(of_other).collect()
            }
            Self::Ending(_)
            | Self::Output(_)
            | Self::Seen(_)
            | Self::Survives(_)
            | Self::Untorn(_)
            | Self::Versions(_)
            | Self::File(_)
            | Self::Processes(_) => Vec::new(),
        }
    }
}
