//! The words that all rubrics of a course share, and the ordinary ones that are never
//! taken for misspelt ones.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::written::{RubricProblems, WordsDocument};

/// The words that all rubrics of a course share: classes, named patterns, ordinary English.
#[derive(Debug, Clone)]
pub struct Words {
    pub(super) words: BTreeMap<String, Vec<String>>,
    pub(super) patterns: BTreeMap<String, Vec<String>>,
    pub(super) ordinary: Arc<HashSet<Box<str>>>,
    pub(super) language: Tongue,
}

/// Whether the marker reads the language that answers are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    /// It does.
    English,
    /// It does not: the learner compares with the model answer.
    Other,
}

impl Words {
    /// Reads the course's words.
    ///
    /// # Errors
    /// If the text is not TOML of the wanted shape. The patterns in it are checked with
    /// the first rubric that uses them.
    pub fn parse(toml: &str) -> Result<Self, RubricProblems> {
        let file: WordsDocument = toml::from_str(toml).map_err(|error| RubricProblems::of_toml(&error))?;
        Ok(Self {
            words: file.words,
            patterns: file.patterns,
            ordinary: Arc::default(),
            language: Tongue::English,
        })
    }

    /// The language that answers are in, as a BCP 47 tag: only English is read.
    #[must_use]
    pub fn in_language(mut self, tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        self.language = if primary.eq_ignore_ascii_case("en") { Tongue::English } else { Tongue::Other };
        self
    }

    /// Adds ordinary words, parted by spaces, that are never to be taken for misspelt ones.
    /// Lines that begin with `#` are not read.
    #[must_use]
    pub fn with_ordinary(mut self, text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let words = lines.flat_map(str::split_whitespace).map(Box::from);
        Arc::make_mut(&mut self.ordinary).extend(words);
        self
    }
}
