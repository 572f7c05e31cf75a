//! What a drawing ought to hold, and where it is in the live process.

use crate::facts::mapping::{Backing, Mapping, Perms, Sharing};
use crate::vocabulary::evidence::ResultLine;
use crate::vocabulary::sketch::{Sketch, SketchBacking};
use crate::vocabulary::value::{ValueError, Values};
use crate::words::ids::Label;
use crate::words::units::{Addr, Bytes};

/// An entry of a sketch with the values of a run put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its name.
    pub id: Label,
    /// What it comes from.
    pub what: String,
    /// What was asked for.
    pub size: Bytes,
    /// By how much the kernel's line may be longer.
    pub slack: Bytes,
    /// Its permissions.
    pub perms: Perms,
    /// What stands behind it.
    pub backing: SketchBacking,
    /// The file's name without its directory, or the memfd's.
    pub name: Option<String>,
    /// Where it is, if the specimen said so.
    pub address: Option<Addr>,
    /// Entries with which the kernel may merge it.
    pub may_merge_with: Vec<Label>,
    /// Why its line is as it is.
    pub why: String,
}

/// The entries of a sketch for one run: sizes computed from its values, addresses
/// taken from what the specimen printed.
///
/// # Errors
/// Where a size speaks of a value that the run does not have.
pub fn expected(
    sketch: &Sketch,
    values: &Values,
    results: &[ResultLine],
    page_size: Bytes,
) -> Result<Vec<Expected>, ValueError> {
    let entry = |entry: &crate::vocabulary::sketch::SketchEntry| {
        let bytes = |number: i64| Bytes(u64::try_from(number).unwrap_or(0));
        let slack = entry.slack.as_ref().map(|slack| slack.evaluate(values, page_size)).transpose()?;
        let printed = entry
            .address
            .as_ref()
            .and_then(|name| results.iter().rev().find(|result| result.name == *name))
            .and_then(|result| address(&result.value));
        Ok(Expected {
            id: entry.id.clone(),
            what: entry.what.clone(),
            size: bytes(entry.size.evaluate(values, page_size)?),
            slack: slack.map_or(Bytes(0), bytes),
            perms: entry.perms,
            backing: entry.backing,
            name: entry.name.clone(),
            address: printed,
            may_merge_with: entry.may_merge_with.clone(),
            why: entry.why.clone(),
        })
    };
    sketch.entry.iter().map(entry).collect()
}

/// `0x7f12c0000010`, as C's `%p` and Rust's `{:p}` print it.
fn address(text: &str) -> Option<Addr> {
    u64::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok().map(Addr)
}

impl Expected {
    /// The index of the live line that covers this entry.
    pub(super) fn find(&self, live: &[Mapping]) -> Option<usize> {
        if let Some(address) = self.address {
            return live.iter().position(|mapping| mapping.contains(address));
        }
        let candidates = || {
            live.iter().enumerate().filter(|(_, line)| line.perms == self.perms && self.is_backed_by(line))
        };
        let own = candidates().filter(|(_, line)| self.fits(line.size())).min_by_key(|(_, line)| line.size());
        if own.is_some() || self.may_merge_with.is_empty() {
            return own.map(|(index, _)| index);
        }
        // The smallest line that is large enough: it has been merged into that.
        own.or_else(|| {
            candidates().filter(|(_, line)| line.size() >= self.size).min_by_key(|(_, line)| line.size())
        })
        .map(|(index, _)| index)
    }

    /// Whether a line of this length may be this entry's alone.
    pub(super) fn fits(&self, length: Bytes) -> bool {
        self.size <= length && length <= self.size + self.slack
    }

    /// Whether that is what stands behind the line.
    pub(super) fn is_backed_by(&self, line: &Mapping) -> bool {
        match (self.backing, line.backing()) {
            (SketchBacking::Anonymous, Backing::Anonymous) => line.perms.sharing == Sharing::Private,
            (SketchBacking::SharedAnonymous, Backing::SharedAnonymous) => true,
            (SketchBacking::File, Backing::File { path, .. }) => {
                self.name.as_deref().is_none_or(|name| base_name(&path) == name)
            }
            (SketchBacking::Memfd, Backing::Memfd { name }) => {
                self.name.as_deref().is_none_or(|wanted| name == wanted)
            }
            (SketchBacking::Heap, Backing::Special { name }) => name == "heap",
            (SketchBacking::Stack, Backing::Special { name }) => name == "stack",
            _ => false,
        }
    }
}

/// The part of a path behind its last slash.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
