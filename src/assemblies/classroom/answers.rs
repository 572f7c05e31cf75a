//! Answers from a student's file, marked: all of it in this process, for it is pure but
//! for the live maps that drawings are held against, and those are the course's own.

use super::result::{Finding, Remark, StepOutcome};
use crate::assemblies::sketching::Live;
use crate::assemblies::ui::free_text::{self, Standing};
use crate::edges::tracer::books;
use crate::judgement::answers;
use crate::judgement::course::LoadedLesson;
use crate::judgement::marking::{Outcome, Rubric};
use crate::judgement::prediction;
use crate::judgement::progress;
use crate::judgement::sketch::{Comparison, Finding as Drawn, compare};
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;

/// Marks the answer to a step. `live` gives what a drawing is held against.
pub(super) fn mark(
    lesson: &LoadedLesson,
    step: &Step,
    given: &toml::Value,
    live: Option<&Live>,
) -> (StepOutcome, Finding) {
    match step {
        Step::Predict(predict) => {
            let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            match prediction::lock(predict, &text, books::page_size()) {
                Ok(_) => marked(1.0, vec![]),
                Err(error) => unreadable(&error.to_string()),
            }
        }
        Step::Sketch(_) => match (given.as_str(), live) {
            (None, _) => unreadable("a drawing is a text of several lines"),
            (Some(drawing), Some(Live::Seen { entries, mappings })) => {
                compared(&compare(drawing.as_bytes(), entries, mappings))
            }
            (Some(_), Some(Live::Unseen { reason })) => {
                (StepOutcome::Inconclusive, Finding::Unjudged { reason: reason.clone() })
            }
            (Some(_), Some(Live::Cancelled) | None) => {
                (StepOutcome::Unfinished, Finding::Nothing { why: None })
            }
        },
        _ => match step.question() {
            None => (StepOutcome::Missing, Finding::Nothing { why: None }),
            Some(question) => question_of(lesson, &question, given),
        },
    }
}

fn question_of(lesson: &LoadedLesson, question: &Question, given: &toml::Value) -> (StepOutcome, Finding) {
    if let (Question::Text(_), Some(rubric)) = (question, lesson.rubrics.get(question.id())) {
        return match given.as_str() {
            Some(text) => free_text_of(rubric, text),
            None => unreadable("the answer must be a text"),
        };
    }
    let answer = answers::read(question, given).and_then(|answer| answers::mark(question, &answer));
    match answer {
        Err(error) => unreadable(&error.to_string()),
        Ok(marks) => {
            let right = |outcome| outcome == progress::Outcome::Passed;
            let remarks = marks.remarks.into_iter().map(|remark| Remark {
                right: right(remark.outcome),
                about: remark.about,
                says: remark.says,
            });
            marked(if right(marks.outcome) { 1.0 } else { 0.0 }, remarks.collect())
        }
    }
}

fn free_text_of(rubric: &Rubric, text: &str) -> (StepOutcome, Finding) {
    let marking = rubric.mark(text);
    let mut remarks = Vec::new();
    for (id, outcome) in &marking.points {
        let Some(point) = rubric.points.iter().find(|point| point.id == *id) else { continue };
        let says = match outcome {
            Outcome::Stated => "stated: ".to_owned() + &point.fact,
            Outcome::Unsure => "perhaps stated: ".to_owned() + &point.fact,
            Outcome::NotStated => point.hint.clone(),
        };
        remarks.push(Remark { right: *outcome == Outcome::Stated, about: id.to_string(), says });
    }
    for belief in rubric.misconceptions.iter().filter(|belief| marking.misconceptions.contains(&belief.id)) {
        let says = format!("{} {}", belief.belief, belief.why);
        remarks.push(Remark { right: false, about: belief.id.to_string(), says });
    }
    match free_text::standing(rubric, &marking) {
        Standing::Full => marked(1.0, remarks),
        // A wrong belief beside all that is right is not all right.
        Standing::Lacking if marking.score.is_full() => marked(0.0, remarks),
        Standing::Lacking => marked(marking.score.share(), remarks),
        Standing::ForTheLearner => {
            (StepOutcome::Unsure, Finding::Marked { share: marking.score.share(), remarks })
        }
    }
}

fn compared(comparison: &Comparison) -> (StepOutcome, Finding) {
    let mut remarks: Vec<Remark> =
        comparison.problems.iter().map(|problem| wrong("the drawing", problem)).collect();
    for line in &comparison.lines {
        let about = format!("line {}", line.number);
        match &line.finding {
            Drawn::Entry { why, .. } if why.is_empty() => {}
            Drawn::Entry { why, .. } | Drawn::Extra { why } | Drawn::Unreadable { why } => {
                remarks.push(wrong(&about, why));
            }
            Drawn::AlsoThere { .. } | Drawn::Repeated { .. } => {}
        }
    }
    let missing = comparison.missing.iter().map(|missing| wrong("missing", &missing.what));
    remarks.extend(missing);
    if comparison.is_right() {
        return marked(1.0, remarks);
    }
    let share = f64::from(comparison.earned) / f64::from(comparison.possible.max(1));
    // All the columns may be right, and something be there that is not in the process.
    marked(share.min(0.99), remarks)
}

fn wrong(about: &str, says: &str) -> Remark {
    Remark { right: false, about: about.to_owned(), says: says.to_owned() }
}

fn marked(share: f64, remarks: Vec<Remark>) -> (StepOutcome, Finding) {
    let outcome = if share >= 1.0 { StepOutcome::Passed } else { StepOutcome::Missed };
    (outcome, Finding::Marked { share, remarks })
}

fn unreadable(why: &str) -> (StepOutcome, Finding) {
    marked(0.0, vec![wrong("", why)])
}
