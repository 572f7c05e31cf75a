//! Plausibility: whether a text claims anything, before it is asked what.
//!
//! Key words in a row are no claim, however right each is; nor are the words of an
//! answer in any order. Both show in the words that hold sentences together: a list of
//! key words has hardly any, and a shuffled answer has them where they cannot stand
//! (*the of a is*). Judged by the kinds of neighbouring words alone, so that it works
//! for any subject.

use super::english::Part;
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
        let holding = structure.part.iter().filter(|part| part.is_function()).count();
        let parted = tokens.tokens.iter().skip(1).any(|token| token.parting >= Parting::Strong);
        if holding * 9 < count && !parted {
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
        12..26 => (-0.25, -0.25),
        26..40 => (-0.14, -0.12),
        _ => (-0.10, -0.06),
    };
    if per_pair < scrambled {
        Plausibility::Scrambled
    } else if per_pair < doubtful {
        Plausibility::Doubtful
    } else {
        Plausibility::Prose
    }
}

/// The kinds of neighbours told apart: the closed classes, and content words by their endings.
const KINDS: usize = 15;

fn kind(tokens: &Tokens, structure: &Structure, i: usize) -> usize {
    if matches!(tokens.tokens[i].kind, Kind::Number(_)) {
        return 9;
    }
    let part = structure.part[i];
    if part != Part::Content {
        return part as usize;
    }
    let word = tokens.word(&tokens.tokens[i]);
    match word {
        _ if word.len() < 4 => 8,
        _ if word.ends_with("ing") => 10,
        _ if word.ends_with("ed") => 11,
        _ if word.ends_with("ly") => 12,
        _ if word.ends_with('s') && !word.ends_with("ss") => 13,
        _ => 8,
    }
}

/// The mark that a clause begins or ends with.
const EDGE: usize = 14;

/// For each kind of word, each kind that can follow it: ten times the logarithm of how much
/// likelier that is in prose than in the same words shuffled. Counted over some hundred short
/// technical answers in English and twenty shuffles of each; rows and columns are [`kind`]s.
const ODDS: [[i8; KINDS]; KINDS] = [
    [-18, -23, -24, -16, -25, -26, -10, -23, 9, 8, 2, -3, -7, -1, -14],
    [11, -9, 2, -13, -15, -5, -9, -21, -1, 6, 1, -10, -13, -9, -6],
    [-12, 1, -14, 5, -4, -4, 5, -16, 0, -8, -6, 5, -3, 4, -1],
    [4, -4, -5, -4, -31, -4, 10, 1, 1, -1, 6, 13, 10, -21, -12],
    [7, -9, 7, -5, -15, 8, 5, 10, -4, 1, 2, -4, -2, -3, -19],
    [3, -11, 14, 2, -16, -9, -7, -10, -5, -17, -8, -8, -2, -1, -4],
    [0, 4, -4, -2, -7, 2, 3, -5, -3, -5, 7, 2, 2, 6, -1],
    [-12, -3, -16, 5, -16, -24, -4, -11, 5, -14, 0, 15, 1, -20, -10],
    [-8, 6, -3, 4, 4, 1, 0, -30, -3, -5, -3, -3, 2, 6, 0],
    [-17, 0, -7, 4, 10, -1, -17, -8, 0, 3, -2, -3, 7, -17, 3],
    [1, 8, 5, 4, -1, -5, -3, -8, -9, 6, -18, -19, -10, 3, -1],
    [-10, 10, -1, -5, -3, -3, -7, -5, 0, -5, 7, -13, 8, -1, 0],
    [-24, 7, 2, -6, -3, 7, -12, -4, 2, -5, 1, 0, -4, -4, -1],
    [1, 5, 5, 5, 3, 4, 5, -18, -7, -4, 2, 2, 6, -9, -1],
    [3, -8, 4, -12, 10, 6, -2, 8, -2, -1, -2, 1, -3, -4, 1],
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
