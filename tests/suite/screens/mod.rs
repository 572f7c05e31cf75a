//! The screens that a person can see in a session, and pictures of memory, in a pseudoterminal,
//! as a terminal's emulator shows them.
//!
//! They are of a course of its own, `tests/courses/screens`, in which each kind of step comes up
//! once: what a lesson says may change and the screens stay. What is wrong with a screen shows
//! as a difference of its snapshot.
//!
//! | screen | test |
//! | --- | --- |
//! | the offer of a workspace, reading, each kind of question right and wrong, a refused number | `questions` |
//! | prediction, sketch, specimen, the end of a lesson | `books` |
//! | the task, the check's progress, verdicts, hint, solution, timeline, keys, list and search | `drill` |
//! | questions that come back, polling, a save that overtakes | `drill` |
//! | address spaces, pages, two processes, a run in time; 80 and 120 columns, colour, ASCII | `pictures` |
//! | what is left behind by signals, Ctrl-C, Ctrl-Z, a terminal that goes away | `leaving` |
//! | small terminals, `TERM=dumb`, a locale without Unicode | `small` |

/// Holds a person's screen against the snapshot of that name, through `view` if one is given.
macro_rules! shows {
    ($person:expr, $name:literal) => {
        shows!($person, $name, |seen: &str| seen.to_owned())
    };
    ($person:expr, $name:literal, $view:expr) => {{
        let view = $view;
        let seen = $person.comes_to(module_path!(), $name, |person| view(&person.picture()));
        insta::assert_snapshot!($name, seen);
    }};
}

mod books;
mod drill;
mod leaving;
mod person;
mod pictures;
mod questions;
mod settled;
mod small;

use std::fs;
use std::path::{Path, PathBuf};

use person::{Person, Terminal};

use crate::run::Run;
use crate::skip;

/// The course whose screens they are.
fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses/screens")
}

/// A folder of a test's own, whose name is always as long: names that are cut show how long.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/tmp").unwrap()
}

/// A learner's workspace for C, in the course of the screens.
struct Learner {
    _directory: tempfile::TempDir,
    root: PathBuf,
}

impl Learner {
    fn new() -> Self {
        let directory = folder();
        Run::new(&["init", "mine", "--lang", "c"])
            .env("MMAPLINGS_COURSE", course().to_str().unwrap())
            .within(directory.path())
            .run()
            .status(0);
        let root = directory.path().join("mine");
        Self { _directory: directory, root }
    }

    /// A learner on a machine with what the course's programs need, or nothing after having said
    /// that it is skipped. Screens show figures of pages of 4 KiB.
    fn with_programs() -> Option<Self> {
        skip::find("cc")?;
        if mmaplings::edges::inspect::page_size().0 != 4096 {
            skip::skip("the screens are of pages of 4 KiB");
            return None;
        }
        Some(Self::new())
    }

    /// Their terminal.
    fn terminal(&self) -> Terminal {
        terminal(&self.root)
    }

    /// The program to write.
    fn program(&self) -> PathBuf {
        self.root.join("03-programs/touch.c")
    }

    /// Saves the program as most editors do.
    fn save(&self, text: &str) {
        let beside = self.root.join("beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.program()).unwrap();
    }

    /// Until all that was missed is due again.
    fn lets_time_pass(&self) {
        let progress = self.root.join(".mmaplings/progress.json");
        let text = fs::read_to_string(&progress).unwrap();
        let due = regex::Regex::new(r#""due": \d+"#).unwrap();
        assert!(due.is_match(&text), "{text}");
        fs::write(progress, due.replace_all(&text, r#""due": 1"#).as_bytes()).unwrap();
    }

    /// Answers from a file, as without a terminal.
    fn answer(&self, lesson: &str, answers: &str) {
        Run::new(&["answer", lesson, "--from", "-"])
            .env("MMAPLINGS_COURSE", course().to_str().unwrap())
            .with_cache()
            .within(&self.root)
            .stdin(answers)
            .run();
    }
}

/// A terminal in this directory, on which `mmaplings` takes the course of the screens.
fn terminal(directory: &Path) -> Terminal {
    Terminal::new(directory).env("MMAPLINGS_COURSE", course().to_str().unwrap())
}

/// The model program of the course's drill.
fn model() -> String {
    fs::read_to_string(course().join("solutions/03-programs/c/touch.c")).unwrap()
}

/// Chooses an option of a prompt by its letter, with the arrow keys and Enter.
fn choose(person: &Person, letter: &str) {
    let report = format!(": {letter}) ");
    let taken = |text: &str| text.matches(&report).count();
    go_to(person, letter);
    let before = taken(&person.text());
    person.press("\r");
    person.until("the choice to be taken down", |text| taken(text) > before);
}

/// Goes down to an option of a prompt.
fn go_to(person: &Person, letter: &str) {
    person.see("> ");
    for _ in 0..8 {
        person.until("an option to stand out", |text| marked(text).is_some());
        if marked(&person.text()).as_deref() == Some(letter) {
            return;
        }
        let before = marked(&person.text());
        person.press("\x1b[B");
        person.until("another option to stand out", |text| {
            marked(text).is_some_and(|marked| Some(marked) != before)
        });
    }
    panic!("there is no option {letter}:\n{}", person.text());
}

/// The letter of the option that stands out: `> b) …`, `> [ ] b) …`.
fn marked(text: &str) -> Option<String> {
    let row = text.lines().rev().find(|row| row.starts_with("> ") && row.contains(") "))?;
    let (before, _) = row.split_once(") ")?;
    before.chars().last().map(String::from)
}
