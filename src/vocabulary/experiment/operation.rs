//! The operations of an experiment, one inline table each; the key that comes
//! first to mind is its verb (`map`, `write`, `fork`).
//!
//! Reading goes by the verb, so that a mistake is reported for the operation that
//! was meant rather than as "no variant matched".

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map as Fields, Value};

use super::size::Size;
use crate::facts::mapping::Flavour;
use crate::words::ids::Label;
use crate::words::prose;

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident($content:ident) = $verb:literal,)+) => {
        /// One operation.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
        #[serde(untagged)]
        pub enum Operation {
            $($(#[$doc])* $variant($content),)+
        }

        impl Operation {
            /// The keys of which an operation has exactly one.
            pub const VERBS: &[&str] = &[$($verb),+];

            /// The key that says what it does.
            #[must_use]
            pub const fn verb(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $verb,)+
                }
            }

            fn of_verb<E: Error>(verb: &str, fields: Fields<String, Value>) -> Result<Self, E> {
                match verb {
                    $($verb => read(fields).map(Self::$variant),)+
                    other => Err(E::unknown_variant(other, Self::VERBS)),
                }
            }
        }
    };
}

operations! {
    /// Makes a file in the experiment's own directory, written out to storage.
    Create(Create) = "create",
    /// Makes a mapping.
    Map(Map) = "map",
    /// Takes a mapping away (`munmap(2)`).
    Unmap(Unmap) = "unmap",
    /// Reads one byte of each chosen page of a mapping.
    Read(ReadTouch) = "read",
    /// Writes one byte of each chosen page of a mapping.
    Write(WriteTouch) = "write",
    /// Reads a whole file through `read(2)`, 128 KiB a call.
    ReadCall(ReadCall) = "read_call",
    /// Gives advice on a whole mapping (`madvise(2)`).
    Advise(Advise) = "advise",
    /// Changes what may be done with a part of a mapping (`mprotect(2)`).
    Protect(Protect) = "protect",
    /// Writes dirty pages out.
    Sync(Sync) = "sync",
    /// Drops a file's clean pages from the page cache (`posix_fadvise(2)`, `POSIX_FADV_DONTNEED`).
    DropCache(DropCache) = "drop_cache",
    /// Forks; the child does the operations and ends, and the parent waits for that.
    Fork(Fork) = "fork",
    /// Lets time pass.
    Sleep(Sleep) = "sleep_ms",
    /// Names this moment.
    Mark(Mark) = "mark",
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let verbs: Vec<&str> =
            fields.keys().map(String::as_str).filter(|key| Self::VERBS.contains(key)).collect();
        match verbs[..] {
            [verb] => {
                let verb = verb.to_owned();
                Self::of_verb(&verb, fields)
            }
            [] => {
                let meant = fields.keys().find_map(|key| prose::nearest(key, Self::VERBS.iter().copied()));
                let hint = meant.map_or_else(String::new, |verb| format!("; did you mean `{verb}`?"));
                let verbs = Self::VERBS.join("`, `");
                Err(D::Error::custom(format!("an operation needs one of `{verbs}`{hint}")))
            }
            [..] => Err(D::Error::custom(format!(
                "an operation does one thing, and this does {}: make it {} operations",
                prose::list(&verbs),
                verbs.len()
            ))),
        }
    }
}

fn read<T: DeserializeOwned, E: Error>(fields: Fields<String, Value>) -> Result<T, E> {
    serde_json::from_value(Value::Object(fields)).map_err(E::custom)
}

/// `{ create = "f", size = "16 MiB" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The file's label.
    pub create: Label,
    /// Its length.
    pub size: Size,
    /// What is in it.
    #[serde(default)]
    pub fill: Fill,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ExperimentFill")]
pub enum Fill {
    /// Random bytes, which no file system can keep in less room.
    #[default]
    Random,
    /// Nothing (`ftruncate(2)`): zeroes that take no room.
    Hole,
}

/// `{ map = "m", flavour = "private-anonymous", size = "10 GiB" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// The mapping's label.
    pub map: Label,
    /// Its flavour.
    pub flavour: Flavour,
    /// Its length; left out, the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The file behind it, for the file-backed flavours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Label>,
    /// What may be done with it.
    #[serde(default)]
    pub access: Access,
    /// Whether it is filled at once (`MAP_POPULATE`).
    #[serde(default)]
    pub populate: bool,
}

/// What may be done with memory (`PROT_*` in `mmap(2)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// `PROT_READ | PROT_WRITE`
    #[default]
    ReadWrite,
    /// `PROT_READ`
    ReadOnly,
    /// `PROT_NONE`; for `protect` only.
    None,
}

/// `{ unmap = "m" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmap {
    /// The mapping.
    pub unmap: Label,
}

/// `{ read = "m", first = "1 MiB", every = 2 }`; without more, every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadTouch {
    /// The mapping.
    pub read: Label,
    /// Only the pages that hold this many bytes from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Size>,
    /// Every n-th page of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// This many different pages of those, in random order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<u64>,
    /// What the random order is drawn from; 0 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// `{ write = "m", random = 1000, seed = 7 }`; without more, every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteTouch {
    /// The mapping.
    pub write: Label,
    /// Only the pages that hold this many bytes from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Size>,
    /// Every n-th page of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// This many different pages of those, in random order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<u64>,
    /// What the random order is drawn from; 0 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// Which pages of a mapping a touch means: the common part of `read` and `write`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhichPages {
    /// Only the pages that hold this many bytes from the start.
    pub first: Option<Size>,
    /// Every n-th page of those; 1 skips none, and 0 means none at all.
    pub every: u64,
    /// This many of those, in an order drawn from the seed.
    pub random: Option<(u64, u64)>,
}

impl ReadTouch {
    /// Which pages it reads.
    #[must_use]
    pub fn pages(&self) -> WhichPages {
        WhichPages::of(self.first, self.every, self.random, self.seed)
    }
}

impl WriteTouch {
    /// Which pages it writes.
    #[must_use]
    pub fn pages(&self) -> WhichPages {
        WhichPages::of(self.first, self.every, self.random, self.seed)
    }
}

impl WhichPages {
    fn of(first: Option<Size>, every: Option<u64>, random: Option<u64>, seed: Option<u64>) -> Self {
        Self { first, every: every.unwrap_or(1), random: random.map(|count| (count, seed.unwrap_or(0))) }
    }
}

/// `{ read_call = "f" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadCall {
    /// The file.
    pub read_call: Label,
}

/// `{ advise = "m", advice = "dont-need" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Advise {
    /// The mapping.
    pub advise: Label,
    /// The advice.
    pub advice: MadviseAdvice,
}

/// `MADV_*` in `madvise(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MadviseAdvice {
    /// `MADV_NORMAL`
    Normal,
    /// `MADV_RANDOM`
    Random,
    /// `MADV_SEQUENTIAL`
    Sequential,
    /// `MADV_WILLNEED`
    WillNeed,
    /// `MADV_DONTNEED`
    DontNeed,
    /// `MADV_FREE`
    Free,
    /// `MADV_COLD`
    Cold,
    /// `MADV_PAGEOUT`
    PageOut,
    /// `MADV_POPULATE_READ`
    PopulateRead,
    /// `MADV_POPULATE_WRITE`
    PopulateWrite,
    /// `MADV_HUGEPAGE`
    HugePage,
    /// `MADV_NOHUGEPAGE`
    NoHugePage,
    /// `MADV_DONTFORK`
    DontFork,
}

/// `{ protect = "m", access = "none", offset = "64 KiB", size = "4 KiB" }`; without more, the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Protect {
    /// The mapping.
    pub protect: Label,
    /// What may be done with it from now on.
    pub access: Access,
    /// Where the part begins, rounded down to a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Size>,
    /// How long the part is, rounded up to a page; left out, to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// `{ sync = "m", how = "msync" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// The mapping for `msync`, the file for `fsync`.
    pub sync: Label,
    /// By which call.
    #[serde(default)]
    pub how: Flush,
}

/// How dirty pages are written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flush {
    /// `msync(2)` with `MS_SYNC`
    #[default]
    Msync,
    /// `msync(2)` with `MS_ASYNC`, which does nothing on Linux since 2.6.19
    MsyncAsync,
    /// `fsync(2)`
    Fsync,
    /// `fdatasync(2)`
    Fdatasync,
}

/// `{ drop_cache = "f" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropCache {
    /// The file.
    pub drop_cache: Label,
}

/// `{ fork = [ { write = "m" } ] }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fork {
    /// What the child does.
    pub fork: Vec<Operation>,
    /// Whether the child stays, idle, until the experiment is over, instead of ending.
    #[serde(default)]
    pub stays: bool,
}

/// `{ sleep_ms = 50 }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sleep {
    /// Milliseconds.
    pub sleep_ms: u64,
}

/// `{ mark = "before" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The moment's label.
    pub mark: Label,
}
