//! Workspaces by the command line: made, refused, damaged, reset, answered in.

use std::fs;

use crate::run::{Run, workspace};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_new_workspace_holds_the_programs_of_its_language() {
    for (language, program, other) in [("rust", "reserve.rs", "reserve.c"), ("c", "reserve.c", "reserve.rs")]
    {
        let (_directory, root) = workspace(language);
        assert!(root.join("03-untouched-memory").join(program).is_file());
        assert!(!root.join("03-untouched-memory").join(other).exists());
        assert_eq!(root.join("Cargo.toml").exists(), language == "rust");
    }
}

#[test]
fn what_holds_something_is_not_made_a_workspace() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("mine")).unwrap();
    fs::write(directory.path().join("mine/thesis.tex"), "x").unwrap();
    Run::new(&["init", "mine"]).within(directory.path()).run().status(2).stdout("").stderr(
        "error: mine is not empty: it holds thesis.tex\n\
         help: name a new directory: `mmaplings init DIR`\n",
    );
}

#[test]
fn outside_a_workspace_what_needs_one_says_how_to_get_it() {
    for command in [&["hint"][..], &["reset", "3"], &["solution"], &["open", "3"]] {
        Run::new(command).run().status(2).stdout("").stderr(
            "error: this directory is in no mmaplings workspace\n\
             help: `mmaplings init` makes one; `--workspace DIR` names one that is elsewhere\n",
        );
    }
}

#[test]
fn a_lesson_is_opened_by_number_or_name_and_in_the_other_language() {
    let (_directory, root) = workspace("rust");
    for written in ["6", "06", "06-two-programs", "two"] {
        let ran = Run::new(&["open", written]).within(&root).run().status(0).stderr("");
        assert!(ran.stdout.contains("edit 06-two-programs/writer.rs\n"), "{}", ran.stdout);
    }
    let ran = Run::new(&["open", "6", "--lang", "c"]).within(&root).run().status(0);
    assert!(ran.stdout.contains("edit 06-two-programs/writer.c\n"), "{}", ran.stdout);
    let status = json(&Run::new(&["status", "--json"]).within(&root).run().status(0).stdout);
    assert_eq!(status["current"], "06-two-programs");
    assert_eq!(status["version"], 1);
}

#[test]
fn a_misspelt_lesson_is_told_with_the_one_that_was_meant() {
    let (_directory, root) = workspace("rust");
    Run::new(&["open", "06-tow-programs"]).within(&root).run().status(2).stderr(
        "error: there is no lesson \"06-tow-programs\"\n\
         help: did you mean 06-two-programs? `mmaplings list` shows all lessons\n",
    );
}

#[test]
fn damaged_progress_is_told_kept_aside_and_not_touched_again() {
    let (_directory, root) = workspace("rust");
    Run::new(&["open", "6"]).within(&root).run().status(0);
    let path = root.join(".mmaplings/progress.json");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let ran = Run::new(&["status"]).within(&root).run().status(0);
    assert!(
        ran.stderr.starts_with("note: the progress file could not be read: it is not whole"),
        "{}",
        ran.stderr
    );
    let kept = root.join(".mmaplings/progress.damaged-1.json");
    assert_eq!(fs::read_to_string(kept).unwrap(), whole[..whole.len() / 2]);
    Run::new(&["status"]).within(&root).run().status(0).stderr("");
}

#[test]
fn reset_gives_the_starter_back_and_says_where_the_learners_is() {
    let (_directory, root) = workspace("c");
    let program = root.join("03-untouched-memory/reserve.c");
    let starter = fs::read(&program).unwrap();
    fs::write(&program, "int main(void) { return 7; }\n").unwrap();
    Run::new(&["reset", "3"]).within(&root).run().status(0).stdout(
        "03-untouched-memory/reserve.c is as it was handed out again; \
         yours is kept as .mmaplings/backups/03-untouched-memory/reserve.1.c\n",
    );
    assert_eq!(fs::read(&program).unwrap(), starter);
    let kept = root.join(".mmaplings/backups/03-untouched-memory/reserve.1.c");
    assert_eq!(fs::read_to_string(kept).unwrap(), "int main(void) { return 7; }\n");
}

#[test]
fn a_lesson_reset_in_another_language_is_in_it_from_then_on() {
    let (_directory, root) = workspace("rust");
    Run::new(&["reset", "3", "--lang", "c"])
        .within(&root)
        .run()
        .status(0)
        .stdout("03-untouched-memory/reserve.c was not there and is now\n");
    let opened = Run::new(&["open", "3"]).within(&root).run().status(0);
    assert!(opened.stdout.contains("edit 03-untouched-memory/reserve.c\n"), "{}", opened.stdout);
    let other = Run::new(&["open", "1"]).within(&root).run().status(0);
    assert!(other.stdout.contains("edit 01-four-flavours/flavours.rs\n"), "{}", other.stdout);
}

#[test]
fn hints_come_one_by_one_and_are_remembered() {
    let (_directory, root) = workspace("rust");
    for number in 1..=4 {
        let ran = Run::new(&["hint", "3"]).within(&root).run().status(0);
        let shown = ran.stdout.matches(" of 3: ").count();
        assert_eq!(shown, number.min(3), "{}", ran.stdout);
        assert_eq!(ran.stdout.contains("There are no more hints."), number >= 3);
    }
    let list = json(&Run::new(&["list", "--json"]).within(&root).run().status(0).stdout);
    let lessons =
        list["parts"].as_array().unwrap().iter().flat_map(|part| part["lessons"].as_array().unwrap());
    let lesson = lessons.into_iter().find(|lesson| lesson["id"] == "03-untouched-memory").unwrap();
    assert_eq!(lesson["hints"], 3);
}

#[test]
fn a_solution_is_for_those_who_passed_or_give_up() {
    let (_directory, root) = workspace("rust");
    let refused = Run::new(&["solution", "3"]).within(&root).run().status(2).stdout("");
    assert!(refused.stderr.starts_with("error: reserve of 03-untouched-memory is not passed yet\n"));
    let shown = Run::new(&["solution", "3", "--give-up"]).within(&root).run().status(0);
    assert!(shown.stdout.contains("fn main()"), "{}", shown.stdout);
}

/// The answers that the course itself says are right.
fn right_answer(step: &toml::Value) -> Option<String> {
    let options = || step["option"].as_array().unwrap().iter();
    let quoted = |text: &toml::Value| toml::Value::from(text.as_str().unwrap()).to_string();
    let is_right =
        |option: &&toml::Value| option.get("right").is_some_and(|right| right.as_bool() == Some(true));
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    Some(match step["kind"].as_str()? {
        "choice" => quoted(&options().find(is_right)?["text"]),
        "choices" => list(options().filter(is_right).map(|option| quoted(&option["text"])).collect()),
        "match" => list(step["pair"].as_array()?.iter().map(|pair| quoted(&pair["right"])).collect()),
        "order" => list(step["item"].as_array()?.iter().map(|item| quoted(&item["text"])).collect()),
        "number" => step["answer"].to_string(),
        _ => return None,
    })
}

#[test]
fn the_right_answers_to_a_lesson_pass_from_a_file_and_from_standard_input() {
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/03-untouched-memory/lesson.toml"));
    let lesson: toml::Table = text.unwrap().parse().unwrap();
    let answers: String = lesson["step"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| Some(format!("{} = {}\n", step["id"].as_str()?, right_answer(step)?)))
        .collect();
    assert!(!answers.is_empty());
    let (_directory, root) = workspace("rust");
    fs::write(root.join("answers.toml"), &answers).unwrap();
    Run::new(&["answer", "3", "--from", "answers.toml"]).within(&root).run().status(0).stderr("");
    let ran =
        Run::new(&["answer", "3", "--from", "-", "--json"]).within(&root).stdin(&answers).run().status(0);
    let report = json(&ran.stdout);
    assert_eq!(report["version"], 1);
    assert!(report["answers"].as_array().unwrap().iter().all(|answer| answer["outcome"] == "passed"));
}

#[test]
fn all_that_is_wrong_with_a_file_of_answers_is_told_at_once() {
    let (_directory, root) = workspace("rust");
    let ran = Run::new(&["answer", "3", "--from", "-"])
        .within(&root)
        .stdin("size-or-rsss = \"a\"\nsize-or-rss = \"z\"\n")
        .run()
        .status(2)
        .stdout("");
    assert!(
        ran.stderr.contains("no question \"size-or-rsss\"; did you mean \"size-or-rss\"?"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("size-or-rss has no option \"z\""), "{}", ran.stderr);
}

#[test]
fn a_course_that_does_not_load_is_told_and_not_the_learners_fault() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("lessons")).unwrap();
    fs::write(directory.path().join("lessons/course.toml"), "title = 3\n").unwrap();
    let course = directory.path().to_str().unwrap();
    let ran = Run::new(&["list", "--course", course]).run().status(5).stdout("");
    assert!(ran.stderr.contains("lessons/course.toml"), "{}", ran.stderr);
}
