//! What a proof found: as JSON for programs, as a table for people.

mod measurements;
mod thresholds;

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use crate::assemblies::proof::asked;
use crate::assemblies::proof::margins::{Clearance, Margin, margins};
use crate::assemblies::proof::measured::{Measured, Seen};
use crate::assemblies::proof::trial::TrialReport;
use crate::assemblies::proof::{Adversary, Found, Subject, Trial, Tried, Wanted};
use crate::assemblies::ui::look::{Look, Role};
use crate::judgement::course::ProblemReport;
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
    /// What was measured: predictions, specimens, questions about the model programs' runs.
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
        let measured = asked::held_still(&trials);
        let found =
            trials.iter().map(|trial| &trial.tried.found).chain(measured.iter().map(|one| &one.found));
        let mut outcome = found.map(outcome).max().unwrap_or(ProofOutcome::Proved);
        let margins = margins(&trials, seed);
        if margins.iter().any(|margin| margin.range.clearance == Clearance::Near) {
            outcome = outcome.max(ProofOutcome::Broken);
        }
        let course = Some(course.to_owned());
        let problems = Vec::new();
        Self { format: Self::FORMAT, course, outcome, problems, seed, trials, measured, margins }
    }

    /// The same with what was measured besides.
    #[must_use]
    pub fn with(mut self, measured: Vec<Measured>) -> Self {
        let worst = measured.iter().map(|measured| outcome(&measured.found)).max();
        self.outcome = self.outcome.max(worst.unwrap_or(ProofOutcome::Proved));
        self.measured.extend(measured);
        self.measured.sort_by(|one, other| one.lesson.cmp(&other.lesson));
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
        measurements::rows(&self.measured, look, &mut table);
        thresholds::rows(&self.margins, look, &mut table);
        for trial in self.trials.iter().filter(|trial| trial.tried.found != Found::AsWanted) {
            complaint(trial, look, &mut table);
        }
        for measured in &self.measured {
            measurements::complaint(measured, look, &mut table);
        }
        for margin in &self.margins {
            thresholds::complaint(margin, look, &mut table);
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
        for noun in Seen::NOUNS {
            let number = self.measured.iter().filter(|one| one.seen.noun() == noun).count();
            if number > 0 {
                parts.push(prose::count(number, noun));
            }
        }
        parts.join(", ")
    }
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
mod tests;
