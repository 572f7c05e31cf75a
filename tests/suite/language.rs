//! A course in another language: its messages, English where it has none, and answers in
//! the learner's own words left to the learner.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::Run;

fn german() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses/deutsch")
}

fn run(arguments: &[&str]) -> Run {
    let course = german();
    let course = course.to_str().unwrap();
    let mut all = vec!["--course", course];
    all.extend(arguments);
    Run::new(&all).with_cache()
}

#[test]
fn the_course_is_sound_and_what_it_measures_holds_still() {
    run(&["course", "check"]).run().status(0).stderr("");
}

#[test]
fn the_interface_speaks_as_the_course_does_and_english_where_it_has_no_words() {
    let answers = "was-gibt-mmap = \"b\"\nein-byte = \"1 GiB\"\n";
    let told = run(&["answer", "1", "--from", "-"]).stdin(answers).run().status(1).stderr("").stdout;
    assert!(told.contains("was-gibt-mmap ✗ noch nicht"), "{told}");
    assert!(told.contains("um den Faktor 262144 zu hoch"), "{told}");
    // The course has no word for this.
    assert!(told.contains("measured   4 KiB"), "{told}");
    let told = run(&["answer", "1", "--from", "-"]).stdin("was-gibt-mmap = \"a\"\n").run().status(0).stdout;
    assert!(told.contains("was-gibt-mmap ✓ richtig"), "{told}");
    // The built-in course is in English, whatever else was used.
    let told = Run::new(&["answer", "2", "--from", "-"]).stdin("").run().status(0).stdout;
    assert!(told.starts_with("0 of "), "{told}");
}

#[test]
fn answers_in_another_language_are_the_learners_to_compare() {
    let answer = "warum = \"Weil Seiten erst bei der Berührung belegt werden.\"\n";
    let ran = run(&["answer", "1", "--from", "-", "--json"]).stdin(answer).run().status(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let marked = &report["answers"][0];
    assert_eq!(
        (&marked["outcome"], &marked["stated"]),
        (&"unsure".into(), &serde_json::json!([])),
        "{report}"
    );
    let told = run(&["answer", "1", "--from", "-"]).stdin(answer).run().status(0).stdout;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Deutsche Antworten werden hier nicht bewertet"), "{told}");
    assert!(told.contains("Eine Musterantwort:"), "{told}");
    // No words are no answer in any language.
    run(&["answer", "1", "--from", "-"]).stdin("warum = \" ... \"\n").run().status(1);
}

#[test]
fn messages_that_nothing_says_are_problems_of_the_course() {
    let directory = tempfile::tempdir().unwrap();
    for path in ["lessons/01-speicher/rubrics", "lessons/01-speicher"] {
        fs::create_dir_all(directory.path().join(path)).unwrap();
    }
    for path in
        ["lessons/course.toml", "lessons/01-speicher/lesson.toml", "lessons/01-speicher/rubrics/warum.toml"]
    {
        fs::copy(german().join(path), directory.path().join(path)).unwrap();
    }
    fs::write(
        directory.path().join("lessons/messages.ftl"),
        "answer-rigth = richtig\nhint-number = Hinweis { $nummer }\n",
    )
    .unwrap();
    let ran = Run::new(&["course", "check", directory.path().to_str().unwrap(), "--json"]).run().status(5);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let told: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "the interface has no message `answer-rigth`; did you mean `answer-right`?",
            "`hint-number` is not told `$nummer`; did you mean `$number`?"
        ]
    );
}

/// Every name that the code says has a message, and every message is said.
#[test]
fn every_message_is_said_and_everything_said_is_a_message() {
    fn walk(directory: &Path, code: &mut String) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, code);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                // What tests say nobody hears.
                code.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = String::new();
    walk(&root, &mut code);
    let english = fs::read_to_string(root.join("words/speech/en.ftl")).unwrap();
    let messages: Vec<&str> = english
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| Some(line.split_once(" =")?.0))
        .collect();
    assert!(messages.len() > 60, "{messages:?}");
    let unsaid: Vec<&&str> = messages.iter().filter(|name| !code.contains(&format!("\"{name}\""))).collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
    for call in [".say(", ".tell(", "with_key("] {
        for (at, _) in code.match_indices(call) {
            // A name that is chosen elsewhere stands there as text, and was looked for above.
            let Some(named) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
            let name = named.split('"').next().unwrap();
            // A line of progress is said as it stands.
            assert!(name.contains(' ') || messages.contains(&name), "{name} has no message in English");
        }
    }
}
