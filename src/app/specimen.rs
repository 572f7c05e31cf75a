//! `specimen LESSON`: shows a lesson's specimens live, with what is asked about them, so
//! that they can be answered without a terminal.

use std::path::PathBuf;

use super::caches::Caches;
use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use crate::assemblies::specimens::{self, Showing, Shown, SpecimenError};
use crate::assemblies::ui::markdown::markdown;
use crate::assemblies::ui::{specimen as shown, steps};
use crate::judgement::answers::{layout, letter};
use crate::judgement::course::LoadedLesson;
use crate::judgement::specimen::LeftOut;
use crate::vocabulary::lesson::Step;
use crate::vocabulary::question::Question;
use crate::vocabulary::specimen::{Faults, Specimen, Told};
use crate::words::ids::{LessonId, StepId};
use crate::words::prose;
use crate::words::speech::shown as shown_as;

/// Arguments of `specimen`.
#[derive(Debug, clap::Args)]
pub struct SpecimenArgs {
    /// The lesson: its name, its number, or the beginning of its name
    pub lesson: String,

    /// Only this specimen of it
    #[arg(long, value_name = "NAME")]
    pub step: Option<String>,

    /// Draw the same sizes and counts again
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is shown under the help.
pub const SPECIMEN_HELP: &str = "\
A process is started and held still; its own lines in smaps are shown, and questions are
asked about them. Figures differ from run to run, so answers name the seed that drew them:

  mmaplings specimen 10 --seed 7       look
  mmaplings answer 10 --from FILE      with, in FILE, a table for each specimen:

    [four-lines]
    seed = 7
    the-file = \"c\"        # the letter of a line
    in-ram = \"96 KiB\"     # a figure

Exits with 4 where one cannot be shown on this machine.";

/// The version of the JSON that `--json` prints.
const SCHEMA: &str = "mmaplings-specimen-1";

#[derive(serde::Serialize)]
struct Report<'a> {
    schema: &'static str,
    lesson: &'a LessonId,
    specimens: Vec<One<'a>>,
}

#[derive(serde::Serialize)]
struct One<'a> {
    specimen: &'a StepId,
    seed: u64,
    #[serde(flatten)]
    result: Seen<'a>,
}

#[derive(serde::Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum Seen<'a> {
    Shown {
        processes: Vec<Process>,
        pmap: &'a Told<String>,
        perf: &'a Told<Faults>,
        questions: Vec<Asked<'a>>,
        left_out: &'a [LeftOut],
    },
    Inconclusive {
        reason: &'a str,
    },
}

#[derive(serde::Serialize)]
struct Process {
    pid: u32,
    lines: Vec<Line>,
}

#[derive(serde::Serialize)]
struct Line {
    /// The letter by which answers name it; children's lines have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<char>,
    /// As maps prints it, a long path cut.
    maps: String,
    /// Counters of smaps, in bytes.
    smaps: crate::facts::mapping::Books,
    size: crate::words::units::Bytes,
}

#[derive(serde::Serialize)]
struct Asked<'a> {
    question: &'a StepId,
    /// `line` or `figure`.
    kind: &'static str,
    ask: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

/// Shows them.
///
/// # Errors
/// Where the lesson has none, or the runner fails.
pub fn run(arguments: &SpecimenArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let lesson = find_lesson(&course, &arguments.lesson)?;
    let specimens = chosen(lesson, arguments.step.as_deref())?;
    let seed = arguments.seed.unwrap_or_else(super::checking::fresh_seed);
    let mut seen = Vec::new();
    for specimen in specimens {
        seen.push((specimen, show(specimen, seed)?));
    }
    if arguments.json {
        let specimens = seen.iter().map(|(specimen, shown)| one(specimen, seed, shown)).collect();
        context.print_json(&Report { schema: SCHEMA, lesson: &lesson.id, specimens })?;
    } else {
        for (specimen, seen) in &seen {
            context.print(&told(context, lesson, specimen, seed, seen))?;
        }
    }
    Ok(Exit::worst(seen.iter().map(|(_, shown)| match shown {
        Shown::Posed(_) => Exit::Passed,
        Shown::Unseen { .. } => Exit::Inconclusive,
    })))
}

/// The specimens of a lesson, or the one of that name.
fn chosen<'l>(lesson: &'l LoadedLesson, name: Option<&str>) -> Result<Vec<&'l Specimen>, Failure> {
    let all: Vec<&Specimen> = lesson
        .lesson
        .step
        .iter()
        .filter_map(|step| if let Step::Specimen(specimen) = step { Some(specimen) } else { None })
        .collect();
    if all.is_empty() {
        return Err(Failure::usage(
            format!("{} has no specimen", lesson.id),
            format!("`mmaplings open {}` shows what it has", lesson.id),
        ));
    }
    let Some(name) = name else { return Ok(all) };
    let names: Vec<&str> = all.iter().map(|specimen| specimen.id.as_str()).collect();
    let found: Vec<&Specimen> = all.iter().copied().filter(|specimen| specimen.id.as_str() == name).collect();
    if found.is_empty() {
        return Err(Failure::usage(
            format!("{} has no specimen {name:?}", lesson.id),
            format!("it has {}", prose::list(&names)),
        ));
    }
    Ok(found)
}

/// Runs a specimen, its files on the disk that experiments use.
///
/// # Errors
/// Where the runner fails.
pub(super) fn show(specimen: &Specimen, seed: u64) -> Result<Shown, Failure> {
    let directory: PathBuf = Caches::of_user().files;
    std::fs::create_dir_all(&directory)?;
    let program = std::env::current_exe()?;
    Ok(specimens::show(&program, specimen, seed, &directory)?)
}

impl From<SpecimenError> for Failure {
    fn from(error: SpecimenError) -> Self {
        Self::fault(error)
    }
}

fn one<'a>(specimen: &'a Specimen, seed: u64, shown: &'a Shown) -> One<'a> {
    let result = match shown {
        Shown::Unseen { reason } => Seen::Inconclusive { reason },
        Shown::Posed(showing) => Seen::Shown {
            processes: processes(showing),
            pmap: &showing.holding.exhibit().pmap,
            perf: &showing.holding.exhibit().perf,
            questions: showing.posed.questions.iter().map(asked).collect(),
            left_out: &showing.posed.left_out,
        },
    };
    One { specimen: &specimen.id, seed, result }
}

fn processes(showing: &Showing) -> Vec<Process> {
    let processes = showing.posed.lines.iter().zip(&showing.holding.exhibit().processes).enumerate();
    processes
        .map(|(index, (lines, process))| Process {
            pid: process.pid,
            lines: lines
                .iter()
                .enumerate()
                .map(|(place, line)| Line {
                    letter: (index == 0).then(|| letter(place)),
                    maps: line.to_string(),
                    smaps: line.books,
                    size: line.size(),
                })
                .collect(),
        })
        .collect()
}

fn asked(question: &Question) -> Asked<'_> {
    let (kind, ask, unit) = match question {
        Question::Number(number) => ("figure", number.ask.as_str(), Some(number.unit.as_str())),
        Question::Choice(choice) => ("line", choice.ask.as_str(), None),
        // Specimens pose no others.
        _ => ("", "", None),
    };
    Asked { question: question.id(), kind, ask, unit }
}

fn told(context: &Context, lesson: &LoadedLesson, specimen: &Specimen, seed: u64, seen: &Shown) -> String {
    let look = &context.look;
    let mut text = format!("{}\n", markdown(look, &specimen.text));
    match seen {
        Shown::Unseen { reason } => text += &look.inconclusive(reason),
        Shown::Posed(showing) => {
            text += &shown::showing(look, showing);
            for question in &showing.posed.questions {
                text.push('\n');
                text += &steps::label_of(look, question);
                text += &steps::ask(look, question);
                if !layout(question).options.is_empty() {
                    text += &format!("{}\n", look.say("specimen-letter"));
                }
            }
            text += &left_out(context, &showing.posed.left_out);
            let line = format!("mmaplings answer {} --from FILE", lesson.id);
            let said =
                [("command", line.into()), ("specimen", shown_as(&specimen.id)), ("seed", shown_as(seed))];
            text += &look.wrap("\n", &look.tell("specimen-answer", said));
        }
    }
    text.push('\n');
    text
}

/// What could not be asked, and why.
pub(super) fn left_out(context: &Context, left_out: &[LeftOut]) -> String {
    let told = left_out.iter().map(|LeftOut { question, reason }| {
        let said = [("question", shown_as(question)), ("reason", reason.as_str().into())];
        context.look.wrap("", &context.look.tell("specimen-left-out", said))
    });
    told.collect()
}
