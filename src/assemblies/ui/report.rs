//! The report: what a learner did, step by step, and what their last run left, as text.

use crate::assemblies::ui::lessons;
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::assemblies::ui::timelines::timelines;
use crate::assemblies::ui::verdict::{self, Detail};
use crate::judgement::progress::{Solution, Standing, UnixTime};
use crate::judgement::transcript::{LessonTranscript, StepTranscript, Transcript};
use crate::judgement::verdict::Verdict;
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::words::prose;

/// The run of a drill that was kept, and what it was judged to be.
#[derive(Clone, Copy, Debug)]
pub struct LastRun<'r> {
    /// What it left.
    pub file: &'r EvidenceFile,
    /// What follows from that.
    pub verdict: &'r Verdict,
}

/// The report. `date` tells a time as the reader's calendar does.
#[must_use]
pub fn report(
    look: &Look,
    transcript: &Transcript,
    last: Option<LastRun<'_>>,
    date: &dyn Fn(UnixTime) -> String,
) -> String {
    let mut text = lessons::status(look, &transcript.overview);
    for lesson in &transcript.lessons {
        text += &of_lesson(look, lesson, date);
    }
    if transcript.lessons.is_empty() {
        text += &look.wrap("", "Nothing has been tried yet: `mmaplings` begins.");
    }
    text.push('\n');
    match last {
        None => text + &look.wrap("", "No drill has been run yet."),
        Some(LastRun { file, verdict }) => {
            let title = format!("The last run: {} of {}", file.drill, file.lesson);
            text += &format!("{}\n", look.paint(Role::Heading, title));
            text += &verdict::verdict(look, verdict, Detail::Full);
            text + &timelines(look, &file.evidence)
        }
    }
}

fn of_lesson(look: &Look, lesson: &LessonTranscript, date: &dyn Fn(UnixTime) -> String) -> String {
    let summed = &lesson.lesson;
    let title = format!("{}  {}: {} of {} steps", summed.id, summed.title, summed.steps_done, summed.steps);
    let mut text = format!("\n{}\n", look.paint(Role::Heading, title));
    let name = lesson.steps.iter().map(|step| step.step.as_str().len()).max().unwrap_or(0);
    for step in &lesson.steps {
        let said = told(step, date);
        text += &match look.telling {
            Telling::Words => look.wrap("", &format!("{} ({}): {said}.", step.step, step.kind)),
            Telling::Pictures => {
                let (role, mark) = mark(look, step.standing);
                let start =
                    format!("  {} {:name$}  {:<8}  ", look.paint(role, mark), step.step.as_str(), step.kind);
                look.wrap(&start, &said)
            }
        };
    }
    text
}

fn mark(look: &Look, standing: Standing) -> (Role, &'static str) {
    match standing {
        Standing::Passed => (Role::Good, look.pick("✓", "*")),
        Standing::Missed => (Role::Bad, look.pick("✗", "x")),
        Standing::Untried => (Role::Faint, look.pick("·", ".")),
    }
}

/// `passed at the 3rd try on …, 1 hint`, in words that need no mark.
#[must_use]
pub fn told(step: &StepTranscript, date: &dyn Fn(UnixTime) -> String) -> String {
    let mut notes = vec![match step.standing {
        Standing::Passed => "passed".to_owned(),
        Standing::Missed => "missed so far".to_owned(),
        Standing::Untried => "not tried".to_owned(),
    }];
    if step.tries > 0 {
        notes.push(if step.tries == 1 { "1 try".to_owned() } else { format!("{} tries", step.tries) });
    }
    if step.hints > 0 {
        notes.push(prose::count(step.hints, "hint"));
    }
    if step.solution == Solution::GivenUp {
        notes.push("solution seen before".to_owned());
    }
    if let Some(at) = step.passed_at {
        notes.push(date(at));
    }
    if let Some(due) = step.due {
        notes.push(format!("asked again from {}", date(due)));
    }
    notes.join(", ")
}
