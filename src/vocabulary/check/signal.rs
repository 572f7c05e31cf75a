//! Checks on signals that programs get, and what comes of them.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Bounds, Selector};
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName};

/// Signals that must, or must not, be delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSignal {
    /// To whom; its children count too.
    pub of: InstanceName,
    /// Which, as in `signal(7)`: `SIGBUS`.
    pub signal: String,
    /// What came of it.
    #[serde(default)]
    #[deserr(default)]
    pub fate: Fate,
    /// Only those that an access to memory raised for this reason: `SEGV_ACCERR` (`sigaction(2)`).
    #[serde(default)]
    #[deserr(default)]
    pub code: Option<String>,
    /// Only those raised by an access to one of these mappings, as they were at the checkpoint `at`.
    #[serde(default)]
    #[deserr(default)]
    pub which: Option<Selector>,
    /// The checkpoint at which mappings are selected.
    #[serde(default)]
    #[deserr(default)]
    pub at: Option<Checkpoint>,
    /// Only those raised by an access just there, in bytes from the start of a mapping selected.
    #[serde(default)]
    #[deserr(default)]
    pub offset: Option<Expr>,
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

impl ExpectedSignal {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}

/// What comes of a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// A handler of the program gets it, and the same access does not end the program after all:
    /// a handler that gives up (it restores the default and returns) has caught nothing.
    #[default]
    Caught,
    /// It finds no handler, and ends the process.
    Deadly,
    /// Anything.
    Any,
}

leaves!(Fate);
