//! Text that somebody else wrote and that is to be shown: in a table, a page, a log.
//!
//! A program may print terminal escapes that move the cursor, characters that turn the
//! direction of writing, and lines that a build server takes for commands
//! (`::set-output …`, `##[group]`). None of it is deleted silently where it says
//! something; all of it is made harmless.

/// `text` fit to be shown: at most `limit` characters, control characters but the newline
/// and the tab as `\u{fffd}`, and no line that a build server takes for a command.
#[must_use]
pub fn shown(text: &str, limit: usize) -> String {
    let mut harmless = String::with_capacity(text.len().min(limit));
    let mut line_begins = true;
    let mut letters = text.chars();
    for letter in letters.by_ref().take(limit) {
        let letter = if is_unfit(letter) { '\u{fffd}' } else { letter };
        // GitHub's runner takes `::` and `##[` for a command after any white space
        // (github.com/actions/runner, ActionCommand); Azure's takes `##vso[`.
        if line_begins && matches!(letter, ':' | '#') {
            harmless.push('\u{200b}');
        }
        line_begins = letter == '\n' || (line_begins && letter.is_whitespace());
        harmless.push(letter);
    }
    let dropped = letters.count();
    if dropped > 0 {
        harmless.push_str(&format!("… ({dropped} more characters)"));
    }
    harmless
}

/// `text` fit to be shown in one line: as [`shown`], with spaces for newlines and tabs.
#[must_use]
pub fn line(text: &str, limit: usize) -> String {
    let flat: String = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    shown(flat.trim(), limit)
}

/// Control characters, and those that change the direction of what stands around them
/// (Unicode Standard Annex 9).
fn is_unfit(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_do_harm_is_made_harmless() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}c\n\td", 100), "a\u{fffd}[2Jb\u{fffd}c\n\td");
        assert_eq!(shown("x ::y\n  ::set-output name=a::b\n##[group]", 100), {
            "x ::y\n  \u{200b}::set-output name=a::b\n\u{200b}##[group]"
        });
        assert_eq!(shown("abcdef", 4), "abcd… (2 more characters)");
        assert_eq!(line(" a\r\nb\tc ", 100), "a  b c");
        assert_eq!(line("\n::error::x", 100), "\u{200b}::error::x");
    }
}
