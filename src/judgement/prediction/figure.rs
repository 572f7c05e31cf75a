//! Figures as people write them: `4k`, `4 KiB`, `4096`, `1 page`, `about 16,384 faults`.
//!
//! Memory has no kilo: `4k` and `4 kB` of bytes are 4 KiB. Counts do: `262k faults`
//! are 262,000. What was understood is always told back, so that a misreading is seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::vocabulary::experiment::Unit;
use crate::words::speech::{Speech, exact};
use crate::words::units::Bytes;

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The number, finite; below zero for a fall.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

/// A text that is not a figure for the question; the message is for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAFigure {
    /// Nothing was written.
    Empty {
        /// What the question asks for.
        asked: Unit,
    },
    /// It is too long to be a figure.
    TooLong {
        /// Its length in characters.
        length: usize,
        /// What the question asks for.
        asked: Unit,
    },
    /// It does not begin with a number.
    NoNumber {
        /// What was written.
        text: String,
        /// What the question asks for.
        asked: Unit,
    },
    /// A comma may stand for the thousands or for the decimal point.
    Comma {
        /// The number.
        text: String,
    },
    /// Behind the number stands something else.
    Unit {
        /// What stands there.
        text: String,
        /// What the question asks for.
        asked: Unit,
    },
    /// It is beyond anything that a machine can hold.
    TooLarge {
        /// What was written.
        text: String,
    },
}

/// Longest text of a figure, in characters.
const LONGEST: usize = 80;

/// The largest figure: a 64-bit address space.
const LARGEST: f64 = 18_446_744_073_709_551_616.0;

impl Figure {
    /// Reads a figure for a question that asks for `asked`.
    ///
    /// # Errors
    /// With a message that tells a learner how to write it.
    pub fn read(text: &str, asked: Unit, page_size: Bytes) -> Result<Self, NotAFigure> {
        let length = text.trim().chars().count();
        if length > LONGEST {
            return Err(NotAFigure::TooLong { length, asked });
        }
        let lower = text.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
        if lower.is_empty() {
            return Err(NotAFigure::Empty { asked });
        }
        let bare = without_hedges(&lower);
        if matches!(bare, "nothing" | "none" | "not at all" | "no change" | "no growth") {
            return Ok(Self { value: 0.0, unit: asked });
        }
        let Some((number, rest)) = number(bare)? else {
            return Err(NotAFigure::NoNumber { text: shown(text), asked });
        };
        let value = in_unit(number, rest.trim(), asked, page_size)
            .ok_or_else(|| NotAFigure::Unit { text: shown(rest), asked })?;
        if !value.is_finite() || value.abs() > LARGEST {
            return Err(NotAFigure::TooLarge { text: shown(text) });
        }
        Ok(Self { value, unit: asked })
    }
}

impl NotAFigure {
    /// It in words, for who wrote the text.
    #[must_use]
    pub fn in_words(&self, speech: Speech) -> String {
        let example = |unit: &Unit| {
            let example = speech.say(match unit {
                Unit::Bytes => "figure-example-bytes",
                Unit::Pages => "figure-example-pages",
                Unit::Faults => "figure-example-faults",
                Unit::Mappings => "figure-example-mappings",
                Unit::Percent => "figure-example-percent",
            });
            ("example", example.into())
        };
        match self {
            Self::Empty { asked } => speech.tell("figure-empty", [example(asked)]),
            Self::TooLong { length, asked } => {
                speech.tell("figure-too-long", [("length", (*length).into()), example(asked)])
            }
            Self::NoNumber { text, asked } => {
                speech.tell("figure-no-number", [("text", text.into()), example(asked)])
            }
            Self::Comma { text } => speech.tell("figure-comma", [("text", text.into())]),
            Self::Unit { text, asked } => speech.tell(
                "figure-no-unit",
                [("text", text.into()), ("asked", asked.in_words(speech).into()), example(asked)],
            ),
            Self::TooLarge { text } => speech.tell("figure-too-large", [("text", text.into())]),
        }
    }
}

/// A learner's text, fit to be shown in a message.
fn shown(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(40).collect()
}

fn without_hedges(text: &str) -> &str {
    const HEDGES: [&str; 14] = [
        "about",
        "around",
        "approximately",
        "approx.",
        "approx",
        "roughly",
        "circa",
        "ca.",
        "maybe",
        "some",
        "exactly",
        "~",
        "≈",
        "=",
    ];
    let mut rest = text.trim();
    while let Some(shorter) = HEDGES.iter().find_map(|hedge| rest.strip_prefix(hedge)) {
        rest = shorter.trim_start();
    }
    rest
}

/// The number that `text` begins with, and what stands behind it.
fn number(text: &str) -> Result<Option<(f64, &str)>, NotAFigure> {
    if let Some(found) = word(text) {
        return Ok(Some(found));
    }
    let (sign, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    if let Some(hexadecimal) = unsigned.strip_prefix("0x") {
        let (digits, rest) = split_while(hexadecimal, |c| c.is_ascii_hexdigit());
        let value = u64::from_str_radix(digits, 16).ok();
        #[expect(clippy::cast_precision_loss, reason = "a prediction is no more exact than 53 bits")]
        return Ok(value.map(|value| (sign * value as f64, rest)));
    }
    let (mut digits, mut rest) = whole(unsigned)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let (decimals, behind) = split_while(fraction, |c| c.is_ascii_digit());
        if !decimals.is_empty() {
            digits = format!("{digits}.{decimals}");
            rest = behind;
        }
    }
    if digits.is_empty() {
        return Ok(None);
    }
    if let Some(exponent) = rest.strip_prefix('e') {
        let (power, behind) = split_while(exponent, |c| c.is_ascii_digit());
        if !power.is_empty() {
            digits = format!("{digits}e{power}");
            rest = behind;
        }
    }
    let Ok(mut value) = digits.parse::<f64>() else { return Ok(None) };
    if let Some(exponent) = rest.strip_prefix('^').or_else(|| rest.strip_prefix("**")) {
        let (power, behind) = split_while(exponent, |c| c.is_ascii_digit());
        let Ok(power) = power.parse::<i32>() else { return Ok(None) };
        value = value.powi(power);
        rest = behind;
    }
    Ok(Some((sign * value, rest)))
}

/// Digits, in groups of three where they are grouped, without the marks between.
fn whole(text: &str) -> Result<(String, &str), NotAFigure> {
    let (first, mut rest) = split_while(text, |c| c.is_ascii_digit());
    let mut digits = first.to_owned();
    while !digits.is_empty()
        && let Some(mark) = rest.chars().next()
        && matches!(mark, ',' | '_' | '\'' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
    {
        let (group, behind) = split_while(&rest[mark.len_utf8()..], |c| c.is_ascii_digit());
        if group.len() != 3 {
            if mark == ',' && !group.is_empty() {
                return Err(NotAFigure::Comma { text: format!("{digits},{group}") });
            }
            break;
        }
        digits.push_str(group);
        rest = behind;
    }
    Ok((digits, rest))
}

fn word(text: &str) -> Option<(f64, &str)> {
    const WORDS: [(&str, f64); 16] = [
        ("zero", 0.0),
        ("no", 0.0),
        ("one", 1.0),
        ("an", 1.0),
        ("a", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
    ];
    let (first, rest) = split_while(text, |c| c.is_ascii_alphabetic());
    WORDS.iter().find(|(word, _)| *word == first).map(|&(_, value)| (value, rest))
}

fn split_while(text: &str, inside: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !inside(c)).unwrap_or(text.len()))
}

/// `number` of what `rest` names, in the unit asked for.
fn in_unit(number: f64, rest: &str, asked: Unit, page_size: Bytes) -> Option<f64> {
    const SCALES: [(&str, f64); 4] = [("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("single", 1.0)];
    if let Some((word, scale)) = SCALES.iter().find(|(word, _)| rest.starts_with(word)) {
        return in_unit(number * scale, rest[word.len()..].trim_start(), asked, page_size);
    }
    #[expect(clippy::cast_precision_loss, reason = "page sizes are small powers of two")]
    let page = page_size.0 as f64;
    let counts = matches!(asked, Unit::Faults | Unit::Mappings | Unit::Pages);
    if counts
        && let Some(scale) = [("k", 1e3), ("m", 1e6)].iter().find_map(|&(letter, scale)| {
            let behind = rest.strip_prefix(letter)?;
            (behind.is_empty() || behind.starts_with(' ')).then_some((scale, behind.trim_start()))
        })
    {
        return in_unit(number * scale.0, scale.1, asked, page_size);
    }
    let unit = named(rest);
    match (asked, unit) {
        (_, Some(Named::Bare)) => Some(number),
        (Unit::Bytes, Some(Named::Bytes(scale))) => Some(number * scale),
        (Unit::Bytes, Some(Named::Pages)) => Some(number * page),
        (Unit::Pages, Some(Named::Bytes(scale))) => Some(number * scale / page),
        (Unit::Pages, Some(Named::Pages))
        | (Unit::Faults, Some(Named::Faults))
        | (Unit::Mappings, Some(Named::Mappings))
        | (Unit::Percent, Some(Named::Percent)) => Some(number),
        _ => None,
    }
}

enum Named {
    Bare,
    Bytes(f64),
    Pages,
    Faults,
    Mappings,
    Percent,
}

fn named(unit: &str) -> Option<Named> {
    const KIB: f64 = 1024.0;
    Some(match unit {
        "" => Named::Bare,
        "b" | "byte" | "bytes" => Named::Bytes(1.0),
        "k" | "kb" | "kib" | "kbyte" | "kbytes" | "kilobyte" | "kilobytes" | "kibibyte" | "kibibytes" => {
            Named::Bytes(KIB)
        }
        "m" | "mb" | "mib" | "meg" | "megs" | "megabyte" | "megabytes" | "mebibyte" | "mebibytes" => {
            Named::Bytes(KIB * KIB)
        }
        "g" | "gb" | "gib" | "gig" | "gigs" | "gigabyte" | "gigabytes" | "gibibyte" | "gibibytes" => {
            Named::Bytes(KIB * KIB * KIB)
        }
        "t" | "tb" | "tib" | "terabyte" | "terabytes" | "tebibyte" | "tebibytes" => {
            Named::Bytes(KIB * KIB * KIB * KIB)
        }
        "page" | "pages" => Named::Pages,
        "fault" | "faults" | "page fault" | "page faults" | "minor" | "minor fault" | "minor faults"
        | "major" | "major fault" | "major faults" => Named::Faults,
        "mapping" | "mappings" | "line" | "lines" | "vma" | "vmas" | "entry" | "entries" => Named::Mappings,
        "%" | "percent" | "per cent" => Named::Percent,
        _ => return None,
    })
}

impl Figure {
    /// It in words: `4 KiB`, `16,384 faults`.
    #[must_use]
    pub fn in_words(self, speech: Speech) -> String {
        let sign = if self.value.round() < 0.0 { "-" } else { "" };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "figures are finite and at most 2^64, which the cast saturates"
        )]
        let size = self.value.abs().round() as u64;
        let counted = |name: &str| {
            let count = format!("{sign}{}", grouped(size));
            speech.tell(name, [("number", exact(size.into())), ("count", count.into())])
        };
        match self.unit {
            Unit::Bytes => format!("{sign}{}", Bytes(size)),
            Unit::Pages => counted("figure-pages"),
            Unit::Faults => counted("figure-faults"),
            Unit::Mappings => counted("figure-mappings"),
            Unit::Percent => format!("{:.1} %", self.value).replace(".0 %", " %"),
        }
    }
}

impl fmt::Display for Figure {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.in_words(Speech::ENGLISH))
    }
}

/// `16384` as `16,384`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, asked: Unit) -> Result<f64, NotAFigure> {
        Figure::read(text, asked, Bytes::kib(4)).map(|figure| figure.value)
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        for (text, asked, value) in [
            ("4k", Unit::Bytes, 4096.0),
            ("4 KiB", Unit::Bytes, 4096.0),
            ("4 KB.", Unit::Bytes, 4096.0),
            ("4096", Unit::Bytes, 4096.0),
            ("0x1000", Unit::Bytes, 4096.0),
            ("2^12 bytes", Unit::Bytes, 4096.0),
            ("1 page", Unit::Bytes, 4096.0),
            ("One page", Unit::Bytes, 4096.0),
            ("a single page", Unit::Bytes, 4096.0),
            ("about 1.5 GiB", Unit::Bytes, 1_610_612_736.0),
            ("~10g", Unit::Bytes, 10_737_418_240.0),
            ("nothing", Unit::Bytes, 0.0),
            ("no pages", Unit::Bytes, 0.0),
            ("-4k", Unit::Bytes, -4096.0),
            ("16,384", Unit::Faults, 16_384.0),
            ("16 384 faults", Unit::Faults, 16_384.0),
            ("1,048,576 minor faults", Unit::Faults, 1_048_576.0),
            ("262k", Unit::Faults, 262_000.0),
            ("1e6", Unit::Faults, 1e6),
            ("1 million faults", Unit::Faults, 1e6),
            ("64 KiB", Unit::Pages, 16.0),
            ("2 lines", Unit::Mappings, 2.0),
            ("50%", Unit::Percent, 50.0),
            ("12.5 per cent", Unit::Percent, 12.5),
        ] {
            assert_eq!(read(text, asked), Ok(value), "{text:?} in {asked}");
        }
    }

    #[test]
    fn what_is_no_figure_is_told_how_to_be_one() {
        for (text, asked, said) in [
            ("", Unit::Bytes, "write a number, such as 4096, 4 KiB or 1 page; 0 if you expect nothing"),
            (
                "lots",
                Unit::Bytes,
                r#""lots" does not begin with a number: write one such as 4096, 4 KiB or 1 page"#,
            ),
            (
                "4 parsecs",
                Unit::Bytes,
                r#""parsecs" is not a unit here: this asks for bytes, such as 4096, 4 KiB or 1 page"#,
            ),
            (
                "4 KiB",
                Unit::Faults,
                r#""kib" is not a unit here: this asks for faults, such as 1000 or 16,384 faults"#,
            ),
            (
                "1,5 GiB",
                Unit::Bytes,
                r#"is "1,5" a decimal? write 1.5 with a point, and 1,500 or 1500 for thousands"#,
            ),
            ("1e300", Unit::Bytes, r#""1e300" is larger than any machine"#),
            ("2^99999", Unit::Pages, r#""2^99999" is larger than any machine"#),
        ] {
            assert_eq!(
                read(text, asked).map_err(|wrong| wrong.in_words(Speech::ENGLISH)),
                Err(said.to_owned()),
                "{text:?}"
            );
        }
        assert!(matches!(read(&"9".repeat(1 << 20), Unit::Bytes), Err(NotAFigure::TooLong { .. })));
    }

    #[test]
    fn figures_are_shown_with_their_unit() {
        for (value, unit, text) in [
            (4096.0, Unit::Bytes, "4 KiB"),
            (-4096.0, Unit::Bytes, "-4 KiB"),
            (16_384.0, Unit::Faults, "16,384 faults"),
            (1.0, Unit::Pages, "1 page"),
            (0.0, Unit::Mappings, "0 mappings"),
            (50.0, Unit::Percent, "50 %"),
            (12.5, Unit::Percent, "12.5 %"),
        ] {
            assert_eq!(Figure { value, unit }.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,90}|[0-9.,_ e^x-]{0,30}[a-z%]{0,8}") {
            for unit in [Unit::Bytes, Unit::Pages, Unit::Faults, Unit::Mappings, Unit::Percent] {
                if let Ok(figure) = Figure::read(&text, unit, Bytes::kib(4)) {
                    prop_assert!(figure.value.is_finite());
                    prop_assert!(!figure.to_string().is_empty());
                }
            }
        }

        #[test]
        fn counts_are_read_back_as_shown(count in 0_u32..) {
            let figure = Figure { value: f64::from(count), unit: Unit::Faults };
            prop_assert_eq!(Figure::read(&figure.to_string(), Unit::Faults, Bytes::kib(4)), Ok(figure));
        }
    }
}
