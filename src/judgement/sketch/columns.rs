//! One line of a drawing held against one target, column by column, each with why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::drawing::{Cell, Line};
use super::expected::{Expected, base_name};
use crate::facts::mapping::{Mapping, Sharing};
use crate::vocabulary::sketch::SketchBacking;
use crate::words::speech::Speech;
use crate::words::units::Bytes;

/// A column of `/proc/PID/maps` (`proc_pid_maps(5)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The addresses, of which only the length can be known beforehand.
    Length,
    /// The permissions.
    Perms,
    /// The offset into the file.
    Offset,
    /// The device of the file.
    Device,
    /// The inode of the file.
    Inode,
    /// The path.
    Path,
}

/// What a column of a drawing is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It says what the kernel says.
    Right,
    /// It says something else.
    Wrong,
    /// The learner left it open.
    Open,
    /// It cannot be known beforehand, and so it is not held against anybody.
    Unknowable,
    /// It cannot be read.
    Unreadable,
}

/// One column of a line of a drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMark {
    /// Which.
    pub column: Column,
    /// What it is worth.
    pub mark: Mark,
    /// What was drawn.
    pub drawn: String,
    /// What the kernel shows there.
    pub live: String,
    /// Why; empty where it is right, or open.
    pub why: String,
}

/// What a line is held against: one entry, or several that the kernel merged into one line.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) speech: Speech,
    pub(super) entries: &'a [&'a Expected],
    pub(super) live: &'a Mapping,
    /// Whether the live line covers other entries too.
    pub(super) part_of_merged: bool,
}

impl Column {
    /// The columns that everybody who knows the program can know.
    pub(super) const KNOWABLE: [Self; 3] = [Self::Length, Self::Perms, Self::Path];
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Length => "length",
            Self::Perms => "permissions",
            Self::Offset => "offset",
            Self::Device => "device",
            Self::Inode => "inode",
            Self::Path => "path",
        })
    }
}

impl Target<'_> {
    /// The marks of a line that is meant for this target, in the order of the columns.
    pub(super) fn marks(self, line: &Line) -> Vec<ColumnMark> {
        vec![
            self.length(line),
            self.perms(line),
            self.offset(line),
            self.device(line),
            self.inode(line),
            self.path(line),
        ]
    }

    fn backing(self) -> SketchBacking {
        self.entries.first().map_or(SketchBacking::Anonymous, |entry| entry.backing)
    }

    fn has_file(self) -> bool {
        self.live.inode != 0
    }

    fn length(self, line: &Line) -> ColumnMark {
        let asked: Bytes = self.entries.iter().map(|entry| entry.size).sum();
        let slack: Bytes = self.entries.iter().map(|entry| entry.slack).sum();
        let live = self.live.size();
        let mark = |&length: &Bytes| {
            let own = asked <= length && length <= asked + slack;
            let whole = !self.part_of_merged && asked <= length && length <= live;
            if own || whole { Mark::Right } else { Mark::Wrong }
        };
        let why = |length: &Bytes| {
            let what: Vec<&str> = self.entries.iter().map(|entry| entry.what.as_str()).collect();
            let name = if *length < asked { "drawing-too-short" } else { "drawing-too-long" };
            let (what, asked) = (("what", self.speech.list(&what).into()), ("asked", asked.into()));
            self.speech.tell(name, [("length", (*length).into()), what, asked])
        };
        judge(self.speech, Column::Length, &line.length, ToString::to_string, live.to_string(), mark, why)
    }

    fn perms(self, line: &Line) -> ColumnMark {
        let live = self.live.perms.to_string();
        let differing = |drawn: &[Option<char>; 4]| -> Vec<String> {
            let letters = drawn.iter().zip(live.chars());
            let wrong = letters.map(|(drawn, live)| drawn.is_some_and(|drawn| drawn != live));
            let says: [&'static str; 4] = [
                if self.live.perms.read { "drawing-readable" } else { "drawing-not-readable" },
                if self.live.perms.write { "drawing-writable" } else { "drawing-not-writable" },
                if self.live.perms.execute { "drawing-executable" } else { "drawing-not-executable" },
                match self.live.perms.sharing {
                    Sharing::Shared => "drawing-shared",
                    Sharing::Private => "drawing-private",
                },
            ];
            wrong.zip(says).filter(|(wrong, _)| *wrong).map(|(_, says)| self.speech.say(says)).collect()
        };
        let mark = |drawn: &[Option<char>; 4]| match (differing(drawn).is_empty(), drawn.contains(&None)) {
            (false, _) => Mark::Wrong,
            (true, true) => Mark::Open,
            (true, false) => Mark::Right,
        };
        let show = |drawn: &[Option<char>; 4]| drawn.iter().map(|letter| letter.unwrap_or('?')).collect();
        judge(self.speech, Column::Perms, &line.perms, show, live.clone(), mark, |drawn| {
            differing(drawn).join("; ")
        })
    }

    fn offset(self, line: &Line) -> ColumnMark {
        let live = self.live.offset.0;
        let mark = |&drawn: &u64| if drawn == live { Mark::Right } else { Mark::Wrong };
        let why =
            |_: &u64| self.speech.say(if self.has_file() { "drawing-offset" } else { "drawing-no-offset" });
        judge(
            self.speech,
            Column::Offset,
            &line.offset,
            |drawn| format!("{drawn:08x}"),
            format!("{live:08x}"),
            mark,
            why,
        )
    }

    fn device(self, line: &Line) -> ColumnMark {
        let live = self.live.device;
        let mark = |&drawn: &(u32, u32)| match (drawn == live, self.has_file(), drawn == (0, 0)) {
            (true, ..) => Mark::Right,
            (false, true, false) => Mark::Unknowable,
            _ => Mark::Wrong,
        };
        let why = |_: &(u32, u32)| {
            self.speech.say(if self.has_file() { "drawing-device" } else { "drawing-no-device" })
        };
        let show = |(major, minor): &(u32, u32)| format!("{major:02x}:{minor:02x}");
        judge(self.speech, Column::Device, &line.device, show, show(&live), mark, why)
    }

    fn inode(self, line: &Line) -> ColumnMark {
        let live = self.live.inode;
        let mark = |&drawn: &u64| match (drawn == live, live != 0, drawn == 0) {
            (true, ..) => Mark::Right,
            (false, true, false) => Mark::Unknowable,
            _ => Mark::Wrong,
        };
        let why =
            |_: &u64| self.speech.say(if self.has_file() { "drawing-inode" } else { "drawing-no-inode" });
        judge(self.speech, Column::Inode, &line.inode, ToString::to_string, live.to_string(), mark, why)
    }

    fn path(self, line: &Line) -> ColumnMark {
        let live = &self.live.path;
        let bare = |path: &str| path.trim_end_matches("(deleted)").trim_end().to_owned();
        let mark = |drawn: &String| {
            let same = drawn == live || bare(drawn) == bare(live);
            // Where the file lies is drawn anew for each run; what it is called is not.
            let same_name = self.backing() == SketchBacking::File
                && !drawn.is_empty()
                && base_name(&bare(drawn)) == base_name(&bare(live));
            if same || same_name { Mark::Right } else { Mark::Wrong }
        };
        let why = |drawn: &String| {
            self.speech.say(match (self.backing(), drawn.as_str()) {
                (SketchBacking::Anonymous, "[heap]") => "drawing-path-not-heap",
                (SketchBacking::Anonymous, _) => "drawing-path-blank",
                (SketchBacking::SharedAnonymous, _) => "drawing-path-zero",
                (SketchBacking::File, "") => "drawing-path-file",
                (SketchBacking::File, _) => "drawing-path-other-file",
                (SketchBacking::Memfd, _) => "drawing-path-memfd",
                (SketchBacking::Heap, _) => "drawing-path-heap",
                (SketchBacking::Stack, _) => "drawing-path-stack",
            })
        };
        let blank = || self.speech.say("drawing-blank");
        let show = |drawn: &String| if drawn.is_empty() { blank() } else { drawn.clone() };
        judge(self.speech, Column::Path, &line.path, show, show(live), mark, why)
    }
}

fn judge<T>(
    speech: Speech,
    column: Column,
    cell: &Cell<T>,
    show: impl Fn(&T) -> String,
    live: String,
    mark: impl FnOnce(&T) -> Mark,
    why: impl FnOnce(&T) -> String,
) -> ColumnMark {
    match cell {
        Cell::Unknown => {
            ColumnMark { column, mark: Mark::Open, drawn: "?".to_owned(), live, why: String::new() }
        }
        Cell::Bad { text, problem } => {
            let why = speech.say(problem);
            ColumnMark { column, mark: Mark::Unreadable, drawn: text.clone(), live, why }
        }
        Cell::Given(value) => {
            let mark = mark(value);
            let why = match mark {
                Mark::Wrong => why(value),
                Mark::Unknowable => speech.say("drawing-unknowable"),
                Mark::Right | Mark::Open | Mark::Unreadable => String::new(),
            };
            ColumnMark { column, mark, drawn: show(value), live, why }
        }
    }
}
