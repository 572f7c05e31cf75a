//! Tokens: an answer cut into words and numbers, with how hard each is parted from the one before.
//!
//! Takes any text at all. Marks like `rw-s` stay one word, `copy-on-write` and
//! `anon/private` become several, `4 KiB`, `4K` and `4096 bytes` are one number
//! each. Reading stops after a given number of words, so that the work is bounded
//! however long the answer is.

use std::ops::Range;

use super::english;

/// How hard a token is parted from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parting {
    /// A space, a slash, a hyphen.
    Space,
    /// A comma.
    Comma,
    /// A colon, a semicolon, a bracket, a dash, an arrow.
    Strong,
    /// The end of a sentence, of a line, of a list's item.
    Sentence,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A word, a name, a keyword.
    Word,
    /// A number; with its unit, if that was one of bytes, brought to bytes.
    Number(Number),
}

/// A number as said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// Without a unit.
    Plain(f64),
    /// So many bytes.
    Bytes(f64),
}

/// A word or number.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Where it stands in [`Tokens::text`].
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
    pub(super) parting: Parting,
}

/// An answer's tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// The answer in lower case, with typographic marks made plain.
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// How many marks stand for words, as in notes: arrows, colons, signs of equality.
    pub(super) notation: usize,
    /// Whether reading stopped at the cap, before the answer ended.
    pub(super) cut: bool,
}

impl Tokens {
    /// The text of a token.
    pub(super) fn word(&self, token: &Token) -> &str {
        &self.text[token.span.clone()]
    }

    /// Puts right the words that `meant` knows better.
    pub(super) fn respell(&mut self, meant: impl Fn(&str) -> Option<&'static str>) {
        for token in &mut self.tokens {
            if token.kind == Kind::Word
                && let Some(word) = meant(&self.text[token.span.clone()])
            {
                let start = self.text.len();
                self.text.push_str(word);
                token.span = start..self.text.len();
            }
        }
    }

    /// The words from the first to the last of two tokens.
    pub(super) fn between(&self, first: usize, last: usize) -> String {
        let words: Vec<&str> = self.tokens[first..=last].iter().map(|token| self.word(token)).collect();
        words.join(" ")
    }
}

/// How many words, as people count them, `answer` has; stops counting past `enough`.
pub(super) fn count_words(answer: &str, enough: usize) -> usize {
    answer.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).take(enough).count()
}

/// Cuts up the first `most` tokens of `answer`.
pub(super) fn tokenise(answer: &str, most: usize) -> Tokens {
    let mut reader = Reader {
        out: Tokens { text: String::with_capacity(answer.len().min(most * 16)), ..Tokens::default() },
        parting: Parting::Sentence,
        in_call: false,
        // In a text without small letters a capital begins nothing.
        capitals: !answer.chars().take(4096).any(char::is_lowercase),
        most,
    };
    let mut rest = answer;
    let mut before = '\n';
    while let Some(first) = rest.chars().next() {
        if reader.out.tokens.len() >= most {
            reader.out.cut = rest.chars().any(char::is_alphanumeric);
            break;
        }
        let taken = reader.take(rest, first, before);
        before = rest[..taken].chars().next_back().unwrap_or(first);
        rest = &rest[taken..];
    }
    reader.out
}

struct Reader {
    out: Tokens,
    parting: Parting,
    /// Whether an opening bracket just behind a name is still open.
    in_call: bool,
    capitals: bool,
    most: usize,
}

impl Reader {
    /// Takes one token or mark off the front of `rest`; returns its length in bytes.
    fn take(&mut self, rest: &str, first: char, before: char) -> usize {
        if let Some(length) = permissions(rest, before) {
            self.push(&rest[..length], Kind::Word);
            return length;
        }
        if first.is_ascii_digit() {
            return self.take_number(rest);
        }
        if is_word(first) {
            return self.take_word(rest);
        }
        let next = rest[first.len_utf8()..].chars().next().unwrap_or('\n');
        match first {
            '\n' => {
                let line = rest[1..].trim_start_matches([' ', '\t', '\r']);
                let starts_anew = line.chars().next().is_none_or(|c| {
                    !c.is_alphabetic() || (c.is_uppercase() && !self.capitals) || matches!(c, '\n' | '•')
                });
                self.part(if starts_anew { Parting::Sentence } else { Parting::Space });
            }
            '.' | '?' | '!' | '。' | '؟' => {
                let inside = before.is_alphanumeric() && next.is_alphanumeric() && first == '.';
                let abbreviated = first == '.' && self.ends_in_abbreviation();
                if abbreviated {
                    self.part(Parting::Comma);
                } else if !inside {
                    self.part(if before == '.' { Parting::Strong } else { Parting::Sentence });
                }
            }
            ',' | '،' => self.part(Parting::Comma),
            ':' if before.is_alphanumeric() && next.is_alphanumeric() => {}
            // A call: `msync(MS_SYNC)`.
            '(' if is_word(before) && (is_word(next) || next == ')') => self.in_call = true,
            ')' if self.in_call => self.in_call = false,
            '>' if before == ' ' && next == ' ' => self.push("exceeds", Kind::Word),
            '=' if next == '>' || before == '>' || before == '<' => self.note(Parting::Comma),
            '→' | '⇒' | '≠' => self.note(Parting::Comma),
            ':' | '=' => self.note(Parting::Strong),
            ';' | '(' | ')' | '—' | '–' | '…' => self.part(Parting::Strong),
            '-' | '*' | '•' => {
                let bullet = before == '\n' || (before == ' ' && self.parting == Parting::Sentence);
                let arrow = next == '>';
                let dash = (before.is_whitespace() && !next.is_alphanumeric()) || next == '-';
                if arrow {
                    self.note(Parting::Comma);
                } else if bullet {
                    self.part(Parting::Sentence);
                } else if dash {
                    self.part(Parting::Strong);
                }
            }
            '&' => self.push("and", Kind::Word),
            // Ticks, pointing hands and faces stand between things said, as full points do.
            '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' => self.part(Parting::Strong),
            _ => {}
        }
        first.len_utf8()
    }

    /// Parts by a mark that stands for words.
    fn note(&mut self, parting: Parting) {
        self.out.notation += 1;
        self.part(parting);
    }

    fn part(&mut self, parting: Parting) {
        self.parting = self.parting.max(parting);
    }

    fn push(&mut self, word: &str, kind: Kind) {
        let start = self.out.text.len();
        self.out.text.extend(word.chars().flat_map(char::to_lowercase));
        let span = start..self.out.text.len();
        self.out.text.push(' ');
        self.out.tokens.push(Token {
            span,
            kind,
            parting: std::mem::replace(&mut self.parting, Parting::Space),
        });
    }

    fn ends_in_abbreviation(&self) -> bool {
        self.out.tokens.last().is_some_and(|last| {
            let word = self.out.word(last);
            matches!(word, "e" | "g" | "i" | "eg" | "ie" | "etc" | "vs" | "approx" | "resp" | "cf")
        })
    }

    fn take_word(&mut self, rest: &str) -> usize {
        // `w/` and `w/o`, but not `r/w/x`.
        if let Some(after) = rest.strip_prefix(['w', 'W']).and_then(|rest| rest.strip_prefix('/')) {
            let without = after.strip_prefix(['o', 'O']).filter(|rest| !rest.starts_with(is_word));
            self.push(if without.is_some() { "without" } else { "with" }, Kind::Word);
            return if without.is_some() { 3 } else { 2 };
        }
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            let apostrophe = matches!(c, '\'' | '’' | 'ʼ' | '‘')
                && rest[at + c.len_utf8()..].chars().next().is_some_and(char::is_alphabetic);
            if !is_word(c) && !apostrophe {
                break;
            }
            end = at + c.len_utf8();
        }
        let word = &rest[..end];
        match word.split_once(['\'', '’', 'ʼ', '‘']) {
            None => self.push_plain(word),
            Some((head, tail)) => self.push_contracted(head, tail),
        }
        end
    }

    fn push_plain(&mut self, word: &str) {
        if word.len() <= 8 && word.is_ascii() {
            let lower = word.to_ascii_lowercase();
            if let Some((auxiliary, not)) = english::unapostrophed(&lower) {
                self.push(auxiliary, Kind::Word);
                self.push(not, Kind::Word);
                return;
            }
            if let Some(spelt_out) = english::spelt_out(&lower) {
                self.push(spelt_out, Kind::Word);
                return;
            }
        }
        self.push(word, Kind::Word);
    }

    fn push_contracted(&mut self, head: &str, tail: &str) {
        let tail_is = |text: &str| tail.eq_ignore_ascii_case(text);
        if tail_is("t") && head.to_ascii_lowercase().ends_with('n') {
            let auxiliary = match head.to_ascii_lowercase().as_str() {
                "can" => "can",
                "won" => "will",
                "shan" => "shall",
                "ain" => "is",
                _ => &head[..head.len() - 1],
            };
            let auxiliary = auxiliary.to_owned();
            self.push(&auxiliary, Kind::Word);
            self.push("not", Kind::Word);
            return;
        }
        self.push(head, Kind::Word);
        let spelt_out = match tail.to_ascii_lowercase().as_str() {
            "re" => "are",
            "ve" => "have",
            "ll" => "will",
            "d" => "would",
            "m" => "am",
            // `it's` is `it is`; `file's` is the file's own.
            "s" if matches!(
                english::part(&head.to_ascii_lowercase()),
                english::Part::Pronoun | english::Part::Subordinator | english::Part::Determiner
            ) =>
            {
                "is"
            }
            _ => return,
        };
        self.push(spelt_out, Kind::Word);
    }

    fn take_number(&mut self, rest: &str) -> usize {
        let (value, length) = number(rest);
        let after = &rest[length..];
        let suffix_length = after.find(|c: char| !is_word(c)).unwrap_or(after.len());
        let suffix = after[..suffix_length].to_ascii_lowercase();
        match (suffix.as_str(), value) {
            ("st", 1.0) => self.push("first", Kind::Word),
            ("nd", 2.0) => self.push("second", Kind::Word),
            ("", _) => {
                let spaced = after.strip_prefix([' ', '-', '\u{a0}']).unwrap_or(after);
                let unit_length = spaced.find(|c: char| !is_word(c)).unwrap_or(spaced.len());
                let unit = bytes_in(&spaced[..unit_length].to_ascii_lowercase());
                if let Some(unit) = unit
                    && unit_length > 0
                {
                    let total = length + (after.len() - spaced.len()) + unit_length;
                    self.push(&rest[..total], Kind::Number(Number::Bytes(value * unit)));
                    return total;
                }
                self.push(&rest[..length], Kind::Number(Number::Plain(value)));
            }
            (unit, _) => {
                if let Some(unit) = bytes_in(unit) {
                    let total = length + suffix_length;
                    self.push(&rest[..total], Kind::Number(Number::Bytes(value * unit)));
                    return total;
                }
                self.push(&rest[..length], Kind::Number(Number::Plain(value)));
                if self.out.tokens.len() < self.most && !suffix.is_empty() {
                    self.push(&suffix, Kind::Word);
                }
            }
        }
        length + suffix_length
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The permissions of a mapping, `rw-p`, at the front of `rest`, as a length in bytes.
fn permissions(rest: &str, before: char) -> Option<usize> {
    if before.is_alphanumeric() || before == '-' {
        return None;
    }
    let mut mark = [0; 5];
    let length = rest.len().min(5);
    mark[..length].copy_from_slice(&rest.as_bytes()[..length]);
    mark.make_ascii_lowercase();
    let mark = &mark[..length];
    let shape = |length: usize| {
        mark.len() >= length
            && matches!(mark[0], b'r' | b'-')
            && matches!(mark[1], b'w' | b'-')
            && matches!(mark[2], b'x' | b'-')
            && (length < 4 || matches!(mark[3], b'p' | b's'))
            && mark[..length].contains(&b'r')
            && mark.get(length).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'-')
    };
    [4, 3].into_iter().find(|&length| shape(length))
}

/// The number at the front of `text`, which starts with a digit, and its length in bytes.
fn number(text: &str) -> (f64, usize) {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len()).min(15);
        if let Ok(value) = u64::from_str_radix(&hex[..length], 16) {
            #[expect(clippy::cast_precision_loss, reason = "compared with a tolerance")]
            return (value as f64, 2 + length);
        }
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut plain = String::new();
    let mut end = 0;
    while end < bytes.len() && plain.len() < 24 {
        match bytes[end] {
            b'0'..=b'9' => plain.push(char::from(bytes[end])),
            b',' | b'_' if digit(end + 1) && digit(end + 2) && digit(end + 3) => {}
            b'.' if digit(end + 1) && !plain.contains('.') => plain.push('.'),
            _ => break,
        }
        end += 1;
    }
    (plain.parse().unwrap_or(0.0), end)
}

/// How many bytes a unit is. `kB` counts as 1024 too: so do those who write it.
pub(super) fn bytes_in(unit: &str) -> Option<f64> {
    Some(match unit {
        "b" | "byte" | "bytes" => 1.0,
        "k" | "kb" | "kib" | "kilobyte" | "kilobytes" | "kibibyte" | "kibibytes" => 1024.0,
        "m" | "mb" | "mib" | "meg" | "megs" | "megabyte" | "megabytes" | "mebibyte" | "mebibytes" => {
            1024.0 * 1024.0
        }
        "g" | "gb" | "gib" | "gig" | "gigs" | "gigabyte" | "gigabytes" | "gibibyte" | "gibibytes" => {
            1024.0 * 1024.0 * 1024.0
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(answer: &str) -> Vec<String> {
        let tokens = tokenise(answer, 1000);
        tokens.tokens.iter().map(|token| tokens.word(token).to_owned()).collect()
    }

    #[test]
    fn words_marks_and_contractions() {
        assert_eq!(words("It's rw-s, isn't it?"), ["it", "is", "rw-s", "is", "not", "it"]);
        assert_eq!(words("copy-on-write"), ["copy", "on", "write"]);
        assert_eq!(words("MAP_SHARED|MAP_ANONYMOUS"), ["map_shared", "map_anonymous"]);
        assert_eq!(words("dont [heap] file’s"), ["do", "not", "heap", "file"]);
    }

    #[test]
    fn numbers_take_their_units_in_many_spellings() {
        for text in ["4 KiB", "4K", "4kB", "4096 bytes", "4,096 bytes", "4-kilobyte"] {
            let tokens = tokenise(text, 10);
            assert_eq!(tokens.tokens.len(), 1, "{text}");
            assert_eq!(tokens.tokens[0].kind, Kind::Number(Number::Bytes(4096.0)), "{text}");
        }
        assert_eq!(tokenise("0x1000", 10).tokens[0].kind, Kind::Number(Number::Plain(4096.0)));
        assert_eq!(words("the 2nd run"), ["the", "second", "run"]);
    }

    #[test]
    fn a_wrapped_line_goes_on_and_a_list_does_not() {
        let parting = |answer: &str| tokenise(answer, 10).tokens[1].parting;
        assert_eq!(parting("one\ntwo"), Parting::Space);
        assert_eq!(parting("one\n- two"), Parting::Sentence);
        assert_eq!(parting("one. two"), Parting::Sentence);
        assert_eq!(tokenise("e.g. two", 10).tokens[2].parting, Parting::Comma);
        assert_eq!(parting("one - two"), Parting::Strong);
    }

    #[test]
    fn reading_is_bounded() {
        let tokens = tokenise(&"word ".repeat(1_000_000), 50);
        assert_eq!(tokens.tokens.len(), 50);
        assert!(tokens.cut);
    }
}
