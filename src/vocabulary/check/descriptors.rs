//! Checks on the descriptors that a program holds.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Selector;
use crate::words::ids::{Checkpoint, InstanceName};

/// Seals that a memfd must have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedSeals {
    /// Who holds a descriptor of it.
    pub of: InstanceName,
    /// When.
    pub at: Checkpoint,
    /// Of the memfd behind these mappings; of any that it holds a descriptor of if not said.
    #[serde(default)]
    #[deserr(default)]
    pub which: Option<Selector>,
    /// The seals, all of which must be there: `["F_SEAL_SHRINK"]`.
    pub seals: Vec<String>,
}
