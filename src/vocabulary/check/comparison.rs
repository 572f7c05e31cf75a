//! Expectations that hold one run against another.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::comparison::Figure;
use crate::words::ids::{Checkpoint, InstanceName, SceneId};

/// `kind = "compare"`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct ExpectedComparison {
    /// Which figure.
    pub figure: Figure,
    /// Of which running program.
    pub of: InstanceName,
    /// The running program that is taken for 100 percent.
    pub with: InstanceName,
    /// The scene in which that one runs; the same if not said. Of one that repeats, the last run.
    #[serde(default)]
    #[deserr(default)]
    pub with_scene: Option<SceneId>,
    /// Only after this checkpoint, of either.
    #[serde(default)]
    #[deserr(default)]
    pub after: Option<Checkpoint>,
    /// Only before this checkpoint, of either.
    #[serde(default)]
    #[deserr(default)]
    pub before: Option<Checkpoint>,
    /// The least, in percent.
    #[serde(default)]
    #[deserr(default)]
    pub at_least_percent: Option<u32>,
    /// The most, in percent.
    #[serde(default)]
    #[deserr(default)]
    pub at_most_percent: Option<u32>,
}
