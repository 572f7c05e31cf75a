//! Experiments and predictions: what a lesson says about a number that is guessed
//! first and measured then.
//!
//! An experiment is a list of operations on named mappings and files, with marks
//! between them, and one quantity measured at a mark or between two. It is data:
//! the edge `experiment` runs it, `judgement::prediction` checks and judges it.
//!
//! ```toml
//! [experiment]
//! do = [
//!   { map = "m", flavour = "private-anonymous", size = "10 GiB" },
//!   { mark = "before" },
//!   { write = "m", first = "1 B" },
//!   { mark = "after" },
//! ]
//! measure = { what = "rss", of = "process", from = "before", to = "after" }
//! ```

mod measurement;
mod operation;
mod pages;
mod size;

use std::fmt;

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use measurement::{Measurement, Outcome};
pub use operation::{
    Access, Advise, Create, DropCache, Fill, Flush, Fork, MadviseAdvice, Map, Mark, Operation, Protect,
    ReadCall, ReadTouch, Sleep, Sync, Unmap, WhichPages, WriteTouch,
};
pub use size::Size;

use crate::vocabulary::leaf::leaves;
use crate::words::ids::{Label, StepId};
use crate::words::speech::Speech;

// An operation is read whole, by its verb: its own words for a mistake are better
// than any that could be given key by key.
leaves!(Operation, Size, Unit, Quantity, Subject, HugePages, Label);

/// A step of kind `predict`: a question whose answer is measured live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// The step's id, unique in its lesson.
    pub id: StepId,
    /// The question, in Markdown.
    pub ask: String,
    /// The unit of the answer.
    pub unit: Unit,
    /// How near an answer must be.
    pub tolerance: Tolerance,
    /// What many people would say, and say wrongly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub folklore: Option<Folklore>,
    /// Why the measured figure is what it is, in Markdown; shown after the measurement.
    pub explain: String,
    /// What is run.
    pub experiment: Experiment,
}

/// How near a prediction must be to count as close. With both, either is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// At most this factor away, up or down: `1.5` lets 100 stand for 67 to 150.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub times: Option<f64>,
    /// At most this much away, in the words of an answer: `64 KiB`, `100 faults`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub within: Option<String>,
}

/// A figure that people repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Folklore {
    /// The figure, in the words of an answer: `10 GiB`.
    pub value: String,
    /// Who says so, or what rule it comes from.
    pub said_by: String,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A size in bytes.
    Bytes,
    /// A number of pages of the machine's size.
    Pages,
    /// A number of page faults.
    Faults,
    /// A number of lines in `/proc/PID/maps`.
    Mappings,
    /// Hundredths of the size of the mapping or file that is measured.
    Percent,
}

/// Operations, and what is measured of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The operations, in order.
    #[serde(rename = "do")]
    #[deserr(rename = "do")]
    pub operations: Vec<Operation>,
    /// What is measured.
    pub measure: Measure,
    /// How often the whole is run, each time in a new process; the median counts.
    /// Left out: three times where the quantity is noisy (faults, bytes from disk,
    /// page cache), else once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub repeat: Option<u8>,
    /// Whether the kernel may use transparent huge pages.
    #[serde(default)]
    #[deserr(default)]
    pub huge_pages: HugePages,
}

/// Whether the kernel may use transparent huge pages in an experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ExperimentHugePages")]
pub enum HugePages {
    /// No (`PR_SET_THP_DISABLE`), so that a page is a page on every machine.
    #[default]
    Disabled,
    /// As the machine is set up.
    AsConfigured,
}

/// One quantity at a mark, or its change between two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The quantity.
    pub what: Quantity,
    /// `process`, or the label of a mapping or file.
    pub of: Subject,
    /// The mark from which the change is counted. Left out: for the process, the moment
    /// before its first operation; for a mapping or file, the figure at `to` counts whole.
    /// Where the kernel has merged two of the experiment's mappings, each stands for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub from: Option<Label>,
    /// The mark at which it is read.
    pub to: Label,
}

/// What is measured of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Label", into = "Label")]
#[schemars(with = "String")]
pub enum Subject {
    /// The process that makes the marks, written `process`.
    Process,
    /// The mapping or file of this label.
    Named(Label),
}

/// Quantities that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Resident memory: `Rss` in `proc_pid_smaps(5)`.
    Rss,
    /// Proportional share of resident memory: `Pss`.
    Pss,
    /// Resident pages written and mapped here only: `Private_Dirty`.
    PrivateDirty,
    /// Resident pages that belong to no file, such as those copied on write: `Anonymous`.
    Anonymous,
    /// Faults served without reading storage, `ru_minflt` in `getrusage(2)`; of the process only.
    MinorFaults,
    /// Faults that read storage, `ru_majflt`; of the process only.
    MajorFaults,
    /// Bytes fetched from storage, `read_bytes` in `proc_pid_io(5)`; of the process only.
    DiskRead,
    /// Pages of a file in the page cache (`cachestat(2)`); of a file only.
    CachedPages,
    /// Pages of a file that are dirty in the page cache (`cachestat(2)`); of a file only.
    DirtyPages,
    /// Lines in `/proc/PID/maps`; of the process, or those that cover a mapping's addresses.
    Mappings,
}

impl Quantity {
    /// The unit that the kernel's books use for it.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Rss | Self::Pss | Self::PrivateDirty | Self::Anonymous | Self::DiskRead => Unit::Bytes,
            Self::MinorFaults | Self::MajorFaults => Unit::Faults,
            Self::CachedPages | Self::DirtyPages => Unit::Pages,
            Self::Mappings => Unit::Mappings,
        }
    }

    /// Whether runs of the same experiment differ, by what else the machine does.
    #[must_use]
    pub const fn is_noisy(self) -> bool {
        matches!(
            self,
            Self::MinorFaults | Self::MajorFaults | Self::DiskRead | Self::CachedPages | Self::DirtyPages
        )
    }
}

impl Experiment {
    /// How often it is run.
    #[must_use]
    pub fn repetitions(&self) -> u8 {
        self.repeat.unwrap_or(if self.measure.what.is_noisy() { 3 } else { 1 }).max(1)
    }
}

impl From<Label> for Subject {
    fn from(label: Label) -> Self {
        if label.as_str() == "process" { Self::Process } else { Self::Named(label) }
    }
}

impl From<Subject> for Label {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Named(label) => label,
            Subject::Process => "process".parse().expect("a lower-case word is a label"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.pad("process"),
            Self::Named(label) => label.fmt(f),
        }
    }
}

impl Unit {
    /// It in words, on its own: `pages`.
    #[must_use]
    pub fn in_words(self, speech: Speech) -> String {
        speech.say(match self {
            Self::Bytes => "unit-bytes",
            Self::Pages => "unit-pages",
            Self::Faults => "unit-faults",
            Self::Mappings => "unit-mappings",
            Self::Percent => "unit-percent",
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bytes => "bytes",
            Self::Pages => "pages",
            Self::Faults => "faults",
            Self::Mappings => "mappings",
            Self::Percent => "percent",
        })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rss => "resident memory",
            Self::Pss => "proportional share of resident memory",
            Self::PrivateDirty => "private dirty memory",
            Self::Anonymous => "resident anonymous memory",
            Self::MinorFaults => "minor faults",
            Self::MajorFaults => "major faults",
            Self::DiskRead => "bytes read from storage",
            Self::CachedPages => "pages in the page cache",
            Self::DirtyPages => "dirty pages in the page cache",
            Self::Mappings => "lines in maps",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_BYTE: &str = r#"
        id = "one-byte"
        ask = "How much does RSS grow?"
        unit = "bytes"
        tolerance = { times = 1.5 }
        folklore = { value = "10 GiB", said_by = "a rule of thumb" }
        explain = "One page was touched."
        [experiment]
        do = [
          { map = "m", flavour = "private-anonymous", size = "10 GiB" },
          { mark = "before" },
          { write = "m", first = "1 B" },
          { fork = [ { write = "m", every = 2 }, { mark = "inside" } ], stays = true },
          { mark = "after" },
        ]
        measure = { what = "rss", of = "process", from = "before", to = "after" }
    "#;

    fn error(from: &str, to: &str) -> String {
        toml::from_str::<Predict>(&ONE_BYTE.replace(from, to)).unwrap_err().message().to_owned()
    }

    #[test]
    fn a_prediction_is_read_from_toml_and_survives_json() {
        let predict: Predict = toml::from_str(ONE_BYTE).unwrap();
        assert_eq!(predict.experiment.operations.len(), 5);
        assert_eq!(predict.experiment.repetitions(), 1);
        let json = serde_json::to_string(&predict).unwrap();
        assert_eq!(serde_json::from_str::<Predict>(&json).unwrap(), predict);
    }

    #[test]
    fn a_course_file_reads_it_the_same_way() {
        let tree: serde_json::Value = toml::from_str(&ONE_BYTE.replace("times = 1.5", "times = 2")).unwrap();
        let read: Predict = deserr::deserialize::<_, _, deserr::errors::JsonError>(tree).unwrap();
        assert_eq!(read, toml::from_str(&ONE_BYTE.replace("times = 1.5", "times = 2.0")).unwrap());
    }

    #[test]
    fn mistakes_in_an_operation_are_named() {
        for (from, to, said) in [
            (
                r#"write = "m", first"#,
                r#"write = "m", frist"#,
                "unknown field `frist`, expected one of `write`, `first`",
            ),
            (r#"{ mark = "before" }"#, r#"{ marc = "before" }"#, "did you mean `mark`?"),
            (
                r#"{ mark = "before" }"#,
                r#"{ mark = "before", unmap = "m" }"#,
                "does one thing, and this does mark and unmap",
            ),
            (r#"size = "10 GiB""#, r#"size = "ten""#, r#""ten" is not a size such as"#),
            (r#"size = "10 GiB""#, "size = 10", "expected a string"),
        ] {
            let error = error(from, to);
            assert!(error.contains(said), "{to}: {error}");
        }
    }

    #[test]
    fn the_schema_lists_every_verb() {
        let schema = serde_json::to_string(&schemars::schema_for!(Experiment)).unwrap();
        for verb in Operation::VERBS {
            assert!(schema.contains(&format!("\"{verb}\"")), "{verb}");
        }
    }
}
