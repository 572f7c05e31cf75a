//! `report`: what a learner did and what their last run left, as text, JSON and a page.

use std::fs;

use serde_json::Value;

use crate::run::{Run, workspace};
use crate::skip;

#[test]
fn a_fresh_workspace_has_little_to_report() {
    let (_kept, root) = workspace("c");
    let ran = Run::new(&["report"]).within(&root).run().status(0);
    assert!(ran.stdout.contains("Nothing has been tried yet"), "{}", ran.stdout);
    assert!(ran.stdout.contains("No drill has been run yet"), "{}", ran.stdout);
    Run::new(&["report"]).run().status(2);
}

#[test]
fn a_run_is_reported_with_its_evidence() {
    let Some(_) = skip::find("cc") else { return };
    let (_kept, root) = workspace("c");
    Run::new(&["check", "3"]).within(&root).with_cache().run().status(1);
    Run::new(&["hint", "3"]).within(&root).run().status(0);
    let text = Run::new(&["report"]).within(&root).run().status(0).stdout;
    for part in ["03-untouched-memory", "missed so far, 1 try", "The last run: reserve", "reserve in scene"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let json = Run::new(&["report", "--json"]).within(&root).run().status(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "mmaplings-report-1");
    assert_eq!(json["last_run"]["lesson"], "03-untouched-memory");
    assert_eq!(json["last_run"]["verdict"]["outcome"], "missed");

    Run::new(&["report", "--html", "page.html"]).within(&root).run().status(0).stdout("wrote page.html\n");
    let page = fs::read_to_string(root.join("page.html")).unwrap();
    for part in ["<svg", "prefers-color-scheme: dark", "The last run", "Resident memory", "Step by step"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let printed = Run::new(&["report", "--html", "-"]).within(&root).run().status(0).stdout;
    assert!(printed.starts_with("<!DOCTYPE html>") && printed.ends_with("</html>"), "{printed}");
    assert!(!root.join("-").exists());
    Run::new(&["report", "--html", "no/where.html"]).within(&root).run().status(2);

    // What another version kept, or a disk damaged, is told and does no harm.
    fs::write(root.join(".mmaplings/last-run.json"), "{").unwrap();
    let ran = Run::new(&["report"]).within(&root).run().status(0);
    assert!(ran.stderr.contains("the last run cannot be shown"), "{}", ran.stderr);
}

/// A drill of two programs shows the memory that they share; the model programs stand in for a learner's.
#[test]
fn two_programs_are_shown_with_what_they_share() {
    let Some(_) = skip::find("cc") else { return };
    let arguments = ["check", "6", "--lang", "c", "--solutions", "--timeline"];
    let text = Run::new(&arguments).with_cache().run().status(0).stdout;
    for part in ["writer in scene", "two address spaces in scene", "shared.bin"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("stores by the first are seen by the second"), "{text}");
}
