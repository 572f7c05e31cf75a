//! Surveying an experiment before it is run: every mistake in it, and what it will
//! need of the machine.
//!
//! The runner of experiments surveys too, so that none begins that names a mapping
//! it never makes, or would fill the machine's memory. The operations themselves are
//! walked in `operations`.

mod operations;

use std::collections::BTreeSet;

use operations::{Names, Survey};

use super::figure::Figure;
use crate::vocabulary::experiment::{Experiment, Measure, Operation, Predict, Quantity, Subject, Unit};
use crate::words::ids::Label;
use crate::words::speech::Speech;
use crate::words::units::Bytes;

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

/// The most repetitions.
const MOST_REPETITIONS: u8 = 9;

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
        add("tolerance.within", error.in_words(Speech::ENGLISH));
    }
    if let Some(Err(error)) = predict.folklore.as_ref().map(|folklore| read(&folklore.value)) {
        add("folklore.value", error.in_words(Speech::ENGLISH));
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
    let mut survey = Survey::of(&experiment.operations, page_size);
    survey.measure(&experiment.measure);
    match experiment.repeat {
        Some(count) if count == 0 || count > MOST_REPETITIONS || count % 2 == 0 => survey.add(
            "repeat",
            format!("{count} repetitions have no middle one: take an odd number up to {MOST_REPETITIONS}"),
        ),
        _ => {}
    }
    if survey.problems.is_empty() { Ok(survey.needs) } else { Err(survey.problems) }
}

/// What stands when all operations are done: for the process itself and for each of its
/// children that stays, the mappings that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the operations need of the machine.
    pub needs: Needs,
    /// The mappings of each process, the first being the one that does the operations.
    pub processes: Vec<BTreeSet<Label>>,
}

/// What stands when `operations` are done.
///
/// # Errors
/// Every mistake in them, all at once.
pub fn survey_operations(operations: &[Operation], page_size: Bytes) -> Result<Standing, Vec<Problem>> {
    let survey = Survey::of(operations, page_size);
    if survey.problems.is_empty() {
        Ok(Standing { needs: survey.needs, processes: survey.standing })
    } else {
        Err(survey.problems)
    }
}

impl Survey {
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
