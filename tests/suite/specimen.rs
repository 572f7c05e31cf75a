//! Specimens: looked at live, and answered from a file against another run.

use std::path::Path;

use serde_json::Value;

use crate::run::{Ran, Run};
use crate::skip;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn looked_at(seed: &str) -> Value {
    let ran = Run::new(&["specimen", "10", "--seed", seed, "--json"]).with_cache().run().status(0).stderr("");
    json(&ran.stdout)
}

fn lines(shown: &Value, specimen: usize, process: usize) -> &[Value] {
    shown["specimens"][specimen]["processes"][process]["lines"].as_array().unwrap()
}

/// The line of the first specimen's process that a reader of maps would take for the one.
fn line(shown: &Value, specimen: usize, process: usize, is: impl Fn(&str) -> bool) -> &Value {
    let found = lines(shown, specimen, process).iter().find(|line| is(line["maps"].as_str().unwrap()));
    found.unwrap_or_else(|| panic!("{shown}"))
}

fn kib(line: &Value, counter: &str) -> u64 {
    line["smaps"][counter].as_u64().unwrap() / 1024
}

/// The answers of somebody who can read what is shown.
fn answers(shown: &Value, seed: &str) -> String {
    let file = line(shown, 0, 0, |maps| maps.contains(" rw-s "));
    let copy = line(shown, 0, 0, |maps| maps.contains(" rw-p ") && maps.ends_with("table"));
    let bare = line(shown, 0, 0, |maps| maps.ends_with(" rw-p 00000000 00:00 0"));
    let page = copy["smaps"]["page_size"].as_u64().unwrap();
    let common = line(shown, 1, 0, |maps| maps.contains(" rw-s "));
    let own = line(shown, 1, 0, |maps| maps.contains(" rw-p "));
    let childs = line(shown, 1, 1, |maps| maps.contains(" rw-p "));
    format!(
        "[four-lines]\nseed = {seed}\nthe-file = {}\nin-ram = \"{} kB\"\ncopies = {}\nno-file = {}\n\
         [two-sharers]\nseed = {seed}\npss-of-common = {}\ncopied-by-child = {}\nin-ram-together = \"{} KiB\"\n",
        file["letter"],
        kib(file, "rss"),
        copy["smaps"]["anonymous"].as_u64().unwrap() / page,
        bare["letter"],
        kib(common, "pss"),
        childs["smaps"]["private_dirty"].as_u64().unwrap() / page,
        kib(own, "pss") + kib(childs, "pss"),
    )
}

fn answered(answers: &str) -> Ran {
    Run::new(&["answer", "10", "--from", "-", "--json"]).with_cache().stdin(answers).run()
}

#[test]
fn what_is_read_off_the_lines_is_right_in_another_run_of_the_same_seed() {
    let shown = looked_at("7");
    let report = json(&answered(&answers(&shown, "7")).status(0).stderr("").stdout);
    let outcomes: Vec<&Value> =
        report["answers"].as_array().unwrap().iter().map(|answer| &answer["outcome"]).collect();
    assert_eq!(outcomes, ["passed", "passed"], "{report}");
    // Another seed draws other figures and another order.
    let other = answered(&answers(&shown, "7").replace("seed = 7", "seed = 8")).status(1);
    let report = json(&other.stdout);
    let missed = report["answers"][0]["answers"].as_array().unwrap().iter();
    assert!(missed.filter(|one| one["outcome"] == "missed").count() >= 2, "{report}");
}

#[test]
fn a_wrong_figure_is_told_what_it_is() {
    let shown = looked_at("3");
    let file = line(&shown, 0, 0, |maps| maps.contains(" rw-s "));
    let right = format!("in-ram = \"{} kB\"", kib(file, "rss"));
    let size = format!("in-ram = \"{} kB\"", file["size"].as_u64().unwrap() / 1024);
    let report = json(&answered(&answers(&shown, "3").replace(&right, &size)).status(1).stdout);
    let told = report["answers"][0]["answers"].as_array().unwrap().iter();
    let missed: Vec<&Value> = told.filter(|one| one["outcome"] == "missed").collect();
    assert_eq!(missed.len(), 1, "{report}");
    assert!(missed[0]["remarks"][0]["says"].as_str().unwrap().starts_with("That is Size"), "{report}");
}

#[test]
fn tables_that_are_no_answers_are_refused_whole() {
    for (answers, said) in [
        ("four-lines = 3\n", "must be a table [four-lines]"),
        ("[four-lines]\nthe-file = \"a\"\n", "[four-lines] must name the `seed`"),
        ("[four-lines]\nseed = -1\n", "[four-lines] must name the `seed`"),
        ("[four-lines]\nseed = 7\nthe-flie = \"a\"\n", "did you mean \"the-file\"?"),
        ("[four-lines]\nseed = 7\nthe-file = \"a\"\n", "[four-lines] gives no answer to in-ram"),
        (
            "[four-lines]\nseed = 7\nthe-file = \"z\"\nin-ram = 1\ncopies = 1\nno-file = \"a\"\n",
            "the-file has no option \"z\": it has a to e",
        ),
    ] {
        let ran = answered(answers).status(2).stdout("");
        assert!(ran.stderr.replace('\n', " ").contains(said), "{said}: {}", ran.stderr);
    }
}

#[test]
fn nothing_of_a_specimen_is_left_behind() {
    let shown = looked_at("5");
    for specimen in shown["specimens"].as_array().unwrap() {
        for process in specimen["processes"].as_array().unwrap() {
            let command = std::fs::read(format!("/proc/{}/cmdline", process["pid"])).unwrap_or_default();
            // A zombie that init has yet to reap has no command line either.
            assert!(!String::from_utf8_lossy(&command).contains("__experiment"), "{process}");
        }
    }
}

#[test]
fn tools_that_are_missing_are_told_and_left_out() {
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    let ran = Run::new(&["specimen", "10", "--step", "four-lines"]).with_cache().env("PATH", path).run();
    let ran = ran.status(0).stderr("");
    assert!(ran.stdout.contains("pmap is left out: there is no pmap here."), "{}", ran.stdout);
    assert!(ran.stdout.contains("perf stat is left out: there is no perf here."), "{}", ran.stdout);
}

#[test]
fn pmap_and_perf_say_what_smaps_says() {
    if skip::find("pmap").is_none() {
        return;
    }
    let shown = looked_at("9");
    let said = &shown["specimens"][0]["pmap"];
    assert_eq!(said["tool"], "ran", "{said}");
    let table = said["says"].as_str().unwrap();
    let file = line(&shown, 0, 0, |maps| maps.contains(" rw-s "));
    let row = table.lines().find(|row| row.contains(" rw-s ")).unwrap();
    assert!(row.split_whitespace().any(|word| word == kib(file, "rss").to_string()), "{row}");
    if Path::new("/usr/bin/perf").exists() {
        let perf = &shown["specimens"][0]["perf"];
        // More than the pages stored to, which each took one at least.
        let bare = line(&shown, 0, 0, |maps| maps.ends_with(" rw-p 00000000 00:00 0"));
        let pages = kib(bare, "rss") * 1024 / bare["smaps"]["page_size"].as_u64().unwrap();
        let least = perf["says"]["minor"].as_u64().unwrap_or(u64::MAX);
        assert!(least >= pages, "{perf} for {pages} pages");
    }
}

#[test]
fn a_lesson_without_specimens_says_so() {
    let ran = Run::new(&["specimen", "1"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("01-four-flavours has no specimen"), "{}", ran.stderr);
    let ran = Run::new(&["specimen", "10", "--step", "five"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("it has four-lines and two-sharers"), "{}", ran.stderr);
}

#[test]
fn a_class_is_graded_on_what_each_of_them_looked_at() {
    let class = tempfile::tempdir().unwrap();
    // Not the lesson's own step alone: a submission names its lesson.
    let table = |shown: &Value, seed: &str| {
        let answers = answers(shown, seed);
        answers.replace('[', "[10-smaps-and-friends.")
    };
    let (ada, bob) = (looked_at("11"), looked_at("12"));
    let wrong = format!("no-file = {}", line(&bob, 0, 0, |maps| maps.ends_with("table"))["letter"]);
    let bobs = table(&bob, "12");
    let right = bobs.lines().find(|line| line.starts_with("no-file")).unwrap();
    for (name, answers) in [("ada", table(&ada, "11")), ("bob", bobs.replace(right, &wrong))] {
        std::fs::create_dir(class.path().join(name)).unwrap();
        std::fs::write(class.path().join(name).join("answers.toml"), answers).unwrap();
    }
    let ran = Run::new(&["grade", "ada", "bob", "--lesson", "10", "--out", "out"])
        .within(class.path())
        .with_cache()
        .run();
    let graded = |name: &str| -> Value {
        let path = class.path().join(format!("out/students/{name}.json"));
        json(&std::fs::read_to_string(path).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr)))
    };
    let outcomes = |graded: &Value| -> Vec<(String, String)> {
        let steps = graded["lessons"][0]["steps"].as_array().unwrap().iter();
        steps
            .map(|step| (step["step"].to_string(), step["outcome"].to_string()))
            .filter(|(step, _)| step.contains("four-lines") || step.contains("two-sharers"))
            .collect()
    };
    let quoted = |step: &str, outcome: &str| (format!("\"{step}\""), format!("\"{outcome}\""));
    assert_eq!(
        outcomes(&graded("ada")),
        [quoted("four-lines", "passed"), quoted("two-sharers", "passed")],
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(outcomes(&graded("bob")), [quoted("four-lines", "missed"), quoted("two-sharers", "passed")]);
}
