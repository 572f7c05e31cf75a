//! Answers to a specimen as a file gives them: a table with the seed that drew the run they
//! speak of, and an answer to each of its questions.

use serde::Serialize;

use super::Posed;
use crate::judgement::answers::{self, Marked};
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::StepId;
use crate::words::prose;

/// An answer to one question about a specimen, marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkedAnswer {
    /// The question.
    pub question: StepId,
    /// How it was marked.
    #[serde(flatten)]
    pub marked: Marked,
}

/// The seed and the answers that a file gives to a specimen. What they say can only be read
/// once the run of that seed was seen.
///
/// # Errors
/// Why they are none, in words for who wrote them.
pub fn read(specimen: &Specimen, given: &toml::Value) -> Result<(u64, toml::Table), String> {
    let id = &specimen.id;
    let mut table = given.as_table().cloned().ok_or_else(|| {
        format!("the answers to {id} must be a table [{id}], with the seed that `mmaplings specimen` told")
    })?;
    let seed = table.remove("seed").and_then(|seed| u64::try_from(seed.as_integer()?).ok());
    let seed = seed.ok_or_else(|| format!("[{id}] must name the `seed` that `mmaplings specimen` told"))?;
    let names: Vec<&str> = specimen.question.iter().map(|question| question.id().as_str()).collect();
    if let Some(name) = table.keys().find(|name| !names.contains(&name.as_str())) {
        let hint = prose::nearest(name, names.iter().copied()).map_or_else(
            || format!("it asks {}", prose::list(&names)),
            |near| format!("did you mean {near:?}?"),
        );
        return Err(format!("[{id}]: it has no question {name:?}; {hint}"));
    }
    Ok((seed, table))
}

/// Marks the answers against the run that they speak of.
///
/// # Errors
/// All that is wrong with them as answers, in words for who wrote them.
pub fn mark(
    specimen: &Specimen,
    posed: &Posed,
    given: &toml::Table,
) -> Result<Vec<MarkedAnswer>, Vec<String>> {
    let mut marked = Vec::new();
    let mut wrong = Vec::new();
    for question in &posed.questions {
        let Some(value) = given.get(question.id().as_str()) else {
            wrong.push(format!("[{}] gives no answer to {}", specimen.id, question.id()));
            continue;
        };
        match answers::read(question, value).and_then(|answer| answers::mark(question, &answer)) {
            Ok(of_one) => marked.push(MarkedAnswer { question: question.id().clone(), marked: of_one }),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() { Ok(marked) } else { Err(wrong) }
}
