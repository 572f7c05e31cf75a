//! How grading ends and what it prints, whether a class was graded or put together.

use std::io::{self, BufWriter, Write as _};

use clap::ValueEnum;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::classroom::Summary;
use crate::assemblies::classroom::formats::{self, Class};
use crate::assemblies::ui::look::Look;

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people.
    Table,
    /// Everything, versioned.
    Json,
    /// A line a student, for spreadsheets.
    Csv,
    /// JUnit XML, for build servers.
    Junit,
    /// Gradescope's results.json, of one student.
    Gradescope,
    /// GitHub Classroom's autograding result, of one student.
    Github,
}

/// What a grading exits with.
pub(super) fn exit(students: &[Summary]) -> Exit {
    Exit::worst(students.iter().map(|student| match (student.faults, student.inconclusive) {
        (0, 0) => Exit::Passed,
        (0, _) => Exit::Inconclusive,
        _ => Exit::Fault,
    }))
}

/// Prints the class.
pub(super) fn tell(format: Format, context: &Context, class: &Class) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => out.write_all(table(class, &context.look)?.as_bytes())?,
        Format::Json => formats::json::write(class, &mut out)?,
        Format::Csv => formats::csv::write(class, &mut out)?,
        Format::Junit => formats::junit::write(class, &mut out)?,
        Format::Gradescope | Format::Github => {
            for graded in class.results() {
                match format {
                    Format::Gradescope => formats::gradescope::write(&graded?, &mut out)?,
                    _ => formats::github::write(&graded?, &mut out)?,
                }
            }
        }
    }
    Ok(out.flush()?)
}

/// The class for people; a single student step by step.
fn table(class: &Class, look: &Look) -> Result<String, Failure> {
    Ok(match class.students.as_slice() {
        [only] => {
            formats::table::student(&class.store.load(&only.key)?, look) + &formats::table::table(class, look)
        }
        _ => formats::table::table(class, look),
    })
}
