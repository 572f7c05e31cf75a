//! Which key means what.

use crate::flow::session::Key;

/// The keys as they are shown, in order, each with the message that names it and the one that
/// says what it does.
pub(super) const SHOWN: [(&str, &str, &str); 11] = [
    ("r", "key-run", "key-run-about"),
    ("h", "key-hint", "key-hint-about"),
    ("n", "key-next", "key-next-about"),
    ("p", "key-previous", "key-previous-about"),
    ("l", "key-list", "key-list-about"),
    ("a", "key-questions", "key-questions-about"),
    ("s", "key-solution", "key-solution-about"),
    ("v", "key-verdict", "key-verdict-about"),
    ("t", "key-timeline", "key-timeline-about"),
    ("?", "key-keys", "key-keys-about"),
    ("q", "key-quit", "key-quit-about"),
];

/// The keys among bytes that a terminal sent. Arrows to the left and right are previous and
/// next; all other escape sequences, and bytes that are no key, are passed over.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = Key> {
    let mut keys = Vec::new();
    let mut rest = bytes;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte == 0x1b {
            let (key, length) = escape(behind);
            keys.extend(key);
            rest = &behind[length..];
            continue;
        }
        keys.extend(match byte.to_ascii_lowercase() {
            b'r' => Some(Key::Run),
            b'h' => Some(Key::Hint),
            b'n' => Some(Key::Next),
            b'p' => Some(Key::Previous),
            b'l' => Some(Key::List),
            b'a' => Some(Key::Questions),
            b's' => Some(Key::Solution),
            b'v' => Some(Key::Verdict),
            b't' => Some(Key::Timeline),
            b'?' => Some(Key::Help),
            // Ctrl-D is what ends a shell.
            b'q' | 0x04 => Some(Key::Quit),
            _ => None,
        });
    }
    keys.into_iter()
}

/// The key of an escape sequence, and how long the sequence is behind its ESC (ECMA-48, 5.4:
/// `[`, parameters, intermediate bytes, a final byte).
fn escape(behind: &[u8]) -> (Option<Key>, usize) {
    match behind.first() {
        Some(b'[' | b'O') => {
            let body = behind[1..].iter().take_while(|byte| (0x20..=0x3f).contains(*byte)).count();
            let key = match behind.get(1 + body) {
                Some(b'C') => Some(Key::Next),
                Some(b'D') => Some(Key::Previous),
                _ => None,
            };
            (key, (2 + body).min(behind.len()))
        }
        _ => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_shown_is_one() {
        for (key, name, _) in SHOWN {
            assert_eq!(decode(key.as_bytes()).count(), 1, "{name}");
        }
    }

    #[test]
    fn escape_sequences_are_taken_whole() {
        assert_eq!(decode(b"\x1b[C\x1b[Dr").collect::<Vec<_>>(), [Key::Next, Key::Previous, Key::Run]);
        // F5, Shift-Up, a mouse report, a lone ESC: the letters in them are no keys.
        for sequence in [&b"\x1b[15~"[..], b"\x1b[1;2A", b"\x1b[<0;1;1M", b"\x1b", b"\x1b["] {
            assert_eq!(decode(sequence).count(), 0, "{sequence:?}");
        }
    }

    #[test]
    fn what_is_no_key_is_passed_over() {
        assert_eq!(decode("é1 \n\u{0}R".as_bytes()).collect::<Vec<_>>(), [Key::Run]);
    }
}
