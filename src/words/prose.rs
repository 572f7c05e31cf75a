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
    const ENDS: usize = 24;
    let letters = text.chars().count();
    if letters <= 3 * ENDS {
        return Cow::Borrowed(text);
    }
    let first: String = text.chars().take(ENDS).collect();
    let last: String = text.chars().skip(letters - ENDS).collect();
    Cow::Owned(format!("{first}…{last} ({letters} letters)"))
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

/// `text`, which somebody else wrote, so that it can be shown anywhere: control characters are
/// made visible, those that turn the direction of writing are replaced, and what build servers
/// take for a command at a line's start (`::set-output`, `##[`, `##vso[`, `##teamcity[`) is taken
/// apart, wherever a line may come to be broken. Newlines and tabs stay.
#[must_use]
pub fn harmless(text: &str) -> String {
    clean(text, |_| 0)
}

/// As [`harmless`], but for the escape sequences of colour that compilers print.
#[must_use]
pub fn harmless_but_coloured(text: &str) -> String {
    clean(text, colour)
}

/// `keeps` tells how many bytes at the start of a text are left as they are.
fn clean(text: &str, keeps: impl Fn(&str) -> usize) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    let mut begins_word = true;
    while let Some(letter) = rest.chars().next() {
        let kept = keeps(rest);
        if kept > 0 {
            cleaned.push_str(&rest[..kept]);
            rest = &rest[kept..];
            continue;
        }
        let workflow =
            begins_word && rest.starts_with("::") && rest[2..].starts_with(|c: char| c.is_ascii_alphabetic());
        let log = ["##[", "##vso[", "##teamcity["].iter().any(|command| rest.starts_with(command));
        cleaned.push(visible(letter));
        if workflow || log {
            cleaned.push(' ');
        }
        begins_word = letter.is_whitespace();
        rest = &rest[letter.len_utf8()..];
    }
    cleaned
}

fn visible(letter: char) -> char {
    match letter {
        '\n' | '\t' => letter,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        letter => letter,
    }
}

/// The length of a sequence at the start of `text` that sets a colour or clears the rest of a line (`ECMA-48`).
fn colour(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\x1b[") else { return 0 };
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(parameters.len());
    match parameters[end..].chars().next() {
        Some('m' | 'K') => "\x1b[".len() + end + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_terminals_and_build_servers_is_only_seen() {
        for (text, shown) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("\x1b]0;title\x07\x1b[2J", "␛]0;title␇␛[2J"),
            ("over\rwritten", "over␍written"),
            ("::set-output name=x::1", ": :set-output name=x::1"),
            ("it printed ::add-mask::a", "it printed : :add-mask::a"),
            ("std::mem::take, a :: b", "std::mem::take, a :: b"),
            ("a##[error]b ##vso[x] ##teamcity[y]", "a# #[error]b # #vso[x] # #teamcity[y]"),
            ("\u{202e}txt.exe", "\u{fffd}txt.exe"),
            ("déjà ∞", "déjà ∞"),
        ] {
            assert_eq!(harmless(text), shown);
        }
    }

    #[test]
    fn compilers_keep_their_colours_and_nothing_else() {
        let text = "\x1b[0m\x1b[1;31merror\x1b[K\x1b[2J\x1b]8;;x\x07";
        assert_eq!(harmless_but_coloured(text), "\x1b[0m\x1b[1;31merror\x1b[K␛[2J␛]8;;x␇");
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
