//! `mmaplings` alone: begins, or carries on where the learner left; and `watch`: the
//! same, with the questions left for later, and without a terminal too.

use std::io::{self, IsTerminal};
use std::path::Path;

use clap::Args;

use super::checking;
use super::context::{Context, find_lesson};
use super::exit::{Exit, Failure};
use super::init;
use super::session::{self, Keys, Manner};
use crate::assemblies::ui::look::Role;
use crate::assemblies::ui::prompts::{self, Default};
use crate::assemblies::workspace::Workspace;
use crate::flow::session::{Advance, Opening};
use crate::judgement::course::{LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::judgement::progress::Change;
use crate::vocabulary::lesson::Language;
use crate::words::speech::shown;

/// Arguments of a session, however it begins.
#[derive(Clone, Copy, Debug, Args)]
pub struct SessionArgs {
    /// Move on by itself after a pass
    #[arg(long)]
    pub advance: bool,

    /// Make no file that is kept between runs larger than this: 64MiB, or `full`
    #[arg(long, value_name = "SIZE")]
    pub scale: Option<Scale>,
}

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The lesson; the one that is open if not said
    pub lesson: Option<String>,

    /// What every session is told.
    #[command(flatten)]
    pub session: SessionArgs,
}

impl SessionArgs {
    /// The first that was given, as it is typed.
    #[must_use]
    pub const fn given(&self) -> Option<&'static str> {
        match self {
            Self { advance: true, .. } => Some("--advance"),
            Self { scale: Some(_), .. } => Some("--scale"),
            Self { advance: false, scale: None } => None,
        }
    }

    fn manner(&self, opening: Opening, keys: Keys) -> Manner {
        let advance = if self.advance { Advance::OnPass } else { Advance::ByKey };
        Manner { advance, opening, keys, scale: self.scale.unwrap_or(Scale::Full) }
    }
}

/// Begins, or carries on. Where there is no workspace, one is offered.
///
/// # Errors
/// Where there is no terminal, or the course, the workspace or the terminal fails.
pub fn run(arguments: SessionArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    if !attended() {
        return Err(Failure::usage(
            "the course asks and listens at a terminal, and this is none",
            "`mmaplings list`, `open`, `answer`, `check` and `watch` do the same without one",
        ));
    }
    // Before there are threads, and so before the guard.
    checking::ready_the_disk(course.lessons.iter().flat_map(LoadedLesson::drills));
    let guarded = session::guard()?;
    let Some(workspace) =
        context.find_workspace()?.map_or_else(|| offer(context, &course), |it| Ok(Some(it)))?
    else {
        return Ok(Exit::Passed);
    };
    session::run(&guarded, context, &course, &workspace, arguments.manner(Opening::NextStep, Keys::Pressed))?;
    Ok(Exit::Passed)
}

/// Watches a lesson's drill.
///
/// # Errors
/// Where there is no such lesson or no workspace, or the terminal fails.
pub fn watch(arguments: &WatchArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace = context.open_workspace()?;
    if let Some(written) = &arguments.lesson {
        let lesson = find_lesson(&course, written)?;
        context.record(&workspace, Change::Opened(lesson.id.clone()))?;
    }
    let keys = if attended() { Keys::Pressed } else { Keys::Absent };
    checking::ready_the_disk(course.lessons.iter().flat_map(LoadedLesson::drills));
    let guarded = session::guard()?;
    session::run(&guarded, context, &course, &workspace, arguments.session.manner(Opening::Drill, keys))?;
    Ok(Exit::Passed)
}

fn attended() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Offers to make a workspace.
fn offer(context: &Context, course: &LoadedCourse) -> Result<Option<Workspace>, Failure> {
    let look = &context.look;
    context.print(&format!(
        "{}\n{}\n",
        look.paint(Role::Heading, &course.course.title),
        look.wrap("", course.course.about.trim())
    ))?;
    let name = Workspace::USUAL_NAME;
    let ask = look.tell("start-offer", [("folder", format!("./{name}").into())]);
    if !prompts::confirm(look, &ask, Default::Yes)? {
        context.print(&format!("{}\n", look.say("start-elsewhere")))?;
        return Ok(None);
    }
    let names = Language::ALL.map(Language::name);
    let Some(choice) = prompts::choose(look, &look.say("start-language"), &names)? else {
        return Ok(None);
    };
    let workspace = init::make(Path::new(name), Language::ALL[choice], course)?;
    let command = look.paint(Role::Command, "mmaplings");
    let made =
        look.tell("start-made", [("folder", shown(workspace.root().display())), ("command", command.into())]);
    context.print(&format!("{made}\n\n"))?;
    Ok(Some(workspace))
}
