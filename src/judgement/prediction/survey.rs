//! Surveying an experiment before it is run: every mistake in it, and what it will
//! need of the machine.
//!
//! The runner of experiments surveys too, so that none begins that names a mapping
//! it never makes, or would fill the machine's memory.

use std::collections::BTreeMap;
use std::fmt;

use super::figure::Figure;
use crate::facts::mapping::Flavour;
use crate::vocabulary::experiment::{
    Access, Create, Experiment, Flush, Map, Measure, Operation, Predict, Protect, Quantity, Size, Subject,
    Unit, WhichPages,
};
use crate::words::ids::Label;
use crate::words::prose;
use crate::words::units::{Bytes, Pages};

/// Something wrong with an experiment or a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path of keys: `experiment.do[2]`.
    pub at: String,
    /// What, and how to mend it.
    pub text: String,
}

/// What an experiment needs of the machine at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Memory that it fills, by all its processes together.
    pub memory: Bytes,
    /// Room for its files.
    pub disk: Bytes,
}

/// The most operations that an experiment has, those of its children included.
const MOST_OPERATIONS: usize = 1000;
/// The most marks: each keeps a copy of the kernel's books.
const MOST_MARKS: usize = 64;
/// How deep children may have children.
const DEEPEST: usize = 3;
/// The most repetitions.
const MOST_REPETITIONS: u8 = 9;
/// The longest sleep.
const LONGEST_SLEEP_MS: u64 = 10_000;

/// Every mistake in a prediction, its experiment included.
#[must_use]
pub fn survey(predict: &Predict) -> Vec<Problem> {
    // The page size changes what an experiment needs, never whether it is right.
    let page_size = Bytes::kib(4);
    let mut problems = survey_experiment(&predict.experiment, page_size).err().unwrap_or_default();
    for problem in &mut problems {
        problem.at = format!("experiment.{}", problem.at);
    }
    let mut add = |at: &str, text: String| problems.push(Problem { at: at.to_owned(), text });
    let read = |text: &str| Figure::read(text, predict.unit, page_size);
    match (predict.tolerance.times, &predict.tolerance.within) {
        (None, None) => add("tolerance", "give `times`, `within` or both".to_owned()),
        (Some(times), _) if !(times.is_finite() && times >= 1.0) => {
            add("tolerance.times", format!("{times} is not a factor of 1 or more"));
        }
        _ => {}
    }
    if let Some(Err(error)) = predict.tolerance.within.as_deref().map(read) {
        add("tolerance.within", error.to_string());
    }
    if let Some(Err(error)) = predict.folklore.as_ref().map(|folklore| read(&folklore.value)) {
        add("folklore.value", error.to_string());
    }
    let Measure { what, of, .. } = &predict.experiment.measure;
    match (what.unit(), predict.unit) {
        (natural, asked) if natural == asked => {}
        (Unit::Bytes, Unit::Pages) | (Unit::Pages, Unit::Bytes) => {}
        (Unit::Bytes | Unit::Pages, Unit::Percent) if *of != Subject::Process => {}
        (Unit::Bytes | Unit::Pages, Unit::Percent) => {
            add("unit", "percent of what? measure a mapping or a file rather than the process".to_owned());
        }
        (natural, asked) => {
            add("unit", format!("{what} is measured in {natural} and cannot be told in {asked}"))
        }
    }
    problems
}

/// What an experiment needs of the machine.
///
/// # Errors
/// Every mistake in it, all at once.
pub fn survey_experiment(experiment: &Experiment, page_size: Bytes) -> Result<Needs, Vec<Problem>> {
    let mut survey = Survey { page_size, ..Survey::default() };
    survey.list(&experiment.operations, "do", &mut Names::default(), 0);
    survey.measure(&experiment.measure);
    if survey.operations > MOST_OPERATIONS {
        survey.add("do", format!("{} operations are more than {MOST_OPERATIONS}", survey.operations));
    }
    if survey.marks.len() > MOST_MARKS {
        survey.add("do", format!("{} marks are more than {MOST_MARKS}", survey.marks.len()));
    }
    match experiment.repeat {
        Some(count) if count == 0 || count > MOST_REPETITIONS || count % 2 == 0 => survey.add(
            "repeat",
            format!("{count} repetitions have no middle one: take an odd number up to {MOST_REPETITIONS}"),
        ),
        _ => {}
    }
    if survey.problems.is_empty() { Ok(survey.needs) } else { Err(survey.problems) }
}

#[derive(Default)]
struct Survey {
    page_size: Bytes,
    problems: Vec<Problem>,
    needs: Needs,
    operations: usize,
    processes: usize,
    marks: BTreeMap<Label, Moment>,
}

/// What is known by name in one process at one time.
#[derive(Clone, Default)]
struct Names {
    process: usize,
    files: BTreeMap<Label, Bytes>,
    mappings: BTreeMap<Label, Mapped>,
    /// Memory filled by this process, a mapping at most once.
    filled: BTreeMap<Label, Bytes>,
}

#[derive(Clone)]
struct Mapped {
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

struct Moment {
    order: usize,
    names: Names,
}

impl Survey {
    fn add(&mut self, at: impl fmt::Display, text: impl Into<String>) {
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

    fn file(&mut self, label: &Label, at: &str, names: &Names) {
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

    fn unknown<'a>(&mut self, kind: &str, label: &Label, at: &str, known: impl Iterator<Item = &'a Label>) {
        let hint = prose::nearest(label.as_str(), known.map(Label::as_str))
            .map_or_else(String::new, |near| format!("; did you mean {near}?"));
        self.add(at, format!("no {kind} is called {label} here{hint}"));
    }

    fn measure(&mut self, measure: &Measure) {
        let marks = std::mem::take(&mut self.marks);
        for (key, label) in [("from", measure.from.as_ref()), ("to", Some(&measure.to))] {
            if let Some(label) = label
                && !marks.contains_key(label)
            {
                self.unknown("mark", label, &format!("measure.{key}"), marks.keys());
            }
        }
        if let Some(to) = marks.get(&measure.to) {
            if let Some(from) = measure.from.as_ref().and_then(|from| marks.get(from)) {
                if from.order >= to.order {
                    self.add("measure.from", "that mark does not come before the other");
                }
                if from.names.process != to.names.process && !of_file(measure.what) {
                    self.add("measure.from", "the two marks are made by different processes");
                }
            }
            self.subject(measure, &to.names);
        }
        self.marks = marks;
    }

    fn subject(&mut self, measure: &Measure, names: &Names) {
        let at = "measure.of";
        let what = measure.what;
        match (&measure.of, what) {
            (Subject::Process, what) if of_file(what) => {
                self.add(at, format!("{what} are a file's: name one"))
            }
            (Subject::Process, _) => {}
            (Subject::Named(_), Quantity::MinorFaults | Quantity::MajorFaults | Quantity::DiskRead) => {
                self.add(at, format!("the kernel counts {what} for the process only: write `process`"));
            }
            (Subject::Named(label), what) if of_file(what) => self.file(label, at, names),
            (Subject::Named(label), _) => {
                if !names.mappings.contains_key(label) {
                    self.unknown("mapping", label, at, names.mappings.keys());
                }
            }
        }
    }
}

const fn of_file(what: Quantity) -> bool {
    matches!(what, Quantity::CachedPages | Quantity::DirtyPages)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Bytes = Bytes::kib(4);

    fn surveyed(operations: &str, measure: &str) -> Result<Needs, String> {
        let text = format!("do = [{operations}]\nmeasure = {{{measure}}}");
        let experiment: Experiment = toml::from_str(&text).unwrap();
        survey_experiment(&experiment, PAGE).map_err(|problems| {
            problems.iter().map(|Problem { at, text }| format!("{at}: {text}")).collect::<Vec<_>>().join("\n")
        })
    }

    const ANONYMOUS: &str = r#"{ map = "m", flavour = "private-anonymous", size = "1 MiB" },"#;
    const RSS: &str = r#"what = "rss", of = "process", to = "end""#;

    fn problem(operations: &str, measure: &str) -> String {
        surveyed(operations, measure).expect_err("a mistake must be found")
    }

    #[test]
    fn needs_count_each_page_that_a_process_fills_once() {
        let write = r#"{ write = "m" }, { read = "m", every = 2 }, { mark = "end" }"#;
        assert_eq!(
            surveyed(&format!("{ANONYMOUS} {write}"), RSS),
            Ok(Needs { memory: Bytes::mib(1), disk: Bytes(0) })
        );
        let twice =
            format!(r#"{ANONYMOUS} {{ write = "m" }}, {{ fork = [{{ write = "m" }}] }}, {{ mark = "end" }}"#);
        assert_eq!(surveyed(&twice, RSS).unwrap().memory, Bytes::mib(2));
        let huge = r#"{ map = "m", flavour = "private-anonymous", size = "10 GiB" }, { write = "m", first = "1 B" }, { mark = "end" }"#;
        assert_eq!(surveyed(huge, RSS).unwrap().memory, PAGE);
    }

    #[test]
    fn every_mistake_is_found_and_named() {
        for (operations, measure, said) in [
            (r#"{ mark = "end" }, { write = "m" }"#, RSS, "do[1]: no mapping is called m here"),
            (r#"{ mark = "ends" }"#, RSS, "measure.to: no mark is called end here; did you mean ends?"),
            (
                r#"{ map = "m", flavour = "shared-file" }, { mark = "end" }"#,
                RSS,
                "do[0]: a shared file-backed mapping needs a `file`",
            ),
            (r#"{ map = "m", flavour = "private-anonymous" }, { mark = "end" }"#, RSS, "needs a `size`"),
            (
                r#"{ create = "f", size = "4 KiB" }, { map = "m", flavour = "shared-file", file = "f", size = "8 KiB" }, { mark = "end" }"#,
                RSS,
                "do[1]: 8 KiB reaches beyond the end of f, which has 4 KiB",
            ),
            (
                r#"{ create = "f", size = "4 KiB" }, { map = "m", flavour = "shared-file", file = "f", access = "read-only" }, { write = "m" }, { mark = "end" }"#,
                RSS,
                "do[2]: m is mapped read-only",
            ),
            (
                &format!(r#"{ANONYMOUS} {{ unmap = "m" }}, {{ read = "m" }}, {{ mark = "end" }}"#),
                RSS,
                "not mapped any more",
            ),
            (&format!(r#"{ANONYMOUS} {ANONYMOUS} {{ mark = "end" }}"#), RSS, "there is a m already"),
            (
                &format!(r#"{ANONYMOUS} {{ read = "m", every = 0 }}, {{ mark = "end" }}"#),
                RSS,
                "every 0th page",
            ),
            (
                &format!(
                    r#"{ANONYMOUS} {{ protect = "m", access = "none", offset = "1 MiB" }}, {{ mark = "end" }}"#
                ),
                RSS,
                "does not lie in m, which has 1 MiB",
            ),
            (
                r#"{ mark = "a" }, { fork = [{ mark = "end" }] }"#,
                r#"what = "rss", of = "process", from = "a", to = "end""#,
                "different processes",
            ),
            (
                r#"{ mark = "end" }"#,
                r#"what = "dirty-pages", of = "process", to = "end""#,
                "measure.of: dirty pages in the page cache are a file's",
            ),
            (
                &format!(r#"{ANONYMOUS} {{ mark = "end" }}"#),
                r#"what = "minor-faults", of = "m", to = "end""#,
                "for the process only",
            ),
            (r#"{ mark = "end" }, { sleep_ms = 60000 }"#, RSS, "longer than 10000 ms"),
        ] {
            let problem = problem(operations, measure);
            assert!(problem.contains(said), "{problem:?} should say {said:?}");
        }
    }

    #[test]
    fn a_prediction_must_be_answerable_in_its_unit() {
        let text = |unit: &str, of: &str, tolerance: &str| {
            let predict: Predict = toml::from_str(&format!(
                r#"
                id = "p"
                ask = "?"
                unit = "{unit}"
                tolerance = {tolerance}
                folklore = {{ value = "1", said_by = "x" }}
                explain = "!"
                [experiment]
                do = [ {ANONYMOUS} {{ mark = "end" }} ]
                measure = {{ what = "rss", of = "{of}", to = "end" }}
                "#
            ))
            .unwrap();
            survey(&predict)
                .into_iter()
                .map(|Problem { at, text }| format!("{at}: {text}"))
                .collect::<Vec<_>>()
        };
        let times = "{ times = 2.0 }";
        assert_eq!(text("bytes", "process", times), [""; 0]);
        assert_eq!(text("percent", "m", times), [""; 0]);
        assert_eq!(text("faults", "process", times).len(), 1);
        assert_eq!(text("percent", "process", times).len(), 1);
        assert_eq!(text("bytes", "process", "{}"), ["tolerance: give `times`, `within` or both"]);
        assert_eq!(text("bytes", "process", "{ times = 0.5 }").len(), 1);
        assert_eq!(text("bytes", "process", r#"{ within = "3 faults" }"#).len(), 1);
    }
}
