//! `sketch LESSON`: what is to be drawn, or a drawing held against live maps.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::caches::Caches;
use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use crate::assemblies::drill::Places;
use crate::assemblies::sketching::{Live, SketchJob, live};
use crate::assemblies::ui::markdown::markdown;
use crate::assemblies::ui::pictures;
use crate::assemblies::workspace::Workspace;
use crate::edges::compiler::Toolchain;
use crate::flow::cancel::CancelToken;
use crate::judgement::course::LoadedLesson;
use crate::judgement::progress::{Change, Outcome};
use crate::judgement::sketch::{Comparison, blank, compare};
use crate::vocabulary::lesson::{Language, Step};
use crate::vocabulary::sketch::Sketch;
use crate::words::ids::{LessonId, StepId};
use crate::words::speech::Speech;

/// Arguments of `sketch`.
#[derive(Debug, clap::Args)]
pub struct SketchArgs {
    /// The lesson: its name, its number, or the beginning of its name
    pub lesson: String,

    /// The file with the drawing; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Print JSON
    #[arg(long, requires = "from")]
    pub json: bool,
}

/// What is shown under the help.
pub const SKETCH_HELP: &str = "\
Examples:
  mmaplings sketch 09 > maps.txt          a sheet to draw on, with the task in it
  mmaplings sketch 09 --from maps.txt     hold the drawing against a live run";

/// The version of the JSON that `--json` prints.
const SCHEMA: &str = "mmaplings-sketch-1";

/// A drawing is cut off far below this; more is not even read.
const LONGEST: u64 = 1 << 20;

#[derive(serde::Serialize)]
struct Report<'a> {
    schema: &'static str,
    lesson: &'a LessonId,
    sketch: &'a StepId,
    #[serde(flatten)]
    result: Result<'a>,
}

#[derive(serde::Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum Result<'a> {
    Compared {
        right: bool,
        #[serde(flatten)]
        comparison: &'a Comparison,
    },
    Inconclusive {
        reason: &'a str,
    },
}

/// Does it.
///
/// # Errors
/// Where the lesson has no sketch, the drawing cannot be read, or the specimens cannot be run.
pub fn run(arguments: &SketchArgs, context: &Context) -> std::result::Result<Exit, Failure> {
    let course = context.load_course()?;
    let lesson = find_lesson(&course, &arguments.lesson)?;
    let sketch = sketch_of(lesson)?;
    let Some(from) = &arguments.from else {
        let ask = markdown(&context.look, &sketch.ask);
        let comment: String =
            ask.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
        context.print(&format!("{comment}#\n{}", blank(context.look.speech, sketch)))?;
        return Ok(Exit::Passed);
    };
    let drawing = read(from)?;
    let workspace = context.find_workspace()?;
    let spinner = super::checking::spinner(context, arguments.json);
    spinner.line().say(context.error_look.say("sketch-running"));
    let held = hold(context.look.speech, workspace.as_ref(), lesson, sketch, &drawing)?;
    drop(spinner);
    let comparison = match held {
        Held::Compared(comparison) => comparison,
        Held::Unseen(reason) => return inconclusive(arguments, context, lesson, sketch, &reason),
    };
    let right = comparison.is_right();
    if let Some(workspace) = &workspace {
        let outcome = if right { Outcome::Passed } else { Outcome::Missed };
        context.record(workspace, Change::Answered(lesson.id.clone(), sketch.id.clone(), outcome))?;
    }
    if arguments.json {
        let result = Result::Compared { right, comparison: &comparison };
        context.print_json(&Report { schema: SCHEMA, lesson: &lesson.id, sketch: &sketch.id, result })?;
    } else {
        let explain = markdown(&context.look, &sketch.explain);
        context.print(&format!("{}\n{explain}", pictures::sketch(&context.look, &comparison)))?;
    }
    Ok(if right { Exit::Passed } else { Exit::Missed })
}

/// What came of holding a drawing against a live run.
pub(super) enum Held {
    /// It was compared.
    Compared(Comparison),
    /// The run did not come to the moment that is drawn, for this reason.
    Unseen(String),
}

/// Runs the specimens of a sketch and holds a drawing against their maps.
///
/// # Errors
/// Where the specimens cannot be run.
pub(super) fn hold(
    speech: Speech,
    workspace: Option<&Workspace>,
    lesson: &LoadedLesson,
    sketch: &Sketch,
    drawing: &[u8],
) -> std::result::Result<Held, Failure> {
    let caches = Caches::of_user();
    let toolchain = Toolchain::new();
    let seen = live(&SketchJob {
        sketch,
        specimens: &lesson.specimens,
        preferred: workspace.map_or(Language::C, Workspace::language),
        toolchain: &toolchain,
        places: Places { kit: &caches.kit, programs: &caches.programs, files: &caches.files },
        speech,
        cancel: &CancelToken::new(),
    })
    .map_err(Failure::fault)?;
    Ok(match seen {
        Live::Seen { entries, mappings } => Held::Compared(compare(speech, drawing, &entries, &mappings)),
        Live::Unseen { reason } => Held::Unseen(reason),
        Live::Cancelled => Held::Unseen("it was cancelled".to_owned()),
    })
}

fn inconclusive(
    arguments: &SketchArgs,
    context: &Context,
    lesson: &LoadedLesson,
    sketch: &Sketch,
    reason: &str,
) -> std::result::Result<Exit, Failure> {
    if arguments.json {
        let result = Result::Inconclusive { reason };
        context.print_json(&Report { schema: SCHEMA, lesson: &lesson.id, sketch: &sketch.id, result })?;
    } else {
        context.print(&context.look.inconclusive(reason))?;
    }
    Ok(Exit::Inconclusive)
}

fn sketch_of(lesson: &LoadedLesson) -> std::result::Result<&Sketch, Failure> {
    let sketches = lesson.lesson.step.iter().find_map(|step| match step {
        Step::Sketch(sketch) => Some(sketch),
        _ => None,
    });
    sketches.ok_or_else(|| {
        Failure::usage(
            format!("{} has nothing to draw", lesson.id),
            format!("`mmaplings open {}` shows what it has", lesson.id),
        )
    })
}

fn read(from: &Path) -> std::result::Result<Vec<u8>, Failure> {
    let mut drawing = Vec::new();
    let read = if from.as_os_str() == "-" {
        io::stdin().lock().take(LONGEST).read_to_end(&mut drawing)
    } else {
        fs::File::open(from).and_then(|file| file.take(LONGEST).read_to_end(&mut drawing))
    };
    read.map_err(|error| {
        Failure::usage(
            format!("{} cannot be read: {error}", from.display()),
            "`mmaplings sketch LESSON` prints a sheet to draw on",
        )
    })?;
    Ok(drawing)
}
