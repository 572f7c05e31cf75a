//! What a program announces on its standard output: `checkpoint NAME` and
//! `NAME=VALUE`, each a line of its own. Every other line is the learner's own
//! business.

use crate::words::ids::{Checkpoint, ResultName};

/// A line that means something to the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// `checkpoint NAME`: read my books now.
    Checkpoint(Checkpoint),
    /// `NAME=VALUE`.
    Result {
        /// The name.
        name: ResultName,
        /// All behind the first `=`, trimmed.
        value: String,
    },
}

/// What `line`, without its newline, announces. Blanks around it are forgiven,
/// a carriage return too; a name that is none makes it an ordinary line.
#[must_use]
pub fn read(line: &str) -> Option<Announcement> {
    let line = line.trim();
    if let Some(name) = line.strip_prefix("checkpoint ") {
        return name.trim_start().parse().ok().map(Announcement::Checkpoint);
    }
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end().parse().ok()?;
    Some(Announcement::Result { name, value: value.trim().to_owned() })
}

/// Finds the checkpoints in a stream that arrives in pieces.
///
/// Keeps the beginning of the line that is not ended yet, no more of it than a
/// checkpoint can be long: memory stays bounded whatever is written.
#[derive(Clone, Debug, Default)]
pub struct CheckpointScanner {
    line: Vec<u8>,
}

/// Longer lines are no checkpoints: `checkpoint `, the longest name, and some blanks.
const LONGEST: usize = 128;

impl CheckpointScanner {
    /// The checkpoints whose newline is in `piece`, in order; remembers the rest of the line behind them.
    pub fn feed(&mut self, piece: &[u8]) -> Vec<Checkpoint> {
        let mut found = Vec::new();
        let mut rest = piece;
        while let Some(newline) = rest.iter().position(|&byte| byte == b'\n') {
            self.keep(&rest[..newline]);
            if let Some(Announcement::Checkpoint(name)) = self.announced() {
                found.push(name);
            }
            self.line.clear();
            rest = &rest[newline + 1..];
        }
        self.keep(rest);
        found
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = (LONGEST + 1).saturating_sub(self.line.len());
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn announced(&self) -> Option<Announcement> {
        if self.line.len() > LONGEST {
            return None;
        }
        read(std::str::from_utf8(&self.line).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(name: &str) -> Announcement {
        Announcement::Checkpoint(name.parse().unwrap())
    }

    #[test]
    fn lines_that_mean_something() {
        assert_eq!(read("checkpoint mapped"), Some(checkpoint("mapped")));
        assert_eq!(read("  checkpoint  mapped \r"), Some(checkpoint("mapped")));
        assert_eq!(
            read("sum = 4 = 2+2"),
            Some(Announcement::Result { name: "sum".parse().unwrap(), value: "4 = 2+2".to_owned() })
        );
        for ordinary in ["", "checkpoint", "checkpoint Two Words", "checkpoints x", "Sum=1", "=1", "hello"] {
            assert_eq!(read(ordinary), None, "{ordinary:?}");
        }
    }

    #[test]
    fn a_checkpoint_in_pieces_is_found_when_its_newline_comes() {
        let mut scanner = CheckpointScanner::default();
        assert!(scanner.feed(b"noise\ncheck").is_empty());
        assert!(scanner.feed(b"point map").is_empty());
        assert!(scanner.feed(b"").is_empty());
        let found = scanner.feed(b"ped\ncheckpoint two\nx");
        assert_eq!(found, ["mapped".parse().unwrap(), "two".parse().unwrap()]);
        assert!(scanner.feed(b"checkpoint three\n").is_empty(), "the line begins with an x");
    }

    #[test]
    fn endless_lines_take_no_memory() {
        let mut scanner = CheckpointScanner::default();
        for _ in 0..1000 {
            assert!(scanner.feed(&[b'x'; 4096]).is_empty());
        }
        assert!(scanner.line.len() <= LONGEST + 1);
        assert!(scanner.feed(b"\n").is_empty());
        assert_eq!(scanner.feed(b"checkpoint a\n").len(), 1);
    }
}
