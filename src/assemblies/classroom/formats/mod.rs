//! A class told to people and to other programs.
//!
//! Each format writes to whatever it is given and reads students one at a time, so that
//! a class of any size takes the memory of one student. Whatever a student's program
//! printed goes through `words::untrusted` where the format is shown or logged.

pub mod json;
pub mod table;

use super::result::{Graded, GradedBy};
use super::store::{ResultsError, Store};
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
