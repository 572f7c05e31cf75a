//! The laboratory: does the operations of an experiment in this process and its
//! forked children, and takes the books at the marks that are measured.
//!
//! Between the first operation and the last it allocates no more than a path: what
//! it needs is made before. Its mappings are `memmap2`'s; a mapping that is shared
//! and anonymous is a shared one of `/dev/zero`, which is how the kernel itself
//! makes them (`mmap(2)`, `drivers/char/mem.c`).

#![expect(unsafe_code, reason = "it maps, touches and advises raw memory, and forks: that is the subject")]

mod offspring;
mod trouble;

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::ptr::NonNull;
use std::thread;
use std::time::Duration;

use memmap2::{MmapOptions, MmapRaw};
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use nix::libc::c_void;
use nix::sys::mman::{MmapAdvise, MsFlags, ProtFlags, madvise, mprotect, msync};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use offspring::{Done, Forked, Offspring};
pub(super) use trouble::Trouble;

use super::books::{self, Ledger, Watched};
use super::foundation::Foundation;
use super::protocol::{Request, Standing};
use crate::edges::calls;
use crate::facts::mapping::Flavour;
use crate::vocabulary::experiment::{
    Access, Create, Fill, Flush, Fork, MadviseAdvice, Map, Measure, Operation, Protect, Size, Subject, Sync,
    WhichPages,
};
use crate::words::ids::Label;
use crate::words::units::{Addr, Bytes};

/// How much a `read_call` asks for at a time: what `cat` and `std::io::copy` do.
const CALL: usize = 128 << 10;
/// How much of a file is written at a time.
const BLOCK: usize = 1 << 20;

/// Where an experiment happens.
pub(super) struct Laboratory {
    directory: PathBuf,
    repetition: u8,
    page_size: Bytes,
    /// What is measured, if anything.
    measure: Option<Measure>,
    files: Vec<(Label, File, Bytes)>,
    mappings: Vec<(Label, MmapRaw)>,
    /// Children that stay; killed and reaped when the laboratory is left.
    offspring: Vec<Offspring>,
    ledgers: Ledgers,
    /// What a forked child says when it fails.
    complaint: File,
    scratch: Vec<u8>,
}

/// One for each moment that is measured.
struct Ledgers {
    /// Before the first operation of the process that makes the mark `to`.
    start: Ledger,
    from: Ledger,
    to: Ledger,
}

impl Laboratory {
    /// An empty one.
    pub(super) fn new(request: &Request, page_size: Bytes) -> Result<Self, Trouble> {
        let ledger = || Ledger::new().map_err(Trouble::of("make a memfd for the books"));
        let complaint = offspring::nameless_file().map_err(Trouble::of("make a memfd for complaints"))?;
        let operations = request.task.operations().len();
        Ok(Self {
            directory: request.directory.clone(),
            repetition: request.repetition,
            page_size,
            measure: request.task.measure().cloned(),
            files: Vec::with_capacity(operations),
            mappings: Vec::with_capacity(operations),
            offspring: Vec::with_capacity(operations),
            ledgers: Ledgers { start: ledger()?, from: ledger()?, to: ledger()? },
            complaint,
            scratch: vec![0; books::SCRATCH],
        })
    }

    /// Does the operations, in this process.
    pub(super) fn begin(&mut self, operations: &[Operation], foundation: &Foundation) -> Result<(), Trouble> {
        let taken = self.ledgers.start.take(Watched::Nothing, &mut self.scratch);
        taken.map_err(Trouble::of("read this process's books"))?;
        self.perform(operations, foundation)
    }

    /// What was measured; nothing where this machine keeps no such book.
    pub(super) fn reading(&self, measure: &Measure) -> Result<Option<i64>, Trouble> {
        let open = |ledger: &Ledger| ledger.open().map_err(Trouble::of("read the books again"));
        let from = match (&measure.from, &measure.of) {
            (Some(_), _) => Some(open(&self.ledgers.from)?),
            (None, Subject::Process) => Some(open(&self.ledgers.start)?),
            (None, Subject::Named(_)) => None,
        };
        Ok(books::change(measure.what, &measure.of, from.as_ref(), &open(&self.ledgers.to)?))
    }

    /// The size of the mapping or file that is measured.
    pub(super) fn size_of(&self, subject: &Subject) -> Option<Bytes> {
        let Subject::Named(label) = subject else { return None };
        let mapping = self.mappings.iter().find(|(name, _)| name == label);
        let file = self.files.iter().find(|(name, ..)| name == label);
        mapping.map(|(_, map)| Bytes(map.len() as u64)).or(file.map(|&(.., size)| size))
    }

    /// What stands now.
    pub(super) fn standing(&self) -> Standing {
        let place = |(label, mapping): &(Label, MmapRaw)| {
            let start = mapping.as_ptr().expose_provenance() as u64;
            (label.clone(), Addr(start), Addr(start + mapping.len() as u64))
        };
        Standing {
            mappings: self.mappings.iter().map(place).collect(),
            children: self.offspring.iter().map(Offspring::id).collect(),
        }
    }

    fn perform(&mut self, operations: &[Operation], foundation: &Foundation) -> Result<(), Trouble> {
        operations.iter().try_for_each(|operation| self.operation(operation, foundation))
    }

    fn operation(&mut self, operation: &Operation, foundation: &Foundation) -> Result<(), Trouble> {
        match operation {
            Operation::Create(create) => self.create(create),
            Operation::Map(map) => self.map(map),
            Operation::Unmap(unmap) => {
                self.mappings.retain(|(name, _)| *name != unmap.unmap);
                Ok(())
            }
            Operation::Read(touch) => self.touch(&touch.read, touch.pages(), read_byte),
            Operation::Write(touch) => self.touch(&touch.write, touch.pages(), write_byte),
            Operation::ReadCall(call) => self.read_through(&call.read_call),
            Operation::Advise(advise) => self.advise(&advise.advise, advise.advice),
            Operation::Protect(protect) => self.protect(protect),
            Operation::Sync(sync) => self.sync(sync),
            Operation::DropCache(drop) => self.drop_cache(&drop.drop_cache),
            Operation::Fork(fork) => self.fork(fork, foundation),
            Operation::Sleep(sleep) => {
                thread::sleep(Duration::from_millis(sleep.sleep_ms));
                Ok(())
            }
            Operation::Mark(mark) => self.mark(&mark.mark),
        }
    }

    fn create(&mut self, create: &Create) -> Result<(), Trouble> {
        let trouble = || Trouble::of("make the experiment's file");
        let Size(size) = create.size;
        let path = self.directory.join(create.create.as_str());
        let mut file =
            File::options().read(true).write(true).create_new(true).open(path).map_err(trouble())?;
        match create.fill {
            Fill::Hole => file.set_len(size.0).map_err(trouble())?,
            Fill::Random => {
                let mut random = ChaCha8Rng::seed_from_u64(u64::from(self.repetition));
                let mut left = size.0;
                while left > 0 {
                    let length = left.min(BLOCK as u64);
                    let block = &mut self.scratch[..usize::try_from(length).unwrap_or(BLOCK)];
                    random.fill_bytes(block);
                    file.write_all(block).map_err(trouble())?;
                    left -= length;
                }
            }
        }
        file.sync_all().map_err(trouble())?;
        self.files.push((create.create.clone(), file, size));
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), Trouble> {
        let file = map.file.as_ref().map(|label| self.file(label)).transpose()?;
        let size = map.size.map(|Size(size)| size).or(file.map(|&(.., size)| size)).unwrap_or_default();
        let length = usize::try_from(size.0).map_err(|_| Trouble::Unmeasurable {
            reason: format!("{size} is more than this machine's address space"),
        })?;
        let mut options = MmapOptions::new();
        // Without MAP_NORESERVE the kernel's overcommit heuristic refuses a mapping that is
        // larger than the machine's memory, though none of it may ever be touched.
        options.len(length).no_reserve_swap();
        if map.populate {
            options.populate();
        }
        let mapped = match (map.flavour, map.access, file) {
            (Flavour::PrivateAnonymous, Access::ReadWrite, _) => options.map_anon().map(MmapRaw::from),
            (Flavour::PrivateAnonymous, _, _) => {
                options.map_anon().and_then(memmap2::MmapMut::make_read_only).map(MmapRaw::from)
            }
            (Flavour::SharedAnonymous, access, _) => {
                let zero = File::options().read(true).write(true).open("/dev/zero");
                zero.and_then(|zero| match access {
                    Access::ReadWrite => options.map_raw(&zero),
                    Access::ReadOnly | Access::None => options.map_raw_read_only(&zero),
                })
            }
            (Flavour::SharedFile, Access::ReadWrite, Some((_, file, _))) => options.map_raw(file),
            (Flavour::SharedFile, _, Some((_, file, _))) => options.map_raw_read_only(file),
            // SAFETY: the file is this experiment's own: nobody else truncates it, and no
            // reference into it is ever made.
            (Flavour::PrivateFile, Access::ReadWrite, Some((_, file, _))) => unsafe {
                options.map_copy(file).map(MmapRaw::from)
            },
            // SAFETY: as above.
            (Flavour::PrivateFile, _, Some((_, file, _))) => unsafe {
                options.map_copy_read_only(file).map(MmapRaw::from)
            },
            (Flavour::SharedFile | Flavour::PrivateFile, _, None) => {
                return Err(Trouble::unknown(&map.map));
            }
        };
        let mapped = mapped.map_err(Trouble::of("map memory"))?;
        self.mappings.push((map.map.clone(), mapped));
        Ok(())
    }

    fn touch(&self, label: &Label, which: WhichPages, touch: unsafe fn(*mut u8)) -> Result<(), Trouble> {
        let mapping = self.mapping(label)?;
        let page = usize::try_from(self.page_size.0).unwrap_or(4096);
        for index in which.indices(Bytes(mapping.len() as u64), self.page_size) {
            let offset = usize::try_from(index).map_or(usize::MAX, |index| index.saturating_mul(page));
            if offset < mapping.len() {
                // SAFETY: the byte lies inside a live mapping (`offset` was checked), which was
                // surveyed to allow this access; no reference into it exists.
                unsafe { touch(mapping.as_mut_ptr().add(offset)) };
            }
        }
        Ok(())
    }

    fn read_through(&mut self, label: &Label) -> Result<(), Trouble> {
        let trouble = || Trouble::of("read the experiment's file");
        let mut file = File::open(self.directory.join(label.as_str())).map_err(trouble())?;
        while file.read(&mut self.scratch[..CALL]).map_err(trouble())? > 0 {}
        Ok(())
    }

    fn advise(&self, label: &Label, advice: MadviseAdvice) -> Result<(), Trouble> {
        let mapping = self.mapping(label)?;
        let advice = match advice {
            MadviseAdvice::Normal => MmapAdvise::MADV_NORMAL,
            MadviseAdvice::Random => MmapAdvise::MADV_RANDOM,
            MadviseAdvice::Sequential => MmapAdvise::MADV_SEQUENTIAL,
            MadviseAdvice::WillNeed => MmapAdvise::MADV_WILLNEED,
            MadviseAdvice::DontNeed => MmapAdvise::MADV_DONTNEED,
            MadviseAdvice::Free => MmapAdvise::MADV_FREE,
            MadviseAdvice::Cold => MmapAdvise::MADV_COLD,
            MadviseAdvice::PageOut => MmapAdvise::MADV_PAGEOUT,
            MadviseAdvice::PopulateRead => MmapAdvise::MADV_POPULATE_READ,
            MadviseAdvice::PopulateWrite => MmapAdvise::MADV_POPULATE_WRITE,
            MadviseAdvice::HugePage => MmapAdvise::MADV_HUGEPAGE,
            MadviseAdvice::NoHugePage => MmapAdvise::MADV_NOHUGEPAGE,
            MadviseAdvice::DontFork => MmapAdvise::MADV_DONTFORK,
        };
        // SAFETY: the range is one of this laboratory's mappings, whose bytes are nobody's:
        // advice that throws them away (DONTNEED, FREE) breaks no promise to the compiler.
        let advised = unsafe { madvise(start(mapping)?, mapping.len(), advice) };
        match advised {
            Err(nix::errno::Errno::EINVAL) => {
                Err(Trouble::Unmeasurable { reason: format!("this kernel refuses {advice:?}") })
            }
            other => other.map_err(Trouble::of("advise the kernel")),
        }
    }

    fn protect(&self, protect: &Protect) -> Result<(), Trouble> {
        let mapping = self.mapping(&protect.protect)?;
        let page = usize::try_from(self.page_size.0).unwrap_or(4096);
        let bytes = |size: Size| usize::try_from(size.0.0).unwrap_or(usize::MAX);
        let offset = (protect.offset.map_or(0, bytes) / page * page).min(mapping.len());
        let length = protect.size.map_or(mapping.len(), bytes).min(mapping.len() - offset);
        let access = match protect.access {
            Access::ReadWrite => ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
            Access::ReadOnly => ProtFlags::PROT_READ,
            Access::None => ProtFlags::PROT_NONE,
        };
        // SAFETY: offset and length lie inside a live mapping, into which no reference exists.
        let protected = unsafe {
            let start = NonNull::new_unchecked(mapping.as_mut_ptr().add(offset).cast::<c_void>());
            mprotect(start, length, access)
        };
        protected.map_err(Trouble::of("change the protection of memory"))
    }

    fn sync(&self, sync: &Sync) -> Result<(), Trouble> {
        let synced = match sync.how {
            Flush::Msync | Flush::MsyncAsync => {
                let mapping = self.mapping(&sync.sync)?;
                let flags = if sync.how == Flush::Msync { MsFlags::MS_SYNC } else { MsFlags::MS_ASYNC };
                // SAFETY: the range is one of this laboratory's live mappings; msync changes no byte of it.
                unsafe { msync(start(mapping)?, mapping.len(), flags) }.map_err(io::Error::from)
            }
            Flush::Fsync => self.file(&sync.sync)?.1.sync_all(),
            Flush::Fdatasync => self.file(&sync.sync)?.1.sync_data(),
        };
        synced.map_err(Trouble::of("write dirty pages out"))
    }

    fn drop_cache(&self, label: &Label) -> Result<(), Trouble> {
        let (_, file, _) = self.file(label)?;
        posix_fadvise(file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)
            .map_err(Trouble::of("drop a file from the page cache"))?;
        // Pages that are mapped or dirty stay, as the manual says: whoever measures after
        // that wants to see it. Clean unmapped pages that stay make "cold" a lie.
        match calls::cachestat(file) {
            Ok(cache) if self.mappings.is_empty() && cache.dirty == 0 && cache.cached > 0 => {
                Err(Trouble::Unmeasurable {
                    reason: format!(
                        "{} pages of a file stay in the page cache though they were to be dropped: its file system keeps them (tmpfs does)",
                        cache.cached
                    ),
                })
            }
            _ => Ok(()),
        }
    }

    fn fork(&mut self, fork: &Fork, foundation: &Foundation) -> Result<(), Trouble> {
        let mut child = match Offspring::fork().map_err(Trouble::of("fork"))? {
            Forked::Parent(child) => child,
            Forked::Child(to_parent) => {
                let done = self.live_as_child(&fork.fork, foundation);
                to_parent.end(done, &mut self.complaint, fork.stays)
            }
        };
        if let Done::Badly { how } =
            child.until_done(fork.stays).map_err(Trouble::of("wait for a forked child"))?
        {
            let said = offspring::read_complaint(&mut self.complaint);
            let silent = || Trouble::Unmeasurable { reason: format!("a forked child ended by {how}") };
            return Err(said.unwrap_or_else(silent));
        }
        if fork.stays {
            self.offspring.push(child);
        }
        Ok(())
    }

    fn live_as_child(&mut self, operations: &[Operation], foundation: &Foundation) -> Result<(), Trouble> {
        // Its elder siblings are its parent's to reap.
        self.offspring.drain(..).for_each(std::mem::forget);
        foundation.populate();
        if self.measure.as_ref().is_some_and(|measure| makes(operations, &measure.to)) {
            let taken = self.ledgers.start.take(Watched::Nothing, &mut self.scratch);
            taken.map_err(Trouble::of("read this process's books"))?;
        }
        self.perform(operations, foundation)
    }

    fn mark(&mut self, label: &Label) -> Result<(), Trouble> {
        let Some(measure) = &self.measure else { return Ok(()) };
        let watched = match &measure.of {
            Subject::Process => Watched::Nothing,
            Subject::Named(name) => {
                let file = self.files.iter().find(|(label, ..)| label == name);
                let mapping = self.mappings.iter().find(|(label, _)| label == name);
                match (file, mapping) {
                    (Some((_, file, _)), _) => Watched::File(file),
                    (None, Some((_, mapping))) => Watched::Mapped {
                        start: mapping.as_ptr().expose_provenance() as u64,
                        length: mapping.len() as u64,
                    },
                    (None, None) => Watched::Nothing,
                }
            }
        };
        let ledgers = [(Some(&measure.to), &self.ledgers.to), (measure.from.as_ref(), &self.ledgers.from)];
        let Some((_, ledger)) = ledgers.into_iter().find(|(name, _)| *name == Some(label)) else {
            return Ok(());
        };
        ledger.take(watched, &mut self.scratch).map_err(Trouble::of("read this process's books"))
    }

    fn file(&self, label: &Label) -> Result<&(Label, File, Bytes), Trouble> {
        self.files.iter().find(|(name, ..)| name == label).ok_or_else(|| Trouble::unknown(label))
    }

    fn mapping(&self, label: &Label) -> Result<&MmapRaw, Trouble> {
        let found = self.mappings.iter().find(|(name, _)| name == label);
        found.map(|(_, mapping)| mapping).ok_or_else(|| Trouble::unknown(label))
    }
}

fn start(mapping: &MmapRaw) -> Result<NonNull<c_void>, Trouble> {
    NonNull::new(mapping.as_mut_ptr().cast())
        .ok_or_else(|| Trouble::Unmeasurable { reason: "a mapping at address zero".to_owned() })
}

fn makes(operations: &[Operation], mark: &Label) -> bool {
    operations.iter().any(|operation| match operation {
        Operation::Mark(made) => made.mark == *mark,
        Operation::Fork(fork) => makes(&fork.fork, mark),
        _ => false,
    })
}

/// # Safety
/// `byte` must be readable.
unsafe fn read_byte(byte: *mut u8) {
    // SAFETY: promised by the caller.
    black_box(unsafe { byte.read_volatile() });
}

/// # Safety
/// `byte` must be writable.
unsafe fn write_byte(byte: *mut u8) {
    // SAFETY: promised by the caller.
    unsafe { byte.write_volatile(0xa5) };
}
