//! The disk: inodes, names and room, under the calls of a file system. What a cut may leave
//! of it is in `at_stake`.

mod at_stake;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

pub use at_stake::{AtRisk, FileAtRisk};

use super::content::{Content, File, PAGE};
use super::image::{Attributes, Image, Kind};
use super::names::{Directory, Edit, Entries, Inode, Names, ROOT, Tree};
use crate::words::units::Bytes;

/// Why the disk will not do something: each is an `errno(3)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// ENOENT.
    #[error("no such file or directory")]
    NotFound,
    /// EEXIST.
    #[error("file exists")]
    Exists,
    /// ENOTDIR.
    #[error("not a directory")]
    NotADirectory,
    /// EISDIR.
    #[error("is a directory")]
    IsADirectory,
    /// ENOTEMPTY.
    #[error("directory not empty")]
    NotEmpty,
    /// ENOSPC.
    #[error("no space left on device")]
    NoSpace,
    /// EFBIG.
    #[error("file too large")]
    TooLarge,
    /// EINVAL.
    #[error("invalid argument")]
    Invalid,
}

/// No file may be longer: 16 TiB, as on ext4 with blocks of 4 KiB.
const LONGEST: u64 = 16 << 40;

#[derive(Clone, Debug)]
struct Node {
    attributes: Attributes,
    body: Body,
    /// Names that lead to it, as written.
    links: u32,
    /// Open descriptors and mappings.
    opens: u64,
}

#[derive(Clone, Debug)]
enum Body {
    File(File),
    Directory,
    Link(OsString),
}

/// An in-memory disk that knows what a power cut may leave of it.
#[derive(Clone, Debug)]
pub struct Disk {
    nodes: BTreeMap<Inode, Node>,
    names: Names,
    entries: Entries,
    /// In pages.
    capacity: u64,
    used: u64,
    next: u64,
}

impl Disk {
    /// A disk that holds `image`, all of it durable, with room for `capacity` in
    /// all. An image larger than that fills it.
    #[must_use]
    pub fn new(image: Image, capacity: Bytes, entries: Entries) -> Self {
        let mut tree = Tree::new();
        let mut links: BTreeMap<Inode, u32> = BTreeMap::from([(ROOT, 1)]);
        let next = image.nodes.keys().next_back().map_or(ROOT.0, |last| last.0) + 1;
        let mut nodes = BTreeMap::new();
        for (inode, (attributes, kind)) in image.nodes {
            let body = match kind {
                Kind::File(content) => Body::File(File::durable(content)),
                Kind::Link(target) => Body::Link(target),
                Kind::Directory(entries) => {
                    for child in entries.values() {
                        *links.entry(*child).or_default() += 1;
                    }
                    tree.insert(inode, entries);
                    Body::Directory
                }
            };
            nodes.insert(inode, Node { attributes, body, links: 0, opens: 0 });
        }
        for (inode, links) in links {
            if let Some(node) = nodes.get_mut(&inode) {
                node.links = links;
            }
        }
        let used = nodes.values().map(Node::pages).sum();
        let capacity = (capacity.0 / PAGE as u64).max(used);
        Self { nodes, names: Names::durable(tree), entries, capacity, used, next }
    }

    /// The entry `name` of `directory`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn lookup(&self, directory: Inode, name: &OsStr) -> Result<Inode, Refusal> {
        self.names.lookup(directory, name).ok_or(Refusal::NotFound)
    }

    /// The entries of `directory`, by name.
    ///
    /// # Errors
    /// [`Refusal::NotADirectory`].
    pub fn list(&self, directory: Inode) -> Result<impl Iterator<Item = (&OsStr, Inode)>, Refusal> {
        self.require_directory(directory)?;
        let entries = self.names.written.get(&directory);
        Ok(entries.into_iter().flatten().map(|(name, child)| (name.as_os_str(), *child)))
    }

    /// The attributes of an inode.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn attributes(&self, inode: Inode) -> Result<Attributes, Refusal> {
        Ok(self.node(inode)?.attributes)
    }

    /// Sets the attributes of an inode; they survive any cut.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn set_attributes(&mut self, inode: Inode, attributes: Attributes) -> Result<(), Refusal> {
        self.node_mut(inode)?.attributes = attributes;
        Ok(())
    }

    /// True for a directory.
    #[must_use]
    pub fn is_directory(&self, inode: Inode) -> bool {
        matches!(self.nodes.get(&inode), Some(Node { body: Body::Directory, .. }))
    }

    /// The file behind `inode`.
    ///
    /// # Errors
    /// [`Refusal::IsADirectory`], or [`Refusal::Invalid`] for a link.
    pub fn file(&self, inode: Inode) -> Result<&File, Refusal> {
        match &self.node(inode)?.body {
            Body::File(file) => Ok(file),
            Body::Directory => Err(Refusal::IsADirectory),
            Body::Link(_) => Err(Refusal::Invalid),
        }
    }

    /// The target of a symbolic link.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for anything else.
    pub fn link_target(&self, inode: Inode) -> Result<&OsStr, Refusal> {
        match &self.node(inode)?.body {
            Body::Link(target) => Ok(target),
            Body::File(_) | Body::Directory => Err(Refusal::Invalid),
        }
    }

    /// How many names lead to `inode`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn links(&self, inode: Inode) -> Result<u32, Refusal> {
        Ok(self.node(inode)?.links)
    }

    /// Makes something new under a new name. The bytes of a file given here are
    /// written, not flushed.
    ///
    /// # Errors
    /// [`Refusal::Exists`], [`Refusal::NotADirectory`], [`Refusal::NoSpace`].
    pub fn create(
        &mut self,
        directory: Inode,
        name: &OsStr,
        attributes: Attributes,
        kind: Kind,
    ) -> Result<Inode, Refusal> {
        self.require_free(directory, name)?;
        let child = Inode(self.next);
        let body = match kind {
            Kind::File(content) => {
                let mut file = File::durable(Content::default());
                self.take_room(content.pages())?;
                content.extents().for_each(|(offset, bytes)| file.write(offset, bytes));
                file.truncate(content.length());
                Body::File(file)
            }
            Kind::Link(target) => Body::Link(target),
            Kind::Directory(_) => {
                self.names.written.insert(child, Directory::new());
                Body::Directory
            }
        };
        self.next += 1;
        self.nodes.insert(child, Node { attributes, body, links: 1, opens: 0 });
        self.names.change(Edit::Link { slot: (directory, name.to_owned()), child });
        Ok(child)
    }

    /// Gives a file one more name.
    ///
    /// # Errors
    /// [`Refusal::Exists`], [`Refusal::NotADirectory`], [`Refusal::IsADirectory`].
    pub fn link(&mut self, child: Inode, directory: Inode, name: &OsStr) -> Result<(), Refusal> {
        self.require_free(directory, name)?;
        if self.is_directory(child) {
            return Err(Refusal::IsADirectory);
        }
        self.node_mut(child)?.links += 1;
        self.names.change(Edit::Link { slot: (directory, name.to_owned()), child });
        Ok(())
    }

    /// Takes a name away from a file or a link.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::IsADirectory`].
    pub fn unlink(&mut self, directory: Inode, name: &OsStr) -> Result<(), Refusal> {
        let child = self.lookup(directory, name)?;
        if self.is_directory(child) {
            return Err(Refusal::IsADirectory);
        }
        self.names.change(Edit::Unlink { slot: (directory, name.to_owned()) });
        self.drop_link(child);
        Ok(())
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::NotADirectory`], [`Refusal::NotEmpty`].
    pub fn remove_directory(&mut self, directory: Inode, name: &OsStr) -> Result<(), Refusal> {
        let child = self.lookup(directory, name)?;
        if self.list(child)?.next().is_some() {
            return Err(Refusal::NotEmpty);
        }
        self.names.change(Edit::Unlink { slot: (directory, name.to_owned()) });
        self.drop_link(child);
        Ok(())
    }

    /// Renames, atomically taking the place of what had the new name. The kernel
    /// has refused already to move a directory into itself.
    ///
    /// # Errors
    /// Those of `rename(2)`.
    pub fn rename(&mut self, from: (Inode, &OsStr), to: (Inode, &OsStr)) -> Result<(), Refusal> {
        let child = self.lookup(from.0, from.1)?;
        self.require_directory(to.0)?;
        let replaced = self.names.lookup(to.0, to.1);
        if replaced == Some(child) {
            return Ok(());
        }
        if let Some(replaced) = replaced {
            match (self.is_directory(child), self.is_directory(replaced)) {
                (true, false) => return Err(Refusal::NotADirectory),
                (false, true) => return Err(Refusal::IsADirectory),
                (true, true) if self.list(replaced)?.next().is_some() => return Err(Refusal::NotEmpty),
                _ => {}
            }
        }
        let (from, to) = ((from.0, from.1.to_owned()), (to.0, to.1.to_owned()));
        self.names.change(Edit::Rename { from, to });
        if let Some(replaced) = replaced {
            self.drop_link(replaced);
        }
        Ok(())
    }

    /// Exchanges two names, atomically (`renameat2(2)`, `RENAME_EXCHANGE`).
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where either is missing.
    pub fn exchange(&mut self, one: (Inode, &OsStr), other: (Inode, &OsStr)) -> Result<(), Refusal> {
        self.lookup(one.0, one.1)?;
        self.lookup(other.0, other.1)?;
        let (one, other) = ((one.0, one.1.to_owned()), (other.0, other.1.to_owned()));
        self.names.change(Edit::Exchange { one, other });
        Ok(())
    }

    /// Writes to a file.
    ///
    /// # Errors
    /// [`Refusal::NoSpace`] where it needs more pages than there are, and nothing
    /// is written then; [`Refusal::TooLarge`]; those of [`Disk::file`].
    pub fn write(&mut self, inode: Inode, offset: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let end = offset.checked_add(bytes.len() as u64).ok_or(Refusal::TooLarge)?;
        if end > LONGEST {
            return Err(Refusal::TooLarge);
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let written = self.file(inode)?.written();
        let touched = offset / PAGE as u64..end.div_ceil(PAGE as u64);
        let fresh = touched.end - touched.start - written.pages_in(touched);
        self.take_room(fresh)?;
        self.file_mut(inode)?.write(offset, bytes);
        Ok(())
    }

    /// Sets a file's length. Growing takes no room: the new part is a hole.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`]; those of [`Disk::file`].
    pub fn truncate(&mut self, inode: Inode, length: u64) -> Result<(), Refusal> {
        if length > LONGEST {
            return Err(Refusal::TooLarge);
        }
        let file = self.file_mut(inode)?;
        let before = file.written().pages();
        file.truncate(length);
        self.used -= before - self.file(inode)?.written().pages();
        Ok(())
    }

    /// Flushes a file: its bytes and its length become durable, and with
    /// [`Entries::Journalled`] every name too.
    ///
    /// # Errors
    /// Those of [`Disk::file`].
    pub fn flush_file(&mut self, inode: Inode) -> Result<(), Refusal> {
        self.file_mut(inode)?.flush();
        if self.entries == Entries::Journalled {
            self.names.flush_all();
            self.forget_the_dead();
        }
        Ok(())
    }

    /// The flush of a file fails: see [`File::fail_flush`].
    ///
    /// # Errors
    /// Those of [`Disk::file`].
    pub fn fail_flush(&mut self, inode: Inode) -> Result<(), Refusal> {
        self.file_mut(inode)?.fail_flush();
        Ok(())
    }

    /// Flushes a directory: the names in it become durable.
    ///
    /// # Errors
    /// [`Refusal::NotADirectory`].
    pub fn flush_directory(&mut self, directory: Inode) -> Result<(), Refusal> {
        self.require_directory(directory)?;
        self.names.flush(directory, self.entries);
        self.forget_the_dead();
        Ok(())
    }

    /// A descriptor was opened: the inode stays while it is.
    pub fn opened(&mut self, inode: Inode) {
        if let Some(node) = self.nodes.get_mut(&inode) {
            node.opens += 1;
        }
    }

    /// The last user of a descriptor is gone.
    pub fn released(&mut self, inode: Inode) {
        if let Some(node) = self.nodes.get_mut(&inode).filter(|node| node.opens > 0) {
            node.opens -= 1;
            self.give_back_room(inode);
        }
    }

    /// From now on the disk is full: whatever needs a new page is refused.
    pub fn fill(&mut self) {
        self.capacity = self.used;
    }

    /// Pages in all, and pages free.
    #[must_use]
    pub fn room(&self) -> (u64, u64) {
        (self.capacity, self.capacity - self.used)
    }

    fn node(&self, inode: Inode) -> Result<&Node, Refusal> {
        self.nodes.get(&inode).ok_or(Refusal::NotFound)
    }

    fn node_mut(&mut self, inode: Inode) -> Result<&mut Node, Refusal> {
        self.nodes.get_mut(&inode).ok_or(Refusal::NotFound)
    }

    fn file_mut(&mut self, inode: Inode) -> Result<&mut File, Refusal> {
        match &mut self.node_mut(inode)?.body {
            Body::File(file) => Ok(file),
            Body::Directory => Err(Refusal::IsADirectory),
            Body::Link(_) => Err(Refusal::Invalid),
        }
    }

    fn require_directory(&self, inode: Inode) -> Result<(), Refusal> {
        match self.node(inode)?.body {
            Body::Directory => Ok(()),
            Body::File(_) | Body::Link(_) => Err(Refusal::NotADirectory),
        }
    }

    fn require_free(&self, directory: Inode, name: &OsStr) -> Result<(), Refusal> {
        self.require_directory(directory)?;
        match self.names.lookup(directory, name) {
            None => Ok(()),
            Some(_) => Err(Refusal::Exists),
        }
    }

    fn take_room(&mut self, pages: u64) -> Result<(), Refusal> {
        if pages > self.capacity - self.used {
            return Err(Refusal::NoSpace);
        }
        self.used += pages;
        Ok(())
    }

    fn drop_link(&mut self, inode: Inode) {
        if let Some(node) = self.nodes.get_mut(&inode).filter(|node| node.links > 0) {
            node.links -= 1;
            self.give_back_room(inode);
        }
    }

    /// Room is free again once nothing leads to a file; its bytes stay known, for
    /// the removal itself may not survive.
    fn give_back_room(&mut self, inode: Inode) {
        if let Some(node) = self.nodes.get(&inode).filter(|node| node.is_dead()) {
            self.used -= node.pages();
        }
    }

    /// Forgets the inodes that no survivor can show any more.
    fn forget_the_dead(&mut self) {
        let mut shown: BTreeSet<Inode> = self.names.pending_children().collect();
        shown.extend(self.names.durable.values().flat_map(|entries| entries.values().copied()));
        let gone: Vec<Inode> = self
            .nodes
            .iter()
            .filter(|(inode, node)| node.is_dead() && !shown.contains(inode))
            .map(|(inode, _)| *inode)
            .collect();
        for inode in gone {
            self.nodes.remove(&inode);
            self.names.written.remove(&inode);
            self.names.durable.remove(&inode);
        }
    }
}

impl Node {
    fn is_dead(&self) -> bool {
        self.links == 0 && self.opens == 0
    }

    fn pages(&self) -> u64 {
        match &self.body {
            Body::File(file) => file.written().pages(),
            Body::Directory | Body::Link(_) => 0,
        }
    }
}
