//! Whole reports as people read them.

use super::*;
use crate::assemblies::proof::asked::Key;
use crate::judgement::prediction::Steadiness;
use crate::vocabulary::lesson::Language;

fn trial(subject: Subject, wanted: Wanted, found: Found) -> TrialReport {
    TrialReport {
        lesson: "01-first".parse().unwrap(),
        drill: "double".parse().unwrap(),
        subject,
        language: Language::C,
        wanted,
        seed: 7,
        tried: Tried {
            found,
            missed: Vec::new(),
            readings: Vec::new(),
            keys: Vec::new(),
            took: Duration::from_millis(1500),
        },
    }
}

#[test]
fn a_table_tells_what_held_and_what_did_not() {
    let checks = vec!["doubled".parse().unwrap(), "ends".parse().unwrap()];
    let trials = vec![
        trial(Subject::Model, Wanted::Pass, Found::AsWanted),
        trial(Subject::Model, Wanted::Pass, Found::Contrary { reason: "it misses `ends`".to_owned() }),
        trial(
            Subject::Attempt { attempt: "plain".parse().unwrap() },
            Wanted::Miss { checks },
            Found::Contrary { reason: "it does not miss `doubled`: 8".to_owned() },
        ),
        trial(
            Subject::Adversary { adversary: Adversary::PrintOnly },
            Wanted::MissSomehow,
            Found::Undecided { reason: "no perf here".to_owned() },
        ),
    ];
    let report = Report {
        format: Report::FORMAT,
        course: None,
        outcome: ProofOutcome::Broken,
        problems: Vec::new(),
        seed: 7,
        trials,
        measured: Vec::new(),
        margins: Vec::new(),
    };
    insta::assert_snapshot!(report.table(&Look::PLAIN), @r"
    01-first · double
      ✗ model programs pass                1 of   2     3.0 s
      ✗ attempts miss what they name       0 of   1     1.5 s
      ? do-nothings miss                   0 of   1     1.5 s

    ✗ 01-first, drill `double`: the model program in C must pass (seed 7)
        it misses `ends`

    ✗ 01-first, drill `double`: the attempt `plain` in C must miss `doubled` and `ends` (seed 7)
        it does not miss `doubled`: 8

    ? 01-first, drill `double`: the program that only prints in C cannot be judged here (seed 7)
        no perf here

    1 drill, 4 runs: the course is wrong (seed 7)
    ");
}

#[test]
fn a_threshold_within_the_noise_is_told() {
    use crate::judgement::verdict::{Read, Reading, ReadingUnit};
    let run = |noisy: i64| {
        let mut model = trial(Subject::Model, Wanted::Pass, Found::AsWanted);
        let read = |check: &str, measured, most| Read {
            check: check.parse().unwrap(),
            scene: "main".parse().unwrap(),
            repetition: 0,
            part: 0,
            reading: Reading { measured, least: None, most: Some(most), unit: ReadingUnit::Bytes },
        };
        model.tried.readings =
            vec![read("clear", noisy, 1 << 20), read("near", noisy, 32 << 10), read("still", 4096, 4096)];
        model
    };
    let trials: Vec<TrialReport> = [8 << 10, 24 << 10, 16 << 10].map(run).into();
    let report = |trials: &[TrialReport]| Report::of_reports("", 7, trials.to_vec());
    assert_eq!(report(&trials).outcome, ProofOutcome::Broken);
    insta::assert_snapshot!(report(&trials).table(&Look::PLAIN), @r"
    01-first · double
      ✓ model programs pass                3 of   3     4.5 s

    01-first · thresholds
      ✓ clear in main, C                   3 runs   8 KiB to 24 KiB, at most 1 MiB: 62.5 times the noise
      ✗ near in main, C                    3 runs   8 KiB to 24 KiB, at most 32 KiB: 0.5 times the noise

    3 thresholds seen in up to 3 runs of one seed: 2 with noise

    ✗ 01-first, drill `double`: the threshold of `near` must be clear of what is measured (in C, scene `main`)
        3 runs of one seed measure 8 KiB to 24 KiB, at most 32 KiB: 8 KiB away, and three times their noise is 48 KiB

    1 drill, 3 runs: the course is wrong (seed 7)
    ");
    assert_eq!(report(&trials[..2]).margins, [], "two runs show no noise");
    let other_draws = trials.into_iter().map(|trial| TrialReport { seed: 8, ..trial });
    assert_eq!(report(&other_draws.collect::<Vec<_>>()).margins, []);
}

#[test]
fn what_was_measured_is_told_with_its_range() {
    use crate::judgement::prediction::Figure;
    use crate::vocabulary::experiment::Unit;
    let figure = |value| Figure { value, unit: Unit::Faults };
    let steadiness = |lowest, highest, share| {
        let (lowest, middle, highest) = (figure(lowest), figure(lowest), figure(highest));
        Seen::Predict { steadiness: Some(Steadiness { lowest, middle, highest, share, problem: None }) }
    };
    let measured = |step: &str, seen, found| Measured {
        lesson: "01-first".parse().unwrap(),
        step: step.parse().unwrap(),
        rounds: 3,
        seen,
        found,
        took: Duration::from_millis(400),
    };
    let report = Report::of_trials("", 7, &[], Vec::new()).with(vec![
        measured("warm", steadiness(16.0, 16.0, Some(0.0)), Found::AsWanted),
        measured("cold", steadiness(16.0, 20.0, Some(0.5)), Found::AsWanted),
        measured(
            "held",
            Seen::Specimen { questions: 2 },
            Found::Contrary { reason: "`in-ram` is 4 KiB in one run and 8 in another".to_owned() },
        ),
    ]);
    assert_eq!(report.outcome, ProofOutcome::Broken);
    insta::assert_snapshot!(report.table(&Look::PLAIN), @r"
    01-first · measured
      ✓ warm                               3 runs      0.4 s  always 16 faults
      ✓ cold                               3 runs      0.4 s  16 faults to 20 faults, 50 % of the tolerance
      ✗ held                               3 runs      0.4 s  2 questions

    ✗ 01-first, specimen `held` must have one answer
        `in-ram` is 4 KiB in one run and 8 in another

    2 predictions, 1 specimen: the course is wrong (seed 7)
    ");
}

#[test]
fn a_question_about_runs_must_have_one_key() {
    let run = |right: &[&str]| {
        let mut model = trial(Subject::Model, Wanted::Pass, Found::AsWanted);
        let right = Ok(right.iter().map(|&option| option.to_owned()).collect());
        model.tried.keys = vec![Key { step: "which".parse().unwrap(), right }];
        model
    };
    let report = |trials: [TrialReport; 2]| Report::of_reports("", 7, trials.into());
    let one = report([run(&["the limited one"]), run(&["the limited one"])]);
    assert_eq!(one.outcome, ProofOutcome::Proved);
    assert!(one.table(&Look::PLAIN).contains("2 runs      0.0 s  the limited one\n"));
    let two = report([run(&["the limited one"]), run(&[])]);
    assert_eq!(two.outcome, ProofOutcome::Broken);
    insta::assert_snapshot!(two.table(&Look::PLAIN), @r"
    01-first · double
      ✓ model programs pass                2 of   2     3.0 s

    01-first · measured
      ✗ which                              2 runs      0.0 s  the limited one

    ✗ 01-first, measured question `which` must have one answer
        `the limited one` is right by 1 of 2 runs of the model programs

    1 drill, 2 runs, 1 measured question: the course is wrong (seed 7)
    ");
}
