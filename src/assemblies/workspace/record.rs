//! The record of progress: read and changed under a lock, saved whole, and when it
//! is damaged kept aside and reported, never taken as empty.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use super::{Workspace, WorkspaceError, refused};
use crate::edges::store::write_atomically;
use crate::judgement::progress::{Change, Damage, Progress, UnixTime};

/// Progress as it was read.
#[derive(Debug)]
pub struct Loaded {
    /// The progress.
    pub progress: Progress,
    /// The damaged file that was found instead, if one was; the progress is then new.
    pub kept_aside: Option<KeptAside>,
}

/// A progress file that could not be read.
#[derive(Debug)]
pub struct KeptAside {
    /// Where it is now.
    pub path: PathBuf,
    /// What is wrong with it.
    pub damage: Damage,
}

impl Workspace {
    /// Reads the progress. A damaged file is renamed to `progress.damaged-N.json` first.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn load(&self) -> Result<Loaded, WorkspaceError> {
        let _lock = self.lock()?;
        self.load_locked()
    }

    /// Applies what happened at `now` to the newest progress and saves it.
    ///
    /// # Errors
    /// Where the system refuses; the progress is then as it was.
    pub fn record(
        &self,
        changes: impl IntoIterator<Item = Change>,
        now: UnixTime,
    ) -> Result<Loaded, WorkspaceError> {
        let _lock = self.lock()?;
        let mut loaded = self.load_locked()?;
        for change in changes {
            loaded.progress.apply(change, now);
        }
        write_atomically(&self.progress_path(), loaded.progress.to_json().as_bytes())?;
        Ok(loaded)
    }

    fn progress_path(&self) -> PathBuf {
        self.state_directory().join("progress.json")
    }

    /// Waits for the lock, which is held until the file is dropped (`flock(2)`).
    fn lock(&self) -> Result<File, WorkspaceError> {
        let path = self.state_directory().join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(refused("open", &path))?;
        file.lock().map_err(refused("lock", &path))?;
        Ok(file)
    }

    fn load_locked(&self) -> Result<Loaded, WorkspaceError> {
        let path = self.progress_path();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Loaded { progress: Progress::default(), kept_aside: None });
            }
            Err(error) => return Err(refused("read", &path)(error)),
        };
        match Progress::from_json(&bytes) {
            Ok(progress) => Ok(Loaded { progress, kept_aside: None }),
            Err(damage) => {
                let aside = self.free_name();
                fs::rename(&path, &aside).map_err(refused("keep aside", &path))?;
                Ok(Loaded {
                    progress: Progress::default(),
                    kept_aside: Some(KeptAside { path: aside, damage }),
                })
            }
        }
    }

    fn free_name(&self) -> PathBuf {
        let mut number = 1;
        loop {
            let path = self.state_directory().join(format!("progress.damaged-{number}.json"));
            if !path.exists() {
                return path;
            }
            number += 1;
        }
    }
}
