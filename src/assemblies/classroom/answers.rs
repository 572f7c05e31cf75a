//! Answers from a student's file, marked: all of it in this process, for it is pure but
//! for the live maps that drawings and specimens are held against, and those are of the
//! course's own programs.

use std::collections::BTreeMap;
use std::path::Path;

use super::result::{Finding, Remark, StepOutcome};
use crate::assemblies::sketching::Live;
use crate::assemblies::specimens::{self, Shown};
use crate::assemblies::ui::free_text::{self, Standing};
use crate::edges::tracer::books;
use crate::judgement::answers::{self, Marked};
use crate::judgement::course::LoadedLesson;
use crate::judgement::marking::{Outcome, Rubric};
use crate::judgement::prediction;
use crate::judgement::progress;
use crate::judgement::sketch::{Comparison, Finding as Drawn, compare};
use crate::judgement::specimen::answers as specimen_answers;
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::vocabulary::specimen::Specimen;
use crate::words::ids::{LessonId, StepId};
use crate::words::speech::Speech;

/// What drawings are held against.
pub(super) type Lives = BTreeMap<(LessonId, StepId), Live>;

/// What answers are held against that no key says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shows<'a> {
    /// In which language it is said what is wrong.
    pub(super) speech: Speech,
    /// The maps that were drawn, by lesson and sketch.
    pub(super) lives: &'a Lives,
    /// This program, which runs specimens.
    pub(super) executable: &'a Path,
    /// Where their files lie meanwhile.
    pub(super) directory: &'a Path,
}

/// Marks the answer to a step.
pub(super) fn mark(
    lesson: &LoadedLesson,
    step: &Step,
    given: &toml::Value,
    shows: Shows<'_>,
) -> (StepOutcome, Finding) {
    let live = shows.lives.get(&(lesson.id.clone(), step.id().clone()));
    match step {
        Step::Predict(predict) => {
            let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            match prediction::lock(predict, &text, books::page_size()) {
                Ok(_) => marked(1.0, vec![]),
                Err(wrong) => unreadable(&wrong.in_words(shows.speech)),
            }
        }
        Step::Sketch(_) => match (given.as_str(), live) {
            (None, _) => unreadable("a drawing is a text of several lines"),
            (Some(drawing), Some(Live::Seen { entries, mappings })) => {
                compared(&compare(shows.speech, drawing.as_bytes(), entries, mappings))
            }
            (Some(_), Some(Live::Unseen { reason })) => {
                (StepOutcome::Inconclusive, Finding::Unjudged { reason: reason.clone() })
            }
            (Some(_), Some(Live::Cancelled) | None) => {
                (StepOutcome::Unfinished, Finding::Nothing { why: None })
            }
        },
        Step::Specimen(specimen) => specimen_of(specimen, given, shows),
        Step::Measured(_) => {
            let reason = "it asks about runs that only the student has seen".to_owned();
            (StepOutcome::Unsure, Finding::Unjudged { reason })
        }
        _ => match step.question() {
            None => (StepOutcome::Missing, Finding::Nothing { why: None }),
            Some(question) => question_of(shows.speech, lesson, &question, given),
        },
    }
}

fn question_of(
    speech: Speech,
    lesson: &LoadedLesson,
    question: &Question,
    given: &toml::Value,
) -> (StepOutcome, Finding) {
    if let (Question::Text(_), Some(rubric)) = (question, lesson.rubrics.get(question.id())) {
        return match given.as_str() {
            Some(text) => free_text_of(rubric, text),
            None => unreadable("the answer must be a text"),
        };
    }
    keyed(speech, question, given)
}

/// A question with a key.
fn keyed(speech: Speech, question: &Question, given: &toml::Value) -> (StepOutcome, Finding) {
    let marks = answers::read(question, given).and_then(|answer| answers::mark(speech, question, &answer));
    match marks {
        Err(wrong) => unreadable(&wrong.in_words(speech)),
        Ok(marks) => {
            let share = if is_right(marks.outcome) { 1.0 } else { 0.0 };
            marked(share, marks.remarks.into_iter().map(remark).collect())
        }
    }
}

fn is_right(outcome: progress::Outcome) -> bool {
    outcome == progress::Outcome::Passed
}

fn remark(remark: answers::Remark) -> Remark {
    Remark { right: is_right(remark.outcome), about: remark.about, says: remark.says }
}

/// Runs a specimen again as the student's seed drew it, and marks the answers against that run.
/// An answer to what nobody asks is told, and costs nothing.
fn specimen_of(specimen: &Specimen, given: &toml::Value, shows: Shows<'_>) -> (StepOutcome, Finding) {
    let given = match specimen_answers::read(shows.speech, specimen, given) {
        Ok(given) => given,
        Err(wrong) => return unreadable(&wrong),
    };
    let made = std::fs::create_dir_all(shows.directory).map_err(|error| error.to_string());
    let shown = made.and_then(|()| {
        specimens::show(shows.executable, specimen, given.seed, shows.directory)
            .map_err(|error| error.to_string())
    });
    let showing = match shown {
        Ok(Shown::Posed(showing)) => showing,
        Ok(Shown::Unseen { reason }) => return (StepOutcome::Inconclusive, Finding::Unjudged { reason }),
        Err(reason) => return (StepOutcome::Fault, Finding::Unjudged { reason }),
    };
    let marks = specimen_answers::mark(shows.speech, specimen, &showing.posed, &given.answers);
    if marks.is_empty() {
        let reason = "none of its questions can be asked on this machine".to_owned();
        return (StepOutcome::Inconclusive, Finding::Unjudged { reason });
    }
    let right =
        |one: &&(StepId, Result<Marked, String>)| one.1.as_ref().is_ok_and(|marks| is_right(marks.outcome));
    let counted = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let share = counted(marks.iter().filter(right).count()) / counted(marks.len());
    let mut remarks = Vec::new();
    for (question, marks) in marks {
        match marks {
            Ok(marks) => remarks.extend(marks.remarks.into_iter().map(remark).map(|remark| Remark {
                about: format!("{question} {}", remark.about).trim_end().to_owned(),
                ..remark
            })),
            Err(wrong) => remarks.push(self::wrong(question.as_str(), &wrong)),
        }
    }
    remarks.extend(given.strange.iter().map(|strange| wrong("", strange)));
    marked(share, remarks)
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
