//! Images: a tree of files at rest, as one puts it on a disk before it is mounted
//! and as a power cut leaves it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::content::Content;
use super::names::{Directory, Inode, ROOT};

/// What `stat(2)` tells of an inode besides its kind and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The twelve permission bits.
    pub permissions: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last change of the content.
    pub modified: SystemTime,
}

/// What an inode is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File(Content),
    /// A directory; its entries.
    Directory(BTreeMap<OsString, Inode>),
    /// A symbolic link; its target.
    Link(OsString),
}

/// A tree of files at rest. Every inode in it is reachable from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub(super) nodes: Nodes,
}

/// A path that cannot be put into an image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no directory for {} in the image", path.display())]
pub struct NoDirectory {
    path: PathBuf,
}

impl Image {
    /// An image of an empty root directory.
    #[must_use]
    pub fn empty(root: Attributes) -> Self {
        Self { nodes: BTreeMap::from([(ROOT, (root, Kind::Directory(Directory::new())))]) }
    }

    /// Puts something at `path` (relative to the root), in place of what was there.
    ///
    /// # Errors
    /// Where the path's parent is not a directory of the image, or it has no last component.
    pub fn insert(&mut self, path: &Path, attributes: Attributes, kind: Kind) -> Result<(), NoDirectory> {
        let missing = || NoDirectory { path: path.to_owned() };
        let name = path.file_name().ok_or_else(missing)?;
        let parent = self.find(path.parent().unwrap_or(Path::new(""))).ok_or_else(missing)?;
        let inode = Inode(self.nodes.keys().next_back().map_or(ROOT.0, |last| last.0) + 1);
        let Some((_, Kind::Directory(entries))) = self.nodes.get_mut(&parent) else { return Err(missing()) };
        entries.insert(name.to_owned(), inode);
        self.nodes.insert(inode, (attributes, kind));
        self.nodes = reachable(std::mem::take(&mut self.nodes));
        Ok(())
    }

    /// What is at `path`, relative to the root; links are not followed.
    #[must_use]
    pub fn get(&self, path: impl AsRef<Path>) -> Option<&Kind> {
        Some(&self.nodes.get(&self.find(path.as_ref())?)?.1)
    }

    /// The bytes of the file at `path`.
    #[must_use]
    pub fn file(&self, path: impl AsRef<Path>) -> Option<&Content> {
        match self.get(path)? {
            Kind::File(content) => Some(content),
            Kind::Directory(_) | Kind::Link(_) => None,
        }
    }

    /// Everything but the root, a directory before what is in it, with its path
    /// relative to the root. A file with two names comes twice.
    #[must_use]
    pub fn walk(&self) -> Vec<(PathBuf, Attributes, &Kind)> {
        let mut found = Vec::new();
        self.walk_below(ROOT, Path::new(""), &mut found);
        found
    }

    fn walk_below<'a>(&'a self, at: Inode, path: &Path, found: &mut Vec<(PathBuf, Attributes, &'a Kind)>) {
        let Some((_, Kind::Directory(entries))) = self.nodes.get(&at) else { return };
        for (name, child) in entries {
            let path = path.join(name);
            if let Some((attributes, kind)) = self.nodes.get(child) {
                found.push((path.clone(), *attributes, kind));
                self.walk_below(*child, &path, found);
            }
        }
    }

    fn find(&self, path: &Path) -> Option<Inode> {
        path.iter().try_fold(ROOT, |at, name: &OsStr| match self.nodes.get(&at)? {
            (_, Kind::Directory(entries)) => entries.get(name).copied(),
            _ => None,
        })
    }
}

pub(super) type Nodes = BTreeMap<Inode, (Attributes, Kind)>;

/// The nodes that hang on the root.
pub(super) fn reachable(mut nodes: Nodes) -> Nodes {
    let mut kept = Nodes::new();
    let mut open = vec![ROOT];
    while let Some(inode) = open.pop() {
        if let Some(node) = nodes.remove(&inode) {
            if let Kind::Directory(entries) = &node.1 {
                open.extend(entries.values());
            }
            kept.insert(inode, node);
        }
    }
    kept
}
