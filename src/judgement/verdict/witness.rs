//! The witness stand: finding in a scene's evidence what a check asks about, and
//! saying in words why it is not there.

use std::cell::RefCell;
use std::ops::Range;

use super::Cause;
use super::endings::{ending, stopped};
use super::number::{Reading, ReadingUnit, amount};
use crate::facts::call::Detail;
use crate::facts::mapping::{Backing, Mapping};
use crate::facts::signal::Disposition;
use crate::vocabulary::check::Selector;
use crate::vocabulary::evidence::{Completion, Delivery, Ending, Run, SceneRun, Snapshot};
use crate::vocabulary::value::{Expr, Template, Value, ValueError};
use crate::words::ids::{Checkpoint, InstanceName, ValueName};
use crate::words::prose;
use crate::words::speech::{Speech, Value as Said, exact, shown};
use crate::words::units::{Addr, Bytes};

/// How many lines of evidence a miss shows at the most.
const SHOWN: usize = 12;

/// Why a check does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The learner's programs owe it.
    Missed { expected: String, observed: String, shows: Vec<Shown>, cause: Cause },
    /// The evidence cannot tell.
    Undecided { reason: String },
}

impl Finding {
    pub(super) fn undecided(reason: impl Into<String>) -> Self {
        Self::Undecided { reason: reason.into() }
    }

    pub(super) fn missed(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self::Missed {
            expected: expected.into(),
            observed: observed.into(),
            shows: Vec::new(),
            cause: Cause::Own,
        }
    }

    /// What it comes of, where the script stopped.
    fn after(mut self, completion: &Completion) -> Self {
        if let (Self::Missed { cause, .. }, Completion::Stopped { .. }) = (&mut self, completion) {
            *cause = Cause::Stop;
        }
        self
    }

    pub(super) fn showing(self, lines: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Missed { expected, observed, mut shows, cause } => {
                let mut lines = lines.into_iter();
                shows.push(Shown { lines: lines.by_ref().take(SHOWN).collect(), left: lines.count() });
                Self::Missed { expected, observed, shows, cause }
            }
            undecided @ Self::Undecided { .. } => undecided,
        }
    }
}

/// Lines of evidence, and how many there are beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    lines: Vec<String>,
    left: usize,
}

impl Shown {
    /// The lines, and a last one that tells of the others.
    pub(super) fn in_words(self, speech: Speech) -> impl Iterator<Item = String> {
        let others = (self.left > 0).then(|| speech.tell("evidence-more", [("lines", self.left.into())]));
        self.lines.into_iter().chain(others)
    }
}

/// One scene's evidence, with what is needed to read it.
pub(super) struct Witness<'a> {
    pub(super) scene: &'a SceneRun,
    /// All runs of all scenes.
    pub(super) all: &'a [SceneRun],
    pub(super) page_size: Bytes,
    /// What was read off so far, for who wants to know how near it came to its bounds.
    pub(super) readings: &'a RefCell<Vec<Reading>>,
    /// In which language what is found is said.
    pub(super) speech: Speech,
}

impl<'a> Witness<'a> {
    /// The message of that name.
    pub(super) fn say(&self, name: &str) -> String {
        self.speech.say(name)
    }

    /// The message of that name, with what it speaks of put in.
    pub(super) fn tell<'v>(&self, name: &str, with: impl IntoIterator<Item = (&'v str, Said<'v>)>) -> String {
        self.speech.tell(name, with)
    }

    /// An expression or template that the loader let through and that cannot be evaluated is
    /// the course's fault, never the learner's.
    pub(super) fn at_fault(&self, error: &str) -> Finding {
        Finding::undecided(self.tell("undecided-check-at-fault", [("error", error.into())]))
    }

    /// Where a text parts from the one it should be, if both are too long to be shown whole.
    pub(super) fn parting(&self, found: &str, wanted: &str) -> Option<String> {
        prose::ends(found).and(prose::ends(wanted))?;
        let prose::Parting { letter, left, right } = prose::parting(found, wanted)?;
        let with = [("letter", letter.into()), ("found", left.into()), ("wanted", right.into())];
        Some(self.tell("text-parts", with))
    }

    pub(super) fn number(&self, expression: &Expr) -> Result<i64, Finding> {
        expression.evaluate(&self.scene.values, self.page_size).map_err(|error| self.valueless(&error))
    }

    pub(super) fn text(&self, template: &Template) -> Result<String, Finding> {
        self.scene.values.fill(template.text()).map_err(|error| self.valueless(&error))
    }

    pub(super) fn valueless(&self, error: &ValueError) -> Finding {
        self.at_fault(&error.to_string())
    }

    /// The numbers of a list that was drawn.
    pub(super) fn numbers(&self, name: &ValueName) -> Result<&'a [i64], Finding> {
        match self.scene.values.get(name.as_str()) {
            Some(Value::Numbers(numbers)) => Ok(numbers),
            _ => Err(self.at_fault(&self.tell("undecided-no-list", [("name", name.into())]))),
        }
    }

    pub(super) fn path(&self, fixture: &ValueName) -> Result<&'a str, Finding> {
        match self.scene.values.get(fixture.as_str()) {
            Some(Value::Text(path)) => Ok(path),
            _ => Err(self.at_fault(&self.tell("undecided-no-file", [("name", fixture.into())]))),
        }
    }

    pub(super) fn run(&self, who: &InstanceName) -> Result<&'a Run, Finding> {
        self.scene.runs.get(who).ok_or_else(|| {
            let expected = self.tell("run-expected", [("who", who.into())]);
            self.absent(expected, self.say("run-never-started"))
        })
    }

    /// The first snapshot of `who` at `when`; of several processes the program's own first one is meant.
    pub(super) fn snapshot(&self, who: &InstanceName, when: &Checkpoint) -> Result<&'a Snapshot, Finding> {
        let run = self.run(who)?;
        let at = || run.snapshots.iter().filter(|snapshot| snapshot.checkpoint == *when);
        at().find(|snapshot| snapshot.pid == run.pid).or_else(|| at().next()).ok_or_else(|| {
            let ending = self.ending(&run.ending).into();
            let reached = self.speech.list(&names_of(&run.snapshots));
            let observed = if run.unobserved.contains(when) {
                self.tell("checkpoint-unobserved", [("checkpoint", when.into()), ("ending", ending)])
            } else if reached.is_empty() {
                self.tell("checkpoint-none", [("ending", ending)])
            } else {
                self.tell("checkpoint-others", [("reached", reached.into()), ("ending", ending)])
            };
            let say = |name: &str| self.tell(name, [("who", who.into()), ("checkpoint", when.into())]);
            let finding = if self.scene.unasked.contains(when) {
                let observed = self.tell("checkpoint-unasked", [("observed", observed.into())]);
                self.absent(say("checkpoint-unasked-expected"), observed)
            } else {
                Finding::missed(say("checkpoint-expected"), observed).after(&self.scene.completion)
            };
            finding.showing(self.last_words(run))
        })
    }

    /// That something did not come; where the script stopped first, that is why.
    pub(super) fn absent(&self, expected: String, observed: String) -> Finding {
        let observed = match &self.scene.completion {
            Completion::Stopped { awaited, reason, .. } => {
                let stopped = stopped(self.speech, awaited, reason);
                self.tell("scene-stopped", [("observed", observed.into()), ("stopped", stopped.into())])
            }
            Completion::Whole | Completion::Impossible { .. } => observed,
        };
        Finding::missed(expected, observed).after(&self.scene.completion)
    }

    /// How a process ended, as a clause.
    pub(super) fn ending(&self, of: &Ending) -> String {
        ending(self.speech, of)
    }

    /// The last that a program printed.
    pub(super) fn last_words(&self, run: &Run) -> Vec<String> {
        last_words(self.speech, run)
    }

    /// The mappings of `snapshot` that `which` selects.
    pub(super) fn select(
        &self,
        run: &Run,
        snapshot: &'a Snapshot,
        which: &Selector,
    ) -> Result<Vec<&'a Mapping>, Finding> {
        let mut selected = Vec::new();
        for mapping in &snapshot.mappings {
            if self.selects(run, mapping, which)? {
                selected.push(mapping);
            }
        }
        if let Some(nth) = which.nth {
            selected = selected.into_iter().skip(nth.saturating_sub(1) as usize).take(1).collect();
        }
        Ok(selected)
    }

    /// Where what `which` means begins and ends in a mapping that it selects: of one that was
    /// merged with its neighbours, the part that was made with the size asked for.
    pub(super) fn part(
        &self,
        run: &Run,
        mapping: &Mapping,
        which: &Selector,
    ) -> Result<Range<Addr>, Finding> {
        let bytes = |size: &Expr| self.number(size).map(|size| self.rounded(Bytes(size.unsigned_abs())));
        let made = match (&which.size, &which.at_least) {
            (Some(size), _) => {
                let size = bytes(size)?;
                self.made(run, mapping, |length| length == size).last()
            }
            (None, Some(least)) => {
                let least = bytes(least)?;
                self.made(run, mapping, |length| length >= least).last()
            }
            (None, None) => None,
        };
        let whole = mapping.start..mapping.end;
        Ok(made.filter(|part| part.end <= whole.end).unwrap_or(whole))
    }

    fn selects(&self, run: &Run, mapping: &Mapping, which: &Selector) -> Result<bool, Finding> {
        // The permissions of a selector say how a page may be used; whether stores are shared
        // is the flavour's to say too, and both must agree.
        if which.flavour.is_some_and(|flavour| mapping.flavour() != Some(flavour))
            || which.perms.is_some_and(|perms| !perms.matches(mapping.perms))
            || which.backing.is_some_and(|backed| !backed.is_behind(mapping))
        {
            return Ok(false);
        }
        if let Some(fixture) = &which.file
            && !matches!(mapping.backing(), Backing::File { path, .. } if path == self.path(fixture)?)
        {
            return Ok(false);
        }
        if let Some(offset) = &which.offset
            && i64::try_from(mapping.offset.0) != Ok(self.number(offset)?)
        {
            return Ok(false);
        }
        if let Some(least) = &which.at_least
            && i64::try_from(mapping.size().0)
                .is_ok_and(|size| self.number(least).is_ok_and(|least| size < least))
        {
            return Ok(false);
        }
        match &which.size {
            Some(size) => {
                let size = Bytes(self.number(size)?.unsigned_abs());
                Ok(self.has_size(run, mapping, size))
            }
            None => Ok(true),
        }
    }

    /// Whether `mapping` is `size` long in whole pages; a private anonymous one may have been
    /// merged with its neighbours, and then the call that made it tells its size.
    fn has_size(&self, run: &Run, mapping: &Mapping, size: Bytes) -> bool {
        let size = self.rounded(size);
        mapping.size() == size
            || mapping.backing() == Backing::Anonymous
                && mapping.size() > size
                && self.made(run, mapping, |length| length == size).next().is_some()
    }

    fn rounded(&self, size: Bytes) -> Bytes {
        size.pages(self.page_size).bytes(self.page_size)
    }

    /// Where calls made mappings of a length that fits, in whole pages, that begin in `mapping`.
    fn made(
        &self,
        run: &Run,
        mapping: &Mapping,
        fits: impl Fn(Bytes) -> bool,
    ) -> impl Iterator<Item = Range<Addr>> {
        run.calls.iter().filter_map(move |call| match &call.detail {
            Detail::Mmap { length, address, .. }
                if call.succeeded() && fits(self.rounded(*length)) && mapping.contains(*address) =>
            {
                Some(*address..Addr(address.0 + self.rounded(*length).0))
            }
            _ => None,
        })
    }
}

fn names_of(snapshots: &[Snapshot]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for snapshot in snapshots {
        let name = snapshot.checkpoint.to_string();
        if name != EXIT && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The name of the snapshot that the observer takes of a process as it exits.
pub(super) const EXIT: &str = "exit";

/// The last few lines that a program printed, on stdout and stderr, and the signal that kept it
/// from more.
pub(super) fn last_words(speech: Speech, run: &Run) -> Vec<String> {
    const LAST: usize = 4;
    let stdout = run.stdout.iter().rev().take(LAST).rev();
    let stdout = stdout.map(|line| format!("stdout: {}", speech.shortened(&line.text)));
    let lines: Vec<&str> = run.stderr.lines().collect();
    let stderr = lines.iter().rev().take(LAST).rev().map(|line| format!("stderr: {line}"));
    stdout.chain(stderr).chain(over_and_over(speech, run)).collect()
}

/// That a handler returned to an access which it had not mended, again and again, where it did.
pub(super) fn over_and_over(speech: Speech, run: &Run) -> Option<String> {
    const MANY: usize = 64;
    let last = run.signals.last()?;
    let same = |other: &&Delivery| {
        (other.thread, &other.signal, other.address) == (last.thread, &last.signal, last.address)
    };
    let times = run.signals.iter().rev().take_while(same).count();
    let address = last.address.filter(|_| times >= MANY && last.met == Some(Disposition::Handled))?;
    let times = u64::try_from(times).unwrap_or(u64::MAX).saturating_add(run.signals_dropped);
    let (signal, address) = ((&last.signal).into(), shown(address));
    Some(
        speech.tell(
            "signals-over-and-over",
            [("signal", signal), ("times", times.into()), ("address", address)],
        ),
    )
}

/// Between what a measured number must lie.
pub(super) struct Bounds {
    least: Option<i64>,
    most: Option<i64>,
}

impl Bounds {
    pub(super) fn new(
        witness: &Witness<'_>,
        (least, most): (Option<&Expr>, Option<&Expr>),
    ) -> Result<Self, Finding> {
        let number = |bound: Option<&Expr>| bound.map(|bound| witness.number(bound)).transpose();
        Ok(Self { least: number(least)?, most: number(most)? })
    }

    /// At least one, where neither bound is given.
    pub(super) const fn or_one(self) -> Self {
        match self {
            Self { least: None, most: None } => Self { least: Some(1), most: None },
            given => given,
        }
    }

    /// Whether `measured` keeps them; how near it came is noted.
    pub(super) fn hold(&self, witness: &Witness<'_>, measured: i64, unit: ReadingUnit) -> bool {
        let Self { least, most } = *self;
        if least.is_some() || most.is_some() {
            witness.readings.borrow_mut().push(Reading { measured, least, most, unit });
        }
        self.keep(measured)
    }

    fn keep(&self, number: i64) -> bool {
        self.least.is_none_or(|least| number >= least) && self.most.is_none_or(|most| number <= most)
    }

    pub(super) const fn has_most(&self) -> bool {
        self.most.is_some()
    }

    /// Both in words: `at least 8 KiB`.
    pub(super) fn words(&self, speech: Speech, write: impl Fn(i64) -> String) -> String {
        let said = |number: i64| Said::from(write(number));
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => {
                speech.tell("bound-exactly", [("amount", said(least))])
            }
            (Some(least), Some(most)) => {
                speech.tell("bound-between", [("least", said(least)), ("most", said(most))])
            }
            (Some(least), None) => speech.tell("bound-least", [("amount", said(least))]),
            (None, Some(0)) => speech.say("bound-none"),
            (None, Some(most)) => speech.tell("bound-most", [("amount", said(most))]),
            (None, None) => speech.say("bound-any"),
        }
    }
}

/// An amount of memory, with how many pages it is where they are whole: `8 KiB (2 pages)`.
pub(super) fn pages_of(speech: Speech, bytes: i64, page_size: Bytes) -> String {
    let page = i64::try_from(page_size.0).unwrap_or(i64::MAX);
    if page > 0 && bytes % page == 0 {
        let sign = if bytes < 0 { "-" } else { "" };
        let size = format!("{sign}{}", Bytes(bytes.unsigned_abs()).exactly()).into();
        speech.tell("memory-in-pages", [("size", size), ("pages", exact((bytes / page).into()))])
    } else {
        amount(bytes)
    }
}
