//! The names under which a specimen's figures go in expressions, and their values.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::mapping::Mapping;
use crate::vocabulary::specimen::{Exhibit, Exhibited, Told};
use crate::vocabulary::value::{Value, Values};
use crate::words::ids::{Label, ValueName};
use crate::words::units::Bytes;

type Counter = fn(&Mapping) -> Bytes;

/// What is told of a mapping, by the ending of its name.
const COUNTERS: [(&str, Counter); 10] = [
    ("size", Mapping::size),
    ("rss", |line| line.books.rss),
    ("pss", |line| line.books.pss),
    ("shared_clean", |line| line.books.shared_clean),
    ("shared_dirty", |line| line.books.shared_dirty),
    ("private_clean", |line| line.books.private_clean),
    ("private_dirty", |line| line.books.private_dirty),
    ("anonymous", |line| line.books.anonymous),
    ("swap", |line| line.books.swap),
    ("locked", |line| line.books.locked),
];

const LINES: &str = "process_lines";

/// The names that `perf` gives.
const OF_PERF: [&str; 2] = ["minor_faults", "major_faults"];

/// Whether a figure is there only where `perf` is.
pub(super) fn is_of_perf(name: &str) -> bool {
    OF_PERF.contains(&name)
}

/// What stands before the names of a process's figures.
fn prefix(process: usize) -> String {
    match process {
        0 => String::new(),
        1 => "child_".to_owned(),
        later => format!("child{later}_"),
    }
}

fn name(prefix: &str, label: &str, counter: &str) -> String {
    format!("{prefix}{}_{counter}", label.replace('-', "_"))
}

/// All names of the figures of processes with these mappings; twice where two would have
/// the same.
pub(super) fn names(processes: &[BTreeSet<Label>]) -> Vec<String> {
    let mut names: Vec<String> = OF_PERF.map(str::to_owned).to_vec();
    for (index, labels) in processes.iter().enumerate() {
        let prefix = prefix(index);
        names.push(format!("{prefix}{LINES}"));
        for label in labels.iter().map(Label::as_str).chain(["process"]) {
            names.extend(COUNTERS.map(|(counter, _)| name(&prefix, label, counter)));
        }
    }
    names
}

/// The figures of what was seen.
///
/// Where a line belongs to two mappings, why it cannot be told.
pub(super) fn of(exhibit: &Exhibit) -> Result<Values, String> {
    let mut figures = BTreeMap::new();
    for (index, process) in exhibit.processes.iter().enumerate() {
        let prefix = prefix(index);
        figures.insert(format!("{prefix}{LINES}"), process.mappings.len() as u64);
        for label in process.labels.keys() {
            let lines: Vec<&Mapping> = process.covering(label).collect();
            if lines.is_empty() {
                continue;
            }
            alone(process, label, &lines)?;
            for (counter, count) in COUNTERS {
                let total: Bytes = lines.iter().map(|line| count(line)).sum();
                figures.insert(name(&prefix, label.as_str(), counter), total.0);
            }
        }
        for (counter, count) in COUNTERS {
            let total: Bytes = process.mappings.iter().map(count).sum();
            figures.insert(name(&prefix, "process", counter), total.0);
        }
    }
    if let Told::Ran { says } = exhibit.perf {
        figures.extend(OF_PERF.map(str::to_owned).into_iter().zip([says.minor, says.major]));
    }
    let value = |(name, figure): (String, u64)| {
        let name: ValueName = name.parse().ok()?;
        Some((name, Value::Number(i64::try_from(figure).unwrap_or(i64::MAX))))
    };
    Ok(Values(figures.into_iter().filter_map(value).collect()))
}

/// That the lines of a mapping are its own.
fn alone(process: &Exhibited, label: &Label, lines: &[&Mapping]) -> Result<(), String> {
    let start = lines.first().map(|line| line.start);
    let others = process.labels.keys().filter(|other| *other != label);
    for other in others {
        if process.covering(other).any(|line| lines.contains(&line)) {
            return Err(format!(
                "the kernel shows one line for two of its mappings ({label} and {other}, at {})",
                start.unwrap_or_default()
            ));
        }
    }
    Ok(())
}
