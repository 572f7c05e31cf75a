//! Specimens shown: drawn from a seed, run and held by the experiment's child, and
//! turned into questions. What there is to ask is judged in `judgement::specimen`.

use std::path::Path;
use std::time::Duration;

use crate::edges::experiment::{self, ExperimentError, Held, Holding};
use crate::edges::tracer::books;
use crate::judgement::specimen::{Posed, Prepared, pose, prepare};
use crate::vocabulary::specimen::Specimen;

/// What came of running a specimen.
#[derive(Debug)]
pub enum Shown {
    /// It stands, and this is asked about it.
    Posed(Box<Showing>),
    /// It cannot be shown on this machine: nothing is asked.
    Unseen {
        /// Why.
        reason: String,
    },
}

/// A specimen that was seen, and stands until this is dropped.
#[derive(Debug)]
pub struct Showing {
    /// What was drawn for it.
    pub prepared: Prepared,
    /// The specimen, and what was seen of it.
    pub holding: Holding,
    /// What is shown and asked.
    pub posed: Posed,
}

/// Why a specimen could not be run. None of these says anything about what it shows.
#[derive(Debug, thiserror::Error)]
pub enum SpecimenError {
    /// It cannot be drawn: a course that loads has none such.
    #[error("the specimen is wrong: {0}")]
    Wrong(String),
    /// The runner failed.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// How long a specimen may take until it stands.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs a specimen with what `seed` draws for it. `executable` is this program; its files
/// lie in `directory` while it is run.
///
/// # Errors
/// Where the runner failed.
pub fn show(
    executable: &Path,
    specimen: &Specimen,
    seed: u64,
    directory: &Path,
) -> Result<Shown, SpecimenError> {
    let prepared = prepare(specimen, seed, books::page_size()).map_err(|problems| {
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.at, problem.text)).collect();
        SpecimenError::Wrong(told.join("; "))
    })?;
    let held = experiment::hold(executable, &prepared.operations, specimen.huge_pages, directory, DEADLINE)?;
    Ok(match held {
        Held::Unseen { reason } => Shown::Unseen { reason },
        Held::Standing(holding) => match pose(specimen, &prepared, holding.exhibit()) {
            Ok(posed) => Shown::Posed(Box::new(Showing { prepared, holding, posed })),
            Err(reason) => Shown::Unseen { reason },
        },
    })
}
