//! Parroting: which words of an answer only say the question again.
//!
//! *They are not durable at once because writes through mmap are not immediately durable*
//! states nothing that was not in the question, whatever facts the question's own words
//! would be patterns of.

use super::structure::Structure;
use super::tokens::{Tokens, tokenise};

/// So many words in the question's order are the question's.
const RUN: usize = 5;
/// Longer than any question.
const LONGEST: usize = 200;

/// A question's words.
#[derive(Debug)]
pub(super) struct Asked(Vec<Box<str>>);

impl Asked {
    pub(super) fn new(ask: &str) -> Self {
        let tokens = tokenise(ask, LONGEST);
        Self(tokens.tokens.iter().map(|token| tokens.word(token).into()).collect())
    }

    /// The tokens of an answer that stand in a run of the question's words.
    pub(super) fn repeated_in(&self, tokens: &Tokens, structure: &Structure) -> Vec<bool> {
        let mut repeated = vec![false; structure.len()];
        // How many tokens up to here are the same as those up to each word of the question.
        let (mut before, mut here) = (vec![0_usize; self.0.len() + 1], vec![0_usize; self.0.len() + 1]);
        for (i, token) in tokens.tokens.iter().enumerate() {
            let word = tokens.word(token);
            for (j, asked) in self.0.iter().enumerate() {
                here[j + 1] = if **asked == *word { before[j] + 1 } else { 0 };
                if here[j + 1] >= RUN {
                    repeated[i + 1 - here[j + 1]..=i].fill(true);
                }
            }
            std::mem::swap(&mut before, &mut here);
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_the_questions_words_is_found_and_a_phrase_of_it_is_not() {
        let asked = Asked::new("Why are writes through mmap to a file not immediately durable?");
        let repeated = |answer: &str| -> String {
            let tokens = tokenise(answer, 1000);
            let repeated = asked.repeated_in(&tokens, &Structure::read(&tokens));
            let words = tokens.tokens.iter().zip(repeated).filter(|(_, repeated)| *repeated);
            words.map(|(token, _)| tokens.word(token)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(repeated("Writes through mmap to a file go to memory"), "writes through mmap to a file");
        assert_eq!(repeated("They are not immediately durable"), "");
    }
}
