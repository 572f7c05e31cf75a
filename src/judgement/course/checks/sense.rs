//! What an expectation must ask for to be one, whatever the scene.

use std::str::FromStr as _;

use nix::sys::signal::Signal;

use crate::facts::signal;
use crate::facts::syscall;
use crate::facts::syscall::table::TABLE;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::vocabulary::check::{
    Expectation, ExpectedCalls, ExpectedDiskRead, ExpectedEnding, ExpectedFaults, ExpectedMapping,
    ExpectedMemory, ExpectedOutput, ExpectedProcesses, ExpectedSight, ExpectedSurvival, ExpectedTraffic,
    Selector,
};
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, ValueName};
use crate::words::prose;

/// What an expectation must ask for to be one, whatever the scene.
pub(super) fn sense(expectation: &Expectation, place: Place<'_>, problems: &mut Vec<Problem>) {
    let unbounded = |least: &Option<Expr>, most: &Option<Expr>| least.is_none() && most.is_none();
    match expectation {
        Expectation::Ending(ExpectedEnding { status, signal, .. }) => {
            if status.is_some() && signal.is_some() {
                problems.push(place.problem("a program ends with a status or by a signal, not both"));
            }
            if status.is_some_and(|status| !(0..=255).contains(&status)) {
                problems.push(place.key("status").problem("an exit status lies between 0 and 255"));
            }
            if let Some(signal) = signal {
                is_signal(signal, place.key("signal"), problems);
            }
        }
        Expectation::Output(ExpectedOutput { number, text, nth, .. }) => {
            match (number, text) {
                (None, None) => {
                    let problem = place.problem("an output is compared with a `number` or a `text`");
                    problems.push(problem.help("add `number = …` or `text = …`"));
                }
                (Some(_), Some(_)) => {
                    problems.push(
                        place.key("text").problem("an output is compared with a number or a text, not both"),
                    );
                }
                _ => {}
            }
            from_one(*nth, place, problems);
        }
        Expectation::Seen(ExpectedSight { by, from, nth, .. }) => {
            if by == from {
                let problem = place.key("from").problem(format!("`{by}` always sees its own stores"));
                problems.push(problem.label("the same program as `by`"));
            }
            from_one(*nth, place, problems);
        }
        Expectation::Mapping(ExpectedMapping { which, .. }) => {
            which_is_something(which, place.key("which"), problems)
        }
        Expectation::Rss(ExpectedMemory { which, at_least, at_most, .. }) => {
            if let Some(which) = which {
                which_is_something(which, place.key("which"), problems);
            }
            if unbounded(at_least, at_most) {
                problems.push(no_bound(place));
            }
        }
        Expectation::Calls(ExpectedCalls { names, .. }) => {
            if names.is_empty() {
                problems.push(place.key("names").problem("at least one call must be named"));
            }
            for (index, name) in names.iter().enumerate().filter(|(_, name)| !is_traced(name)) {
                let place = place.key("names").index(index);
                let near = prose::nearest(name, TABLE.iter().map(|call| call.name));
                let problem = place.problem(format!("the observer does not look at calls of `{name}`"));
                problems.push(match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
            }
        }
        Expectation::BytesRead(ExpectedTraffic { at_least, at_most, .. })
        | Expectation::BytesWritten(ExpectedTraffic { at_least, at_most, .. })
        | Expectation::Processes(ExpectedProcesses { at_least, at_most, .. }) => {
            if unbounded(at_least, at_most) {
                problems.push(no_bound(place));
            }
        }
        Expectation::DiskRead(ExpectedDiskRead { after, cold, at_least, at_most, .. }) => {
            if unbounded(at_least, at_most) {
                problems.push(no_bound(place));
            }
            cold_when(cold.as_ref(), after.as_ref(), place, problems);
        }
        Expectation::Faults(ExpectedFaults { after, cold, at_least, at_most, agrees_with, .. }) => {
            if unbounded(at_least, at_most) && agrees_with.is_none() {
                let help = "add `at_least = …`, `at_most = …` or `agrees_with = …`";
                problems.push(place.problem("this asks for nothing").help(help));
            }
            cold_when(cold.as_ref(), after.as_ref(), place, problems);
        }
        Expectation::Survives(ExpectedSurvival { of, by, .. }) => {
            if of == by {
                let problem = place.key("by").problem(format!("`{by}` does not outlive the cut"));
                problems.push(problem.label("the same program as `of`"));
            }
        }
        Expectation::Adjacent(expected) => {
            let row = place.key("row");
            if expected.row.len() < 2 {
                problems.push(row.problem("a row takes two mappings or more"));
            }
            for (index, which) in expected.row.iter().enumerate() {
                which_is_something(which, row.index(index), problems);
            }
        }
        Expectation::Pages(expected) => {
            which_is_something(&expected.which, place.key("which"), problems);
            if expected.exactly.is_none() && expected.including.is_none() && expected.excluding.is_none() {
                let problem = place.problem("this asks for nothing");
                problems.push(problem.help("add `exactly = …`, `including = …` or `excluding = …`"));
            }
        }
        Expectation::Seals(expected) => {
            if let Some(which) = &expected.which {
                which_is_something(which, place.key("which"), problems);
            }
            if expected.seals.is_empty() {
                problems.push(place.key("seals").problem("at least one seal must be named"));
            }
            let known = syscall::seals(u64::from(u8::MAX));
            for (index, seal) in expected.seals.iter().enumerate().filter(|(_, seal)| !known.contains(seal)) {
                let problem = place.key("seals").index(index).problem(format!("`{seal}` is not a seal"));
                problems.push(problem.suggest(seal, "seal", known.iter().map(String::as_str)));
            }
        }
        Expectation::Signal(expected) => {
            is_signal(&expected.signal, place.key("signal"), problems);
            if let Some(code) = &expected.code
                && signal::codes(&expected.signal).all(|known| known != code)
            {
                let problem =
                    format!("`{code}` is not a code with which an access raises {}", expected.signal);
                let problem = place.key("code").problem(problem);
                problems.push(problem.suggest(code, "code", signal::codes(&expected.signal)));
            }
            if let Some(which) = &expected.which {
                which_is_something(which, place.key("which"), problems);
            }
            match (&expected.which, &expected.at, &expected.offset) {
                (Some(_), None, _) => {
                    let problem = place.key("which").problem("mappings are selected at a checkpoint");
                    problems.push(problem.help("add `at = …`"));
                }
                (None, Some(_), _) => {
                    let problem = place.key("at").problem("nothing is selected at this checkpoint");
                    problems.push(problem.help("add `which = …`, or say `after = …`"));
                }
                (None, None, Some(_)) => {
                    let problem = place.key("offset").problem("an offset is counted from a mapping's start");
                    problems.push(problem.help("add `which = …` and `at = …`"));
                }
                _ => {}
            }
        }
        Expectation::Versions(expected) => {
            let ways = (expected.versions.is_empty(), &expected.records);
            match ways {
                (true, None) => {
                    let problem = place.problem("this does not say which versions there are");
                    problems.push(problem.help("add `versions = [\"…\"]` or `records = …`"));
                }
                (false, Some(_)) => {
                    let problem = place.key("records").problem("versions are given one by one or as a list");
                    problems.push(problem.label("not both"));
                }
                _ => {}
            }
        }
        Expectation::Compare(_) | Expectation::Untorn(_) | Expectation::File(_) => {}
    }
}

fn is_signal(signal: &str, place: Place<'_>, problems: &mut Vec<Problem>) {
    if Signal::from_str(signal).is_err() {
        let names = Signal::iterator().map(Signal::as_str);
        let problem = place.problem(format!("`{signal}` is not a signal"));
        problems.push(match prose::nearest(&signal.to_uppercase(), names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("signals are named as in signal(7): `SIGBUS`"),
        });
    }
}

/// Calls that some architectures have only under a newer name.
const NOT_EVERYWHERE: [&str; 5] = ["creat", "dup2", "fork", "open", "vfork"];

fn is_traced(name: &str) -> bool {
    NOT_EVERYWHERE.contains(&name) || TABLE.iter().any(|call| call.name == name)
}

fn no_bound(place: Place<'_>) -> Problem {
    place.problem("this asks for nothing").help("add `at_least = …`, `at_most = …` or both")
}

/// Whether a file is in the page cache is looked at when a checkpoint comes.
fn cold_when(
    cold: Option<&ValueName>,
    after: Option<&Checkpoint>,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    if cold.is_some() && after.is_none() {
        let problem = place.key("cold").problem("this does not say when the file must be out of the cache");
        problems.push(problem.help("add `after = …`: the page cache is looked at there"));
    }
}

fn from_one(nth: Option<u32>, place: Place<'_>, problems: &mut Vec<Problem>) {
    if nth == Some(0) {
        problems.push(place.key("nth").problem("lines are counted from 1"));
    }
}

fn which_is_something(selector: &Selector, place: Place<'_>, problems: &mut Vec<Problem>) {
    if (Selector { nth: None, ..selector.clone() }) == Selector::default() {
        problems.push(
            place.problem("this selects every mapping").help("say at least its `flavour` or its `file`"),
        );
    }
    if selector.nth == Some(0) {
        problems.push(place.key("nth").problem("mappings are counted from 1"));
    }
}
