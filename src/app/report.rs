//! `report`: what the learner did, step by step, and the evidence of their last run; as text, as
//! JSON, or as a web page.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::context::{Context, now};
use super::exit::{Exit, Failure};
use super::list;
use crate::assemblies::pages;
use crate::assemblies::ui::report::{LastRun, report};
use crate::assemblies::workspace::Workspace;
use crate::edges::store::write_atomically;
use crate::judgement::progress::UnixTime;
use crate::judgement::transcript::{Transcript, transcript};
use crate::judgement::verdict::{Verdict, judge};
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::words::speech::shown;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Write a web page to this file instead, or for `-` to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is shown under the help.
pub const REPORT_HELP: &str = "\
Examples:
  mmaplings report                      what you did, and what your last run left
  mmaplings report --html report.html   the same as one web page that needs no network";

/// The version of the JSON that `--json` prints.
const SCHEMA: &str = "mmaplings-report-1";

#[derive(Serialize)]
struct Json<'r> {
    schema: &'static str,
    #[serde(flatten)]
    transcript: &'r Transcript,
    /// The verdict on the last run of a drill.
    last_run: Option<LastJson<'r>>,
}

#[derive(Serialize)]
struct LastJson<'r> {
    lesson: &'r crate::words::ids::LessonId,
    drill: &'r crate::words::ids::StepId,
    verdict: &'r Verdict,
}

/// Reports.
///
/// # Errors
/// Where there is no workspace, or it or the page cannot be read or written.
pub fn run(arguments: &ReportArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace = context.open_workspace()?;
    let progress = context.load_progress(&workspace)?;
    let lessons = course.lessons.iter().map(|lesson| (&lesson.id, &lesson.lesson));
    let transcript = transcript(list::of(&course, &progress), lessons, &progress);
    let kept = last_run(&workspace, context)?;
    let judged = kept.map(|file| (judge(&file.checks, &file.evidence, context.look.speech), file));
    let last = judged.as_ref().map(|(verdict, file)| LastRun { file, verdict });
    if let Some(file) = &arguments.html {
        let page = pages::report(context.look.speech, &transcript, last, now(), &date);
        if file.as_os_str() == "-" {
            context.print(&page)?;
            return Ok(Exit::Passed);
        }
        write_atomically(file, page.as_bytes()).map_err(|error| {
            Failure::usage(error_with_cause(&error), "name a file in a directory that is there")
        })?;
        let wrote = context.look.tell("report-wrote", [("file", shown(file.display()))]);
        context.print(&format!("{wrote}\n"))?;
    } else if arguments.json {
        let last_run = last.map(|last| LastJson {
            lesson: &last.file.lesson,
            drill: &last.file.drill,
            verdict: last.verdict,
        });
        context.print_json(&Json { schema: SCHEMA, transcript: &transcript, last_run })?;
    } else {
        context.print(&report(&context.look, &transcript, last, &date))?;
    }
    Ok(Exit::Passed)
}

fn error_with_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// A time in the reader's calendar, to the minute, as ISO 8601 writes it in every language.
fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.0).unwrap_or(i64::MAX);
    match Timestamp::from_second(seconds) {
        Ok(time) => time.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        // No clock tells such a time.
        Err(_) => "?".to_owned(),
    }
}

fn path_of(workspace: &Workspace) -> PathBuf {
    workspace.state_directory().join("last-run.json")
}

/// Keeps what the last run of a drill left, in place of the run before.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn keep(workspace: &Workspace, evidence: &EvidenceFile) -> Result<(), Failure> {
    let text = evidence.to_json().map_err(Failure::fault)?;
    write_atomically(&path_of(workspace), text.as_bytes()).map_err(Failure::fault)
}

/// What was kept. A file of another version is as good as none, and is told of.
fn last_run(workspace: &Workspace, context: &Context) -> Result<Option<EvidenceFile>, Failure> {
    let path = path_of(workspace);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match EvidenceFile::from_json(&bytes) {
        Ok(file) => Ok(Some(file)),
        Err(error) => {
            context.warn(&format!("the last run cannot be shown: {}: {error}", path.display()));
            Ok(None)
        }
    }
}
