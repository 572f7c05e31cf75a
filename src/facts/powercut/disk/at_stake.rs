//! What a power cut may leave of the disk, and what would be lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::{Body, Disk};
use crate::facts::powercut::content::{Content, File};
use crate::facts::powercut::image::{Image, Kind, reachable};
use crate::facts::powercut::names::{Inode, ROOT, Tree};
use crate::facts::powercut::survivors::Survivors;

/// What is written and would be lost, or not, were the power cut now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AtRisk {
    /// Files with unflushed pages or an unflushed length; those that have a name first, by path.
    pub files: Vec<FileAtRisk>,
    /// Changes of names that are not durable: creations, removals, renames.
    pub names: u64,
}

/// One file of [`AtRisk`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileAtRisk {
    /// Its path, relative to the disk's root; none where its last name is gone.
    pub path: Option<PathBuf>,
    /// The pages written since the last flush, in units of the disk's page.
    pub pages: Vec<u64>,
    /// Its length as written, in bytes.
    pub length: u64,
    /// Its length as flushed, in bytes.
    pub flushed_length: u64,
}

impl AtRisk {
    /// Unflushed pages in all.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.files.iter().map(|file| file.pages.len() as u64).sum()
    }
}

impl Disk {
    /// The paths, relative to the root, of the files that are open or mapped now and have a name.
    #[must_use]
    pub fn open_files(&self) -> Vec<PathBuf> {
        let mut paths = BTreeMap::new();
        self.paths_below(ROOT, &PathBuf::new(), &mut paths);
        let open = |inode: &Inode| {
            self.nodes.get(inode).is_some_and(|node| node.opens > 0 && matches!(node.body, Body::File(_)))
        };
        paths.into_iter().filter(|(inode, _)| open(inode)).map(|(_, path)| path).collect()
    }

    /// What would be at stake, were the power cut now.
    #[must_use]
    pub fn at_risk(&self) -> AtRisk {
        let mut paths = BTreeMap::new();
        self.paths_below(ROOT, &PathBuf::new(), &mut paths);
        let mut files: Vec<FileAtRisk> = self
            .nodes
            .iter()
            .filter_map(|(inode, node)| match &node.body {
                Body::File(file) => Some((inode, file)),
                Body::Directory | Body::Link(_) => None,
            })
            .filter(|(_, file)| file.has_unflushed_length() || file.unflushed_pages().next().is_some())
            .map(|(inode, file)| FileAtRisk {
                path: paths.get(inode).cloned(),
                pages: file.unflushed_pages().collect(),
                length: file.written().length(),
                flushed_length: file.flushed().length(),
            })
            .collect();
        files.sort_by(|one, other| (one.path.is_none(), &one.path).cmp(&(other.path.is_none(), &other.path)));
        AtRisk { files, names: self.names.pending.len() as u64 }
    }

    /// What is left if the power is cut now.
    #[must_use]
    pub fn cut(&self, survivors: Survivors) -> Image {
        match survivors {
            Survivors::FlushedOnly => self.image(&self.names.durable, |file| file.flushed().clone()),
            Survivors::Everything => self.image(&self.names.written, |file| file.written().clone()),
            Survivors::Subset { seed } => {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                let tree = self.names.survivor(self.entries, &mut rng);
                self.image(&tree, |file| file.survivor(&mut rng))
            }
        }
    }

    fn image(&self, tree: &Tree, mut content: impl FnMut(&File) -> Content) -> Image {
        let nodes = self.nodes.iter().map(|(inode, node)| {
            let kind = match &node.body {
                Body::File(file) => Kind::File(content(file)),
                Body::Link(target) => Kind::Link(target.clone()),
                Body::Directory => Kind::Directory(tree.get(inode).cloned().unwrap_or_default()),
            };
            (*inode, (node.attributes, kind))
        });
        Image { nodes: reachable(nodes.collect()) }
    }

    fn paths_below(&self, directory: Inode, path: &Path, paths: &mut BTreeMap<Inode, PathBuf>) {
        paths.insert(directory, path.to_owned());
        for (name, child) in self.names.written.get(&directory).into_iter().flatten() {
            self.paths_below(*child, &path.join(name), paths);
        }
    }
}
