//! A student's result as Gradescope's `results.json`
//! (<https://gradescope-autograders.readthedocs.io/en/latest/specs/>).

use std::io::Write;

use serde::Serialize;

use super::items::{Item, ItemState, counts, items};
use crate::assemblies::classroom::result::{Graded, GradedBy};
use crate::assemblies::classroom::store::ResultsError;
use crate::judgement::grading::{Marks, Score, Visibility};

#[derive(Serialize)]
struct Results<'a> {
    score: f64,
    /// In seconds.
    execution_time: f64,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<Test>,
    extra_data: Extra<'a>,
}

#[derive(Serialize)]
struct Test {
    score: f64,
    max_score: f64,
    status: &'static str,
    name: String,
    number: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
    visibility: &'static str,
}

#[derive(Serialize)]
struct Extra<'a> {
    format: &'static str,
    by: &'a GradedBy,
    submission: &'a str,
    pending: f64,
}

/// Writes it.
///
/// # Errors
/// Where the output cannot be written.
pub fn write(graded: &Graded, out: &mut dyn Write) -> Result<(), ResultsError> {
    let items = items(graded);
    let results = Results {
        score: graded.score.earned.as_f64(),
        execution_time: seconds(graded.milliseconds()),
        output: told(graded),
        output_format: "text",
        test_output_format: "text",
        test_name_format: "text",
        // What the command says on its way is the instructor's alone.
        stdout_visibility: "hidden",
        tests: items.iter().filter(|item| counts(item)).enumerate().map(test).collect(),
        extra_data: Extra {
            format: Graded::FORMAT,
            by: &graded.by,
            submission: &graded.submission,
            pending: graded.score.pending.as_f64(),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &results)?;
    writeln!(out)?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no grading takes 2^53 milliseconds")]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1000.0
}

fn test((index, item): (usize, &Item)) -> Test {
    Test {
        score: item.score.earned.as_f64(),
        max_score: item.score.possible.as_f64(),
        status: match item.state {
            ItemState::Passed => "passed",
            ItemState::Failed | ItemState::Pending | ItemState::Fault => "failed",
        },
        name: format!("{}: {}", item.name(), item.says),
        number: (index + 1).to_string(),
        output: item.text.clone(),
        visibility: match item.visibility {
            Visibility::Visible => "visible",
            Visibility::Hidden => "hidden",
        },
    }
}

/// What the student is told of the whole.
fn told(graded: &Graded) -> String {
    let mut told = String::new();
    let Score { pending, .. } = graded.score;
    if pending != Marks::NONE {
        told += &format!("{pending} marks are pending: they could not be told by machine here.\n");
    }
    for refused in &graded.refused {
        told += &format!("{} was not taken: {}.\n", refused.path, refused.reason);
    }
    for note in &graded.notes {
        told += &format!("{note}\n");
    }
    told += &format!("{}, seed {}, confined to {}.", graded.by.runner, graded.by.seed, graded.by.level);
    crate::words::untrusted::shown(&told, 4_000)
}
