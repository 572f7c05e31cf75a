//! Structure: the sentences and clauses of an answer, and how far apart its words are.
//!
//! Distance is measured in words, with every mark between them counting extra, so that
//! a pattern may reach over a comma more easily than over a full stop. Which words are
//! denied is left to `denial`.

use super::english::{self, Part};
use super::tokens::{Parting, Tokens};

/// What is known of each token, by its index.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pub(super) part: Vec<Part>,
    pub(super) clause: Vec<u16>,
    pub(super) sentence: Vec<u16>,
    /// Counts the marks stronger than commas.
    pub(super) segment: Vec<u16>,
    pub(super) position: Vec<u32>,
}

/// How far apart two words are, beyond one, for the mark between them.
fn distance(parting: Parting) -> u32 {
    match parting {
        Parting::Space => 0,
        Parting::Comma => 1,
        Parting::Strong => 2,
        Parting::Sentence => 4,
    }
}

impl Structure {
    /// Reads the structure of `tokens`.
    pub(super) fn read(tokens: &Tokens) -> Self {
        let words: Vec<&str> = tokens.tokens.iter().map(|token| tokens.word(token)).collect();
        let partings: Vec<Parting> = tokens.tokens.iter().map(|token| token.parting).collect();
        let mut structure = Self::default();
        let (mut clause, mut segment, mut sentence, mut position) = (0_u16, 0_u16, 0_u16, 0_u32);
        for (i, word) in words.iter().enumerate() {
            let parting = partings[i];
            if i > 0 {
                position += 1 + distance(parting);
                if parting == Parting::Sentence {
                    sentence = sentence.saturating_add(1);
                }
                if parting >= Parting::Strong {
                    segment = segment.saturating_add(1);
                }
                if parting > Parting::Space || (ends_clause(word) && !ends_clause(words[i - 1])) {
                    clause = clause.saturating_add(1);
                }
            }
            structure.part.push(english::part(word));
            structure.clause.push(clause);
            structure.segment.push(segment);
            structure.sentence.push(sentence);
            structure.position.push(position);
        }
        structure
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.part.len()
    }

    /// The tokens of the clauses that `from` and `to` stand in.
    pub(super) fn clauses_around(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let (first, last) = (self.clause[from], self.clause[to]);
        let start = self.clause[..from].partition_point(|&clause| clause < first);
        let end = to + self.clause[to..].partition_point(|&clause| clause <= last);
        start..end
    }

    /// The tokens of the sentences that `from` and `to` stand in.
    pub(super) fn sentences_around(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let (first, last) = (self.sentence[from], self.sentence[to]);
        let start = self.sentence[..from].partition_point(|&sentence| sentence < first);
        let end = to + self.sentence[to..].partition_point(|&sentence| sentence <= last);
        start..end
    }

    /// Whether token `i` is the last of its clause.
    pub(super) fn ends_clause(&self, i: usize) -> bool {
        i + 1 == self.len() || self.clause[i + 1] != self.clause[i]
    }

    /// Whether token `i` is the first of its clause.
    pub(super) fn starts_clause(&self, i: usize) -> bool {
        i == 0 || self.clause[i - 1] != self.clause[i]
    }
}

/// Words that a clause begins with, whatever stands before them.
pub(super) fn ends_clause(word: &str) -> bool {
    matches!(
        word,
        "but"
            | "because"
            | "since"
            | "so"
            | "while"
            | "whereas"
            | "although"
            | "though"
            | "yet"
            | "which"
            | "who"
            | "when"
            | "once"
            | "whenever"
            | "if"
            | "where"
            | "until"
            | "till"
            | "unless"
            | "and"
            | "cos"
            | "then"
            | "whose"
            | "hence"
            | "therefore"
            | "however"
    )
}
