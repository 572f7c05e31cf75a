//! A class as JSON: by what it was graded, and each student's file as it is.

use std::io::Write;

use super::Class;
use crate::assemblies::classroom::store::ResultsError;

/// The name of this shape; a change that a reader could trip over changes the number.
pub const FORMAT: &str = "mmaplings/grade/1";

/// Writes it.
///
/// # Errors
/// Where a result cannot be read or the output not be written.
pub fn write(class: &Class, out: &mut dyn Write) -> Result<(), ResultsError> {
    write!(out, "{{\n\"format\": \"{FORMAT}\",\n\"by\": ")?;
    serde_json::to_writer(&mut *out, &class.by)?;
    write!(out, ",\n\"students\": [")?;
    for (index, graded) in class.results().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &graded?)?;
    }
    writeln!(out, "\n]\n}}")?;
    Ok(())
}
