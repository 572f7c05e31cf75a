//! Questions: what a lesson asks, with what is right and what to say to each answer.

use deserr::Deserr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::ids::StepId;

/// One of several: exactly one option is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Its text.
    pub text: String,
    /// Whether it is right.
    #[serde(default)]
    #[deserr(default)]
    pub right: bool,
    /// What is said to who chose it: why it is right, or what is wrong with it.
    pub feedback: String,
}

/// Two things that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// What is shown.
    pub left: String,
    /// What belongs to it.
    pub right: String,
    /// What is said to who gave it another partner.
    pub feedback: String,
}

/// One thing in an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its text.
    pub text: String,
    /// Why it stands where it stands; said when it was put elsewhere.
    pub feedback: String,
}

/// What is said to a certain wrong number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct WrongNumber {
    /// The number, in the question's unit.
    pub value: f64,
    /// What is said.
    pub feedback: String,
}

/// A question that is asked and marked without running anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Question {
    /// Exactly one option is right.
    Choice(Choice),
    /// Any number of options is right; all of them, and no other, must be chosen.
    Choices(Choice),
    /// Each on the left has its partner on the right.
    Match(Match),
    /// Items to be brought into their order.
    Order(Order),
    /// A number.
    Number(Number),
    /// A free text, marked by a rubric.
    Text(Text),
}

/// A question with options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The question.
    pub ask: String,
    /// What there is to choose from.
    pub option: Vec<Alternative>,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

/// A question of what belongs to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The question.
    pub ask: String,
    /// The pairs. The partners are shown in another order.
    pub pair: Vec<Pair>,
    /// Partners that belong to nothing.
    #[serde(default)]
    #[deserr(default)]
    pub decoys: Vec<String>,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

/// A question of what comes after what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The question.
    pub ask: String,
    /// The items in their right order. They are shown in another.
    pub item: Vec<Item>,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

/// A question for a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The question.
    pub ask: String,
    /// The right number, in `unit`.
    pub answer: f64,
    /// How far from it is still right, in `unit`.
    #[serde(default)]
    #[deserr(default)]
    pub tolerance: f64,
    /// What it counts: `pages`, `KiB`, `system calls`. Answers may name another size unit.
    pub unit: String,
    /// What is said to the right answer.
    pub right: String,
    /// What is said to certain wrong ones.
    #[serde(default)]
    #[deserr(default)]
    pub wrong: Vec<WrongNumber>,
    /// What is said to any other.
    pub otherwise: String,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

/// A question for a free text. The question itself, the model answer and what is said to
/// it are in the rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its name, unique in the lesson; its rubric is `rubrics/ID.toml` beside the lesson.
    pub id: StepId,
    /// Up to three hints, from a nudge to nearly there.
    #[serde(default)]
    #[deserr(default)]
    pub hints: Vec<String>,
}

impl Question {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &StepId {
        match self {
            Self::Choice(choice) | Self::Choices(choice) => &choice.id,
            Self::Match(matching) => &matching.id,
            Self::Order(order) => &order.id,
            Self::Number(number) => &number.id,
            Self::Text(text) => &text.id,
        }
    }

    /// Its hints.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        match self {
            Self::Choice(choice) | Self::Choices(choice) => &choice.hints,
            Self::Match(matching) => &matching.hints,
            Self::Order(order) => &order.hints,
            Self::Number(number) => &number.hints,
            Self::Text(text) => &text.hints,
        }
    }
}
