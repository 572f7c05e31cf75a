//! What was seen of a specimen while it was held: plain data, from which the questions
//! get their keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::mapping::Mapping;
use crate::words::ids::Label;
use crate::words::units::{Addr, Bytes};

/// The books of a specimen's processes, and what other tools say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exhibit {
    /// The page size of the machine.
    pub page_size: Bytes,
    /// The processes that stand: the specimen itself, then its children in the order of birth.
    pub processes: Vec<Exhibited>,
    /// What `pmap -X` prints of the specimen itself.
    pub pmap: Told<String>,
    /// What `perf stat` counts over the life of another run of it.
    pub perf: Told<Faults>,
}

/// One process of a specimen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exhibited {
    /// Its process id.
    pub pid: u32,
    /// All lines of its smaps.
    pub mappings: Vec<Mapping>,
    /// Where the specimen's mappings lie: first address, and first address behind.
    pub labels: BTreeMap<Label, (Addr, Addr)>,
}

/// What a tool says, or why there is nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tool", rename_all = "kebab-case")]
pub enum Told<T> {
    /// It ran.
    Ran {
        /// What it says.
        says: T,
    },
    /// It is not there, or not allowed here.
    Absent {
        /// Why.
        reason: String,
    },
}

/// Page faults of a process, from its first instruction to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// Served without reading storage.
    pub minor: u64,
    /// Served by reading storage.
    pub major: u64,
}

impl Exhibited {
    /// The lines that cover a mapping of the specimen: more than one where the kernel has
    /// split it, none where this process does not have it.
    pub fn covering(&self, label: &Label) -> impl Iterator<Item = &Mapping> {
        let (start, end) = self.labels.get(label).copied().unwrap_or_default();
        self.mappings.iter().filter(move |mapping| mapping.start < end && start < mapping.end)
    }
}
