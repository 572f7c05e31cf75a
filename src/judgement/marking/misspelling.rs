//! Misspellings: the word that was meant, found without comparing with every word.
//!
//! Symmetric deletion: two words within one edit of each other (a letter put in,
//! left out, changed, or swapped with its neighbour) share a form with at most one
//! letter deleted. Those forms of every known word are hashed beforehand, so a
//! look-up costs as many hashes as the typed word has letters.
//!
//! How much is forgiven depends on the length: nothing under four letters, one edit
//! from four, two from nine (as Moodle's pattern match does, a little more strictly).

use std::collections::HashMap;

use strsim::osa_distance;

const FORGIVES_ONE: usize = 4;
const FORGIVES_TWO: usize = 9;
/// Longer than any word; what is longer is noise, not a misspelling.
const LONGEST: usize = 24;

fn forgiven(letters: usize) -> usize {
    match letters {
        0..FORGIVES_ONE => 0,
        FORGIVES_ONE..FORGIVES_TWO => 1,
        FORGIVES_TWO..=LONGEST => 2,
        _ => 0,
    }
}

/// The known words, ready to be found from a misspelt one. `T` is what a word stands for.
#[derive(Debug)]
pub(super) struct Misspellings<T> {
    words: Vec<(Box<str>, T)>,
    by_deletion: HashMap<u64, Vec<u32>>,
}

impl<T: Copy + PartialEq> Misspellings<T> {
    pub(super) fn new(known: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut index = Self { words: Vec::new(), by_deletion: HashMap::new() };
        for (word, meaning) in known {
            if word.len() < FORGIVES_ONE
                || word.len() > LONGEST
                || !word.bytes().all(|b| b.is_ascii_lowercase())
            {
                continue;
            }
            let number = u32::try_from(index.words.len()).unwrap_or(u32::MAX);
            each_deletion(word.as_bytes(), forgiven(word.len()), &mut |hash| {
                let entry = index.by_deletion.entry(hash).or_default();
                if entry.last() != Some(&number) {
                    entry.push(number);
                }
            });
            index.words.push((word.into(), meaning));
        }
        index
    }

    /// What the misspelt `word` (lower case) was meant to be: the nearest known word,
    /// the one with the same first letter where two are as near.
    pub(super) fn meant(&self, word: &str) -> Option<(&str, T)> {
        let allowed = forgiven(word.len());
        if allowed == 0 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let mut best: Option<((usize, bool), u32)> = None;
        each_deletion(word.as_bytes(), allowed, &mut |hash| {
            for &number in self.by_deletion.get(&hash).into_iter().flatten() {
                let known = &self.words[number as usize].0;
                // A short word is not two edits away from a long one's stem.
                let allowed = allowed.min(forgiven(known.len().max(FORGIVES_ONE)));
                let distance = osa_distance(word, known);
                let rank = (distance, known.as_bytes()[0] != word.as_bytes()[0]);
                if distance <= allowed && best.is_none_or(|(so_far, _)| rank < so_far) {
                    best = Some((rank, number));
                }
            }
        });
        best.map(|(_, number)| {
            let (known, meaning) = &self.words[number as usize];
            (&**known, *meaning)
        })
    }
}

/// FNV-1a: the words are short, and the hashes are only ever compared with each other.
fn hash_of(parts: [&[u8]; 3]) -> u64 {
    parts
        .into_iter()
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Calls `found` with the hash of `word` and of every form with up to `depth` letters deleted.
fn each_deletion(word: &[u8], depth: usize, found: &mut impl FnMut(u64)) {
    found(hash_of([word, &[], &[]]));
    if depth == 0 {
        return;
    }
    for i in 0..word.len() {
        found(hash_of([&word[..i], &word[i + 1..], &[]]));
        if depth > 1 {
            for j in i + 1..word.len() {
                found(hash_of([&word[..i], &word[i + 1..j], &word[j + 1..]]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Misspellings<u8> {
        Misspellings::new([
            ("memory".into(), 1),
            ("write".into(), 2),
            ("allocated".into(), 3),
            ("ram".into(), 4),
        ])
    }

    #[test]
    fn one_edit_is_forgiven_in_a_short_word_and_two_in_a_long_one() {
        let index = index();
        assert_eq!(index.meant("memroy"), Some(("memory", 1)));
        assert_eq!(index.meant("wriet"), Some(("write", 2)));
        assert_eq!(index.meant("alocatted"), Some(("allocated", 3)));
        assert_eq!(index.meant("mmroy"), None);
    }

    #[test]
    fn very_short_words_must_be_right() {
        assert_eq!(index().meant("rom"), None);
    }
}
