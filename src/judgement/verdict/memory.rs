//! Checks on mappings and on what of them is resident.

use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness, pages_of};
use crate::facts::mapping::{Books, Mapping};
use crate::vocabulary::check::{Backed, Counter, ExpectedMapping, ExpectedMemory, Moment, Selector};
use crate::vocabulary::evidence::{Run, Snapshot};
use crate::words::ids::InstanceName;
use crate::words::prose;
use crate::words::units::Bytes;

pub(super) fn mapping(witness: &Witness<'_>, expected: &ExpectedMapping) -> Result<String, Finding> {
    let ExpectedMapping { of, at, which, count, same_file_as } = expected;
    let run = witness.run(of)?;
    let snapshot = witness.snapshot(of, at)?;
    let selected = witness.select(run, snapshot, which)?;
    let wanted = describe(witness, which)?;
    let enough = match count {
        Some(count) => i64::try_from(selected.len()) == Ok(witness.number(count)?),
        None => !selected.is_empty(),
    };
    if !enough {
        let expected = match count {
            Some(count) => format!("{} of: {wanted}, at {at}", witness.number(count)?),
            None => format!("{wanted}, at {at}"),
        };
        let observed = match selected.len() {
            0 => format!("{of} has no such mapping; its own are shown"),
            number => format!("{of} has {number} of them"),
        };
        let shown = if selected.is_empty() { own(snapshot) } else { lines(&selected) };
        return Err(Finding::missed(expected, observed).showing(shown));
    }
    if let Some(other) = same_file_as {
        same_file(witness, (of, &selected), other, which)?;
    }
    Ok(lines(&selected).join("\n"))
}

fn same_file(
    witness: &Witness<'_>,
    (of, mine): (&InstanceName, &[&Mapping]),
    other: &Moment,
    which: &Selector,
) -> Result<(), Finding> {
    let run = witness.run(&other.of)?;
    // The other program may map the same file with other permissions: the reader of a pair
    // has r--s where the writer has rw-s.
    let which = Selector { perms: None, ..which.clone() };
    let theirs = witness.select(run, witness.snapshot(&other.of, &other.at)?, &which)?;
    let meet = mine.iter().any(|mine| {
        mine.inode != 0 && theirs.iter().any(|their| (mine.device, mine.inode) == (their.device, their.inode))
    });
    if meet {
        return Ok(());
    }
    let show = |who: &InstanceName, mappings: &[&Mapping]| {
        lines(mappings).into_iter().map(|line| format!("{who}: {line}")).collect::<Vec<_>>()
    };
    let finding = Finding::missed(
        format!("{of} and {} to map the same inode", other.of),
        if theirs.is_empty() {
            format!("{} has no such mapping", other.of)
        } else {
            "the inodes differ: two files, not one".to_owned()
        },
    );
    Err(finding.showing(show(of, mine)).showing(show(&other.of, &theirs)))
}

pub(super) fn rss(witness: &Witness<'_>, expected: &ExpectedMemory) -> Result<String, Finding> {
    let ExpectedMemory { of, at, since, which, counter, .. } = expected;
    let bounds = Bounds::new(witness, expected.bounds())?;
    let run = witness.run(of)?;
    let (now, shown) = resident(witness, run, witness.snapshot(of, at)?, which.as_ref(), *counter)?;
    let before = match since {
        Some(since) => resident(witness, run, witness.snapshot(of, since)?, which.as_ref(), *counter)?.0,
        None => 0,
    };
    let measured = now - before;
    let name = counter_name(*counter);
    let whole = match which {
        Some(which) => format!("{name} of {}", describe(witness, which)?),
        None => format!("{name} of the whole process"),
    };
    let moment = match since {
        Some(since) => format!("between {since} and {at}"),
        None => format!("at {at}"),
    };
    let write = |bytes: i64| pages_of(bytes, witness.page_size);
    if bounds.hold(witness, measured, ReadingUnit::Bytes) {
        return Ok(format!("{whole} {moment}: {}", write(measured)));
    }
    let expected = format!("{whole}, {moment}: {}", bounds.words(write));
    Err(Finding::missed(expected, write(measured)).showing(shown))
}

/// The counter's sum in bytes, and the lines that show it.
fn resident(
    witness: &Witness<'_>,
    run: &Run,
    snapshot: &Snapshot,
    which: Option<&Selector>,
    counter: Counter,
) -> Result<(i64, Vec<String>), Finding> {
    let selected: Vec<&Mapping> = match which {
        Some(which) => witness.select(run, snapshot, which)?,
        None => snapshot.mappings.iter().collect(),
    };
    if let Some(which) = which
        && selected.is_empty()
    {
        let expected = format!("{}, at {}", describe(witness, which)?, snapshot.checkpoint);
        return Err(
            Finding::missed(expected, "there is no such mapping; its own are shown").showing(own(snapshot))
        );
    }
    let sum: Bytes = selected.iter().map(|mapping| count(&mapping.books, counter)).sum();
    // The largest first: they are what the sum is made of.
    let mut largest = selected;
    largest.sort_by_key(|mapping| std::cmp::Reverse(count(&mapping.books, counter)));
    let shown = largest
        .iter()
        .filter(|mapping| which.is_some() || count(&mapping.books, counter).0 > 0)
        .take(5)
        .map(|mapping| {
            let name = counter_name(counter);
            format!("{}: {mapping}  {name}: {}", snapshot.checkpoint, count(&mapping.books, counter))
        })
        .collect();
    Ok((i64::try_from(sum.0).unwrap_or(i64::MAX), shown))
}

const fn count(books: &Books, counter: Counter) -> Bytes {
    match counter {
        Counter::Rss => books.rss,
        Counter::Pss => books.pss,
        Counter::Anonymous => books.anonymous,
        Counter::PrivateDirty => books.private_dirty,
        Counter::SharedDirty => books.shared_dirty,
        Counter::PrivateClean => books.private_clean,
        Counter::SharedClean => books.shared_clean,
        Counter::AnonHugePages => books.anon_huge,
        Counter::Swap => books.swap,
        Counter::Locked => books.locked,
    }
}

/// As smaps writes it.
const fn counter_name(counter: Counter) -> &'static str {
    match counter {
        Counter::Rss => "Rss",
        Counter::Pss => "Pss",
        Counter::Anonymous => "Anonymous",
        Counter::PrivateDirty => "Private_Dirty",
        Counter::SharedDirty => "Shared_Dirty",
        Counter::PrivateClean => "Private_Clean",
        Counter::SharedClean => "Shared_Clean",
        Counter::AnonHugePages => "AnonHugePages",
        Counter::Swap => "Swap",
        Counter::Locked => "Locked",
    }
}

/// `a private anonymous mapping of 10 GiB, rw-p`.
pub(super) fn describe(witness: &Witness<'_>, which: &Selector) -> Result<String, Finding> {
    let mut words = match which.flavour {
        Some(flavour) => format!("a {flavour} mapping"),
        None => "a mapping".to_owned(),
    };
    if let Some(fixture) = &which.file {
        words += &format!(" of {}", witness.path(fixture)?);
    }
    let mut details = Vec::new();
    if let Some(size) = &which.size {
        details.push(format!("{} long", Bytes(witness.number(size)?.unsigned_abs())));
    }
    if let Some(least) = &which.at_least {
        details.push(format!("at least {} long", Bytes(witness.number(least)?.unsigned_abs())));
    }
    if let Some(perms) = which.perms {
        details.push(perms.to_string());
    }
    if let Some(offset) = &which.offset {
        details.push(format!("from offset {}", witness.number(offset)?));
    }
    match which.backing {
        Some(Backed::Memfd) => details.push("backed by a memfd".to_owned()),
        Some(Backed::File) => details.push("backed by a file".to_owned()),
        Some(Backed::Nothing) => details.push("backed by no file".to_owned()),
        None => {}
    }
    if let Some(nth) = which.nth {
        details.push(format!("number {nth} of those"));
    }
    if !details.is_empty() {
        words += &format!(", {}", prose::list(&details));
    }
    Ok(words)
}

pub(super) fn lines(mappings: &[&Mapping]) -> Vec<String> {
    mappings.iter().map(ToString::to_string).collect()
}

/// The mappings that a program made itself, as far as one can tell: not those of its binary,
/// its libraries and the kernel, unless it has no others.
pub(super) fn own(snapshot: &Snapshot) -> Vec<String> {
    use crate::facts::mapping::{Backing, Sharing};
    let foreign = |mapping: &Mapping| match mapping.backing() {
        Backing::Special { .. } => true,
        Backing::File { path, .. } => {
            mapping.perms.sharing == Sharing::Private
                && snapshot.mappings.iter().any(|other| {
                    other.perms.execute
                        && matches!(other.backing(), Backing::File { path: other, .. } if other == path)
                })
        }
        Backing::Anonymous | Backing::SharedAnonymous | Backing::Memfd { .. } => false,
    };
    let own: Vec<String> =
        snapshot.mappings.iter().filter(|mapping| !foreign(mapping)).map(ToString::to_string).collect();
    if own.is_empty() { snapshot.mappings.iter().map(ToString::to_string).collect() } else { own }
}
