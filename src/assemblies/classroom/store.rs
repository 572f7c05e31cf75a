//! The directory of results: a file for each student, whole or not there.
//!
//! ```text
//! OUT/
//!   grading.json               the seed, so that the next grading asks the same
//!   students/KEY.json          a `Graded`
//!   evidence/KEY/LESSON.STEP.json
//! ```
//!
//! Directories of several machines are merged by putting `students` together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::result::Graded;
use crate::edges::store::{StoreError, write_atomically};
use crate::words::ids::{LessonId, StepId};

/// A directory of results.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
}

/// Why results could not be kept or found again.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// A directory could not be made or read.
    #[error("cannot use {}", path.display())]
    Directory {
        /// It.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be saved.
    #[error(transparent)]
    Save(#[from] StoreError),
    /// A file is there and is no result that can be read here.
    #[error("{} is not a result that can be read here", path.display())]
    Unreadable {
        /// It.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A value could not be written down.
    #[error("cannot write a result down")]
    Write(#[from] serde_json::Error),
    /// Nobody takes the output.
    #[error("cannot write the results")]
    Output(#[from] io::Error),
}

/// `grading.json`.
#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    seed: u64,
}

impl Head {
    const FORMAT: &'static str = "mmaplings/grading/1";
}

impl Store {
    /// The directory of results at `directory`, made if it is not there.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn open(directory: &Path) -> Result<Self, ResultsError> {
        let store = Self { directory: directory.to_owned() };
        make(&store.students())?;
        Ok(store)
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn students(&self) -> PathBuf {
        self.directory.join("students")
    }

    fn student(&self, key: &str) -> PathBuf {
        self.students().join(format!("{key}.json"))
    }

    /// The seed of the grading that these results are of, if there was one.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        let bytes = fs::read(self.directory.join("grading.json")).ok()?;
        let head: Head = serde_json::from_slice(&bytes).ok()?;
        (head.format == Head::FORMAT).then_some(head.seed)
    }

    /// Remembers the seed.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn remember(&self, seed: u64) -> Result<(), ResultsError> {
        let head = Head { format: Head::FORMAT.to_owned(), seed };
        let bytes = serde_json::to_vec(&head)?;
        Ok(write_atomically(&self.directory.join("grading.json"), &bytes)?)
    }

    /// The result of a student.
    ///
    /// # Errors
    /// Where it is not there or cannot be read here.
    pub fn load(&self, key: &str) -> Result<Graded, ResultsError> {
        let path = self.student(key);
        let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| ResultsError::Unreadable {
            path: path.clone(),
            source,
        };
        let bytes = fs::read(&path).map_err(|error| unreadable(error.into()))?;
        let graded: Graded = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.into()))?;
        if graded.format == Graded::FORMAT {
            Ok(graded)
        } else {
            Err(unreadable(format!("it is of the format {:?}", graded.format).into()))
        }
    }

    /// Keeps the result of a student: when this returns, it is there to stay.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn save(&self, graded: &Graded) -> Result<(), ResultsError> {
        let mut bytes = serde_json::to_vec_pretty(graded)?;
        bytes.push(b'\n');
        Ok(write_atomically(&self.student(&graded.key), &bytes)?)
    }

    /// Keeps the evidence of a drill, and tells where, below the directory.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn keep_evidence(
        &self,
        key: &str,
        (lesson, step): (&LessonId, &StepId),
        text: &str,
    ) -> Result<String, ResultsError> {
        make(&self.directory.join("evidence").join(key))?;
        let place = format!("evidence/{key}/{lesson}.{step}.json");
        write_atomically(&self.directory.join(&place), text.as_bytes())?;
        Ok(place)
    }

    /// Whether something is kept at a place that [`Self::keep_evidence`] told.
    #[must_use]
    pub fn has(&self, place: &str) -> bool {
        self.directory.join(place).is_file()
    }
}

/// Makes a directory and those above it.
pub(super) fn make(path: &Path) -> Result<(), ResultsError> {
    fs::create_dir_all(path).map_err(|source| ResultsError::Directory { path: path.to_owned(), source })
}
