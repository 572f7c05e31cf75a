//! What the runner and an experiment's child say to each other, as one JSON
//! document each way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::vocabulary::experiment::{Experiment, HugePages, Measure, Measurement, Operation};
use crate::words::ids::Label;
use crate::words::units::Addr;

/// From the runner.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// What to do.
    pub(super) task: Task,
    /// An empty directory for its files.
    pub(super) directory: PathBuf,
    /// Who has to be the parent: if it is another, nobody waits.
    pub(super) parent: Parent,
    /// Which repetition this is, from 0; files are filled differently in each.
    pub(super) repetition: u8,
}

/// Who starts the child.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Parent {
    /// The runner, of this process id.
    Runner(u32),
    /// A tool that the runner has started.
    Tool,
}

/// What the child is to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Task {
    /// An experiment: measure and answer.
    Measure(Experiment),
    /// Operations, after which it stands still, or ends.
    Stand {
        /// The operations.
        operations: Vec<Operation>,
        /// Whether the kernel may use transparent huge pages.
        huge_pages: HugePages,
        /// What comes after them.
        then: Then,
    },
}

/// What a child does when its operations are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Then {
    /// It answers, and stands still until it is killed.
    Hold,
    /// It answers and ends.
    End,
}

/// From the child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "kebab-case")]
pub(super) enum Response {
    /// One reading.
    Read(Measurement),
    /// All operations are done.
    Standing(Standing),
    /// This machine cannot do it or measure it.
    Inconclusive {
        /// Why.
        reason: String,
    },
    /// It failed.
    Failed {
        /// The error and its causes.
        message: String,
    },
}

/// What stands when all operations are done.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    /// The mappings, each with its first address and the first one behind it.
    pub(super) mappings: Vec<(Label, Addr, Addr)>,
    /// The process ids of the children that stay, in the order of birth.
    pub(super) children: Vec<u32>,
}

impl Task {
    /// The operations.
    pub(super) fn operations(&self) -> &[Operation] {
        match self {
            Self::Measure(experiment) => &experiment.operations,
            Self::Stand { operations, .. } => operations,
        }
    }

    /// Whether the kernel may use transparent huge pages.
    pub(super) const fn huge_pages(&self) -> HugePages {
        match self {
            Self::Measure(experiment) => experiment.huge_pages,
            Self::Stand { huge_pages, .. } => *huge_pages,
        }
    }

    /// What is measured of it, if anything.
    pub(super) const fn measure(&self) -> Option<&Measure> {
        match self {
            Self::Measure(experiment) => Some(&experiment.measure),
            Self::Stand { .. } => None,
        }
    }
}
