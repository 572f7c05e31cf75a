//! What every command is given: how output looks, where it goes, and which course
//! and workspace are meant.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::exit::Failure;
use super::global::{Global, Stream, width_of};
use crate::assemblies::ui::look::Look;
use crate::assemblies::workspace::{KeptAside, Starter, Workspace, WorkspaceError};
use crate::edges::course_files;
use crate::judgement::course::{CourseFiles, LoadedCourse, LoadedLesson, load};
use crate::judgement::progress::{Change, Progress, UnixTime};
use crate::vocabulary::lesson::Language;
use crate::words::prose;
use crate::words::speech::{Catalogue, Speech, shown};

/// What every command is given.
#[derive(Clone, Debug)]
pub struct Context {
    /// How standard output is to look.
    pub look: Look,
    /// How standard error is to look.
    pub error_look: Look,
    /// The directory of the course, where it is not the one built in.
    pub course: Option<PathBuf>,
    /// The directory of the workspace, where one was named.
    pub workspace: Option<PathBuf>,
}

impl Context {
    /// What the options of all commands mean.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        // The built-in course speaks the interface's own English.
        let messages = global.course.as_deref().and_then(course_files::messages);
        let speech = messages.map_or(Speech::ENGLISH, |(language, messages)| {
            Speech::of(Catalogue::read(&language, &messages))
        });
        Self {
            look: Look { speech, ..global.look(Stream::Stdout) },
            error_look: Look { speech, ..global.look(Stream::Stderr) },
            course: global.course.clone(),
            workspace: global.workspace.clone(),
        }
    }

    /// Heeds that the terminal's size may be another by now.
    pub fn refit(&mut self) {
        self.look.width = width_of(Stream::Stdout);
        self.error_look.width = width_of(Stream::Stderr);
    }

    /// Writes to standard output, as it is.
    ///
    /// # Errors
    /// Where nobody reads it any more, or it cannot be written.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// Writes a value to standard output, as JSON that a person can read too.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(value).map_err(Failure::fault)?;
        text.push('\n');
        self.print(&text)
    }

    /// Says something on standard error that is not the command's result.
    pub fn warn(&self, text: &str) {
        let text = self.error_look.noted(text);
        // Where standard error is closed, nobody is left to tell.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// The course that is meant, loaded.
    ///
    /// # Errors
    /// Where it cannot be read or does not make sense.
    pub fn load_course(&self) -> Result<LoadedCourse, Failure> {
        load(&self.course_files()?).map_err(Failure::Course)
    }

    /// The files of the course that is meant.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn course_files(&self) -> Result<CourseFiles, Failure> {
        match &self.course {
            None => Ok(course_files::embedded()),
            Some(directory) => course_files::from_directory(directory).map_err(|error| {
                Failure::usage(error.to_string(), "--course takes the directory of a course")
            }),
        }
    }

    /// The workspace that is meant, if there is one.
    ///
    /// # Errors
    /// Where one was named that is none, or its marker cannot be read.
    pub fn find_workspace(&self) -> Result<Option<Workspace>, Failure> {
        match &self.workspace {
            Some(directory) => Workspace::open(directory).map(Some),
            None => Workspace::find(&std::env::current_dir()?),
        }
        .map_err(Failure::from)
    }

    /// The workspace that is meant.
    ///
    /// # Errors
    /// Where there is none.
    pub fn open_workspace(&self) -> Result<Workspace, Failure> {
        self.find_workspace()?.ok_or_else(|| {
            Failure::usage(
                "this directory is in no mmaplings workspace",
                "`mmaplings init` makes one; `--workspace DIR` names one that is elsewhere",
            )
        })
    }

    /// The progress in a workspace. Damage is told on standard error.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn load_progress(&self, workspace: &Workspace) -> Result<Progress, Failure> {
        let loaded = workspace.load()?;
        self.tell_damage(loaded.kept_aside);
        Ok(loaded.progress)
    }

    /// Saves what happened, and gives the progress with it.
    ///
    /// # Errors
    /// Where it cannot be saved.
    pub fn record(&self, workspace: &Workspace, change: Change) -> Result<Progress, Failure> {
        let loaded = workspace.record([change], now())?;
        self.tell_damage(loaded.kept_aside);
        Ok(loaded.progress)
    }

    fn tell_damage(&self, kept_aside: Option<KeptAside>) {
        if let Some(KeptAside { path, damage }) = kept_aside {
            let said = [("damage", shown(damage)), ("file", shown(path.display()))];
            self.warn(&self.error_look.tell("progress-damaged", said));
        }
    }
}

/// The time.
#[must_use]
pub fn now() -> UnixTime {
    // A clock before 1970 is as good as one that stands at it.
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// The lesson that was written: its name, its number, or the beginning of its name.
///
/// # Errors
/// Where it could be none or several.
pub fn find_lesson<'c>(course: &'c LoadedCourse, written: &str) -> Result<&'c LoadedLesson, Failure> {
    match course.find(written)[..] {
        [lesson] => Ok(lesson),
        [] => {
            let names = course.lessons.iter().map(|lesson| lesson.id.as_str());
            let help = prose::nearest(written, names).map_or_else(
                || "`mmaplings list` shows all lessons".to_owned(),
                |near| format!("did you mean {near}? `mmaplings list` shows all lessons"),
            );
            Err(Failure::usage(format!("there is no lesson {written:?}"), help))
        }
        ref several => {
            let names: Vec<&str> = several.iter().map(|lesson| lesson.id.as_str()).collect();
            Err(Failure::usage(
                format!("{written:?} may mean {}", prose::list(&names)),
                "write more of its name, or its number",
            ))
        }
    }
}

/// The lesson that was written, or the one that is open, or the first that is not done.
///
/// # Errors
/// Where what was written is no lesson, or the course has none.
pub fn lesson_or_current<'c>(
    course: &'c LoadedCourse,
    progress: &Progress,
    written: Option<&str>,
) -> Result<&'c LoadedLesson, Failure> {
    use crate::flow::session::Syllabus;
    if let Some(written) = written {
        return find_lesson(course, written);
    }
    let open = progress.current.as_ref().and_then(|open| course.lesson(open));
    let syllabus: Syllabus = course.lessons.iter().map(|lesson| (&lesson.id, &lesson.lesson)).collect();
    open.or_else(|| course.lessons.get(syllabus.first_undone(progress)))
        .ok_or_else(|| Failure::usage("the course has no lessons", "`--course DIR` takes another course"))
}

/// The language that a lesson is in: as chosen for it, or the workspace's.
#[must_use]
pub fn language_of(workspace: &Workspace, progress: &Progress, lesson: &LoadedLesson) -> Language {
    progress.language(&lesson.id).unwrap_or_else(|| workspace.language())
}

/// The starters of a lesson in a language.
#[must_use]
pub fn starters(lesson: &LoadedLesson, language: Language) -> Vec<Starter> {
    let of_language = lesson.starters.iter().filter(|((_, candidate), _)| *candidate == language);
    of_language
        .map(|((program, language), text)| Starter {
            lesson: lesson.id.clone(),
            program: program.clone(),
            language: *language,
            text: text.clone(),
        })
        .collect()
}

/// What a wrong folder is, is the user's to mend; all else is the system's.
impl From<WorkspaceError> for Failure {
    fn from(error: WorkspaceError) -> Self {
        let help = match &error {
            WorkspaceError::NotEmpty { .. } => "name a new directory: `mmaplings init DIR`",
            WorkspaceError::Already { .. } => {
                "change into it and type `mmaplings`; `mmaplings reset LESSON --lang c` gives a lesson's programs in C"
            }
            WorkspaceError::None { .. } => "`mmaplings init DIR` makes one",
            WorkspaceError::Later { .. } => "a newer mmaplings can use it",
            WorkspaceError::Marker { .. } | WorkspaceError::Io { .. } | WorkspaceError::Store(_) => {
                return Self::fault(error);
            }
        };
        Self::usage(error.to_string(), help)
    }
}

/// `path` relative to `here` where it is within.
pub(super) fn shortened(path: &Path, here: &Path) -> PathBuf {
    path.strip_prefix(here).unwrap_or(path).to_owned()
}
