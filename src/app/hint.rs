//! `hint [LESSON]`: one more hint each time, remembered; and `solution [LESSON]`: the
//! model programs, after a pass or when the learner gives up.

use clap::Args;

use super::context::{Context, language_of, lesson_or_current};
use super::exit::{Exit, Failure};
use super::init::LanguageChoice;
use crate::assemblies::ui::steps;
use crate::assemblies::workspace::Workspace;
use crate::judgement::course::LoadedLesson;
use crate::judgement::progress::{Change, Progress};
use crate::vocabulary::lesson::{Drill, Language, Step};
use crate::words::prose;
use crate::words::speech::shown;

/// Arguments of `hint`.
#[derive(Debug, Args)]
pub struct HintArgs {
    /// The lesson; the one that is open if not said
    pub lesson: Option<String>,

    /// The step, where the lesson has several with hints: its first that is not passed if not said
    #[arg(long, value_name = "STEP")]
    pub step: Option<String>,
}

/// Arguments of `solution`.
#[derive(Debug, Args)]
pub struct SolutionArgs {
    /// The lesson; the one that is open if not said
    pub lesson: Option<String>,

    /// Look although the drill is not passed; it is remembered
    #[arg(long)]
    pub give_up: bool,

    /// The solution in this language
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<LanguageChoice>,
}

/// Shows the hints seen so far and one more.
///
/// # Errors
/// Where there is no such lesson or step, or no workspace.
pub fn run(arguments: &HintArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace = context.open_workspace()?;
    let progress = context.load_progress(&workspace)?;
    let lesson = lesson_or_current(&course, &progress, arguments.lesson.as_deref())?;
    let step = hinted_step(lesson, &progress, arguments.step.as_deref())?;
    let (seen, all) = next(context, &workspace, lesson, step)?;
    context.print(&steps::hints_seen(&context.look, &all, seen))?;
    Ok(Exit::Passed)
}

/// One more hint of a step is seen: how many are now, and all that there are.
pub(super) fn next(
    context: &Context,
    workspace: &Workspace,
    lesson: &LoadedLesson,
    step: &Step,
) -> Result<(usize, Vec<String>), Failure> {
    let all = steps::hints(step);
    let change = Change::Hinted(lesson.id.clone(), step.id().clone(), all.len());
    let progress = context.record(workspace, change)?;
    let seen = progress.step(&lesson.id, step.id()).map_or(0, |record| record.hints);
    Ok((seen, all))
}

fn hinted_step<'l>(
    lesson: &'l LoadedLesson,
    progress: &Progress,
    written: Option<&str>,
) -> Result<&'l Step, Failure> {
    let with_hints = || lesson.lesson.step.iter().filter(|step| !steps::hints(step).is_empty());
    let none = || {
        let names: Vec<&str> = with_hints().map(|step| step.id().as_str()).collect();
        match &names[..] {
            [] => Failure::usage(format!("{} has no hints", lesson.id), "its chapter of the book may help"),
            names => Failure::usage(
                format!("{} has no step of that name with hints", lesson.id),
                format!("those with hints are {}", prose::list(names)),
            ),
        }
    };
    let undone = |step: &&Step| !progress.standing(&lesson.id, step.id()).is_done();
    let is_drill = |step: &&Step| matches!(step, Step::Drill(_));
    match written {
        Some(written) => with_hints().find(|step| step.id().as_str() == written),
        None => with_hints()
            .filter(is_drill)
            .find(undone)
            .or_else(|| with_hints().find(undone))
            .or_else(|| with_hints().next()),
    }
    .ok_or_else(none)
}

/// Shows the model programs of the lesson's drills.
///
/// # Errors
/// Where a drill is not passed and the learner does not give up.
pub fn solution(arguments: &SolutionArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace = context.open_workspace()?;
    let progress = context.load_progress(&workspace)?;
    let lesson = lesson_or_current(&course, &progress, arguments.lesson.as_deref())?;
    let language = arguments.lang.map_or_else(|| language_of(&workspace, &progress, lesson), Into::into);
    let unpassed = lesson.drills().find(|drill| !progress.standing(&lesson.id, &drill.id).is_done());
    if let (Some(drill), false) = (unpassed, arguments.give_up) {
        return Err(Failure::usage(
            format!("{} of {} is not passed yet", drill.id, lesson.id),
            format!(
                "`mmaplings hint {0}` helps; `mmaplings solution {0} --give-up` shows it all the same",
                lesson.id
            ),
        ));
    }
    let mut text = String::new();
    for drill in lesson.drills() {
        text += &model(context, lesson, drill, language);
        context.record(&workspace, Change::GaveUp(lesson.id.clone(), drill.id.clone()))?;
    }
    if text.is_empty() {
        let none = context.look.tell("solution-nothing", [("lesson", shown(&lesson.id))]);
        text = format!("{none}\n");
    }
    context.print(&text)?;
    Ok(Exit::Passed)
}

/// The model programs of a drill.
pub(super) fn model(context: &Context, lesson: &LoadedLesson, drill: &Drill, language: Language) -> String {
    let programs = lesson.models_of(drill, language);
    programs
        .iter()
        .map(|(program, text)| {
            let name = format!("{program}.{}", language.extension());
            steps::program(&context.look, &name, text)
        })
        .collect()
}
