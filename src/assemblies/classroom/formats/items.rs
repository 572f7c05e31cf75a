//! A student's result as a flat list of things that earn marks: what JUnit calls a test
//! case, Gradescope a test, GitHub Classroom a test.
//!
//! A drill that was judged gives an item for each check; everything else is one item. What
//! items earn sums up to what the student earned. Their texts are fit to be shown.

use crate::assemblies::classroom::result::{Finding, Graded, GradedLesson, GradedStep, Judged, StepOutcome};
use crate::judgement::grading::{CheckMarks, CheckOutcome, Marks, Score, Visibility};
use crate::judgement::verdict::{Judgement, Standing};
use crate::words::ids::{CheckId, LessonId, StepId};
use crate::words::speech::Speech;
use crate::words::untrusted;

/// The longest text of an item, in characters.
const LONGEST: usize = 4_000;

/// Something that earns marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its lesson.
    pub lesson: LessonId,
    /// Its step.
    pub step: StepId,
    /// Its check, if it is one of a drill's.
    pub check: Option<CheckId>,
    /// What is expected, in a line.
    pub says: String,
    /// What it earned.
    pub score: Score,
    /// How it stands.
    pub state: ItemState,
    /// Why, in some lines; empty where there is nothing to say.
    pub text: String,
    /// Whether the student is shown it.
    pub visibility: Visibility,
    /// How long it took, in milliseconds: that of the whole drill at its first check.
    pub milliseconds: u64,
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Right.
    Passed,
    /// Not right.
    Failed,
    /// It is not known: the machine cannot tell, or a person must read it.
    Pending,
    /// The grader failed.
    Fault,
}

impl Item {
    /// Its name: `06-two-programs / exchange / same-inode`.
    #[must_use]
    pub fn name(&self) -> String {
        let check = self.check.iter().map(|check| format!(" / {check}"));
        format!("{} / {}{}", self.lesson, self.step, check.collect::<String>())
    }
}

/// The items of a student.
#[must_use]
pub fn items(graded: &Graded) -> Vec<Item> {
    graded.steps().flat_map(|(lesson, step)| of_step(lesson, step)).collect()
}

fn of_step(lesson: &GradedLesson, step: &GradedStep) -> Vec<Item> {
    match &step.finding {
        Finding::Judged(judged) if !judged.marks.is_empty() => of_checks(lesson, step, judged),
        _ => vec![alone(lesson, step)],
    }
}

fn of_checks(lesson: &GradedLesson, step: &GradedStep, judged: &Judged) -> Vec<Item> {
    // Hints cost the step, not a check: each check bears its part.
    let weights: Vec<u32> = judged
        .marks
        .iter()
        .map(|marks| u32::try_from(marks.score.earned.hundredths()).unwrap_or(u32::MAX))
        .collect();
    let earned = step.score.earned.split(&weights);
    let found = judged.marks.iter().zip(earned).filter_map(|(marks, earned)| {
        let judgement = judged.verdict.checks.iter().find(|judgement| judgement.check == marks.check)?;
        Some((marks, earned, judgement))
    });
    found
        .enumerate()
        .map(|(index, (marks, earned, judgement))| Item {
            lesson: lesson.lesson.clone(),
            step: step.step.clone(),
            check: Some(marks.check.clone()),
            says: untrusted::line(&judgement.says, 200),
            score: Score { earned, ..marks.score },
            state: match marks.outcome {
                CheckOutcome::Held => ItemState::Passed,
                CheckOutcome::Missed | CheckOutcome::Void => ItemState::Failed,
                CheckOutcome::Undecided => ItemState::Pending,
            },
            text: untrusted::shown(&of_check(marks, judgement, judged), LONGEST),
            visibility: step.visibility.max(marks.visibility),
            milliseconds: if index == 0 { judged.milliseconds } else { 0 },
        })
        .collect()
}

fn of_check(marks: &CheckMarks, judgement: &Judgement, judged: &Judged) -> String {
    let mut text = String::new();
    match &judgement.standing {
        Standing::Held { observed } => {
            text += &format!("observed: {observed}\n");
            if marks.outcome == CheckOutcome::Void {
                text += "This holds, but the run did not come to its end, and so it earns nothing.\n";
                for stop in &judged.verdict.stops {
                    text += &format!("{}: {}\n", stop.scene, stop.what);
                }
            }
        }
        Standing::Undecided { reason } => text += &format!("cannot be told: {reason}\n"),
        Standing::Missed { expected, observed, shows, scene, repetition, .. } => {
            text += &format!("expected: {expected}\nobserved: {observed}\n");
            for line in shows {
                text += &format!("  {line}\n");
            }
            text += &format!("in the scene {scene}, run {}\n{}\n", repetition + 1, judgement.why);
        }
    }
    text
}

fn alone(lesson: &GradedLesson, step: &GradedStep) -> Item {
    let state = match step.outcome {
        StepOutcome::Passed => ItemState::Passed,
        StepOutcome::Missed | StepOutcome::DoesNotCompile | StepOutcome::Untouched | StepOutcome::Missing => {
            ItemState::Failed
        }
        StepOutcome::Inconclusive | StepOutcome::Unsure | StepOutcome::Unfinished => ItemState::Pending,
        StepOutcome::Fault => ItemState::Fault,
    };
    let (text, milliseconds) = match &step.finding {
        Finding::Nothing { why } => (why.clone().unwrap_or_default(), 0),
        Finding::Unjudged { reason } => (reason.clone(), 0),
        Finding::Marked { remarks, .. } => {
            let remark = |remark: &crate::assemblies::classroom::result::Remark| {
                let mark = if remark.right { "right" } else { "not right" };
                let about =
                    if remark.about.is_empty() { String::new() } else { format!(" ({})", remark.about) };
                format!("{mark}{about}: {}\n", remark.says)
            };
            (remarks.iter().map(remark).collect(), 0)
        }
        Finding::Judged(judged) => {
            let broken = judged.verdict.broken.iter();
            let broken =
                broken.map(|broken| format!("{} does not compile:\n{}\n", broken.program, broken.errors));
            let stops = judged.verdict.stops.iter().map(|stop| format!("{}: {}\n", stop.scene, stop.what));
            let refused = judged.verdict.refused.iter().map(|refusal| refusal.words(Speech::ENGLISH) + "\n");
            (broken.chain(stops).chain(refused).collect(), judged.milliseconds)
        }
    };
    Item {
        lesson: lesson.lesson.clone(),
        step: step.step.clone(),
        check: None,
        says: step.outcome.words().to_owned(),
        score: step.score,
        state,
        text: untrusted::shown(&text, LONGEST),
        visibility: step.visibility,
        milliseconds,
    }
}

/// Whether an item can earn anything.
#[must_use]
pub fn counts(item: &Item) -> bool {
    item.score.possible != Marks::NONE
}
