//! The learner's programs: put there, never overwritten, kept when they are reset.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Workspace, WorkspaceError, manifest, refused};
use crate::edges::store::write_atomically;
use crate::vocabulary::lesson::Language;
use crate::words::ids::{LessonId, ProgramName};

/// A program as a lesson hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starter {
    /// The lesson.
    pub lesson: LessonId,
    /// The program.
    pub program: ProgramName,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub text: String,
}

/// What became of a program that was reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reset {
    /// It was the starter already.
    Unchanged(PathBuf),
    /// It was not there, and was written.
    Written(PathBuf),
    /// It was replaced by the starter.
    Replaced {
        /// The program.
        program: PathBuf,
        /// Where the learner's version is kept.
        kept: PathBuf,
    },
}

/// The names in a directory, sorted.
pub(super) fn names_in(directory: &Path) -> Result<Vec<String>, WorkspaceError> {
    let entries = fs::read_dir(directory).map_err(refused("list", directory))?;
    let mut names = entries
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>, io::Error>>()
        .map_err(refused("list", directory))?;
    names.sort();
    Ok(names)
}

impl Workspace {
    /// Writes those starters whose programs are not there, and enters the Rust ones in
    /// `Cargo.toml`. Gives the programs that were written.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn add_missing(&self, starters: &[Starter]) -> Result<Vec<PathBuf>, WorkspaceError> {
        let mut written = Vec::new();
        for starter in starters {
            let path = self.program(&starter.lesson, &starter.program, starter.language);
            if !path.exists() {
                let directory = self.lesson_directory(&starter.lesson);
                fs::create_dir_all(&directory).map_err(refused("make", &directory))?;
                write_atomically(&path, starter.text.as_bytes())?;
                written.push(path);
            }
        }
        if !written.is_empty() {
            self.write_manifests()?;
        }
        Ok(written)
    }

    /// Gives programs back as the lesson hands them out; the learner's are kept in
    /// `.mmaplings/backups/LESSON/NAME.N.ENDING`.
    ///
    /// # Errors
    /// Where the system refuses; no program is then replaced whose copy is not safe.
    pub fn reset(&self, starters: &[Starter]) -> Result<Vec<Reset>, WorkspaceError> {
        let mut done = Vec::new();
        for starter in starters {
            let path = self.program(&starter.lesson, &starter.program, starter.language);
            done.push(match fs::read(&path) {
                Ok(bytes) if bytes == starter.text.as_bytes() => Reset::Unchanged(path),
                Ok(bytes) => {
                    let kept = self.keep(starter, &bytes)?;
                    write_atomically(&path, starter.text.as_bytes())?;
                    Reset::Replaced { program: path, kept }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.add_missing(std::slice::from_ref(starter))?;
                    Reset::Written(path)
                }
                Err(error) => return Err(refused("read", &path)(error)),
            });
        }
        Ok(done)
    }

    fn keep(&self, starter: &Starter, bytes: &[u8]) -> Result<PathBuf, WorkspaceError> {
        let directory = self.state_directory().join("backups").join(starter.lesson.as_str());
        fs::create_dir_all(&directory).map_err(refused("make", &directory))?;
        let ending = starter.language.extension();
        let mut number = 1;
        let kept = loop {
            let path = directory.join(format!("{}.{number}.{ending}", starter.program));
            if !path.exists() {
                break path;
            }
            number += 1;
        };
        write_atomically(&kept, bytes)?;
        Ok(kept)
    }

    /// The programs that are there, as (lesson's folder, file name), sorted.
    fn programs(&self) -> Result<Vec<(String, String)>, WorkspaceError> {
        let mut programs = Vec::new();
        for folder in names_in(&self.root)? {
            let path = self.root.join(&folder);
            if folder.parse::<LessonId>().is_ok() && path.is_dir() {
                programs.extend(names_in(&path)?.into_iter().map(|name| (folder.clone(), name)));
            }
        }
        Ok(programs)
    }

    fn write_manifests(&self) -> Result<(), WorkspaceError> {
        let programs = self.programs()?;
        let cargo = self.root.join("Cargo.toml");
        let current = match fs::read_to_string(&cargo) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused("read", &cargo)(error)),
        };
        if let Some(text) = manifest::cargo_toml(current.as_deref(), &programs) {
            write_atomically(&cargo, text.as_bytes())?;
        }
        let flags = self.root.join("compile_flags.txt");
        if !flags.exists() && programs.iter().any(|(_, name)| name.ends_with(".c")) {
            write_atomically(&flags, manifest::COMPILE_FLAGS.as_bytes())?;
        }
        Ok(())
    }
}
