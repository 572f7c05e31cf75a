//! The shelf: a course's rubrics, each compiled when it is first asked for.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::CourseFiles;
use crate::judgement::marking::{Rubric, RubricProblems, Words};
use crate::words::prose;

/// A course's rubrics by question.
#[derive(Debug)]
pub struct Shelf {
    words: Words,
    rubrics: BTreeMap<String, Slot>,
}

#[derive(Debug)]
struct Slot {
    toml: String,
    compiled: OnceLock<Result<Rubric, RubricProblems>>,
}

/// A rubric that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// No rubric has that name.
    #[error("no question is called `{question}`{}", suggested(.near))]
    Unknown {
        /// The name as asked for.
        question: String,
        /// The name that may have been meant.
        near: Option<String>,
    },
    /// The rubric is broken.
    #[error("the rubric of `{question}` is broken")]
    Broken {
        /// Whose rubric.
        question: String,
        /// What is wrong with it.
        source: RubricProblems,
    },
}

fn suggested(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}

/// Where a course keeps the words that its rubrics share.
pub(super) const WORDS: &str = "lessons/words.toml";
/// Where it keeps words that only look misspelt.
pub(super) const ORDINARY: &str = "lessons/ordinary.txt";

impl Shelf {
    /// The shelf of a course: the rubrics beside its lessons, with its shared words, if it has any.
    ///
    /// # Errors
    /// If the shared words are broken.
    pub fn of_course(files: &CourseFiles) -> Result<Self, RubricProblems> {
        let course: Option<toml::Table> =
            files.text("lessons/course.toml").and_then(|text| text.parse().ok());
        let language = course.as_ref().and_then(|course| course.get("lang")?.as_str()).unwrap_or("en");
        let words = Words::parse(&files.text(WORDS).unwrap_or_default())?
            .in_language(language)
            .with_ordinary(&files.text(ORDINARY).unwrap_or_default());
        let rubrics = files.under("lessons").filter_map(|path| {
            let (folder, name) = path.rsplit_once('/')?;
            let question = name.strip_suffix(".toml").filter(|_| folder.ends_with("/rubrics"))?;
            Some((question.to_owned(), files.text(&format!("lessons/{path}"))?.into_owned()))
        });
        Ok(Self::new(words, rubrics))
    }

    /// A shelf of rubrics: pairs of a question's id and its rubric in TOML.
    pub fn new(words: Words, rubrics: impl IntoIterator<Item = (String, String)>) -> Self {
        let rubrics = rubrics
            .into_iter()
            .map(|(question, toml)| (question, Slot { toml, compiled: OnceLock::new() }))
            .collect();
        Self { words, rubrics }
    }

    /// The questions that there are rubrics for.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        self.rubrics.keys().map(String::as_str)
    }

    /// The rubric of `question`.
    ///
    /// # Errors
    /// If there is none, or it is broken.
    pub fn rubric(&self, question: &str) -> Result<&Rubric, ShelfError> {
        let Some(slot) = self.rubrics.get(question) else {
            let near = prose::nearest(question, self.questions()).map(str::to_owned);
            return Err(ShelfError::Unknown { question: question.to_owned(), near });
        };
        let compiled = slot.compiled.get_or_init(|| Rubric::parse(&slot.toml, &self.words));
        compiled
            .as_ref()
            .map_err(|source| ShelfError::Broken { question: question.to_owned(), source: source.clone() })
    }
}
