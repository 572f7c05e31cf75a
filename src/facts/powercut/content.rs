//! One file's bytes: as written, as durable, and every state between that the
//! platter may hold when the power goes.
//!
//! Invariants: a page that nobody touched since the last flush is the same in
//! every survivor; a survivor's page is the durable one or a version written
//! since. Lengths obey the order of truncations: bytes written after a file was
//! cut short survive only together with the cut, for they went to new blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::{Rng, RngExt};

/// The unit in which bytes survive or do not: 4 KiB, the block of today's disks
/// and file systems. A machine with larger pages writes several at once, and the
/// disk may still tear between them.
pub const PAGE: usize = 4096;

/// How many versions of a page, and how many lengths, are remembered between two
/// flushes. The newest are kept: fewer candidates, never impossible ones.
const REMEMBERED: usize = 8;

type Page = Arc<[u8; PAGE]>;

/// The bytes of a file at one moment. Pages that were never written are holes
/// and read as zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    pages: BTreeMap<u64, Page>,
    length: u64,
}

impl Content {
    /// A file that holds `bytes`.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut content = Self::default();
        for (index, chunk) in (0..).zip(bytes.chunks(PAGE)) {
            if chunk.iter().any(|&byte| byte != 0) {
                content.set_page(index, Some(with_bytes(None, 0, chunk)));
            }
        }
        content.length = bytes.len() as u64;
        content
    }

    /// Its length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Pages that take room: holes do not.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages.len() as u64
    }

    /// Those of the pages with an index in `range` that take room.
    #[must_use]
    pub fn pages_in(&self, range: std::ops::Range<u64>) -> u64 {
        self.pages.range(range).count() as u64
    }

    /// Up to `size` bytes from `offset`; fewer at the end of the file.
    #[must_use]
    pub fn read(&self, offset: u64, size: usize) -> Vec<u8> {
        let end = self.length.min(offset.saturating_add(size as u64));
        let Some(size) = end.checked_sub(offset) else { return Vec::new() };
        let mut bytes = vec![0; size as usize];
        let last = end.div_ceil(PAGE as u64);
        for (&index, page) in self.pages.range(offset / PAGE as u64..last) {
            let start = index * PAGE as u64;
            let from = offset.max(start);
            let to = end.min(start + PAGE as u64);
            let target = (from - offset) as usize..(to - offset) as usize;
            bytes[target].copy_from_slice(&page[(from - start) as usize..(to - start) as usize]);
        }
        bytes
    }

    /// All its bytes, holes as zeros. For files known to be small.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.read(0, usize::try_from(self.length).unwrap_or(usize::MAX))
    }

    /// The pages that are not holes: offset in bytes, and what of the page lies
    /// within the file.
    pub fn extents(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.pages.iter().map(|(&index, page)| {
            let start = index * PAGE as u64;
            let within = self.length.saturating_sub(start).min(PAGE as u64) as usize;
            (start, &page[..within])
        })
    }

    fn page(&self, index: u64) -> Option<&Page> {
        self.pages.get(&index)
    }

    fn set_page(&mut self, index: u64, page: Option<Page>) {
        match page {
            Some(page) => self.pages.insert(index, page),
            None => self.pages.remove(&index),
        };
    }

    /// Cuts or extends; what is cut off reads as zeros if the file grows again.
    fn truncate(&mut self, length: u64) {
        if length < self.length {
            let boundary = length / PAGE as u64;
            let kept = cut_page(self.page(boundary).cloned(), boundary, length);
            drop(self.pages.split_off(&boundary));
            self.set_page(boundary, kept);
        }
        self.length = length;
    }
}

/// A file under the model.
#[derive(Clone, Debug)]
pub struct File {
    written: Content,
    durable: Content,
    /// For each page touched since the last flush: what it was, oldest first.
    versions: BTreeMap<u64, Vec<Version>>,
    /// Between truncations: never empty; a new one begins whenever the file is cut short.
    epochs: Vec<Epoch>,
    /// Pages whose writing failed: the kernel believes them clean, and no later
    /// flush writes them again unless they are stored to again.
    failed: BTreeSet<u64>,
}

#[derive(Clone, Debug)]
struct Version {
    epoch: usize,
    page: Option<Page>,
}

/// The lengths that the file had between two cuts; the first is that which the cut left.
#[derive(Clone, Debug)]
struct Epoch {
    lengths: Vec<u64>,
}

impl File {
    /// A file whose bytes are all durable.
    #[must_use]
    pub fn durable(content: Content) -> Self {
        Self {
            epochs: vec![Epoch { lengths: vec![content.length] }],
            written: content.clone(),
            durable: content,
            versions: BTreeMap::new(),
            failed: BTreeSet::new(),
        }
    }

    /// The bytes that a reader sees.
    #[must_use]
    pub fn written(&self) -> &Content {
        &self.written
    }

    /// The bytes that no power cut takes away.
    #[must_use]
    pub fn flushed(&self) -> &Content {
        &self.durable
    }

    /// The pages written since the last flush, in order.
    pub fn unflushed_pages(&self) -> impl Iterator<Item = u64> {
        self.versions.keys().copied()
    }

    /// True if its length changed since the last flush.
    #[must_use]
    pub fn has_unflushed_length(&self) -> bool {
        self.epochs.len() > 1 || self.written.length != self.durable.length
    }

    /// Stores `bytes` at `offset`, extending the file where they reach beyond its end.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) {
        let epoch = self.epochs.len() - 1;
        let mut rest = bytes;
        let mut at = offset;
        while !rest.is_empty() {
            let index = at / PAGE as u64;
            let within = (at % PAGE as u64) as usize;
            let (chunk, behind) = rest.split_at(rest.len().min(PAGE - within));
            let page = with_bytes(self.written.page(index), within, chunk);
            self.remember(index, Version { epoch, page: Some(page.clone()) });
            self.written.set_page(index, Some(page));
            at += chunk.len() as u64;
            rest = behind;
        }
        self.extend(at);
    }

    /// Sets its length; what is cut off is gone, what is gained reads as zeros.
    pub fn truncate(&mut self, length: u64) {
        if length < self.written.length {
            self.written.truncate(length);
            self.epochs.push(Epoch { lengths: vec![length] });
            self.failed.retain(|&index| index * (PAGE as u64) < length);
        }
        self.extend(length);
    }

    /// Makes all that is written durable: what `fsync(2)` and `fdatasync(2)` of
    /// the file do (both flush the length, which is needed to read the bytes).
    pub fn flush(&mut self) {
        for cut in &self.epochs[1..] {
            self.durable.truncate(cut.lengths[0]);
        }
        self.durable.length = self.written.length;
        for index in std::mem::take(&mut self.versions).into_keys() {
            let page = self.written.page(index).cloned();
            if self.failed.contains(&index) {
                self.versions.insert(index, vec![Version { epoch: 0, page }]);
            } else {
                self.durable.set_page(index, page);
            }
        }
        self.epochs = vec![Epoch { lengths: vec![self.written.length] }];
    }

    /// The flush failed (`EIO`): nothing became durable, and the kernel has marked
    /// the pages clean, so that trying again reports success and writes nothing
    /// (`fsync(2)`, on EIO). Only storing to them again gives them another chance.
    pub fn fail_flush(&mut self) {
        self.failed.extend(self.versions.keys().copied());
    }

    /// Draws one state that the platter may be in.
    #[must_use]
    pub fn survivor(&self, rng: &mut impl Rng) -> Content {
        let epoch = rng.random_range(0..self.epochs.len());
        let lengths = &self.epochs[epoch].lengths;
        let length = lengths[rng.random_range(0..lengths.len())];
        let odds = rng.random_range(0.0..=1.0);

        let mut content = self.durable.clone();
        let mut written_in = BTreeMap::new();
        for (&index, versions) in &self.versions {
            let possible: Vec<&Version> = versions.iter().filter(|version| version.epoch <= epoch).collect();
            if !possible.is_empty() && rng.random_bool(odds) {
                let version = possible[rng.random_range(0..possible.len())];
                content.set_page(index, version.page.clone());
                written_in.insert(index, version.epoch);
            }
        }
        let cuts: Vec<u64> = self.epochs[..=epoch].iter().map(|epoch| epoch.lengths[0]).collect();
        let indices: Vec<u64> = content.pages.keys().copied().collect();
        for index in indices {
            let since = written_in.get(&index).copied().unwrap_or(0);
            let shortest = cuts[since + 1..].iter().copied().min().unwrap_or(u64::MAX);
            let page = cut_page(content.page(index).cloned(), index, shortest.min(length));
            content.set_page(index, page);
        }
        content.length = length;
        content
    }

    fn remember(&mut self, index: u64, version: Version) {
        let versions = self.versions.entry(index).or_default();
        versions.push(version);
        if versions.len() > REMEMBERED {
            versions.remove(0);
        }
        self.failed.remove(&index);
    }

    fn extend(&mut self, length: u64) {
        if length <= self.written.length {
            return;
        }
        self.written.length = length;
        if let Some(epoch) = self.epochs.last_mut() {
            epoch.lengths.push(length);
            if epoch.lengths.len() > REMEMBERED {
                // The first is the cut that began the epoch, and stays.
                epoch.lengths.remove(1);
            }
        }
    }
}

/// `page` with `bytes` at `within`; a hole counts as zeros.
fn with_bytes(page: Option<&Page>, within: usize, bytes: &[u8]) -> Page {
    let mut new = page.map_or([0; PAGE], |page| **page);
    new[within..within + bytes.len()].copy_from_slice(bytes);
    Arc::new(new)
}

/// The page at `index` of a file cut to `length`: zeros behind the cut, a hole if nothing is left.
fn cut_page(page: Option<Page>, index: u64, length: u64) -> Option<Page> {
    let keep = length.saturating_sub(index * PAGE as u64);
    if keep == 0 {
        return None;
    }
    let mut page = page?;
    if keep < PAGE as u64 {
        Arc::make_mut(&mut page)[keep as usize..].fill(0);
    }
    Some(page)
}
