//! `mark QUESTION`: marks answers to a question of free text.
//!
//! One answer from standard input, told in words or as JSON; or with `--jsonl` one
//! `{id, question, answer}` a line in, one `{id, points, misconceptions, unsure}` a line
//! out. Input that is not UTF-8 is read with its bad bytes replaced: a stray byte is no
//! reason not to mark the rest.

use std::fmt::Write as _;
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::{padded, widest};
use crate::edges::course_files;
use crate::judgement::course::{Shelf, ShelfError};
use crate::judgement::marking::{Marking, Outcome, Reading, Rubric};
use crate::words::speech::{Speech, shown};

/// Mark an answer to a free-text question, read from standard input.
#[derive(Debug, clap::Args)]
pub struct MarkArgs {
    /// The question, such as `not-durable`; with --jsonl, for lines that name none.
    #[arg(required_unless_present = "jsonl")]
    pub question: Option<String>,
    /// Print the marking as JSON.
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// Mark many: a line `{"id", "question", "answer"}` each, answered by a line each.
    #[arg(long)]
    pub jsonl: bool,
}

/// Why answers could not be marked.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// There is no such rubric, or it is broken.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A line of the input is not what was asked for.
    #[error("line {line} is not a JSON object with `id`, `question` and `answer`")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What JSON says of it.
        source: serde_json::Error,
    },
    /// A line names no question, nor does the command.
    #[error("line {line} names no question")]
    NoQuestion {
        /// Counted from 1.
        line: usize,
    },
    /// Reading or writing failed.
    #[error("reading answers or writing markings failed")]
    Io(#[from] io::Error),
}

impl From<MarkError> for Failure {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::Shelf(ShelfError::Unknown { .. }) => {
                Self::usage(error.to_string(), "name a question of free text: `mmaplings mark not-durable`")
            }
            MarkError::Line { .. } | MarkError::NoQuestion { .. } => Self::usage(
                error.to_string(),
                "each line is like {\"id\": 1, \"question\": \"not-durable\", \"answer\": \"Because …\"}",
            ),
            MarkError::Io(error) => error.into(),
            MarkError::Shelf(_) => Self::fault(error),
        }
    }
}

/// The rubrics of the course that is meant.
///
/// # Errors
/// If the course cannot be read, or its words are broken.
pub(super) fn shelf(context: &Context) -> Result<Shelf, Failure> {
    let files = match &context.course {
        None => course_files::embedded(),
        Some(directory) => course_files::from_directory(directory).map_err(|error| {
            Failure::usage(error.to_string(), "name the folder of a course with --course")
        })?,
    };
    Shelf::of_course(&files).map_err(Failure::fault)
}

/// Reads answers from standard input and prints their markings.
///
/// # Errors
/// If a rubric cannot be had, a line cannot be read, or the output cannot be written.
pub fn run(arguments: &MarkArgs, context: &Context) -> Result<Exit, Failure> {
    let shelf = shelf(context)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    mark(arguments, &shelf, context.look.speech, &mut io::stdin().lock(), &mut output)?;
    Ok(output.flush().map(|()| Exit::Passed)?)
}

/// One answer's marking, as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct One<'a> {
    question: &'a str,
    points: Vec<&'a str>,
    misconceptions: Vec<&'a str>,
    unsure: Vec<&'a str>,
    /// The share of the core points that was stated, from 0 to 1.
    score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
struct LineIn {
    #[serde(default)]
    id: serde_json::Value,
    question: Option<String>,
    answer: String,
}

#[derive(Debug, Serialize)]
struct LineOut<'a> {
    id: &'a serde_json::Value,
    points: Vec<&'a str>,
    misconceptions: Vec<&'a str>,
    unsure: Vec<&'a str>,
}

fn names(marking: &Marking, outcome: Outcome) -> Vec<&str> {
    marking.with(outcome).map(|id| id.as_str()).collect()
}

fn misconceptions(marking: &Marking) -> Vec<&str> {
    marking.misconceptions.iter().map(|id| id.as_str()).collect()
}

/// What the learner has to know about how the answer was read, if anything.
#[must_use]
pub fn note(speech: Speech, marking: &Marking) -> Option<String> {
    let reading = match marking.reading {
        Reading::Prose => None,
        Reading::Foreign => Some("marked-foreign"),
        Reading::Empty => Some("marked-empty"),
        Reading::KeyWords => Some("marked-key-words"),
        Reading::Doubtful => Some("marked-doubtful"),
        Reading::Scrambled => Some("marked-scrambled"),
    };
    let cut = marking.over_cap.map(|over| speech.tell("marked-cut", [("words", over.cap.into())]));
    match (reading.map(|name| speech.say(name)), cut) {
        (Some(reading), Some(cut)) => Some(format!("{cut}; {reading}")),
        (reading, cut) => reading.or(cut),
    }
}

/// Marks the answers of an input.
///
/// # Errors
/// If a rubric cannot be had, a line cannot be read, or the output cannot be written.
pub fn mark(
    args: &MarkArgs,
    shelf: &Shelf,
    speech: Speech,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), MarkError> {
    if args.jsonl {
        return mark_lines(args.question.as_deref(), shelf, input, output);
    }
    let rubric = shelf.rubric(args.question.as_deref().unwrap_or_default())?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let answer = String::from_utf8_lossy(&bytes);
    let marking = rubric.mark(&answer);
    if args.json {
        let one = One {
            question: rubric.question.as_str(),
            points: names(&marking, Outcome::Stated),
            misconceptions: misconceptions(&marking),
            unsure: names(&marking, Outcome::Unsure),
            score: marking.score.share(),
            // What programs read is in English, whatever the course speaks.
            note: note(Speech::ENGLISH, &marking),
        };
        serde_json::to_writer(&mut *output, &one).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        output.write_all(told(speech, rubric, &marking).as_bytes())?;
    }
    Ok(())
}

fn mark_lines(
    default: Option<&str>,
    shelf: &Shelf,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), MarkError> {
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&bytes);
        if text.trim().is_empty() {
            continue;
        }
        let given: LineIn = serde_json::from_str(&text).map_err(|source| MarkError::Line { line, source })?;
        let question = given.question.as_deref().or(default).ok_or(MarkError::NoQuestion { line })?;
        let marking = shelf.rubric(question)?.mark(&given.answer);
        let out = LineOut {
            id: &given.id,
            points: names(&marking, Outcome::Stated),
            misconceptions: misconceptions(&marking),
            unsure: names(&marking, Outcome::Unsure),
        };
        serde_json::to_writer(&mut *output, &out).map_err(io::Error::from)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// The marking in words: each point, each misconception with why it is wrong, the score.
#[must_use]
pub fn told(speech: Speech, rubric: &Rubric, marking: &Marking) -> String {
    let mut text = String::new();
    if let Some(note) = note(speech, marking) {
        let _ = writeln!(text, "{}\n", speech.tell("marked-note", [("note", note.into())]));
    }
    let words = speech.all(&["marked-stated", "marked-unsure", "marked-missed", "marked-wrong"]);
    let wide = widest(&words) + 2;
    let start = |name: &str| padded(&speech.say(name), wide);
    let below = " ".repeat(wide);
    for (point, (_, outcome)) in rubric.points.iter().zip(&marking.points) {
        let _ = match outcome {
            Outcome::Stated => writeln!(text, "{}{}: {}", start("marked-stated"), point.id, point.fact),
            Outcome::Unsure => writeln!(
                text,
                "{}{}: {}\n{below}{}",
                start("marked-unsure"),
                point.id,
                speech.say("marked-decide"),
                point.fact
            ),
            Outcome::NotStated => writeln!(text, "{}{}: {}", start("marked-missed"), point.id, point.hint),
        };
    }
    for misconception in &rubric.misconceptions {
        if marking.misconceptions.contains(&misconception.id) {
            let _ = writeln!(
                text,
                "{}{}: {}\n{below}{}",
                start("marked-wrong"),
                misconception.id,
                misconception.belief,
                misconception.why
            );
        }
    }
    let score = [("earned", shown(marking.score.earned)), ("core", marking.score.core.into())];
    let _ = writeln!(text, "\n{}", speech.tell("marked-points", score));
    if !marking.score.is_full() {
        let _ = writeln!(text, "{} {}", speech.say("answer-model"), rubric.model);
    }
    text
}
