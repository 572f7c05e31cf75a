//! Courses: the embedded one loads, and nothing that is read as one brings the loader
//! down.

use mmaplings::edges::course_files;
use mmaplings::judgement::course::{self, CourseFiles, Drawing};
use proptest::prelude::*;

use crate::course_problems::sound;

#[test]
fn the_embedded_course_loads() {
    let files = course_files::embedded();
    let course =
        course::load(&files).unwrap_or_else(|problems| panic!("{}", problems.draw(Drawing::Plain, 110)));
    assert_eq!(course.find("03").len(), 1);
}

#[test]
fn the_embedded_course_is_the_one_in_the_directory() {
    let directory = course_files::from_directory(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
    let course =
        course::load(&directory).unwrap_or_else(|problems| panic!("{}", problems.draw(Drawing::Plain, 110)));
    let embedded = course::load(&course_files::embedded()).unwrap();
    assert_eq!(format!("{:?}", course.course), format!("{:?}", embedded.course));
    for (one, other) in course.lessons.iter().zip(&embedded.lessons) {
        assert_eq!(
            (&one.lesson, &one.models, &one.attempts),
            (&other.lesson, &other.models, &other.attempts)
        );
    }
}

/// Loads a course, and if it is broken tells it in every way: any of it may panic, and must not.
fn load_and_tell(files: &CourseFiles) {
    if let Err(problems) = course::load(files) {
        for drawing in [Drawing::Coloured, Drawing::Plain, Drawing::Ascii] {
            assert!(problems.draw(drawing, 80).contains("problem"));
        }
        assert_eq!(problems.reports().len(), problems.iter().count());
    }
}

/// A cut of some bytes, and others in their place.
#[derive(Clone, Debug)]
struct Edit {
    at: prop::sample::Index,
    cut: usize,
    put: Vec<u8>,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let words: [&[u8]; 16] = [
        b"\"",
        b"'",
        b"\n",
        b"[",
        b"]",
        b"{",
        b"}",
        b"=",
        b".",
        b"[[step]]",
        b"\"\"\"",
        b"1979-05-27",
        b"nan",
        b"\xff",
        "é".as_bytes(),
        b"99999999999999999999",
    ];
    let put = prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    let edit = (any::<prop::sample::Index>(), 0..40_usize, put);
    prop::collection::vec(edit.prop_map(|(at, cut, put)| Edit { at, cut, put }), 1..6)
}

fn edited(files: &CourseFiles, path: &str, edits: &[Edit]) -> CourseFiles {
    let mut bytes = files.bytes(path).unwrap().to_vec();
    for Edit { at, cut, put } in edits {
        let start = at.index(bytes.len() + 1);
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, put.iter().copied());
    }
    let mut files = files.clone();
    files.insert(path, bytes);
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_course_or_problems(bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0..3_usize) {
        let mut files = sound();
        let path = ["lessons/course.toml", "lessons/01-first/lesson.toml", "solutions/01-first/attempts/attempts.toml"][which];
        files.insert(path, bytes);
        load_and_tell(&files);
    }

    #[test]
    fn edited_courses_are_courses_or_problems(edits in edits(), which in 0..3_usize) {
        let path = ["lessons/course.toml", "lessons/01-first/lesson.toml", "solutions/01-first/attempts/attempts.toml"][which];
        load_and_tell(&edited(&sound(), path, &edits));
    }
}

proptest! {
    // Each case compiles all rubrics.
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_edited_embedded_course_is_a_course_or_problems(edits in edits(), which in any::<prop::sample::Index>()) {
        let files = course_files::embedded();
        let tables: Vec<&str> = files.paths().filter(|path| path.ends_with(".toml")).collect();
        let path = *which.get(&tables);
        load_and_tell(&edited(&files, path, &edits));
    }
}

#[test]
fn deep_nesting_is_a_problem_and_no_crash() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let mut files = sound();
        let depth = 100_000;
        let text = format!("title = {}{}\n", open.repeat(depth), close.repeat(depth));
        files.insert("lessons/01-first/lesson.toml", text.into_bytes());
        assert!(course::load(&files).is_err());
    }
    let mut files = sound();
    let expression = format!("\"{}1\"", "1 + ".repeat(100_000));
    let lesson = files.text("lessons/01-first/lesson.toml").unwrap().replace("\"2 * number\"", &expression);
    files.insert("lessons/01-first/lesson.toml", lesson.into_bytes());
    load_and_tell(&files);
}
