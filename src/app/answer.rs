//! `answer LESSON --from FILE`: answers a lesson's questions without a terminal.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;

use super::checking;
use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::free_text::{self, Standing};
use crate::assemblies::ui::look::Look;
use crate::assemblies::ui::{self, steps};
use crate::assemblies::workspace::Workspace;
use crate::edges::tracer::books;
use crate::judgement::answers::{self, Marked};
use crate::judgement::course::LoadedLesson;
use crate::judgement::marking::{self, Rubric};
use crate::judgement::prediction::{self, Locked};
use crate::judgement::progress::{Change, Outcome};
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::words::ids::{LessonId, PointId, StepId};
use crate::words::prose;

/// The version of the JSON that this command prints.
const SCHEMA: u32 = 1;

/// Arguments of `answer`.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The lesson: its name, its number, or the beginning of its name
    pub lesson: String,

    /// The file with the answers, in TOML; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How a file of answers was marked.
#[derive(Debug, serde::Serialize)]
struct Report<'l> {
    version: u32,
    lesson: &'l LessonId,
    answers: Vec<Answered>,
    /// Questions of the lesson that the file does not answer.
    unanswered: Vec<&'l StepId>,
}

#[derive(Debug, serde::Serialize)]
struct Answered {
    question: StepId,
    #[serde(flatten)]
    said: Said,
}

/// What is said to an answer, by the kind of step that it answers.
#[derive(Debug, serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Said {
    /// A question with a key.
    Keyed(Marked),
    /// A free text.
    Text {
        outcome: TextOutcome,
        /// The facts that it states.
        stated: Vec<PointId>,
        /// Those of which the marker cannot tell: the learner compares and decides.
        unsure: Vec<PointId>,
        /// The wrong beliefs that it shows.
        misconceptions: Vec<PointId>,
        #[serde(skip)]
        shown: String,
    },
    /// A prediction, held against this machine.
    Prediction {
        #[serde(flatten)]
        judged: Box<prediction::Judged>,
        #[serde(skip)]
        shown: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum TextOutcome {
    Passed,
    Missed,
    /// Not counted against the learner.
    Unsure,
}

impl Said {
    /// What is remembered of it. A prediction is done once it was measured; a text of which
    /// the marker is unsure is the learner's to decide, at a prompt.
    const fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Keyed(marked) => Some(marked.outcome),
            Self::Text { outcome: TextOutcome::Passed, .. } | Self::Prediction { .. } => {
                Some(Outcome::Passed)
            }
            Self::Text { outcome: TextOutcome::Missed, .. } => Some(Outcome::Missed),
            Self::Text { outcome: TextOutcome::Unsure, .. } => None,
        }
    }
}

/// Marks the answers. In a workspace they are remembered.
///
/// # Errors
/// Where the file cannot be read as answers to this lesson: all that is wrong with it is
/// told at once, and nothing is marked.
pub fn run(arguments: &AnswerArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let lesson = find_lesson(&course, &arguments.lesson)?;
    let workspace = context.find_workspace()?;
    let given = read(&arguments.from)?;
    let report = mark(lesson, &given, &context.look)?;
    if let Some(workspace) = &workspace {
        remember(workspace, lesson, &report)?;
    }
    if arguments.json {
        context.print_json(&report)?;
    } else {
        context.print(&render(context, lesson, &report))?;
    }
    Ok(Exit::worst(report.answers.iter().map(|answered| match answered.said.outcome() {
        Some(Outcome::Missed) => Exit::Missed,
        Some(Outcome::Passed) | None => Exit::Passed,
    })))
}

fn read(from: &PathBuf) -> Result<toml::Table, Failure> {
    let name = from.display();
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::usage(
            format!("{name} cannot be read as answers: {error}"),
            "`mmaplings answer --help` shows what such a file looks like",
        )
    };
    let text = if from.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(from)
    }
    .map_err(|error| unreadable(&error))?;
    text.parse().map_err(|error: toml::de::Error| unreadable(&error.to_string().trim_end()))
}

fn mark<'l>(lesson: &'l LoadedLesson, given: &toml::Table, look: &Look) -> Result<Report<'l>, Failure> {
    let asked: Vec<&Step> = lesson.lesson.step.iter().filter(|step| is_asked(step)).collect();
    let names: Vec<&str> = asked.iter().map(|step| step.id().as_str()).collect();
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    for (name, value) in given {
        match asked.iter().find(|step| step.id().as_str() == name) {
            None => wrong.push(no_question(name, &names)),
            Some(step) => match Ready::read(lesson, step, value) {
                Ok(answer) => ready.push((*step, answer)),
                Err(problem) => wrong.push(problem),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(
            format!("the answers to {} cannot be marked:\n{}", lesson.id, wrong.join("\n")),
            format!("`mmaplings open {}` shows what is asked", lesson.id),
        ));
    }
    // In the lesson's order, not the file's.
    ready.sort_by_key(|(step, _)| asked.iter().position(|candidate| candidate.id() == step.id()));
    let marked = |(step, answer): (&Step, Ready<'_>)| {
        Ok(Answered { question: step.id().clone(), said: answer.mark(look)? })
    };
    let answers = ready.into_iter().map(marked).collect::<Result<_, Failure>>()?;
    let unanswered =
        asked.iter().map(|step| step.id()).filter(|id| !given.contains_key(id.as_str())).collect();
    Ok(Report { version: SCHEMA, lesson: &lesson.id, answers, unanswered })
}

/// An answer that was read, and only waits to be marked: nothing is measured before all are.
enum Ready<'l> {
    Keyed(Marked),
    Text(&'l Rubric, String),
    Prediction(&'l Predict, Locked),
}

impl<'l> Ready<'l> {
    fn read(lesson: &'l LoadedLesson, step: &'l Step, value: &toml::Value) -> Result<Self, String> {
        if let Step::Predict(predict) = step {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let locked = prediction::lock(predict, &text, books::page_size());
            return locked
                .map(|locked| Self::Prediction(predict, locked))
                .map_err(|error| format!("{}: {error}", predict.id));
        }
        let question = step.question().ok_or_else(|| format!("{} asks nothing", step.id()))?;
        if let (Question::Text(_), Some(rubric)) = (&question, lesson.rubrics.get(step.id())) {
            let text = value.as_str().ok_or_else(|| format!("the answer to {} must be a text", step.id()))?;
            return Ok(Self::Text(rubric, text.to_owned()));
        }
        let answer = answers::read(&question, value).map_err(|error| error.to_string())?;
        answers::mark(&question, &answer).map(Self::Keyed).map_err(|error| error.to_string())
    }

    fn mark(self, look: &Look) -> Result<Said, Failure> {
        Ok(match self {
            Self::Keyed(marked) => Said::Keyed(marked),
            Self::Text(rubric, text) => {
                let marking = rubric.mark(&text);
                let with = |outcome| marking.with(outcome).cloned().collect();
                Said::Text {
                    outcome: match free_text::standing(rubric, &marking) {
                        Standing::Full => TextOutcome::Passed,
                        Standing::Lacking => TextOutcome::Missed,
                        Standing::ForTheLearner => TextOutcome::Unsure,
                    },
                    stated: with(marking::Outcome::Stated),
                    unsure: with(marking::Outcome::Unsure),
                    misconceptions: marking.misconceptions.clone(),
                    shown: free_text::free_text(look, rubric, &marking),
                }
            }
            Self::Prediction(predict, locked) => {
                let judged = checking::measure(predict, &locked)?;
                let shown = ui::prediction::judged(look, predict, &judged);
                Said::Prediction { judged: Box::new(judged), shown }
            }
        })
    }
}

fn no_question(name: &str, names: &[&str]) -> String {
    match prose::nearest(name, names.iter().copied()) {
        Some(near) => format!("it has no question {name:?}; did you mean {near:?}?"),
        None => format!("it has no question {name:?}; it asks {}", prose::list(names)),
    }
}

fn remember(workspace: &Workspace, lesson: &LoadedLesson, report: &Report<'_>) -> Result<(), Failure> {
    let changes = report.answers.iter().filter_map(|answered| {
        let outcome = answered.said.outcome()?;
        Some(Change::Answered(lesson.id.clone(), answered.question.clone(), outcome))
    });
    workspace.record(changes, super::context::now())?;
    Ok(())
}

fn render(context: &Context, lesson: &LoadedLesson, report: &Report<'_>) -> String {
    let look = &context.look;
    let mut text = String::new();
    for Answered { question, said } in &report.answers {
        text += &match said {
            Said::Keyed(marked) => format!("{question} {}", steps::marked(look, marked)),
            Said::Text { shown, .. } | Said::Prediction { shown, .. } => format!("{question}\n{shown}"),
        };
        text.push('\n');
    }
    let right = report.answers.iter().filter(|answered| answered.said.outcome() == Some(Outcome::Passed));
    let asked = lesson.lesson.step.iter().filter(|step| is_asked(step)).count();
    text += &format!("{} of {} done", right.count(), prose::count(asked, "question"));
    if !report.unanswered.is_empty() {
        let names: Vec<&str> = report.unanswered.iter().map(|id| id.as_str()).collect();
        text += &format!("; not answered: {}", prose::list(&names));
    }
    text.push('\n');
    text
}

/// Whether a step asks something that a line of text can answer.
fn is_asked(step: &Step) -> bool {
    matches!(step, Step::Predict(_)) || step.question().is_some()
}
