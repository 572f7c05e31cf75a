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

/// One mark that stands for words in so many tokens makes notes of a text.
const MARKS_OF_NOTES: usize = 10;

/// So many words without a mark between them are a long sentence.
const LONG: usize = 20;

/// Judges an answer's words by their neighbours.
pub(super) fn judge(tokens: &Tokens, structure: &Structure) -> Plausibility {
    let count = structure.len();
    if count >= FEWEST_FOR_KEY_WORDS {
        let holds = |part: &&Part| part.is_function() && **part != Part::Adverb;
        let holding = structure.part.iter().filter(holds).count();
        let parted = tokens.tokens.iter().skip(1).any(|token| token.parting >= Parting::Strong);
        let ordered = english::is_imperative(tokens.word(&tokens.tokens[0]));
        // A long text without so much as a comma is one sentence, and has many such words.
        let unmarked = tokens.tokens.iter().skip(1).all(|token| token.parting == Parting::Space);
        let is_long_sentence = count >= LONG && unmarked;
        let (one_in, excused) = if is_long_sentence { (4, false) } else { (9, parted || ordered) };
        if holding * one_in < count && !excused {
            return Plausibility::KeyWords;
        }
    }
    // Notes have an order of their own, which says little of sentences.
    if tokens.notation * MARKS_OF_NOTES >= count {
        return Plausibility::Prose;
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
    [-20, -11, -8, -10, -8, -18, -1, -13, 6, 7, 3, -1, -9, 4, -5, -12, -20, -15, -21, 9, 1, -3, -17, -23, -17, -7],
    [8, -11, 4, -19, -28, -5, -2, -24, 0, 7, 5, -6, -11, -10, -8, 11, 12, 12, -5, -1, -25, -20, 0, -13, 1, -15],
    [-10, 5, -2, 9, -7, 0, 2, -11, -2, 1, 3, -2, -4, 3, 0, -17, -19, -11, 6, 6, 4, -11, -4, -3, -1, -7],
    [5, -17, -5, 2, -8, -19, -4, 0, 2, -11, -6, 3, -1, -18, -8, -3, 4, 12, 14, -17, -11, 21, -6, -29, -18, 2],
    [11, -2, 10, -4, -9, 11, 9, 8, -6, -1, -5, -7, -1, -11, -7, 5, -2, 5, -20, -15, -19, -11, 13, -23, 11, 0],
    [4, -17, 6, -18, -21, -9, -13, -12, -6, -7, -1, -11, -8, -10, -7, 8, -2, 9, -10, 7, -5, -12, 17, -14, -11, -5],
    [-9, 9, 2, 4, -13, 3, 9, 2, -4, -6, 6, 4, 1, 0, -1, -7, 0, -3, 11, -1, -7, -9, -9, 2, -12, -1],
    [-5, -1, -4, 9, -9, -16, 1, -11, 5, -16, -5, 14, 4, -21, -10, -13, -1, -10, -3, -14, -25, 15, -32, -18, -16, -17],
    [-10, 5, -2, 3, 0, -1, 0, -26, -3, -6, -3, -4, 1, 5, -1, -8, -8, -9, 6, 7, 7, -26, -3, 6, 5, 0],
    [-8, -1, 1, 0, 3, 1, -4, -9, -2, -2, -6, -2, 1, -5, 3, -22, -19, -9, -4, 11, 6, -8, -21, 13, -10, -11],
    [-9, 6, 3, -1, -5, -2, -1, -5, -7, 8, -13, -17, -10, 3, -1, 3, 5, -4, 10, 5, 5, -6, 5, 0, -4, -3],
    [-18, 11, -5, -11, 1, 3, 0, -4, -1, -3, 2, -20, 10, 2, 0, -10, -11, -8, 9, -1, -3, -16, -6, 2, -14, -5],
    [-3, 7, 12, -9, 1, 4, -10, -3, 0, -5, 3, 3, -4, -4, 0, -9, -4, -3, 8, -4, -2, -2, -7, -3, 2, -7],
    [-10, 5, 3, 3, -5, 2, 4, -9, -5, -1, 3, 1, 8, -9, -1, 0, 6, 4, 5, 3, 8, -18, 4, 4, 8, -1],
    [5, -7, 1, -19, 12, 8, -10, 6, -4, 1, -4, -1, -8, -6, 0, 2, -3, -3, -20, -40, -25, -29, 4, 4, 0, 2],
    [-41, -45, -11, -38, -33, -38, -16, -19, 9, 6, 4, -5, -16, -1, -47, -48, -38, -28, -36, -31, -42, -20, -47, -41, -30, -14],
    [-32, -26, -22, -29, -23, -28, -16, -12, 10, 3, -5, 3, -7, -13, -23, -38, -33, -18, -28, -24, -23, -12, -33, -27, -25, -24],
    [17, -18, -20, -18, -14, -8, 1, -6, 4, -8, -2, 0, -5, 7, -24, -16, -10, -10, -14, -13, -17, -4, -23, -22, -13, -10],
    [7, -29, 5, -14, -18, -27, -7, -4, 3, 2, -2, -23, -6, -15, -17, 12, 7, 7, -24, -14, -11, 18, -3, -29, -14, -20],
    [4, -21, 4, -18, -16, -11, -16, -5, -2, 0, 10, -10, -6, -2, -22, 14, 6, 8, -14, -17, -15, -4, 2, -23, -3, -15],
    [6, 0, 1, -10, -21, -1, 14, 2, -2, -3, 3, 14, 9, -13, -20, 1, 8, -6, -18, -24, -26, 0, -23, -28, -7, 14],
    [-5, -7, -4, -20, -9, -12, -4, -7, 2, -3, 5, 19, 9, -12, -15, -13, 4, -4, -16, -5, -12, -2, -17, -13, -6, -10],
    [-10, -2, -22, 11, -7, -13, 6, -16, 0, -21, -18, 4, 4, 5, -1, -17, -4, -16, -3, -23, 1, -10, -27, -3, -8, 6],
    [6, -6, 6, 1, -2, 4, -3, 10, -2, 4, 3, -3, -4, 1, -25, 6, 2, 6, -9, -9, -4, -5, 4, -26, 1, 11],
    [1, -11, 3, 12, -13, -16, 1, -5, -4, -8, -4, -2, 3, 6, -5, -4, -7, 0, -11, -5, 6, -7, 4, -14, -14, 1],
    [-2, 2, 5, -5, -16, 3, -11, 4, -2, 4, 5, 1, 0, 9, -4, 2, 5, 12, -8, -14, -13, 2, -3, -17, -2, -6],
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
        check(
            "better files file read each pages good small setting sequential mapping pipe tables truncated flushing page over read pays cannot mapped buffer down single",
            Plausibility::KeyWords,
        );
    }

    #[test]
    fn shuffled_sentences_are_told_from_sentences() {
        let sentence = "The kernel only notes the range of addresses, and it finds a page when the program touches one of them for the first time, so that nothing is counted before that";
        check(sentence, Plausibility::Prose);
        let shuffled = "of when the and a so range it nothing kernel finds the that addresses only the for program page notes touches before first the is one time them of counted the that";
        check(shuffled, Plausibility::Scrambled);
    }
}
