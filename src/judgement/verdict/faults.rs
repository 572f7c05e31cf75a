//! Checks on page faults, and on what a program says of its own.

use super::calls;
use super::number::{Reading, ReadingUnit};
use super::outcome;
use super::span::{Window, not_cold};
use super::witness::{Bounds, Finding, Witness};
use crate::facts::call::Call;
use crate::vocabulary::check::{Agreement, ExpectedFaults, FaultKind};
use crate::vocabulary::evidence::{Faults, Run};
use crate::words::speech::{Speech, exact};

pub(super) fn faults(witness: &Witness<'_>, expected: &ExpectedFaults) -> Result<String, Finding> {
    let ExpectedFaults { of, what, after, before, cold, agrees_with, .. } = expected;
    let run = witness.run(of)?;
    let window = Window { of, after: after.as_ref(), before: before.as_ref() };
    let start = window.start(witness)?;
    let end = before.as_ref().map(|before| witness.snapshot(of, before)).transpose()?;
    let uncounted = || Finding::undecided(witness.say("undecided-faults"));
    let at_end = end.map_or(run.faults.as_ref(), |end| end.faults.as_ref()).ok_or_else(uncounted)?;
    let at_start = match start {
        Some(start) => number(*what, start.faults.as_ref().ok_or_else(uncounted)?),
        None => 0,
    };
    let counted = number(*what, at_end) - at_start;

    let bounds = Bounds::new(witness, expected.bounds())?;
    let between = window.words(witness.speech);
    let tell = |amount: String| {
        let (moment, source) = (between.as_str().into(), (&at_end.source).into());
        witness.tell("faults-between", [("amount", amount.into()), ("moment", moment), ("source", source)])
    };
    let write = |number| words(witness.speech, *what, number);
    if !bounds.hold(witness, counted, ReadingUnit::Number) {
        if let Some(unproven) = cold.as_ref().and_then(|cold| not_cold(witness.speech, cold, start)) {
            return Err(unproven);
        }
        return Err(Finding::missed(tell(bounds.words(witness.speech, write)), write(counted)));
    }
    let observed = tell(write(counted));
    match agrees_with {
        None => Ok(observed),
        Some(agreement) => {
            let claim = claim(witness, run, agreement, &observed)?;
            agree(witness, agreement, claim, counted, &observed)
                .map_err(|miss| unseen_by_perf(witness, &window, run, at_end).unwrap_or(miss))
        }
    }
}

/// What the program printed.
fn claim(witness: &Witness<'_>, run: &Run, agreement: &Agreement, observed: &str) -> Result<i64, Finding> {
    let result = &agreement.result;
    let expected =
        || witness.tell("claim-expected", [("result", result.into()), ("faults", observed.into())]);
    let line = outcome::find(run, result, None)
        .ok_or_else(|| outcome::absent(witness, run, result, &expected(), None))?;
    line.value.parse().map_err(|_| {
        let with = [("result", result.into()), ("value", (&line.value).into())];
        Finding::missed(expected(), witness.tell("claim-no-number", with))
    })
}

fn agree(
    witness: &Witness<'_>,
    agreement: &Agreement,
    claim: i64,
    counted: i64,
    observed: &str,
) -> Result<String, Finding> {
    let result = &agreement.result;
    let within = witness.number(&agreement.within)?;
    let apart = i128::from(claim) - i128::from(counted);
    witness.readings.borrow_mut().push(Reading {
        measured: claim.saturating_sub(counted),
        least: Some(within.saturating_neg()),
        most: Some(within),
        unit: ReadingUnit::Number,
    });
    let (named, claimed) = (("result", result.into()), ("value", exact(claim.into())));
    if apart.abs() <= i128::from(within) {
        return Ok(witness.tell("claim-agrees", [named, claimed, ("faults", observed.into())]));
    }
    let observed = observed.into();
    let expected = [("result", result.into()), ("within", exact(within.into())), ("faults", observed)];
    let direction = if apart > 0 { "claim-more" } else { "claim-fewer" };
    Err(Finding::missed(
        witness.tell("claim-within-expected", expected),
        witness.tell(direction, [named, claimed, ("difference", exact(apart.abs()))]),
    ))
}

/// Faults that the kernel takes for a program inside one call are in `getrusage(2)` and not in
/// perf's counts, so that the two cannot be compared.
fn unseen_by_perf(witness: &Witness<'_>, window: &Window<'_>, run: &Run, faults: &Faults) -> Option<Finding> {
    let populates = |call: &&Call| {
        call.name.starts_with("mlock")
            || call.flags().iter().any(|flag| flag.contains("POPULATE") || flag == "MAP_LOCKED")
    };
    let calls = calls::window(witness, window.of, run, window.after, window.before).ok()?;
    let call = calls.iter().find(populates).filter(|_| faults.source.starts_with("perf"))?;
    let reason = witness.tell("undecided-faults-by-kernel", [("call", (&call.name).into())]);
    Some(Finding::undecided(reason))
}

fn number(what: FaultKind, faults: &Faults) -> i64 {
    let number = match what {
        FaultKind::Minor => faults.minor,
        FaultKind::Major => faults.major,
    };
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn words(speech: Speech, what: FaultKind, number: i64) -> String {
    let name = match what {
        FaultKind::Minor => "faults-minor",
        FaultKind::Major => "faults-major",
    };
    speech.tell(name, [("number", exact(number.into()))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::call::{Detail, Outcome};
    use crate::judgement::verdict::tests::{evidence, judged, run, snapshot};
    use crate::vocabulary::evidence::{Evidence, Io, PageCache, ResultLine, Snapshot};
    use crate::words::units::{Addr, Bytes};

    fn counted(minor: u64, major: u64) -> Option<Faults> {
        Some(Faults { minor, major, source: "perf".to_owned() })
    }

    fn at(checkpoint: &str, faults: Option<Faults>) -> Snapshot {
        Snapshot { faults, ..snapshot(checkpoint, Vec::new(), Io::default()) }
    }

    /// 500 minor faults and 3 major ones between two checkpoints, 100 and 1 before them.
    fn a_run(results: &[(&str, &str)]) -> Run {
        Run {
            snapshots: vec![at("mapped", counted(100, 1)), at("summed", counted(600, 4))],
            faults: counted(610, 4),
            results: results
                .iter()
                .map(|(name, value)| ResultLine {
                    at: 1,
                    name: name.parse().unwrap(),
                    value: (*value).to_owned(),
                })
                .collect(),
            ..run("p")
        }
    }

    fn with(results: &[(&str, &str)]) -> Evidence {
        evidence(vec![("p", a_run(results))])
    }

    const SPAN: &str = r#"kind = "faults", of = "p", after = "mapped", before = "summed""#;

    #[test]
    fn faults_are_counted_between_two_moments_or_over_a_life() {
        let bounded = format!(r#"{{ {SPAN}, what = "minor", at_least = 400, at_most = 500 }}"#);
        assert_eq!(judged(&bounded, &with(&[])), "held: 500 minor faults from mapped to summed (perf)");
        let too_many = format!(r#"{{ {SPAN}, what = "major", at_most = 2 }}"#);
        assert_eq!(
            judged(&too_many, &with(&[])),
            "missed: at most 2 major faults from mapped to summed (perf) | 3 major faults"
        );
        let life = r#"{ kind = "faults", of = "p", what = "minor", at_most = 609 }"#;
        assert_eq!(
            judged(life, &with(&[])),
            "missed: at most 609 minor faults from its start to its end (perf) | 610 minor faults"
        );
    }

    #[test]
    fn what_a_program_says_must_agree_within_the_tolerance() {
        let agree =
            format!(r#"{{ {SPAN}, what = "minor", agrees_with = {{ result = "minor", within = 64 }} }}"#);
        for (said, standing) in [
            ("564", "held: it printed minor=564; 500 minor faults from mapped to summed (perf)"),
            ("436", "held: it printed minor=436; 500 minor faults from mapped to summed (perf)"),
            (
                "565",
                "missed: minor=… within 64 of the 500 minor faults from mapped to summed (perf) | \
                 it printed minor=565, 65 more than were counted",
            ),
            (
                "-9223372036854775808",
                "missed: minor=… within 64 of the 500 minor faults from mapped to summed (perf) | \
                 it printed minor=-9223372036854775808, 9223372036854776308 fewer than were counted",
            ),
            (
                "many",
                "missed: a line minor=… that tells of the 500 minor faults from mapped to summed (perf) | \
                 it printed minor=many, which is no number",
            ),
        ] {
            assert_eq!(judged(&agree, &with(&[("minor", said)])), standing);
        }
        assert_eq!(
            judged(&agree, &with(&[("major", "500")])),
            "missed: a line minor=… that tells of the 500 minor faults from mapped to summed (perf) | \
             it printed no line minor=…, and it exited with status 0"
        );
        let last = with(&[("minor", "1"), ("minor", "500")]);
        assert!(judged(&agree, &last).starts_with("held: "), "the last of several lines counts");
    }

    #[test]
    fn what_was_not_counted_is_undecided() {
        let bounded = format!(r#"{{ {SPAN}, what = "minor", at_least = 1 }}"#);
        let blind = Run { snapshots: vec![at("mapped", None), at("summed", None)], ..run("p") };
        let told = judged(&bounded, &evidence(vec![("p", blind)]));
        assert_eq!(told, "undecided: page faults cannot be counted here");
    }

    #[test]
    fn faults_that_perf_does_not_see_are_not_held_against_the_program() {
        let agree =
            format!(r#"{{ {SPAN}, what = "minor", agrees_with = {{ result = "minor", within = 64 }} }}"#);
        let mut populating = a_run(&[("minor", "9000")]);
        populating.snapshots[1].calls_before = 1;
        populating.calls = vec![Call {
            at: 5,
            process: 100,
            thread: 100,
            name: "madvise".to_owned(),
            text: "madvise(…)".to_owned(),
            detail: Detail::Range {
                address: Addr(0x1000),
                length: Bytes::kib(4),
                flags: vec!["MADV_POPULATE_READ".to_owned()],
            },
            outcome: Outcome::Returned(0),
        }];
        assert_eq!(
            judged(&agree, &evidence(vec![("p", populating.clone())])),
            "undecided: the kernel takes the faults of madvise by itself: getrusage counts them and perf does not"
        );
        for shot in &mut populating.snapshots {
            shot.faults.as_mut().unwrap().source = "rusage".to_owned();
        }
        assert!(judged(&agree, &evidence(vec![("p", populating)])).starts_with("missed: "));
    }

    #[test]
    fn bounds_that_a_warm_file_breaks_prove_nothing() {
        let cold = |least: u32| format!(r#"{{ {SPAN}, what = "major", cold = "data", at_least = {least} }}"#);
        let cached = |pages: Option<u64>| {
            let mut run = a_run(&[]);
            let pages = pages.map(|cached| PageCache { cached, ..PageCache::default() });
            run.snapshots[0].page_cache = pages.map(|pages| ("data".to_owned(), pages)).into_iter().collect();
            evidence(vec![("p", run)])
        };
        assert!(judged(&cold(3), &cached(Some(9))).starts_with("held: "), "what is kept is kept");
        assert_eq!(
            judged(&cold(4), &cached(Some(9))),
            "undecided: 9 pages of data in the page cache at mapped, where none should be: the program \
             itself, another one or this file system brought them there"
        );
        assert!(judged(&cold(4), &cached(None)).starts_with("undecided: whether data was in the page cache"));
        assert!(judged(&cold(4), &cached(Some(0))).starts_with("missed: "));
    }
}
