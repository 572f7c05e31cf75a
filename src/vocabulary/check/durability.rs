//! Checks on what a power cut leaves.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
}
