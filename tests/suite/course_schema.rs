//! The schemas that editors are given: they accept the courses that load and refuse what
//! the loader refuses of single values, and the page of the book says the same.

#![expect(clippy::print_stdout, reason = "a failing test shows what the validator said")]

use std::io::Write;
use std::process::{Command, Stdio};

use mmaplings::edges::course_files;
use mmaplings::judgement::course::{Document, reference, schema};
use serde_json::{Value, json};

use crate::run::Run;
use crate::skip;

/// Whether each instance is valid by the schema, told by Python's jsonschema: a validator that
/// nobody here wrote. Nothing where it is not installed.
fn valid(schema: &Value, instances: &[Value]) -> Option<Vec<bool>> {
    const SCRIPT: &str = "
import json, sys
try:
    from jsonschema import Draft202012Validator as Validator
except ImportError:
    sys.exit(77)
given = json.load(sys.stdin)
Validator.check_schema(given['schema'])
validator = Validator(given['schema'])
for instance in given['instances']:
    for error in validator.iter_errors(instance):
        print(error.json_path, error.message, file=sys.stderr)
print(json.dumps([validator.is_valid(instance) for instance in given['instances']]))
";
    let python = skip::find("python3")?;
    let mut child = Command::new(python)
        .args(["-I", "-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let given = json!({ "schema": schema, "instances": instances }).to_string();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.code() == Some(77) {
        skip::skip("Python's jsonschema is not installed");
        return None;
    }
    // Shown only if the test fails.
    println!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn as_json(toml: &str) -> Value {
    serde_json::to_value(toml.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn every_file_of_the_embedded_course_is_accepted() {
    let files = course_files::embedded();
    for document in Document::ALL {
        let paths: Vec<&str> = files.paths().filter(|path| document.is_kind_of(path)).collect();
        let instances: Vec<Value> = paths.iter().map(|path| as_json(&files.text(path).unwrap())).collect();
        assert!(!instances.is_empty(), "no {}", document.file_name());
        let Some(valid) = valid(&schema(document), &instances) else { return };
        let refused: Vec<&&str> =
            paths.iter().zip(&valid).filter(|(_, valid)| !**valid).map(|(path, _)| path).collect();
        assert!(refused.is_empty(), "{refused:?}");
    }
}

#[test]
fn what_the_loader_refuses_of_a_value_an_editor_underlines() {
    let sound = "title = 'T'\nminutes = 1\n[[step]]\nkind = 'read'\nid = 'a'\ntext = 't'\n";
    let broken = [
        ("minutes = 1", "minutes = '1'"),
        ("minutes = 1", ""),
        ("kind = 'read'", "kind = 'reed'"),
        ("text = 't'", "txet = 't'"),
        ("id = 'a'", "id = 'A b'"),
        ("minutes = 1", "minutes = -1"),
    ];
    let broken = broken.iter().map(|(from, to)| sound.replace(from, to));
    let instances: Vec<Value> =
        std::iter::once(sound.to_owned()).chain(broken).map(|text| as_json(&text)).collect();
    let Some(valid) = valid(&schema(Document::Lesson), &instances) else { return };
    assert_eq!(valid, [true, false, false, false, false, false, false]);
}

#[test]
fn the_page_of_the_book_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/book/src/reference.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == reference(),
        "book/src/reference.md is out of date: cargo run -- course schema --markdown > book/src/reference.md"
    );
}

#[test]
fn schemas_are_printed_and_written() {
    let printed = Run::new(&["course", "schema", "attempts"]).run().status(0).stderr("").stdout;
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed, schema(Document::Attempts));
    let directory = tempfile::tempdir().unwrap();
    let into = directory.path().join("schemas");
    Run::new(&["course", "schema", "--into", into.to_str().unwrap()]).run().status(0).stderr("");
    for document in Document::ALL {
        let name = document.file_name().replace(".toml", ".schema.json");
        let written: Value = serde_json::from_slice(&std::fs::read(into.join(name)).unwrap()).unwrap();
        assert_eq!(written, schema(document));
    }
}
