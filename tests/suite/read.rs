//! `read`: the book in the terminal.

use std::fs;

use crate::run::{Run, workspace};

#[test]
fn a_lessons_chapter_is_shown_whole() {
    let text = Run::new(&["read", "8"]).run().status(0).stderr("").stdout;
    assert!(text.starts_with("A copy of your own"), "{text}");
    // The listings are those that are tested, the pictures what they show, and nothing is
    // left that only a browser or mdBook understands.
    let model =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/solutions/08-private-copy/c/patch.c"))
            .unwrap();
    assert!(text.contains(model.trim_end()), "{text}");
    assert!(text.contains("Picture: Four pages of a private mapping."), "{text}");
    for mark in ["{{#", "<fig", "{#", "](", "```"] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
}

#[test]
fn every_page_of_the_book_can_be_read() {
    let list = Run::new(&["read", "--list"]).run().status(0).stderr("").stdout;
    let names: Vec<&str> =
        list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert!(names.len() > 18 && names.contains(&"glossary"), "{list}");
    for name in names {
        let text = Run::new(&["read", name, "--ascii"]).run().status(0).stderr("").stdout;
        assert!(text.is_ascii() && text.lines().count() > 5, "{name}: {text}");
        assert!(!text.contains("{{#") && !text.contains("is not in this course"), "{name}: {text}");
    }
}

#[test]
fn without_a_name_it_is_the_lesson_that_is_open() {
    let (_directory, root) = workspace("c");
    Run::new(&["open", "10"]).within(&root).run().status(0);
    let text = Run::new(&["read"]).within(&root).run().status(0).stderr("").stdout;
    assert!(text.starts_with("smaps and friends\n"), "{text}");
    let text = Run::new(&["read"]).run().status(0).stderr("").stdout;
    assert!(text.starts_with("Four flavours of memory\n"), "{text}");
}

#[test]
fn what_is_not_there_is_told_with_what_may_be_meant() {
    let ran = Run::new(&["read", "glosary"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("did you mean glossary?"), "{}", ran.stderr);
    let ran = Run::new(&["read", "../README"]).run().status(2).stdout("");
    assert!(ran.stderr.contains("there is no lesson or page"), "{}", ran.stderr);
    Run::new(&["read", ""]).run().status(2).stdout("");
}
