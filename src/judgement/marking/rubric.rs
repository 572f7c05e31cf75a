//! A rubric: the facts looked for in an answer and the beliefs called out, each with the
//! patterns by which it is stated.
//!
//! How a rubric is written is in `written`, how that becomes this in `compile`.

use super::lexicon::Lexicon;
use super::parroting::Asked;
use super::pattern::Node;
use super::words::Tongue;
use crate::words::ids::{PointId, StepId};

/// Whether a point is needed for full marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Needed for full marks.
    Core,
    /// Extra credit.
    Extra,
}

/// A fact that an answer can state.
#[derive(Debug)]
pub struct Point {
    /// Its stable name.
    pub id: PointId,
    /// Whether full marks need it.
    pub weight: Weight,
    /// The fact, as told to the learner afterwards.
    pub fact: String,
    /// What to think about, when it was not stated.
    pub hint: String,
    pub(super) says: Statement,
    pub(super) maybe: Vec<Pattern>,
}

/// A wrong belief that an answer can show.
#[derive(Debug)]
pub struct Misconception {
    /// Its stable name.
    pub id: PointId,
    /// The belief, in a sentence.
    pub belief: String,
    /// Why it is wrong.
    pub why: String,
    pub(super) says: Statement,
}

/// A pattern as written and as compiled.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) node: Node,
}

/// The patterns by which something is stated.
#[derive(Debug)]
pub(super) struct Statement {
    /// Patterns that hold anywhere.
    pub(super) says: Vec<Pattern>,
    /// Patterns that hold only where the answer speaks of `about`.
    pub(super) within: Vec<Pattern>,
    /// For each aspect, the value that `within` needs.
    pub(super) about: Vec<Option<u8>>,
    /// What takes a statement back if it is in the same sentence.
    pub(super) unless: Vec<Pattern>,
}

/// Something that an answer speaks of in one way at a time: its patterns, by value.
#[derive(Debug)]
pub(super) struct Aspect {
    pub(super) values: Vec<Value>,
}

/// One way of speaking of it.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) name: String,
    /// The patterns that open it.
    pub(super) opens: Vec<Pattern>,
}

/// A question of free text, with all that marking its answers needs.
#[derive(Debug)]
pub struct Rubric {
    /// The question's id.
    pub question: StepId,
    /// The question.
    pub ask: String,
    /// An answer that earns every core point.
    pub model: String,
    /// How many words an answer may have; what follows is not read.
    pub cap: usize,
    /// The facts looked for.
    pub points: Vec<Point>,
    /// The beliefs called out.
    pub misconceptions: Vec<Misconception>,
    pub(super) language: Tongue,
    pub(super) asked: Asked,
    pub(super) aspects: Vec<Aspect>,
    pub(super) named: Vec<Node>,
    pub(super) lexicon: Lexicon,
}
