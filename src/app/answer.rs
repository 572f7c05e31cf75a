//! `answer LESSON --from FILE`: answers a lesson's questions without a terminal.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;

use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::steps;
use crate::assemblies::workspace::Workspace;
use crate::judgement::answers::{self, Marked, Unreadable};
use crate::judgement::course::LoadedLesson;
use crate::judgement::progress::{Change, Outcome};
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::words::ids::{LessonId, StepId};
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
    marked: Marked,
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
    let report = mark(lesson, &given)?;
    if let Some(workspace) = &workspace {
        remember(workspace, lesson, &report)?;
    }
    if arguments.json {
        context.print_json(&report)?;
    } else {
        context.print(&render(context, lesson, &report))?;
    }
    Ok(Exit::worst(report.answers.iter().map(|answered| match answered.marked.outcome {
        Outcome::Passed => Exit::Passed,
        Outcome::Missed => Exit::Missed,
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

fn mark<'l>(lesson: &'l LoadedLesson, given: &toml::Table) -> Result<Report<'l>, Failure> {
    let questions: Vec<(&StepId, Question)> = lesson
        .lesson
        .step
        .iter()
        .filter_map(|step| Some((step.id(), step.question()?)))
        .filter(|(_, question)| !matches!(question, Question::Text(_)))
        .collect();
    let mut wrong = Vec::new();
    let mut answers = Vec::new();
    for (name, value) in given {
        match questions.iter().find(|(id, _)| id.as_str() == name) {
            None => wrong.push(no_question(name, &questions)),
            Some((id, question)) => match mark_one(question, value) {
                Ok(marked) => answers.push(Answered { question: (*id).clone(), marked }),
                Err(error) => wrong.push(error.to_string()),
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
    answers.sort_by_key(|answered| questions.iter().position(|(id, _)| **id == answered.question));
    let unanswered =
        questions.iter().map(|(id, _)| *id).filter(|id| !given.contains_key(id.as_str())).collect();
    Ok(Report { version: SCHEMA, lesson: &lesson.id, answers, unanswered })
}

fn mark_one(question: &Question, value: &toml::Value) -> Result<Marked, Unreadable> {
    answers::mark(question, &answers::read(question, value)?)
}

fn no_question(name: &str, questions: &[(&StepId, Question)]) -> String {
    let names = || questions.iter().map(|(id, _)| id.as_str());
    match prose::nearest(name, names()) {
        Some(near) => format!("it has no question {name:?}; did you mean {near:?}?"),
        None => {
            format!("it has no question {name:?}; it asks {}", prose::list(&names().collect::<Vec<_>>()))
        }
    }
}

fn remember(workspace: &Workspace, lesson: &LoadedLesson, report: &Report<'_>) -> Result<(), Failure> {
    let changes = report.answers.iter().map(|answered| {
        Change::Answered(lesson.id.clone(), answered.question.clone(), answered.marked.outcome)
    });
    workspace.record(changes, super::context::now())?;
    Ok(())
}

fn render(context: &Context, lesson: &LoadedLesson, report: &Report<'_>) -> String {
    let look = &context.look;
    let mut text = String::new();
    for answered in &report.answers {
        text += &format!("{} ", answered.question);
        text += &steps::marked(look, &answered.marked);
    }
    let right = report.answers.iter().filter(|answered| answered.marked.outcome == Outcome::Passed).count();
    let asked = lesson.lesson.step.iter().filter(|step| is_keyed(step)).count();
    text += &format!("{right} of {} right", prose::count(asked, "question"));
    if !report.unanswered.is_empty() {
        let names: Vec<&str> = report.unanswered.iter().map(|id| id.as_str()).collect();
        text += &format!("; not answered: {}", prose::list(&names));
    }
    text.push('\n');
    text
}

/// Whether a step is a question with a key.
fn is_keyed(step: &Step) -> bool {
    step.question().is_some_and(|question| !matches!(question, Question::Text(_)))
}
