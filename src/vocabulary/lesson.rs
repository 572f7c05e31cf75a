//! Courses and lessons as they stand in TOML.
//!
//! These types are the format: `lessons/course.toml` is a [`Course`],
//! `lessons/NN-slug/lesson.toml` a [`Lesson`], a drill's attempts an
//! [`AttemptList`]. They say what can be written; whether it makes sense together
//! (names that exist, files that are there) is judged in `judgement::course`.

use std::collections::BTreeMap;

use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, Map, ValuePointerRef, take_cf_content};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::check::Check;
use crate::vocabulary::comparison::{Measured, RunTable};
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::leaf::{Keyed, leaves};
use crate::vocabulary::question::{Choice, Match, Number, Order, Question, Text};
use crate::vocabulary::scene::{Draw, Draws, Scene};
use crate::vocabulary::sketch::Sketch;
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::{CheckId, LessonId, ProgramName, StepId, ValueName};

/// `course.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Its title.
    pub title: String,
    /// The language its texts are in, as a BCP 47 tag: `en-GB`.
    pub lang: String,
    /// What it is about, in a sentence or two.
    pub about: String,
    /// Its parts, in order.
    pub part: Vec<Part>,
}

/// A part of a course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its title.
    pub title: String,
    /// Its lessons, in order: names of directories.
    pub lessons: Vec<LessonId>,
}

/// `lesson.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// The lessons it builds on.
    #[serde(default)]
    #[deserr(default)]
    pub builds_on: Vec<LessonId>,
    /// Its chapter of the book: `untouched-memory.md`.
    #[serde(default)]
    #[deserr(default)]
    pub book: Option<String>,
    /// What there is to do, in order.
    pub step: Vec<Step>,
}

/// One thing in a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Step {
    /// Something to read.
    Read(Read),
    /// Exactly one option is right.
    Choice(Choice),
    /// Any number of options is right.
    Choices(Choice),
    /// What belongs to what.
    Match(Match),
    /// What comes after what.
    Order(Order),
    /// A number.
    Number(Number),
    /// A free text, marked by a rubric.
    Text(Text),
    /// A figure guessed first and measured then.
    Predict(Predict),
    /// Lines of `/proc/PID/maps` to draw.
    Sketch(Sketch),
    /// A process held still, and questions about its books.
    Specimen(Specimen),
    /// A question about what was measured of the learner's own runs.
    Measured(Measured),
    /// Programs to write.
    Drill(Drill),
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// The text, in Markdown.
    pub text: String,
}

/// Programs to write, the scenes they run in, and what is expected of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// Its name, unique in the lesson.
    pub id: StepId,
    /// What to write, in Markdown.
    pub task: String,
    /// The programs. Each has a starter `rust/NAME.rs` and `c/NAME.c` beside the lesson.
    pub programs: Vec<ProgramName>,
    /// The check that the untouched starter misses, by language-independent intent.
    pub starter_misses: CheckId,
    /// The values drawn for each run, by name.
    #[serde(default)]
    #[deserr(default, from(Keyed<ValueName, Draw>) = Keyed::entries)]
    pub values: Draws,
    /// The runs.
    pub scene: Vec<Scene>,
    /// What is expected.
    pub check: Vec<Check>,
    /// A table of the runs, shown after the verdict.
    #[serde(default)]
    #[deserr(default)]
    pub table: Option<RunTable>,
    /// Three hints, from a nudge to nearly there.
    pub hints: Vec<String>,
}

/// `attempts.toml` in `solutions/LESSON/attempts/`: known programs with the verdict each must get.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct AttemptList {
    /// The attempts.
    pub attempt: Vec<Attempt>,
}

/// A known-bad set of programs beside a drill: files of its own, or model programs with a few
/// places changed (`edit`), which stay like the model when that is written anew. Programs it does not
/// name are the model ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Its name, unique in the list.
    pub id: StepId,
    /// The drill it belongs to.
    pub drill: StepId,
    /// What is wrong with it, in a sentence.
    pub fault: String,
    /// Its files by program, relative to the attempts' directory; the ending tells the language.
    #[serde(default)]
    #[deserr(default, from(Keyed<ProgramName, String>) = Keyed::entries)]
    pub files: BTreeMap<ProgramName, String>,
    /// Where it differs from model programs, for those of which it has no file.
    #[serde(default)]
    #[deserr(default)]
    pub edit: Vec<Edit>,
    /// The checks it must miss, each of them; others it may miss too.
    pub misses: Vec<CheckId>,
}

/// A place in a model program that is another in an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Deserr)]
#[deserr(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The model program's file: the program's name, with the ending of the language.
    pub file: String,
    /// What stands there in the model program, and nowhere else in it.
    pub find: String,
    /// What stands there in the attempt; without it, nothing.
    #[serde(default)]
    #[deserr(default)]
    pub replace: String,
}

/// The languages a drill can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Rust, against memmap2 and libc.
    Rust,
    /// C.
    C,
}

leaves!(Language);

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rust, Self::C];

    /// The folder of its programs: `rust`, `c`.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::C => "c",
        }
    }

    /// The ending of its files: `rs`, `c`.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rust => "rs",
            Self::C => "c",
        }
    }

    /// Its name: `Rust`, `C`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::C => "C",
        }
    }
}

impl Step {
    /// The words that `kind` may be.
    const KINDS: [&str; 12] = [
        "read", "choice", "choices", "match", "order", "number", "text", "predict", "sketch", "specimen",
        "measured", "drill",
    ];

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &StepId {
        match self {
            Self::Read(read) => &read.id,
            Self::Choice(choice) | Self::Choices(choice) => &choice.id,
            Self::Match(matching) => &matching.id,
            Self::Order(order) => &order.id,
            Self::Number(number) => &number.id,
            Self::Text(text) => &text.id,
            Self::Predict(predict) => &predict.id,
            Self::Sketch(sketch) => &sketch.id,
            Self::Specimen(specimen) => &specimen.id,
            Self::Measured(measured) => &measured.id,
            Self::Drill(drill) => &drill.id,
        }
    }

    /// The question that it asks, if it is one; what is right in one about measured runs is not in
    /// the lesson (see `judgement::measured`).
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        match self.clone() {
            Self::Choice(choice) => Some(Question::Choice(choice)),
            Self::Choices(choice) => Some(Question::Choices(choice)),
            Self::Match(matching) => Some(Question::Match(matching)),
            Self::Order(order) => Some(Question::Order(order)),
            Self::Number(number) => Some(Question::Number(number)),
            Self::Text(text) => Some(Question::Text(text)),
            Self::Read(_)
            | Self::Predict(_)
            | Self::Sketch(_)
            | Self::Specimen(_)
            | Self::Measured(_)
            | Self::Drill(_) => None,
        }
    }
}

/// Read by its `kind`; the derive macro has no tagged enums of structs.
impl<E: DeserializeError> Deserr<E> for Step {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        let fail = |kind: ErrorKind<'_, V>, location| Err(take_cf_content(E::error(None, kind, location)));
        let mut table = match value {
            deserr::Value::Map(table) => table,
            actual => {
                let accepted = &[deserr::ValueKind::Map];
                return fail(ErrorKind::IncorrectValueKind { actual, accepted }, location);
            }
        };
        let Some(kind) = table.remove("kind") else {
            return fail(ErrorKind::MissingField { field: "kind" }, location);
        };
        let at_kind = location.push_key("kind");
        let kind = match kind.into_value() {
            deserr::Value::String(kind) => kind,
            actual => {
                let accepted = &[deserr::ValueKind::String];
                return fail(ErrorKind::IncorrectValueKind { actual, accepted }, at_kind);
            }
        };
        let table: deserr::Value<V> = deserr::Value::Map(table);
        match kind.as_str() {
            "read" => Read::deserialize_from_value(table, location).map(Self::Read),
            "choice" => Choice::deserialize_from_value(table, location).map(Self::Choice),
            "choices" => Choice::deserialize_from_value(table, location).map(Self::Choices),
            "match" => Match::deserialize_from_value(table, location).map(Self::Match),
            "order" => Order::deserialize_from_value(table, location).map(Self::Order),
            "number" => Number::deserialize_from_value(table, location).map(Self::Number),
            "text" => Text::deserialize_from_value(table, location).map(Self::Text),
            "predict" => Predict::deserialize_from_value(table, location).map(Self::Predict),
            "sketch" => Sketch::deserialize_from_value(table, location).map(Self::Sketch),
            "specimen" => Specimen::deserialize_from_value(table, location).map(Self::Specimen),
            "measured" => Measured::deserialize_from_value(table, location).map(Self::Measured),
            "drill" => Drill::deserialize_from_value(table, location).map(Self::Drill),
            other => fail(ErrorKind::UnknownValue { value: other, accepted: &Self::KINDS }, at_kind),
        }
    }
}
