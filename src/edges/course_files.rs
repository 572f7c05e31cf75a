//! The files of a course: those of a directory, or those in this binary.
//!
//! A directory is read with mistrust: no symbolic link is followed, nothing but
//! plain files is opened, hidden files are passed over, and there are caps on sizes,
//! number and depth, so that no directory can make the runner hang or swell. What
//! the files say is left to `judgement::course`.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::judgement::course::{CourseFiles, MESSAGES};
use crate::words::units::Bytes;

/// The largest file that is read.
const LARGEST_FILE: Bytes = Bytes::mib(1);

/// The most that all files may hold together.
const LARGEST_COURSE: Bytes = Bytes::mib(64);

/// The most files.
const MOST_FILES: usize = 10_000;

/// The deepest folder below a course's root.
const DEEPEST: usize = 8;

/// The folders of a course that are read, and the endings of the files that matter there
/// (all, if none is said).
const FOLDERS: [(&str, &[&str]); 3] = [("lessons", &[]), ("solutions", &[]), ("book/src", BOOK_ENDINGS)];

/// What pages are made of: Markdown, and what it puts in of text.
const BOOK_ENDINGS: &[&str] = &["md", "svg", "c", "rs", "sbatch", "sh", "toml", "txt", "yaml", "yml"];

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static SOLUTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/solutions");
static BOOK: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/book/src");

/// A directory that cannot be read as a course's files.
#[derive(Debug, thiserror::Error)]
#[error("{} {why}", path.display())]
pub struct CourseFilesError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: Unfit,
}

/// What keeps a file from being read.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The system refused.
    #[error("cannot be read: {0}")]
    System(io::Error),
    /// It is a symbolic link.
    #[error("is a symbolic link, which is not followed")]
    Link,
    /// It is a device, a pipe or a socket.
    #[error("is not a plain file")]
    NotAFile,
    /// It is too large.
    #[error("is larger than {LARGEST_FILE}")]
    TooLarge,
    /// Together with those before it, it is too much.
    #[error("makes the course larger than {LARGEST_COURSE} or {MOST_FILES} files")]
    TooMuch,
    /// It lies too deep.
    #[error("lies more than {DEEPEST} folders deep")]
    TooDeep,
    /// Its name is not UTF-8.
    #[error("has a name that is not UTF-8")]
    Name,
}

/// The course in this binary.
#[must_use]
pub fn embedded() -> CourseFiles {
    fn gather(folder: &str, directory: &'static Dir<'static>, files: &mut CourseFiles) {
        for file in directory.files() {
            if let Some(path) = file.path().to_str() {
                files.insert(format!("{folder}/{path}"), file.contents());
            }
        }
        for inner in directory.dirs() {
            gather(folder, inner, files);
        }
    }
    let mut files = CourseFiles::default();
    gather("lessons", &LESSONS, &mut files);
    gather("solutions", &SOLUTIONS, &mut files);
    gather("book/src", &BOOK, &mut files);
    files
}

/// The files of the course in `directory`. Folders that are missing are empty.
///
/// # Errors
/// The first file or folder that cannot be read, or that no course should hold.
pub fn from_directory(directory: &Path) -> Result<CourseFiles, CourseFilesError> {
    let unfit = |why: io::Error| CourseFilesError { path: directory.to_owned(), why: Unfit::System(why) };
    // The directory itself may be reached by a link: the user named it.
    let root = fs::canonicalize(directory).map_err(unfit)?;
    fs::read_dir(&root).map_err(unfit)?;
    let mut reader = Reader { files: CourseFiles::default(), count: 0, left: LARGEST_COURSE.0 };
    for (folder, endings) in FOLDERS {
        if fs::symlink_metadata(root.join(folder)).is_ok() {
            reader.folder(&root, folder, endings, 0)?;
        }
    }
    Ok(reader.files)
}

/// The language of the course in `directory` and the messages that it brings for the
/// interface; nothing where it brings none. What is wrong with them is told when the
/// course is loaded.
#[must_use]
pub fn messages(directory: &Path) -> Option<(String, String)> {
    let mut reader = Reader { files: CourseFiles::default(), count: 0, left: LARGEST_COURSE.0 };
    let mut read = |path: &str| {
        let bytes = reader.file(&directory.join(path)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let messages = read(MESSAGES)?;
    let course: Option<toml::Table> = read("lessons/course.toml").and_then(|text| text.parse().ok());
    let language = course.as_ref().and_then(|course| course.get("lang")?.as_str()).unwrap_or("en");
    Some((language.to_owned(), messages))
}

struct Reader {
    files: CourseFiles,
    count: usize,
    left: u64,
}

impl Reader {
    fn folder(
        &mut self,
        root: &Path,
        folder: &str,
        endings: &[&str],
        depth: usize,
    ) -> Result<(), CourseFilesError> {
        let here = root.join(folder);
        let unfit = |path: &Path, why| CourseFilesError { path: path.to_owned(), why };
        let system = |why| unfit(&here, Unfit::System(why));
        if fs::symlink_metadata(&here).map_err(system)?.is_symlink() {
            return Err(unfit(&here, Unfit::Link));
        }
        if depth > DEEPEST {
            return Err(unfit(&here, Unfit::TooDeep));
        }
        let mut entries: Vec<_> =
            fs::read_dir(&here).map_err(system)?.collect::<Result<_, _>>().map_err(system)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name().into_string().map_err(|_| unfit(&path, Unfit::Name))?;
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            let kind = entry.file_type().map_err(|why| unfit(&path, Unfit::System(why)))?;
            let relative = format!("{folder}/{name}");
            if kind.is_dir() {
                self.folder(root, &relative, endings, depth + 1)?;
            } else if kind.is_symlink() {
                return Err(unfit(&path, Unfit::Link));
            } else if !kind.is_file() {
                return Err(unfit(&path, Unfit::NotAFile));
            } else if endings.is_empty() || endings.iter().any(|ending| name.ends_with(&format!(".{ending}")))
            {
                let bytes = self.file(&path).map_err(|why| unfit(&path, why))?;
                self.files.insert(relative, bytes);
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<Vec<u8>, Unfit> {
        // Between the listing and the opening it may have become a link or a pipe.
        let flags = nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK | nix::libc::O_CLOEXEC;
        let file = File::options().read(true).custom_flags(flags).open(path).map_err(Unfit::System)?;
        if !file.metadata().map_err(Unfit::System)?.is_file() {
            return Err(Unfit::NotAFile);
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_FILE.0 + 1).read_to_end(&mut bytes).map_err(Unfit::System)?;
        let length = bytes.len() as u64;
        if length > LARGEST_FILE.0 {
            return Err(Unfit::TooLarge);
        }
        self.count += 1;
        self.left = self.left.checked_sub(length).ok_or(Unfit::TooMuch)?;
        if self.count > MOST_FILES {
            return Err(Unfit::TooMuch);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn course() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("lessons/01-a/c")).unwrap();
        fs::create_dir_all(directory.path().join("elsewhere")).unwrap();
        fs::write(directory.path().join("lessons/course.toml"), "title").unwrap();
        fs::write(directory.path().join("lessons/01-a/c/x.c"), "int").unwrap();
        fs::write(directory.path().join("lessons/.course.toml.swp"), "no").unwrap();
        fs::write(directory.path().join("elsewhere/secret"), "no").unwrap();
        directory
    }

    #[test]
    fn only_the_courses_own_files_are_read() {
        let course = course();
        let files = from_directory(course.path()).unwrap();
        assert_eq!(files.paths().collect::<Vec<_>>(), ["lessons/01-a/c/x.c", "lessons/course.toml"]);
        assert_eq!(files.bytes("lessons/01-a/c/x.c"), Some(&b"int"[..]));
    }

    #[test]
    fn links_and_pipes_are_refused_and_not_waited_for() {
        for plant in [
            (|path: &Path| symlink("/etc/hostname", path).unwrap()) as fn(&Path),
            |path| symlink("..", path).unwrap(),
            |path| nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).unwrap(),
        ] {
            let course = course();
            plant(&course.path().join("lessons/01-a/trap"));
            let error = from_directory(course.path()).unwrap_err();
            assert!(matches!(error.why, Unfit::Link | Unfit::NotAFile), "{error}");
            assert!(error.path.ends_with("lessons/01-a/trap"));
        }
    }

    #[test]
    fn what_is_too_large_or_too_deep_is_refused() {
        let large = course();
        File::create(large.path().join("lessons/big")).unwrap().set_len(LARGEST_FILE.0 + 1).unwrap();
        assert!(matches!(from_directory(large.path()).unwrap_err().why, Unfit::TooLarge));
        let deep = course();
        let folders: PathBuf = std::iter::repeat_n("d", DEEPEST + 2).collect();
        fs::create_dir_all(deep.path().join("lessons").join(folders)).unwrap();
        assert!(matches!(from_directory(deep.path()).unwrap_err().why, Unfit::TooDeep));
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let error = from_directory(Path::new("/nonexistent/course")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "/nonexistent/course cannot be read: No such file or directory (os error 2)"
        );
    }
}
