//! A program to write: the task, what a check shows while it runs and when it has ended, and
//! what every key answers.

use std::fs;

use super::person::Person;
use super::{Learner, choose, model};
use crate::skip;

/// The last of what every screen of a drill ends with.
const KEYS: &str = "q quit";

/// The last of it where the program passed.
const ONWARD: &str = "n goes on";

/// The last of what is said where a lesson was left.
const LEFT: &str = "n goes on.";

/// Never comes to its first checkpoint.
const HANGS: &str = "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n";

/// Comes to its checkpoints and maps nothing.
const IDLE: &str = "#include <stdio.h>\nint main(void) { puts(\"checkpoint mapped\"); puts(\"checkpoint touched\"); return 3; }\n";

fn watching(learner: &Learner) -> Person {
    let person = learner.terminal().run(&["watch", "3"]);
    person.see(KEYS);
    person
}

/// Saves a program and waits for its verdict, on a clean screen.
fn judge(learner: &Learner, person: &Person, program: &str, last: &str) {
    person.wipe();
    learner.save(program);
    person.see(last);
}

/// Presses a key and waits for what it shows, on a clean screen.
fn press(person: &Person, key: &str, last: &str) {
    person.wipe();
    person.press(key);
    person.see(last);
}

#[test]
fn a_task_its_verdicts_and_what_the_keys_answer() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = watching(&learner);
    shows!(person, "task");
    press(&person, "v", "press r.");
    shows!(person, "verdict-none-yet");
    judge(&learner, &person, IDLE, KEYS);
    shows!(person, "missed", without_repeats);
    press(&person, "h", "a loop.");
    shows!(person, "hint");
    press(&person, "?", "goes on from here");
    shows!(person, "keys");
    press(&person, "s", "[y/N]");
    shows!(person, "solution-asks");
    person.press("n");
    person.see(KEYS);
    shows!(person, "solution-refused");
    judge(&learner, &person, "#error not yet\n", KEYS);
    shows!(person, "does-not-compile", without_the_compilers);
    let signals = "    for (int count = 0; count < 1200; count++)\n        raise(SIGUSR1);\n    puts(\"checkpoint touched\")";
    let disturbed = fs::read_to_string(super::course().join("solutions/03-programs/attempts/disturbed.c"));
    let disturbed = disturbed.unwrap().replace("    puts(\"checkpoint touched\")", signals);
    judge(&learner, &person, &disturbed, "what is lacking.");
    shows!(person, "inconclusive");
    judge(&learner, &person, &model(), ONWARD);
    shows!(person, "passed");
    press(&person, "v", KEYS);
    shows!(person, "verdict-in-full");
    press(&person, "s", "\n}");
    shows!(person, "solution");
    press(&person, "n", "> a) ");
    shows!(person, "questions-behind-the-drill");
    choose(&person, "b");
    person.see("> a) ");
    choose(&person, "b");
    person.see(LEFT);
    shows!(person, "lesson-left");
    press(&person, "a", "> a) ");
    choose(&person, "a");
    person.see(KEYS);
    shows!(person, "questions-again-and-lesson-done");
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
}

/// Lines that are alike once addresses are out are one: how many anonymous mappings a process has
/// is its C library's business.
fn without_repeats(screen: &str) -> String {
    let mut lines: Vec<&str> = screen.lines().collect();
    lines.dedup();
    lines.join("\n")
}

/// What a compiler says is its own business: between the heading and the keys, its lines are one.
fn without_the_compilers(screen: &str) -> String {
    let its = |line: &&str| line.contains("touch.c:") || line.contains('|') || line.contains("error: ");
    let Some(said) = screen.lines().position(|line| its(&line)) else { return screen.to_owned() };
    let rest: Vec<&str> = screen.lines().filter(|line| !its(line)).collect();
    let (before, behind) = rest.split_at(said);
    [before, &["(what the compiler says)"], behind].concat().join("\n")
}

#[test]
fn a_check_shows_what_goes_on_keys_answer_meanwhile_and_its_time_ends() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = watching(&learner);
    person.wipe();
    learner.save(HANGS);
    person.see("running: map and touch");
    shows!(person, "checking");
    person.press("h");
    person.see("a loop.");
    person.see("running: map and touch");
    shows!(person, "checking-with-a-hint");
    person.see(KEYS);
    shows!(person, "timed-out");
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
}

#[test]
fn a_newer_save_cancels_the_check_of_the_older() {
    let Some(learner) = Learner::with_programs() else { return };
    let mut person = watching(&learner);
    person.wipe();
    learner.save(HANGS);
    person.see("running: map and touch");
    learner.save(&model());
    person.see(ONWARD);
    shows!(person, "overtaken");
    person.press("q");
    person.ends_with(0);
}

#[test]
fn the_list_is_searched_and_left() {
    let learner = Learner::new();
    let mut person = learner.terminal().run(&["watch", "3"]);
    person.see(KEYS);
    person.wipe();
    person.press("l");
    person.see("03-programs");
    shows!(person, "list");
    person.type_in("boo");
    person.until("one lesson to be left", |text| text.contains("boo|") && text.contains("> · 02-books"));
    shows!(person, "list-searched");
    person.press("\r");
    person.see("your prediction");
    shows!(person, "list-chosen");
    person.press("\r");
    person.see(LEFT);
    person.wipe();
    person.press("l");
    person.see("03-programs");
    person.press("\x1b");
    person.see(LEFT);
    shows!(person, "list-left");
    person.press("q");
    person.ends_with(0);
}

#[test]
fn missed_questions_come_back_and_the_session_carries_on() {
    let learner = Learner::new();
    learner.answer("1", "first-touch = \"a\"\nhow-many = \"1024\"\n");
    learner.lets_time_pass();
    let mut person = learner.terminal().run(&[]);
    person.see("> a) ");
    shows!(person, "review");
    choose(&person, "b");
    person.see("pages:");
    shows!(person, "review-second");
    person.type_in("256");
    person.press("\r");
    person.see("leaves the questions");
    person.press("q");
    person.see(LEFT);
    shows!(person, "review-done-and-left");
    person.press("q");
    person.ends_with(0);
    // The next time it carries on where it was left.
    let mut person = learner.terminal().run(&[]);
    person.see("leaves the questions");
    shows!(person, "carried-on");
    person.press("q");
    person.see(LEFT);
    person.press("q");
    person.ends_with(0);
}

/// Files on FUSE may be saved from elsewhere: a workspace on a power-cut disk is looked at.
#[test]
fn where_saves_make_no_events_it_says_that_it_looks() {
    let Some(learner) = Learner::with_programs() else { return };
    let disk = super::folder();
    let program = crate::run::program().to_str().unwrap();
    let disk = disk.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let workspace = disk.join("ws");
    let (disk, workspace) = (disk.to_str().unwrap(), workspace.to_str().unwrap());
    let script = format!("{program} init {workspace} --lang c && {program} watch 3 --workspace {workspace}");
    let mut person = learner.terminal().run(&["powercut", disk, "--", "sh", "-c", &script]);
    person.until("the task, or why not", |text| text.contains(KEYS) || text.contains("error: "));
    if person.text().contains("error: ") {
        skip::skip(&person.text());
        return;
    }
    shows!(person, "polling");
    person.press("q");
    person.ends();
}
