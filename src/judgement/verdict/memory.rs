//! Checks on mappings and on what of them is resident.

use super::near::absence;
use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness, pages_of};
use crate::facts::mapping::{Books, Flavour, Mapping};
use crate::vocabulary::check::{
    Backed, Counter, ExpectedMapping, ExpectedMemory, Moment, PermsPattern, Selector,
};
use crate::vocabulary::evidence::Snapshot;
use crate::vocabulary::value::Expr;
use crate::words::ids::{Checkpoint, InstanceName};
use crate::words::speech::exact;
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
            Some(count) => witness.tell(
                "mappings-expected",
                [
                    ("number", exact(witness.number(count)?.into())),
                    ("mapping", wanted.into()),
                    ("checkpoint", at.into()),
                ],
            ),
            None => expected_at(witness, &wanted, at),
        };
        let (observed, shown) = match selected.len() {
            0 => absence(witness, of, snapshot, which)?,
            number => {
                let with = [("who", of.into()), ("number", number.into())];
                (witness.tell("mappings-number", with), lines(&selected))
            }
        };
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
    let expected = witness.tell("same-file-expected", [("who", of.into()), ("other", (&other.of).into())]);
    let observed = if theirs.is_empty() {
        witness.tell("same-file-no-mapping", [("who", (&other.of).into())])
    } else {
        witness.say("same-file-inodes-differ")
    };
    let finding = Finding::missed(expected, observed);
    Err(finding.showing(show(of, mine)).showing(show(&other.of, &theirs)))
}

pub(super) fn rss(witness: &Witness<'_>, expected: &ExpectedMemory) -> Result<String, Finding> {
    let ExpectedMemory { of, at, since, which, counter, .. } = expected;
    let bounds = Bounds::new(witness, expected.bounds())?;
    let (now, shown) = resident(witness, of, witness.snapshot(of, at)?, which.as_ref(), *counter)?;
    let before = match since {
        Some(since) => resident(witness, of, witness.snapshot(of, since)?, which.as_ref(), *counter)?.0,
        None => 0,
    };
    let measured = now - before;
    let name = counter_name(*counter);
    let whole = match which {
        Some(which) => {
            let mapping = describe(witness, which)?.into();
            witness.tell("memory-of-mapping", [("counter", name.into()), ("mapping", mapping)])
        }
        None => witness.tell("memory-of-process", [("counter", name.into())]),
    };
    let moment = match since {
        Some(since) => witness.tell("moment-between", [("start", since.into()), ("end", at.into())]),
        None => witness.tell("moment-at", [("checkpoint", at.into())]),
    };
    let write = |bytes: i64| pages_of(witness.speech, bytes, witness.page_size);
    let say = |name: &str, amount: String| {
        witness.tell(
            name,
            [
                ("memory", whole.as_str().into()),
                ("moment", moment.as_str().into()),
                ("amount", amount.into()),
            ],
        )
    };
    if bounds.hold(witness, measured, ReadingUnit::Bytes) {
        return Ok(say("memory-held", write(measured)));
    }
    let expected = say("memory-expected", bounds.words(witness.speech, write));
    Err(Finding::missed(expected, write(measured)).showing(shown))
}

/// The counter's sum in bytes, and the lines that show it.
fn resident(
    witness: &Witness<'_>,
    of: &InstanceName,
    snapshot: &Snapshot,
    which: Option<&Selector>,
    counter: Counter,
) -> Result<(i64, Vec<String>), Finding> {
    let run = witness.run(of)?;
    let selected: Vec<&Mapping> = match which {
        Some(which) => witness.select(run, snapshot, which)?,
        None => snapshot.mappings.iter().collect(),
    };
    if let Some(which) = which
        && selected.is_empty()
    {
        return Err(no_mapping(witness, which, snapshot, of));
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
    let mut words = witness.say(match which.flavour {
        Some(Flavour::PrivateAnonymous) => "mapping-private-anonymous",
        Some(Flavour::SharedAnonymous) => "mapping-shared-anonymous",
        Some(Flavour::PrivateFile) => "mapping-private-file",
        Some(Flavour::SharedFile) => "mapping-shared-file",
        None => "mapping-any",
    });
    if let Some(fixture) = &which.file {
        let path = witness.path(fixture)?.into();
        words = witness.tell("mapping-of-file", [("mapping", words.into()), ("path", path)]);
    }
    let mut details = Vec::new();
    let size = |size: &Expr| Ok(Bytes(witness.number(size)?.unsigned_abs()).exactly().into());
    if let Some(exact) = &which.size {
        details.push(witness.tell("mapping-long", [("size", size(exact)?)]));
    }
    if let Some(least) = &which.at_least {
        details.push(witness.tell("mapping-at-least-long", [("size", size(least)?)]));
    }
    if let Some(perms) = which.perms {
        details.push(described(witness, perms));
    }
    if let Some(offset) = &which.offset {
        let offset = exact(witness.number(offset)?.into());
        details.push(witness.tell("mapping-from-offset", [("offset", offset)]));
    }
    if let Some(backing) = which.backing {
        details.push(witness.say(match backing {
            Backed::Memfd => "mapping-backed-by-memfd",
            Backed::File => "mapping-backed-by-file",
            Backed::Nothing => "mapping-backed-by-nothing",
        }));
    }
    if let Some(nth) = which.nth {
        details.push(witness.tell("mapping-number", [("number", nth.into())]));
    }
    if details.is_empty() {
        return Ok(words);
    }
    let details = witness.speech.list(&details).into();
    Ok(witness.tell("mapping-detailed", [("mapping", words.into()), ("details", details)]))
}

/// Permissions; of two that may be, both.
fn described(witness: &Witness<'_>, perms: PermsPattern) -> String {
    let column = perms.to_string();
    let open = column.char_indices().zip([['r', '-'], ['w', '-'], ['x', '-'], ['p', 's']]);
    let mut open = open.filter(|((_, letter), _)| *letter == '?');
    match (open.next(), open.next()) {
        (Some(((place, _), letters)), None) => {
            let [one, other] = letters.map(|letter| {
                let mut column = column.clone();
                column.replace_range(place..=place, &letter.to_string());
                column
            });
            witness.tell("mapping-perms-either", [("one", one.into()), ("other", other.into())])
        }
        _ => column,
    }
}

/// That a mapping was expected at a checkpoint.
pub(super) fn expected_at(witness: &Witness<'_>, mapping: &str, at: &Checkpoint) -> String {
    witness.tell("mapping-expected", [("mapping", mapping.into()), ("checkpoint", at.into())])
}

/// That `who` has no such mapping, with those that it has.
pub(super) fn no_mapping(
    witness: &Witness<'_>,
    which: &Selector,
    snapshot: &Snapshot,
    who: &InstanceName,
) -> Finding {
    let told = || {
        let expected = expected_at(witness, &describe(witness, which)?, &snapshot.checkpoint);
        let (observed, shown) = absence(witness, who, snapshot, which)?;
        Ok(Finding::missed(expected, observed).showing(shown))
    };
    told().unwrap_or_else(|finding: Finding| finding)
}

pub(super) fn lines(mappings: &[&Mapping]) -> Vec<String> {
    mappings.iter().map(ToString::to_string).collect()
}
