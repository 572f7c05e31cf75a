//! What checks read off: measured numbers beside the bounds they were held against.
//!
//! A verdict says on which side of a bound a number lies; a reading says how far from it.
//! Who writes a course learns from several runs whether a threshold is clear of the noise.
//! Readings are no part of a verdict. A number that must be met exactly is read like any
//! other; what is not held against numbers at all (text, files' contents) is not read.

use std::cell::RefCell;

use super::number::Reading;
use super::witness::{Finding, Witness};
use super::{applies, examine};
use crate::vocabulary::check::Check;
use crate::vocabulary::evidence::{Evidence, SceneRun};
use crate::words::ids::{CheckId, SceneId};
use crate::words::speech::Speech;

/// Of what is found only the numbers are kept.
const UNHEARD: Speech = Speech::ENGLISH;

/// A reading, and where it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// By which check.
    pub check: CheckId,
    /// In which scene.
    pub scene: SceneId,
    /// In which of its runs, from 0.
    pub repetition: u32,
    /// Which of the check's readings there, from 0: one may hold more than one number.
    pub part: usize,
    /// What was read.
    pub reading: Reading,
}

/// What `checks` read off `evidence`, whether they hold or not; nothing where one is undecided.
#[must_use]
pub fn readings(checks: &[Check], evidence: &Evidence) -> Vec<Read> {
    let mut all = Vec::new();
    for check in checks {
        for scene in evidence.scenes.iter().filter(|scene| applies(check, scene)) {
            let (finding, readings) = examined(check, scene, evidence, UNHEARD);
            if matches!(finding, Err(Finding::Undecided { .. })) {
                continue;
            }
            all.extend(readings.into_iter().enumerate().map(|(part, reading)| Read {
                check: check.id.clone(),
                scene: scene.scene.clone(),
                repetition: scene.repetition,
                part,
                reading,
            }));
        }
    }
    all
}

/// What a check finds in one run of a scene, and what it read there.
pub(super) fn examined(
    check: &Check,
    scene: &SceneRun,
    evidence: &Evidence,
    speech: Speech,
) -> (Result<String, Finding>, Vec<Reading>) {
    let readings = RefCell::default();
    let witness =
        Witness { scene, all: &evidence.scenes, page_size: evidence.page_size, readings: &readings, speech };
    let finding = examine(&check.expect, &witness);
    (finding, readings.into_inner())
}

#[cfg(test)]
mod tests {
    use super::super::number::ReadingUnit;
    use super::*;
    use crate::judgement::verdict::tests::{check, evidence, run, snapshot};
    use crate::vocabulary::evidence::{Completion, Faults, Io, ResultLine, Run, Snapshot};

    /// So many minor faults between two checkpoints, and what the program says of them.
    fn faulted(minor: u64, said: &str) -> Evidence {
        let at = |checkpoint: &str, minor: u64| {
            let faults = Some(Faults { minor, major: 0, source: "perf".to_owned() });
            Snapshot { faults, ..snapshot(checkpoint, Vec::new(), Io::default()) }
        };
        let result = ResultLine { at: 1, name: "minor".parse().unwrap(), value: said.to_owned() };
        let snapshots = vec![at("mapped", 100), at("summed", 100 + minor)];
        evidence(vec![("p", Run { snapshots, results: vec![result], ..run("p") })])
    }

    fn read(expect: &str, evidence: &Evidence) -> Vec<Reading> {
        readings(&[check(expect)], evidence).into_iter().map(|read| read.reading).collect()
    }

    const FEW: &str = r#"{ kind = "faults", of = "p", what = "minor", after = "mapped", before = "summed", at_most = 500 }"#;

    #[test]
    fn a_number_is_read_whether_its_bound_is_kept_or_not() {
        for measured in [16, 500, 501] {
            let number = ReadingUnit::Number;
            let wanted = Reading { measured, least: None, most: Some(500), unit: number };
            let evidence = faulted(measured.unsigned_abs(), "");
            assert_eq!(read(FEW, &evidence), [wanted]);
        }
    }

    #[test]
    fn a_claim_is_read_beside_its_tolerance_and_behind_the_bound() {
        let agree = r#"at_most = 500, agrees_with = { result = "minor", within = 64 } }"#;
        let both = FEW.replace("at_most = 500 }", agree);
        let readings = readings(&[check(&both)], &faulted(16, "20"));
        let parts: Vec<_> = readings.iter().map(|read| (read.part, read.reading.measured)).collect();
        assert_eq!(parts, [(0, 16), (1, 4)]);
        assert_eq!((readings[1].reading.least, readings[1].reading.most), (Some(-64), Some(64)));
        assert_eq!(read(&both, &faulted(501, "20")).len(), 1, "the bound was missed first");
    }

    #[test]
    fn a_comparison_is_read_in_parts_of_a_percent() {
        let mut two = faulted(0, "");
        let of = |minor| Run { faults: Some(Faults { minor, major: 0, source: String::new() }), ..run("p") };
        two.scenes[0].runs = [("one", of(3)), ("other", of(800)), ("none", of(0))]
            .map(|(name, run)| (name.parse().unwrap(), run))
            .into();
        two.scenes[0].instances = two.scenes[0].runs.keys().cloned().collect();
        let share = r#"{ kind = "compare", figure = "minor-faults", of = "one", with = "other", at_most_percent = 5 }"#;
        let unit = ReadingUnit::PercentHundredths;
        assert_eq!(read(share, &two), [Reading { measured: 37, least: None, most: Some(500), unit }]);
        assert_eq!(read(&share.replace("other", "none"), &two), [], "three is no share of nothing");
        assert_eq!(unit.write(37), "0.37%");
        assert_eq!(unit.write(-500), "-5%");
    }

    #[test]
    fn what_is_undecided_is_not_read() {
        let mut dropped = evidence(vec![("p", Run { calls_dropped: 3, ..run("p") })]);
        let forbidden = r#"{ kind = "calls", of = "p", names = ["pread64"], at_most = 0 }"#;
        assert_eq!(read(forbidden, &dropped), []);
        dropped.scenes[0].runs.values_mut().for_each(|run| run.calls_dropped = 0);
        assert_eq!(read(forbidden, &dropped).len(), 1);
        dropped.scenes[0].completion = Completion::Impossible { reason: "no group".to_owned() };
        assert_eq!(read(forbidden, &dropped), []);
    }
}
