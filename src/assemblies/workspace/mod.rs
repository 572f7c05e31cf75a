//! The workspace: the learner's folder, with their programs and their progress.
//!
//! ```text
//! DIR/
//!   Cargo.toml                  a [[bin]] for each Rust program, for rust-analyzer
//!   compile_flags.txt           for clangd
//!   03-untouched-memory/
//!     reserve.rs                the learner's
//!   .mmaplings/
//!     workspace.toml            what makes the folder a workspace
//!     progress.json             saved atomically and durably, changed under `lock`
//!     measured/                 figures of the learner's last runs, for questions about them
//!     backups/                  programs that `reset` took away
//!     build/                    compiled programs and their dependencies
//! ```
//!
//! No program that is there is ever overwritten but by [`Workspace::reset`], which
//! keeps it first. What progress means is left to `judgement::progress`.

mod files;
mod manifest;
mod measured;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use files::{Reset, Starter};
pub use record::{KeptAside, Loaded};

use crate::edges::store::{StoreError, write_atomically};
use crate::vocabulary::lesson::Language;
use crate::words::ids::{LessonId, ProgramName};
use crate::words::prose;

/// The version of the workspace's own layout.
const VERSION: u32 = 1;

/// A learner's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
    language: Language,
}

/// `.mmaplings/workspace.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker {
    version: u32,
    language: Language,
}

/// Why a workspace could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// Something is in the folder already.
    #[error("{} is not empty: it holds {holds}", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// Some of what is in it.
        holds: String,
    },
    /// The folder is a workspace already.
    #[error("{} is a workspace already", path.display())]
    Already {
        /// The folder.
        path: PathBuf,
    },
    /// There is no workspace in the folder.
    #[error("{} is no mmaplings workspace", path.display())]
    None {
        /// The folder.
        path: PathBuf,
    },
    /// The marker cannot be read as one.
    #[error("{} is not a workspace file", path.display())]
    Marker {
        /// The marker.
        path: PathBuf,
        /// What is wrong with it.
        source: toml::de::Error,
    },
    /// Made by a later version.
    #[error("{} was made by a later mmaplings (layout {found}, this one knows {VERSION})", path.display())]
    Later {
        /// The folder.
        path: PathBuf,
        /// The layout's version.
        found: u32,
    },
    /// The system refused.
    #[error("cannot {deed} {}", path.display())]
    Io {
        /// What was tried: `read`.
        deed: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be saved.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An error of the system about a path.
fn refused(deed: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WorkspaceError {
    move |source| WorkspaceError::Io { deed, path: path.to_owned(), source }
}

impl Workspace {
    /// Makes a workspace in `directory`, which is made too if it is not there, and puts
    /// the starters into it.
    ///
    /// # Errors
    /// Where the directory is not empty, or the system refuses.
    pub fn create(
        directory: &Path,
        language: Language,
        starters: &[Starter],
    ) -> Result<Self, WorkspaceError> {
        if marker_of(directory).exists() {
            return Err(WorkspaceError::Already { path: directory.to_owned() });
        }
        fs::create_dir_all(directory).map_err(refused("make", directory))?;
        let root = fs::canonicalize(directory).map_err(refused("find", directory))?;
        let mut names = files::names_in(&root)?;
        if !names.is_empty() {
            const SHOWN: usize = 3;
            let others = names.len().saturating_sub(SHOWN);
            names.truncate(SHOWN);
            if others > 0 {
                names.push(format!("{others} more"));
            }
            return Err(WorkspaceError::NotEmpty { path: directory.to_owned(), holds: prose::list(&names) });
        }
        let workspace = Self { root, language };
        let state = workspace.state_directory();
        fs::create_dir(&state).map_err(refused("make", &state))?;
        workspace.add_missing(starters)?;
        write_atomically(&workspace.root.join(".gitignore"), manifest::GITIGNORE.as_bytes())?;
        write_atomically(&workspace.root.join("README.md"), manifest::README.as_bytes())?;
        // The marker comes last: a folder that has it is whole.
        let marker = Marker { version: VERSION, language };
        let text = toml::to_string(&marker).expect("a number and a word always serialise");
        write_atomically(&marker_of(&workspace.root), text.as_bytes())?;
        Ok(workspace)
    }

    /// The workspace in `directory`.
    ///
    /// # Errors
    /// Where there is none, or its marker cannot be read.
    pub fn open(directory: &Path) -> Result<Self, WorkspaceError> {
        let path = marker_of(directory);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(WorkspaceError::None { path: directory.to_owned() });
            }
            Err(error) => return Err(refused("read", &path)(error)),
        };
        let marker: Marker =
            toml::from_str(&text).map_err(|source| WorkspaceError::Marker { path: path.clone(), source })?;
        if marker.version > VERSION {
            return Err(WorkspaceError::Later { path: directory.to_owned(), found: marker.version });
        }
        let root = fs::canonicalize(directory).map_err(refused("find", directory))?;
        Ok(Self { root, language: marker.language })
    }

    /// The workspace that `directory` is in: its own, that of a folder above it, or the
    /// one called [`Self::USUAL_NAME`] inside it.
    ///
    /// # Errors
    /// Where a marker is found that cannot be read.
    pub fn find(directory: &Path) -> Result<Option<Self>, WorkspaceError> {
        let below = directory.join(Self::USUAL_NAME);
        directory
            .ancestors()
            .chain([below.as_path()])
            .find(|candidate| marker_of(candidate).is_file())
            .map(Self::open)
            .transpose()
    }

    /// The name of the folder that is offered where none is given.
    pub const USUAL_NAME: &'static str = "mmaplings";

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The language that lessons are in where no other was chosen.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Where the runner keeps what is its own.
    #[must_use]
    pub fn state_directory(&self) -> PathBuf {
        self.root.join(".mmaplings")
    }

    /// Where compiled programs and their dependencies are kept.
    #[must_use]
    pub fn build_directory(&self) -> PathBuf {
        self.state_directory().join("build")
    }

    /// The folder of a lesson.
    #[must_use]
    pub fn lesson_directory(&self, lesson: &LessonId) -> PathBuf {
        self.root.join(lesson.as_str())
    }

    /// The learner's file for a program.
    #[must_use]
    pub fn program(&self, lesson: &LessonId, program: &ProgramName, language: Language) -> PathBuf {
        self.lesson_directory(lesson).join(format!("{program}.{}", language.extension()))
    }
}

fn marker_of(directory: &Path) -> PathBuf {
    directory.join(".mmaplings").join("workspace.toml")
}

#[cfg(test)]
mod tests;
