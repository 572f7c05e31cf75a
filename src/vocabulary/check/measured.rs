//! Checks on what the kernel counted while a program ran: bytes from storage, page faults.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Bounds;
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName, ResultName, ValueName};

/// Bytes fetched from storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDiskRead {
    /// For whom.
    pub of: InstanceName,
    /// From this checkpoint; from the start of the program if not said.
    #[serde(default)]
    #[deserr(default)]
    pub after: Option<Checkpoint>,
    /// To this one; to its end if not said.
    #[serde(default)]
    #[deserr(default)]
    pub before: Option<Checkpoint>,
    /// A fixture that must not be in the page cache at `after`. Where the bounds are not kept
    /// and it was there, or the machine cannot tell (`cachestat(2)`), or the file system keeps
    /// no such count, the check is inconclusive and not missed.
    #[serde(default)]
    #[deserr(default)]
    pub cold: Option<ValueName>,
    /// The least.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// The most.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
}

/// Page faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFaults {
    /// Whose.
    pub of: InstanceName,
    /// Which faults.
    pub what: FaultKind,
    /// From this checkpoint; from the start of the program if not said.
    #[serde(default)]
    #[deserr(default)]
    pub after: Option<Checkpoint>,
    /// To this one; to its end if not said.
    #[serde(default)]
    #[deserr(default)]
    pub before: Option<Checkpoint>,
    /// A fixture that must not be in the page cache at `after`. Where the bounds are not kept
    /// and it was there, or the machine cannot tell (`cachestat(2)`), the check is inconclusive
    /// and not missed.
    #[serde(default)]
    #[deserr(default)]
    pub cold: Option<ValueName>,
    /// The least.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// The most.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
    /// A result in which the program says how many it took itself.
    #[serde(default)]
    #[deserr(default)]
    pub agrees_with: Option<Agreement>,
}

/// Whether a page fault waits for storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// It is served from memory: `ru_minflt` in `getrusage(2)`.
    Minor,
    /// It waits for storage: `ru_majflt`.
    Major,
}

/// A number that a program prints and the observer has measured too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The result in which the program says it; of several lines with that name the last.
    pub result: ResultName,
    /// How far apart the two may be, up or down.
    pub within: Expr,
}

leaves!(FaultKind);

impl ExpectedDiskRead {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}

impl ExpectedFaults {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}
