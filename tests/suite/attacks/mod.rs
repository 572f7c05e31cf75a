//! The corpus of attacks: programs that are out for marks, for other people's files or for
//! harm, each run as a stranger's. What must come of each is in `tests/data/attacks/attacks.toml`.
//!
//! An attack that goes through harms nothing here either: it signals with nothing, changes
//! settings to what they are, and takes of memory, disk and processes little more than is allowed.

mod corpus;
mod graded;

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use mmaplings::assemblies::drill;
use mmaplings::assemblies::ui::look::Look;
use mmaplings::assemblies::ui::verdict::{self as show, Detail};
use mmaplings::edges::compiler::SourceText;
use mmaplings::judgement::verdict::{self, Outcome, Verdict};
use mmaplings::vocabulary::evidence::{Evidence, Run};
use mmaplings::vocabulary::scene::Sockets;
use mmaplings::words::speech::Speech;

use crate::skip;
use corpus::{Attack, Range, attacks};

/// What a program printed, on both streams.
fn printed(run: &Run) -> String {
    let lines: String = run.stdout.iter().map(|line| format!("{}\n", line.text)).collect();
    lines + &run.stderr
}

/// What is wrong with how an attack went: what must hold of every one, and what is wanted of this one.
fn complaints(attack: &Attack, range: &Range, evidence: &Evidence) -> Vec<String> {
    let verdict = verdict::judge(&range.drill.check, evidence, Speech::ENGLISH);
    let shown = show::verdict(&Look::PLAIN, &verdict, Detail::Full);
    let runs: Vec<&Run> = evidence.scenes.iter().flat_map(|scene| scene.runs.values()).collect();
    let text: String = runs.iter().map(|run| printed(run)).collect();
    let mut complaints = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            complaints.push(format!("{}: {what}\n{text}\n{shown}", attack.file));
        }
    };
    demand(verdict.outcome == attack.outcome, format!("it is to be {:?}", attack.outcome));
    demand(verdict.confinement == drill::level().ok(), "the level is wrong".to_owned());
    demand(!text.contains("GAINED"), "it gained something".to_owned());
    for told in attack.told.iter().map(|told| range.fill(told)) {
        demand(shown.contains(&told), format!("it is not told of {told:?}"));
    }
    for wanted in &attack.printed {
        demand(text.contains(wanted.as_str()), format!("it did not print {wanted:?}"));
    }
    if let Some(line) = steering(&verdict, &shown) {
        demand(false, format!("this would steer a terminal or a build server: {line:?}"));
    }
    demand(range.is_unvisited(), "it reached a socket outside".to_owned());
    demand(range.is_as_it_was(), "something outside has changed".to_owned());
    let survivor = text.lines().find_map(|line| line.strip_prefix("survivor=")?.trim().parse().ok());
    let processes = runs.iter().flat_map(|run| &run.processes).map(|process| process.pid);
    for process in processes.chain(survivor).filter(|process| Range::has(*process)) {
        demand(false, format!("process {process} is left"));
    }
    for scene in &evidence.scenes {
        let data = PathBuf::from(scene.values.fill("{data}").unwrap());
        let folder = data.parent().unwrap();
        demand(!folder.exists(), format!("{} is left", folder.display()));
    }
    complaints
}

/// A line of what is shown, or of what is printed in JSON, that is more than text to whoever gets it.
fn steering(verdict: &Verdict, shown: &str) -> Option<String> {
    let json = serde_json::to_string(verdict).unwrap().replace("\\n", "\n");
    let mut lines = shown.lines().chain(json.lines());
    let steers = |line: &&str| {
        line.trim_start().starts_with("::")
            || ["\x1b", "\\u001b", "##[", "##vso["].iter().any(|sign| line.contains(sign))
    };
    lines.find(steers).map(str::to_owned)
}

fn run(chosen: impl Fn(&Attack) -> bool) {
    let Some(range) = Range::new() else { return };
    let mut complaints = Vec::new();
    for attack in attacks().iter().filter(|attack| chosen(attack)) {
        if attack.needs > drill::level().unwrap() {
            skip::skip(&format!("{} needs level {}", attack.file, attack.needs));
        } else if range.has_room_for(attack) {
            let evidence = range.run(&attack.file, range.text(&attack.file), attack.sockets);
            complaints.extend(self::complaints(attack, &range, &evidence));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

fn is_of_the_compiler(attack: &Attack) -> bool {
    attack.outcome == Outcome::DoesNotCompile || attack.file.ends_with(".rs")
}

#[test]
fn programs_gain_nothing_and_harm_nobody() {
    run(|attack| !is_of_the_compiler(attack));
}

#[test]
fn compilers_are_led_to_nothing() {
    run(is_of_the_compiler);
}

/// Without this the attacks might miss for a reason that is not theirs.
#[test]
fn an_honest_program_passes() {
    let Some(range) = Range::new() else { return };
    let evidence = range.run("honest.c", range.text("honest.c"), Sockets::None);
    let verdict = verdict::judge(&range.drill.check, &evidence, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Outcome::Passed, "{}", show::verdict(&Look::PLAIN, &verdict, Detail::Full));
    assert_eq!(verdict.refused, []);
}

#[test]
fn the_corpus_is_whole() {
    let mut listed: Vec<String> = attacks().into_iter().map(|attack| attack.file).collect();
    let mut present: Vec<String> = fs::read_dir(corpus::folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !["attacks.toml", "drill.toml", "attack.h", "honest.c"].contains(&name.as_str()))
        .collect();
    listed.sort();
    present.sort();
    assert_eq!(listed, present);
}

/// A line of 1 GB, which is a hole on the disk and would be one in memory.
#[test]
fn an_endless_line_is_not_even_read() {
    let Some(range) = Range::new() else { return };
    for name in ["line.c", "line.rs"] {
        let path = range.outside().join(name);
        let file = File::create(&path).unwrap();
        file.set_len(1_000_000_000).unwrap();
        let evidence = range.run(name, SourceText::File(path.clone()), Sockets::None);
        let verdict = verdict::judge(&range.drill.check, &evidence, Speech::ENGLISH);
        assert_eq!(verdict.outcome, Outcome::DoesNotCompile);
        assert!(verdict.broken[0].errors.contains("longer than 1 MiB"), "{}", verdict.broken[0].errors);
        assert!(fs::metadata(&path).unwrap().blocks() < 100);
        fs::remove_file(path).unwrap();
    }
}
