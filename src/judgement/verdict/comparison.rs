//! Checks that hold a figure of one run against that of another.

use super::number::{Reading, ReadingUnit};
use super::witness::{Finding, Witness};
use crate::judgement::figures::{amount, figure_of, hundredths, noun, scene_of, uncounted, within};
use crate::vocabulary::check::ExpectedComparison;
use crate::vocabulary::evidence::Completion;
use crate::words::ids::InstanceName;
use crate::words::speech::Speech;

pub(super) fn compare(witness: &Witness<'_>, expected: &ExpectedComparison) -> Result<String, Finding> {
    let ExpectedComparison { figure, of, with, at_least_percent, at_most_percent, .. } = expected;
    let (figure, at_least, at_most) = (*figure, *at_least_percent, *at_most_percent);
    let other = other_scene(witness, expected)?;
    let (number, whole) = (number(witness, expected, of)?, number(&other, expected, with)?);
    let speech = witness.speech;
    let observed = speech.tell(
        "compare",
        [
            ("amount", amount(speech, figure, number).into()),
            ("share", share(speech, number, whole).into()),
            ("other", name(speech, expected).into()),
        ],
    );
    if let Some(measured) = hundredths(number, whole) {
        let bound = |percent: Option<u32>| percent.map(|percent| i64::from(percent) * 100);
        let (least, most) = (bound(at_least), bound(at_most));
        let unit = ReadingUnit::PercentHundredths;
        witness.readings.borrow_mut().push(Reading { measured, least, most, unit });
    }
    if within(number, whole, at_least, at_most) {
        return Ok(observed);
    }
    let percent = |percent: u32| format!("{percent}%").into();
    let wanted = match (at_least, at_most) {
        (Some(least), Some(most)) => {
            speech.tell("bound-between", [("least", percent(least)), ("most", percent(most))])
        }
        (Some(least), None) => speech.tell("bound-least", [("amount", percent(least))]),
        (None, Some(most)) => speech.tell("bound-most", [("amount", percent(most))]),
        (None, None) => speech.say("compare-any-share"),
    };
    let expected = speech.tell(
        "compare-expected",
        [
            ("figure", noun(speech, figure).into()),
            ("who", of.into()),
            ("share", wanted.into()),
            ("amount", amount(speech, figure, whole).into()),
            ("other", name(speech, expected).into()),
        ],
    );
    Err(Finding::missed(expected, observed))
}

/// The scene in which the run is that is taken for the whole.
fn other_scene<'a>(witness: &Witness<'a>, expected: &ExpectedComparison) -> Result<Witness<'a>, Finding> {
    let scene = match &expected.with_scene {
        None => witness.scene,
        Some(id) => scene_of(witness.all, id).ok_or_else(|| {
            Finding::undecided(witness.tell("undecided-scene-not-run", [("scene", id.into())]))
        })?,
    };
    match &scene.completion {
        Completion::Impossible { reason } => Err(Finding::undecided(reason)),
        Completion::Whole | Completion::Stopped { .. } => Ok(Witness { scene, ..*witness }),
    }
}

fn number(witness: &Witness<'_>, expected: &ExpectedComparison, who: &InstanceName) -> Result<u64, Finding> {
    let (after, before) = (expected.after.as_ref(), expected.before.as_ref());
    for moment in after.into_iter().chain(before) {
        witness.snapshot(who, moment)?;
    }
    let uncounted = || Finding::undecided(uncounted(witness.speech, expected.figure));
    figure_of(witness.run(who)?, expected.figure, after, before).ok_or_else(uncounted)
}

fn name(speech: Speech, expected: &ExpectedComparison) -> String {
    match &expected.with_scene {
        None => expected.with.to_string(),
        Some(scene) => {
            speech.tell("compare-in-scene", [("who", (&expected.with).into()), ("scene", scene.into())])
        }
    }
}

fn share(speech: Speech, number: u64, whole: u64) -> String {
    match (u128::from(number) * 100).checked_div(u128::from(whole)) {
        Some(percent) => format!("{percent}%"),
        None => speech.say("compare-no-share"),
    }
}

#[cfg(test)]
mod tests {
    use crate::judgement::verdict::tests::{evidence, judged, run, snapshot};
    use crate::vocabulary::evidence::{Completion, Evidence, Faults, Io, Run, SceneRun};

    fn reads(bytes: u64) -> Run {
        let io = |read_bytes| Io { read_bytes, ..Io::default() };
        let snapshots =
            vec![snapshot("opened", Vec::new(), io(100)), snapshot("exit", Vec::new(), io(bytes))];
        let faults = Some(Faults { minor: 7, major: 1, source: "perf".to_owned() });
        Run { snapshots, faults, ..run("p") }
    }

    fn two(second: u64) -> Evidence {
        evidence(vec![("cold", reads(1000)), ("second", reads(second))])
    }

    const HALF: &str =
        r#"{ kind = "compare", figure = "disk-read", of = "second", with = "cold", at_least_percent = 50 }"#;

    #[test]
    fn a_run_is_held_against_another_of_its_scene() {
        assert_eq!(judged(HALF, &two(500)), "held: 500 B from the disk; 50% of cold");
        assert_eq!(
            judged(HALF, &two(499)),
            "missed: bytes from the disk of second: at least 50% of the 1000 B from the disk of cold | \
             499 B from the disk; 49% of cold"
        );
        let faults = r#"{ kind = "compare", figure = "minor-faults", of = "second", with = "cold", at_most_percent = 99 }"#;
        assert!(judged(faults, &two(0)).ends_with("| 7 minor faults; 100% of cold"));
    }

    #[test]
    fn both_are_looked_at_between_the_same_moments() {
        let late = HALF.replace("at_least", "after = \"opened\", at_least");
        assert_eq!(judged(&late, &two(550)), "held: 450 B from the disk; 50% of cold");
        let never = HALF.replace("at_least", "after = \"mapped\", at_least");
        assert!(judged(&never, &two(550)).starts_with("missed: second to print \"checkpoint mapped\""));
    }

    #[test]
    fn the_other_run_may_be_in_another_scene() {
        let mut evidence = evidence(vec![("second", reads(900))]);
        let other = SceneRun { scene: "other".parse().unwrap(), ..two(0).scenes.remove(0) };
        evidence.scenes.insert(0, other);
        let across = HALF.replace("at_least", "with_scene = \"other\", at_least");
        let check = format!("{across}\nscenes = [\"main\"]");
        assert_eq!(judged(&check, &evidence), "held: 900 B from the disk; 90% of cold in other");
        evidence.scenes[0].completion = Completion::Impossible { reason: "no group here".to_owned() };
        assert_eq!(judged(&check, &evidence), "undecided: no group here");
        evidence.scenes.remove(0);
        assert_eq!(judged(&check, &evidence), "undecided: the scene other was not run");
    }

    #[test]
    fn what_was_not_counted_is_undecided() {
        let mut evidence = two(500);
        for run in evidence.scenes[0].runs.values_mut() {
            run.snapshots[1].io = None;
        }
        assert_eq!(judged(HALF, &evidence), "undecided: bytes from the disk cannot be counted here");
    }
}
