//! Plausibility: whether a text claims anything, before it is asked what.
//!
//! Key words in a row are no claim, however right each is; nor are the words of an
//! answer in any order. Both show in the words that hold sentences together: a list of
//! key words has hardly any, and a shuffled answer has them where they cannot stand
//! (*the of a is*). Judged by the kinds of neighbouring words alone, so that it works
//! for any subject.

use super::english::{self, Part};
use super::structure::Structure;
use super::tokens::{Kind, Parting, Tokens};

/// What kind of text an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plausibility {
    /// Sentences, or notes that can be read as such.
    Prose,
    /// Key words in a row.
    KeyWords,
    /// Words in an order that hardly any sentence has.
    Doubtful,
    /// Words in an order that no sentence has.
    Scrambled,
}

/// A text this short says too little of its order to be judged by it.
const FEWEST_FOR_KEY_WORDS: usize = 5;

/// Judges an answer's words by their neighbours.
pub(super) fn judge(tokens: &Tokens, structure: &Structure) -> Plausibility {
    let count = structure.len();
    if count >= FEWEST_FOR_KEY_WORDS {
        let holds = |part: &&Part| part.is_function() && **part != Part::Adverb;
        let holding = structure.part.iter().filter(holds).count();
        let parted = tokens.tokens.iter().skip(1).any(|token| token.parting >= Parting::Strong);
        let ordered = english::is_imperative(tokens.word(&tokens.tokens[0]));
        if holding * 9 < count && !parted && !ordered {
            return Plausibility::KeyWords;
        }
    }
    let (mut sum, mut pairs) = (0_i32, 0_i32);
    each_pair(tokens, structure, |before, own| {
        sum += i32::from(ODDS[before][own]);
        pairs += 1;
    });
    let per_pair = f64::from(sum) / f64::from(pairs.max(1)) / 10.0;
    // The longer the answer, the less may chance explain.
    let (scrambled, doubtful) = match pairs {
        ..12 => return Plausibility::Prose,
        12..26 => (-0.20, -0.14),
        26..40 => (-0.12, -0.04),
        _ => (-0.12, 0.0),
    };
    if per_pair < scrambled {
        Plausibility::Scrambled
    } else if per_pair < doubtful {
        Plausibility::Doubtful
    } else {
        Plausibility::Prose
    }
}

/// The kinds of neighbours told apart: the closed classes, some of their members, and
/// content words by their endings.
const KINDS: usize = 26;

fn kind(tokens: &Tokens, structure: &Structure, i: usize) -> usize {
    if matches!(tokens.tokens[i].kind, Kind::Number(_)) {
        return 9;
    }
    let part = structure.part[i];
    let word = tokens.word(&tokens.tokens[i]);
    match (part, word) {
        (Part::Determiner, "the") => 15,
        (Part::Determiner, "a" | "an") => 16,
        (Part::Determiner, "my" | "your" | "its" | "their" | "our") => 17,
        (Part::Preposition, "to") => 18,
        (Part::Preposition, "of") => 19,
        (Part::Auxiliary, "is" | "are" | "was" | "were") => 20,
        (Part::Auxiliary, "be" | "been") => 21,
        (Part::Pronoun, "it" | "you" | "they" | "we" | "i") => 22,
        (Part::Conjunction, "and" | "or") => 23,
        (Part::Subordinator, "that" | "which") => 24,
        (Part::Adverb, "just" | "only" | "also" | "then") => 25,
        (Part::Content, _) if word.len() < 4 => 8,
        (Part::Content, _) if word.ends_with("ing") => 10,
        (Part::Content, _) if word.ends_with("ed") => 11,
        (Part::Content, _) if word.ends_with("ly") => 12,
        (Part::Content, _) if word.ends_with('s') && !word.ends_with("ss") => 13,
        (part, _) => part as usize,
    }
}

/// The mark that a clause begins or ends with.
const EDGE: usize = 14;

/// For each kind of word, each kind that can follow it: ten times the logarithm of how much
/// likelier that is in prose than in the same words shuffled. Counted over some hundred short
/// technical answers in English and twenty shuffles of each; rows and columns are [`kind`]s.
#[rustfmt::skip]
const ODDS: [[i8; KINDS]; KINDS] = [
    [-14, -14, -10, -11, -4, -10, -9, -12, 7, 8, 4, -10, -4, 2, -5, -12, -30, -22, -13, 7, 1, -10, -25, -18, -20, -2],
    [8, -9, 4, -21, -23, -7, -5, -19, -1, 6, 0, -7, -12, -12, -5, 10, 12, 11, -3, 1, -23, -15, 2, -10, 2, -18],
    [-16, 6, -9, 5, -9, 4, -6, -11, -3, 2, 1, 3, -6, 5, 0, -18, -25, -17, 7, 0, 6, -6, -4, -2, 2, -8],
    [7, -12, -4, 1, -20, -12, -21, 0, 3, -16, 1, 3, -5, -14, -5, 0, 4, 12, 15, -11, -23, 22, -7, -28, -16, 2],
    [12, -2, 4, -1, -13, 12, 6, 4, -6, -2, -5, -7, 3, -14, -10, 5, 1, 7, -15, -16, -23, -6, 13, -24, 14, -6],
    [1, -14, 6, -16, -19, -5, -12, -9, -7, -14, -5, -24, -12, -13, -4, 8, -4, 14, -23, 5, -2, -10, 17, -13, -7, -4],
    [-13, 8, 4, 10, -17, 4, 10, -5, -3, -12, 5, 2, 7, -1, -1, -5, 4, -12, 10, -3, -23, -7, -14, 3, -16, 6],
    [-11, -2, -6, 6, -6, -22, 0, -10, 5, -13, 1, 15, 5, -20, -9, -18, -2, -11, -7, -12, -21, 19, -29, -25, -14, -13],
    [-9, 6, -4, 2, -2, 0, 1, -30, -3, -5, -3, -3, 2, 6, 0, -7, -8, -9, 5, 9, 6, -27, -2, 6, 4, -1],
    [-6, -1, 2, 2, 8, 1, -13, -9, 0, 2, -4, -1, 6, -18, 2, -16, -17, -6, -8, 7, 10, -6, -24, 11, -7, -9],
    [-12, 7, 5, 0, -14, -6, 0, -9, -9, 6, -20, -19, -10, 3, -1, 2, 6, 0, 11, 2, 5, -2, 6, 1, -2, -3],
    [-8, 11, -8, -5, -10, 0, -3, -5, 0, -5, 8, -12, 7, -1, 0, -13, -6, -7, 6, 7, -2, -10, 0, -2, -9, -10],
    [-11, 6, 10, -11, -9, 7, -10, -3, 3, -3, 1, 0, -5, -3, -1, -18, -11, -4, 5, -8, -1, -2, -7, 1, -4, -6],
    [-8, 6, 4, 4, -11, 2, 8, -18, -7, -3, 3, 2, 6, -9, -1, 1, 7, 3, 4, -4, 7, -14, 4, 5, 8, 0],
    [7, -6, 2, -12, 15, 8, -9, 8, -2, -1, -2, 0, -6, -4, 1, 3, -1, 1, -17, -33, -18, -19, 5, 6, 2, 4],
    [-39, -48, -10, -35, -32, -35, -14, -18, 9, 7, 2, -5, -9, -2, -41, -46, -36, -27, -31, -29, -38, -17, -44, -41, -27, -7],
    [-31, -30, -27, -27, -20, -26, -11, -8, 10, 10, -3, 3, -1, -15, -21, -37, -31, -17, -24, -19, -19, -6, -37, -22, -19, -23],
    [18, -16, -20, -15, -15, -6, 3, -6, 3, -8, 5, 4, -6, 7, -22, -10, -6, -13, -11, -10, -18, 0, -25, -23, -11, -15],
    [4, -33, 8, -10, -15, -24, 0, -4, 2, -11, -5, -26, -7, -18, -18, 14, 8, 12, -19, -10, -8, 20, -7, -27, -15, -18],
    [5, -29, 6, -16, -14, -14, -14, -4, -6, 5, 7, -16, -5, 6, -20, 13, 9, 6, -13, -11, -7, -3, 0, -20, 0, -11],
    [6, -4, 3, -12, -27, 1, 14, 4, 0, 1, 6, 14, 8, -25, -23, 3, 8, -10, -24, -21, -19, -10, -16, -22, -10, 13],
    [-10, -6, 4, -11, -3, -9, -9, 0, -1, 4, 8, 21, 16, -17, -14, -4, 13, -2, -8, -2, -7, 0, -13, -12, -4, -3],
    [-5, -2, -20, 11, -2, -11, 8, -12, 1, -22, -12, 7, -2, 4, -1, -18, -4, -12, 1, -23, 2, -2, -20, -3, -5, 7],
    [7, -11, 7, 2, 1, 7, -8, 8, -3, 1, 4, -3, -4, -1, -34, 8, 1, 3, -8, -6, -14, -9, 5, -33, -2, 11],
    [-4, -9, 4, 10, -13, -14, -1, -3, -2, -7, -14, 3, 8, 8, -2, -7, -12, 2, -15, 7, 5, -4, 1, -12, -11, -15],
    [0, 0, 6, -3, -16, 5, -17, -3, -3, 3, 12, 0, -9, 10, -2, 2, 4, 14, -6, -13, -7, -5, -12, -25, -5, -15],
];

fn each_pair(tokens: &Tokens, structure: &Structure, mut found: impl FnMut(usize, usize)) {
    let mut before = EDGE;
    for i in 0..structure.len() {
        let own = kind(tokens, structure, i);
        if i > 0 && tokens.tokens[i].parting > Parting::Space {
            found(before, EDGE);
            before = EDGE;
        }
        found(before, own);
        before = own;
    }
    found(before, EDGE);
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenise;
    use super::*;

    fn check(answer: &str, expected: Plausibility) {
        let tokens = tokenise(answer, 1000);
        assert_eq!(judge(&tokens, &Structure::read(&tokens)), expected, "{answer}");
    }

    #[test]
    fn key_words_in_a_row_are_told_from_notes() {
        check("page fault RSS virtual TLB VMA demand paging zero page", Plausibility::KeyWords);
        check(
            "anon private: zeroed, mine only. anon shared: my forked children see it too",
            Plausibility::Prose,
        );
        check("For small files.", Plausibility::Prose);
    }

    #[test]
    fn shuffled_sentences_are_told_from_sentences() {
        let sentence = "The kernel only notes the range of addresses, and it finds a page when the program touches one of them for the first time, so that nothing is counted before that";
        check(sentence, Plausibility::Prose);
        let shuffled = "of when the and a so range it nothing kernel finds the that addresses only the for program page notes touches before first the is one time them of counted the that";
        check(shuffled, Plausibility::Scrambled);
    }
}
