//! `check [LESSON…]`: compiles, runs and judges what the learner wrote; and `judge`,
//! which derives a verdict again from the evidence kept of a run.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use clap::Args;

use super::checking::{self, Bench, Judged, exit_of};
use super::context::{Context, language_of, lesson_or_current, starters};
use super::exit::{Exit, Failure};
use super::init::LanguageChoice;
use crate::assemblies::drill::Progress as Moment;
use crate::assemblies::ui::look::Role;
use crate::assemblies::ui::runs;
use crate::assemblies::ui::timelines::timelines;
use crate::assemblies::ui::verdict::{self, Detail};
use crate::assemblies::workspace::Workspace;
use crate::edges::store::write_atomically;
use crate::edges::terminal::{self, Caught};
use crate::flow::cancel::CancelToken;
use crate::judgement::course::{LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::judgement::figures::Table;
use crate::judgement::progress::Progress;
use crate::judgement::verdict::{Verdict, judge};
use crate::vocabulary::evidence_file::EvidenceFile;
use crate::vocabulary::lesson::{Drill, Language};
use crate::words::ids::{LessonId, StepId};

/// The version of the JSON that these commands print.
const SCHEMA: u32 = 1;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The lessons: names, numbers, or beginnings of names; the one that is open if none is said
    #[arg(value_name = "LESSON")]
    pub lessons: Vec<String>,

    /// Judge the programs in this language, instead of the one the lesson is in
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<LanguageChoice>,

    /// Draw the same values as the run that printed this seed
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,

    /// Make no file that is kept between runs larger than this: 64MiB, or `full`
    #[arg(long, value_name = "SIZE", default_value = "full", hide_default_value = true)]
    pub scale: Scale,

    /// Where a lesson has a still larger file for who has the room and the time, take that
    #[arg(long, conflicts_with = "scale")]
    pub full: bool,

    /// Keep what was seen, for `mmaplings judge`; for one drill at a time
    #[arg(long, value_name = "FILE")]
    pub keep_evidence: Option<PathBuf>,

    /// Show too what each program did, and of two programs the memory that they share
    #[arg(long, conflicts_with = "json")]
    pub timeline: bool,

    /// Judge the course's model programs instead of yours
    #[arg(long)]
    pub solutions: bool,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `judge`.
#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// What `check --keep-evidence` wrote; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub evidence: PathBuf,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(serde::Serialize)]
struct Report {
    version: u32,
    results: Vec<Entry>,
}

#[derive(serde::Serialize)]
struct Entry {
    lesson: LessonId,
    drill: StepId,
    /// SHA-256 of what was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    verdict: Verdict,
    /// The runs beside each other, where the drill asks for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table>,
}

impl CheckArgs {
    const fn scale(&self) -> Scale {
        if self.full { Scale::Largest } else { self.scale }
    }
}

/// Judges the drills of the lessons.
///
/// # Errors
/// Where there is nothing to judge, or the machine or the runner fails.
pub fn run(arguments: &CheckArgs, context: &Context) -> Result<Exit, Failure> {
    let course = context.load_course()?;
    let workspace =
        if arguments.solutions { context.find_workspace()? } else { Some(context.open_workspace()?) };
    let progress = match &workspace {
        Some(workspace) => context.load_progress(workspace)?,
        None => Progress::default(),
    };
    let lessons = chosen(&course, &progress, &arguments.lessons)?;
    let drills: Vec<(&LoadedLesson, &Drill)> =
        lessons.iter().flat_map(|lesson| lesson.drills().map(|drill| (*lesson, drill))).collect();
    if drills.is_empty() {
        return Err(Failure::usage(
            format!("{} asks for no programs", lessons[0].id),
            "`mmaplings` asks its questions; `mmaplings answer` takes them from a file",
        ));
    }
    if drills.len() > 1 && arguments.keep_evidence.is_some() {
        return Err(Failure::usage(
            "--keep-evidence is for one drill at a time",
            "name a lesson that has one",
        ));
    }
    checking::ready_the_disk(drills.iter().map(|(_, drill)| *drill));
    let desk = Desk {
        arguments,
        context,
        course: &course,
        workspace: workspace.as_ref(),
        progress: &progress,
        bench: Bench::new(workspace.as_ref(), context).at_scale(arguments.scale()),
        interruption: Interruption::guard()?,
        several: drills.len() > 1,
    };
    let mut report = Report { version: SCHEMA, results: Vec::new() };
    for (lesson, drill) in drills {
        report.results.push(desk.check(lesson, drill)?);
    }
    if arguments.json {
        context.print_json(&report)?;
    }
    Ok(Exit::worst(report.results.iter().map(|entry| exit_of(entry.verdict.outcome))))
}

fn chosen<'c>(
    course: &'c LoadedCourse,
    progress: &Progress,
    written: &[String],
) -> Result<Vec<&'c LoadedLesson>, Failure> {
    if written.is_empty() {
        return Ok(vec![lesson_or_current(course, progress, None)?]);
    }
    written.iter().map(|written| lesson_or_current(course, progress, Some(written))).collect()
}

/// Where the drills of one `check` are judged, one after the other.
struct Desk<'a> {
    arguments: &'a CheckArgs,
    context: &'a Context,
    course: &'a LoadedCourse,
    workspace: Option<&'a Workspace>,
    progress: &'a Progress,
    bench: Bench,
    interruption: Interruption,
    several: bool,
}

/// A signal ends the run under way, its files and its programs, before it ends the runner.
pub(super) struct Interruption {
    cancel: CancelToken,
    signal: Arc<AtomicI32>,
}

impl Interruption {
    /// How long a run may take to end after a signal.
    const LAST_WISHES: Duration = Duration::from_secs(2);

    /// Catches signals from now on.
    pub(super) fn guard() -> Result<Self, Failure> {
        let (cancel, signal) = (CancelToken::new(), Arc::new(AtomicI32::new(0)));
        let (token, caught) = (cancel.clone(), Arc::clone(&signal));
        terminal::guard(move |what| match what {
            Caught::Woken => Duration::ZERO,
            Caught::Fatal(number) => {
                caught.store(number, Ordering::Release);
                token.cancel();
                Self::LAST_WISHES
            }
        })?;
        Ok(Self { cancel, signal })
    }

    /// What a signal cancels.
    pub(super) const fn token(&self) -> &CancelToken {
        &self.cancel
    }

    /// Ends by the signal that cancelled the run. Gives a failure only if it cannot.
    pub(super) fn die(&self) -> Failure {
        terminal::die_of(self.signal.load(Ordering::Acquire));
        Failure::fault(io::Error::from(io::ErrorKind::Interrupted))
    }
}

impl Desk<'_> {
    fn check(&self, lesson: &LoadedLesson, drill: &Drill) -> Result<Entry, Failure> {
        let language = self.language(lesson);
        let sources = match self.workspace.filter(|_| !self.arguments.solutions) {
            None => checking::model_sources(lesson, drill, language),
            Some(workspace) => {
                if workspace.lesson_directory(&lesson.id).is_dir() {
                    checking::learners_sources(workspace, lesson, drill, language)?
                } else {
                    workspace.add_missing(&starters(lesson, language))?;
                    checking::learners_sources(workspace, lesson, drill, language)?
                }
            }
        };
        let seed = self.arguments.seed.unwrap_or_else(checking::fresh_seed);
        let spinner = checking::spinner(self.context, self.arguments.json);
        let line = spinner.line();
        let hear = |moment: Moment<'_>| line.hear(&moment);
        let judged = self.bench.judge(drill, &sources, seed, &self.interruption.cancel, &hear)?;
        drop(spinner);
        let judged = judged.ok_or_else(|| self.interruption.die())?;
        self.tell(lesson, drill, &judged)?;
        let entry = Entry {
            lesson: lesson.id.clone(),
            drill: drill.id.clone(),
            source: Some(judged.source()),
            verdict: judged.verdict.clone(),
            table: judged.table(drill),
        };
        let kept = judged.file(self.course, lesson, drill, &sources);
        if let Some(workspace) = self.workspace.filter(|_| !self.arguments.solutions) {
            super::report::keep(workspace, &kept)?;
        }
        if let Some(file) = &self.arguments.keep_evidence {
            keep(file, &kept)?;
        }
        Ok(entry)
    }

    fn language(&self, lesson: &LoadedLesson) -> Language {
        match (self.arguments.lang, self.workspace) {
            (Some(choice), _) => choice.into(),
            (None, Some(workspace)) => language_of(workspace, self.progress, lesson),
            (None, None) => Language::Rust,
        }
    }

    fn tell(&self, lesson: &LoadedLesson, drill: &Drill, judged: &Judged) -> Result<(), Failure> {
        let workspace = self.workspace.filter(|_| !self.arguments.solutions);
        if let (Some(workspace), Some(change)) = (workspace, judged.change(lesson, drill)) {
            self.context.record(workspace, change)?;
        }
        if let Some(workspace) = workspace {
            judged.keep_figures(workspace, lesson, drill)?;
        }
        if self.arguments.json {
            return Ok(());
        }
        let look = &self.context.look;
        let mut text = String::new();
        if self.several {
            let heading = format!("{} {} {}", lesson.id, look.pick("·", "-"), drill.id);
            text += &format!("{}\n", look.paint(Role::Heading, heading));
        }
        text += &verdict::verdict(look, &judged.verdict, Detail::Full);
        if let Some(table) = judged.table_to_show(drill) {
            text += &format!("\n{}", runs::runs(look, &table));
        }
        if workspace.is_some() && judged.is_held() {
            let doctor = look.paint(Role::Command, "mmaplings doctor");
            text += &look.wrap("", &look.tell("verdict-held", [("command", doctor.into())]));
        }
        if self.arguments.timeline {
            text += &timelines(look, &judged.evidence);
        }
        self.context.print(&text)
    }
}

fn keep(file: &Path, evidence: &EvidenceFile) -> Result<(), Failure> {
    let text = evidence.to_json().map_err(Failure::fault)?;
    write_atomically(file, text.as_bytes()).map_err(Failure::fault)
}

/// Derives the verdict again from evidence that was kept.
///
/// # Errors
/// Where the file cannot be read as evidence.
pub fn again(arguments: &JudgeArgs, context: &Context) -> Result<Exit, Failure> {
    let name = arguments.evidence.display();
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("{name}: {error}"), "`mmaplings check --keep-evidence FILE` writes such files")
    };
    let text = if arguments.evidence.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(&arguments.evidence)
    }
    .map_err(|error| unreadable(&error))?;
    let kept = EvidenceFile::from_json(text.as_bytes()).map_err(|error| unreadable(&error))?;
    let verdict = judge(&kept.checks, &kept.evidence, context.look.speech);
    let exit = exit_of(verdict.outcome);
    if arguments.json {
        let entry = Entry { lesson: kept.lesson, drill: kept.drill, source: None, verdict, table: None };
        context.print_json(&Report { version: SCHEMA, results: vec![entry] })?;
    } else {
        context.print(&verdict::verdict(&context.look, &verdict, Detail::Full))?;
    }
    Ok(exit)
}
