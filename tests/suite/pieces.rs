//! A class graded in pieces, and put together again: by hand, and by Slurm.

mod slurm;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::run::{Ran, Run};
use crate::skip;

const COURSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/courses/fork-and-pipe");

/// Files under `book/src/scripts/`, which the book shows and people copy.
fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/scripts").join(name)
}

/// Eight students, of whom the first has done the drill of the first lesson.
struct Class {
    directory: tempfile::TempDir,
}

const STUDENTS: [&str; 8] = ["ada", "bob", "cy", "dee", "eve", "fay", "guy", "hal"];

impl Class {
    fn new() -> Self {
        let class = Self { directory: tempfile::tempdir().unwrap() };
        for student in STUDENTS {
            fs::create_dir_all(class.path(&format!("class/{student}"))).unwrap();
        }
        let model = Path::new(COURSE).join("solutions/01-fork/c/family.c");
        fs::copy(model, class.path("class/ada/family.c")).unwrap();
        class
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let arguments = [&["--course", COURSE], arguments].concat();
        Run::new(&arguments).within(self.directory.path()).with_cache().run()
    }

    /// Grades students of the class in the first lesson, with what is asked besides.
    fn grade(&self, students: &[&str], more: &[&str]) -> Ran {
        let students: Vec<String> = students.iter().map(|student| format!("class/{student}")).collect();
        let students: Vec<&str> = students.iter().map(String::as_str).collect();
        self.run(&[&["grade", "--lesson", "1", "--json"], students.as_slice(), more].concat())
    }

    fn piece(&self, shard: &str, out: &str) {
        self.grade(&STUDENTS, &["--shard", shard, "--seed", "7", "--out", out]).status(0);
    }
}

/// `NAME OUTCOME`, a student each.
fn outcomes(ran: &Ran) -> Vec<String> {
    let class: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}:\n{}\n{}", ran.stdout, ran.stderr));
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let students = class["students"].as_array().unwrap();
    students.iter().map(|student| word(&student["student"]) + " " + &word(&student["outcome"])).collect()
}

#[test]
fn pieces_put_together_are_the_class() {
    if skip::find("cc").is_none() {
        return;
    }
    let class = Class::new();
    for (shard, out) in [("1/3", "one"), ("2/3", "two"), ("3/3", "three")] {
        class.piece(shard, out);
    }
    let merged = class.run(&["grade", "merge", "one", "two", "three", "--out", "all", "--json"]).status(0);
    let whole = class.grade(&STUDENTS, &["--seed", "7"]).status(0);
    assert_eq!(outcomes(&merged), outcomes(&whole));
    assert_eq!(outcomes(&merged).len(), STUDENTS.len());
    assert_eq!(merged.stderr, "");
    for file in ["index.html", "class.csv", "students/ada.json", "students/ada.html"] {
        assert!(class.path("all").join(file).is_file(), "{file}");
    }
    // Again, into the same directory: a piece may have been graded anew.
    class.run(&["grade", "merge", "one", "two", "three", "--out", "all", "--json"]).status(0);
}

#[test]
fn what_does_not_go_together_is_refused_and_nothing_written() {
    let class = Class::new();
    // Nobody of these has handed anything in, so that nothing has to be compiled.
    let grade = |students: &[&str], more: &[&str]| class.grade(students, more).status(0);
    grade(&["bob", "cy"], &["--seed", "7", "--out", "one"]);
    grade(&["dee"], &["--seed", "8", "--out", "other-seed"]);
    fs::write(class.path("weights.toml"), "drill = 3\n").unwrap();
    grade(&["dee"], &["--seed", "7", "--out", "other-weights", "--weights", "weights.toml"]);
    grade(&["cy"], &["--seed", "7", "--out", "same"]);
    fs::write(class.path("class/cy/family.c"), "int main(void) { <; }\n").unwrap();
    let merge = |pieces: &[&str], out: &str| {
        class.run(&[&["grade", "merge"], pieces, &["--out", out, "--json"]].concat())
    };
    let refused = |pieces: &[&str], out: &str, told: &str| {
        let ran = merge(pieces, out).status(2);
        let flat = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(told), "{told:?} is not in {flat}");
    };
    refused(&["one", "other-seed"], "a", "are not of one grading: the seed differs");
    refused(&["one", "other-seed"], "a", "grade all pieces with one --seed");
    refused(&["one", "other-weights"], "a", "the lessons or the weights differ");
    refused(&["one", "class"], "a", "class holds no results");
    refused(&["one", "same"], "one", "one is one of the pieces");
    assert!(!class.path("a").exists());

    let ran = merge(&["one", "same"], "b").status(0);
    assert_eq!(outcomes(&ran), ["bob nothing", "cy nothing"]);
    assert!(ran.stderr.contains("cy is in several pieces with the same work"), "{}", ran.stderr);
    refused(&["same"], "b", "b has results already, of bob and perhaps others");

    if skip::find("cc").is_some() {
        grade(&["cy"], &["--seed", "7", "--out", "different"]);
        refused(&["one", "different"], "c", "cy is in one and in different, with different work");
        assert!(!class.path("c/students/cy.json").exists());
    }
}

#[test]
fn a_piece_needs_a_seed_and_a_sensible_number() {
    let class = Class::new();
    let ran = class.grade(&["bob"], &["--shard", "1/2"]).status(2);
    assert!(ran.stderr.contains("--seed"), "{}", ran.stderr);
    let ran = class.grade(&["bob"], &["--shard", "3/2", "--seed", "1"]).status(2);
    assert!(ran.stderr.contains("it is written 2/8"), "{}", ran.stderr);
    // A piece that nobody is in is graded, and merged, like any other.
    for shard in ["1/2", "2/2"] {
        class.grade(&["bob"], &["--shard", shard, "--seed", "1", "--out", &shard[..1]]).status(0);
    }
    assert_eq!(
        outcomes(&class.run(&["grade", "merge", "1", "2", "--out", "all", "--json"])),
        ["bob nothing"]
    );
}

#[test]
fn the_script_for_slurm_is_sound() {
    let Some(shellcheck) = skip::find("shellcheck") else { return };
    let status = Command::new(shellcheck).arg(example("grade.sbatch")).status().unwrap();
    assert!(status.success());
}

/// What a reader of the workflow relies on, by a parser of YAML that nobody here wrote.
#[test]
fn the_workflow_is_sound() {
    let Some(python) = skip::find("python3") else { return };
    const SCRIPT: &str = "
import json, sys
try:
    import yaml
except ImportError:
    sys.exit(77)
print(json.dumps(yaml.safe_load(open(sys.argv[1]))))
";
    let output = Command::new(python).args(["-c", SCRIPT]).arg(example("grade.yml")).output().unwrap();
    if output.status.code() == Some(77) {
        return skip::skip("Python has no yaml");
    }
    let workflow: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }));
    let mut commands = Vec::new();
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        assert_eq!(job.get("permissions"), None, "{name}");
        for step in job["steps"].as_array().unwrap() {
            let used = step["uses"].as_str().unwrap_or_default();
            if used.starts_with("actions/checkout") {
                assert_eq!(step["with"]["persist-credentials"], false);
            }
            commands.extend(step["run"].as_str().map(str::to_owned));
        }
    }
    // What the runner's own text is put into runs as a command: nothing of it may come from outside.
    assert!(commands.iter().all(|command| !command.contains("${{")), "{commands:?}");
    if let Some(shellcheck) = skip::find("shellcheck") {
        for command in commands {
            let script = tempfile::NamedTempFile::new().unwrap();
            fs::write(script.path(), command).unwrap();
            let status = Command::new(&shellcheck).args(["--shell", "bash"]).arg(script.path()).status();
            assert!(status.unwrap().success());
        }
    }
}
