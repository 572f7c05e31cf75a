//! `answer LESSON --from FILE`: answers a lesson's questions without a terminal.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;

use super::checking;
use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use super::sketch::Held;
use crate::assemblies::specimens::Shown;
use crate::assemblies::ui::free_text::{self, Standing};
use crate::assemblies::ui::markdown::markdown;
use crate::assemblies::ui::{self, pictures, steps};
use crate::assemblies::workspace::Workspace;
use crate::edges::tracer::books;
use crate::judgement::answers::{self, Marked};
use crate::judgement::course::LoadedLesson;
use crate::judgement::marking::{self, Rubric};
use crate::judgement::prediction::{self, Locked};
use crate::judgement::progress::{Change, Outcome};
use crate::judgement::sketch::Comparison;
use crate::judgement::specimen::LeftOut;
use crate::judgement::specimen::answers::{self as specimen_answers, Given, MarkedAnswer};
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::vocabulary::sketch::Sketch;
use crate::vocabulary::specimen::Specimen;
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
    /// A drawing, held against live maps.
    Sketch {
        outcome: LiveOutcome,
        /// Line by line; nothing where it could not be held against anything.
        #[serde(skip_serializing_if = "Option::is_none")]
        comparison: Option<Box<Comparison>>,
        /// Why it could not be held against anything.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(skip)]
        shown: String,
    },
    /// Questions about a process held still.
    Specimen {
        outcome: LiveOutcome,
        /// The seed that drew it.
        seed: u64,
        /// What is said to each of the answers.
        answers: Vec<MarkedAnswer>,
        /// What could not be asked on this machine.
        left_out: Vec<LeftOut>,
        /// Why it could not be shown here.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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

/// What came of an answer that is held against something live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum LiveOutcome {
    Passed,
    Missed,
    /// This machine cannot tell: nothing is counted.
    Inconclusive,
}

impl LiveOutcome {
    const fn of(right: bool) -> Self {
        if right { Self::Passed } else { Self::Missed }
    }
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
            Self::Sketch { outcome, .. } | Self::Specimen { outcome, .. } => match outcome {
                LiveOutcome::Passed => Some(Outcome::Passed),
                LiveOutcome::Missed => Some(Outcome::Missed),
                LiveOutcome::Inconclusive => None,
            },
            Self::Text { outcome: TextOutcome::Passed, .. } | Self::Prediction { .. } => {
                Some(Outcome::Passed)
            }
            Self::Text { outcome: TextOutcome::Missed, .. } => Some(Outcome::Missed),
            Self::Text { outcome: TextOutcome::Unsure, .. } => None,
        }
    }

    /// How the command exits for it.
    const fn exit(&self) -> Exit {
        match self {
            Self::Sketch { outcome: LiveOutcome::Inconclusive, .. }
            | Self::Specimen { outcome: LiveOutcome::Inconclusive, .. } => Exit::Inconclusive,
            _ => match self.outcome() {
                Some(Outcome::Missed) => Exit::Missed,
                Some(Outcome::Passed) | None => Exit::Passed,
            },
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
    let spinner = super::checking::spinner(context, arguments.json);
    spinner.line().say(context.error_look.say("answer-measuring"));
    let report = mark(lesson, &given, context, workspace.as_ref())?;
    drop(spinner);
    if let Some(workspace) = &workspace {
        remember(workspace, lesson, &report)?;
    }
    if arguments.json {
        context.print_json(&report)?;
    } else {
        context.print(&render(context, lesson, &report))?;
    }
    Ok(Exit::worst(report.answers.iter().map(|answered| answered.said.exit())))
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

fn mark<'l>(
    lesson: &'l LoadedLesson,
    given: &toml::Table,
    context: &Context,
    workspace: Option<&Workspace>,
) -> Result<Report<'l>, Failure> {
    let asked: Vec<&Step> = lesson.lesson.step.iter().filter(|step| is_asked(step)).collect();
    let names: Vec<&str> = asked.iter().map(|step| step.id().as_str()).collect();
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    for (name, value) in given {
        match asked.iter().find(|step| step.id().as_str() == name) {
            None => wrong.push(no_question(name, &names)),
            Some(step) => match Ready::read(context, lesson, workspace, step, value) {
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
        Ok(Answered { question: step.id().clone(), said: answer.mark(lesson, context, workspace)? })
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
    Sketch(&'l Sketch, String),
    Specimen(&'l Specimen, Given),
}

impl<'l> Ready<'l> {
    fn read(
        context: &Context,
        lesson: &'l LoadedLesson,
        workspace: Option<&Workspace>,
        step: &'l Step,
        value: &toml::Value,
    ) -> Result<Self, String> {
        let speech = context.look.speech;
        if let Step::Predict(predict) = step {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let locked = prediction::lock(predict, &text, books::page_size());
            return locked
                .map(|locked| Self::Prediction(predict, locked))
                .map_err(|wrong| format!("{}: {}", predict.id, wrong.in_words(speech)));
        }
        if let Step::Sketch(sketch) = step {
            let text = value.as_str().ok_or_else(|| {
                format!("the drawing for {} must be a text: its lines between \"\"\" and \"\"\"", sketch.id)
            })?;
            return Ok(Self::Sketch(sketch, text.to_owned()));
        }
        if let Step::Specimen(specimen) = step {
            let given = specimen_answers::read(speech, specimen, value)?;
            if let Some(strange) = given.strange.first() {
                return Err(strange.clone());
            }
            return Ok(Self::Specimen(specimen, given));
        }
        let question = match step {
            Step::Measured(measured) => checking::question_of(speech, workspace, lesson, measured)
                .map_err(|unready| format!("{}: {}", measured.id, unready.in_words(speech)))?,
            step => step.question().ok_or_else(|| format!("{} asks nothing", step.id()))?,
        };
        if let (Question::Text(_), Some(rubric)) = (&question, lesson.rubrics.get(step.id())) {
            let text = value.as_str().ok_or_else(|| format!("the answer to {} must be a text", step.id()))?;
            return Ok(Self::Text(rubric, text.to_owned()));
        }
        let marked = answers::read(&question, value)
            .and_then(|answer| answers::mark(speech, &question, &answer))
            .map(Self::Keyed);
        marked.map_err(|wrong| wrong.in_words(speech))
    }

    fn mark(
        self,
        lesson: &LoadedLesson,
        context: &Context,
        workspace: Option<&Workspace>,
    ) -> Result<Said, Failure> {
        let look = &context.look;
        Ok(match self {
            Self::Sketch(sketch, drawing) => {
                match super::sketch::hold(context.look.speech, workspace, lesson, sketch, drawing.as_bytes())?
                {
                    Held::Compared(comparison) => {
                        let explain = markdown(look, &sketch.explain);
                        Said::Sketch {
                            outcome: LiveOutcome::of(comparison.is_right()),
                            shown: format!("{}\n{explain}", pictures::sketch(look, &comparison)),
                            comparison: Some(Box::new(comparison)),
                            reason: None,
                        }
                    }
                    Held::Unseen(reason) => Said::Sketch {
                        outcome: LiveOutcome::Inconclusive,
                        comparison: None,
                        shown: look.inconclusive(&reason),
                        reason: Some(reason),
                    },
                }
            }
            Self::Specimen(specimen, given) => marked_specimen(context, specimen, &given)?,
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
                let judged = checking::measure(context.look.speech, predict, &locked)?;
                let shown = ui::prediction::judged(look, predict, &judged);
                Said::Prediction { judged: Box::new(judged), shown }
            }
        })
    }
}

/// Runs a specimen again as `seed` drew it, and marks the answers against that run.
fn marked_specimen(context: &Context, specimen: &Specimen, given: &Given) -> Result<Said, Failure> {
    let look = &context.look;
    let seed = given.seed;
    let showing = match super::specimen::show(specimen, seed)? {
        Shown::Posed(showing) => showing,
        Shown::Unseen { reason } => {
            return Ok(Said::Specimen {
                outcome: LiveOutcome::Inconclusive,
                seed,
                answers: Vec::new(),
                left_out: Vec::new(),
                shown: look.inconclusive(&reason),
                reason: Some(reason),
            });
        }
    };
    let (mut marked, mut wrong) = (Vec::new(), Vec::new());
    for (question, of_one) in specimen_answers::mark(look.speech, specimen, &showing.posed, &given.answers) {
        match of_one {
            Ok(of_one) => marked.push(MarkedAnswer { question, marked: of_one }),
            Err(why) => wrong.push(why),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(
            format!("the answers to {} cannot be marked:\n{}", specimen.id, wrong.join("\n")),
            format!("`mmaplings specimen LESSON --seed {seed}` shows what is asked"),
        ));
    }
    let mut shown = String::new();
    for MarkedAnswer { question, marked } in &marked {
        shown += &format!("{question} {}", steps::marked(look, marked));
    }
    let left_out = showing.posed.left_out;
    shown += &super::specimen::left_out(context, &left_out);
    let right = marked.iter().all(|of_one| of_one.marked.outcome == Outcome::Passed);
    if right {
        shown += &markdown(look, &specimen.explain);
    }
    let outcome = LiveOutcome::of(right);
    Ok(Said::Specimen { outcome, seed, answers: marked, left_out, reason: None, shown })
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
            Said::Text { shown, .. }
            | Said::Prediction { shown, .. }
            | Said::Sketch { shown, .. }
            | Said::Specimen { shown, .. } => format!("{question}\n{shown}"),
        };
        text.push('\n');
    }
    let right = report.answers.iter().filter(|answered| answered.said.outcome() == Some(Outcome::Passed));
    let asked = lesson.lesson.step.iter().filter(|step| is_asked(step)).count();
    text += &look.tell("answer-done", [("done", right.count().into()), ("questions", asked.into())]);
    if !report.unanswered.is_empty() {
        let names: Vec<&str> = report.unanswered.iter().map(|id| id.as_str()).collect();
        let left = look.tell("answer-left", [("questions", look.list(&names).into())]);
        text += &format!("; {left}");
    }
    text.push('\n');
    text
}

/// Whether a step asks something that a file can answer.
fn is_asked(step: &Step) -> bool {
    matches!(step, Step::Predict(_) | Step::Sketch(_) | Step::Specimen(_) | Step::Measured(_))
        || step.question().is_some()
}
