//! Runs held against each other: what of a run can be compared, the table of a drill's
//! runs, and questions whose right answers are what was measured.
//!
//! Time is shown and never compared: it is the machine's as much as the program's.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::leaf::leaves;
use crate::vocabulary::value::Template;
use crate::words::ids::{InstanceName, SceneId, StepId};

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// Bytes fetched from storage (`read_bytes` in `proc_pid_io(5)`).
    DiskRead,
    /// Page faults that did not wait for storage.
    MinorFaults,
    /// Page faults that did.
    MajorFaults,
}

/// A run of a program: a scene, and what the program is called in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct RunOf {
    /// The scene.
    pub scene: SceneId,
    /// The running program.
    pub of: InstanceName,
}

/// That a figure of one run is a share of that of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Which figure.
    pub figure: Figure,
    /// Of which run.
    pub of: RunOf,
    /// The run that is taken for 100 percent.
    pub with: RunOf,
    /// The least, in percent.
    #[serde(default)]
    #[deserr(default)]
    pub at_least_percent: Option<u32>,
    /// The most, in percent.
    #[serde(default)]
    #[deserr(default)]
    pub at_most_percent: Option<u32>,
}

/// A table of a drill's runs, shown after its verdict with a plot of it: time, bytes from the
/// disk and page faults, a line for each run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct RunTable {
    /// What it shows, in a few words.
    pub title: String,
    /// Its lines, in order.
    pub row: Vec<TableRow>,
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// What the run is called in the table, in a few words. Values may stand in it.
    pub says: Template,
    /// Its scene; of one that repeats, the last run.
    pub scene: SceneId,
    /// The running program.
    pub of: InstanceName,
}

/// A question about the learner's own runs of a drill with a table, the last that came to a
/// verdict without a miss. Any number of options is right, all of them must be chosen, and no
/// other; "none of these" is added as the last. Options whose runs this machine cannot make are
/// left out. Before there was such a run, the question asks for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The drill whose runs it asks about, of this lesson and before this step.
    pub drill: StepId,
    /// The question.
    pub ask: String,
    /// What there is to choose from.
    pub option: Vec<MeasuredOption>,
    /// What is said to "none of these".
    pub none: String,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

/// An option that is right or not by what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct MeasuredOption {
    /// Its text.
    pub text: String,
    /// It is right if this was so.
    pub right_if: Comparison,
    /// What is said to who chose it, before the two figures: it must suit either case.
    pub feedback: String,
}

leaves!(Figure);
