//! A table of runs, and a question about them: shown, kept, and answered by what was measured.

use std::fs;
use std::path::Path;

use crate::run::{Run, workspace};
use crate::skip;

const LESSON: &str = "05-read-or-mmap";

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn answer(root: &Path, letters: &str) -> Run {
    Run::new(&["answer", "5", "--from", "-", "--json"])
        .within(root)
        .stdin(&format!("which-read-again = {letters}\n"))
}

#[test]
fn a_question_about_runs_waits_for_them_and_is_marked_by_them() {
    if skip::find("cc").is_none() {
        return;
    }
    let (_directory, root) = workspace("c");
    let early = answer(&root, r#"["a"]"#).run().status(2).stdout("");
    assert!(early.stderr.contains("asks about your own runs of `sum`"), "{}", early.stderr);

    let check = || Run::new(&["check", "5", "--scale", "24MiB"]).within(&root).with_cache();
    let missed = check().run().status(1);
    assert!(!missed.stdout.contains("What each run took"), "{}", missed.stdout);
    answer(&root, r#"["a"]"#).run().status(2);

    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("solutions").join(LESSON).join("c");
    for program in ["sum-read.c", "sum-mmap.c"] {
        fs::copy(models.join(program), root.join(LESSON).join(program)).unwrap();
    }
    let ran = check().argument("--json").run();
    let report = json(&ran.stdout);
    let verdict = &report["results"][0]["verdict"];
    // Where there is no memory control group, the unlimited runs are judged all the same.
    let undecided = verdict["outcome"] == "inconclusive";
    assert!(undecided || verdict["outcome"] == "passed", "{verdict:#}");
    let rows = report["results"][0]["table"]["rows"].as_array().unwrap();
    let measured: Vec<&str> = rows
        .iter()
        .filter(|row| row["figures"].is_object())
        .map(|row| row["says"].as_str().unwrap())
        .collect();
    assert_eq!((rows.len(), measured.len()), (8, if undecided { 4 } else { 8 }), "{rows:#?}");
    assert_eq!(measured[0], "read, cold");

    let shown = Run::new(&["open", "5"]).within(&root).run().status(0).stdout;
    assert!(shown.contains("None of these"), "{shown}");
    let table = check().run().stdout;
    assert!(table.contains("What each run took"), "{table}");

    // Which options are right is the machine's to say: exactly one set of them is.
    let letters: Vec<char> = (b'a'..=b'e').map(char::from).take(measured.len() / 2 + 1).collect();
    let sets = (1_u32..1 << letters.len()).map(|set| {
        let chosen = letters.iter().enumerate().filter(|(index, _)| set & (1 << index) != 0);
        let chosen: Vec<String> =
            chosen.map(|(_, letter)| format!("{letter:?}").replace('\'', "\"")).collect();
        format!("[{}]", chosen.join(", "))
    });
    let right = sets.filter(|set| answer(&root, set).run().status == Some(0)).count();
    assert_eq!(right, 1);
}
