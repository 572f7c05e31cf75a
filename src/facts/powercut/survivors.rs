//! Who survives a cut: the rule by which one image is drawn from the possible ones.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is let survive of all that was written and not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "survivors", rename_all = "kebab-case")]
pub enum Survivors {
    /// Nothing of it: the disk's cache is lost whole. The image is what was flushed.
    FlushedOnly,
    /// All of it: the cache reached the platter just in time.
    Everything,
    /// Any part of it, page by page and name by name, as the seed draws.
    Subset {
        /// The same seed and the same disk give the same image.
        seed: u64,
    },
}

impl fmt::Display for Survivors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FlushedOnly => f.pad("only what was flushed"),
            Self::Everything => f.pad("everything written"),
            Self::Subset { seed } => f.pad(&format!("a subset drawn from seed {seed}")),
        }
    }
}
