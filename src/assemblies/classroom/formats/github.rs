//! A student's result as GitHub Classroom's autograding reads it.
//!
//! The reporter (github.com/classroom-resources/autograding-grading-reporter) takes the
//! result of a step, base64-encoded, from a variable `STEP_RESULTS`:
//!
//! ```yaml
//! - id: mmap
//!   run: |
//!     mmaplings grade . --format github > result.json
//!     echo "result=$(base64 -w0 result.json)" >> "$GITHUB_OUTPUT"
//! - uses: classroom-resources/autograding-grading-reporter@v1
//!   env: { MMAP_RESULTS: "${{ steps.mmap.outputs.result }}" }
//!   with: { runners: mmap }
//! ```
//!
//! Students read that log: what they are not to be shown is one test without a text.

use std::io::Write;

use serde::Serialize;

use super::items::{Item, ItemState, counts, items};
use crate::assemblies::classroom::result::Graded;
use crate::assemblies::classroom::store::ResultsError;
use crate::judgement::grading::{Marks, Score, Visibility};

#[derive(Serialize)]
struct Results {
    version: u32,
    status: &'static str,
    max_score: f64,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    status: &'static str,
    score: f64,
    max_score: f64,
    message: Option<String>,
    test_code: String,
    filename: String,
    line_no: u32,
    execution_time: String,
}

/// Writes it.
///
/// # Errors
/// Where the output cannot be written.
pub fn write(graded: &Graded, out: &mut dyn Write) -> Result<(), ResultsError> {
    let items: Vec<Item> = items(graded).into_iter().filter(counts).collect();
    let (shown, hidden): (Vec<&Item>, Vec<&Item>) =
        items.iter().partition(|item| item.visibility == Visibility::Visible);
    let mut tests: Vec<Test> = shown.into_iter().map(test).collect();
    if !hidden.is_empty() {
        tests.push(together(hidden.into_iter().map(|item| item.score).sum()));
    }
    let fault = items.iter().any(|item| item.state == ItemState::Fault);
    let full = graded.score.earned == graded.score.possible;
    let results = Results {
        version: 1,
        status: if fault {
            "error"
        } else if full {
            "pass"
        } else {
            "fail"
        },
        max_score: graded.score.possible.as_f64(),
        tests,
    };
    serde_json::to_writer_pretty(&mut *out, &results)?;
    writeln!(out)?;
    Ok(())
}

fn test(item: &Item) -> Test {
    let (status, message) = match item.state {
        ItemState::Passed => ("pass", None),
        ItemState::Failed | ItemState::Pending => ("fail", Some(format!("{}\n{}", item.says, item.text))),
        ItemState::Fault => ("error", Some(item.text.clone())),
    };
    Test {
        name: item.name(),
        status,
        score: item.score.earned.as_f64(),
        max_score: item.score.possible.as_f64(),
        message,
        test_code: item.says.clone(),
        filename: String::new(),
        line_no: 0,
        execution_time: format!("{}ms", item.milliseconds),
    }
}

/// What students are not shown, as one.
fn together(score: Score) -> Test {
    Test {
        name: "checks that are not shown".to_owned(),
        status: if score.earned == score.possible && score.pending == Marks::NONE { "pass" } else { "fail" },
        score: score.earned.as_f64(),
        max_score: score.possible.as_f64(),
        message: None,
        test_code: String::new(),
        filename: String::new(),
        line_no: 0,
        execution_time: "0ms".to_owned(),
    }
}
