//! What is to be seen of the file system inside of an enclosure: which files and folders, at
//! their own paths, as a list of steps that makes them out of an empty root.
//!
//! The list is made outside and carried out by a process that may allocate nothing.

use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Policy;
use super::files;

/// Where the new root is put together, inside: a folder that is on every machine and that nothing
/// to be shown lies in.
pub(super) const ROOT: &str = "/proc";

/// A step towards the new root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A folder, that something is put into or mounted on. It may be there already.
    Folder(CString),
    /// An empty file, that another is mounted on.
    File(CString),
    /// A symbolic link.
    Link {
        /// What it says.
        to: CString,
        /// Where it is.
        at: CString,
    },
}

/// A file or folder to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// It.
    pub(super) what: CString,
    /// Where it is shown.
    pub(super) at: CString,
}

/// The steps, in order: all places first, then what is shown and cannot be changed, then what can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub(super) places: Vec<Step>,
    pub(super) readable: Vec<Shown>,
    pub(super) writable: Vec<Shown>,
}

/// What `policy` lets a process reach. What is not there is left out, and so are paths that no
/// system call can take.
pub(super) fn of(policy: &Policy<'_>) -> View {
    let mut view = View::default();
    let mut seen: Vec<PathBuf> = Vec::new();
    view.folder(Path::new(ROOT));
    // A relative path of a source is relative to where the runner stands.
    if let Ok(here) = std::env::current_dir() {
        view.folder(&here);
    }
    for path in policy.writable.iter().filter_map(|path| absolute(path)) {
        view.show(&path, &mut seen, Access::Change);
    }
    let mut readable: Vec<PathBuf> =
        files::readable(policy.subject).into_iter().filter(|path| !path.starts_with(ROOT)).collect();
    readable.extend(policy.readable.iter().filter_map(|path| absolute(path)));
    readable.sort();
    let (links, others): (Vec<_>, Vec<_>) = readable.into_iter().partition(|path| path.is_symlink());
    for path in others {
        view.show(&path, &mut seen, Access::Read);
    }
    for path in links {
        let shows = |real: PathBuf| seen.iter().any(|shown| real.starts_with(shown));
        match fs::read_link(&path) {
            Ok(to) if path.canonicalize().is_ok_and(shows) => view.link(to.as_os_str(), &path),
            _ => view.show(&path, &mut seen, Access::Read),
        }
    }
    view
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Change,
}

impl View {
    fn show(&mut self, path: &Path, seen: &mut Vec<PathBuf>, access: Access) {
        if seen.iter().any(|shown| path.starts_with(shown)) {
            return;
        }
        let (Ok(real), Some(at)) = (path.canonicalize(), inside(path)) else { return };
        let Ok(what) = CString::new(real.as_os_str().as_bytes()) else { return };
        if real.is_dir() {
            self.folder(path);
        } else {
            path.parent().into_iter().for_each(|parent| self.folder(parent));
            self.places.push(Step::File(at.clone()));
        }
        seen.push(path.to_owned());
        match access {
            Access::Read => self.readable.push(Shown { what, at }),
            Access::Change => self.writable.push(Shown { what, at }),
        }
    }

    fn link(&mut self, to: &OsStr, path: &Path) {
        path.parent().into_iter().for_each(|parent| self.folder(parent));
        if let (Ok(to), Some(at)) = (CString::new(to.as_bytes()), inside(path)) {
            self.places.push(Step::Link { to, at });
        }
    }

    /// Makes the place of a folder, and of those that it is in.
    fn folder(&mut self, path: &Path) {
        let above: Vec<&Path> = path.ancestors().filter(|folder| folder.parent().is_some()).collect();
        for step in above.into_iter().rev().filter_map(inside).map(Step::Folder) {
            if !self.places.contains(&step) {
                self.places.push(step);
            }
        }
    }
}

/// A path as it is while the root is put together.
fn inside(path: &Path) -> Option<CString> {
    let mut staged = OsString::from(ROOT);
    staged.push(path);
    CString::new(staged.as_bytes()).ok()
}

/// The absolute path of what is there.
fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok().filter(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::super::{Sockets, Subject};
    use super::*;
    use crate::words::units::Bytes;

    #[test]
    fn what_may_be_reached_is_shown_at_its_own_path_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let (own, tool, missing) = (folder.join("own"), folder.join("bin/tool"), folder.join("missing"));
        fs::create_dir_all(&own).unwrap();
        fs::create_dir_all(folder.join("bin")).unwrap();
        fs::write(&tool, "").unwrap();
        fs::write(own.join("inner"), "").unwrap();
        std::os::unix::fs::symlink("tool", folder.join("bin/link")).unwrap();
        let view = of(&Policy {
            subject: Subject::Program,
            readable: &[&tool, &missing, &own.join("inner"), &folder.join("bin/link")],
            writable: &[&own],
            sockets: Sockets::Forbidden,
            file_size: Bytes(0),
        });
        let shown = |path: &Path| Shown {
            what: CString::new(path.as_os_str().as_bytes()).unwrap(),
            at: inside(path).unwrap(),
        };
        assert_eq!(view.writable, [shown(&own)]);
        assert!(view.readable.contains(&shown(&tool)));
        assert!(!view.readable.contains(&shown(&own.join("inner"))), "it is shown with its folder");
        assert!(view.places.contains(&Step::File(inside(&tool).unwrap())));
        let link = Step::Link { to: c"tool".to_owned(), at: inside(&folder.join("bin/link")).unwrap() };
        assert!(view.places.contains(&link));
        assert!(!view.places.contains(&Step::Folder(inside(&missing).unwrap())));
        // Each folder comes after the one that it is in.
        let position = |path: &Path| {
            let folder = Step::Folder(inside(path).unwrap());
            view.places.iter().position(|step| *step == folder).unwrap()
        };
        assert!(position(&folder) < position(&own));
    }
}
