//! What the kernel says of the single pages of a mapping.
//!
//! Source: `Documentation/admin-guide/mm/pagemap.rst`; `proc_pid_pagemap(5)`.

use serde::{Deserialize, Serialize};

use crate::facts::mapping::{Backing, Mapping, Sharing};

/// What a page of a mapping is to the process that maps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageState {
    /// Not in its page table: never touched, or given back.
    Absent,
    /// Swapped out.
    Swapped,
    /// The one page of zeroes that all reads of untouched anonymous memory share.
    Zero,
    /// A page of the page cache that no other process maps; clean, as far as can be seen.
    Cached,
    /// A page that another process maps too.
    Shared,
    /// A page of the page cache that was written and is not on storage yet. Only root can see it.
    Dirty,
    /// Anonymous memory of this process, written.
    Anonymous,
    /// A copy of a file's page, made when this process wrote it.
    Copied,
}

impl PageState {
    /// All of them, from the least to the most of its own that the process has.
    pub const ALL: [Self; 8] = [
        Self::Absent,
        Self::Swapped,
        Self::Zero,
        Self::Cached,
        Self::Shared,
        Self::Dirty,
        Self::Anonymous,
        Self::Copied,
    ];
}

/// Neighbouring pages of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRun {
    /// Their state.
    pub state: PageState,
    /// How many they are.
    pub pages: u64,
}

/// The pages of a mapping, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageMap(pub Vec<PageRun>);

const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
/// The page is a file's, or shared anonymous memory.
const FILE: u64 = 1 << 61;
const EXCLUSIVE: u64 = 1 << 56;

/// The frame number in a word, which only root is shown; 0 for everybody else.
const FRAME: u64 = (1 << 55) - 1;
/// `KPF_DIRTY` in `/proc/kpageflags`.
const FRAME_DIRTY: u64 = 1 << 4;

/// The frame that holds a file's page, where the word tells it.
#[must_use]
pub const fn file_frame(word: u64) -> Option<u64> {
    let frame = word & FRAME;
    if word & PRESENT != 0 && word & FILE != 0 && frame != 0 { Some(frame) } else { None }
}

/// Whether a word of `/proc/kpageflags` says that its frame is dirty.
#[must_use]
pub const fn is_dirty(flags: u64) -> bool {
    flags & FRAME_DIRTY != 0
}

/// The state of the page that one word of `/proc/PID/pagemap` describes. A page of
/// zeroes cannot be told from written memory by it: `PAGEMAP_SCAN` knows it.
#[must_use]
pub fn state(word: u64, mapping: &Mapping) -> PageState {
    let of_file = word & FILE != 0;
    if word & SWAPPED != 0 {
        PageState::Swapped
    } else if word & PRESENT == 0 {
        PageState::Absent
    } else if word & EXCLUSIVE == 0 {
        PageState::Shared
    } else if of_file {
        PageState::Cached
    } else if mapping.perms.sharing == Sharing::Private
        && matches!(mapping.backing(), Backing::File { .. } | Backing::Memfd { .. })
    {
        PageState::Copied
    } else {
        PageState::Anonymous
    }
}

impl PageMap {
    /// Adds `pages` pages of `state` at the end.
    pub fn push(&mut self, state: PageState, pages: u64) {
        match self.0.last_mut() {
            _ if pages == 0 => {}
            Some(last) if last.state == state => last.pages += pages,
            _ => self.0.push(PageRun { state, pages }),
        }
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.0.iter().map(|run| run.pages).sum()
    }

    /// The indices of the pages that are in one of `states`.
    pub fn indices(&self, states: &[PageState]) -> impl Iterator<Item = u64> {
        let mut end = 0;
        let runs = self.0.iter().map(move |run| {
            let start = end;
            end += run.pages;
            (run.state, start..end)
        });
        runs.filter(|(state, _)| states.contains(state)).flat_map(|(_, pages)| pages)
    }

    /// How many pages are in `state`.
    #[must_use]
    pub fn count(&self, state: PageState) -> u64 {
        self.0.iter().filter(|run| run.state == state).map(|run| run.pages).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::smaps;

    fn mapping(line: &str) -> Mapping {
        smaps::parse(line.as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn a_word_tells_what_its_page_is() {
        let anonymous = mapping("1000-9000 rw-p 00000000 00:00 0\n");
        let private = mapping("1000-9000 rw-p 00000000 fe:00 7 /tmp/x\n");
        for (word, of, expected) in [
            (0, &anonymous, PageState::Absent),
            (SWAPPED, &anonymous, PageState::Swapped),
            (PRESENT | EXCLUSIVE, &anonymous, PageState::Anonymous),
            (PRESENT, &anonymous, PageState::Shared),
            (PRESENT | EXCLUSIVE, &private, PageState::Copied),
            (PRESENT | EXCLUSIVE | FILE, &private, PageState::Cached),
            (PRESENT | FILE, &private, PageState::Shared),
        ] {
            assert_eq!(state(word, of), expected, "{word:#x} of {of}");
        }
    }

    #[test]
    fn frames_are_told_of_present_file_pages_only() {
        assert_eq!(file_frame(PRESENT | FILE | 42), Some(42));
        for word in [PRESENT | FILE, PRESENT | 42, SWAPPED | FILE | 42] {
            assert_eq!(file_frame(word), None, "{word:#x}");
        }
        assert!(is_dirty(1 << 4) && !is_dirty(1 << 3));
    }

    #[test]
    fn pages_of_a_state_are_told_by_index() {
        let mut map = PageMap::default();
        for (state, pages) in [(PageState::Absent, 2), (PageState::Copied, 2), (PageState::Cached, 1)] {
            map.push(state, pages);
        }
        let indices = |states: &[PageState]| map.indices(states).collect::<Vec<_>>();
        assert_eq!(indices(&[PageState::Copied]), [2, 3]);
        assert_eq!(indices(&[PageState::Absent, PageState::Cached]), [0, 1, 4]);
        assert!(indices(&[]).is_empty());
    }
}
