//! The report: what a learner did, step by step, and what their last run left, as text.

use crate::assemblies::ui::lessons;
use crate::assemblies::ui::look::{Look, Role, Telling, padded, widest};
use crate::assemblies::ui::timelines::timelines;
use crate::assemblies::ui::verdict::{self, Detail};
use crate::judgement::progress::{Solution, Standing, UnixTime};
use crate::judgement::transcript::{LessonTranscript, StepTranscript, Transcript};
use crate::judgement::verdict::Verdict;
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::words::speech::{Speech, shown};

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
        text += &look.wrap("", &look.say("report-nothing"));
    }
    text.push('\n');
    match last {
        None => text + &look.wrap("", &look.say("report-no-run")),
        Some(LastRun { file, verdict }) => {
            let said = [("drill", shown(&file.drill)), ("lesson", shown(&file.lesson))];
            let title = look.tell("report-last-run", said);
            text += &format!("{}\n", look.paint(Role::Heading, title));
            text += &verdict::verdict(look, verdict, Detail::Full);
            text + &timelines(look, &file.evidence)
        }
    }
}

fn of_lesson(look: &Look, lesson: &LessonTranscript, date: &dyn Fn(UnixTime) -> String) -> String {
    let summed = &lesson.lesson;
    let said = [
        ("lesson", shown(&summed.id)),
        ("title", summed.title.as_str().into()),
        ("done", summed.steps_done.into()),
        ("steps", summed.steps.into()),
    ];
    let title = look.tell("report-lesson", said);
    let mut text = format!("\n{}\n", look.paint(Role::Heading, title));
    let names: Vec<&str> = lesson.steps.iter().map(|step| step.step.as_str()).collect();
    let kinds: Vec<String> = lesson.steps.iter().map(|step| kind(look.speech, step.kind)).collect();
    let (name, wide) = (widest(&names), widest(&kinds).max(KIND));
    for (step, kind) in lesson.steps.iter().zip(&kinds) {
        let said = notes(look.speech, step, date).join(", ");
        text += &match look.telling {
            Telling::Words => look.wrap("", &format!("{} ({kind}): {said}.", step.step)),
            Telling::Pictures => {
                let (role, mark) = mark(look, step.standing);
                let kind = padded(kind, wide);
                let start = format!("  {} {:name$}  {kind}  ", look.paint(role, mark), step.step.as_str());
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
        Standing::Undecided => (Role::Warning, "?"),
        Standing::Untried => (Role::Faint, look.pick("·", ".")),
    }
}

/// How wide the column of kinds is at least.
const KIND: usize = 8;

/// What kind of step it is, in a word, by its name in a lesson's file.
#[must_use]
pub fn kind(speech: Speech, name: &str) -> String {
    speech.say(match name {
        "read" => "step-read",
        "choice" => "step-choice",
        "choices" => "step-choices",
        "match" => "step-match",
        "order" => "step-order",
        "number" => "step-number",
        "text" => "step-text",
        "predict" => "step-predict",
        "sketch" => "step-sketch",
        "specimen" => "step-specimen",
        "measured" => "step-measured",
        "drill" => "step-drill",
        // One that is new is called as in the file.
        name => return name.to_owned(),
    })
}

/// `passed`, `3 tries`, `1 hint`, …: how a step stands, in words that need no mark, and what
/// else there is to say of it.
#[must_use]
pub fn notes(speech: Speech, step: &StepTranscript, date: &dyn Fn(UnixTime) -> String) -> Vec<String> {
    let mut notes = vec![speech.say(match step.standing {
        Standing::Passed => "report-passed",
        Standing::Undecided => "report-undecided",
        Standing::Missed => "report-missed",
        Standing::Untried => "report-untried",
    })];
    if step.tries > 0 {
        notes.push(speech.tell("report-tries", [("tries", step.tries.into())]));
    }
    if step.hints > 0 {
        notes.push(speech.tell("lesson-hints", [("hints", step.hints.into())]));
    }
    if step.solution == Solution::GivenUp {
        notes.push(speech.say("report-solution"));
    }
    if let Some(at) = step.passed_at {
        notes.push(date(at));
    }
    if let Some(due) = step.due {
        notes.push(speech.tell("report-again", [("date", date(due).into())]));
    }
    notes
}
