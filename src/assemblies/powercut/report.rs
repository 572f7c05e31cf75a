//! What a cut left, for people and for scripts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Because;
use crate::assemblies::ui::look::{Look, Role, padded, widest};
use crate::edges::disk::{DiskEvent, PowerCutDisk};
use crate::facts::powercut::content::PAGE;
use crate::facts::powercut::{AtRisk, FileAtRisk, Image, Kind, Survivors};
use crate::words::speech::shown;
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
        let labels =
            ["cut-asked-for", "cut-unflushed", "cut-survives", "cut-to-look-at"].map(|name| look.say(name));
        let wide = widest(&labels) + 2;
        let [asked_for, unflushed, survives, to_look_at] = labels;
        let mut text = String::new();
        let mut line = |label: &str, rest: &str| {
            let label = look.paint(Role::Faint, padded(label, wide));
            let _ = writeln!(text, "  {label}{rest}");
        };
        let requests = [("writes", self.writes.into()), ("flushes", self.flushes.into())];
        line(&asked_for, &look.tell("cut-requests", requests));
        line(&unflushed, &self.unflushed(look));
        for file in self.at_risk.files.iter().take(NAMED) {
            line("", &file_at_risk(look, file));
        }
        if let Some(more) = self.at_risk.files.len().checked_sub(NAMED).filter(|&more| more > 0) {
            line("", &look.tell("cut-more-files", [("files", more.into())]));
        }
        line(&survives, &surviving(look, self.survivors));
        let bytes: Bytes = self.files.iter().map(|file| Bytes(file.length)).sum();
        let kept = [
            ("directory", look.paint(Role::Command, self.kept_in.display().to_string()).into()),
            ("files", self.files.len().into()),
            ("size", shown(bytes)),
        ];
        line(&to_look_at, &look.tell("cut-kept", kept));
        let heading = look.paint(Role::Heading, look.say("cut-heading"));
        format!("{heading} {}\n{text}", self.why(look))
    }

    fn why(&self, look: &Look) -> String {
        match &self.because {
            Because::Moment { line: Some(line) } => {
                look.tell("cut-at-line", [("line", format!("{line:?}").into())])
            }
            Because::Moment { line: None } => look.say("cut-at-moment"),
            Because::Ended { status: Some(status) } => {
                look.tell("cut-at-end", [("status", (*status).into())])
            }
            Because::Ended { status: None } => look.say("cut-at-signal"),
            Because::Asked => look.say("cut-on-request"),
        }
    }

    fn unflushed(&self, look: &Look) -> String {
        if self.at_risk == AtRisk::default() {
            return look.say("cut-nothing");
        }
        let (pages, names) = (Pages(self.at_risk.pages()), self.at_risk.names);
        let size = pages.bytes(Bytes(PAGE as u64));
        let (of_pages, size, of_names) =
            (("pages", pages.0.into()), ("size", shown(size)), ("names", names.into()));
        match (pages.0, names) {
            (0, 0) => look.say("cut-length"),
            (0, _) => look.tell("cut-names", [of_names]),
            (_, 0) => look.tell("cut-pages", [of_pages, size]),
            _ => look.tell("cut-pages-and-names", [of_pages, size, of_names]),
        }
    }
}

/// What was let survive.
fn surviving(look: &Look, survivors: Survivors) -> String {
    match survivors {
        Survivors::FlushedOnly => look.say("cut-flushed-only"),
        Survivors::Everything => look.say("cut-everything"),
        Survivors::Subset { seed } => look.tell("cut-subset", [("seed", shown(seed))]),
    }
}

fn file_at_risk(look: &Look, file: &FileAtRisk) -> String {
    let name =
        file.path.as_ref().map_or_else(|| look.say("cut-removed-file"), |path| path.display().to_string());
    let mut text = match file.pages.len() {
        0 => name,
        number => {
            let said = [
                ("name", name.into()),
                ("number", number.into()),
                ("pages", ranges(look, &file.pages).into()),
            ];
            look.tell("cut-file-pages", said)
        }
    };
    if file.length != file.flushed_length {
        let said = [("length", shown(Bytes(file.length))), ("flushed", shown(Bytes(file.flushed_length)))];
        let _ = write!(text, "; {}", look.tell("cut-file-length", said));
    }
    text
}

/// `0 to 3, 7`: runs of pages, the first few.
fn ranges(look: &Look, pages: &[u64]) -> String {
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
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                look.tell("cut-range", [("first", shown(first)), ("last", shown(last))])
            }
        })
        .collect();
    if runs.len() > SHOWN {
        words.push(look.say("cut-more-pages"));
    }
    words.join(", ")
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
