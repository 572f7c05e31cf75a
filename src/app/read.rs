//! `read [LESSON]`: a chapter of the book in the terminal.

use std::io::{self, IsTerminal};

use clap::Args;
use console::measure_text_width;

use super::context::{Context, lesson_or_current};
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::Role;
use crate::assemblies::ui::markdown::markdown;
use crate::edges::pager::{self, Paged};
use crate::judgement::chapter::{Entry, chapter, contents};
use crate::judgement::course::{CourseFiles, LoadedCourse, LoadedLesson};
use crate::judgement::progress::Progress;
use crate::words::prose;

/// Arguments of `read`.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// A lesson, or a page of the book such as `glossary`; without it, the lesson that is open
    #[arg(value_name = "LESSON")]
    pub what: Option<String>,

    /// Show what there is to read
    #[arg(long, conflicts_with = "what")]
    pub list: bool,
}

/// What is shown under the help.
pub const READ_HELP: &str = "\
Examples:
  mmaplings read             the chapter of the lesson that is open
  mmaplings read 10          that of another lesson
  mmaplings read glossary    another page of the book
  mmaplings read --list      all of them

At a terminal it is shown through $PAGER (less -R, if that is not set; `cat` for none).";

/// Shows a chapter.
///
/// # Errors
/// Where there is no such lesson or page, or the lesson has no chapter.
pub fn run(arguments: &ReadArgs, context: &Context) -> Result<Exit, Failure> {
    let files = context.course_files()?;
    let course = context.load_course()?;
    let contents = contents(&files);
    let text = if arguments.list {
        listed(context, &course, &contents)
    } else {
        let name = page(arguments.what.as_deref(), context, &course, &files, &contents)?;
        let text = chapter(&files, &name).ok_or_else(|| {
            Failure::usage(
                format!("the book has no page {name:?}"),
                "`mmaplings read --list` shows its pages",
            )
        })?;
        markdown(&context.look, &text)
    };
    show(context, &text)?;
    Ok(Exit::Passed)
}

/// The page that is meant.
fn page(
    what: Option<&str>,
    context: &Context,
    course: &LoadedCourse,
    files: &CourseFiles,
    contents: &[Entry],
) -> Result<String, Failure> {
    let Some(what) = what else {
        let progress = match context.find_workspace()? {
            Some(workspace) => context.load_progress(&workspace)?,
            None => Progress::default(),
        };
        return chapter_of(lesson_or_current(course, &progress, None)?);
    };
    let name = what.trim_end_matches(".md");
    if chapter(files, name).is_some() {
        return Ok(name.to_owned());
    }
    match course.find(what)[..] {
        [lesson] => chapter_of(lesson),
        [] => {
            let lessons = course.lessons.iter().map(|lesson| lesson.id.as_str());
            let pages = contents.iter().filter_map(|entry| match entry {
                Entry::Chapter { name, .. } => Some(name.as_str()),
                Entry::Part(_) => None,
            });
            let help = prose::nearest(what, lessons.chain(pages)).map_or_else(
                || "`mmaplings read --list` shows what there is to read".to_owned(),
                |near| format!("did you mean {near}? `mmaplings read --list` shows what there is"),
            );
            Err(Failure::usage(format!("there is no lesson or page {what:?}"), help))
        }
        ref several => {
            let names: Vec<&str> = several.iter().map(|lesson| lesson.id.as_str()).collect();
            Err(Failure::usage(
                format!("{what:?} may mean {}", prose::list(&names)),
                "write more of its name, or its number",
            ))
        }
    }
}

fn chapter_of(lesson: &LoadedLesson) -> Result<String, Failure> {
    let book = lesson.lesson.book.as_deref().ok_or_else(|| {
        Failure::usage(
            format!("{} has no chapter of the book", lesson.id),
            format!("`mmaplings open {}` shows the lesson itself", lesson.id),
        )
    })?;
    let page = book.split('#').next().unwrap_or(book);
    Ok(page.trim_end_matches(".md").to_owned())
}

/// The table of contents, with the lessons that the chapters belong to.
fn listed(context: &Context, course: &LoadedCourse, contents: &[Entry]) -> String {
    let look = &context.look;
    let names = contents.iter().map(|entry| match entry {
        Entry::Chapter { name, .. } => measure_text_width(name),
        Entry::Part(_) => 0,
    });
    let width = names.max().unwrap_or(0);
    let mut text = String::new();
    for entry in contents {
        match entry {
            Entry::Part(title) if title.is_empty() => text.push('\n'),
            Entry::Part(title) => text += &format!("\n{}\n", look.paint(Role::Heading, title)),
            Entry::Chapter { title, name } => {
                let lessons = course.lessons.iter().filter(|lesson| {
                    lesson.lesson.book.as_deref().and_then(|book| book.split('#').next())
                        == Some(&format!("{name}.md"))
                });
                let lessons: Vec<&str> = lessons.map(|lesson| lesson.id.as_str()).collect();
                let gap = " ".repeat(width.saturating_sub(measure_text_width(name)));
                let line = format!(
                    "  {}{gap}  {title}  {}",
                    look.paint(Role::Command, name),
                    look.paint(Role::Faint, look.list(&lessons))
                );
                text += line.trim_end();
                text.push('\n');
            }
        }
    }
    if contents.is_empty() {
        format!("{}\n", look.say("read-no-book"))
    } else {
        text.trim_start_matches('\n').to_owned()
    }
}

/// At a terminal through the pager, otherwise as it is.
fn show(context: &Context, text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal()
        && let Some(pager) = pager::wanted()
        && pager::page(&pager, text)? == Paged::Shown
    {
        return Ok(());
    }
    context.print(text)
}
