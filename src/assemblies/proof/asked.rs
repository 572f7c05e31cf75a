//! Questions about a drill's runs: what is right in them is what was measured, so that a
//! proof measures it of the model programs' runs.
//!
//! A question has a key if the same options are right in every one of these runs, in both
//! languages. How far the figures are from where another option would be right is held
//! against the noise like the threshold of a check (`margins`).

use std::time::Duration;

use crate::assemblies::proof::Found;
use crate::assemblies::proof::measured::{Measured, Seen};
use crate::assemblies::proof::trial::TrialReport;
use crate::judgement::figures::Figures;
use crate::judgement::measured;
use crate::judgement::verdict::{Read, Reading};
use crate::vocabulary::comparison::Measured as Asked;
use crate::vocabulary::question::Question;
use crate::words::ids::StepId;
use crate::words::speech::Speech;

/// What is right in a question by one run of its drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The question.
    pub step: StepId,
    /// The options that are right; why not all of them can be told here, where that is so.
    pub right: Result<Vec<String>, String>,
}

/// What is right in `asked` by `figures`.
pub(super) fn key(asked: &Asked, figures: &Figures) -> Key {
    let right = match measured::question(Speech::ENGLISH, asked, Some(figures)) {
        Err(unready) => Err(unready.in_words(Speech::ENGLISH)),
        // The last says that none of the others is right.
        Ok(Question::Choices(choice)) if choice.option.len() == asked.option.len() + 1 => {
            let options = choice.option.into_iter().take(asked.option.len());
            Ok(options.filter(|option| option.right).map(|option| option.text).collect())
        }
        Ok(_) => Err("some of its options cannot be measured here".to_owned()),
    };
    Key { step: asked.id.clone(), right }
}

/// How far the figures of one run are from where other options would be right.
pub(super) fn readings(asked: &Asked, figures: &Figures) -> Vec<Read> {
    // Steps and checks are named alike, and a table of thresholds tells both by their names.
    let Ok(name) = asked.id.as_str().parse() else { return Vec::new() };
    let read = |(part, (option, reading)): (usize, (usize, Reading))| {
        let scene = asked.option.get(option)?.right_if.of.scene.clone();
        Some(Read { check: Clone::clone(&name), scene, repetition: 0, part, reading })
    };
    measured::readings(asked, figures).into_iter().enumerate().filter_map(read).collect()
}

/// The questions about the runs of the model programs in `trials`, with what is right in them.
#[must_use]
pub(super) fn held_still(trials: &[TrialReport]) -> Vec<Measured> {
    let same =
        |one: &TrialReport, other: &TrialReport| one.lesson == other.lesson && one.drill == other.drill;
    trials.chunk_by(same).flat_map(of_drill).collect()
}

fn of_drill(trials: &[TrialReport]) -> Vec<Measured> {
    // What misses or was not judged has no figures to speak of, and is told already.
    let runs: Vec<&TrialReport> = trials
        .iter()
        .filter(|trial| trial.tried.found == Found::AsWanted && !trial.tried.keys.is_empty())
        .collect();
    let Some(first) = runs.first() else { return Vec::new() };
    let of_step = |index: usize| {
        let keys: Vec<&Key> = runs.iter().filter_map(|run| run.tried.keys.get(index)).collect();
        let (right, found) = one_key(&keys);
        Measured {
            lesson: first.lesson.clone(),
            step: first.tried.keys[index].step.clone(),
            rounds: keys.len().try_into().unwrap_or(u32::MAX),
            seen: Seen::Asked { right },
            found,
            took: Duration::ZERO,
        }
    };
    (0..first.tried.keys.len()).map(of_step).collect()
}

/// The key that all of `keys` are, and whether they are one.
fn one_key(keys: &[&Key]) -> (Vec<String>, Found) {
    let mut rights = Vec::new();
    for key in keys {
        match &key.right {
            Ok(right) => rights.push(right),
            Err(reason) => return (Vec::new(), Found::Undecided { reason: reason.clone() }),
        }
    }
    let Some(first) = rights.first() else { return (Vec::new(), Found::AsWanted) };
    let moved = |option: &&String| rights.iter().any(|right| !right.contains(option));
    let all = rights.iter().flat_map(|right| right.iter());
    let found = match all.clone().find(moved) {
        None => Found::AsWanted,
        Some(option) => {
            let right = rights.iter().filter(|right| right.contains(option)).count();
            let reason =
                format!("`{option}` is right by {right} of {} runs of the model programs", rights.len());
            Found::Contrary { reason }
        }
    };
    ((*first).clone(), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(right: Result<&[&str], &str>) -> Key {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Key { step: "which".parse().unwrap(), right: right.map(texts).map_err(str::to_owned) }
    }

    fn found(keys: &[Key]) -> (Vec<String>, Found) {
        one_key(&keys.iter().collect::<Vec<_>>())
    }

    #[test]
    fn what_is_right_by_every_run_is_the_key() {
        let keys = [key(Ok(&["read", "mmap"])), key(Ok(&["mmap", "read"]))];
        assert_eq!(found(&keys), (vec!["read".to_owned(), "mmap".to_owned()], Found::AsWanted));
        assert_eq!(found(&[key(Ok(&[])), key(Ok(&[]))]), (Vec::new(), Found::AsWanted), "none of these");
    }

    #[test]
    fn an_option_that_is_right_by_some_runs_is_none() {
        for keys in [
            [key(Ok(&["read"])), key(Ok(&[])), key(Ok(&["read"]))],
            [key(Ok(&[])), key(Ok(&["read"])), key(Ok(&["read"]))],
        ] {
            let reason = "`read` is right by 2 of 3 runs of the model programs".to_owned();
            assert_eq!(found(&keys).1, Found::Contrary { reason });
        }
    }

    #[test]
    fn what_cannot_be_measured_here_is_undecided() {
        let keys = [key(Ok(&["read"])), key(Err("no group"))];
        assert_eq!(found(&keys), (Vec::new(), Found::Undecided { reason: "no group".to_owned() }));
    }
}
