//! What a proof found: as JSON for programs, as a table for people.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use crate::assemblies::proof::margins::{CLEAR, Clearance, Margin, margins};
use crate::assemblies::proof::measured::{Measured, Seen};
use crate::assemblies::proof::trial::TrialReport;
use crate::assemblies::proof::{Adversary, Found, Subject, Trial, Tried, Wanted};
use crate::assemblies::ui::look::{Look, Role};
use crate::judgement::course::ProblemReport;
use crate::judgement::prediction::Steadiness;
use crate::words::prose;

/// What was found of a course.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Names this shape; a change that a reader could trip over changes the number.
    pub format: &'static str,
    /// The course's title, if it could be read.
    pub course: Option<String>,
    /// In a word.
    pub outcome: ProofOutcome,
    /// What is wrong with the files.
    pub problems: Vec<ProblemReport>,
    /// The seed from which the runs were drawn.
    pub seed: u64,
    /// The trials, if the files left something to try.
    pub trials: Vec<TrialReport>,
    /// The predictions and specimens that were measured.
    pub measured: Vec<Measured>,
    /// How far thresholds are from what model programs measure, where enough runs had one seed.
    pub margins: Vec<Margin>,
}

/// A proof in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofOutcome {
    /// All is as it must be.
    Proved,
    /// Something cannot be told on this machine.
    Inconclusive,
    /// The course is wrong.
    Broken,
    /// The runner failed.
    Fault,
}

impl Report {
    /// The name of this shape.
    pub const FORMAT: &'static str = "mmaplings/course-check/1";

    /// Of files that make no course.
    #[must_use]
    pub fn of_problems(problems: Vec<ProblemReport>, seed: u64) -> Self {
        let outcome = ProofOutcome::Broken;
        let (trials, measured, margins) = (Vec::new(), Vec::new(), Vec::new());
        Self { format: Self::FORMAT, course: None, outcome, problems, seed, trials, measured, margins }
    }

    /// Of trials that were run. Those that were cancelled are left out.
    #[must_use]
    pub fn of_trials(course: &str, seed: u64, trials: &[Trial<'_>], tried: Vec<Option<Tried>>) -> Self {
        let trials: Vec<TrialReport> = trials
            .iter()
            .zip(tried)
            .filter_map(|(trial, tried)| {
                Some(TrialReport {
                    lesson: trial.lesson.clone(),
                    drill: trial.drill.id.clone(),
                    subject: trial.subject.clone(),
                    language: trial.language,
                    wanted: trial.wanted.clone(),
                    seed: trial.seed,
                    tried: tried?,
                })
            })
            .collect();
        Self::of_reports(course, seed, trials)
    }

    fn of_reports(course: &str, seed: u64, trials: Vec<TrialReport>) -> Self {
        let outcome = trials.iter().map(|trial| outcome(&trial.tried.found)).max();
        let mut outcome = outcome.unwrap_or(ProofOutcome::Proved);
        let margins = margins(&trials, seed);
        if margins.iter().any(|margin| margin.range.clearance == Clearance::Near) {
            outcome = outcome.max(ProofOutcome::Broken);
        }
        let course = Some(course.to_owned());
        let (problems, measured) = (Vec::new(), Vec::new());
        Self { format: Self::FORMAT, course, outcome, problems, seed, trials, measured, margins }
    }

    /// The same with what was measured.
    #[must_use]
    pub fn with(mut self, measured: Vec<Measured>) -> Self {
        let worst = measured.iter().map(|measured| outcome(&measured.found)).max();
        self.outcome = self.outcome.max(worst.unwrap_or(ProofOutcome::Proved));
        self.measured = measured;
        self
    }

    /// The trials as a table, with what is wrong below it.
    #[must_use]
    pub fn table(&self, look: &Look) -> String {
        let mut table = String::new();
        let mut rest = self.trials.as_slice();
        while let Some(first) = rest.first() {
            let same = |trial: &&TrialReport| trial.lesson == first.lesson && trial.drill == first.drill;
            let (drill, others) = rest.split_at(rest.iter().take_while(same).count());
            let title = format!("{} {} {}", first.lesson, look.pick("·", "-"), first.drill);
            let _ = writeln!(table, "{}", look.paint(Role::Heading, title));
            for name in GROUPS {
                let trials: Vec<&TrialReport> =
                    drill.iter().filter(|trial| group(&trial.subject) == name).collect();
                row(name, &trials, look, &mut table);
            }
            table.push('\n');
            rest = others;
        }
        measured_rows(&self.measured, look, &mut table);
        margin_rows(&self.margins, look, &mut table);
        for trial in self.trials.iter().filter(|trial| trial.tried.found != Found::AsWanted) {
            complaint(trial, look, &mut table);
        }
        for measured in &self.measured {
            measured_complaint(measured, look, &mut table);
        }
        for margin in &self.margins {
            margin_complaint(margin, look, &mut table);
        }
        let drills = self.trials.chunk_by(|a, b| a.lesson == b.lesson && a.drill == b.drill).count();
        let summary = format!(
            "{}: {} (seed {})",
            self.counted(drills),
            match self.outcome {
                ProofOutcome::Proved => "all as they must be",
                ProofOutcome::Inconclusive => "not all can be told on this machine",
                ProofOutcome::Broken => "the course is wrong",
                ProofOutcome::Fault => "the runner failed",
            },
            self.seed
        );
        let role = match self.outcome {
            ProofOutcome::Proved => Role::Good,
            ProofOutcome::Inconclusive => Role::Warning,
            ProofOutcome::Broken | ProofOutcome::Fault => Role::Bad,
        };
        let _ = writeln!(table, "{}", look.paint(role, summary));
        table
    }
}

impl Report {
    /// What the proof is made of, in words.
    fn counted(&self, drills: usize) -> String {
        let mut parts = Vec::new();
        if drills > 0 || self.measured.is_empty() {
            parts.push(prose::count(drills, "drill"));
            parts.push(prose::count(self.trials.len(), "run"));
        }
        let predictions = self.measured.iter().filter(|one| matches!(one.seen, Seen::Predict { .. })).count();
        for (number, noun) in [(predictions, "prediction"), (self.measured.len() - predictions, "specimen")] {
            if number > 0 {
                parts.push(prose::count(number, noun));
            }
        }
        parts.join(", ")
    }
}

/// The predictions and specimens, a row each under their lesson.
fn measured_rows(measured: &[Measured], look: &Look, table: &mut String) {
    for of_lesson in measured.chunk_by(|one, other| one.lesson == other.lesson) {
        let title = format!("{} {} measured", of_lesson[0].lesson, look.pick("·", "-"));
        let _ = writeln!(table, "{}", look.paint(Role::Heading, title));
        for one in of_lesson {
            let seen = match &one.seen {
                Seen::Predict { steadiness: Some(steady) } => range(steady),
                Seen::Predict { steadiness: None } => String::new(),
                Seen::Specimen { questions } => prose::count(*questions, "question"),
            };
            let _ = writeln!(
                table,
                "  {} {:<32} {:>3} runs   {}  {seen}",
                mark(outcome(&one.found), look),
                one.step.as_str(),
                one.rounds,
                look.paint(Role::Faint, format!("{:>6.1} s", one.took.as_secs_f64()))
            );
        }
        table.push('\n');
    }
}

/// What the runs measured, and how much of the tolerance they use up.
fn range(steady: &Steadiness) -> String {
    if steady.lowest == steady.highest {
        return format!("always {}", steady.middle);
    }
    let share = steady.share.map_or_else(
        || "where the tolerance allows none".to_owned(),
        |share| format!("{:.0} % of the tolerance", share * 100.0),
    );
    format!("{} to {}, {share}", steady.lowest, steady.highest)
}

fn measured_complaint(measured: &Measured, look: &Look, table: &mut String) {
    let kind = match measured.seen {
        Seen::Predict { .. } => "prediction",
        Seen::Specimen { .. } => "specimen",
    };
    let (must, reason) = match &measured.found {
        Found::AsWanted => return,
        Found::Undecided { reason } => ("cannot be judged here", reason),
        Found::Fault { reason } => ("could not be run", reason),
        Found::Contrary { reason } | Found::DoesNotCompile { reason } => ("must have one answer", reason),
    };
    let mark = mark(outcome(&measured.found), look);
    let _ = writeln!(table, "{mark} {}, {kind} `{}` {must}", measured.lesson, measured.step);
    for line in reason.lines() {
        let _ = writeln!(table, "    {line}");
    }
    table.push('\n');
}

/// The thresholds of which the measured numbers differ from run to run, a row each under
/// their lesson, and how many there are of them all.
fn margin_rows(margins: &[Margin], look: &Look, table: &mut String) {
    let noisy: Vec<&Margin> = margins.iter().filter(|margin| margin.range.noise() != 0).collect();
    for of_lesson in noisy.chunk_by(|one, other| one.lesson == other.lesson) {
        let title = format!("{} {} thresholds", of_lesson[0].lesson, look.pick("·", "-"));
        let _ = writeln!(table, "{}", look.paint(Role::Heading, title));
        for margin in of_lesson {
            let worst = match margin.range.clearance {
                Clearance::Still | Clearance::Clear => ProofOutcome::Proved,
                Clearance::Near => ProofOutcome::Broken,
            };
            let name = format!("{} in {}, {}", margin.check, margin.scene, margin.language.name());
            let _ = writeln!(
                table,
                "  {} {name:<32} {:>3} runs   {}{}",
                mark(worst, look),
                margin.range.runs,
                margin.range.words(),
                margin.range.times().map(|times| format!(": {times:.1} times the noise")).unwrap_or_default()
            );
        }
        table.push('\n');
    }
    if let Some(first) = margins.first() {
        let runs = margins.iter().map(|margin| margin.range.runs).max().unwrap_or(first.range.runs);
        let thresholds = prose::count(margins.len(), "threshold");
        let _ = writeln!(
            table,
            "{thresholds} seen in up to {runs} runs of one seed: {}\n",
            match noisy.len() {
                0 => "none with noise".to_owned(),
                number => format!("{number} with noise"),
            }
        );
    }
}

fn margin_complaint(margin: &Margin, look: &Look, table: &mut String) {
    if margin.range.clearance != Clearance::Near {
        return;
    }
    let _ = writeln!(
        table,
        "{} {}, drill `{}`: the threshold of `{}` must be clear of what is measured (in {}, scene `{}`)",
        mark(ProofOutcome::Broken, look),
        margin.lesson,
        margin.drill,
        margin.check,
        margin.language.name(),
        margin.scene,
    );
    let write = |number| margin.range.unit.write(number);
    let _ = writeln!(
        table,
        "    {} runs of one seed measure {}: {} away, and three times their noise is {}\n",
        margin.range.runs,
        margin.range.words(),
        write(margin.range.distance),
        write(margin.range.noise().saturating_mul(CLEAR)),
    );
}

/// The groups of a drill's trials, in the order in which they are told.
const GROUPS: [&str; 4] = [
    "model programs pass",
    "starters miss what is declared",
    "attempts miss what they name",
    "do-nothings miss",
];

/// The group that a trial is told in.
const fn group(subject: &Subject) -> &'static str {
    GROUPS[match subject {
        Subject::Model => 0,
        Subject::Starter => 1,
        Subject::Attempt { .. } => 2,
        Subject::Adversary { .. } | Subject::Mutant { .. } => 3,
    }]
}

fn outcome(found: &Found) -> ProofOutcome {
    match found {
        Found::AsWanted => ProofOutcome::Proved,
        Found::Undecided { .. } => ProofOutcome::Inconclusive,
        Found::Contrary { .. } | Found::DoesNotCompile { .. } => ProofOutcome::Broken,
        Found::Fault { .. } => ProofOutcome::Fault,
    }
}

fn mark(worst: ProofOutcome, look: &Look) -> String {
    match worst {
        ProofOutcome::Proved => look.paint(Role::Good, look.pick("✓", "ok")),
        ProofOutcome::Inconclusive => look.paint(Role::Warning, "?"),
        ProofOutcome::Broken => look.paint(Role::Bad, look.pick("✗", "NO")),
        ProofOutcome::Fault => look.paint(Role::Bad, "!"),
    }
}

fn row(name: &str, trials: &[&TrialReport], look: &Look, table: &mut String) {
    let Some(worst) = trials.iter().map(|trial| outcome(&trial.tried.found)).max() else { return };
    let good = trials.iter().filter(|trial| trial.tried.found == Found::AsWanted).count();
    let took: Duration = trials.iter().map(|trial| trial.tried.took).sum();
    let _ = writeln!(
        table,
        "  {} {name:<32} {good:>3} of {:>3}  {}",
        mark(worst, look),
        trials.len(),
        look.paint(Role::Faint, format!("{:>6.1} s", took.as_secs_f64()))
    );
}

fn complaint(trial: &TrialReport, look: &Look, table: &mut String) {
    let who = match &trial.subject {
        Subject::Model => "the model program".to_owned(),
        Subject::Starter => "the untouched starter".to_owned(),
        Subject::Attempt { attempt } => format!("the attempt `{attempt}`"),
        Subject::Adversary { adversary } => Adversary::words(*adversary).to_owned(),
        Subject::Mutant { program, line, .. } => format!("the mutant of `{program}` in line {line}"),
    };
    let (must, reason) = match (&trial.wanted, &trial.tried.found) {
        (_, Found::AsWanted) => return,
        (_, Found::Undecided { reason }) => ("cannot be judged here".to_owned(), reason),
        (_, Found::Fault { reason }) => ("could not be run".to_owned(), reason),
        (_, Found::DoesNotCompile { reason }) => ("must compile".to_owned(), reason),
        (Wanted::Pass, Found::Contrary { reason }) => ("must pass".to_owned(), reason),
        (Wanted::MissSomehow, Found::Contrary { reason }) => ("must miss".to_owned(), reason),
        (Wanted::Miss { checks }, Found::Contrary { reason }) => {
            let names: Vec<String> = checks.iter().map(|check| format!("`{check}`")).collect();
            (format!("must miss {}", prose::list(&names)), reason)
        }
    };
    let _ = writeln!(
        table,
        "{} {}, drill `{}`: {who} in {} {must} (seed {})",
        mark(outcome(&trial.tried.found), look),
        trial.lesson,
        trial.drill,
        trial.language.name(),
        trial.seed
    );
    for line in reason.lines() {
        let _ = writeln!(table, "    {line}");
    }
    table.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
