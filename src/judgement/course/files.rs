//! The files of a course as bytes by path, wherever they come from.
//!
//! Paths are relative to the course's root, with `/` between names:
//! `lessons/course.toml`, `solutions/03-untouched-memory/c/reserve.c`,
//! `book/src/untouched-memory.md`. How they are read (from a directory, from the
//! binary itself) is left to `edges::course_files`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The files of a course, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseFiles(BTreeMap<String, Cow<'static, [u8]>>);

impl CourseFiles {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) {
        self.0.insert(path.into(), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// The bytes of a file.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(|bytes| &**bytes)
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The files below `folder`, at any depth, as paths relative to it.
    pub fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .range::<str, _>((std::ops::Bound::Excluded(folder), std::ops::Bound::Unbounded))
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(folder))
            .filter_map(move |path| path.strip_prefix(folder)?.strip_prefix('/'))
    }

    /// The names of the folders directly in `folder`.
    #[must_use]
    pub fn folders<'a>(&'a self, folder: &str) -> BTreeSet<&'a str> {
        self.under(folder).filter_map(|path| Some(path.split_once('/')?.0)).collect()
    }

    /// The text of a file, undecodable bytes replaced.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.bytes(path).map(String::from_utf8_lossy)
    }
}

impl FromIterator<(String, Vec<u8>)> for CourseFiles {
    fn from_iter<T: IntoIterator<Item = (String, Vec<u8>)>>(files: T) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path, Cow::Owned(bytes))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_does_not_hold_its_namesakes() {
        let files: CourseFiles =
            ["a/x", "a/b/y", "a-b/z", "ab"].into_iter().map(|path| (path.to_owned(), Vec::new())).collect();
        assert_eq!(files.under("a").collect::<Vec<_>>(), ["b/y", "x"]);
        assert_eq!(files.folders("a").into_iter().collect::<Vec<_>>(), ["b"]);
    }
}
