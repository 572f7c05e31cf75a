//! A student's findings and marks put together: the [`Graded`] that is kept.

use std::collections::BTreeMap;

use super::answers::{self, Shows};
use super::plan::Assignment;
use super::result::{Finding, Graded, GradedBy, GradedLesson, GradedStep, StepKind, StepOutcome, outcome};
use super::submission::{Handed, Submission};
use crate::assemblies::drill;
use crate::judgement::course::LoadedLesson;
use crate::judgement::grading::{self, Partial, Scheme, Score};
use crate::vocabulary::lesson::{Drill, Step};
use crate::words::ids::{LessonId, StepId};
use crate::words::prose;
use crate::words::untrusted;

/// What was found of the drills of a student.
pub(super) type Findings = BTreeMap<(LessonId, StepId), (StepOutcome, Finding)>;

/// The result of a student.
pub(super) fn tally(
    assignment: &Assignment<'_>,
    submission: &Submission,
    handed: &Handed,
    mut findings: Findings,
    shows: Shows<'_>,
) -> Graded {
    let mut notes = handed.notes.clone();
    let mut lessons = Vec::new();
    for lesson in &assignment.lessons {
        let given = handed.answers.get(&lesson.id);
        if let Some(given) = given {
            notes.extend(strangers(lesson, given));
        }
        let steps: Vec<GradedStep> = lesson
            .lesson
            .step
            .iter()
            .filter_map(|step| {
                let kind = StepKind::of(step)?;
                let place = (lesson.id.clone(), step.id().clone());
                let (outcome, finding) = match (kind, given.and_then(|given| given.get(step.id().as_str()))) {
                    (StepKind::Drill, _) => findings
                        .remove(&place)
                        .unwrap_or((StepOutcome::Unfinished, Finding::Nothing { why: None })),
                    (_, Some(given)) => answers::mark(lesson, step, given, shows),
                    (_, None) => (StepOutcome::Missing, Finding::Nothing { why: None }),
                };
                Some(scored(
                    &assignment.scheme,
                    lesson,
                    step,
                    kind,
                    (outcome, finding),
                    hints(handed, &place),
                ))
            })
            .collect();
        if !steps.is_empty() {
            let score = steps.iter().map(|step| step.score).sum();
            lessons.push(GradedLesson {
                lesson: lesson.id.clone(),
                title: lesson.lesson.title.clone(),
                score,
                steps,
            });
        }
    }
    if assignment.scheme.hint_cost > 0.0 && handed.progress.is_none() && !handed.sha256.is_empty() {
        notes.push("there is no progress file: no hint is counted".to_owned());
    }
    let steps: Vec<&GradedStep> = lessons.iter().flat_map(|lesson| &lesson.steps).collect();
    Graded {
        format: Graded::FORMAT.to_owned(),
        student: submission.name.clone(),
        key: submission.key.clone(),
        by: by(assignment),
        submission: handed.sha256.clone(),
        outcome: outcome(&steps),
        score: lessons.iter().map(|lesson| lesson.score).sum(),
        refused: handed.refused.clone(),
        notes,
        lessons,
    }
}

/// By what a class is graded.
#[must_use]
pub fn by(assignment: &Assignment<'_>) -> GradedBy {
    GradedBy {
        runner: format!("mmaplings {}", env!("CARGO_PKG_VERSION")),
        course: assignment.course.course.title.clone(),
        course_sha256: assignment.course_sha256.clone(),
        seed: assignment.seed,
        level: assignment.level,
        no_further: drill::lacking().ok().flatten().map(|lacking| lacking.reason),
    }
}

/// Hints taken in a step, by the student's own word.
fn hints(handed: &Handed, (lesson, step): &(LessonId, StepId)) -> usize {
    let progress =
        handed.progress.as_ref().and_then(|progress| progress.lessons.get(lesson)?.steps.get(step));
    progress.map_or(0, |progress| progress.hints)
}

/// Names in a file of answers that are no question's.
fn strangers(lesson: &LoadedLesson, given: &toml::Table) -> Vec<String> {
    let asked = |step: &&Step| !matches!(step, Step::Read(_) | Step::Drill(_));
    let names: Vec<&str> = lesson.lesson.step.iter().filter(asked).map(|step| step.id().as_str()).collect();
    let strange = given.keys().filter(|name| !names.contains(&name.as_str()));
    strange
        .take(10)
        .map(|name| {
            let told = format!("{}: there is no question {:?}", lesson.id, untrusted::line(name, 60));
            match prose::nearest(name, names.iter().copied()) {
                Some(near) => format!("{told}; perhaps {near:?} was meant"),
                None => told,
            }
        })
        .collect()
}

/// A step with its marks.
fn scored(
    scheme: &Scheme,
    lesson: &LoadedLesson,
    step: &Step,
    kind: StepKind,
    (outcome, mut finding): (StepOutcome, Finding),
    hints: usize,
) -> GradedStep {
    let possible = scheme.marks(&lesson.id, step);
    let score = match (&mut finding, outcome) {
        (Finding::Judged(judged), _) => {
            let marks =
                grading::of_drill(scheme, (&lesson.id, step.id()), &judged.verdict, &judged.void, possible);
            judged.marks = marks.checks;
            marks.score
        }
        (Finding::Marked { share, .. }, StepOutcome::Unsure) => {
            let part = Score::part(possible, *share);
            Score { pending: possible - part.earned, ..part }
        }
        (Finding::Marked { share, .. }, _) => match scheme.partial {
            Partial::ByCheck => Score::part(possible, *share),
            Partial::AllOrNothing => Score::part(possible, if *share >= 1.0 { 1.0 } else { 0.0 }),
        },
        (_, StepOutcome::Missing | StepOutcome::Untouched) => Score::lost(possible),
        (Finding::Nothing { .. } | Finding::Unjudged { .. }, _) => Score::pending(possible),
    };
    GradedStep {
        step: step.id().clone(),
        kind,
        outcome,
        score: score.after_hints(hints, scheme.hint_cost),
        visibility: scheme.visibility(&lesson.id, step.id()),
        hints,
        finding,
    }
}

/// Why there is nothing to judge of a drill, if some file was refused that it needs.
pub(super) fn why_nothing(handed: &Handed, lesson: &LessonId, drill: &Drill) -> Option<String> {
    let told: Vec<String> = handed
        .refused
        .iter()
        .filter(|refused| {
            let file = refused.path.rsplit('/').next().unwrap_or_default();
            refused.path == lesson.as_str()
                || drill.programs.iter().any(|program| file.split('.').next() == Some(program.as_str()))
        })
        .map(|refused| format!("{} was not taken: {}", refused.path, refused.reason))
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}
