//! Checks on system calls, and on the bytes that go through them.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Bounds;
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName, ValueName};

/// Calls that must, or must not, be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedCalls {
    /// By whom; its children count too.
    pub of: InstanceName,
    /// Names, any of which counts: `["madvise"]`, `["fsync", "fdatasync", "msync"]`.
    pub names: Vec<String>,
    /// Flags, all of which must be given: `["MS_SYNC"]`.
    #[serde(default)]
    #[deserr(default)]
    pub flags: Vec<String>,
    /// Only calls on this fixture (by descriptor or path).
    #[serde(default)]
    #[deserr(default)]
    pub file: Option<ValueName>,
    /// How the call ends.
    #[serde(default)]
    #[deserr(default)]
    pub result: CallResult,
    /// Only after this checkpoint.
    #[serde(default)]
    #[deserr(default)]
    pub after: Option<Checkpoint>,
    /// Only before this checkpoint.
    #[serde(default)]
    #[deserr(default)]
    pub before: Option<Checkpoint>,
    /// How many at the least; 1 if neither bound is given.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// How many at the most; 0 forbids them.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
}

impl ExpectedCalls {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}

/// How much must, or must not, be done by a program from one moment to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedTraffic {
    /// By whom.
    pub of: InstanceName,
    /// From this checkpoint; from the start of the program if not said.
    #[serde(default)]
    #[deserr(default)]
    pub after: Option<Checkpoint>,
    /// To this one; to its end if not said.
    #[serde(default)]
    #[deserr(default)]
    pub before: Option<Checkpoint>,
    /// The least.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// The most.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
}

impl ExpectedTraffic {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
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

leaves!(CallResult);
