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
