//! A learner's drawing of `/proc/PID/maps`, read column by column.
//!
//! Any bytes at all are a drawing: what cannot be read becomes a problem of its
//! cell, its line or the whole, with words that say how it is written. Nothing here
//! knows what ought to have been drawn.

use crate::words::speech::Speech;
use crate::words::units::Bytes;

/// The longest drawing that is read, in bytes.
const LONGEST: usize = 64 << 10;
/// The most lines that are read.
const MOST_LINES: usize = 200;
/// The longest text of a line that is kept to be shown, in characters.
const SHOWN: usize = 160;

/// All that was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Drawing {
    pub(super) lines: Vec<Line>,
    /// What is wrong with the drawing as a whole.
    pub(super) problems: Vec<String>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number in the text, from 1.
    pub(super) number: usize,
    /// Its text, fit to be shown.
    pub(super) text: String,
    pub(super) length: Cell<Bytes>,
    pub(super) perms: Cell<[Option<char>; 4]>,
    pub(super) offset: Cell<u64>,
    pub(super) device: Cell<(u32, u32)>,
    pub(super) inode: Cell<u64>,
    pub(super) path: Cell<String>,
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<T> {
    /// `?`, or nothing.
    Unknown,
    /// Something.
    Given(T),
    /// Something that no such column holds; the problem is the name of a message.
    Bad { text: String, problem: &'static str },
}

impl<T> Cell<T> {
    fn read(text: Option<&str>, problem: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Self {
        match text {
            None | Some("?") => Self::Unknown,
            Some(text) => match read(text) {
                Some(value) => Self::Given(value),
                None => Self::Bad { text: shown(text), problem },
            },
        }
    }

    pub(super) const fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }

    pub(super) const fn is_bad(&self) -> bool {
        matches!(self, Self::Bad { .. })
    }
}

impl Drawing {
    /// Reads a drawing.
    pub(super) fn read(speech: Speech, text: &[u8]) -> Self {
        let mut drawing = Self::default();
        let kept = text.get(..LONGEST).unwrap_or(text);
        if kept.len() < text.len() {
            let sizes = [("size", Bytes(text.len() as u64)), ("read", Bytes(LONGEST as u64))];
            let problem = speech.tell("drawing-cut", sizes.map(|(name, size)| (name, size.into())));
            drawing.problems.push(problem);
        }
        for (index, line) in kept.split(|&byte| byte == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if drawing.lines.len() == MOST_LINES {
                let with = [("most", MOST_LINES.into()), ("line", (index + 1).into())];
                drawing.problems.push(speech.tell("drawing-lines-cut", with));
                break;
            }
            drawing.lines.push(Line::read(index + 1, line));
        }
        drawing
    }
}

impl Line {
    fn read(number: usize, text: &str) -> Self {
        let mut rest = text;
        let mut column = || {
            let trimmed = rest.trim_start();
            let (word, behind) = trimmed.split_at(trimmed.find(char::is_whitespace).unwrap_or(trimmed.len()));
            rest = behind;
            (!word.is_empty()).then_some(word)
        };
        let address = column();
        let mut perms = column();
        // `1 MiB` for `1MiB`: a size is most naturally written with a space.
        let mut spaced = String::new();
        let address = match (address, perms) {
            (Some(count), Some(unit))
                if count.bytes().last().is_some_and(|b| b.is_ascii_digit()) && unit_of(unit).is_some() =>
            {
                spaced.push_str(count);
                spaced.push_str(unit);
                perms = column();
                Some(spaced.as_str())
            }
            _ => address,
        };
        let (offset, device, inode) = (column(), column(), column());
        let path = rest.trim();
        // As in the kernel's own lines, a line that goes on to the inode and then ends has no path.
        let path = match (path.is_empty(), inode) {
            (true, None) => Cell::Unknown,
            _ if path == "?" => Cell::Unknown,
            _ => Cell::Given(shown(path)),
        };
        Self {
            number,
            text: shown(text),
            length: length(address),
            perms: Cell::read(perms, "drawing-no-permissions", letters),
            offset: Cell::read(offset, "drawing-offset-no-number", hexadecimal),
            device: device_cell(device),
            inode: Cell::read(inode, "drawing-inode-no-number", |text| text.parse().ok()),
            path,
        }
    }

    /// Whether nothing in it can be read as a column of maps.
    pub(super) fn is_nonsense(&self) -> bool {
        let given = self.length.is_given()
            || self.perms.is_given()
            || self.offset.is_given()
            || self.device.is_given()
            || self.inode.is_given();
        let bad = self.length.is_bad() && (self.perms.is_bad() || self.perms == Cell::Unknown);
        bad && !given
    }
}

fn length(text: Option<&str>) -> Cell<Bytes> {
    const PROBLEM: &str = "drawing-no-length";
    let Some(text) = text else { return Cell::Unknown };
    let bad = |problem| Cell::Bad { text: shown(text), problem };
    if let Some(size) = text.strip_prefix("?+").or_else(|| text.strip_prefix('+')) {
        return size_of(size).map_or_else(|| bad(PROBLEM), Cell::Given);
    }
    if let Some((start, end)) = text.split_once('-') {
        if start == "?" || end == "?" {
            return Cell::Unknown;
        }
        return match (hexadecimal(start), hexadecimal(end)) {
            (Some(start), Some(end)) if start < end => Cell::Given(Bytes(end - start)),
            (Some(_), Some(_)) => bad("drawing-ends-before-start"),
            _ => bad(PROBLEM),
        };
    }
    if text == "?" {
        return Cell::Unknown;
    }
    size_of(text).map_or_else(|| bad(PROBLEM), Cell::Given)
}

/// A size with its unit. A bare number is none: it would be taken for an address.
fn size_of(text: &str) -> Option<Bytes> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(digits);
    let count: u64 = count.parse().ok()?;
    count.checked_mul(unit_of(unit)?).filter(|&bytes| bytes > 0).map(Bytes)
}

/// The units of [`Bytes`], and what people write for them.
fn unit_of(unit: &str) -> Option<u64> {
    let upper = unit.to_ascii_uppercase();
    let scale = match upper.as_str() {
        "B" => "B",
        "K" | "KB" | "KIB" => "KiB",
        "M" | "MB" | "MIB" => "MiB",
        "G" | "GB" | "GIB" => "GiB",
        "T" | "TB" | "TIB" => "TiB",
        _ => return None,
    };
    Bytes::of_unit(scale).map(|Bytes(bytes)| bytes)
}

fn letters(text: &str) -> Option<[Option<char>; 4]> {
    const ALLOWED: [&[char]; 4] = [&['r', '-'], &['w', '-'], &['x', '-'], &['s', 'p']];
    let lower = text.to_ascii_lowercase();
    let mut letters = [None; 4];
    let mut given = lower.chars();
    for (letter, allowed) in letters.iter_mut().zip(ALLOWED) {
        match given.next()? {
            '?' => {}
            known if allowed.contains(&known) => *letter = Some(known),
            _ => return None,
        }
    }
    given.next().is_none().then_some(letters)
}

fn device_cell(text: Option<&str>) -> Cell<(u32, u32)> {
    if text == Some("?:?") {
        return Cell::Unknown;
    }
    Cell::read(text, "drawing-device-no-number", |text| {
        let (major, minor) = text.split_once(':')?;
        Some((u32::try_from(hexadecimal(major)?).ok()?, u32::try_from(hexadecimal(minor)?).ok()?))
    })
}

fn hexadecimal(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    // `from_str_radix` takes a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u64::from_str_radix(digits, 16).ok())?
}

/// A learner's text, fit to be shown: what would move the cursor, change colours or
/// turn the direction of the text is made visible as a dot.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| match c {
            '\t' => ' ',
            c if c.is_control() => '\u{b7}',
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                '\u{b7}'
            }
            c => c,
        })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('\u{2026}');
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Line {
        let mut drawing = Drawing::read(Speech::ENGLISH, text.as_bytes());
        assert_eq!(drawing.lines.len(), 1, "{text:?}");
        drawing.lines.remove(0)
    }

    #[test]
    fn the_kernels_own_lines_are_read_whole() {
        let line = line(
            "7f12c0000000-7f12c1000000 rw-s 00001000 fe:00 131091                     /tmp/with space/shared.bin",
        );
        assert_eq!(line.length, Cell::Given(Bytes::mib(16)));
        assert_eq!(line.perms, Cell::Given([Some('r'), Some('w'), Some('-'), Some('s')]));
        assert_eq!(line.offset, Cell::Given(0x1000));
        assert_eq!(line.device, Cell::Given((0xfe, 0)));
        assert_eq!(line.inode, Cell::Given(131_091));
        assert_eq!(line.path, Cell::Given("/tmp/with space/shared.bin".to_owned()));
    }

    #[test]
    fn a_line_without_a_path_is_anonymous_only_if_it_is_whole() {
        assert_eq!(line("? rw-p 00000000 00:00 0").path, Cell::Given(String::new()));
        assert_eq!(line("? rw-p").path, Cell::Unknown);
        assert_eq!(line("? ? ? ? ? ?").path, Cell::Unknown);
    }

    #[test]
    fn lengths_may_stand_for_addresses() {
        for (text, length) in [
            ("?+1MiB rw-p", Cell::Given(Bytes::mib(1))),
            ("1 GiB rw-p", Cell::Given(Bytes::gib(1))),
            ("?+8 MiB rw-p", Cell::Given(Bytes::mib(8))),
            ("+8m rw-p", Cell::Given(Bytes::mib(8))),
            ("00000000-00100000 rw-p", Cell::Given(Bytes::mib(1))),
            ("? rw-p", Cell::Unknown),
            ("?-? rw-p", Cell::Unknown),
            ("7f0000000000-? rw-p", Cell::Unknown),
        ] {
            let line = line(text);
            assert_eq!(line.length, length, "{text}");
            assert!(line.perms.is_given(), "{text}");
        }
        for bad in
            ["2000-1000 rw-p", "1000-1000 rw-p", "xyz rw-p", "4096 rw-p", "99999999999TiB rw-p", "-1-5 rw-p"]
        {
            assert!(line(bad).length.is_bad(), "{bad}");
        }
    }

    #[test]
    fn permissions_may_be_known_by_the_letter() {
        assert_eq!(line("? r?-s").perms, Cell::Given([Some('r'), None, Some('-'), Some('s')]));
        for bad in ["? rw", "? rwxpp", "? wr-p", "? 0644"] {
            assert!(line(bad).perms.is_bad(), "{bad}");
        }
    }

    #[test]
    fn what_would_play_with_the_terminal_is_made_visible() {
        let line = line("? rw-p 0 00:00 0 /a\u{1b}[31m\u{202e}b");
        assert_eq!(line.path, Cell::Given("/a\u{b7}[31m\u{b7}b".to_owned()));
    }

    #[test]
    fn a_drawing_that_is_too_large_is_read_to_its_limit() {
        let drawing = Drawing::read(Speech::ENGLISH, "? rw-p\n".repeat(1 << 20).as_bytes());
        assert_eq!(drawing.lines.len(), MOST_LINES);
        assert_eq!(drawing.problems.len(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_drawing(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            for line in Drawing::read(Speech::ENGLISH, &bytes).lines {
                prop_assert!(line.text.chars().count() <= SHOWN + 1);
                prop_assert!(!line.text.chars().any(char::is_control));
            }
        }
    }
}
