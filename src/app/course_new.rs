//! `course new` and `course new-lesson`: courses and lessons to begin with, which
//! `course check` proves as they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use include_dir::{Dir, include_dir};
use toml_edit::{DocumentMut, Item};

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::edges::{course_files, store};
use crate::judgement::course::{CourseFiles, Document, schema};
use crate::words::ids::{LessonId, NotAName};

pub(super) const NEW_HELP: &str = "\
Examples:
  mmaplings course new pipes --title \"Pipes and processes\"
  mmaplings course check pipes
  mmaplings --course pipes list";

pub(super) const NEW_LESSON_HELP: &str = "\
Examples:
  cd pipes && mmaplings course new-lesson broken-pipes
  mmaplings --course pipes course new-lesson 07-named-pipes --title \"Named pipes\"";

static COURSE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates/course");
static LESSON: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates/lesson");

/// Arguments of `course new`.
#[derive(Debug, Args)]
pub struct CourseNewArgs {
    /// The directory to make; it must not exist, or be empty
    pub directory: PathBuf,

    /// The course's title
    #[arg(long, default_value = "A new course")]
    pub title: String,
}

/// Arguments of `course new-lesson`.
#[derive(Debug, Args)]
pub struct CourseNewLessonArgs {
    /// Its name, in lower case with hyphens; the next number is put in front if it has none
    pub slug: String,

    /// Its title; made from its name if not given
    #[arg(long)]
    pub title: Option<String>,
}

/// Makes a course with one lesson.
///
/// # Errors
/// Where something is in the directory already, or it cannot be written.
pub fn run(arguments: &CourseNewArgs, context: &Context) -> Result<Exit, Failure> {
    let directory = &arguments.directory;
    let title = checked_title(&arguments.title)?;
    match fs::read_dir(directory).map(|mut entries| entries.next().is_some()) {
        Ok(false) => {}
        Ok(true) => {
            let message = format!("{} is not empty", directory.display());
            return Err(Failure::usage(message, "name a directory that does not exist yet"));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            let message = format!("cannot make a course in {}: {error}", directory.display());
            return Err(Failure::usage(message, "name a directory that does not exist yet"));
        }
    }
    let mut files = filled(&COURSE, "", title);
    for document in Document::ALL {
        let name = document.file_name().replace(".toml", ".schema.json");
        let text = serde_json::to_string_pretty(&schema(document)).map_err(Failure::fault)?;
        files.push((format!("schemas/{name}"), format!("{text}\n")));
    }
    save(directory, &files)?;
    let id = add_lesson(directory, "first-lesson", "A first lesson")?;
    let shown = directory.display();
    context.print(&format!(
        "{shown} holds a course of one lesson, {id}.\n\n\
         Prove it:       mmaplings course check {shown}\n\
         Take it:        mmaplings --course {shown} list\n\
         Add a lesson:   mmaplings --course {shown} course new-lesson NAME\n"
    ))?;
    Ok(Exit::Passed)
}

/// Adds a lesson to the course of `--course`, or of this directory.
///
/// # Errors
/// Where there is no course, the name cannot be a lesson's, or it cannot be written.
pub fn run_lesson(arguments: &CourseNewLessonArgs, context: &Context) -> Result<Exit, Failure> {
    let here = PathBuf::from(".");
    let directory = context.course.as_ref().unwrap_or(&here);
    let title = arguments.title.clone().unwrap_or_else(|| title_of(&arguments.slug));
    let id = add_lesson(directory, &arguments.slug, checked_title(&title)?)?;
    let lesson = directory.join("lessons").join(id.as_str());
    let solutions = directory.join("solutions").join(id.as_str());
    let (lesson, solutions) = (lesson.display(), solutions.display());
    context.print(&format!("{lesson} is there to be changed; {solutions} has its solutions.\n"))?;
    Ok(Exit::Passed)
}

/// A title that can stand in a TOML file as it is.
fn checked_title(title: &str) -> Result<&str, Failure> {
    let awkward = |c: char| c.is_control() || matches!(c, '"' | '\\' | '\'');
    if title.trim().is_empty() || title.contains(awkward) {
        let message = format!("{title:?} cannot be a title here");
        return Err(Failure::usage(message, "leave out quotes and backslashes; they can be put in later"));
    }
    Ok(title)
}

fn title_of(slug: &str) -> String {
    let words =
        slug.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('-').replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Puts a lesson into the last part of the course in `directory`.
fn add_lesson(directory: &Path, slug: &str, title: &str) -> Result<LessonId, Failure> {
    let help = "`mmaplings course new DIR` makes a course; name its directory with --course";
    let files =
        course_files::from_directory(directory).map_err(|error| Failure::usage(error.to_string(), help))?;
    let list = "lessons/course.toml";
    let Some(course) = files.text(list) else {
        return Err(Failure::usage(format!("there is no {list} in {}", directory.display()), help));
    };
    let id = numbered(&files, slug)?;
    let taken = |folder: &str| files.folders(folder).contains(id.as_str());
    if taken("lessons") || taken("solutions") {
        return Err(Failure::usage(format!("there is a lesson {id} already"), "choose another name"));
    }
    let course = listing(&course, &id).map_err(|message| {
        Failure::usage(
            format!("{list} {message}"),
            "mend it first: `mmaplings course check` tells what is wrong",
        )
    })?;
    let mut new = Vec::new();
    for folder in LESSON.dirs() {
        let name = folder.path().to_string_lossy();
        new.extend(filled(folder, &format!("{name}/{id}/"), title));
    }
    save(directory, &new)?;
    save(directory, &[(list.to_owned(), course)])?;
    Ok(id)
}

/// The lesson's name, with the number after the highest there is unless it has one.
fn numbered(files: &CourseFiles, slug: &str) -> Result<LessonId, Failure> {
    let id = if slug.starts_with(|c: char| c.is_ascii_digit()) {
        slug.to_owned()
    } else {
        let numbers = files.folders("lessons");
        let numbers = numbers.iter().filter_map(|folder| folder.parse::<LessonId>().ok()?.number());
        format!("{:02}-{slug}", numbers.max().unwrap_or(0).saturating_add(1))
    };
    id.parse().map_err(|error: NotAName| Failure::usage(error.to_string(), "for example: broken-pipes"))
}

/// `course.toml` with the lesson at the end of its last part, all else as it was written.
fn listing(course: &str, id: &LessonId) -> Result<String, &'static str> {
    let mut document: DocumentMut = course.parse().map_err(|_| "cannot be read as TOML")?;
    let parts = document.get_mut("part").and_then(Item::as_array_of_tables_mut);
    let last = parts.and_then(|parts| parts.iter_mut().last()).ok_or("has no [[part]]")?;
    let lessons =
        last.get_mut("lessons").and_then(Item::as_array_mut).ok_or("has a part without `lessons`")?;
    lessons.push(id.as_str());
    Ok(document.to_string())
}

/// The files of a template below `folder`, with the title put in.
fn filled(template: &Dir<'static>, folder: &str, title: &str) -> Vec<(String, String)> {
    let root = if folder.is_empty() { Path::new("") } else { template.path() };
    let mut files = Vec::new();
    let mut waiting = vec![template];
    while let Some(directory) = waiting.pop() {
        waiting.extend(directory.dirs());
        for file in directory.files() {
            let path = file.path().strip_prefix(root).unwrap_or_else(|_| file.path());
            let text = file.contents_utf8().unwrap_or_default().replace("@TITLE@", title);
            files.push((format!("{folder}{}", path.display()), text));
        }
    }
    files
}

fn save(directory: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Failure::fault)?;
        }
        store::write_atomically(&path, text.as_bytes()).map_err(Failure::fault)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_listed_and_nothing_else_changes() {
        let course =
            "# mine\ntitle = 'T' # really\n\n[[part]]\nlessons = []\n[[part]]\nlessons = [ '01-a' ] # b\n";
        let listed = listing(course, &"02-b".parse().unwrap()).unwrap();
        assert_eq!(listed, course.replace("[ '01-a' ]", "[ '01-a' , \"02-b\"]"));
        assert_eq!(listing("part = 1", &"02-b".parse().unwrap()), Err("has no [[part]]"));
        assert_eq!(listing("part = = 1", &"02-b".parse().unwrap()), Err("cannot be read as TOML"));
    }

    #[test]
    fn titles_are_made_from_names() {
        assert_eq!(title_of("07-named-pipes"), "Named pipes");
        assert_eq!(title_of(""), "");
    }
}
