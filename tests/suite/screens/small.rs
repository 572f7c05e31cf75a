//! Small and simple terminals: nothing panics, and no line is broken in the middle of a word.

use super::person::Person;
use super::{Learner, choose, model};

/// Answers wrong and right, looks at the list, the keys and a verdict.
fn walk(learner: &Learner, person: &mut Person) -> Vec<String> {
    let mut seen = Vec::new();
    // A reading takes as many screens as it needs.
    person.see("leaves the");
    while !person.text().contains("> a) ") {
        person.press_seen("\r");
        person.until("more of the text, or the question", |text| {
            text.contains("> a) ") || text.lines().last().is_some_and(|row| row.contains("leaves the"))
        });
    }
    seen.push(person.text());
    choose(person, "a");
    person.see("[y/N]");
    person.press("y");
    person.see("> a) ");
    seen.push(person.text());
    person.press("\x1b");
    person.see("n goes on");
    person.wipe();
    person.press("l");
    person.see("03-programs");
    person.type_in("progr");
    person.see("03-programs");
    seen.push(person.text());
    person.press("\r");
    person.see("q quit");
    person.wipe();
    person.press("?");
    person.see("from here");
    seen.push(person.text());
    person.wipe();
    learner.save("int main(void) { return 0; }\n");
    person.see("q quit");
    seen.push(person.text());
    person.wipe();
    learner.save(&model());
    person.see("n goes on");
    seen.push(person.text());
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
    seen
}

#[test]
fn forty_columns_are_enough() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = learner.terminal().size(40, 200).run(&[]);
    person.see("leaves the");
    shows!(person, "reading-40");
    walk(&learner, &mut person);
    let mut person = learner.terminal().size(40, 200).run(&["watch", "3"]);
    person.see("q quit");
    shows!(person, "task-40");
    assert_eq!(person.broken_rows(), [""; 0]);
    person.wipe();
    learner.save("int main(void) { return 3; }\n");
    person.see("q quit");
    shows!(person, "missed-40");
    assert_eq!(person.broken_rows(), [""; 0]);
    person.press("l");
    person.see("> ");
    shows!(person, "list-40");
    assert_eq!(person.broken_rows(), [""; 0]);
    person.press("\x1b");
    person.see_anew("q quit");
    person.press("q");
    person.ends_with(0);
}

#[test]
fn ten_rows_are_enough() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = learner.terminal().size(80, 10).run(&[]);
    walk(&learner, &mut person);
    // All eighteen lessons of the course that is built in, in ten rows.
    let person = learner.terminal().size(80, 10).without("MMAPLINGS_COURSE").run(&["watch", "1"]);
    person.see("q quit");
    person.press("l");
    person.see("> ");
    for _ in 0..14 {
        person.press_seen("\x1b[B");
    }
    person.until("the lesson that was gone to", |text| text.lines().any(|row| row.starts_with("> · 15-")));
    shows!(person, "list-10");
    assert_eq!(person.broken_rows(), [""; 0]);
}

#[test]
fn a_locale_without_unicode_gets_none() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = learner.terminal().env("LANG", "C").run(&[]);
    for text in walk(&learner, &mut person) {
        assert!(text.is_ascii(), "{text}");
    }
    let mut person = learner.terminal().env("LANG", "C").run(&["watch", "3"]);
    person.see("q quit");
    assert!(person.text().is_ascii(), "{}", person.text());
    person.wipe();
    learner.save("int main(void) { return 3; }\n");
    person.see("q quit");
    assert!(person.text().is_ascii(), "{}", person.text());
    person.press("t");
    person.see("end of process");
    assert!(person.text().is_ascii(), "{}", person.text());
    person.press("q");
    person.ends_with(0);
}

#[test]
fn a_dumb_terminal_is_not_told_to_paint() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = learner.terminal().coloured().env("TERM", "dumb").run(&[]);
    walk(&learner, &mut person);
    assert_eq!(person.picture(), person.coloured_picture(), "there is colour");
}
