//! Marking free text: what an answer states, by a rubric, without a model or a network.
//!
//! An answer goes through: `tokens` (words and numbers) → `structure` (sentences,
//! clauses) → `denial` (what is said and what denied) and
//! `parroting` (what was only asked) → `lexicon` (which classes of words are where, misspelt or
//! inflected) → `matching` (where the rubric's `pattern`s hold) → a [`Marking`].
//!
//! Invariants: any text at all can be marked; nothing about a subject is in the code, all
//! of it is in the rubric and the course's shared words; key words without a claim earn
//! nothing, nor does a denied truth; what cannot be decided is [`Outcome::Unsure`], which
//! is never counted against the learner. Showing the marking is left to others.

mod agreement;
mod compile;
mod denial;
mod english;
mod lexicon;
mod matching;
mod misspelling;
mod parroting;
mod pattern;
mod plausibility;
mod rubric;
mod structure;
#[cfg(test)]
mod tests;
mod tokens;
mod topics;
mod words;
mod written;

pub use agreement::Tally;
pub use rubric::{Misconception, Point, Rubric, Weight};
pub use words::Words;
pub use written::{RubricDocument, RubricProblem, RubricProblems, WordsDocument};

use denial::Sense;
use lexicon::Span;
use matching::{Matcher, Reach};
use plausibility::Plausibility;
use rubric::{Pattern, Statement};
use structure::Structure;
use topics::Topics;
use words::Tongue;

use crate::words::ids::PointId;

/// Whether an answer states a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Stated,
    /// It does not.
    NotStated,
    /// The marker cannot tell: the learner compares with the model answer and decides.
    Unsure,
}

/// How an answer could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As sentences or notes.
    Prose,
    /// It has no words at all.
    Empty,
    /// It is a row of key words, which claims nothing.
    KeyWords,
    /// Its words are in an order that may say nothing: nothing is credited outright.
    Doubtful,
    /// Its words are in an order that says nothing.
    Scrambled,
    /// It is in a language that is not marked here: nothing can be told of it.
    Foreign,
}

/// An answer longer than the question allows: only the first `cap` words were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverCap {
    /// How many words may be used.
    pub cap: usize,
}

/// The core points stated, of all the core points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Core points stated.
    pub earned: usize,
    /// Core points in all.
    pub core: usize,
}

impl Score {
    /// The share earned, from 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rubric has a handful of points")]
        let share = |earned: usize, core: usize| earned as f64 / core as f64;
        if self.core == 0 { 0.0 } else { share(self.earned, self.core) }
    }

    /// Whether every core point was stated.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.earned == self.core
    }
}

/// What an answer states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marking {
    /// The outcome of each of the rubric's points, in its order.
    pub points: Vec<(PointId, Outcome)>,
    /// The misconceptions that the answer shows.
    pub misconceptions: Vec<PointId>,
    /// The core points stated.
    pub score: Score,
    /// How the answer could be read.
    pub reading: Reading,
    /// If it is longer than allowed.
    pub over_cap: Option<OverCap>,
}

impl Marking {
    /// The points with `outcome`.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &PointId> {
        self.points.iter().filter(move |(_, own)| *own == outcome).map(|(id, _)| id)
    }
}

/// Why an answer was taken to state something: for those who write rubrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The point or misconception.
    pub id: PointId,
    /// The pattern that holds.
    pub pattern: String,
    /// The words that it holds of.
    pub words: String,
    /// Whether it speaks for or against.
    pub speaks: Speaks,
}

/// Whether a pattern speaks for a statement, or takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// It is one of those by which the thing is stated.
    For,
    /// It is an `unless`.
    Against,
}

impl Rubric {
    /// Marks an answer.
    #[must_use]
    pub fn mark(&self, answer: &str) -> Marking {
        let (marking, _) = self.read(answer, Reasons::NotWanted);
        marking
    }

    /// Marks an answer and tells which pattern each thing stated rests on.
    #[must_use]
    pub fn explain(&self, answer: &str) -> (Marking, Vec<Reason>) {
        self.read(answer, Reasons::Wanted)
    }

    /// What an answer speaks of, from which word on: for those who write rubrics with aspects.
    #[must_use]
    pub fn topics(&self, answer: &str) -> Vec<(String, String)> {
        let tokens = self.tokens(answer);
        let structure = Structure::read(&tokens);
        let senses = denial::senses(&tokens, &structure);
        let postings = self.lexicon.post(&tokens, &structure);
        let matcher = Matcher::new(&postings, &structure, &senses, &self.named, Reach::AsWritten);
        let changes = Topics::find(&self.aspects, &matcher, &tokens, &structure).changes(&self.aspects);
        let last = structure.len().saturating_sub(1);
        changes
            .into_iter()
            .map(|(at, names)| (tokens.between(at, (at + 2).min(last)), names.join(" ")))
            .collect()
    }

    fn tokens(&self, answer: &str) -> tokens::Tokens {
        // A word as people count them may be several tokens, but not many.
        let mut tokens = tokens::tokenise(answer, self.cap * 4);
        tokens.respell(|word| self.lexicon.function_word_meant(word));
        tokens
    }

    fn read(&self, answer: &str, reasons: Reasons) -> (Marking, Vec<Reason>) {
        let words = tokens::count_words(answer, self.cap + 1);
        if self.language == Tongue::Other {
            let marking = if words == 0 { self.nothing(Reading::Empty, None) } else { self.unread() };
            return (marking, Vec::new());
        }
        let over_cap = (words > self.cap).then_some(OverCap { cap: self.cap });
        let read = if over_cap.is_some() { first_words(answer, self.cap) } else { answer };
        let tokens = self.tokens(read);
        let structure = Structure::read(&tokens);
        let reading = match plausibility::judge(&tokens, &structure) {
            _ if structure.len() == 0 => Reading::Empty,
            Plausibility::Prose => Reading::Prose,
            Plausibility::Doubtful => Reading::Doubtful,
            Plausibility::KeyWords => Reading::KeyWords,
            Plausibility::Scrambled => Reading::Scrambled,
        };
        if matches!(reading, Reading::Empty | Reading::KeyWords | Reading::Scrambled) {
            return (self.nothing(reading, over_cap), Vec::new());
        }
        let postings = self.lexicon.post(&tokens, &structure);
        let mut senses = denial::senses(&tokens, &structure);
        for (sense, repeated) in senses.iter_mut().zip(self.asked.repeated_in(&tokens, &structure)) {
            if repeated {
                *sense = Sense::Rejected;
            }
        }
        let matcher = Matcher::new(&postings, &structure, &senses, &self.named, Reach::AsWritten);
        let wider = Matcher::new(&postings, &structure, &senses, &self.named, Reach::Wider);
        let topics = Topics::find(&self.aspects, &matcher, &tokens, &structure);
        let marker = Marker { structure: &structure, matcher: &matcher, topics: &topics };
        let nearly = Marker { structure: &structure, matcher: &wider, topics: &topics };
        let mut because = Vec::new();
        let mut note = |id: &PointId, speaks: Speaks, (pattern, span): (&Pattern, Span)| {
            if reasons == Reasons::Wanted {
                let words = tokens.between(usize::from(span.start), usize::from(span.end));
                because.push(Reason { id: id.clone(), pattern: pattern.text.clone(), words, speaks });
            }
        };
        let mut points = Vec::with_capacity(self.points.len());
        let mut score = Score { earned: 0, core: self.core().count() };
        for point in &self.points {
            let outcome = if let Some(found) = marker.states(&point.says) {
                note(&point.id, Speaks::For, found);
                if reading == Reading::Doubtful {
                    Outcome::Unsure
                } else {
                    score.earned += usize::from(point.weight == Weight::Core);
                    Outcome::Stated
                }
            } else if let Some(found) = marker
                .holds(&point.maybe, &point.says.unless, |_| true, |_| true)
                .or_else(|| nearly.states(&point.says))
            {
                note(&point.id, Speaks::For, found);
                Outcome::Unsure
            } else {
                if reasons == Reasons::Wanted
                    && let Some(found) = marker.taken_back(&point.says)
                {
                    note(&point.id, Speaks::Against, found);
                }
                Outcome::NotStated
            };
            points.push((point.id.clone(), outcome));
        }
        let mut misconceptions = Vec::new();
        for misconception in &self.misconceptions {
            if let Some(found) = marker.states(&misconception.says) {
                note(&misconception.id, Speaks::For, found);
                misconceptions.push(misconception.id.clone());
            }
        }
        (Marking { points, misconceptions, score, reading, over_cap }, because)
    }

    fn core(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| point.weight == Weight::Core)
    }

    /// Nothing can be told of the answer: the learner decides on every point.
    fn unread(&self) -> Marking {
        let points = self.points.iter().map(|point| (point.id.clone(), Outcome::Unsure)).collect();
        Marking { points, ..self.nothing(Reading::Foreign, None) }
    }

    fn nothing(&self, reading: Reading, over_cap: Option<OverCap>) -> Marking {
        Marking {
            points: self.points.iter().map(|point| (point.id.clone(), Outcome::NotStated)).collect(),
            misconceptions: Vec::new(),
            score: Score { earned: 0, core: self.core().count() },
            reading,
            over_cap,
        }
    }
}

/// The front of `answer` up to its `count`th word.
fn first_words(answer: &str, count: usize) -> &str {
    let mut words = 0;
    let mut end = 0;
    for word in answer.split_whitespace() {
        if word.chars().any(char::is_alphanumeric) {
            words += 1;
        }
        if words > count {
            break;
        }
        // `word` is a part of `answer`, so its end is the distance between the two starts and its length.
        end = word.as_ptr() as usize - answer.as_ptr() as usize + word.len();
    }
    &answer[..end]
}

struct Marker<'a> {
    structure: &'a Structure,
    matcher: &'a Matcher<'a>,
    topics: &'a Topics,
}

impl Marker<'_> {
    fn states<'s>(&self, statement: &'s Statement) -> Option<(&'s Pattern, Span)> {
        let is_about = |span: Span| {
            self.topics.is_about(&statement.about, span.start)
                && self.topics.is_about(&statement.about, span.end)
        };
        let may_be_about = |span: Span| !self.topics.is_elsewhere(&statement.about, span.start);
        self.holds(&statement.says, &statement.unless, |_| true, may_be_about)
            .or_else(|| self.holds(&statement.within, &statement.unless, is_about, is_about))
    }

    fn holds<'p>(
        &self,
        patterns: &'p [Pattern],
        unless: &[Pattern],
        counts: impl Fn(Span) -> bool,
        counts_against: impl Fn(Span) -> bool,
    ) -> Option<(&'p Pattern, Span)> {
        patterns.iter().find_map(|pattern| {
            let spans = self.matcher.spans(&pattern.node).into_iter();
            spans
                .filter(|span| counts(*span) && !self.is_taken_back(*span, unless, &counts_against))
                .map(|span| (pattern, span))
                .next()
        })
    }

    fn is_taken_back(&self, span: Span, unless: &[Pattern], counts: impl Fn(Span) -> bool) -> bool {
        let around = self.structure.sentences_around(usize::from(span.start), usize::from(span.end));
        unless.iter().flat_map(|pattern| self.matcher.spans(&pattern.node)).any(|other| {
            counts(other)
                && around.contains(&usize::from(other.start))
                && around.contains(&usize::from(other.end))
        })
    }

    /// Of what does not count in the end, what would have counted but for an `unless`.
    fn taken_back<'s>(&self, statement: &'s Statement) -> Option<(&'s Pattern, Span)> {
        let would = self.holds(&statement.says, &[], |_| true, |_| true).is_some();
        let taking = statement.unless.iter().find_map(|pattern| {
            self.matcher.spans(&pattern.node).into_iter().next().map(|span| (pattern, span))
        });
        taking.filter(|_| would)
    }
}

/// Whether reasons are to be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reasons {
    Wanted,
    NotWanted,
}
