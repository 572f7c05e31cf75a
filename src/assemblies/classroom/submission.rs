//! What a student handed in: found, read, and nothing else touched.
//!
//! A submission is a stranger's directory. Only files with names that the course asks
//! for are opened, never what a directory happens to list; each is opened without
//! following symbolic links at any step of its path, must be a regular file, and is read
//! up to a cap. What is refused is told. The bytes are copied into memory at once: what
//! changes in the directory afterwards changes nothing.
//!
//! ```text
//! alice/                          or alice/whatever/, if that is all there is in it
//!   03-untouched-memory/
//!     reserve.rs                  as a workspace has it
//!     answers.toml                as `answer --from` reads it
//!   reserve.rs                    flat, where no other lesson has a program of that name
//!   answers.toml                  a table for each lesson
//!   .mmaplings/progress.json      only where hints cost marks
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use serde::{Deserialize, Serialize};

use super::plan::Assignment;
use crate::judgement::progress::Progress;
use crate::vocabulary::lesson::{Drill, Language};
use crate::words::digest;
use crate::words::ids::{LessonId, ProgramName};
use crate::words::prose;
use crate::words::units::Bytes;
use crate::words::untrusted;

/// The largest file that is read; programs written by hand are a hundredth of it.
const LARGEST: Bytes = Bytes::mib(1);

/// The file of answers.
const ANSWERS: &str = "answers.toml";

/// A student's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The directory.
    pub directory: PathBuf,
    /// The student's name as it is shown: that of the directory.
    pub name: String,
    /// The name as files are called by it: letters, digits and a few marks, each name another.
    pub key: String,
}

/// Why a list of directories is no class.
#[derive(Debug, thiserror::Error)]
pub enum ClassError {
    /// These are not directories.
    #[error("{} {}", prose_list(paths), if paths.len() == 1 { "is not a directory" } else { "are not directories" })]
    NotDirectories {
        /// Which.
        paths: Vec<PathBuf>,
    },
    /// Two directories are called the same.
    #[error("{} and {} would both be {name}", one.display(), other.display())]
    Twice {
        /// The name.
        name: String,
        /// One of them.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// A directory without a name of its own, `/`.
    #[error("{} has no name to call a student by", path.display())]
    Nameless {
        /// It.
        path: PathBuf,
    },
}

fn prose_list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    prose::list(&names)
}

/// A file that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused {
    /// Its path in the submission.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What was handed in.
#[derive(Debug, Default)]
pub struct Handed {
    /// SHA-256 of all that was taken and refused.
    pub sha256: String,
    /// The programs, by lesson.
    pub programs: BTreeMap<(LessonId, ProgramName, Language), Vec<u8>>,
    /// The answers, by lesson.
    pub answers: BTreeMap<LessonId, toml::Table>,
    /// What the student's runner says of hints; nothing where nobody asked or it is not there.
    pub progress: Option<Progress>,
    /// What was not taken.
    pub refused: BTreeSet<Refused>,
    /// What else the instructor should know.
    pub notes: Vec<String>,
}

/// The submissions that these directories are, by name.
///
/// # Errors
/// Where one is no directory, or two would have one name.
pub fn class(directories: &[PathBuf]) -> Result<Vec<Submission>, ClassError> {
    let (mut found, mut wrong) = (BTreeMap::<String, Submission>::new(), Vec::new());
    for given in directories {
        // A slash at the end would follow a link: `path/.` is the directory behind it.
        let path: PathBuf = given.components().collect();
        if !path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            wrong.push(given.clone());
            continue;
        }
        let named = match path.components().next_back() {
            Some(Component::Normal(_)) => Some(path.clone()),
            _ => path.canonicalize().ok(),
        };
        let name = named.as_deref().and_then(Path::file_name);
        let name = name.ok_or_else(|| ClassError::Nameless { path: given.clone() })?;
        let submission = Submission {
            directory: path.clone(),
            name: untrusted::line(&name.to_string_lossy(), 80),
            key: key(name),
        };
        let name = submission.name.clone();
        if let Some(other) = found.insert(submission.key.clone(), submission) {
            return Err(ClassError::Twice { name, one: other.directory, other: path });
        }
    }
    if wrong.is_empty() {
        Ok(found.into_values().collect())
    } else {
        Err(ClassError::NotDirectories { paths: wrong })
    }
}

/// A name fit for files: what is not a plain letter, digit or mark is written `%XX`, and what
/// then is too long for a file's name ends in a hash.
fn key(name: &OsStr) -> String {
    const LONGEST: usize = 120;
    let mut key = String::new();
    for &byte in name.as_bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.@+".contains(&byte);
        if plain && !(key.is_empty() && byte == b'.') {
            key.push(char::from(byte));
        } else {
            key += &format!("%{byte:02X}");
        }
    }
    if key.len() > LONGEST {
        key.truncate(LONGEST);
        key += &format!("~{}", &digest::sha256(name.as_bytes())[..12]);
    }
    key
}

impl Submission {
    /// Reads what `assignment` asks for.
    ///
    /// # Errors
    /// Where the directory itself cannot be read: that is the grader's to mend.
    pub fn read(&self, assignment: &Assignment<'_>) -> io::Result<Handed> {
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_RDONLY;
        let root = nix::fcntl::open(&self.directory, flags, Mode::empty())?;
        let mut handed = Handed::default();
        let root = unwrapped(root, assignment, &mut handed.notes)?;
        let mut reader = Reader { root, handed, taken: Vec::new() };
        for lesson in &assignment.lessons {
            for drill in lesson.drills() {
                reader.programs(&lesson.id, drill, assignment);
            }
        }
        reader.answers(assignment);
        if assignment.scheme.hint_cost > 0.0
            && let Some(bytes) = reader.file(&[".mmaplings", "progress.json"])
        {
            match Progress::from_json(&bytes) {
                Ok(progress) => reader.handed.progress = Some(progress),
                Err(_) => reader
                    .handed
                    .notes
                    .push("its progress file cannot be read: no hint is counted".to_owned()),
            }
        }
        Ok(reader.finish())
    }
}

/// The directory that holds the work: people pack a folder into an archive, and unpacked it
/// is a folder in a folder.
fn unwrapped(root: OwnedFd, assignment: &Assignment<'_>, notes: &mut Vec<String>) -> io::Result<OwnedFd> {
    const DEEPEST: usize = 2;
    const LOOKED_AT: usize = 64;
    let mut here = root;
    for _ in 0..DEEPEST {
        let (mut folders, mut others) = (Vec::new(), false);
        // What is listed is what the descriptor is of, wherever its name leads by now.
        for entry in std::fs::read_dir(format!("/proc/self/fd/{}", here.as_raw_fd()))?.take(LOOKED_AT) {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_bytes().starts_with(b".") || name == "__MACOSX" {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else {
                others = true;
            }
        }
        let [only] = folders.as_slice() else { break };
        if others || assignment.course.lessons.iter().any(|lesson| only == lesson.id.as_str()) {
            break;
        }
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_RDONLY;
        here = openat(&here, only.as_os_str(), flags, Mode::empty())?;
        notes.push(format!("the work lies in {}", untrusted::line(&only.to_string_lossy(), 80)));
    }
    Ok(here)
}

struct Reader {
    root: OwnedFd,
    handed: Handed,
    /// Path and hash of each file that was taken.
    taken: Vec<(String, String)>,
}

impl Reader {
    fn programs(&mut self, lesson: &LessonId, drill: &Drill, assignment: &Assignment<'_>) {
        for program in &drill.programs {
            for language in Language::ALL {
                let name = format!("{program}.{}", language.extension());
                let mut places =
                    vec![vec![lesson.as_str(), &name], vec![lesson.as_str(), language.folder(), &name]];
                if assignment.is_only_program_called(program) {
                    places.push(vec![&name]);
                }
                if let Some(bytes) = places.into_iter().find_map(|place| self.file(&place)) {
                    self.handed.programs.insert((lesson.clone(), program.clone(), language), bytes);
                }
            }
        }
    }

    fn answers(&mut self, assignment: &Assignment<'_>) {
        for lesson in &assignment.lessons {
            if let Some(table) = self.table(&[lesson.id.as_str(), ANSWERS]) {
                self.handed.answers.insert(lesson.id.clone(), table);
            }
        }
        let Some(together) = self.table(&[ANSWERS]) else { return };
        let known = |name: &str| assignment.course.lessons.iter().any(|lesson| lesson.id.as_str() == name);
        let (of_lessons, others): (Vec<_>, Vec<_>) = together.into_iter().partition(|(name, _)| known(name));
        for (name, value) in of_lessons {
            let lesson = assignment.lessons.iter().find(|lesson| lesson.id.as_str() == name);
            if let (Some(lesson), toml::Value::Table(answers)) = (lesson, value) {
                // What lies in the lesson's own folder comes first.
                self.handed.answers.entry(lesson.id.clone()).or_insert(answers);
            }
        }
        match (assignment.lessons.as_slice(), others.is_empty()) {
            (_, true) => {}
            // Answers outside any lesson's table can only belong to one lesson.
            ([lesson], false) => {
                let answers = self.handed.answers.entry(lesson.id.clone()).or_default();
                for (name, value) in others {
                    answers.entry(name).or_insert(value);
                }
            }
            (_, false) => {
                let names: Vec<String> =
                    others.iter().take(10).map(|(name, _)| untrusted::line(name, 60)).collect();
                self.handed.notes.push(format!(
                    "{ANSWERS}: answers must stand in a table of their lesson; not taken: {}",
                    prose::list(&names)
                ));
            }
        }
    }

    fn table(&mut self, place: &[&str]) -> Option<toml::Table> {
        let bytes = self.file(place)?;
        let parsed = match std::str::from_utf8(&bytes) {
            Ok(text) => text.parse().map_err(|error: toml::de::Error| error.message().to_owned()),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        match parsed {
            Ok(table) => Some(table),
            Err(reason) => {
                let reason = format!("it cannot be read as answers: {}", untrusted::line(&reason, 200));
                self.handed.refused.insert(Refused { path: place.join("/"), reason });
                None
            }
        }
    }

    /// The bytes of a file, if it is there. What is there and is not taken is noted.
    fn file(&mut self, place: &[&str]) -> Option<Vec<u8>> {
        let path = place.join("/");
        match read(&self.root, place) {
            Ok(Some(bytes)) => {
                self.taken.push((path, digest::sha256(&bytes)));
                Some(bytes)
            }
            Ok(None) => None,
            Err(refused) => {
                self.handed.refused.insert(refused);
                None
            }
        }
    }

    fn finish(mut self) -> Handed {
        self.taken.sort();
        let mut all = String::new();
        for (path, hash) in &self.taken {
            all += &format!("{path} {hash}\n");
        }
        for Refused { path, reason } in &self.handed.refused {
            all += &format!("{path} {reason}\n");
        }
        self.handed.sha256 = digest::sha256(all.as_bytes());
        self.handed
    }
}

/// Reads the file at `place` below `root`; nothing if it is not there, and what stands there
/// instead if that is no file to be read.
fn read(root: &OwnedFd, place: &[&str]) -> Result<Option<Vec<u8>>, Refused> {
    let Some((name, folders)) = place.split_last() else { return Ok(None) };
    let mut directory: Option<OwnedFd> = None;
    for (depth, folder) in folders.iter().enumerate() {
        let refused = |reason| Refused { path: place[..=depth].join("/"), reason };
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_RDONLY;
        let here = directory.as_ref().unwrap_or(root);
        match openat(here, *folder, flags, Mode::empty()) {
            Ok(inner) => directory = Some(inner),
            Err(Errno::ENOENT) => return Ok(None),
            // A link answers ENOTDIR with O_DIRECTORY (open(2)); so does a file, in which nothing is.
            Err(Errno::ENOTDIR | Errno::ELOOP) => {
                let found = fstatat(here, *folder, AtFlags::AT_SYMLINK_NOFOLLOW);
                return match found.map(|found| kind(&found)) {
                    Ok(SFlag::S_IFLNK) => Err(refused("it is a symbolic link".to_owned())),
                    _ => Ok(None),
                };
            }
            Err(error) => return Err(refused(format!("it cannot be opened: {}", error.desc()))),
        }
    }
    let here = directory.as_ref().unwrap_or(root);
    content(here, name).map_err(|reason| Refused { path: place.join("/"), reason })
}

/// The bytes of the regular file of that name in a directory.
fn content(directory: &OwnedFd, name: &str) -> Result<Option<Vec<u8>>, String> {
    let unseen = |error: Errno| format!("it cannot be looked at: {}", error.desc());
    // A device is not even opened: opening some does something.
    match fstatat(directory, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(found) => is_regular(&found)?,
        Err(Errno::ENOENT | Errno::ENOTDIR) => return Ok(None),
        Err(error) => return Err(unseen(error)),
    }
    // A FIFO must not keep us waiting (O_NONBLOCK), a terminal must not become ours (O_NOCTTY).
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let file = match openat(directory, name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::ENOENT) => return Ok(None),
        Err(error) => return Err(format!("it cannot be opened: {}", error.desc())),
    };
    // It may be another than a moment ago.
    is_regular(&fstat(file.as_fd()).map_err(unseen)?)?;
    let mut bytes = Vec::new();
    File::from(file)
        .take(LARGEST.0 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("it cannot be read: {error}"))?;
    if bytes.len() as u64 > LARGEST.0 { Err(format!("it is larger than {LARGEST}")) } else { Ok(Some(bytes)) }
}

const fn kind(found: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(found.st_mode & SFlag::S_IFMT.bits())
}

fn is_regular(found: &FileStat) -> Result<(), String> {
    let what = match kind(found) {
        SFlag::S_IFREG => return Ok(()),
        SFlag::S_IFLNK => "a symbolic link",
        SFlag::S_IFDIR => "a folder",
        SFlag::S_IFIFO => "a FIFO",
        SFlag::S_IFSOCK => "a socket",
        SFlag::S_IFCHR | SFlag::S_IFBLK => "a device",
        _ => "no file",
    };
    Err(format!("it is {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn keys_are_fit_for_files_and_differ() {
        let of = |bytes: &[u8]| key(&std::ffi::OsString::from_vec(bytes.to_vec()));
        assert_eq!(of(b"alice_b-2@x.org"), "alice_b-2@x.org");
        assert_eq!(of("Žofie N".as_bytes()), "%C5%BDofie%20N");
        assert_eq!(of(b"..\xff/"), "%2E.%FF%2F");
        assert_ne!(of(&[b'x'; 200]), of(&[b'x'; 201]));
        assert!(of(&[0xff; 255]).len() < 140);
    }

    #[test]
    fn a_class_is_told_what_is_wrong_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b", "a", "x/a"] {
            std::fs::create_dir_all(path(name)).unwrap();
        }
        std::fs::write(path("list.csv"), "").unwrap();
        std::os::unix::fs::symlink("a", path("link")).unwrap();
        let names: Vec<String> =
            class(&[path("b"), path("a")]).unwrap().into_iter().map(|student| student.name).collect();
        assert_eq!(names, ["a", "b"]);
        let wrong = class(&[path("a"), path("list.csv"), path("link/"), path("none")]).unwrap_err();
        assert!(matches!(&wrong, ClassError::NotDirectories { paths } if paths.len() == 3), "{wrong}");
        assert!(matches!(class(&[path("a"), path("x/a")]), Err(ClassError::Twice { .. })));
        assert!(matches!(class(&[PathBuf::from("/")]), Err(ClassError::Nameless { .. })));
    }

    #[test]
    fn only_plain_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("real")).unwrap();
        std::fs::write(path("real/a.c"), "int main").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", path("real/link.c")).unwrap();
        std::os::unix::fs::symlink("real", path("linked")).unwrap();
        nix::unistd::mkfifo(&path("real/fifo.c"), Mode::S_IRWXU).unwrap();
        std::fs::create_dir(path("real/folder.c")).unwrap();
        let large = File::create(path("real/large.c")).unwrap();
        large.set_len(LARGEST.0 + 1).unwrap();
        let root = OwnedFd::from(File::open(folder.path()).unwrap());
        let told = |place: &[&str]| match read(&root, place) {
            Ok(Some(bytes)) => format!("{} bytes", bytes.len()),
            Ok(None) => "nothing".to_owned(),
            Err(refused) => format!("{}: {}", refused.path, refused.reason),
        };
        assert_eq!(told(&["real", "a.c"]), "8 bytes");
        assert_eq!(told(&["real", "none.c"]), "nothing");
        assert_eq!(told(&["none", "a.c"]), "nothing");
        assert_eq!(told(&["real", "a.c", "b.c"]), "nothing");
        assert_eq!(told(&["real", "link.c"]), "real/link.c: it is a symbolic link");
        assert_eq!(told(&["linked", "a.c"]), "linked: it is a symbolic link");
        assert_eq!(told(&["real", "fifo.c"]), "real/fifo.c: it is a FIFO");
        assert_eq!(told(&["real", "folder.c"]), "real/folder.c: it is a folder");
        assert_eq!(told(&["real", "large.c"]), "real/large.c: it is larger than 1 MiB");
    }
}
