//! The built-in course's rubrics and shared words, as they were when the program was built.

use include_dir::{Dir, include_dir};

use crate::judgement::marking::{RubricProblems, Shelf, Words};

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The rubrics of the built-in course.
///
/// # Errors
/// If the course's shared words are broken.
pub fn built_in() -> Result<Shelf, RubricProblems> {
    let words = LESSONS.get_file("words.toml").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let rubrics = LESSONS
        .dirs()
        .flat_map(|lesson| lesson.dirs())
        .filter(|folder| folder.path().ends_with("rubrics"))
        .flat_map(|folder| folder.files())
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| {
            let question = file.path().file_stem()?.to_str()?.to_owned();
            Some((question, file.contents_utf8()?.to_owned()))
        });
    Ok(Shelf::new(Words::parse(words)?, rubrics))
}
