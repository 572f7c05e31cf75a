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
use std::io::{self, Write};
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
    fn seed(&self) -> Option<u64> {
        let bytes = fs::read(self.head()).ok()?;
        let head: Head = serde_json::from_slice(&bytes).ok()?;
        (head.format == Head::FORMAT).then_some(head.seed)
    }

    fn head(&self) -> PathBuf {
        self.directory.join("grading.json")
    }

    /// The seed to grade by: `wanted`, else that of the results that are there, else `fresh`. It
    /// is remembered; of several graders that begin in one directory at once, all get one seed.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn settle_seed(&self, wanted: Option<u64>, fresh: u64) -> Result<u64, ResultsError> {
        let line = |seed| serde_json::to_vec(&Head { format: Head::FORMAT.to_owned(), seed });
        if let Some(seed) = wanted {
            write_atomically(&self.head(), &line(seed)?)?;
            return Ok(seed);
        }
        if let Some(seed) = self.seed() {
            return Ok(seed);
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(&line(fresh)?)?;
        match file.persist_noclobber(self.head()) {
            Ok(_) => Ok(fresh),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => match self.seed() {
                Some(seed) => Ok(seed),
                // It is there and makes no sense.
                None => write_atomically(&self.head(), &line(fresh)?).map(|()| fresh).map_err(Into::into),
            },
            Err(refused) => Err(refused.error.into()),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_grades_in_one_directory_has_one_seed() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        assert_eq!(store.settle_seed(None, 5).unwrap(), 5);
        assert_eq!(store.settle_seed(None, 6).unwrap(), 5);
        assert_eq!(store.settle_seed(Some(7), 8).unwrap(), 7);
        assert_eq!(store.settle_seed(None, 8).unwrap(), 7);
        fs::write(directory.path().join("grading.json"), "{").unwrap();
        assert_eq!(store.settle_seed(None, 9).unwrap(), 9);
        assert_eq!(Store::open(directory.path()).unwrap().settle_seed(None, 10).unwrap(), 9);
    }

    #[test]
    fn what_is_no_result_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        assert!(store.load("alice").unwrap_err().to_string().contains("students/alice.json is not a result"));
        fs::write(directory.path().join("students/alice.json"), "{}").unwrap();
        assert!(matches!(store.load("alice"), Err(ResultsError::Unreadable { .. })));
    }
}
