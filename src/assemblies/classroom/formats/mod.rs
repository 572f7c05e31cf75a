//! A class told to people and to other programs.
//!
//! Each format writes to whatever it is given and reads students one at a time, so that
//! a class of any size takes the memory of one student. Whatever a student's program
//! printed goes through `words::untrusted` where the format is shown or logged.

pub mod csv;
pub mod github;
pub mod gradescope;
pub mod html;
pub mod items;
pub mod json;
pub mod junit;
pub mod table;

use std::io::{BufWriter, Write};
use std::path::Path;

use super::result::{Graded, GradedBy};
use super::store::{ResultsError, Store, make};
use super::work::Summary;
use crate::words::ids::LessonId;

/// A class that was graded.
#[derive(Clone, Debug)]
pub struct Class {
    /// By what.
    pub by: GradedBy,
    /// The lessons with their titles, in order.
    pub lessons: Vec<(LessonId, String)>,
    /// The students, by name.
    pub students: Vec<Summary>,
    /// Where their results are.
    pub store: Store,
}

impl Class {
    /// The students' results, one at a time.
    pub fn results(&self) -> impl Iterator<Item = Result<Graded, ResultsError>> {
        self.students.iter().map(|student| self.store.load(&student.key))
    }
}

/// Writes every format into the directory of results. What is there of them is replaced.
///
/// ```text
/// OUT/
///   index.html  class.json  class.csv  steps.csv  junit.xml
///   students/KEY.html  gradescope/KEY.json  github/KEY.json
/// ```
///
/// # Errors
/// Where a result cannot be read or a file not be written.
pub fn write_all(class: &Class) -> Result<(), ResultsError> {
    let directory = class.store.directory();
    for folder in ["students", "gradescope", "github"] {
        make(&directory.join(folder))?;
    }
    for graded in class.results() {
        let graded = graded?;
        let key = &graded.key;
        save(directory, &format!("students/{key}.html"), |out| {
            Ok(out.write_all(html::student(&graded).as_bytes())?)
        })?;
        save(directory, &format!("gradescope/{key}.json"), |out| gradescope::write(&graded, out))?;
        save(directory, &format!("github/{key}.json"), |out| github::write(&graded, out))?;
    }
    save(directory, "index.html", |out| Ok(out.write_all(html::class(class).as_bytes())?))?;
    save(directory, "class.json", |out| json::write(class, out))?;
    save(directory, "class.csv", |out| csv::write(class, out))?;
    save(directory, "steps.csv", |out| csv::write_steps(class, out))?;
    save(directory, "junit.xml", |out| junit::write(class, out))
}

/// Writes a file whole or not at all. Unlike a student's result it can be made again, and need
/// not outlive a power cut.
fn save(
    directory: &Path,
    place: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ResultsError>,
) -> Result<(), ResultsError> {
    let target = directory.join(place);
    let folder = target.parent().unwrap_or(directory);
    let mut file = tempfile::Builder::new()
        .prefix(".")
        .suffix(".tmp")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666))
        .tempfile_in(folder)?;
    let mut out = BufWriter::new(file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    file.persist(&target).map_err(|refused| refused.error)?;
    Ok(())
}
