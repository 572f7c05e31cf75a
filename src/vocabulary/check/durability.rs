//! Checks on what a power cut leaves.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::value::Template;
use crate::words::ids::{InstanceName, ResultName, ValueName};

/// Records that must outlive a power cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSurvival {
    /// The program that acknowledges.
    pub of: InstanceName,
    /// The result in which it says how many records are safe: `durable=3`.
    pub acknowledged: ResultName,
    /// The program that lists the records after the cut.
    pub by: InstanceName,
    /// The result in which it shows each record, in order.
    pub listed: ResultName,
    /// The records that were sent, in order.
    pub records: ValueName,
    /// How a record is shown, where `{each}` is its number and `{nth}` its place, from 1; the number
    /// alone if not said.
    #[serde(default)]
    #[deserr(default)]
    pub shown: Option<Template>,
}

/// A listing that must show records as they were sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedListing {
    /// The program that lists the records after the cut.
    pub by: InstanceName,
    /// The result in which it shows each record, in order.
    pub listed: ResultName,
    /// The records that were sent, in order.
    pub records: ValueName,
    /// How a record is shown, where `{each}` is its number and `{nth}` its place, from 1; the number
    /// alone if not said.
    #[serde(default)]
    #[deserr(default)]
    pub shown: Option<Template>,
}

/// Versions of something that is written over and over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedVersions {
    /// The program that shows it.
    pub of: InstanceName,
    /// The result in which it does, once or more.
    pub result: ResultName,
    /// The versions that were written, in order, one by one.
    #[serde(default)]
    #[deserr(default)]
    pub versions: Vec<Template>,
    /// The same as a list of numbers.
    #[serde(default)]
    #[deserr(default)]
    pub records: Option<ValueName>,
    /// How a number of that list is shown, where `{each}` is the number and `{nth}` its place, from 1;
    /// the number alone if not said.
    #[serde(default)]
    #[deserr(default)]
    pub shown: Option<Template>,
    /// What it may show as long as there is none: `none`.
    #[serde(default)]
    #[deserr(default)]
    pub absent: Option<String>,
    /// The program that writes, and the result in which it says how many versions are safe: none that is
    /// older may be shown.
    #[serde(default)]
    #[deserr(default)]
    pub since: Option<Acknowledgement>,
}

/// Where a program says how many records are safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// The program.
    pub of: InstanceName,
    /// The result: `durable=3`.
    pub acknowledged: ResultName,
}
