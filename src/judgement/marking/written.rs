//! A rubric and a course's words as they are written in TOML: unknown keys are refused,
//! everything else is left to `compile`. The JSON Schemas that editors use are made from these types.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::words::ids::{PointId, StepId};

/// Something wrong with a rubric or with the course's words, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RubricProblem {
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// The bytes of the file that it is about.
    pub span: Range<usize>,
}

/// All that is wrong with a rubric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", told(.0))]
pub struct RubricProblems(pub Vec<RubricProblem>);

fn told(problems: &[RubricProblem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|p| format!("{} (bytes {} to {})", p.message, p.span.start, p.span.end))
        .collect();
    lines.join("; ")
}

impl RubricProblems {
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        let message = error.message().trim().replace('\n', " ");
        Self(vec![RubricProblem { message, span: error.span().unwrap_or(0..0) }])
    }
}

/// How a free text is marked: `rubrics/STEP.toml`. The patterns are described in the book.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RubricDocument {
    /// The id of the step whose answers are marked; the file is named for it.
    pub(super) question: StepId,
    /// The question, as it is asked.
    pub(super) ask: String,
    /// An answer that earns every core point; shown to who did not.
    pub(super) model: String,
    /// How many words an answer may have (1 to 5000); what follows is not read.
    #[schemars(with = "usize")]
    pub(super) cap: Spanned<usize>,
    /// Classes of words that mean the same here, by name; a name that `words.toml` has too is added to.
    #[serde(default)]
    pub(super) words: BTreeMap<String, Vec<String>>,
    /// Patterns with a name: any of the list holds.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(super) patterns: BTreeMap<String, Vec<Spanned<String>>>,
    /// What the answer speaks of, one value at a time.
    #[serde(default)]
    pub(super) aspect: Vec<RubricAspect>,
    /// The facts looked for.
    pub(super) point: Vec<RubricPoint>,
    /// The beliefs called out.
    #[serde(default)]
    pub(super) misconception: Vec<RubricMisconception>,
}

/// Something that an answer speaks of in one way at a time, such as *private* or *shared*:
/// a value holds from where one of its patterns is found to where another value's is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RubricAspect {
    /// Its name.
    pub(super) id: String,
    /// The patterns that open each value.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(super) values: BTreeMap<String, Vec<Spanned<String>>>,
}

/// A fact that an answer can state. It needs `says` or `within`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RubricPoint {
    /// Its name, unique in the rubric.
    #[schemars(with = "PointId")]
    pub(super) id: Spanned<PointId>,
    /// Whether full marks need it.
    #[serde(default = "core_by_default")]
    pub(super) core: bool,
    /// The fact, told afterwards.
    pub(super) fact: String,
    /// What to think about, told if it was not stated.
    pub(super) hint: String,
    /// The patterns by which it is stated.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) says: Vec<Spanned<String>>,
    /// Patterns that do not settle it: the learner compares with the model answer and decides.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) maybe: Vec<Spanned<String>>,
    /// Patterns that take it back where they hold in the same sentence.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) unless: Vec<Spanned<String>>,
    /// For `within`: the value that each of these aspects must have.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) about: BTreeMap<String, Spanned<String>>,
    /// The patterns by which it is stated where the answer speaks of `about`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) within: Vec<Spanned<String>>,
}

fn core_by_default() -> bool {
    true
}

/// A wrong belief that an answer can show. It needs `says` or `within`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RubricMisconception {
    /// Its name, unique in the rubric.
    #[schemars(with = "PointId")]
    pub(super) id: Spanned<PointId>,
    /// The belief.
    pub(super) belief: String,
    /// Why it is wrong, told to who shows it.
    pub(super) why: String,
    /// The patterns by which it is stated.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) says: Vec<Spanned<String>>,
    /// Patterns that take it back where they hold in the same sentence.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) unless: Vec<Spanned<String>>,
    /// For `within`: the value that each of these aspects must have.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) about: BTreeMap<String, Spanned<String>>,
    /// The patterns by which it is stated where the answer speaks of `about`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) within: Vec<Spanned<String>>,
}

/// What all rubrics of a course share: `lessons/words.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsDocument {
    /// Classes of words that mean the same, by name. An entry is a word (in any inflection and
    /// spelling), a phrase, `=exact`, `prefix*`, a `#number`, another `@class`, or `-phrase`: the
    /// phrase in which a word of the class does not count.
    #[serde(default)]
    pub(super) words: BTreeMap<String, Vec<String>>,
    /// Patterns with a name: any of the list holds.
    #[serde(default)]
    pub(super) patterns: BTreeMap<String, Vec<String>>,
}
