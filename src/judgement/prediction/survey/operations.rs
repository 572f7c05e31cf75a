//! The walk over an experiment's operations: what each names, makes and fills, in
//! which process, and every mistake on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Needs, Problem};
use crate::facts::mapping::Flavour;
use crate::vocabulary::experiment::{Access, Create, Flush, Map, Operation, Protect, Size, WhichPages};
use crate::words::ids::Label;
use crate::words::prose;
use crate::words::units::{Bytes, Pages};

/// The most operations that an experiment has, those of its children included.
const MOST_OPERATIONS: usize = 1000;
/// The most marks: each keeps a copy of the kernel's books.
const MOST_MARKS: usize = 64;
/// How deep children may have children.
const DEEPEST: usize = 3;
/// The longest sleep.
const LONGEST_SLEEP_MS: u64 = 10_000;

#[derive(Default)]
pub(super) struct Survey {
    page_size: Bytes,
    pub(super) problems: Vec<Problem>,
    pub(super) needs: Needs,
    operations: usize,
    processes: usize,
    pub(super) marks: BTreeMap<Label, Moment>,
    /// The mappings of each process that stands at the end.
    pub(super) standing: Vec<BTreeSet<Label>>,
}

/// What is known by name in one process at one time.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub(super) process: usize,
    pub(super) files: BTreeMap<Label, Bytes>,
    pub(super) mappings: BTreeMap<Label, Mapped>,
    /// Memory filled by this process, a mapping at most once.
    filled: BTreeMap<Label, Bytes>,
}

#[derive(Clone)]
pub(super) struct Mapped {
    size: Bytes,
    access: Access,
    live: bool,
    advised_away: bool,
}

#[derive(Clone, Copy)]
enum Touching {
    Reading,
    Writing,
}

/// The names at a mark, and how many operations come before it.
pub(super) struct Moment {
    pub(super) order: usize,
    pub(super) names: Names,
}

impl Names {
    fn live(&self) -> BTreeSet<Label> {
        self.mappings.iter().filter(|(_, mapped)| mapped.live).map(|(label, _)| label.clone()).collect()
    }
}

impl Survey {
    /// Walks over `operations`.
    pub(super) fn of(operations: &[Operation], page_size: Bytes) -> Self {
        let mut survey = Self { page_size, ..Self::default() };
        let mut names = Names::default();
        survey.list(operations, "do", &mut names, 0);
        survey.standing.insert(0, names.live());
        // Nor has what the parent has given up since.
        let (first, children) = survey.standing.split_at_mut(1);
        for child in children {
            child.retain(|label| first[0].contains(label));
        }
        if survey.operations > MOST_OPERATIONS {
            survey.add("do", format!("{} operations are more than {MOST_OPERATIONS}", survey.operations));
        }
        if survey.marks.len() > MOST_MARKS {
            survey.add("do", format!("{} marks are more than {MOST_MARKS}", survey.marks.len()));
        }
        survey
    }

    pub(super) fn add(&mut self, at: impl fmt::Display, text: impl Into<String>) {
        self.problems.push(Problem { at: at.to_string(), text: text.into() });
    }

    fn list(&mut self, operations: &[Operation], at: &str, names: &mut Names, depth: usize) {
        if operations.is_empty() {
            self.add(at, "there is nothing to do");
        }
        for (index, operation) in operations.iter().enumerate() {
            self.operations += 1;
            self.operation(operation, &format!("{at}[{index}]"), names, depth);
        }
    }

    fn operation(&mut self, operation: &Operation, at: &str, names: &mut Names, depth: usize) {
        match operation {
            Operation::Create(create) => self.create(create, at, names),
            Operation::Map(map) => self.map(map, at, names),
            Operation::Unmap(unmap) => {
                if let Some(mapped) = self.live(&unmap.unmap, at, names) {
                    mapped.live = false;
                }
            }
            Operation::Read(touch) => self.touch(&touch.read, touch.pages(), Touching::Reading, at, names),
            Operation::Write(touch) => self.touch(&touch.write, touch.pages(), Touching::Writing, at, names),
            Operation::ReadCall(call) => self.file(&call.read_call, at, names),
            Operation::Advise(advise) => {
                if let Some(mapped) = self.live(&advise.advise, at, names) {
                    use crate::vocabulary::experiment::MadviseAdvice as Advice;
                    let size = mapped.size;
                    match advise.advice {
                        Advice::DontFork => mapped.advised_away = true,
                        Advice::PopulateRead | Advice::PopulateWrite => {
                            self.fill(&advise.advise, size, size, names);
                        }
                        _ => {}
                    }
                }
            }
            Operation::Protect(protect) => self.protect(protect, at, names),
            Operation::Sync(sync) => match sync.how {
                Flush::Msync | Flush::MsyncAsync => _ = self.live(&sync.sync, at, names),
                Flush::Fsync | Flush::Fdatasync => self.file(&sync.sync, at, names),
            },
            Operation::DropCache(drop) => self.file(&drop.drop_cache, at, names),
            Operation::Fork(fork) => {
                if depth == DEEPEST {
                    self.add(at, "children of children of children have no children");
                    return;
                }
                self.processes += 1;
                let mut child = Names { process: self.processes, filled: BTreeMap::new(), ..names.clone() };
                child.mappings.retain(|_, mapped| !mapped.advised_away);
                self.list(&fork.fork, &format!("{at}.fork"), &mut child, depth + 1);
                if fork.stays && depth == 0 {
                    // What it made for itself has no label outside of it.
                    let inherited = names.live();
                    self.standing.push(child.live().intersection(&inherited).cloned().collect());
                }
            }
            Operation::Sleep(sleep) => {
                if sleep.sleep_ms > LONGEST_SLEEP_MS {
                    self.add(at, format!("{} ms is longer than {LONGEST_SLEEP_MS} ms", sleep.sleep_ms));
                }
            }
            Operation::Mark(mark) => {
                let moment = Moment { order: self.operations, names: names.clone() };
                if self.marks.insert(mark.mark.clone(), moment).is_some() {
                    self.add(at, format!("there is a mark {} already", mark.mark));
                }
            }
        }
    }

    fn create(&mut self, create: &Create, at: &str, names: &mut Names) {
        let size = create.size.0;
        self.fresh(&create.create, at, names);
        if size == Bytes(0) {
            self.add(at, "an empty file cannot be mapped");
        }
        self.needs.disk = Bytes(self.needs.disk.0.saturating_add(size.0));
        names.files.insert(create.create.clone(), size);
    }

    fn map(&mut self, map: &Map, at: &str, names: &mut Names) {
        self.fresh(&map.map, at, names);
        let backed = matches!(map.flavour, Flavour::PrivateFile | Flavour::SharedFile);
        let size = match (backed, &map.file, map.size) {
            (true, None, _) => {
                self.add(at, format!("a {} mapping needs a `file`", map.flavour));
                map.size.map_or(Bytes(0), |Size(size)| size)
            }
            (true, Some(file), size) => {
                self.file(file, at, names);
                let length = names.files.get(file).copied().unwrap_or_default();
                let size = size.map_or(length, |Size(size)| size);
                if length > Bytes(0) && size.pages(self.page_size) > length.pages(self.page_size) {
                    self.add(
                        at,
                        format!("{size} reaches beyond the end of {file}, which has {length}: touching it raises SIGBUS"),
                    );
                }
                size
            }
            (false, Some(file), _) => {
                self.add(at, format!("an anonymous mapping has no file: leave out {file}"));
                Bytes(0)
            }
            (false, None, None) => {
                self.add(at, "an anonymous mapping needs a `size`");
                Bytes(0)
            }
            (false, None, Some(Size(size))) => {
                if size == Bytes(0) {
                    self.add(at, "a mapping of no bytes is refused by mmap(2)");
                }
                size
            }
        };
        if map.access == Access::None {
            self.add(at, "map it read-only or read-write, and take the access away with `protect`");
        }
        let mapped = Mapped { size, access: map.access, live: true, advised_away: false };
        names.mappings.insert(map.map.clone(), mapped);
        if map.populate {
            self.fill(&map.map, size, size, names);
        }
    }

    fn protect(&mut self, protect: &Protect, at: &str, names: &mut Names) {
        let Some(mapped) = self.live(&protect.protect, at, names) else { return };
        let size = mapped.size;
        let (offset, length) = (protect.offset, protect.size);
        if offset.is_none() && length.is_none() {
            mapped.access = protect.access;
        }
        let offset = offset.map_or(0, |Size(offset)| offset.0);
        let end = length.map_or(Some(size.0), |Size(length)| offset.checked_add(length.0));
        if offset >= size.0 || end.is_none_or(|end| end > size.0 || end == offset) {
            self.add(at, format!("that part does not lie in {}, which has {size}", protect.protect));
        }
    }

    fn touch(&mut self, label: &Label, which: WhichPages, touching: Touching, at: &str, names: &mut Names) {
        if which.every == 0 {
            self.add(at, "every 0th page is none: take 1 for all, 2 for every second");
            return;
        }
        let page_size = self.page_size;
        let Some(mapped) = self.live(label, at, names) else { return };
        let size = mapped.size;
        match (mapped.access, touching) {
            (Access::None, _) => {
                self.add(at, format!("{label} is protected from all access: touching it raises SIGSEGV"));
            }
            (Access::ReadOnly, Touching::Writing) => {
                self.add(at, format!("{label} is mapped read-only: a write would raise SIGSEGV"));
            }
            (Access::ReadOnly | Access::ReadWrite, _) => {}
        }
        let Pages(count) = which.count(size, page_size);
        self.fill(label, Bytes(count.saturating_mul(page_size.0)), size, names);
    }

    /// Adds to the memory needed what a process fills of a mapping, which is never
    /// more than its size however often it is touched.
    fn fill(&mut self, label: &Label, more: Bytes, size: Bytes, names: &mut Names) {
        let filled = names.filled.entry(label.clone()).or_default();
        let before = *filled;
        *filled = Bytes(before.0.saturating_add(more.0)).min(size.max(self.page_size));
        self.needs.memory.0 = self.needs.memory.0.saturating_add(filled.saturating_sub(before).0);
    }

    fn fresh(&mut self, label: &Label, at: &str, names: &Names) {
        if label.as_str() == "process" {
            self.add(at, "`process` is the process itself: choose another name");
        } else if names.files.contains_key(label) || names.mappings.contains_key(label) {
            self.add(at, format!("there is a {label} already"));
        }
    }

    pub(super) fn file(&mut self, label: &Label, at: &str, names: &Names) {
        if !names.files.contains_key(label) {
            self.unknown("file", label, at, names.files.keys());
        }
    }

    fn live<'names>(
        &mut self,
        label: &Label,
        at: &str,
        names: &'names mut Names,
    ) -> Option<&'names mut Mapped> {
        if !names.mappings.contains_key(label) {
            self.unknown("mapping", label, at, names.mappings.keys());
        }
        let mapped = names.mappings.get_mut(label)?;
        if !mapped.live {
            self.add(at, format!("{label} is not mapped any more"));
            return None;
        }
        Some(mapped)
    }

    pub(super) fn unknown<'a>(
        &mut self,
        kind: &str,
        label: &Label,
        at: &str,
        known: impl Iterator<Item = &'a Label>,
    ) {
        let hint = prose::nearest(label.as_str(), known.map(Label::as_str))
            .map_or_else(String::new, |near| format!("; did you mean {near}?"));
        self.add(at, format!("no {kind} is called {label} here{hint}"));
    }
}
