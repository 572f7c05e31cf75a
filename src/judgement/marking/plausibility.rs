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
        12..26 => (-0.30, -0.22),
        26..40 => (-0.16, -0.09),
        _ => (-0.10, -0.03),
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
    [-20, -14, -6, -10, -7, -16, -2, -11, 7, 9, 5, -4, -7, 3, -5, -12, -22, -12, -18, 8, 1, -1, -17, -22, -15, -5],
    [8, -11, 3, -19, -26, -8, -5, -21, 0, 7, 4, -5, -15, -10, -7, 11, 13, 12, -5, -1, -26, -18, 1, -12, 1, -17],
    [-15, 5, -5, 7, -9, 3, -1, -8, -1, 2, 1, 0, -7, 4, 0, -18, -24, -16, 6, 5, 4, -9, -5, -4, -2, -7],
    [5, -14, -4, 4, -8, -15, -6, 1, 2, -9, -6, 4, -10, -18, -7, -3, 7, 10, 14, -14, -8, 21, -8, -26, -15, 2],
    [11, -3, 8, -2, -9, 13, 7, 6, -5, -1, -6, -6, 0, -13, -7, 5, -2, 6, -17, -14, -17, -9, 13, -22, 10, 0],
    [3, -16, 5, -18, -19, -8, -10, -11, -6, -3, -2, -9, -13, -10, -6, 8, -2, 9, -12, 6, -5, -10, 18, -14, -10, -5],
    [-9, 9, 3, 6, -11, 4, 9, -3, -4, -5, 5, 5, 2, 1, -1, -7, 1, -6, 11, -3, -12, -7, -9, 1, -9, 1],
    [-9, -1, -8, 7, -7, -14, 1, -10, 5, -13, -2, 15, 7, -25, -10, -13, -2, -8, -1, -12, -23, 17, -30, -15, -14, -14],
    [-10, 5, -3, 2, -1, 0, 0, -30, -3, -6, -2, -4, 1, 5, -1, -8, -8, -9, 6, 8, 6, -22, -3, 6, 4, 0],
    [-6, 0, 3, 1, 3, -1, -2, -7, -3, -1, -5, -3, 1, -4, 3, -20, -18, -9, -10, 11, 7, -6, -20, 11, -8, -10],
    [-7, 7, 4, -2, -8, -6, -1, -7, -8, 7, -15, -15, -7, 2, -1, 3, 6, -2, 10, 6, 6, -4, 5, 1, -7, -5],
    [-15, 11, -7, -10, -1, 4, 2, -6, -1, 3, 1, -19, 10, 1, 0, -10, -11, -5, 8, 1, -2, -10, -5, 3, -11, -5],
    [-6, 9, 10, -6, 2, 6, -9, -3, -1, -3, 3, -2, -3, -6, -1, -7, -2, -1, 10, -4, -5, -2, -6, -1, 2, -7],
    [-9, 6, 4, 3, -5, 1, 5, -10, -5, -3, 2, 1, 9, -9, -1, 0, 6, 4, 4, 1, 9, -15, 4, 3, 8, 0],
    [5, -7, 1, -17, 13, 7, -11, 7, -4, -1, -4, -1, -7, -6, 0, 2, -4, -2, -17, -36, -25, -25, 4, 4, 0, 1],
    [-38, -48, -11, -35, -31, -35, -16, -17, 9, 6, 4, -5, -14, -1, -43, -45, -35, -26, -32, -29, -38, -18, -44, -39, -26, -13],
    [-30, -29, -27, -27, -21, -26, -14, -10, 10, 3, -5, 3, -5, -13, -22, -35, -30, -16, -24, -21, -21, -8, -37, -25, -22, -21],
    [16, -16, -17, -16, -13, -7, 2, -4, 4, -8, 0, 0, -5, 7, -21, -14, -9, -9, -11, -10, -16, -3, -22, -21, -12, -9],
    [8, -26, 6, -13, -15, -23, -4, -9, 3, 1, -5, -25, -3, -20, -15, 12, 6, 9, -21, -11, -11, 19, -4, -26, -10, -17],
    [4, -22, 5, -15, -15, -16, -14, -4, -3, 3, 10, -11, -6, 0, -18, 14, 7, 7, -11, -14, -12, -4, 0, -22, -4, -12],
    [6, -1, 2, -14, -25, -1, 14, 3, -1, -3, 5, 13, 8, -15, -18, 1, 8, -7, -18, -21, -24, 4, -20, -26, -9, 14],
    [-2, -8, -2, -15, -6, -9, -1, -4, 2, 0, 2, 18, 7, -9, -10, -12, 8, -3, -13, -4, -9, -2, -15, -11, -2, -6],
    [-8, -1, -24, 12, -5, -14, 7, -14, 0, -19, -16, 4, 5, 5, -1, -18, -4, -14, -4, -21, 2, -9, -25, -5, -7, 7],
    [7, -8, 6, 2, -1, 5, -6, 6, -2, 4, 2, -3, -6, 1, -29, 6, 2, 5, -10, -6, -5, -3, 4, -24, 1, 11],
    [0, -12, 4, 11, -12, -14, 4, -4, -4, -7, -7, 0, 4, 7, -4, -4, -10, 1, -15, -1, 5, -4, 3, -13, -13, 0],
    [-2, 1, 6, -9, -15, 4, -9, -5, -2, 0, 5, 2, 1, 8, -3, 3, 4, 11, -10, -12, -9, 0, -5, -16, -3, -14],
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
