//! Specimens: a process that is run live and held still, whose own lines in the
//! kernel's books are shown and then asked about.
//!
//! What it does is told in the words of an experiment. No key is written down: the
//! right answers are expressions over the figures that the kernel shows of this very
//! run, so sizes and counts may be drawn anew each time.
//!
//! ```toml
//! values = { stored = { draw = "integer", from = 8, to = 48 } }
//! do = [
//!   { create = "ledger", size = "1 MiB" },
//!   { map = "shared", flavour = "shared-file", file = "ledger" },
//!   { write = "shared", random = "{stored}" },
//! ]
//!
//! [[step.question]]
//! kind = "figure"
//! id = "in-ram"
//! ask = "How much of the file is in RAM?"
//! answer = "shared_rss"
//! unit = "KiB"
//! right = "{shared_rss:bytes}, of {shared_size:bytes}."
//! otherwise = "It is in the line Rss."
//! ```
//!
//! The figures have these names, in bytes where the books are in kB: for a mapping
//! `shared`, `shared_size`, `shared_rss`, `shared_pss`, `shared_shared_clean`,
//! `shared_shared_dirty`, `shared_private_clean`, `shared_private_dirty`,
//! `shared_anonymous`, `shared_swap` (a `-` in a label becomes `_`); for the whole
//! process the same behind `process_`, and `process_lines`; for a forked child that
//! stays, all of them behind `child_` (the second, `child2_`). Where `perf` is there,
//! `minor_faults` and `major_faults` are those of the whole life of another run; a
//! question that needs them is left out where it is not. Drawn values go by their own
//! names, and `page` is the size of a page.

mod drawn;
mod exhibit;

use std::fmt;

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use drawn::{DrawnOperation, NotAnOperation};
pub use exhibit::{Exhibit, Exhibited, Faults, Told};

use crate::vocabulary::experiment::HugePages;
use crate::vocabulary::leaf::{Keyed, leaves};
use crate::vocabulary::scene::{Draw, Draws};
use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{Label, StepId, ValueName};

leaves!(DrawnOperation, FigureUnit);

/// A step of kind `specimen`: a process held still, and questions about its books.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Specimen {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// What is looked at, in Markdown; shown before the books.
    pub text: String,
    /// Integers drawn anew for each run, by name.
    #[serde(default)]
    #[deserr(default, from(Keyed<ValueName, Draw>) = Keyed::entries)]
    pub values: Draws,
    /// What the process does before it is held: the operations of an experiment, in which
    /// `"{name}"` stands for a drawn value and `"{name:bytes}"` for one as a size.
    #[serde(rename = "do")]
    #[deserr(rename = "do")]
    pub operations: Vec<DrawnOperation>,
    /// Whether the kernel may use transparent huge pages.
    #[serde(default)]
    #[deserr(default)]
    pub huge_pages: HugePages,
    /// Lines of the process's own ground that are shown among those of its mappings, by
    /// their last column: `[heap]`, `[stack]`.
    #[serde(default)]
    #[deserr(default)]
    pub also: Vec<String>,
    /// What is asked about what is shown.
    pub question: Vec<SpecimenQuestion>,
    /// What there is to learn from it, in Markdown; shown after the answers.
    pub explain: String,
}

/// A question about what a specimen shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(tag = "kind", deny_unknown_fields)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SpecimenQuestion {
    /// Which of the process's lines is it?
    #[deserr(rename = "line")]
    Line {
        /// Its name, unique in the specimen.
        id: StepId,
        /// The question, in Markdown.
        ask: String,
        /// The mapping whose line is right.
        of: Label,
        /// What is said to the right answer.
        right: Template,
        /// What is said to the line of another mapping.
        #[serde(default)]
        #[deserr(default)]
        wrong: Vec<WrongLine>,
        /// What is said to any other.
        otherwise: Template,
        /// Up to three hints.
        #[serde(default)]
        #[deserr(default)]
        hints: Vec<String>,
    },
    /// Which figure is it?
    #[deserr(rename = "figure")]
    Figure {
        /// Its name, unique in the specimen.
        id: StepId,
        /// The question, in Markdown.
        ask: String,
        /// The right figure, from those that the kernel shows: in bytes for `KiB` and `pages`.
        answer: Expr,
        /// The unit of the answer.
        unit: FigureUnit,
        /// How far from it is still right; like the answer, in bytes for `KiB` and `pages`.
        #[serde(default)]
        #[deserr(default)]
        tolerance: Option<Expr>,
        /// What is said to the right answer.
        right: Template,
        /// What is said to certain wrong ones.
        #[serde(default)]
        #[deserr(default)]
        wrong: Vec<WrongFigure>,
        /// What is said to any other.
        otherwise: Template,
        /// Up to three hints.
        #[serde(default)]
        #[deserr(default)]
        hints: Vec<String>,
    },
}

/// What is said to who takes another mapping's line for the right one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct WrongLine {
    /// The mapping.
    pub of: Label,
    /// What is said.
    pub feedback: Template,
}

/// What is said to a certain wrong figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct WrongFigure {
    /// The figure, like the answer. Where it happens to be the right one, it is passed over.
    pub value: Expr,
    /// What is said.
    pub feedback: Template,
}

/// The unit in which a figure is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FigureUnit {
    /// 1024 bytes, which smaps calls kB.
    #[serde(rename = "KiB")]
    KiB,
    /// Pages of the machine's size.
    #[serde(rename = "pages")]
    Pages,
    /// Page faults.
    #[serde(rename = "faults")]
    Faults,
    /// Lines of maps.
    #[serde(rename = "lines")]
    Lines,
}

impl SpecimenQuestion {
    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &StepId {
        match self {
            Self::Line { id, .. } | Self::Figure { id, .. } => id,
        }
    }

    /// What it asks.
    #[must_use]
    pub fn ask(&self) -> &str {
        match self {
            Self::Line { ask, .. } | Self::Figure { ask, .. } => ask,
        }
    }

    /// Its hints.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        match self {
            Self::Line { hints, .. } | Self::Figure { hints, .. } => hints,
        }
    }

    /// The texts in which figures stand, with the way to each from the question.
    #[must_use]
    pub fn templates(&self) -> Vec<(String, &Template)> {
        let fixed = |right, otherwise| vec![("right".to_owned(), right), ("otherwise".to_owned(), otherwise)];
        let at = |index: usize| format!("wrong[{index}].feedback");
        match self {
            Self::Line { right, wrong, otherwise, .. } => {
                let wrong = wrong.iter().enumerate().map(|(index, wrong)| (at(index), &wrong.feedback));
                fixed(right, otherwise).into_iter().chain(wrong).collect()
            }
            Self::Figure { right, wrong, otherwise, .. } => {
                let wrong = wrong.iter().enumerate().map(|(index, wrong)| (at(index), &wrong.feedback));
                fixed(right, otherwise).into_iter().chain(wrong).collect()
            }
        }
    }

    /// The expressions over figures, with the way to each from the question.
    #[must_use]
    pub fn expressions(&self) -> Vec<(String, &Expr)> {
        match self {
            Self::Line { .. } => Vec::new(),
            Self::Figure { answer, tolerance, wrong, .. } => {
                let wrong = wrong.iter().enumerate();
                let wrong = wrong.map(|(index, wrong)| (format!("wrong[{index}].value"), &wrong.value));
                let tolerance = tolerance.iter().map(|tolerance| ("tolerance".to_owned(), tolerance));
                [("answer".to_owned(), answer)].into_iter().chain(tolerance).chain(wrong).collect()
            }
        }
    }
}

impl FigureUnit {
    /// How many of what an expression gives make one of it.
    #[must_use]
    pub const fn scale(self, page_size: crate::words::units::Bytes) -> u64 {
        match self {
            Self::KiB => 1024,
            Self::Pages => page_size.0,
            Self::Faults | Self::Lines => 1,
        }
    }
}

impl fmt::Display for FigureUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::KiB => "KiB",
            Self::Pages => "pages",
            Self::Faults => "faults",
            Self::Lines => "lines",
        })
    }
}
