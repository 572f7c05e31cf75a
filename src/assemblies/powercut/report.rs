//! What a cut left, for people and for scripts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Because;
use crate::assemblies::ui::look::{Look, Role};
use crate::edges::disk::{DiskEvent, PowerCutDisk};
use crate::facts::powercut::content::PAGE;
use crate::facts::powercut::{AtRisk, FileAtRisk, Image, Kind, Survivors};
use crate::words::units::{Bytes, Pages};

/// Files at risk that the summary for people names; scripts get all.
const NAMED: usize = 8;

/// What a cut left.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub schema: &'static str,
    /// What made the power go.
    #[serde(flatten)]
    pub because: Because,
    /// Writes that the kernel had handed over.
    pub writes: u64,
    /// Flushes that were asked for, the one at which the power went included.
    pub flushes: u64,
    /// What was written and not flushed.
    pub at_risk: AtRisk,
    /// What was let survive.
    pub survivors: Survivors,
    /// What did survive.
    pub files: Vec<SurvivingFile>,
    /// Where the survivors are to be looked at.
    pub kept_in: PathBuf,
    /// What the disk was asked for, in order.
    pub events: Vec<DiskEvent>,
    /// Later events that are not among them.
    pub events_dropped: u64,
}

/// A file that survived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SurvivingFile {
    /// Its path, relative to the disk's root.
    pub path: PathBuf,
    /// Its length in bytes.
    pub length: u64,
}

impl Report {
    /// What is known once the disk is offline and `image` was let survive.
    #[must_use]
    pub fn new(
        disk: &PowerCutDisk,
        because: Because,
        survivors: Survivors,
        image: &Image,
        kept_in: &Path,
    ) -> Self {
        let (events, events_dropped) = disk.events();
        let files = image.walk().into_iter().filter_map(|(path, _, kind)| match kind {
            Kind::File(content) => Some(SurvivingFile { path, length: content.length() }),
            Kind::Directory(_) | Kind::Link(_) => None,
        });
        Self {
            schema: "mmaplings-powercut-1",
            because,
            writes: disk.writes(),
            flushes: disk.flushes(),
            at_risk: disk.at_risk(),
            survivors,
            files: files.collect(),
            kept_in: kept_in.to_owned(),
            events,
            events_dropped,
        }
    }

    /// The summary for people.
    #[must_use]
    pub fn summary(&self, look: &Look) -> String {
        let mut text = String::new();
        let mut line = |label: &str, rest: &str| {
            let label = look.paint(Role::Faint, format!("{label:<12}"));
            let _ = writeln!(text, "  {label}{rest}");
        };
        line("asked for", &format!("{}, {}", count(self.writes, "write"), count(self.flushes, "flush")));
        line("unflushed", &self.unflushed());
        for file in self.at_risk.files.iter().take(NAMED) {
            line("", &file_at_risk(file));
        }
        if let Some(more) = self.at_risk.files.len().checked_sub(NAMED).filter(|&more| more > 0) {
            line("", &format!("and {}", count(more as u64, "more file")));
        }
        line("survives", &self.survivors.to_string());
        let bytes: Bytes = self.files.iter().map(|file| Bytes(file.length)).sum();
        let files = format!("{}, {bytes}", count(self.files.len() as u64, "file"));
        let place = look.paint(Role::Command, self.kept_in.display().to_string());
        line("to look at", &format!("{place} ({files})"));
        let heading = look.paint(Role::Heading, "The power was cut");
        format!("{heading} {}\n{text}", self.why())
    }

    fn why(&self) -> String {
        match &self.because {
            Because::Moment { line: Some(line) } => format!("at the line {line:?}."),
            Because::Moment { line: None } => "at the moment asked for.".to_owned(),
            Because::Ended { status: Some(status) } => {
                format!("when the command had ended, with status {status}.")
            }
            Because::Ended { status: None } => "when a signal had killed the command.".to_owned(),
            Because::Asked => "when you asked for it.".to_owned(),
        }
    }

    fn unflushed(&self) -> String {
        if self.at_risk == AtRisk::default() {
            return "nothing: all that was written had been flushed".to_owned();
        }
        let pages = Pages(self.at_risk.pages());
        let size = pages.bytes(Bytes(PAGE as u64));
        let names = format!("{} of names", count(self.at_risk.names, "change"));
        match (pages.0, self.at_risk.names) {
            (0, 0) => "the length of a file".to_owned(),
            (0, _) => names,
            (_, 0) => format!("{pages} ({size})"),
            _ => format!("{pages} ({size}) and {names}"),
        }
    }
}

fn file_at_risk(file: &FileAtRisk) -> String {
    let name = file.path.as_ref().map_or("(a removed file)".to_owned(), |path| path.display().to_string());
    let mut text = match file.pages.len() {
        0 => name,
        _ => format!("{name}: {} {}", plural(file.pages.len() as u64, "page"), ranges(&file.pages)),
    };
    if file.length != file.flushed_length {
        let _ = write!(text, "; {} long, {} flushed", Bytes(file.length), Bytes(file.flushed_length));
    }
    text
}

/// `0–3, 7`: runs of pages, the first few.
fn ranges(pages: &[u64]) -> String {
    const SHOWN: usize = 6;
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &page in pages {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => runs.push((page, page)),
        }
    }
    let mut words: Vec<String> = runs
        .iter()
        .take(SHOWN)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
        .collect();
    if runs.len() > SHOWN {
        words.push("and more".to_owned());
    }
    words.join(", ")
}

fn count(number: u64, word: &str) -> String {
    format!("{number} {}", plural(number, word))
}

fn plural(number: u64, word: &str) -> String {
    match (number, word) {
        (1, _) => word.to_owned(),
        (_, word) if word.ends_with("sh") => format!("{word}es"),
        (_, word) => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_was_at_stake_and_where_to_look() {
        let file = |path: Option<&str>, pages: &[u64], length, flushed_length| FileAtRisk {
            path: path.map(PathBuf::from),
            pages: pages.to_vec(),
            length,
            flushed_length,
        };
        let report = Report {
            schema: "test",
            because: Because::Moment { line: Some("durable=3".to_owned()) },
            writes: 12,
            flushes: 1,
            at_risk: AtRisk {
                files: vec![file(Some("db"), &[0, 1, 2, 7], 32768, 16384), file(None, &[4], 20480, 20480)],
                names: 2,
            },
            survivors: Survivors::Subset { seed: 7 },
            files: vec![SurvivingFile { path: "db".into(), length: 16384 }],
            kept_in: "data-survivors".into(),
            events: Vec::new(),
            events_dropped: 0,
        };
        let expected = "\
The power was cut at the line \"durable=3\".
  asked for   12 writes, 1 flush
  unflushed   5 pages (20 KiB) and 2 changes of names
              db: pages 0 to 2, 7; 32 KiB long, 16 KiB flushed
              (a removed file): page 4
  survives    a subset drawn from seed 7
  to look at  data-survivors (1 file, 16 KiB)
";
        assert_eq!(report.summary(&Look::PLAIN), expected);
    }
}
