//! Questions about the learner's own runs: made into plain questions once there are
//! figures to answer them by.

use crate::judgement::figures::{Figures, amount, hundredths, uncounted, within};
use crate::judgement::verdict::{Reading, ReadingUnit};
use crate::vocabulary::comparison::{Comparison, Measured, MeasuredOption};
use crate::vocabulary::question::{Alternative, Choice, Question};
use crate::words::speech::Speech;

/// Why a question cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unready {
    /// Nothing was measured yet.
    RunFirst {
        /// The drill.
        drill: String,
    },
    /// The runs that it asks about cannot be made on this machine.
    NotHere {
        /// Why not.
        reason: String,
    },
}

impl Unready {
    /// It in words for the learner.
    #[must_use]
    pub fn in_words(&self, speech: Speech) -> String {
        match self {
            Self::RunFirst { drill } => speech.tell("measured-run-first", [("drill", drill.into())]),
            Self::NotHere { reason } => speech.tell("measured-not-here", [("reason", reason.into())]),
        }
    }
}

/// `measured` as a question with its right answers by `figures`, those of the last run.
///
/// # Errors
/// Where there are no figures to answer it by.
pub fn question(speech: Speech, measured: &Measured, figures: Option<&Figures>) -> Result<Question, Unready> {
    let figures = figures.ok_or_else(|| Unready::RunFirst { drill: measured.drill.to_string() })?;
    let (mut options, mut left_out, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for option in &measured.option {
        match alternative(speech, option, figures) {
            Ok(option) => options.push(option),
            Err(reason) => {
                left_out.push(option.text.clone());
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    if options.is_empty() {
        return Err(Unready::NotHere { reason: reasons.join("; ") });
    }
    let none_is_right = options.iter().all(|option| !option.right);
    options.push(Alternative {
        text: speech.say("measured-none"),
        right: none_is_right,
        feedback: measured.none.clone(),
    });
    let mut ask = measured.ask.clone();
    if !left_out.is_empty() {
        let left_out = speech.list(&left_out).into();
        let missing = speech.tell("measured-left-out", [("options", left_out)]);
        ask = format!("{}\n\n{missing}\n", ask.trim_end());
    }
    Ok(Question::Choices(Choice {
        id: measured.id.clone(),
        ask,
        option: options,
        hints: measured.hints.clone(),
    }))
}

/// The figures beside the bounds within which each option stays what it is, right or wrong, with
/// the option's place in the question. An option that cannot be told has none.
#[must_use]
pub fn readings(measured: &Measured, figures: &Figures) -> Vec<(usize, Reading)> {
    let read = |(place, option): (usize, &MeasuredOption)| {
        let Comparison { figure, of, with, at_least_percent, at_most_percent } = &option.right_if;
        let number = |run| figures.run(Speech::ENGLISH, run).ok()?.get(*figure);
        let measured = hundredths(number(of)?, number(with)?)?;
        let bound = |percent: Option<u32>| percent.map(|percent| i64::from(percent) * 100);
        let (least, most) = (bound(*at_least_percent), bound(*at_most_percent));
        // Below the least it is wrong as long as it stays below, above the most as long as above.
        let (least, most) = match (least, most) {
            (Some(least), _) if measured < least => (None, Some(least)),
            (_, Some(most)) if measured > most => (Some(most), None),
            right => right,
        };
        Some((place, Reading { measured, least, most, unit: ReadingUnit::PercentHundredths }))
    };
    measured.option.iter().enumerate().filter_map(read).collect()
}

fn alternative(speech: Speech, option: &MeasuredOption, figures: &Figures) -> Result<Alternative, String> {
    let Comparison { figure, of, with, at_least_percent, at_most_percent } = &option.right_if;
    let number = |run| figures.run(speech, run)?.get(*figure).ok_or_else(|| uncounted(speech, *figure));
    let (number, whole) = (number(of)?, number(with)?);
    Ok(Alternative {
        text: option.text.clone(),
        right: within(number, whole, *at_least_percent, *at_most_percent),
        feedback: speech.tell(
            "measured-feedback",
            [
                ("feedback", option.feedback.trim_end().into()),
                ("amount", amount(speech, *figure, number).into()),
                ("whole", amount(speech, *figure, whole).into()),
            ],
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::figures::{Entry, RunFigures, Taken};
    use crate::judgement::verdict::{Reading, ReadingUnit};
    use crate::vocabulary::comparison::RunOf;

    fn measured() -> Measured {
        toml::from_str(
            r#"
            id = "which"
            drill = "sum"
            ask = "Which read the disk again?"
            none = "Look at the table."
            [[option]]
            text = "the limited one"
            feedback = "Its memory was short."
            right_if = { figure = "disk-read", of = { scene = "limited", of = "second" }, with = { scene = "limited", of = "cold" }, at_least_percent = 50 }
            [[option]]
            text = "the free one"
            feedback = "Its memory was not short."
            right_if = { figure = "disk-read", of = { scene = "free", of = "second" }, with = { scene = "free", of = "cold" }, at_least_percent = 50 }
            "#,
        )
        .unwrap()
    }

    fn run(scene: &str, of: &str, disk_read: Option<u64>) -> Entry {
        let run = RunOf { scene: scene.parse().unwrap(), of: of.parse().unwrap() };
        let figures = RunFigures {
            microseconds: 1,
            disk_read,
            minor_faults: None,
            major_faults: None,
            memory_limit: None,
        };
        Entry { run, taken: Taken::Figures(figures) }
    }

    fn question(measured: &Measured, figures: Option<&Figures>) -> Result<Question, String> {
        let question = super::question(Speech::ENGLISH, measured, figures);
        question.map_err(|unready| unready.in_words(Speech::ENGLISH))
    }

    fn right(question: &Question) -> Vec<(&str, bool)> {
        let Question::Choices(choice) = question else { panic!("it is a question with options") };
        choice.option.iter().map(|option| (option.text.as_str(), option.right)).collect()
    }

    #[test]
    fn what_was_measured_is_right() {
        let mib = |number: u64| Some(number << 20);
        let mut runs = vec![
            run("limited", "cold", mib(640)),
            run("limited", "second", mib(630)),
            run("free", "cold", mib(640)),
            run("free", "second", Some(0)),
        ];
        let asked = question(&measured(), Some(&Figures(runs.clone()))).unwrap();
        let none = "None of these";
        assert_eq!(right(&asked), [("the limited one", true), ("the free one", false), (none, false)]);
        let Question::Choices(choice) = &asked else { panic!() };
        assert_eq!(
            choice.option[0].feedback,
            "Its memory was short. In your runs: 630 MiB from the disk; the run that it is held against: \
             640 MiB from the disk."
        );
        runs[1] = run("limited", "second", Some(0));
        let asked = question(&measured(), Some(&Figures(runs))).unwrap();
        assert_eq!(right(&asked), [("the limited one", false), ("the free one", false), (none, true)]);
    }

    #[test]
    fn an_option_is_read_against_where_it_would_turn() {
        let runs = |second: u64| {
            let cold = run("limited", "cold", Some(1000));
            Figures(vec![cold, run("limited", "second", Some(second)), run("free", "cold", Some(7))])
        };
        let unit = ReadingUnit::PercentHundredths;
        let right = Reading { measured: 9800, least: Some(5000), most: None, unit };
        assert_eq!(readings(&measured(), &runs(980)), [(0, right)], "the other option cannot be told");
        let wrong = Reading { measured: 200, least: None, most: Some(5000), unit };
        assert_eq!(readings(&measured(), &runs(20)), [(0, wrong)]);
    }

    #[test]
    fn before_there_was_a_run_there_is_no_question() {
        let told = question(&measured(), None).unwrap_err();
        assert!(told.starts_with("this asks about your own runs of `sum`"), "{told}");
    }

    #[test]
    fn what_the_machine_cannot_run_is_left_out_and_said_so() {
        let missing = |of: &str| Entry {
            run: RunOf { scene: "limited".parse().unwrap(), of: of.parse().unwrap() },
            taken: Taken::Missing { reason: "no group".to_owned() },
        };
        let mut runs = vec![missing("cold"), missing("second"), run("free", "cold", Some(9))];
        runs.push(run("free", "second", Some(9)));
        let asked = question(&measured(), Some(&Figures(runs))).unwrap();
        assert_eq!(right(&asked), [("the free one", true), ("None of these", false)]);
        let Question::Choices(choice) = &asked else { panic!() };
        assert!(choice.ask.ends_with("left out: the limited one.\n"), "{}", choice.ask);

        let uncounted = [run("free", "cold", None), run("free", "second", None)];
        let runs = [missing("cold"), missing("second")].into_iter().chain(uncounted).collect();
        let told = question(&measured(), Some(&Figures(runs))).unwrap_err();
        let reason = "this asks about runs that were not measured on this machine: no group; bytes from the \
                      disk cannot be counted here";
        assert_eq!(told, reason);
    }
}
