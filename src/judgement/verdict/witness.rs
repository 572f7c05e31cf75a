//! The witness stand: finding in a scene's evidence what a check asks about, and
//! saying in words why it is not there.

use std::cell::RefCell;
use std::ops::Range;

use super::number::{Reading, ReadingUnit, amount};
use crate::facts::call::Detail;
use crate::facts::mapping::{Backing, Mapping};
use crate::facts::signal::Disposition;
use crate::vocabulary::check::{Backed, Selector};
use crate::vocabulary::evidence::{
    Completion, Delivery, Ending, KillReason, Limit, Run, SceneRun, Snapshot, StopReason,
};
use crate::vocabulary::value::{Expr, Template, Value, ValueError};
use crate::words::ids::{Checkpoint, InstanceName, ValueName};
use crate::words::prose;
use crate::words::units::{Addr, Bytes};

/// How many lines of evidence a miss shows at the most.
const SHOWN: usize = 12;

/// Why a check does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The learner's programs owe it.
    Missed { expected: String, observed: String, shows: Vec<String> },
    /// The evidence cannot tell.
    Undecided { reason: String },
}

impl Finding {
    pub(super) fn undecided(reason: impl Into<String>) -> Self {
        Self::Undecided { reason: reason.into() }
    }

    pub(super) fn missed(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self::Missed { expected: expected.into(), observed: observed.into(), shows: Vec::new() }
    }

    pub(super) fn showing(self, lines: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Missed { expected, observed, mut shows } => {
                let mut lines = lines.into_iter();
                shows.extend(lines.by_ref().take(SHOWN));
                let left = lines.count();
                if left > 0 {
                    shows.push(format!("… and {left} more"));
                }
                Self::Missed { expected, observed, shows }
            }
            undecided @ Self::Undecided { .. } => undecided,
        }
    }
}

/// An expression or template that the loader let through and that cannot be evaluated is
/// the course's fault, never the learner's.
impl From<ValueError> for Finding {
    fn from(error: ValueError) -> Self {
        Self::undecided(format!("the check itself is at fault: {error}"))
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
}

impl<'a> Witness<'a> {
    pub(super) fn number(&self, expression: &Expr) -> Result<i64, Finding> {
        Ok(expression.evaluate(&self.scene.values, self.page_size)?)
    }

    pub(super) fn text(&self, template: &Template) -> Result<String, Finding> {
        Ok(self.scene.values.fill(template.text())?)
    }

    pub(super) fn path(&self, fixture: &ValueName) -> Result<&'a str, Finding> {
        match self.scene.values.get(fixture.as_str()) {
            Some(Value::Text(path)) => Ok(path),
            _ => Err(Finding::undecided(format!("the check itself is at fault: {fixture} is not a file"))),
        }
    }

    pub(super) fn run(&self, who: &InstanceName) -> Result<&'a Run, Finding> {
        self.scene
            .runs
            .get(who)
            .ok_or_else(|| Finding::missed(format!("{who} to run"), self.why_absent("it was never started")))
    }

    /// The first snapshot of `who` at `when`; of several processes the program's own first one is meant.
    pub(super) fn snapshot(&self, who: &InstanceName, when: &Checkpoint) -> Result<&'a Snapshot, Finding> {
        let run = self.run(who)?;
        let at = || run.snapshots.iter().filter(|snapshot| snapshot.checkpoint == *when);
        at().find(|snapshot| snapshot.pid == run.pid).or_else(|| at().next()).ok_or_else(|| {
            let reached = prose::list(&names_of(&run.snapshots));
            let before = if reached.is_empty() {
                "it reached no checkpoint".to_owned()
            } else {
                format!("it reached {reached}")
            };
            let observed = format!("{before}, and {}", ending(&run.ending));
            let finding = if self.scene.unasked.contains(when) {
                let observed = self.why_absent(&format!("it did not: {observed}"));
                Finding::missed(format!("the scene to come to where it looks at {who} ({when})"), observed)
            } else {
                Finding::missed(format!("{who} to print \"checkpoint {when}\""), observed)
            };
            finding.showing(last_words(run))
        })
    }

    /// `observed`, unless the script stopped first, which then is what was observed.
    pub(super) fn why_absent(&self, observed: &str) -> String {
        match &self.scene.completion {
            Completion::Stopped { awaited, reason, .. } => {
                format!("{observed}: the scene {}", stopped(awaited, reason))
            }
            Completion::Whole | Completion::Impossible { .. } => observed.to_owned(),
        }
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
            || which.backing.is_some_and(|backed| !is_backed(mapping, backed))
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

fn is_backed(mapping: &Mapping, backed: Backed) -> bool {
    matches!(
        (mapping.backing(), backed),
        (Backing::Memfd { .. }, Backed::Memfd)
            | (Backing::File { .. }, Backed::File)
            | (Backing::Anonymous | Backing::SharedAnonymous, Backed::Nothing)
    )
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

/// The last few lines that a program printed, on stdout and stderr, and the signal that kept it from more.
pub(super) fn last_words(run: &Run) -> Vec<String> {
    const LAST: usize = 4;
    let stdout = run
        .stdout
        .iter()
        .rev()
        .take(LAST)
        .rev()
        .map(|line| format!("stdout: {}", prose::shortened(&line.text)));
    let lines: Vec<&str> = run.stderr.lines().collect();
    let stderr = lines.iter().rev().take(LAST).rev().map(|line| format!("stderr: {line}"));
    stdout.chain(stderr).chain(over_and_over(run)).collect()
}

/// That a handler returned to an access which it had not mended, again and again, where it did.
pub(super) fn over_and_over(run: &Run) -> Option<String> {
    const MANY: usize = 64;
    let last = run.signals.last()?;
    let same = |other: &&Delivery| {
        (other.thread, &other.signal, other.address) == (last.thread, &last.signal, last.address)
    };
    let times = run.signals.iter().rev().take_while(same).count();
    let address = last.address.filter(|_| times >= MANY && last.met == Some(Disposition::Handled))?;
    let times = u64::try_from(times).unwrap_or(u64::MAX).saturating_add(run.signals_dropped);
    Some(format!(
        "{} came {times} times at address {address}: the handler returns, and the same access is made again",
        last.signal
    ))
}

/// How a process ended, as a clause: `it exited with status 0`.
pub(super) fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Exited { status } => format!("it exited with status {status}"),
        Ending::Signalled { signal, address, code } => {
            let at = address.map(|address| format!(" at address {address}")).unwrap_or_default();
            let code = code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
            format!("it was killed by {signal}{at}{code}")
        }
        Ending::Killed { why } => match why {
            KillReason::Scene => "the scene killed it".to_owned(),
            KillReason::Limit => "it was killed for running into a limit".to_owned(),
            KillReason::LeftBehind => "it was left behind and killed".to_owned(),
            KillReason::SceneOver => "it was still running when the scene was over, and killed".to_owned(),
            KillReason::OutOfMemory => {
                "the kernel killed it, for it needed more memory than its control group may have".to_owned()
            }
        },
        Ending::NotStarted { error } => format!("it could not be started: {error}"),
    }
}

/// Why a script stopped, as a clause behind "the scene".
pub(super) fn stopped(awaited: &str, reason: &StopReason) -> String {
    match reason {
        StopReason::TimedOut { after_ms } => {
            let seconds = after_ms / 1000;
            let tenths = after_ms % 1000 / 100;
            format!("waited {seconds}.{tenths} s for {awaited}, and it did not come")
        }
        StopReason::ProgramEnded => format!("waited for {awaited}, and the program ended first"),
        StopReason::LimitReached => {
            format!("waited for {awaited}, and the program ran into a limit first")
        }
    }
}

/// That a program ran into a limit.
pub(super) fn limited(who: &InstanceName, limit: &Limit) -> String {
    match limit {
        Limit::Time { allowed_ms } => {
            format!("{who} was still running after {} s and was killed", allowed_ms / 1000)
        }
        Limit::Output { allowed } => {
            format!("{who} printed more than {allowed} and was killed")
        }
        Limit::Memory { allowed, seen } => {
            format!("{who} had {seen} of memory resident, where {allowed} is allowed, and was killed")
        }
        Limit::Disk { allowed, seen } => {
            format!("{who} wrote {seen} to the disk, where {allowed} is allowed, and was killed")
        }
        Limit::Files { allowed } => {
            format!(
                "{who} made more than {allowed} files, or folders that cannot be looked through, and was killed"
            )
        }
        Limit::Processes { allowed } => {
            format!("{who} had more than {allowed} processes and was killed with all of them")
        }
        Limit::Group { allowed } => format!(
            "{who} needed more than the {allowed} of memory that this scene allows, in pages that cannot \
             be read again from a file, and the kernel killed it (out of memory)"
        ),
    }
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

    pub(super) fn words(&self, write: impl Fn(i64) -> String) -> String {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => format!("exactly {}", write(least)),
            (Some(least), Some(most)) => format!("{} to {}", write(least), write(most)),
            (Some(least), None) => format!("at least {}", write(least)),
            (None, Some(0)) => "none".to_owned(),
            (None, Some(most)) => format!("at most {}", write(most)),
            (None, None) => "any amount".to_owned(),
        }
    }
}

/// An amount of memory, with how many pages it is where they are whole: `8 KiB (2 pages)`.
pub(super) fn pages_of(bytes: i64, page_size: Bytes) -> String {
    let page = i64::try_from(page_size.0).unwrap_or(i64::MAX);
    if page > 0 && bytes % page == 0 {
        let pages = bytes / page;
        let noun = if pages.abs() == 1 { "page" } else { "pages" };
        format!("{} ({pages} {noun})", amount(bytes))
    } else {
        amount(bytes)
    }
}
