//! The house rules that a reader relies on and a compiler does not enforce.

use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: [&str; 8] = ["words", "facts", "vocabulary", "judgement", "flow", "edges", "assemblies", "app"];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 10, "the sources were not found");
    found
}

/// The floor of a file, and the room on it: `("edges", "tracer")`.
fn place(path: &Path) -> Option<(usize, String)> {
    let inner = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let mut parts = inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let floor = parts.next()?;
    let room = parts.next().unwrap_or_default();
    let floor = FLOORS.iter().position(|name| *name == floor)?;
    Some((floor, room.trim_end_matches(".rs").to_owned()))
}

/// `crate::edges::tracer::…` anywhere outside comments, as (floor, room).
fn imports(text: &str) -> Vec<(usize, String)> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.match_indices("crate::").map(move |(at, word)| &line[at + word.len()..]))
        .filter_map(|rest| {
            let mut names =
                rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|n| !n.is_empty());
            let floor = names.next()?;
            let floor = FLOORS.iter().position(|name| *name == floor)?;
            Some((floor, names.next().unwrap_or_default().to_owned()))
        })
        .collect()
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "these files do not open with //!: {silent:?}");
}

#[test]
fn imports_go_down_only() {
    let mut upward = Vec::new();
    for (path, text) in sources() {
        let Some((floor, _)) = place(&path) else { continue };
        for (target, room) in imports(&text) {
            if target > floor {
                upward.push(format!("{}: crate::{}::{room}", path.display(), FLOORS[target]));
            }
        }
    }
    assert!(upward.is_empty(), "imports from a higher floor:\n{}", upward.join("\n"));
}

#[test]
fn edges_do_not_import_each_other() {
    let edges = FLOORS.iter().position(|name| *name == "edges").unwrap();
    let mut crossings = Vec::new();
    for (path, text) in sources() {
        let Some((floor, own)) = place(&path) else { continue };
        if floor != edges || own == "mod" {
            continue;
        }
        for (target, room) in imports(&text) {
            // System calls that nobody wraps are below the others, and know none of them.
            if target == edges && room != own && room != "calls" {
                crossings.push(format!("{}: crate::edges::{room}", path.display()));
            }
        }
    }
    assert!(crossings.is_empty(), "edges that import edges:\n{}", crossings.join("\n"));
}

#[test]
fn rooms_of_a_floor_form_no_circle() {
    let mut arrows: Vec<((usize, String), (usize, String))> = Vec::new();
    for (path, text) in sources() {
        let Some(from) = place(&path) else { continue };
        for to in imports(&text) {
            if to != from
                && from.0 == to.0
                && from.1 != "mod"
                && !arrows.contains(&(from.clone(), to.clone()))
            {
                arrows.push((from.clone(), to));
            }
        }
    }
    // Rooms that nothing enters are taken away until none is left; what stays is on a circle.
    loop {
        let before = arrows.len();
        let targets: Vec<_> = arrows.iter().map(|(_, to)| to.clone()).collect();
        arrows.retain(|(from, _)| targets.contains(from));
        if arrows.len() == before {
            break;
        }
    }
    assert!(arrows.is_empty(), "circles among: {arrows:?}");
}

/// In a terminal code is not wrapped between words: a longer line breaks where it happens to end.
#[test]
fn code_in_the_lessons_fits_a_terminal_of_80_columns() {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    let mut read = 0;
    for lesson in fs::read_dir(lessons).unwrap().map(|entry| entry.unwrap().path().join("lesson.toml")) {
        let Ok(text) = fs::read_to_string(&lesson) else { continue };
        let mut code = false;
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                code = !code;
                read += 1;
            } else if code {
                let width = line.chars().count();
                assert!(width <= 78, "{}:{}: {width} columns", lesson.display(), number + 1);
            }
        }
    }
    assert!(read > 20, "the lessons were not found");
}
