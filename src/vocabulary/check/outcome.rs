//! Checks on what a run comes to: its ending, its results, its files, its processes.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Bounds;
use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{InstanceName, ResultName, ValueName};

/// How a program must end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedEnding {
    /// Whose ending.
    pub of: InstanceName,
    /// The exit status.
    #[serde(default)]
    #[deserr(default)]
    pub status: Option<i32>,
    /// The signal that kills it, `SIGBUS`.
    #[serde(default)]
    #[deserr(default)]
    pub signal: Option<String>,
}

/// A result that must be printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedOutput {
    /// Whose.
    pub of: InstanceName,
    /// The name.
    pub result: ResultName,
    /// The value, as a number.
    #[serde(default)]
    #[deserr(default)]
    pub number: Option<Expr>,
    /// The value, as a text.
    #[serde(default)]
    #[deserr(default)]
    pub text: Option<Template>,
    /// Which of several lines with that name, from 1; the last if not said.
    #[serde(default)]
    #[deserr(default)]
    pub nth: Option<u32>,
}

/// A store that another program must see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSight {
    /// The program that loads.
    pub by: InstanceName,
    /// The program that stores.
    pub from: InstanceName,
    /// The result in which `by` says what it sees.
    pub result: ResultName,
    /// What it must see.
    pub number: Expr,
    /// Which of several lines with that name, from 1; the last if not said.
    #[serde(default)]
    #[deserr(default)]
    pub nth: Option<u32>,
}

/// What a file must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFile {
    /// The fixture's id.
    pub file: ValueName,
    /// Its length; as before if not said.
    #[serde(default)]
    #[deserr(default)]
    pub length: Option<Expr>,
    /// The bytes that differ from what was there before, and nothing else.
    #[serde(default)]
    #[deserr(default)]
    pub changes: Vec<Patch>,
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

/// How many processes there must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedProcesses {
    /// Whose.
    pub of: InstanceName,
    /// Which of them.
    #[serde(default)]
    #[deserr(default)]
    pub counted: Counted,
    /// At least.
    #[serde(default)]
    #[deserr(default)]
    pub at_least: Option<Expr>,
    /// At most.
    #[serde(default)]
    #[deserr(default)]
    pub at_most: Option<Expr>,
}

impl ExpectedProcesses {
    /// The least and the most.
    #[must_use]
    pub const fn bounds(&self) -> Bounds<'_> {
        (self.at_least.as_ref(), self.at_most.as_ref())
    }
}

/// Which processes of a tree are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// All, the first one included.
    #[default]
    All,
    /// Those that were still there some time after the first had ended, and had to be killed. What
    /// they held (memory, descriptors) would have outlived the program.
    LeftBehind,
}

leaves!(Counted, Layout);
