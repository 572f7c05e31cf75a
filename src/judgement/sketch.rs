//! Sketches: a drawing of `/proc/PID/maps` held against the live one, line by line.
//!
//! Addresses, inodes and devices differ from run to run, so that of the addresses
//! only the length counts, and of the others only whether there is one. What the
//! kernel does with neighbours is no fault of the learner's: entries that it merged
//! into one line are right drawn apart and right drawn as one, and the comparison
//! says what the kernel did.
//!
//! Any bytes are a drawing; a line that cannot be read is a value with its number
//! and what is wrong with it. Showing the comparison is the interface's.

mod columns;
mod drawing;
mod expected;
mod survey;

use serde::{Deserialize, Serialize};

pub use columns::{Column, ColumnMark, Mark};
pub use expected::{Expected, expected};
pub use survey::survey;

use columns::Target;
use drawing::{Cell, Drawing, Line};

use crate::facts::mapping::Mapping;
use crate::vocabulary::sketch::Sketch;
use crate::words::ids::Label;
use crate::words::speech::Speech;

/// A drawing beside the live lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What is wrong with the drawing as a whole.
    pub problems: Vec<String>,
    /// The lines that were drawn, in order; blank lines and comments (`#`) are none.
    pub lines: Vec<JudgedLine>,
    /// The entries that no line was drawn for.
    pub missing: Vec<Missing>,
    /// The live lines of the entries, in order of address, each with the entries it covers.
    pub live: Vec<LiveLine>,
    /// Entries that the live run does not show: nothing is counted for or against the learner.
    pub unobserved: Vec<Label>,
    /// Columns that are right.
    pub earned: u32,
    /// Columns that could be: length, permissions and path of each entry observed.
    pub possible: u32,
}

/// One line that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedLine {
    /// Its number in the text, from 1.
    pub number: usize,
    /// Its text, fit to be shown.
    pub text: String,
    /// What it is.
    pub finding: Finding,
}

/// What a line that was drawn turns out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// It stands for an entry, or for several that the kernel merged.
    Entry {
        /// Which.
        entries: Vec<Label>,
        /// What they come from.
        what: String,
        /// Its columns.
        columns: Vec<ColumnMark>,
        /// The live line.
        live: String,
        /// What the kernel merged it with though it was drawn apart.
        merged: Option<Merged>,
        /// Why the live line is as it is; empty where nothing is wrong.
        why: String,
    },
    /// It is right about a line of the process that was not asked for.
    AlsoThere {
        /// That line.
        live: String,
    },
    /// It stands for an entry that another line stands for already.
    Repeated {
        /// Which.
        entry: Label,
        /// The line that was counted.
        first: usize,
    },
    /// It stands for nothing in the process.
    Extra {
        /// Why it is not there.
        why: String,
    },
    /// It cannot be read.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// An entry's line that the kernel merged with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The entries it was merged with.
    pub with: Vec<Label>,
    /// What they come from.
    pub what: String,
    /// Why.
    pub why: String,
}

/// An entry that no line was drawn for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub entry: Label,
    /// What it comes from.
    pub what: String,
    /// Its live line.
    pub live: String,
    /// Why it is there.
    pub why: String,
}

/// A live line of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveLine {
    /// As the kernel shows it.
    pub text: String,
    /// The entries it covers.
    pub entries: Vec<Label>,
}

impl Comparison {
    /// Whether the drawing says all there is to say, and nothing that is not so.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.earned == self.possible
            && self.missing.is_empty()
            && self.lines.iter().all(|line| match &line.finding {
                Finding::Entry { columns, .. } => {
                    columns.iter().all(|column| !matches!(column.mark, Mark::Wrong | Mark::Unreadable))
                }
                Finding::AlsoThere { .. } => true,
                Finding::Repeated { .. } | Finding::Extra { .. } | Finding::Unreadable { .. } => false,
            })
    }
}

/// What a learner begins with: what is to be drawn, and a line of question marks for each.
#[must_use]
pub fn blank(speech: Speech, sketch: &Sketch) -> String {
    let mut text = format!("# {}\n#\n", speech.say("drawing-sheet"));
    for entry in &sketch.entry {
        text += &format!("#   {}\n", entry.what);
    }
    text += "#\n";
    for line in speech.say("drawing-sheet-rules").lines() {
        text += &format!("# {line}\n");
    }
    text += "#\n# start-end perms offset device inode path\n";
    for _ in &sketch.entry {
        text += "? ? ? ? ? ?\n";
    }
    text
}

/// Holds a drawing against the live lines of a process.
#[must_use]
pub fn compare(speech: Speech, drawing: &[u8], entries: &[Expected], live: &[Mapping]) -> Comparison {
    let drawing = Drawing::read(speech, drawing);
    let scene = Scene::new(speech, entries, live);
    let assigned = scene.assign(&drawing.lines);
    let lines: Vec<JudgedLine> = drawing
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| JudgedLine {
            number: line.number,
            text: line.text.clone(),
            finding: scene.finding(index, line, &assigned, &drawing.lines),
        })
        .collect();
    let covered = |index: &usize| {
        assigned.iter().flatten().any(|target| scene.targets[*target].entries.contains(index))
    };
    let missing =
        scene.observed().filter(|index| !covered(index)).map(|index| scene.missing(index)).collect();
    let entries_observed = scene.observed().count();
    let per_entry = u32::try_from(Column::KNOWABLE.len()).unwrap_or(0);
    Comparison {
        problems: drawing.problems,
        earned: assigned
            .iter()
            .zip(&drawing.lines)
            .filter_map(|(target, line)| target.map(|target| scene.earned(target, line)))
            .sum(),
        lines,
        missing,
        live: scene.live_lines(),
        unobserved: scene.unobserved(),
        possible: u32::try_from(entries_observed).unwrap_or(u32::MAX).saturating_mul(per_entry),
    }
}

/// Entries, live lines, and what a drawn line can stand for.
struct Scene<'a> {
    speech: Speech,
    entries: &'a [Expected],
    live: &'a [Mapping],
    /// For each entry the index of its live line.
    places: Vec<Option<usize>>,
    targets: Vec<Candidate>,
}

/// One entry, or all entries of one live line.
struct Candidate {
    entries: Vec<usize>,
    place: usize,
}

impl<'a> Scene<'a> {
    fn new(speech: Speech, entries: &'a [Expected], live: &'a [Mapping]) -> Self {
        let places: Vec<Option<usize>> = entries.iter().map(|entry| entry.find(live)).collect();
        let mut targets: Vec<Candidate> = Vec::new();
        for (index, place) in places.iter().enumerate() {
            if let Some(place) = *place {
                targets.push(Candidate { entries: vec![index], place });
            }
        }
        for place in 0..live.len() {
            let together: Vec<usize> =
                (0..entries.len()).filter(|&index| places[index] == Some(place)).collect();
            if together.len() > 1 {
                targets.push(Candidate { entries: together, place });
            }
        }
        Self { speech, entries, live, places, targets }
    }

    fn observed(&self) -> impl Iterator<Item = usize> {
        self.places.iter().enumerate().filter_map(|(index, place)| place.map(|_| index))
    }

    fn unobserved(&self) -> Vec<Label> {
        let unobserved = self.places.iter().zip(self.entries).filter(|(place, _)| place.is_none());
        unobserved.map(|(_, entry)| entry.id.clone()).collect()
    }

    fn with<T>(&self, target: usize, look: impl FnOnce(Target<'_>) -> T) -> T {
        let candidate = &self.targets[target];
        let entries: Vec<&Expected> = candidate.entries.iter().map(|&index| &self.entries[index]).collect();
        let sharers = self.places.iter().filter(|place| **place == Some(candidate.place)).count();
        look(Target {
            speech: self.speech,
            entries: &entries,
            live: &self.live[candidate.place],
            part_of_merged: sharers > candidate.entries.len(),
        })
    }

    /// For each drawn line the target it stands for: the pairs that agree best come first.
    fn assign(&self, lines: &[Line]) -> Vec<Option<usize>> {
        let mut pairs: Vec<(i32, usize, usize)> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if line.is_nonsense() || self.also_there(line).is_some() {
                continue;
            }
            for target in 0..self.targets.len() {
                let (score, meant) = self.with(target, |target| {
                    let marks = target.marks(line);
                    // A line of the right kind of memory is meant for it however wrong the rest is.
                    let kind =
                        marks.iter().any(|mark| mark.column == Column::Path && mark.mark != Mark::Wrong);
                    let score = likeness(&marks, line);
                    (score, score > 0 || kind)
                });
                if meant {
                    pairs.push((score, index, target));
                }
            }
        }
        pairs.sort_by_key(|&(score, line, target)| (-score, line, target));
        let mut assigned = vec![None; lines.len()];
        let mut covered = vec![false; self.entries.len()];
        for (_, line, target) in pairs {
            let entries = &self.targets[target].entries;
            if assigned[line].is_none() && !entries.iter().any(|&entry| covered[entry]) {
                assigned[line] = Some(target);
                entries.iter().for_each(|&entry| covered[entry] = true);
            }
        }
        self.widen(lines, &mut assigned, &covered);
        assigned
    }

    /// A line whose length was left open stands for the whole live line if nobody drew
    /// the entries that the kernel merged it with.
    fn widen(&self, lines: &[Line], assigned: &mut [Option<usize>], covered: &[bool]) {
        for (line, slot) in lines.iter().zip(assigned) {
            let Some(target) = *slot else { continue };
            let own = &self.targets[target];
            let group = self.targets.iter().position(|wider| {
                wider.place == own.place
                    && wider.entries.len() > own.entries.len()
                    && wider.entries.iter().all(|entry| own.entries.contains(entry) || !covered[*entry])
            });
            if line.length == Cell::Unknown
                && let Some(group) = group
            {
                *slot = Some(group);
            }
        }
    }

    fn finding(&self, index: usize, line: &Line, assigned: &[Option<usize>], lines: &[Line]) -> Finding {
        if let Some(target) = assigned[index] {
            return self.entry(target, line);
        }
        if let Some(live) = self.also_there(line) {
            return Finding::AlsoThere { live: live.to_string() };
        }
        if line.is_nonsense() {
            return Finding::Unreadable { why: self.speech.say("drawing-no-line") };
        }
        let best = (0..self.targets.len())
            .map(|target| (self.with(target, |target| likeness(&target.marks(line), line)), target))
            .max_by_key(|&(score, target)| (score, std::cmp::Reverse(target)));
        if let Some((score, best)) = best
            && score > 0
            && let Some(first) = (0..lines.len()).find(|&other| {
                assigned[other].is_some_and(|taken| self.targets[taken].place == self.targets[best].place)
            })
        {
            let entry = &self.entries[self.targets[best].entries[0]];
            return Finding::Repeated { entry: entry.id.clone(), first: lines[first].number };
        }
        let why = match &line.path {
            Cell::Given(path) if path == "[heap]" => self.speech.say("drawing-nothing-on-heap"),
            Cell::Given(path) if !path.is_empty() => {
                self.speech.tell("drawing-nothing-of-file", [("path", path.into())])
            }
            _ => self.speech.say("drawing-nothing-like-it"),
        };
        Finding::Extra { why }
    }

    fn entry(&self, target: usize, line: &Line) -> Finding {
        let candidate = &self.targets[target];
        let ids = |indices: &[usize]| {
            indices.iter().map(|&index| self.entries[index].id.clone()).collect::<Vec<_>>()
        };
        let what: Vec<&str> =
            candidate.entries.iter().map(|&index| self.entries[index].what.as_str()).collect();
        let columns = self.with(target, |target| target.marks(line));
        let others: Vec<usize> = (0..self.entries.len())
            .filter(|index| {
                self.places[*index] == Some(candidate.place) && !candidate.entries.contains(index)
            })
            .collect();
        let from: Vec<&str> = others.iter().map(|&index| self.entries[index].what.as_str()).collect();
        let whys: Vec<&str> =
            candidate.entries.iter().map(|&index| self.entries[index].why.as_str()).collect();
        let wrong = columns.iter().any(|column| column.mark == Mark::Wrong);
        Finding::Entry {
            entries: ids(&candidate.entries),
            what: self.speech.list(&what),
            columns,
            live: self.live[candidate.place].to_string(),
            merged: (!others.is_empty()).then(|| Merged {
                with: ids(&others),
                what: self.speech.list(&from),
                why: self.speech.say("drawing-merged"),
            }),
            why: if wrong { whys.join(" ") } else { String::new() },
        }
    }

    fn missing(&self, index: usize) -> Missing {
        let entry = &self.entries[index];
        Missing {
            entry: entry.id.clone(),
            what: entry.what.clone(),
            live: self.places[index].map_or_else(String::new, |place| self.live[place].to_string()),
            why: entry.why.clone(),
        }
    }

    /// A line of the process that covers no entry, and that the drawn line names (or, where
    /// there is no name, measures) and does not contradict.
    fn also_there(&self, line: &Line) -> Option<&Mapping> {
        let Cell::Given(path) = &line.path else { return None };
        self.live.iter().enumerate().find_map(|(place, mapping)| {
            let other = !self.places.contains(&Some(place));
            let named = mapping.path == *path || expected::base_name(&mapping.path) == path;
            let known = !path.is_empty() || line.length.is_given();
            (other && named && known && agrees(line, mapping)).then_some(mapping)
        })
    }

    fn earned(&self, target: usize, line: &Line) -> u32 {
        let marks = self.with(target, |target| target.marks(line));
        let count = |wanted: fn(&ColumnMark) -> bool| {
            u32::try_from(marks.iter().filter(|mark| wanted(mark)).count()).unwrap_or(0)
        };
        let right = count(|mark| mark.mark == Mark::Right && Column::KNOWABLE.contains(&mark.column));
        let wrong = count(|mark| mark.mark == Mark::Wrong && !Column::KNOWABLE.contains(&mark.column));
        let entries = u32::try_from(self.targets[target].entries.len()).unwrap_or(1);
        right.saturating_sub(wrong).saturating_mul(entries)
    }

    fn live_lines(&self) -> Vec<LiveLine> {
        let line = |(place, mapping): (usize, &Mapping)| {
            let covered = self.places.iter().zip(self.entries).filter(|(at, _)| **at == Some(place));
            let entries: Vec<Label> = covered.map(|(_, entry)| entry.id.clone()).collect();
            (!entries.is_empty()).then(|| LiveLine { text: mapping.to_string(), entries })
        };
        self.live.iter().enumerate().filter_map(line).collect()
    }
}

/// How much speaks for a line's being meant for a target; what is wrong speaks against it.
fn likeness(marks: &[ColumnMark], line: &Line) -> i32 {
    marks.iter().map(|mark| weight(mark.column, mark.mark, line)).sum()
}

fn weight(column: Column, mark: Mark, line: &Line) -> i32 {
    let named = matches!(&line.path, Cell::Given(path) if !path.is_empty());
    match (column, mark) {
        (Column::Path, Mark::Right) if named => 8,
        (Column::Path, Mark::Right) => 3,
        (Column::Path, Mark::Wrong) if named => -4,
        (Column::Path, Mark::Wrong) => -3,
        (Column::Length, Mark::Right) => 6,
        (Column::Length, Mark::Wrong) => -2,
        (Column::Perms, Mark::Right) => 2,
        (Column::Perms, Mark::Open) if line.perms.is_given() => 1,
        (Column::Perms, Mark::Wrong) => -1,
        (Column::Offset | Column::Device | Column::Inode, Mark::Right) => 1,
        (Column::Offset | Column::Device | Column::Inode, Mark::Wrong) => -1,
        _ => 0,
    }
}

/// Whether a drawn line says nothing against a live one.
fn agrees(line: &Line, mapping: &Mapping) -> bool {
    let length = match line.length {
        Cell::Given(length) => length == mapping.size(),
        Cell::Unknown => true,
        Cell::Bad { .. } => false,
    };
    let perms = match &line.perms {
        Cell::Given(letters) => letters
            .iter()
            .zip(mapping.perms.to_string().chars())
            .all(|(drawn, live)| drawn.is_none_or(|drawn| drawn == live)),
        Cell::Unknown => true,
        Cell::Bad { .. } => false,
    };
    length && perms
}

#[cfg(test)]
mod tests;
