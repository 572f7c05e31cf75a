//! Compiled programs, kept by what they were compiled from.
//!
//! An entry is a directory that takes its name by `rename(2)` when it is complete, so
//! that two runners can share a cache: who comes second takes what is there. Only the
//! most recently used entries stay; a young one is never removed, for somebody may be
//! about to run it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::words::ids::ProgramName;

/// A directory of compiled programs.
pub(super) struct Cache<'a> {
    root: &'a Path,
    program: &'a ProgramName,
}

/// A compiled program.
#[derive(Debug)]
pub(super) struct Entry {
    /// The program.
    pub(super) executable: PathBuf,
    /// What the compiler printed.
    pub(super) messages: String,
}

/// Whether a program is kept for the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reuse {
    /// The same source gives the same program.
    Always,
    /// It may not.
    Never,
}

/// Entries that stay. A Rust program with its line tables takes about 4 MiB.
const KEPT: usize = 48;

/// Entries used within this time are never removed.
const YOUNG: Duration = Duration::from_secs(15 * 60);

/// What the compiler printed, beside the program; no program can be called so.
const MESSAGES: &str = "messages.txt";

/// Rooms of compilations under way, or left behind by a runner that was killed.
const ROOM: &str = ".room-";

impl<'a> Cache<'a> {
    /// The cache at `root`, made if it is not there, as seen by `program`.
    pub(super) fn open(root: &'a Path, program: &'a ProgramName) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self { root, program })
    }

    /// The program kept as `key`, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Entry> {
        let folder = self.root.join(key);
        let entry = self.entry(&folder)?;
        // Used now; where that cannot be noted, it is removed earlier.
        let _ = File::open(&folder).and_then(|folder| folder.set_modified(SystemTime::now()));
        Some(entry)
    }

    /// An empty directory to compile in, for [`Cache::put`].
    pub(super) fn room(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(ROOM).tempdir_in(self.root)
    }

    /// Keeps the program that was compiled in `room`.
    pub(super) fn put(&self, key: &str, room: TempDir, messages: &str, reuse: Reuse) -> io::Result<Entry> {
        fs::write(room.path().join(MESSAGES), messages)?;
        let folder = match reuse {
            Reuse::Always => self.root.join(key),
            Reuse::Never => {
                let unique = room.path().file_name().unwrap_or_default().to_string_lossy();
                self.root.join(unique.replace(ROOM, "once-"))
            }
        };
        let entry = match fs::rename(room.path(), &folder) {
            Ok(()) => {
                let _ = room.keep(); // it is no longer there to be removed
                self.entry(&folder)
            }
            Err(error) if is_taken(&error) => match self.entry(&folder) {
                Some(theirs) => Some(theirs),
                None => {
                    // Somebody has taken things out of it.
                    fs::remove_dir_all(&folder)?;
                    fs::rename(room.path(), &folder)?;
                    let _ = room.keep(); // as above
                    self.entry(&folder)
                }
            },
            Err(error) => return Err(error),
        };
        self.prune();
        entry.ok_or_else(|| io::Error::other("the compiler succeeded and left no program"))
    }

    fn entry(&self, folder: &Path) -> Option<Entry> {
        let executable = folder.join(self.program.as_str());
        if !executable.is_file() {
            return None;
        }
        let messages = fs::read_to_string(folder.join(MESSAGES)).ok()?;
        Some(Entry { executable, messages })
    }

    /// Removes what has not been used for longest. What cannot be removed stays until the next time.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(self.root) else { return };
        let mut old: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .collect();
        old.sort();
        let surplus = old.len().saturating_sub(KEPT);
        let now = SystemTime::now();
        for (used, folder) in old.into_iter().take(surplus) {
            if now.duration_since(used).is_ok_and(|age| age > YOUNG) {
                let _ = fs::remove_dir_all(folder); // see above
            }
        }
    }
}

/// `rename(2)` onto a directory that has something in it.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cache: &Cache<'_>, key: &str, reuse: Reuse) -> Entry {
        let room = cache.room().unwrap();
        fs::write(room.path().join("reader"), "program").unwrap();
        cache.put(key, room, "a warning", reuse).unwrap()
    }

    #[test]
    fn what_is_put_is_there_and_who_comes_second_takes_it() {
        let root = tempfile::tempdir().unwrap();
        let program = "reader".parse().unwrap();
        let cache = Cache::open(root.path(), &program).unwrap();
        assert!(cache.get("k").is_none());
        let first = put(&cache, "k", Reuse::Always);
        let second = put(&cache, "k", Reuse::Always);
        assert_eq!(first.executable, second.executable);
        assert_eq!(cache.get("k").unwrap().messages, "a warning");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "the second room is gone");
    }

    #[test]
    fn a_damaged_entry_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let program = "reader".parse().unwrap();
        let cache = Cache::open(root.path(), &program).unwrap();
        fs::remove_file(put(&cache, "k", Reuse::Always).executable).unwrap();
        assert!(cache.get("k").is_none());
        assert!(put(&cache, "k", Reuse::Always).executable.is_file());
    }

    #[test]
    fn what_may_not_be_reused_is_not_found_again() {
        let root = tempfile::tempdir().unwrap();
        let program = "reader".parse().unwrap();
        let cache = Cache::open(root.path(), &program).unwrap();
        assert!(put(&cache, "k", Reuse::Never).executable.is_file());
        assert!(cache.get("k").is_none());
    }

    #[test]
    fn the_oldest_go_and_the_young_stay() {
        let root = tempfile::tempdir().unwrap();
        let program = "reader".parse().unwrap();
        let cache = Cache::open(root.path(), &program).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
        for number in 0..KEPT + 5 {
            put(&cache, &format!("k{number}"), Reuse::Always);
        }
        assert!(cache.get("k0").is_some(), "all are young");
        for number in 0..3 {
            let folder = File::open(root.path().join(format!("k{number}"))).unwrap();
            folder.set_modified(long_ago + Duration::from_secs(number)).unwrap();
        }
        put(&cache, "one more", Reuse::Always);
        assert!(cache.get("k2").is_none());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), KEPT + 3);
    }
}
