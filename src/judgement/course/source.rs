//! A TOML file with its spans: the way from a key or an index to its place in the text.
//!
//! Places never fail: where the file does not say a thing (a default, a missing key),
//! its place is the nearest enclosing thing that it does say.

use std::ops::Range;
use std::sync::Arc;

use deserr::ValuePointerRef;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::judgement::course::problem::Problem;

/// A file's path and text.
#[derive(Clone, Debug)]
pub(super) struct SourceFile {
    pub(super) path: String,
    pub(super) text: Arc<str>,
}

impl SourceFile {
    /// Reads the bytes as UTF-8.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Self, Problem> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { path: path.to_owned(), text: text.into() }),
            Err(error) => {
                let text: Arc<str> = String::from_utf8_lossy(bytes).into();
                // Before the first undecodable byte nothing is replaced, so its offset still holds.
                let start = error.valid_up_to();
                let problem = Problem::at(path, &text, start..start + 1, "this is not UTF-8");
                Err(problem.label("undecodable byte").help("save the file in UTF-8"))
            }
        }
    }

    /// Reads the text as TOML, as far as it goes, with all the places where it cannot be read.
    pub(super) fn parse(&self) -> (Spanned<DeValue<'_>>, Vec<Problem>) {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        let mut problems: Vec<Problem> = errors
            .into_iter()
            .map(|error| {
                let end = self.text.len();
                let span = error.span().unwrap_or(end..end);
                Problem::at(
                    &self.path,
                    &self.text,
                    span,
                    format!("cannot read this as TOML: {}", error.message()),
                )
            })
            .collect();
        // The parser trips over the rest of a line once more: its first stumble is the one to mend.
        problems.dedup_by_key(|problem| problem.position().map(|(line, _)| line));
        let span = root.span();
        (Spanned::new(span, DeValue::Table(root.into_inner())), problems)
    }
}

/// One turn on the way to a thing in a file.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    Key(String),
    Index(usize),
}

/// The way that a pointer of `deserr` describes.
pub(super) fn way(pointer: ValuePointerRef<'_>) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut here = &pointer;
    loop {
        match here {
            ValuePointerRef::Origin => break,
            ValuePointerRef::Key { key, prev } => {
                turns.push(Turn::Key((*key).to_owned()));
                here = *prev;
            }
            ValuePointerRef::Index { index, prev } => {
                turns.push(Turn::Index(*index));
                here = *prev;
            }
        }
    }
    turns.reverse();
    turns
}

/// The way that a written path describes: `experiment.do[2]`.
pub(super) fn written_way(path: &str) -> Vec<Turn> {
    let turn = |word: &str| word.parse().map_or_else(|_| Turn::Key(word.to_owned()), Turn::Index);
    path.split(['.', '[', ']']).filter(|word| !word.is_empty()).map(turn).collect()
}

/// A thing in a file.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    file: &'a SourceFile,
    node: Option<&'a Spanned<DeValue<'a>>>,
    start: usize,
    end: usize,
}

impl<'a> Place<'a> {
    /// The whole file.
    pub(super) fn root(file: &'a SourceFile, root: &'a Spanned<DeValue<'a>>) -> Self {
        Self { file, node: Some(root), start: root.span().start, end: root.span().end }
    }

    /// The value of `key`.
    pub(super) fn key(self, key: &str) -> Self {
        self.to(self.node.and_then(|node| node.get_ref().get(key)))
    }

    /// The value at `index` of a list.
    pub(super) fn index(self, index: usize) -> Self {
        self.to(self.node.and_then(|node| node.get_ref().get(index)))
    }

    fn to(self, node: Option<&'a Spanned<DeValue<'a>>>) -> Self {
        match node {
            Some(node) => Self { node: Some(node), ..self.span(node.span()) },
            None => Self { node: None, ..self },
        }
    }

    /// The text that stands as the value of `key`.
    pub(super) fn text_of(self, key: &str) -> Option<&'a str> {
        self.node?.get_ref().get(key)?.get_ref().as_str()
    }

    /// The word `key` itself, in front of its value.
    pub(super) fn name(self, key: &str) -> Self {
        let table = self.node.and_then(|node| node.get_ref().as_table());
        match table.and_then(|table| table.get_key_value(key)) {
            Some((name, _)) => Self { node: None, ..self.span(name.span()) },
            None => Self { node: None, ..self },
        }
    }

    /// The first place in it where `word` stands by itself.
    pub(super) fn word(self, word: &str) -> Self {
        let text = &self.file.text[self.start..self.end];
        let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let found = text.match_indices(word).find(|(at, _)| {
            !text[..*at].ends_with(part_of_name) && !text[at + word.len()..].starts_with(part_of_name)
        });
        match found {
            Some((at, _)) if !word.is_empty() => {
                let start = self.start + at;
                Self { node: None, ..self.span(start..start + word.len()) }
            }
            _ => self,
        }
    }

    /// Where a way from here ends.
    pub(super) fn follow(self, way: &[Turn]) -> Self {
        way.iter().fold(self, |place, turn| match turn {
            Turn::Key(key) => place.key(key),
            Turn::Index(index) => place.index(*index),
        })
    }

    fn span(self, span: Range<usize>) -> Self {
        Self { start: span.start, end: span.end, ..self }
    }

    /// A problem at this place.
    pub(super) fn problem(self, message: impl Into<String>) -> Problem {
        Problem::at(&self.file.path, &self.file.text, self.start..self.end, message)
    }

    /// The line it begins on, from 1.
    pub(super) fn line(self) -> usize {
        self.file.text[..self.start].matches('\n').count() + 1
    }
}
