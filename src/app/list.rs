//! `list`: all lessons and where they stand; and `status`: the learner in the course.

use clap::Args;

use super::context::{Context, now};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::lessons;
use crate::judgement::course::LoadedCourse;
use crate::judgement::overview::{Overview, overview};
use crate::judgement::progress::Progress;

/// The version of the JSON that `list` and `status` print.
const SCHEMA: u32 = 1;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only lessons with this in their name or title
    pub search: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(serde::Serialize)]
struct Versioned<'o> {
    version: u32,
    #[serde(flatten)]
    overview: &'o Overview,
}

/// Shows all lessons. Without a workspace, none of them is begun.
///
/// # Errors
/// Where the course does not load or progress cannot be read.
pub fn run(arguments: &ListArgs, context: &Context) -> Result<Exit, Failure> {
    let overview = load(context)?;
    if arguments.json {
        context.print_json(&Versioned { version: SCHEMA, overview: &overview })?;
        return Ok(Exit::Passed);
    }
    let list = lessons::list(&context.look, &overview, arguments.search.as_deref());
    if let (true, Some(search)) = (list.is_empty(), &arguments.search) {
        return Err(Failure::usage(
            format!("no lesson has {search:?} in its name or title"),
            "`mmaplings list` shows all lessons",
        ));
    }
    context.print(&list)?;
    Ok(Exit::Passed)
}

/// Shows where the learner stands.
///
/// # Errors
/// Where the course does not load or progress cannot be read.
pub fn status(arguments: &StatusArgs, context: &Context) -> Result<Exit, Failure> {
    let overview = load(context)?;
    if arguments.json {
        context.print_json(&Versioned { version: SCHEMA, overview: &overview })?;
    } else {
        context.print(&lessons::status(&context.look, &overview))?;
    }
    Ok(Exit::Passed)
}

fn load(context: &Context) -> Result<Overview, Failure> {
    let course = context.load_course()?;
    let progress = match context.find_workspace()? {
        Some(workspace) => context.load_progress(&workspace)?,
        None => Progress::default(),
    };
    Ok(of(&course, &progress))
}

/// The overview of a course.
pub(super) fn of(course: &LoadedCourse, progress: &Progress) -> Overview {
    let lessons = course.lessons.iter().map(|lesson| (&lesson.id, &lesson.lesson));
    overview(&course.course, lessons, progress, now())
}
