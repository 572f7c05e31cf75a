//! The durable store: files that are always whole, the old one or the new one,
//! whatever kills the runner or cuts the power while it saves.
//!
//! A temporary file beside the target is written and flushed (`fsync(2)`), then
//! takes the target's name (`rename(2)` replaces atomically), then the directory
//! is flushed, for the new name is durable only once its directory is. A runner
//! killed half-way leaves a hidden `.NAME.XXXXXX.tmp` behind and the old file
//! untouched. What the bytes mean is left to the caller.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nix::libc;

/// A file that could not be saved. The file itself is as it was before, except
/// after [`Stage::FlushDirectory`], when it may be the new one.
#[derive(Debug, thiserror::Error)]
#[error("cannot {stage} {}", path.display())]
pub struct StoreError {
    /// The file that was to be saved.
    pub path: PathBuf,
    /// How far it came.
    pub stage: Stage,
    /// What the system said.
    pub source: io::Error,
}

/// The stages of saving a file, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Making the temporary file in the same directory.
    Prepare,
    /// Writing the bytes into it.
    Write,
    /// Flushing it to the disk.
    Flush,
    /// Giving it the target's name.
    Rename,
    /// Flushing the directory that holds the name.
    FlushDirectory,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Prepare => "make a temporary file to save",
            Self::Write => "write the new content of",
            Self::Flush => "flush the new content of",
            Self::Rename => "replace",
            Self::FlushDirectory => "flush the directory of",
        })
    }
}

/// Replaces the content of the file at `path`, or makes it: atomically (anyone
/// who opens it sees the old content or the new one, whole) and durably (when
/// this returns `Ok`, the new content survives a power cut).
///
/// A symbolic link is followed, and the mode of an existing file is kept; a new
/// file gets `0o666` less the umask. The directory must exist.
///
/// # Errors
/// Where the system refuses a stage: no such directory, no right to write to it,
/// no space, a failing disk.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = |stage| move |source| StoreError { path: path.to_owned(), stage, source };

    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut temporary = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(".tmp")
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(directory)
        .map_err(failed(Stage::Prepare))?;
    if let Ok(old) = fs::metadata(&target) {
        temporary.as_file().set_permissions(old.permissions()).map_err(failed(Stage::Prepare))?;
    }
    temporary.write_all(bytes).map_err(failed(Stage::Write))?;
    temporary.as_file().sync_all().map_err(failed(Stage::Flush))?;
    temporary.persist(&target).map_err(|refused| failed(Stage::Rename)(refused.error))?;
    flush_directory(directory).map_err(failed(Stage::FlushDirectory))
}

/// Flushes a directory's entries. A file system that has no such thing answers
/// EINVAL (`fsync(2)`); its names are then as durable as they ever get.
fn flush_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(()),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_else_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("progress.json");
        write_atomically(&path, b"old").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write_atomically(&path, b"the new one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"the new one");
        assert_eq!(names_in(directory.path()), ["progress.json"]);
    }

    #[test]
    fn the_mode_is_kept_and_a_link_is_followed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("real");
        let link = directory.path().join("link");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o662)).unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o662);
    }

    #[test]
    fn a_reader_holding_the_old_file_keeps_all_of_it() {
        use std::io::Read;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        write_atomically(&path, b"old and whole").unwrap();
        let mut held = File::open(&path).unwrap();
        write_atomically(&path, b"new").unwrap();
        let mut text = String::new();
        held.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old and whole");
    }

    #[test]
    fn a_missing_directory_is_told_once_with_its_path() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("no/such/file");
        let error = write_atomically(&path, b"x").unwrap_err();
        assert_eq!(error.stage, Stage::Prepare);
        let text = error.to_string();
        assert_eq!(text, format!("cannot make a temporary file to save {}", path.display()));
    }
}
