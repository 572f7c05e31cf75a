//! The offer of a workspace, a reading, and every kind of question, answered wrong and right.

use super::person::Person;
use super::{Learner, choose, go_to, terminal};

/// The end of what is said where a lesson was left.
const LEFT: &str = "n goes on.";

#[test]
fn a_workspace_is_offered() {
    let directory = super::folder();
    let mut person = terminal(directory.path()).run(&[]);
    person.see("[Y/n]");
    shows!(person, "offer");
    person.press("y");
    person.see("> Rust");
    person.press("\x1b[B");
    person.see("> C");
    shows!(person, "offer-language");
    person.press("\r");
    person.see("leaves the questions");
    shows!(person, "first-reading");
    person.press("q");
    person.see(LEFT);
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
    // Refused, it says how else.
    let elsewhere = super::folder();
    let mut person = terminal(elsewhere.path()).run(&[]);
    person.see("[Y/n]");
    person.press("n");
    person.ends_with(0);
    shows!(person, "offer-refused");
}

/// The lesson of questions, at the question behind its reading.
fn begun(learner: &Learner) -> Person {
    let person = learner.terminal().run(&[]);
    person.see("leaves the questions");
    person.wipe();
    person.press("\r");
    person.see("> a) ");
    person
}

/// The letter of an option that is shown.
fn letter_of(person: &Person, option: &str) -> String {
    person.see(option);
    let text = person.text();
    let row = text.lines().rev().find(|row| row.ends_with(option)).expect("the option is shown");
    let (before, _) = row.split_once(") ").unwrap();
    before.chars().last().unwrap().to_string()
}

#[test]
fn choices_are_asked_and_marked_and_a_hint_is_offered() {
    let learner = Learner::new();
    let mut person = begun(&learner);
    shows!(person, "choice");
    choose(&person, "a");
    person.see("[y/N]");
    person.press("y");
    person.see("> a) ");
    shows!(person, "choice-missed-and-hint");
    choose(&person, "b");
    person.see("> [ ] a) ");
    shows!(person, "choice-right-and-choices");
    person.press_seen(" ");
    person.see("> [x] a) ");
    go_to(&person, "c");
    person.press_seen(" ");
    person.see("> [x] c) ");
    person.press("\r");
    person.see("chosen: ");
    person.see("> a) ");
    shows!(person, "choices-right-and-match");
    person.press("\x1b");
    person.see(LEFT);
    shows!(person, "left-by-escape");
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
}

#[test]
fn matches_orders_numbers_and_texts_are_asked_and_marked() {
    let learner = Learner::new();
    learner.answer("1", "first-touch = \"b\"\nshared-flavours = [\"a\", \"c\"]\n");
    let mut person = begun(&learner);
    // The same partner twice cannot be right: it is asked once more, and then left.
    let letter = letter_of(&person, "stores are shared");
    for question in ["once", "again"] {
        for left in ["s", "x"] {
            person.see(&format!("{left}:"));
            choose(&person, &letter);
        }
        person.see_anew("not yet");
        if question == "once" {
            person.see("> a) ");
            shows!(person, "match-missed");
        }
    }
    person.see("> [ ] a) ");
    shows!(person, "order");
    let item = letter_of(&person, "munmap");
    go_to(&person, &item);
    // Taken, and put last.
    person.press_seen(" ");
    person.press("\r");
    person.see("your order: ");
    person.until("the order to be marked", |text| text.contains("✗") && text.contains("> [ ] a) "));
    shows!(person, "order-missed");
    person.press("\r");
    person.see("pages:");
    person.type_in("many");
    person.press("\r");
    person.see("is not a number");
    shows!(person, "number-refused");
    person.type_in("1024");
    person.press("\r");
    person.see("Those are its KiB.");
    person.see_anew("pages:");
    shows!(person, "number-missed");
    person.type_in("256");
    person.press("\r");
    person.see("in your own words");
    shows!(person, "number-right-and-text");
    person.type_in("Because mmap only promises addresses.");
    person.press("\r");
    person.see_anew("in your own words");
    shows!(person, "text-marked");
    person.press("\r");
    person.see(LEFT);
    shows!(person, "text-left-by-an-empty-line");
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
}
