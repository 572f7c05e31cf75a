//! Whether a prediction's key holds still: what several runs measured, held against the
//! tolerance of the question and against the folklore that it is to disprove.

use serde::{Deserialize, Serialize};

use super::{Closeness, Figure, Margin, Readings};
use crate::vocabulary::experiment::{Measurement, Predict};

/// What several runs of a prediction's experiment measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Steadiness {
    /// The least that a run measured.
    pub lowest: Figure,
    /// The middle one.
    pub middle: Figure,
    /// The most.
    pub highest: Figure,
    /// How much of the tolerance the runs use up among themselves, from the middle one
    /// outwards: above 1, who says what one run shows is wrong in another. Nothing where
    /// the tolerance leaves no room and the runs differ.
    pub share: Option<f64>,
    /// What is wrong with the question, if anything.
    pub problem: Option<String>,
}

/// Holds the measurements of several runs against a prediction's tolerance and folklore.
///
/// Nothing where there are none, or they cannot be told in the question's unit.
#[must_use]
pub fn steadiness(predict: &Predict, runs: &[Measurement]) -> Option<Steadiness> {
    let page_size = runs.first()?.page_size;
    let readings: Vec<Readings> =
        runs.iter().map(|run| Readings::of(run, predict.unit)).collect::<Option<_>>()?;
    let mut medians: Vec<f64> = readings.iter().map(|run| run.median).collect();
    medians.sort_by(f64::total_cmp);
    let (&lowest, &highest) = (medians.first()?, medians.last()?);
    let middle = *medians.get(medians.len() / 2)?;
    let figure = |value| Figure { value, unit: predict.unit };
    let read = |text: &str| Figure::read(text, predict.unit, page_size).ok();
    let margin = Margin::of(&predict.tolerance, read);
    let share = margin.share(middle, lowest).zip(margin.share(middle, highest));
    let share = share.map(|(below, above)| below.max(above));

    let hits = |value: f64| {
        readings.iter().filter(|run| run.closeness(figure(value), margin) == Closeness::Close).count()
    };
    let folklore = predict.folklore.as_ref().and_then(|folklore| Some((folklore, read(&folklore.value)?)));
    let of = readings.len();
    let problem = if hits(middle) < of {
        let (lowest, highest) = (figure(lowest), figure(highest));
        Some(format!(
            "the runs differ by more than the tolerance: from {lowest} to {highest}, and {} is right in {} of {of}",
            figure(middle),
            hits(middle)
        ))
    } else {
        folklore.filter(|(_, said)| hits(said.value) > 0).map(|(folklore, said)| {
            format!(
                "the folklore ({}) is right by the tolerance in {} of {of} runs, which measured {}",
                folklore.value,
                hits(said.value),
                figure(middle)
            )
        })
    };
    Some(Steadiness {
        lowest: figure(lowest),
        middle: figure(middle),
        highest: figure(highest),
        share,
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::experiment::{Measurement, Quantity};
    use crate::words::units::Bytes;

    fn steady(tolerance: &str, folklore: &str, runs: &[i64]) -> Steadiness {
        let predict: Predict = toml::from_str(&format!(
            r#"
            id = "p"
            ask = "?"
            unit = "bytes"
            tolerance = {tolerance}
            folklore = {{ value = "{folklore}", said_by = "everybody" }}
            explain = "!"
            experiment = {{ do = [ {{ mark = "a" }} ], measure = {{ what = "rss", of = "process", to = "a" }} }}
            "#
        ))
        .unwrap();
        let run = |&reading: &i64| Measurement {
            quantity: Quantity::Rss,
            readings: vec![reading],
            page_size: Bytes::kib(4),
            subject_size: None,
            notes: Vec::new(),
        };
        steadiness(&predict, &runs.iter().map(run).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn runs_that_agree_use_nothing_of_the_tolerance() {
        let steady = steady("{ times = 1.5 }", "10 GiB", &[4096, 4096, 4096]);
        assert_eq!((steady.share, steady.problem), (Some(0.0), None));
    }

    #[test]
    fn runs_that_differ_use_a_share_of_it() {
        let steady = steady("{ within = \"64 KiB\" }", "1 GiB", &[1 << 20, (1 << 20) + (16 << 10), 1 << 20]);
        assert_eq!((steady.share, steady.problem), (Some(0.25), None));
        assert_eq!((steady.lowest.value, steady.highest.value), (1_048_576.0, 1_064_960.0));
    }

    #[test]
    fn a_key_that_one_run_gives_and_another_refuses_is_told() {
        let problem = steady("{ times = 1.5 }", "0", &[64 << 10, 1 << 20, 64 << 10]).problem.unwrap();
        assert_eq!(
            problem,
            "the runs differ by more than the tolerance: from 64 KiB to 1 MiB, and 64 KiB is right in 2 of 3"
        );
    }

    #[test]
    fn folklore_that_is_right_is_told() {
        let problem = steady("{ times = 2 }", "6 KiB", &[4096, 4096]).problem.unwrap();
        assert_eq!(
            problem,
            "the folklore (6 KiB) is right by the tolerance in 2 of 2 runs, which measured 4 KiB"
        );
    }

    #[test]
    fn where_the_tolerance_leaves_no_room_any_difference_is_too_much() {
        let steady = steady("{ within = \"0\" }", "1 GiB", &[4096, 8192, 4096]);
        assert_eq!(steady.share, None);
        assert!(steady.problem.is_some());
    }
}
