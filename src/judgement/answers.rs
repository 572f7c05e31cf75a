//! Answers to questions that have a key: read, and marked.
//!
//! How a question is laid out (which partner is `a`, in which order items are
//! shown) depends on its id alone, so that a prompt, a printed page and an answer
//! file all speak of the same letters. Free texts are marked by their rubric, in
//! `judgement::marking`.

use std::collections::BTreeSet;

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::judgement::progress::Outcome;
use crate::vocabulary::question::{Choice, Match, Number, Order, Question};
use crate::words::ids::StepId;
use crate::words::speech::Speech;
use crate::words::units::Bytes;

/// An answer. Indices are those of the question as it is shown by [`layout`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One option.
    One(usize),
    /// Any number of options.
    Several(BTreeSet<usize>),
    /// For each on the left, its partner among the shown ones.
    Partners(Vec<usize>),
    /// The shown items in the order given to them.
    Sequence(Vec<usize>),
    /// A number, in the question's unit.
    Figure(f64),
}

/// A question as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<'q> {
    /// What stands on the left of a `match`; empty for all others. Numbered from 1.
    pub left: Vec<&'q str>,
    /// What there is to choose from; empty for a number. Lettered from `a`.
    pub options: Vec<&'q str>,
}

/// How an answer was marked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Marked {
    /// Whether it is right.
    pub outcome: Outcome,
    /// What is said to it.
    pub remarks: Vec<Remark>,
}

/// Something said to an answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// Whether what it is about is right.
    pub outcome: Outcome,
    /// What it is about: an option, what stands on the left, an item. Empty for the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// What is said.
    pub says: String,
}

/// An answer that cannot be read as one to its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not of the shape that the question's kind wants.
    Shape {
        /// The question.
        question: StepId,
        /// What it must be.
        wanted: Shape,
    },
    /// Names an option that there is not.
    Option {
        /// The question.
        question: StepId,
        /// What was given.
        given: String,
        /// The letter of the last option.
        last: char,
    },
    /// Gives too few or too many.
    Length {
        /// The question.
        question: StepId,
        /// How many it must give.
        wanted: usize,
        /// How many it gives.
        given: usize,
    },
    /// Uses an item twice.
    Twice {
        /// The question.
        question: StepId,
        /// The letter of what is used twice.
        letter: char,
    },
    /// Not a number, or in a unit that does not fit.
    NotANumber {
        /// The question.
        question: StepId,
        /// What was given.
        given: String,
        /// The unit wanted.
        unit: String,
    },
}

/// What an answer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The letter of an option.
    Letter,
    /// A list of letters, of any length.
    Letters,
    /// A list with a letter for each on the left.
    Partners,
    /// A list of all letters.
    Sequence,
    /// A number, with its unit or without.
    Number,
    /// A text.
    Text,
    /// Whatever the question's kind wants.
    OwnKind,
}

impl Unreadable {
    /// It in words, for who wrote the answer.
    #[must_use]
    pub fn in_words(&self, speech: Speech) -> String {
        let letter = |letter: char| ("letter", letter.to_string().into());
        match self {
            Self::Shape { question, wanted } => {
                let wanted = match wanted {
                    Shape::Letter => "unreadable-letter",
                    Shape::Letters => "unreadable-letters",
                    Shape::Partners => "unreadable-partners",
                    Shape::Sequence => "unreadable-sequence",
                    Shape::Number => "unreadable-figure",
                    Shape::Text => "unreadable-text",
                    Shape::OwnKind => "unreadable-kind",
                };
                speech.tell(wanted, [("question", question.into())])
            }
            Self::Option { question, given, last } => speech.tell(
                "unreadable-option",
                [("question", question.into()), ("given", given.into()), ("last", last.to_string().into())],
            ),
            Self::Length { question, wanted, given } => speech.tell(
                "unreadable-length",
                [("question", question.into()), ("wanted", (*wanted).into()), ("given", (*given).into())],
            ),
            Self::Twice { question, letter: twice } => {
                speech.tell("unreadable-twice", [("question", question.into()), letter(*twice)])
            }
            Self::NotANumber { question, given, unit } => speech.tell(
                "unreadable-number",
                [("question", question.into()), ("given", given.into()), ("unit", unit.into())],
            ),
        }
    }
}

/// The letter of an option: `a` for the first.
#[must_use]
pub fn letter(index: usize) -> char {
    u8::try_from(index).ok().filter(|&index| index < 26).map_or('?', |index| char::from(b'a' + index))
}

/// How a question is shown.
#[must_use]
pub fn layout(question: &Question) -> Layout<'_> {
    match question {
        Question::Choice(choice) | Question::Choices(choice) => Layout {
            left: Vec::new(),
            options: choice.option.iter().map(|option| option.text.as_str()).collect(),
        },
        Question::Match(matching) => Layout {
            left: matching.pair.iter().map(|pair| pair.left.as_str()).collect(),
            options: partners(matching),
        },
        Question::Order(order) => Layout {
            left: Vec::new(),
            options: shuffled_items(order).into_iter().map(|index| order.item[index].text.as_str()).collect(),
        },
        Question::Number(_) | Question::Text(_) => Layout { left: Vec::new(), options: Vec::new() },
    }
}

/// The partners of a `match`, each text once, decoys among them, shuffled.
fn partners(matching: &Match) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for text in matching.pair.iter().map(|pair| &pair.right).chain(&matching.decoys) {
        if !texts.contains(&text.as_str()) {
            texts.push(text);
        }
    }
    texts.shuffle(&mut generator(&matching.id));
    texts
}

/// The indices of the items of an `order` as they are shown: never in the right order.
fn shuffled_items(order: &Order) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..order.item.len()).collect();
    indices.shuffle(&mut generator(&order.id));
    if indices.is_sorted() && indices.len() > 1 {
        indices.rotate_left(1);
    }
    indices
}

/// A generator that depends on the question alone (FNV-1a of its id as the seed).
fn generator(id: &StepId) -> impl Rng {
    let seed = id
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    ChaCha8Rng::seed_from_u64(seed)
}

/// Reads an answer as a file or a command line gives it. Options are named by letter
/// (`"b"`), by number from 1, or by their whole text.
///
/// # Errors
/// Where it is not an answer to this question.
pub fn read(question: &Question, given: &toml::Value) -> Result<Answer, Unreadable> {
    let shown = layout(question);
    let reader = Reader { id: question.id(), options: &shown.options };
    match question {
        Question::Choice(_) => {
            if given.is_array() || given.is_table() {
                return Err(reader.shape(Shape::Letter));
            }
            reader.option(given).map(Answer::One)
        }
        Question::Choices(_) => {
            let given = given.as_array().ok_or_else(|| reader.shape(Shape::Letters))?;
            given.iter().map(|one| reader.option(one)).collect::<Result<_, _>>().map(Answer::Several)
        }
        Question::Match(_) => reader.all_of(given, shown.left.len(), Shape::Partners).map(Answer::Partners),
        Question::Order(_) => {
            let sequence = reader.all_of(given, shown.options.len(), Shape::Sequence)?;
            let mut seen = BTreeSet::new();
            match sequence.iter().find(|&&index| !seen.insert(index)) {
                Some(&twice) => Err(Unreadable::Twice { question: reader.id.clone(), letter: letter(twice) }),
                None => Ok(Answer::Sequence(sequence)),
            }
        }
        Question::Number(number) => match given {
            toml::Value::Integer(integer) => read_number(number, &integer.to_string()),
            toml::Value::Float(float) => read_number(number, &float.to_string()),
            toml::Value::String(text) => read_number(number, text),
            _ => Err(reader.shape(Shape::Number)),
        }
        .map(Answer::Figure),
        Question::Text(_) => Err(reader.shape(Shape::Text)),
    }
}

struct Reader<'q> {
    id: &'q StepId,
    options: &'q [&'q str],
}

impl Reader<'_> {
    fn shape(&self, wanted: Shape) -> Unreadable {
        Unreadable::Shape { question: self.id.clone(), wanted }
    }

    fn option(&self, given: &toml::Value) -> Result<usize, Unreadable> {
        let given = match given {
            toml::Value::String(text) => text.trim().to_owned(),
            toml::Value::Integer(number) => number.to_string(),
            other => other.to_string(),
        };
        let by_text = self.options.iter().position(|option| option.trim() == given);
        let by_letter =
            || (0..self.options.len()).find(|&index| given.eq_ignore_ascii_case(&letter(index).to_string()));
        let by_number = || {
            let number: usize = given.parse().ok()?;
            number.checked_sub(1).filter(|&index| index < self.options.len())
        };
        by_text.or_else(by_letter).or_else(by_number).ok_or_else(|| Unreadable::Option {
            question: self.id.clone(),
            given: given.clone(),
            last: letter(self.options.len().saturating_sub(1)),
        })
    }

    fn all_of(&self, given: &toml::Value, wanted: usize, shape: Shape) -> Result<Vec<usize>, Unreadable> {
        let given = given.as_array().ok_or_else(|| self.shape(shape))?;
        if given.len() != wanted {
            return Err(Unreadable::Length { question: self.id.clone(), wanted, given: given.len() });
        }
        given.iter().map(|one| self.option(one)).collect()
    }
}

/// Reads a number as a person writes it, into the question's unit: `2,560`, `2_560`,
/// `1e6`, `10 MiB` where the question asks for KiB.
///
/// # Errors
/// Where it is no number, or in a unit that does not fit.
pub fn read_number(question: &Number, given: &str) -> Result<f64, Unreadable> {
    let refuse = || Unreadable::NotANumber {
        question: question.id.clone(),
        given: given.to_owned(),
        unit: question.unit.clone(),
    };
    let compact: String = given.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let compact = compact.trim();
    let end = compact
        .char_indices()
        .find(|&(at, c)| !number_goes_on(compact, at, c))
        .map_or(compact.len(), |(at, _)| at);
    let (digits, unit) = compact.split_at(end);
    let number: f64 = digits.replace(' ', "").parse().map_err(|_| refuse())?;
    if !number.is_finite() {
        return Err(refuse());
    }
    let scale = unit_scale(unit.trim(), &question.unit).ok_or_else(refuse)?;
    Ok(number * scale)
}

/// Whether the number still goes on with `c` at `at`: digits, a sign, a point, an
/// exponent, or a space between digits.
fn number_goes_on(text: &str, at: usize, c: char) -> bool {
    let next = text[at + c.len_utf8()..].chars().next();
    match c {
        '0'..='9' | '.' => true,
        '-' | '+' => at == 0 || text[..at].ends_with(['e', 'E']),
        ' ' | 'e' | 'E' => {
            text[..at].ends_with(|before: char| before.is_ascii_digit())
                && next.is_some_and(|next| next.is_ascii_digit() || (c != ' ' && matches!(next, '-' | '+')))
        }
        _ => false,
    }
}

/// What a number in `given` units must be multiplied with to be one in `wanted` units.
fn unit_scale(given: &str, wanted: &str) -> Option<f64> {
    let name = |unit: &str| unit.trim_end_matches('s').to_lowercase();
    if given.is_empty() || name(given) == name(wanted) {
        return Some(1.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "the scales are powers of two up to 2^40: exact")]
    let size = |unit: &str| match name(unit).as_str() {
        "byte" => Some(1.0),
        // As smaps and pmap write it.
        "kb" => Some(1024.0),
        _ => Bytes::of_unit(unit).map(|bytes| bytes.0 as f64),
    };
    Some(size(given)? / size(wanted)?)
}

/// Marks an answer.
///
/// # Errors
/// Where it is not of the question's kind; free texts are marked by their rubric.
pub fn mark(speech: Speech, question: &Question, answer: &Answer) -> Result<Marked, Unreadable> {
    match (question, answer) {
        (Question::Choice(choice), Answer::One(index)) => {
            Ok(mark_several(speech, choice, &BTreeSet::from([*index]), Asked::One))
        }
        (Question::Choices(choice), Answer::Several(chosen)) => {
            Ok(mark_several(speech, choice, chosen, Asked::Several))
        }
        (Question::Match(matching), Answer::Partners(partners)) => Ok(mark_match(speech, matching, partners)),
        (Question::Order(order), Answer::Sequence(sequence)) => Ok(mark_order(order, sequence)),
        (Question::Number(number), Answer::Figure(figure)) => Ok(mark_number(number, *figure)),
        _ => Err(Unreadable::Shape { question: question.id().clone(), wanted: Shape::OwnKind }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    One,
    Several,
}

fn right(about: &str, says: &str) -> Remark {
    Remark { outcome: Outcome::Passed, about: about.to_owned(), says: says.to_owned() }
}

fn wrong(about: &str, says: &str) -> Remark {
    Remark { outcome: Outcome::Missed, about: about.to_owned(), says: says.to_owned() }
}

/// A miss says what is wrong with each wrong option chosen, and never which are right.
fn mark_several(speech: Speech, choice: &Choice, chosen: &BTreeSet<usize>, asked: Asked) -> Marked {
    let is_chosen = |index: usize| chosen.contains(&index);
    let options = || choice.option.iter().enumerate();
    let mut remarks: Vec<Remark> = options()
        .filter(|&(index, option)| is_chosen(index) && !option.right)
        .map(|(_, option)| wrong(&option.text, &option.feedback))
        .collect();
    let missing = options().filter(|&(index, option)| option.right && !is_chosen(index)).count();
    if missing > 0 && asked == Asked::Several {
        remarks.push(wrong("", &speech.tell("answer-more-right", [("options", missing.into())])));
    }
    if !remarks.is_empty() {
        return Marked { outcome: Outcome::Missed, remarks };
    }
    let remarks = options()
        .filter(|(_, option)| option.right)
        .map(|(_, option)| right(&option.text, &option.feedback))
        .collect();
    Marked { outcome: Outcome::Passed, remarks }
}

fn mark_match(speech: Speech, matching: &Match, chosen: &[usize]) -> Marked {
    let shown = partners(matching);
    let remarks: Vec<Remark> = matching
        .pair
        .iter()
        .enumerate()
        .filter(|&(index, pair)| {
            chosen.get(index).and_then(|&partner| shown.get(partner)) != Some(&pair.right.as_str())
        })
        .map(|(_, pair)| wrong(&pair.left, &pair.feedback))
        .collect();
    if remarks.is_empty() {
        let says = speech.tell("answer-pairs-right", [("pairs", matching.pair.len().into())]);
        return Marked { outcome: Outcome::Passed, remarks: vec![right("", &says)] };
    }
    Marked { outcome: Outcome::Missed, remarks }
}

/// Remarks on the fewest items that would have to move: those outside a longest run
/// that is already in order.
fn mark_order(order: &Order, sequence: &[usize]) -> Marked {
    let shown = shuffled_items(order);
    let given: Vec<usize> = sequence.iter().filter_map(|&index| shown.get(index).copied()).collect();
    let standing = longest_increasing(&given);
    let remarks: Vec<Remark> = given
        .iter()
        .filter(|index| !standing.contains(index))
        .map(|&index| wrong(&order.item[index].text, &order.item[index].feedback))
        .collect();
    if remarks.is_empty() {
        let remarks = order.item.iter().map(|item| right(&item.text, &item.feedback)).collect();
        return Marked { outcome: Outcome::Passed, remarks };
    }
    Marked { outcome: Outcome::Missed, remarks }
}

fn longest_increasing(numbers: &[usize]) -> Vec<usize> {
    let mut best: Vec<Vec<usize>> = Vec::new();
    for &number in numbers {
        let mut run = best
            .iter()
            .filter(|run| run.last().is_none_or(|&last| last < number))
            .max_by_key(|run| run.len())
            .cloned()
            .unwrap_or_default();
        run.push(number);
        best.push(run);
    }
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

fn mark_number(number: &Number, figure: f64) -> Marked {
    /// Relative error that arithmetic in another unit may bring in.
    const ROUNDING: f64 = 1e-9;
    let near = |value: f64, tolerance: f64| (figure - value).abs() <= tolerance + value.abs() * ROUNDING;
    if near(number.answer, number.tolerance) {
        return Marked { outcome: Outcome::Passed, remarks: vec![right("", &number.right)] };
    }
    let says = number
        .wrong
        .iter()
        .find(|wrong| near(wrong.value, number.tolerance))
        .map_or(&number.otherwise, |wrong| &wrong.feedback);
    Marked { outcome: Outcome::Missed, remarks: vec![wrong("", says)] }
}

#[cfg(test)]
mod tests;
