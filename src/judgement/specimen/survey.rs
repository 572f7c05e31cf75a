//! Surveying a specimen before it is run: every mistake in it that can be seen without.

use std::collections::BTreeSet;

use super::{figures, prepare};
use crate::judgement::prediction::{Problem, survey_operations};
use crate::vocabulary::specimen::{Specimen, SpecimenQuestion};
use crate::vocabulary::value::Values;
use crate::words::prose;
use crate::words::units::Bytes;

/// How many draws are surveyed: what holds for one seed may not hold for another.
const DRAWS: u64 = 16;

/// The most mappings: each has a line and a letter.
const MOST_LINES: usize = 12;

/// Every mistake in a specimen that can be seen without running it.
#[must_use]
pub fn survey(specimen: &Specimen) -> Vec<Problem> {
    let page_size = Bytes::kib(4);
    let mut processes = None;
    let mut drawn = Values::default();
    for seed in 0..DRAWS {
        let standing = prepare(specimen, seed, page_size).and_then(|prepared| {
            drawn = prepared.values;
            survey_operations(&prepared.operations, page_size)
        });
        match standing {
            Ok(standing) => processes = Some(standing.processes),
            Err(problems) => return problems,
        }
    }
    let processes = processes.unwrap_or_default();
    let mut survey = Survey { problems: Vec::new(), known: BTreeSet::new() };
    let mappings = processes.first().cloned().unwrap_or_default();
    if mappings.is_empty() {
        survey.add("do", "nothing is mapped when it is held: there is nothing to look at");
    } else if mappings.len() + specimen.also.len() > MOST_LINES {
        survey.add("do", format!("more than {MOST_LINES} lines are more than a screen holds"));
    }
    for name in figures::names(&processes) {
        if survey.known.contains(&name) {
            survey.add("do", format!("two figures would be called {name}: give a mapping another name"));
        }
        survey.known.insert(name);
    }
    for name in drawn.0.keys() {
        if !survey.known.insert(name.as_str().to_owned()) {
            survey.add("values", format!("{name} is the name of a figure: choose another"));
        }
    }
    if specimen.question.is_empty() {
        survey.add("question", "nothing is asked");
    }
    let mut seen = BTreeSet::new();
    for (index, question) in specimen.question.iter().enumerate() {
        let at = |key: &str| format!("question[{index}].{key}");
        if !seen.insert(question.id()) {
            survey.add(at("id"), format!("there is a question {} already", question.id()));
        }
        if let SpecimenQuestion::Line { of, wrong, .. } = question {
            let labels = || mappings.iter().map(crate::words::ids::Label::as_str);
            let wrong = wrong.iter().enumerate();
            let wrong = wrong.map(|(place, wrong)| (format!("wrong[{place}].of"), &wrong.of));
            for (key, label) in [("of".to_owned(), of)].into_iter().chain(wrong) {
                if !mappings.contains(label) {
                    let near = prose::nearest(label.as_str(), labels());
                    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                    survey.add(at(&key), format!("no mapping is called {label} when it is held{hint}"));
                }
            }
        }
        for (key, expression) in question.expressions() {
            survey.names(&at(&key), &expression.names());
        }
        for (key, template) in question.templates() {
            survey.names(&at(&key), &template.names());
        }
    }
    survey.problems
}

struct Survey {
    problems: Vec<Problem>,
    known: BTreeSet<String>,
}

impl Survey {
    fn add(&mut self, at: impl Into<String>, text: impl Into<String>) {
        self.problems.push(Problem { at: at.into(), text: text.into() });
    }

    fn names(&mut self, at: &str, names: &[&str]) {
        for name in names {
            if !self.known.contains(*name) {
                let near = prose::nearest(name, self.known.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                self.add(at, format!("no figure is called {name}{hint}"));
            }
        }
    }
}
