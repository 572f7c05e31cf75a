//! Checks on mappings, and on what of them is in RAM.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Bounds;
use super::PermsPattern;
use crate::facts::mapping::{Backing, Flavour, Mapping};
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName, ValueName};

/// A mapping that must be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedMapping {
    /// Whose.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
    /// Which mappings count.
    pub which: Selector,
    /// How many there must be; at least one if not said.
    #[serde(default)]
    #[deserr(default)]
    pub count: Option<Expr>,
    /// Its inode and device are those of a mapping, selected alike, of this other program.
    #[serde(default)]
    #[deserr(default)]
    pub same_file_as: Option<Moment>,
}

/// Memory that must, or must not, be in RAM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedMemory {
    /// Whose.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
    /// The growth since this checkpoint instead of the amount.
    #[serde(default)]
    #[deserr(default)]
    pub since: Option<Checkpoint>,
    /// Of the mappings selected, together, instead of the whole process.
    #[serde(default)]
    #[deserr(default)]
    pub which: Option<Selector>,
    /// Which of smaps' counters.
    #[serde(default)]
    #[deserr(default)]
    pub counter: Counter,
    /// The least, in bytes.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// The most, in bytes.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
}

impl ExpectedMemory {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}

/// Single pages of a mapping that must, or must not, be in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedPages {
    /// Whose.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
    /// Of which mapping. Of one that is selected by its `size` and that the kernel merged with its
    /// neighbours, the part that was made with that size counts.
    pub which: Selector,
    /// The state.
    #[serde(default)]
    #[deserr(default)]
    pub state: PageCondition,
    /// The pages in which these offsets lie are in it, and no other page is.
    #[serde(default)]
    #[deserr(default)]
    pub exactly: Option<Offsets>,
    /// The pages in which these offsets lie are in it, whatever the others are.
    #[serde(default)]
    #[deserr(default)]
    pub including: Option<Offsets>,
    /// The pages in which these offsets lie are not.
    #[serde(default)]
    #[deserr(default)]
    pub excluding: Option<Offsets>,
}

/// The state of a page, where a check asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageCondition {
    /// In RAM and in the page table, as `Rss` counts it: the kernel's page of zeros, which reads
    /// of untouched memory show, does not count (before Linux 6.7 the two cannot be told apart).
    #[default]
    Resident,
    /// The process's own copy of a file's page, made when it wrote it.
    Copied,
}

/// Places in a mapping, in bytes from its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "the name of a list of numbers, or a list of offsets, is needed here")]
pub enum Offsets {
    /// The name of a list of numbers that is drawn.
    Drawn(ValueName),
    /// One by one.
    Written(Vec<Expr>),
}

/// Mappings that must lie back to back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRow {
    /// Whose.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
    /// The mappings, two or more, in the order of their addresses: each begins where the one before ends.
    pub row: Vec<Selector>,
    /// What they have in common.
    #[serde(default)]
    #[deserr(default)]
    pub showing: Showing,
}

/// What neighbouring mappings have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Showing {
    /// It does not matter.
    #[default]
    Anything,
    /// The same file: device and inode.
    SameFile,
    /// The same pages of the same file: shared, with the same offset, so that a store through one is
    /// seen through the other.
    SamePages,
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
    /// The permissions, `rw-p`; `?` leaves one open: `r--?` is read-only, shared or private.
    #[serde(default)]
    #[deserr(default)]
    pub perms: Option<PermsPattern>,
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
    /// Of those for which all else holds, this one alone, counted from 1 in the order of addresses.
    #[serde(default)]
    #[deserr(default)]
    pub nth: Option<u32>,
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
    /// `AnonHugePages`: what huge pages of anonymous memory back.
    AnonHugePages,
    /// `Swap`
    Swap,
    /// `Locked`
    Locked,
}

impl Backed {
    /// Whether that is what is behind `mapping`.
    #[must_use]
    pub fn is_behind(self, mapping: &Mapping) -> bool {
        matches!(
            (mapping.backing(), self),
            (Backing::Memfd { .. }, Self::Memfd)
                | (Backing::File { .. }, Self::File)
                | (Backing::Anonymous | Backing::SharedAnonymous, Self::Nothing)
        )
    }
}

leaves!(Backed, Counter, Offsets, PageCondition, Showing);
