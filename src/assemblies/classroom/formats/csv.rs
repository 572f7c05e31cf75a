//! A class as CSV (RFC 4180), for spreadsheets: a line a student, or a line a step.
//!
//! A spreadsheet takes a cell that begins with `=` for a formula, whoever wrote it; such
//! cells begin with an apostrophe here (OWASP, *CSV Injection*).

use std::io::Write;

use super::Class;
use crate::assemblies::classroom::result::{Finding, GradedStep};
use crate::assemblies::classroom::store::ResultsError;
use crate::words::untrusted;

/// A line a student.
///
/// # Errors
/// Where the output cannot be written.
pub fn write(class: &Class, out: &mut dyn Write) -> Result<(), ResultsError> {
    let mut table = csv::Writer::from_writer(out);
    let lessons = class.lessons.iter().map(|(lesson, _)| lesson.to_string());
    let mut head = ["student", "outcome", "earned", "pending", "possible"].map(str::to_owned).to_vec();
    head.extend(lessons);
    head.extend(["refused", "seed", "confinement"].map(str::to_owned));
    table.write_record(&head).map_err(written)?;
    for student in &class.students {
        let score = student.score;
        let mut row = vec![cell(&student.student), student.outcome.words().to_owned()];
        row.extend([score.earned, score.pending, score.possible].map(|marks| marks.to_string()));
        row.extend(student.lessons.iter().map(|score| score.earned.to_string()));
        row.extend([student.refused.to_string(), class.by.seed.to_string(), class.by.level.to_string()]);
        table.write_record(&row).map_err(written)?;
    }
    Ok(table.flush()?)
}

/// A line a step.
///
/// # Errors
/// Where a result cannot be read or the output not be written.
pub fn write_steps(class: &Class, out: &mut dyn Write) -> Result<(), ResultsError> {
    let mut table = csv::Writer::from_writer(out);
    let head = [
        "student",
        "lesson",
        "step",
        "kind",
        "outcome",
        "earned",
        "pending",
        "possible",
        "hints",
        "languages",
        "missed",
        "milliseconds",
        "seed",
        "confinement",
        "instruments",
        "sources",
    ];
    table.write_record(head).map_err(written)?;
    for graded in class.results() {
        let graded = graded?;
        for (lesson, step) in graded.steps() {
            let mut row = vec![cell(&graded.student), lesson.lesson.to_string(), step.step.to_string()];
            row.extend([word(&step.kind)?, word(&step.outcome)?]);
            let score = step.score;
            row.extend([score.earned, score.pending, score.possible].map(|marks| marks.to_string()));
            row.push(step.hints.to_string());
            row.extend(of_run(step));
            table.write_record(&row).map_err(written)?;
        }
    }
    Ok(table.flush()?)
}

/// What a run has to tell; empty cells where there was none.
fn of_run(step: &GradedStep) -> [String; 7] {
    let Finding::Judged(judged) = &step.finding else { return Default::default() };
    let missed =
        judged.marks.iter().filter(|marks| marks.outcome != crate::judgement::grading::CheckOutcome::Held);
    let joined = |words: Vec<String>| words.join(" ");
    [
        joined(judged.languages.values().map(|language| language.name().to_owned()).collect()),
        joined(missed.map(|marks| marks.check.to_string()).collect()),
        judged.milliseconds.to_string(),
        judged.verdict.seed.to_string(),
        judged.verdict.confinement.map(|level| level.to_string()).unwrap_or_default(),
        judged.verdict.instruments.join(", "),
        joined(judged.sources.values().cloned().collect()),
    ]
}

/// The word that JSON has for it.
fn word(value: &impl serde::Serialize) -> Result<String, ResultsError> {
    Ok(serde_json::to_value(value)?.as_str().unwrap_or_default().to_owned())
}

fn cell(text: &str) -> String {
    let text = untrusted::line(text, 200);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

fn written(error: csv::Error) -> ResultsError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ResultsError::Output(error),
        other => ResultsError::Output(std::io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(cell("\t=1+1"), "'=1+1");
        assert_eq!(cell("Žofie"), "Žofie");
    }
}
