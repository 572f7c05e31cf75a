//! The ground that the child stands on: its program, libraries, stack and heap,
//! faulted in so that using them later moves no figure, and set apart so that the
//! kernel merges no mapping of the experiment with them.
//!
//! Source: `madvise(2)`, `MADV_POPULATE_READ` and `MADV_POPULATE_WRITE` (Linux 5.14).

#![expect(unsafe_code, reason = "madvise takes addresses")]

use std::io;
use std::ptr::{self, NonNull};

use nix::errno::Errno;
use nix::sys::mman::{MmapAdvise, madvise};

use super::books;
use crate::facts::mapping::{Mapping, Sharing};

/// What was mapped before the experiment began.
pub(super) struct Foundation {
    ranges: Vec<Range>,
}

struct Range {
    start: usize,
    length: usize,
    populate: MmapAdvise,
}

/// Whether the ground is firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// All of it is resident.
    Firm,
    /// The kernel knows no `MADV_POPULATE_*`.
    Soft,
}

impl Foundation {
    /// Looks at what is mapped now.
    pub(super) fn survey() -> io::Result<Self> {
        let mappings = books::own_mappings()?;
        let mut ranges = Vec::with_capacity(mappings.len());
        ranges.extend(mappings.iter().filter_map(Range::of));
        Ok(Self { ranges })
    }

    /// Sets it apart: the kernel merges only neighbours of equal flags, and these are
    /// from now on the only ones left out of core dumps (`MADV_DONTDUMP`).
    pub(super) fn set_apart(&self) {
        for range in &self.ranges {
            // A range that refuses is special, and never merged anyway.
            let _ = range.advise(MmapAdvise::MADV_DONTDUMP);
        }
    }

    /// Faults all of it in. Allocates nothing. To be done again after a fork, which
    /// leaves file pages to be faulted in anew and the others to be copied on write.
    pub(super) fn populate(&self) -> Ground {
        let mut ground = Ground::Firm;
        for range in &self.ranges {
            let populated = range.advise(range.populate);
            // Special mappings such as [vvar] refuse with EFAULT; they are not counted as resident.
            if populated == Err(Errno::EINVAL) {
                ground = Ground::Soft;
            }
        }
        ground
    }
}

impl Range {
    fn advise(&self, advice: MmapAdvise) -> nix::Result<()> {
        let Some(start) = NonNull::new(ptr::with_exposed_provenance_mut(self.start)) else {
            return Ok(());
        };
        // SAFETY: the advice given here (populate, leave out of core dumps) changes no byte
        // of memory; a range that is not mapped any more makes the call fail with ENOMEM.
        unsafe { madvise(start, self.length, advice) }
    }

    fn of(mapping: &Mapping) -> Option<Self> {
        let special = mapping.path.starts_with("[v");
        if !mapping.perms.read || special {
            return None;
        }
        let private = mapping.perms.sharing == Sharing::Private;
        let populate = if mapping.perms.write && private {
            MmapAdvise::MADV_POPULATE_WRITE
        } else {
            MmapAdvise::MADV_POPULATE_READ
        };
        Some(Self {
            start: usize::try_from(mapping.start.0).ok()?,
            length: usize::try_from(mapping.size().0).ok()?,
            populate,
        })
    }
}
