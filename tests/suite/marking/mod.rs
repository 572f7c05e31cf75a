//! The course's rubrics, held against answers that people marked, and against what
//! could be done to those answers.
//!
//! `tests/data/marked.jsonl` has answers by two authors, `tests/data/marking/voices.jsonl` many
//! more by one who took on many voices: `{id, question, answer, points, misconceptions}` a line.
//! The rubrics know both by now, so that their figures are a floor, no promise.

mod agreement;
mod changed;
mod command;
mod odd;

use std::collections::BTreeSet;

use mmaplings::app::course_marks::{self, Comparison};
use mmaplings::edges::course_files;
use mmaplings::judgement::course::Shelf;
use mmaplings::judgement::marking::{Marking, Outcome};

const MARKED: &str = include_str!("../../data/marked.jsonl");

#[derive(Debug, serde::Deserialize, serde::Serialize, Clone)]
struct Marked {
    id: String,
    question: String,
    answer: String,
    points: Vec<String>,
    misconceptions: Vec<String>,
}

fn marked() -> Vec<Marked> {
    MARKED.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn shelf() -> Shelf {
    Shelf::of_course(&course_files::embedded()).unwrap()
}

fn mark(shelf: &Shelf, question: &str, answer: &str) -> Marking {
    shelf.rubric(question).unwrap().mark(answer)
}

fn stated(marking: &Marking) -> BTreeSet<&str> {
    marking.with(Outcome::Stated).map(|id| id.as_str()).collect()
}

const VOICES: &str = include_str!("../../data/marking/voices.jsonl");

/// The figures of the marked answers, each changed by `change`.
fn compare(shelf: &Shelf, mut change: impl FnMut(&str) -> String) -> Comparison {
    let lines: Vec<String> = marked()
        .into_iter()
        .map(|marked| serde_json::to_string(&Marked { answer: change(&marked.answer), ..marked }).unwrap())
        .collect();
    course_marks::compare(&lines.join("\n"), None, shelf).unwrap()
}
