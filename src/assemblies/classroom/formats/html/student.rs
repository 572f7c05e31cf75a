//! The page of a student: what they did, what was expected, and why. What the instructor
//! hides is not in it.

use maud::{Markup, html};

use super::{graded_by, outcome, remarks, score, short};
use crate::assemblies::classroom::result::{Finding, Graded, GradedStep, Judged, Remark, StepOutcome};
use crate::assemblies::pages::{Tone, page, tag};
use crate::judgement::grading::{CheckMarks, CheckOutcome, Visibility};
use crate::judgement::verdict::{Judgement, Standing};
use crate::words::speech::Speech;
use crate::words::untrusted;

/// The longest text shown in one piece, in characters.
const LONGEST: usize = 8_000;

/// The page of a student.
#[must_use]
pub fn student(graded: &Graded) -> String {
    let body = html! {
        (remarks(graded))
        @for lesson in &graded.lessons {
            h2 { (lesson.title) " " span.note { (lesson.lesson) } }
            p { (score(lesson.score)) }
            @for step in lesson.steps.iter().filter(|step| step.visibility == Visibility::Visible) { (of_step(step)) }
            @if lesson.steps.iter().any(|step| step.visibility == Visibility::Hidden) {
                p.note { "Some of this lesson is graded and not shown." }
            }
        }
        h2 { "How it was graded" }
        (graded_by(&graded.by))
        p.note { "Submission " code { (short(&graded.submission)) } ". The same seed draws the same values: "
            code { "mmaplings check LESSON --seed " (graded.by.seed) } "." }
    };
    let lead = html! { (graded.by.course) ": " (score(graded.score)) " marks " (outcome(graded.outcome)) };
    page(Speech::ENGLISH, &graded.student, &lead, &body)
}

fn of_step(step: &GradedStep) -> Markup {
    let tone = match step.outcome {
        StepOutcome::Passed => Tone::Good,
        StepOutcome::Missed | StepOutcome::DoesNotCompile | StepOutcome::Fault => Tone::Bad,
        StepOutcome::Untouched | StepOutcome::Missing => Tone::Neutral,
        StepOutcome::Inconclusive | StepOutcome::Unsure | StepOutcome::Unfinished => Tone::Unsure,
    };
    html! {
        h3 { code { (step.step) } " " (tag(tone, step.outcome.words())) " " (score(step.score)) }
        @if step.hints > 0 { p.note { (crate::words::prose::count(step.hints, "hint")) " taken" } }
        @match &step.finding {
            Finding::Nothing { why: None } => {}
            Finding::Nothing { why: Some(why) } => p { (untrusted::shown(why, LONGEST)) },
            Finding::Unjudged { reason } => p { (untrusted::shown(reason, LONGEST)) },
            Finding::Marked { remarks, .. } => ul { @for remark in remarks { (of_remark(remark)) } },
            Finding::Judged(judged) => (of_drill(judged)),
        }
    }
}

fn of_remark(remark: &Remark) -> Markup {
    html! {
        li {
            @if remark.right { (tag(Tone::Good, "right")) } @else { (tag(Tone::Bad, "not right")) }
            @if !remark.about.is_empty() { " " b { (untrusted::shown(&remark.about, LONGEST)) } }
            ": " (untrusted::shown(&remark.says, LONGEST))
        }
    }
}

fn of_drill(judged: &Judged) -> Markup {
    let visible: Vec<(&CheckMarks, &Judgement)> = judged
        .marks
        .iter()
        .filter(|marks| marks.visibility == Visibility::Visible)
        .filter_map(|marks| {
            Some((marks, judged.verdict.checks.iter().find(|judgement| judgement.check == marks.check)?))
        })
        .collect();
    let hidden = judged.marks.len() - visible.len();
    html! {
        @for broken in &judged.verdict.broken {
            p { code { (broken.program) } " does not compile:" }
            pre { (untrusted::shown(&broken.errors, LONGEST)) }
        }
        @for stop in &judged.verdict.stops {
            p.bad { "In the scene " code { (stop.scene) } ", run " (stop.repetition + 1) ": " (untrusted::shown(&stop.what, LONGEST)) }
        }
        @for refusal in &judged.verdict.refused {
            p { (untrusted::line(&refusal.words(Speech::ENGLISH), 300)) }
        }
        @for (marks, judgement) in &visible { (of_check(marks, judgement)) }
        @if hidden > 0 { p.note { (crate::words::prose::count(hidden, "check")) " not shown" } }
        p.note {
            @for (program, language) in &judged.languages {
                code { (program) } " in " (language.name())
                @if let Some(source) = judged.sources.get(program) { " " code { (short(source)) } }
                ", "
            }
            "seen with " (judged.verdict.instruments.join(", "))
            @if let Some(level) = judged.verdict.confinement { ", confined to " (level) }
            ", " (judged.milliseconds) " ms"
            @if judged.evidence.is_some() { ". The evidence is kept: the verdict can be derived from it again." }
        }
    }
}

fn of_check(marks: &CheckMarks, judgement: &Judgement) -> Markup {
    let (tone, word) = match marks.outcome {
        CheckOutcome::Held => (Tone::Good, "held"),
        CheckOutcome::Missed => (Tone::Bad, "missed"),
        CheckOutcome::Void => (Tone::Unsure, "holds in vain"),
        CheckOutcome::Undecided => (Tone::Unsure, "cannot be told here"),
    };
    let line = |name: &str, text: &str| html! { dt { (name) } dd { (untrusted::shown(text, LONGEST)) } };
    html! {
        details open[marks.outcome == CheckOutcome::Missed] {
            summary { (tag(tone, word)) " " (untrusted::line(&judgement.says, 300)) " " (score(marks.score)) }
            @match &judgement.standing {
                Standing::Held { observed } => {
                    dl { (line("observed", observed)) }
                    @if marks.outcome == CheckOutcome::Void {
                        p { "The run did not come to its end: doing nothing also does nothing wrong." }
                    }
                }
                Standing::Undecided { reason } => dl { (line("why", reason)) },
                Standing::Missed { expected, observed, shows, scene, repetition, .. } => {
                    dl {
                        (line("expected", expected))
                        (line("observed", observed))
                        (line("in", &format!("the scene {scene}, run {}", repetition + 1)))
                        (line("why", &judgement.why))
                    }
                    @if !shows.is_empty() { pre { (untrusted::shown(&shows.join("\n"), LONGEST)) } }
                }
            }
        }
    }
}
