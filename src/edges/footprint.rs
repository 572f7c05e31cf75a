//! What a run takes of the machine that no process's memory shows: room on the disk,
//! files, and files in memory (`memfd_create(2)`).
//!
//! `RLIMIT_FSIZE` bounds one file; a program can write many, and can unlink them or hide
//! them in folders that nobody may look into while it goes on writing. So the scene's folder is
//! walked, and the open descriptors of the programs are looked at, each file counted once.
//! A measurement is a snapshot of what others change meanwhile: what is gone when it is
//! looked at counts for nothing, and nothing is opened but folders.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::words::units::Bytes;

/// Files and folders that a run may have at once. The course's programs make a handful.
pub const MOST_FILES: u64 = 2_000;

/// How deep folders may be nested.
const DEEPEST: usize = 32;

/// The unit of `st_blocks` (`stat(2)`), whatever the file system's own is.
const BLOCK: u64 = 512;

/// Where a run may write.
#[derive(Debug)]
pub struct Footprint {
    folder: PathBuf,
    others: Vec<PathBuf>,
    before: Bytes,
}

/// What a run has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// On the disk, since it began.
    pub disk: Bytes,
    /// By files that live in memory.
    pub memory: Bytes,
    /// Whether there are more files than may be, or folders too deep or closed to be counted.
    pub too_many: bool,
}

impl Footprint {
    /// Of a run in `folder` that may also write to the files `others`; what is there now is not its own.
    #[must_use]
    pub fn new(folder: &Path, others: Vec<PathBuf>) -> Self {
        let mut footprint = Self { folder: folder.to_owned(), others, before: Bytes(0) };
        footprint.before = footprint.taken(&[]).disk;
        footprint
    }

    /// What the run has taken by now, with its processes alive.
    #[must_use]
    pub fn taken(&self, processes: &[i32]) -> Taken {
        let mut count = Count::default();
        count.folder(&self.folder, 0);
        for other in &self.others {
            if let Ok(metadata) = other.symlink_metadata() {
                count.add(&metadata);
            }
        }
        for &process in processes {
            count.descriptors(process, &self.folder);
        }
        let disk = Bytes(count.disk.0.saturating_sub(self.before.0));
        Taken { disk, memory: count.memory, too_many: count.hidden || count.files > MOST_FILES }
    }
}

#[derive(Default)]
struct Count {
    seen: HashSet<(u64, u64)>,
    disk: Bytes,
    memory: Bytes,
    files: u64,
    hidden: bool,
}

impl Count {
    fn is_new(&mut self, metadata: &Metadata) -> bool {
        self.seen.insert((metadata.dev(), metadata.ino()))
    }

    fn add(&mut self, metadata: &Metadata) {
        if self.is_new(metadata) {
            self.disk += Bytes(metadata.blocks() * BLOCK);
        }
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.hidden |= !is_gone(&error);
                return;
            }
        };
        for entry in entries {
            if self.files > MOST_FILES || self.hidden {
                return;
            }
            let Ok(entry) = entry else { continue };
            self.files += 1;
            let path = entry.path();
            match path.symlink_metadata() {
                Ok(metadata) => {
                    self.add(&metadata);
                    if metadata.is_dir() {
                        self.hidden |= depth == DEEPEST;
                        if !self.hidden {
                            self.folder(&path, depth + 1);
                        }
                    }
                }
                Err(error) => self.hidden |= !is_gone(&error),
            }
        }
    }

    /// Files without a name any more, and those of the folder that the walk could not find.
    fn descriptors(&mut self, process: i32, folder: &Path) {
        let Ok(entries) = fs::read_dir(format!("/proc/{process}/fd")) else { return };
        for entry in entries.flatten() {
            let link = entry.path();
            let (Ok(text), Ok(metadata)) = (fs::read_link(&link), fs::metadata(&link)) else { continue };
            let in_memory = text.as_os_str().as_encoded_bytes().starts_with(b"/memfd:");
            let own = metadata.nlink() == 0 || text.starts_with(folder);
            if !metadata.is_file() || !(in_memory || own) || !self.is_new(&metadata) {
                continue;
            }
            let size = Bytes(metadata.blocks() * BLOCK);
            let sum = if in_memory { &mut self.memory } else { &mut self.disk };
            *sum += size;
        }
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;
    use std::os::fd::AsFd as _;

    use super::*;

    #[test]
    fn what_was_there_is_not_counted_and_what_came_is_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old"), vec![1; 1 << 20]).unwrap();
        let footprint = Footprint::new(folder.path(), vec![]);
        assert_eq!(footprint.taken(&[]), Taken::default());
        fs::write(folder.path().join("new"), vec![1; 2 << 20]).unwrap();
        fs::hard_link(folder.path().join("new"), folder.path().join("again")).unwrap();
        let sparse = File::create(folder.path().join("sparse")).unwrap();
        sparse.set_len(1 << 40).unwrap();
        File::open(folder.path()).unwrap().sync_all().unwrap();
        File::open(folder.path().join("new")).unwrap().sync_all().unwrap();
        let Taken { disk, memory, too_many } = footprint.taken(&[]);
        assert!((Bytes::mib(2)..Bytes::mib(3)).contains(&disk), "{disk}");
        assert_eq!((memory, too_many), (Bytes(0), false));
    }

    #[test]
    fn files_without_a_name_are_found_at_their_descriptors() {
        let folder = tempfile::tempdir().unwrap();
        let footprint = Footprint::new(folder.path(), vec![]);
        let own = i32::try_from(std::process::id()).unwrap();
        let before = footprint.taken(&[own]);
        let mut unlinked = tempfile::tempfile_in(folder.path()).unwrap();
        unlinked.write_all(&vec![1; 3 << 20]).unwrap();
        unlinked.sync_all().unwrap();
        let memory = nix::sys::memfd::memfd_create(c"x", nix::sys::memfd::MFdFlags::empty()).unwrap();
        nix::unistd::write(memory.as_fd(), &vec![1; 1 << 20]).unwrap();
        let taken = footprint.taken(&[own]);
        assert!(taken.disk >= before.disk + Bytes::mib(3), "{taken:?}");
        assert!(taken.memory >= Bytes::mib(1), "{taken:?}");
    }

    #[test]
    fn too_many_and_too_deep_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let footprint = Footprint::new(folder.path(), vec![]);
        let mut deep = folder.path().to_owned();
        for _ in 0..DEEPEST {
            deep.push("d");
        }
        fs::create_dir_all(&deep).unwrap();
        assert!(!footprint.taken(&[]).too_many);
        fs::create_dir(deep.join("d")).unwrap();
        assert!(footprint.taken(&[]).too_many);
    }
}
