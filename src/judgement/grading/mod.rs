//! Grading: from verdicts to marks, by the instructor's [`Scheme`].
//!
//! Marks are hundredths and are added as such, so that what the checks of a drill earn
//! always sums up to what the drill earns. What could not be decided is neither earned
//! nor lost: it is *pending*. Pure: the same verdict and scheme give the same marks.

mod marks;
mod scheme;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use marks::{Marks, Score};
pub use scheme::{LessonScheme, Partial, Scheme, SchemeError, StepScheme, Visibility};

use crate::judgement::verdict::{self, Judgement, Outcome, Standing, Verdict};
use crate::vocabulary::check::Check;
use crate::vocabulary::evidence::{Completion, Evidence};
use crate::words::ids::{CheckId, LessonId, StepId};

/// What a check earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckMarks {
    /// The check.
    pub check: CheckId,
    /// How it stands.
    pub outcome: CheckOutcome,
    /// Whether the student is shown it.
    pub visibility: Visibility,
    /// What it earned.
    pub score: Score,
}

/// How a check stands, as far as marks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// It holds.
    Held,
    /// It is missed.
    Missed,
    /// It cannot be told here.
    Undecided,
    /// It holds of a scene that did not come to its end, and so of a program that did not do
    /// what was asked: doing nothing also does nothing wrong.
    Void,
}

/// What a drill earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillMarks {
    /// By check, in the lesson's order; empty where a program does not compile.
    pub checks: Vec<CheckMarks>,
    /// Together.
    pub score: Score,
}

/// The checks that hold in vain: one of the runs that they look at did not come to its end.
#[must_use]
pub fn void(checks: &[Check], evidence: &Evidence, verdict: &Verdict) -> BTreeSet<CheckId> {
    let stopped = |check: &Check| {
        evidence.scenes.iter().any(|scene| {
            matches!(scene.completion, Completion::Stopped { .. }) && verdict::applies(check, scene)
        })
    };
    let held = |check: &&Check| {
        let judgement = verdict.checks.iter().find(|judgement| judgement.check == check.id);
        judgement.is_some_and(|judgement| matches!(judgement.standing, Standing::Held { .. }))
    };
    checks.iter().filter(held).filter(|check| stopped(check)).map(|check| check.id.clone()).collect()
}

/// What a drill earns by its verdict.
///
/// A drill that passes earns all its marks. One that does not earns, where the scheme says
/// so, the shares of the checks that hold; each check's share is by its weight. Checks that
/// are undecided are pending, as long as nothing decided otherwise.
#[must_use]
pub fn of_drill(
    scheme: &Scheme,
    (lesson, step): (&LessonId, &StepId),
    verdict: &Verdict,
    void: &BTreeSet<CheckId>,
    possible: Marks,
) -> DrillMarks {
    let weigh = |judgement: &Judgement| {
        scheme.weight_of_check(lesson, step, &judgement.check).unwrap_or(judgement.weight)
    };
    let weights: Vec<u32> = verdict.checks.iter().map(weigh).collect();
    let whole = match verdict.outcome {
        Outcome::Passed => Score::earned(possible),
        Outcome::Missed | Outcome::DoesNotCompile => Score::lost(possible),
        Outcome::Inconclusive => Score::pending(possible),
    };
    let earned = |outcome: CheckOutcome, share: Marks| match (verdict.outcome, scheme.partial, outcome) {
        (Outcome::Passed, _, _) => Score::earned(share),
        (Outcome::Inconclusive, Partial::AllOrNothing, _) => Score::pending(share),
        (Outcome::Missed | Outcome::DoesNotCompile, Partial::AllOrNothing, _) => Score::lost(share),
        (_, Partial::ByCheck, CheckOutcome::Held) => Score::earned(share),
        (_, Partial::ByCheck, CheckOutcome::Missed | CheckOutcome::Void) => Score::lost(share),
        (_, Partial::ByCheck, CheckOutcome::Undecided) => Score::pending(share),
    };
    let checks: Vec<CheckMarks> = verdict
        .checks
        .iter()
        .zip(possible.split(&weights))
        .map(|(judgement, share)| {
            let outcome = match judgement.standing {
                Standing::Held { .. } if void.contains(&judgement.check) => CheckOutcome::Void,
                Standing::Held { .. } => CheckOutcome::Held,
                Standing::Missed { .. } => CheckOutcome::Missed,
                Standing::Undecided { .. } => CheckOutcome::Undecided,
            };
            let visibility = scheme.visibility_of_check(lesson, step, &judgement.check);
            CheckMarks { check: judgement.check.clone(), outcome, visibility, score: earned(outcome, share) }
        })
        .collect();
    // Checks without any weight cannot share marks out.
    let score = if weights.iter().all(|weight| *weight == 0) {
        whole
    } else {
        checks.iter().map(|check| check.score).sum()
    };
    DrillMarks { checks, score }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(outcome: Outcome, standings: &[(&str, u32, Standing)]) -> Verdict {
        let checks = standings.iter().map(|(check, weight, standing)| Judgement {
            check: check.parse().unwrap(),
            says: String::new(),
            standing: standing.clone(),
            weight: *weight,
            why: String::new(),
            book: None,
        });
        Verdict {
            outcome,
            checks: checks.collect(),
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
            cause: verdict::Cause::Own,
        }
    }

    fn undecided() -> Standing {
        Standing::Undecided { reason: "no perf here".to_owned() }
    }

    fn marks(scheme: &str, verdict: &Verdict, void: &[&str]) -> (f64, f64, f64) {
        let scheme = Scheme::read(scheme).unwrap();
        let void = void.iter().map(|id| id.parse().unwrap()).collect();
        let (lesson, step) = ("01-first".parse().unwrap(), "double".parse().unwrap());
        let marks = of_drill(&scheme, (&lesson, &step), verdict, &void, Marks::whole(10));
        let together: Score = marks.checks.iter().map(|check| check.score).sum();
        if !marks.checks.is_empty() {
            assert_eq!(together, marks.score, "the checks' marks sum up to the drill's");
        }
        (marks.score.earned.as_f64(), marks.score.pending.as_f64(), marks.score.possible.as_f64())
    }

    #[test]
    fn checks_earn_by_their_weight() {
        let one_of_three =
            verdict(Outcome::Missed, &[("a", 1, held()), ("b", 1, missed()), ("c", 1, missed())]);
        assert_eq!(marks("", &one_of_three, &[]), (3.33, 0.0, 10.0));
        let heavy = verdict(Outcome::Missed, &[("a", 3, held()), ("b", 1, missed())]);
        assert_eq!(marks("", &heavy, &[]), (7.5, 0.0, 10.0));
        let scheme = "[lesson.01-first.step.double]\nweights = { b = 9 }";
        assert_eq!(marks(scheme, &heavy, &[]), (2.5, 0.0, 10.0));
        assert_eq!(marks("partial = 'all-or-nothing'", &heavy, &[]), (0.0, 0.0, 10.0));
        let passed = verdict(Outcome::Passed, &[("a", 1, held()), ("b", 1, held()), ("c", 1, held())]);
        assert_eq!(marks("", &passed, &[]), (10.0, 0.0, 10.0));
        assert_eq!(marks("partial = 'all-or-nothing'", &passed, &[]), (10.0, 0.0, 10.0));
    }

    #[test]
    fn what_holds_in_vain_earns_nothing() {
        let stopped = verdict(Outcome::Missed, &[("a", 1, held()), ("b", 1, missed())]);
        assert_eq!(marks("", &stopped, &["a"]), (0.0, 0.0, 10.0));
    }

    #[test]
    fn what_cannot_be_told_is_pending() {
        let inconclusive = verdict(Outcome::Inconclusive, &[("a", 1, held()), ("b", 1, undecided())]);
        assert_eq!(marks("", &inconclusive, &[]), (5.0, 5.0, 10.0));
        assert_eq!(marks("partial = 'all-or-nothing'", &inconclusive, &[]), (0.0, 10.0, 10.0));
        let missed = verdict(Outcome::Missed, &[("a", 1, missed()), ("b", 1, undecided())]);
        assert_eq!(marks("partial = 'all-or-nothing'", &missed, &[]), (0.0, 0.0, 10.0));
        assert_eq!(marks("", &verdict(Outcome::DoesNotCompile, &[]), &[]), (0.0, 0.0, 10.0));
    }
}
