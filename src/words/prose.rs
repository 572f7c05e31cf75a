//! Prose: joining words into sentences, and suggesting the name that was meant.

use std::borrow::Cow;

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// `1 check`, `3 checks`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `text`, of which a long one is shown by its beginning and its end.
#[must_use]
pub fn shortened(text: &str) -> Cow<'_, str> {
    match ends(text) {
        None => Cow::Borrowed(text),
        Some(Ends { first, last, letters }) => Cow::Owned(format!("{first}…{last} ({letters} letters)")),
    }
}

/// What is shown of a text that is too long to be shown whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends<'t> {
    /// How it begins.
    pub first: &'t str,
    /// How it ends.
    pub last: &'t str,
    /// How long it is.
    pub letters: usize,
}

/// The two ends of a text; nothing where it is short enough to be shown whole.
#[must_use]
pub fn ends(text: &str) -> Option<Ends<'_>> {
    const SHOWN: usize = 24;
    let letters = text.chars().count();
    if letters <= 3 * SHOWN {
        return None;
    }
    let place = |letter: usize| text.char_indices().nth(letter).map_or(text.len(), |(place, _)| place);
    Some(Ends { first: &text[..place(SHOWN)], last: &text[place(letters - SHOWN)..], letters })
}

/// Where two texts part, and how each goes on there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The first letter that differs, counted from 1.
    pub letter: usize,
    /// How the one goes on, quoted, with what cannot be printed written as in Rust: `"\0\0"`.
    pub left: String,
    /// How the other does.
    pub right: String,
}

/// Where two texts part; nothing where they are the same.
#[must_use]
pub fn parting(left: &str, right: &str) -> Option<Parting> {
    const SHOWN: usize = 12;
    let same = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let rest = |text: &str| format!("{:?}", text.chars().skip(same).take(SHOWN).collect::<String>());
    (left != right).then(|| Parting { letter: same + 1, left: rest(left), right: rest(right) })
}

/// The candidate nearest to `word` by Damerau-Levenshtein distance, if any is
/// near enough to have been meant: one edit in three letters.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, candidate)| {
            distance <= 1 + candidate.chars().count().max(word.chars().count()) / 3
        })
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_part_at_the_first_letter_that_differs() {
        assert_eq!(parting("plum", "plum"), None);
        let part = |left, right| {
            parting(left, right).map(|parting| (parting.letter, parting.left, parting.right)).unwrap()
        };
        let told = |letter, left: &str, right: &str| (letter, format!("\"{left}\""), format!("\"{right}\""));
        assert_eq!(part("plum, ripe", "plum\0\0ripe"), told(5, ", ripe", "\\0\\0ripe"));
        assert_eq!(part("größer", "größe"), told(6, "r", ""));
        assert_eq!(part("", "a letter too many"), told(1, "", "a letter too"));
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(shortened("short"), "short");
        let long = "a".repeat(40) + &"b".repeat(60);
        assert_eq!(shortened(&long), format!("{}…{} (100 letters)", "a".repeat(24), "b".repeat(24)));
    }

    #[test]
    fn the_nearest_name_is_suggested_and_a_far_one_is_not() {
        assert_eq!(nearest("flavor", ["flavour", "size"]), Some("flavour"));
        assert_eq!(nearest("zzzzzz", ["flavour", "size"]), None);
    }
}
