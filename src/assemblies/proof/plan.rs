//! Which trials a course is put to.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assemblies::proof::adversary::{self, Adversary};
use crate::edges::compiler::{Source, SourceText};
use crate::judgement::course::LoadedLesson;
use crate::judgement::mutants::mutants;
use crate::vocabulary::comparison::Measured;
use crate::vocabulary::lesson::{Drill, Language};
use crate::words::ids::{CheckId, LessonId, ProgramName, StepId};

/// Programs of which the verdict is known, and what it must be.
pub struct Trial<'a> {
    /// Its place among the trials.
    pub number: usize,
    /// The lesson.
    pub lesson: &'a LessonId,
    /// The drill, with the patience that the trial has.
    pub drill: Drill,
    /// Whose programs they are.
    pub subject: Subject,
    /// The language they are in.
    pub language: Language,
    /// The programs.
    pub sources: Vec<Source>,
    /// The questions about their runs: of model programs, whose figures must answer them.
    pub asked: Vec<&'a Measured>,
    /// What the verdict must be.
    pub wanted: Wanted,
    /// The seed of the run.
    pub seed: u64,
}

/// Whose programs are tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "subject", rename_all = "kebab-case")]
pub enum Subject {
    /// The model programs.
    Model,
    /// The untouched starters.
    Starter,
    /// A known-bad attempt.
    Attempt {
        /// Its name.
        attempt: StepId,
    },
    /// Programs that no lesson should be passed by.
    Adversary {
        /// What they do.
        adversary: Adversary,
    },
    /// The model programs with one mistake made in one of them.
    Mutant {
        /// In which.
        program: ProgramName,
        /// In which line.
        line: usize,
        /// The line as it was.
        before: String,
        /// The line as it is.
        after: String,
    },
}

/// What a verdict must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "wanted", rename_all = "kebab-case")]
pub enum Wanted {
    /// Every check holds.
    Pass,
    /// These checks are missed; others may be too.
    Miss {
        /// Their names.
        checks: Vec<CheckId>,
    },
    /// It is missed, whichever way.
    MissSomehow,
}

/// From how many repetitions on some replay the first.
const REPLAYED_FROM: u32 = 4;

/// The trials of `lessons`: model programs `repeat` times. Each has a seed of its own; of
/// four or more every second one replays the first, so that they differ by noise alone.
#[must_use]
pub fn plan<'a>(
    lessons: impl IntoIterator<Item = &'a LoadedLesson>,
    repeat: u32,
    seed: u64,
) -> Vec<Trial<'a>> {
    let mut trials = Vec::new();
    for lesson in lessons {
        for drill in lesson.drills() {
            of_drill(lesson, drill, repeat, seed, &mut trials);
        }
    }
    for (number, trial) in trials.iter_mut().enumerate() {
        trial.number = number;
    }
    trials
}

fn of_drill<'a>(
    lesson: &'a LoadedLesson,
    drill: &Drill,
    repeat: u32,
    seed: u64,
    trials: &mut Vec<Trial<'a>>,
) {
    let mut add = |drill: &Drill, subject, language, programs, wanted, seed| {
        let sources = sources(programs, language);
        let asked = if subject == Subject::Model { lesson.asked_of(drill) } else { Vec::new() };
        let drill = drill.clone();
        let lesson = &lesson.id;
        trials.push(Trial { number: 0, lesson, drill, subject, language, sources, asked, wanted, seed });
    };
    for language in Language::ALL {
        for round in 0..repeat {
            let programs = lesson.models_of(drill, language);
            let seed = seed_of(round, repeat, seed);
            add(drill, Subject::Model, language, programs, Wanted::Pass, seed);
        }
        let wanted = Wanted::Miss { checks: vec![drill.starter_misses.clone()] };
        add(drill, Subject::Starter, language, lesson.starters_of(drill, language), wanted, seed);
    }
    for attempt in lesson.attempts.iter().filter(|attempt| attempt.attempt.drill == drill.id) {
        let subject = Subject::Attempt { attempt: attempt.attempt.id.clone() };
        let wanted = Wanted::Miss { checks: attempt.attempt.misses.clone() };
        add(drill, subject, attempt.language, lesson.programs_of(drill, attempt), wanted, seed);
    }
    for adversary in Adversary::ALL {
        let drill = adversary::hurried(drill, adversary);
        let programs = adversary::programs(&drill, adversary);
        let subject = Subject::Adversary { adversary };
        add(&drill, subject, adversary::LANGUAGE, programs, Wanted::MissSomehow, seed);
    }
}

/// The seed of one of so many repetitions.
fn seed_of(round: u32, repeat: u32, seed: u64) -> u64 {
    let replays = repeat >= REPLAYED_FROM && round % 2 == 1;
    if replays { seed } else { seed.wrapping_add(round.into()) }
}

/// The mutants of a lesson's model programs, which a drill without holes misses.
#[must_use]
pub fn plan_mutants(lesson: &LoadedLesson, seed: u64) -> Vec<Trial<'_>> {
    let mut trials = Vec::new();
    for drill in lesson.drills() {
        for language in Language::ALL {
            let models = lesson.models_of(drill, language);
            for (program, text) in &models {
                for mutant in mutants(text, language) {
                    let mut programs = models.clone();
                    programs.insert(program.clone(), mutant.source);
                    trials.push(Trial {
                        number: trials.len(),
                        lesson: &lesson.id,
                        drill: drill.clone(),
                        subject: Subject::Mutant {
                            program: program.clone(),
                            line: mutant.line,
                            before: mutant.before,
                            after: mutant.after,
                        },
                        language,
                        sources: sources(programs, language),
                        asked: Vec::new(),
                        wanted: Wanted::MissSomehow,
                        seed,
                    });
                }
            }
        }
    }
    trials
}

fn sources(programs: BTreeMap<ProgramName, String>, language: Language) -> Vec<Source> {
    let source = |(program, text): (_, String)| Source {
        program,
        language,
        text: SourceText::Memory(text.into_bytes()),
    };
    programs.into_iter().map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_repetitions_replay_the_first_in_between() {
        let seeds = |repeat| (0..repeat).map(|round| seed_of(round, repeat, 70)).collect::<Vec<_>>();
        assert_eq!(seeds(1), [70]);
        assert_eq!(seeds(3), [70, 71, 72]);
        assert_eq!(seeds(4), [70, 70, 72, 70]);
        assert_eq!(seeds(7), [70, 70, 72, 70, 74, 70, 76]);
    }
}
