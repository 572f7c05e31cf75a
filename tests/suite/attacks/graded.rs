//! Attacks handed in as students' work: the whole way through `mmaplings grade`.

use std::fs;
use std::path::Path;

use mmaplings::assemblies::drill;
use mmaplings::edges::compiler::SourceText;
use mmaplings::edges::sandbox::Level;
use serde_json::Value;

use super::corpus::Range;
use crate::run::Run;
use crate::skip;

const COURSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/courses/fork-and-pipe");

/// Of each kind one, which does not take long.
const CHOSEN: [&str; 9] = [
    "environment.rs",
    "forge.c",
    "include-str.rs",
    "incbin.c",
    "kill.c",
    "overwrite.c",
    "read.c",
    "survive.c",
    "trace.c",
];

/// A secret in the environment of whoever grades, which `environment.rs` looks for.
const SECRET: (&str, &str) = ("MMAPLINGS_ATTACK_SECRET", "tell nobody");

#[test]
fn an_attack_that_is_graded_earns_nothing() {
    let level = drill::level().unwrap();
    if level < Level::Signals {
        return skip::skip("this kernel does not keep signals inside (Landlock ABI 6, Linux 6.12)");
    }
    let Some(range) = Range::new() else { return };
    let directory = tempfile::tempdir().unwrap();
    let students: Vec<String> =
        CHOSEN.iter().map(|file| format!("class/{}", file.replace('.', "-"))).collect();
    for (file, student) in CHOSEN.iter().zip(&students) {
        let SourceText::Memory(text) = range.text(file) else { panic!("attacks are made in memory") };
        let folder = directory.path().join(student);
        fs::create_dir_all(&folder).unwrap();
        let ending = Path::new(file).extension().unwrap().to_str().unwrap();
        fs::write(folder.join(format!("family.{ending}")), text).unwrap();
        // None of these is looked at, let alone run.
        let script = "fn main() { std::fs::write(\"/tmp/mmaplings-attack-was-run\", \"\").unwrap(); }";
        fs::write(folder.join("build.rs"), script).unwrap();
        fs::write(folder.join("Cargo.toml"), "[package]\nname = \"family\"\nbuild = \"build.rs\"\n").unwrap();
    }
    let grade = |format: &str| {
        let mut arguments = vec!["--course", COURSE, "grade", "--lesson", "1", "--seed", "7", "--out", "out"];
        arguments.extend(["--require", "signals", "--format", format]);
        arguments.extend(students.iter().map(String::as_str));
        Run::new(&arguments).within(directory.path()).with_cache().env(SECRET.0, SECRET.1).run()
    };
    let ran = grade("json").status(0);
    let class: Value = serde_json::from_str(&ran.stdout).unwrap();
    for student in class["students"].as_array().unwrap() {
        let name = &student["student"];
        let steps = student["lessons"][0]["steps"].as_array().unwrap();
        let drill = steps.iter().find(|step| step["kind"] == "drill").unwrap();
        assert!(
            ["missed", "does-not-compile"].contains(&drill["outcome"].as_str().unwrap()),
            "{name}: {drill}"
        );
        assert_eq!(drill["score"]["earned"].as_f64(), Some(0.0), "{name}: {drill}");
        assert_eq!(drill["verdict"]["confinement"], level.name(), "{name}: {drill}");
    }
    assert!(range.is_as_it_was());
    assert!(!Path::new("/tmp/mmaplings-attack-was-run").exists());
    for format in ["table", "csv", "junit", "json"] {
        let told = grade(format).status(0).stdout;
        assert!(!told.contains("stdout: GAINED") && !told.contains(SECRET.1), "{told}");
        assert!(!told.contains('\x1b') && !told.contains("\\u001b"), "{told}");
        assert!(told.lines().all(|line| !line.trim_start().starts_with("::")), "{told}");
    }
    let page = fs::read_to_string(directory.path().join("out/students/forge-c.html")).unwrap();
    assert!(!page.contains("<script>alert"), "{page}");
    let page = fs::read_to_string(directory.path().join("out/students/trace-c.html")).unwrap();
    assert!(page.contains("family was refused: ptrace"), "{page}");
}
