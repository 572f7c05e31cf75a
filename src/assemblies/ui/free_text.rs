//! What is said to an answer in the learner's own words.

use crate::assemblies::ui::look::{Look, Role};
use crate::assemblies::ui::markdown::markdown;
use crate::judgement::marking::{Marking, Outcome, Point, Reading, Rubric, Weight};

/// How an answer stands, before the learner has decided anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It says all that it must, and nothing that is wrong.
    Full,
    /// What it may lack, the marker cannot tell: the learner compares and decides.
    ForTheLearner,
    /// It lacks something, or says something that is wrong.
    Lacking,
}

/// How an answer stands.
#[must_use]
pub fn standing(rubric: &Rubric, marking: &Marking) -> Standing {
    if !marking.misconceptions.is_empty() {
        return Standing::Lacking;
    }
    if marking.score.is_full() {
        return Standing::Full;
    }
    let lacks = core(rubric, marking).any(|(_, outcome)| outcome == Outcome::NotStated);
    if lacks { Standing::Lacking } else { Standing::ForTheLearner }
}

fn core<'a>(rubric: &'a Rubric, marking: &'a Marking) -> impl Iterator<Item = (&'a Point, Outcome)> {
    marking
        .points
        .iter()
        .filter_map(|(id, outcome)| Some((rubric.points.iter().find(|point| point.id == *id)?, *outcome)))
        .filter(|(point, _)| point.weight == Weight::Core)
}

/// The facts that were stated, what to think about where one was not, the beliefs that are
/// wrong; and the model answer, unless the question is still to be answered better.
#[must_use]
pub fn free_text(look: &Look, rubric: &Rubric, marking: &Marking) -> String {
    let mut text = match marking.reading {
        Reading::Prose | Reading::Doubtful => String::new(),
        Reading::Empty => look.wrap("", &look.say("answer-no-word")),
        Reading::KeyWords => look.wrap("", &look.say("answer-key-words")),
        Reading::Scrambled => look.wrap("", &look.say("answer-scrambled")),
        Reading::Foreign => look.wrap("", &look.say("answer-not-read")),
    };
    if let Some(over) = marking.over_cap {
        text += &look.wrap("", &look.tell("answer-cut", [("words", over.cap.into())]));
    }
    for (id, outcome) in &marking.points {
        let Some(point) = rubric.points.iter().find(|point| point.id == *id) else { continue };
        let (role, mark, says) = match (outcome, point.weight) {
            (Outcome::Stated, _) => (Role::Good, look.pick("✓", "*"), &point.fact),
            (Outcome::Unsure, _) => (Role::Warning, "?", &point.fact),
            (Outcome::NotStated, Weight::Core) => (Role::Bad, look.pick("✗", "x"), &point.hint),
            (Outcome::NotStated, Weight::Extra) => continue,
        };
        text += &look.wrap(&look.paint(role, format!("{mark} ")), says);
    }
    for misconception in rubric.misconceptions.iter().filter(|it| marking.misconceptions.contains(&it.id)) {
        // A belief alone would read as if it were so.
        let mark = look.paint(Role::Bad, format!("{} {} ", look.pick("✗", "x"), look.say("answer-not-so")));
        text += &look.wrap(&mark, &misconception.belief);
        text += &look.wrap("  ", &misconception.why);
    }
    if standing(rubric, marking) != Standing::Lacking {
        text += &format!(
            "\n{}\n{}",
            look.paint(Role::Strong, look.say("answer-model")),
            markdown(look, &rubric.model)
        );
    }
    text
}
