//! Text that somebody else wrote and that is to be shown: in a table, a page, a log.
//!
//! A program may print terminal escapes that move the cursor, characters that turn the
//! direction of writing, and lines that a build server takes for commands
//! (`::set-output …`, `##[group]`). None of it is deleted silently where it says
//! something; all of it is made harmless.

/// The first `limit` characters of `text`, as [`harmless`] has them, and how many more there were.
#[must_use]
pub fn shown(text: &str, limit: usize) -> String {
    let end = text.char_indices().nth(limit).map_or(text.len(), |(end, _)| end);
    let mut told = harmless(&text[..end]);
    let dropped = text[end..].chars().count();
    if dropped > 0 {
        told.push_str(&format!("… ({dropped} more characters)"));
    }
    told
}

/// `text` fit to be shown in one line: as [`shown`], with spaces for newlines and tabs.
#[must_use]
pub fn line(text: &str, limit: usize) -> String {
    let flat: String = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    shown(flat.trim(), limit)
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
    fn what_could_do_harm_is_made_harmless() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}c\n\td", 100), "a␛[2Jb\u{fffd}c\n\td");
        assert_eq!(shown("x\n  ::set-output name=a::b\n##[group]", 100), {
            "x\n  : :set-output name=a::b\n# #[group]"
        });
        assert_eq!(shown("abcdef", 4), "abcd… (2 more characters)");
        assert_eq!(line(" a\r\nb\tc ", 100), "a  b c");
        assert_eq!(line("\n::error::x", 100), ": :error::x");
    }

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
}
