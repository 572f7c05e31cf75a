//! A verdict held against what it must be.

use serde::Serialize;

use crate::assemblies::proof::plan::Wanted;
use crate::judgement::verdict::{Judgement, Outcome, Standing, Verdict};
use crate::vocabulary::evidence::Instrument;
use crate::words::ids::CheckId;

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum Found {
    /// The verdict is what it must be.
    AsWanted,
    /// It is not: the course is wrong.
    Contrary {
        /// In what.
        reason: String,
    },
    /// A program does not compile.
    DoesNotCompile {
        /// What the compiler said, the beginning of it.
        reason: String,
    },
    /// It cannot be told on this machine.
    Undecided {
        /// Why.
        reason: String,
    },
    /// The runner failed, twice.
    Fault {
        /// How.
        reason: String,
    },
}

/// The checks that a verdict has missed.
pub(super) fn missed(verdict: &Verdict) -> Vec<CheckId> {
    let missed =
        verdict.checks.iter().filter(|judgement| matches!(judgement.standing, Standing::Missed { .. }));
    missed.map(|judgement| judgement.check.clone()).collect()
}

pub(super) fn weigh(wanted: &Wanted, verdict: &Verdict) -> Found {
    if let Some(broken) = verdict.broken.first() {
        let errors: Vec<&str> = broken.errors.lines().take(12).collect();
        return Found::DoesNotCompile {
            reason: format!("`{}` does not compile:\n{}", broken.program, errors.join("\n")),
        };
    }
    match wanted {
        Wanted::Pass => match verdict.outcome {
            Outcome::Passed => Found::AsWanted,
            Outcome::Inconclusive => Found::Undecided { reason: undecided(verdict) },
            Outcome::Missed | Outcome::DoesNotCompile => Found::Contrary { reason: misses(verdict) },
        },
        Wanted::MissSomehow => match verdict.outcome {
            Outcome::Missed => Found::AsWanted,
            Outcome::Inconclusive => Found::Undecided { reason: undecided(verdict) },
            Outcome::Passed | Outcome::DoesNotCompile => Found::Contrary { reason: "it passes".to_owned() },
        },
        Wanted::Miss { checks } => {
            let held: Vec<String> =
                checks.iter().filter_map(|check| standing(verdict, check)).filter_map(held).collect();
            // What only a power-cut disk can show is no fault of the course where there is none.
            if !held.is_empty() && verdict.instruments.contains(&Instrument::Calls.to_string()) {
                return Found::Undecided { reason: format!("by a weaker instrument, {}", held.join("\n")) };
            }
            if !held.is_empty() {
                return Found::Contrary { reason: held.join("\n") };
            }
            let undecided = checks
                .iter()
                .filter_map(|check| standing(verdict, check))
                .any(|judgement| matches!(judgement.standing, Standing::Undecided { .. }));
            if undecided { Found::Undecided { reason: self::undecided(verdict) } } else { Found::AsWanted }
        }
    }
}

fn standing<'a>(verdict: &'a Verdict, check: &CheckId) -> Option<&'a Judgement> {
    verdict.checks.iter().find(|judgement| judgement.check == *check)
}

fn held(judgement: &Judgement) -> Option<String> {
    match &judgement.standing {
        Standing::Held { observed } => Some(format!("it does not miss `{}`: {observed}", judgement.check)),
        Standing::Missed { .. } | Standing::Undecided { .. } => None,
    }
}

fn misses(verdict: &Verdict) -> String {
    let stops = verdict.stops.iter().map(|stop| format!("in the scene `{}`: {}", stop.scene, stop.what));
    let misses = verdict.checks.iter().filter_map(|judgement| match &judgement.standing {
        Standing::Missed { expected, observed, scene, repetition, .. } => Some(format!(
            "it misses `{}`: expected {expected}, observed {observed} (scene `{scene}`, run {})",
            judgement.check,
            repetition + 1
        )),
        Standing::Held { .. } | Standing::Undecided { .. } => None,
    });
    stops.chain(misses).collect::<Vec<_>>().join("\n")
}

fn undecided(verdict: &Verdict) -> String {
    let reasons = verdict.checks.iter().filter_map(|judgement| match &judgement.standing {
        Standing::Undecided { reason } => Some(format!("`{}`: {reason}", judgement.check)),
        Standing::Held { .. } | Standing::Missed { .. } => None,
    });
    let reasons: Vec<String> = reasons.collect();
    if reasons.is_empty() { "nothing was judged".to_owned() } else { reasons.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::verdict::Cause;

    fn verdict(standings: &[(&str, Standing)]) -> Verdict {
        let checks = standings
            .iter()
            .map(|(check, standing)| Judgement {
                check: check.parse().unwrap(),
                says: String::new(),
                standing: standing.clone(),
                weight: 1,
                why: String::new(),
                book: None,
            })
            .collect();
        let of = |standing: &Standing| match standing {
            Standing::Held { .. } => Outcome::Passed,
            Standing::Undecided { .. } => Outcome::Inconclusive,
            Standing::Missed { .. } => Outcome::Missed,
        };
        let outcome =
            standings.iter().map(|(_, standing)| of(standing)).max().unwrap_or(Outcome::Inconclusive);
        Verdict {
            outcome,
            checks,
            stops: Vec::new(),
            broken: Vec::new(),
            instruments: Vec::new(),
            refused: Vec::new(),
            confinement: None,
            seed: 1,
        }
    }

    fn held() -> Standing {
        Standing::Held { observed: "8".to_owned() }
    }

    fn missed() -> Standing {
        Standing::Missed {
            expected: "8".to_owned(),
            observed: "4".to_owned(),
            shows: Vec::new(),
            scene: "run".parse().unwrap(),
            repetition: 0,
            cause: Cause::Own,
        }
    }

    fn undecided() -> Standing {
        Standing::Undecided { reason: "no perf here".to_owned() }
    }

    #[test]
    fn a_model_program_passes_or_the_course_is_wrong() {
        assert_eq!(weigh(&Wanted::Pass, &verdict(&[("a", held())])), Found::AsWanted);
        let reason = "it misses `b`: expected 8, observed 4 (scene `run`, run 1)".to_owned();
        assert_eq!(
            weigh(&Wanted::Pass, &verdict(&[("a", held()), ("b", missed())])),
            Found::Contrary { reason }
        );
        let reason = "`a`: no perf here".to_owned();
        assert_eq!(weigh(&Wanted::Pass, &verdict(&[("a", undecided())])), Found::Undecided { reason });
    }

    #[test]
    fn an_attempt_misses_each_check_that_it_names() {
        let wanted = |names: &[&str]| Wanted::Miss {
            checks: names.iter().map(|name| name.parse().unwrap()).collect(),
        };
        let one = verdict(&[("a", missed()), ("b", held()), ("c", undecided())]);
        assert_eq!(weigh(&wanted(&["a"]), &one), Found::AsWanted);
        let reason = "it does not miss `b`: 8".to_owned();
        assert_eq!(weigh(&wanted(&["a", "b", "c"]), &one), Found::Contrary { reason });
        assert!(matches!(weigh(&wanted(&["a", "c"]), &one), Found::Undecided { .. }));
        let weaker = Verdict { instruments: vec![Instrument::Calls.to_string()], ..one };
        assert_eq!(weigh(&wanted(&["a"]), &weaker), Found::AsWanted);
        assert!(matches!(weigh(&wanted(&["a", "b"]), &weaker), Found::Undecided { .. }));
    }

    #[test]
    fn an_adversary_misses_somehow() {
        assert_eq!(weigh(&Wanted::MissSomehow, &verdict(&[("a", missed())])), Found::AsWanted);
        assert!(matches!(weigh(&Wanted::MissSomehow, &verdict(&[("a", held())])), Found::Contrary { .. }));
    }
}
