//! What the runner and an experiment's child say to each other, as one JSON
//! document each way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::vocabulary::experiment::{Experiment, Measurement};

/// From the runner.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// What to do and to measure.
    pub(super) experiment: Experiment,
    /// An empty directory for its files.
    pub(super) directory: PathBuf,
    /// The runner's process id: if it is not the parent any more, nobody waits.
    pub(super) runner: u32,
    /// Which repetition this is, from 0; files are filled differently in each.
    pub(super) repetition: u8,
}

/// From the child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "kebab-case")]
pub(super) enum Response {
    /// One reading.
    Read(Measurement),
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
