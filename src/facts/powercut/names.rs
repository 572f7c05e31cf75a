//! The names: directories as written, as durable, and the changes between.
//!
//! Invariants: a change is all or nothing, so a rename never leaves both names or
//! none; a change survives only with the earlier ones that it builds on, so that
//! every survivor is a tree that a file system could be in.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use rand::{Rng, RngExt};

/// The number of an inode, unique on a disk and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inode(pub u64);

/// The root directory: FUSE has it as number 1.
pub const ROOT: Inode = Inode(1);

/// What makes a directory's entries durable, and in which order they survive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entries {
    /// What `fsync(2)` promises: an entry is durable once its *directory* was
    /// flushed; flushing the file does not do it. Changes that do not build on
    /// each other survive in any order. A program that lives with this lives
    /// everywhere, so it is the default.
    #[default]
    Strict,
    /// What ext4 and XFS do: one journal, committed whole and in order. Any flush
    /// makes all earlier names durable, and what survives is a first part of the
    /// changes.
    Journalled,
}

pub(super) type Directory = BTreeMap<OsString, Inode>;
pub(super) type Tree = BTreeMap<Inode, Directory>;

/// An entry's place: a directory and a name in it.
pub(super) type Slot = (Inode, OsString);

#[derive(Clone, Debug)]
pub(super) enum Edit {
    Link { slot: Slot, child: Inode },
    Unlink { slot: Slot },
    Rename { from: Slot, to: Slot },
    Exchange { one: Slot, other: Slot },
}

/// A change that is not durable yet.
#[derive(Clone, Debug)]
pub(super) struct Change {
    edit: Edit,
    /// The inodes whose names it adds, moves, or takes away.
    children: Vec<Inode>,
}

impl Change {
    fn slots(&self) -> impl Iterator<Item = &Slot> {
        let (one, other) = match &self.edit {
            Edit::Link { slot, .. } | Edit::Unlink { slot } => (slot, None),
            Edit::Rename { from, to } => (from, Some(to)),
            Edit::Exchange { one, other } => (one, Some(other)),
        };
        std::iter::once(one).chain(other)
    }

    fn acts_in(&self, directory: Inode) -> bool {
        self.slots().any(|(parent, _)| *parent == directory)
    }

    /// True if this one, the later, cannot survive without `earlier`: they change
    /// the same entry, or name the same inode (a link made before a link is
    /// dropped), or `earlier` moved something out of a directory that this one
    /// removes or moves.
    fn builds_on(&self, earlier: &Change) -> bool {
        self.slots().any(|slot| earlier.slots().any(|other| slot == other))
            || self.children.iter().any(|child| earlier.children.contains(child) || earlier.acts_in(*child))
    }
}

/// All names of a disk.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) written: Tree,
    pub(super) durable: Tree,
    pub(super) pending: Vec<Change>,
}

impl Names {
    pub(super) fn durable(tree: Tree) -> Self {
        Self { written: tree.clone(), durable: tree, pending: Vec::new() }
    }

    pub(super) fn lookup(&self, directory: Inode, name: &OsStr) -> Option<Inode> {
        self.written.get(&directory)?.get(name).copied()
    }

    pub(super) fn change(&mut self, edit: Edit) {
        let mut change = Change { edit, children: Vec::new() };
        let mut children: Vec<Inode> =
            change.slots().filter_map(|(parent, name)| self.lookup(*parent, name)).collect();
        if let Edit::Link { child, .. } = change.edit {
            children.push(child);
        }
        change.children = children;
        apply(&mut self.written, &change.edit);
        self.pending.push(change);
    }

    /// Makes the entries of `directory` durable, and the changes that they build on.
    pub(super) fn flush(&mut self, directory: Inode, entries: Entries) {
        match entries {
            Entries::Journalled => self.flush_all(),
            Entries::Strict => self.settle(|change| change.acts_in(directory)),
        }
    }

    pub(super) fn flush_all(&mut self) {
        self.settle(|_| true);
    }

    /// A tree that may be left, drawn from the pending changes.
    pub(super) fn survivor(&self, entries: Entries, rng: &mut impl Rng) -> Tree {
        let mut tree = self.durable.clone();
        let odds = rng.random_range(0.0..=1.0);
        let survivors = match entries {
            Entries::Journalled => {
                let commits = rng.random_range(0..=self.pending.len());
                (0..self.pending.len()).map(|index| index < commits).collect()
            }
            Entries::Strict => {
                let mut survives = Vec::with_capacity(self.pending.len());
                for (index, change) in self.pending.iter().enumerate() {
                    let possible = (0..index)
                        .all(|earlier| survives[earlier] || !change.builds_on(&self.pending[earlier]));
                    survives.push(rng.random_bool(odds) && possible);
                }
                survives
            }
        };
        for (change, _) in self.pending.iter().zip(survivors).filter(|(_, survives)| *survives) {
            apply(&mut tree, &change.edit);
        }
        tree
    }

    /// The inodes that the pending changes speak of.
    pub(super) fn pending_children(&self) -> impl Iterator<Item = Inode> {
        self.pending.iter().flat_map(|change| change.children.iter().copied())
    }

    fn settle(&mut self, wanted: impl Fn(&Change) -> bool) {
        let mut settled: Vec<bool> = self.pending.iter().map(wanted).collect();
        // Downwards, so that what a change builds on is marked before it is visited itself.
        for (later, change) in self.pending.iter().enumerate().rev() {
            let (before, from_here) = settled.split_at_mut(later);
            if from_here[0] {
                for (settled, earlier) in before.iter_mut().zip(&self.pending) {
                    *settled |= change.builds_on(earlier);
                }
            }
        }
        for (index, change) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            if settled[index] {
                apply(&mut self.durable, &change.edit);
            } else {
                self.pending.push(change);
            }
        }
    }
}

fn apply(tree: &mut Tree, edit: &Edit) {
    fn take(tree: &mut Tree, (directory, name): &Slot) -> Option<Inode> {
        tree.get_mut(directory)?.remove(name)
    }
    fn put(tree: &mut Tree, (directory, name): &Slot, child: Option<Inode>) {
        if let Some(child) = child {
            tree.entry(*directory).or_default().insert(name.clone(), child);
        }
    }
    match edit {
        Edit::Link { slot, child } => put(tree, slot, Some(*child)),
        Edit::Unlink { slot } => drop(take(tree, slot)),
        Edit::Rename { from, to } => {
            let child = take(tree, from);
            put(tree, to, child);
        }
        Edit::Exchange { one, other } => {
            let (first, second) = (take(tree, one), take(tree, other));
            put(tree, one, second);
            put(tree, other, first);
        }
    }
}
