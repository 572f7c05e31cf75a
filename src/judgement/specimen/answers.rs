//! Answers to a specimen as a file gives them: a table with the seed that drew the run they
//! speak of, and an answer to each of its questions.
//!
//! What is wrong with them is told apart and never all: who asks for a verdict may refuse them
//! as a whole, who marks work that was handed in counts what can be marked.

use serde::Serialize;

use super::Posed;
use crate::judgement::answers::{self, Marked};
use crate::vocabulary::question::Question;
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::StepId;
use crate::words::prose;
use crate::words::speech::Speech;

/// The answers that a file gives. What they say can only be read once the run of their seed was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The seed of the run that they speak of.
    pub seed: u64,
    /// The answers, by question.
    pub answers: toml::Table,
    /// Answers to questions that nobody asks, in words for who wrote them.
    pub strange: Vec<String>,
}

/// An answer to one question about a specimen, marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarkedAnswer {
    /// The question.
    pub question: StepId,
    /// How it was marked.
    #[serde(flatten)]
    pub marked: Marked,
}

/// What a file gives to a specimen.
///
/// # Errors
/// Why it is no answer at all, in words for who wrote it.
pub fn read(speech: Speech, specimen: &Specimen, given: &toml::Value) -> Result<Given, String> {
    let id = ("specimen", (&specimen.id).into());
    let Some(table) = given.as_table() else { return Err(speech.tell("unreadable-specimen", [id])) };
    let mut answers = table.clone();
    let seed = answers.remove("seed").and_then(|seed| u64::try_from(seed.as_integer()?).ok());
    let Some(seed) = seed else { return Err(speech.tell("unreadable-seed", [id])) };
    let names: Vec<&str> = specimen.question.iter().map(|question| question.id().as_str()).collect();
    let strangers = table.keys().filter(|name| *name != "seed" && !names.contains(&name.as_str()));
    let strange = strangers.map(|name| {
        let (id, named) = (("specimen", (&specimen.id).into()), ("name", name.into()));
        match prose::nearest(name, names.iter().copied()) {
            Some(near) => speech.tell("unreadable-question-near", [id, named, ("near", near.into())]),
            None => {
                let names = ("questions", speech.list(&names).into());
                speech.tell("unreadable-question", [id, named, names])
            }
        }
    });
    let strange = strange.collect();
    Ok(Given { seed, answers, strange })
}

/// Marks the answers against the run that they speak of: for each question that is asked of it
/// how it was marked, or what is wrong with its answer, in words for who wrote it.
#[must_use]
pub fn mark(
    speech: Speech,
    specimen: &Specimen,
    posed: &Posed,
    answers: &toml::Table,
) -> Vec<(StepId, Result<Marked, String>)> {
    let mark = |question: &Question| {
        let id = question.id();
        let Some(value) = answers.get(id.as_str()) else {
            let with = [("specimen", (&specimen.id).into()), ("question", id.into())];
            return (id.clone(), Err(speech.tell("unreadable-unanswered", with)));
        };
        let marked =
            answers::read(question, value).and_then(|answer| answers::mark(speech, question, &answer));
        (id.clone(), marked.map_err(|wrong| wrong.in_words(speech)))
    };
    posed.questions.iter().map(mark).collect()
}
