//! Checks on where mappings lie, and on their single pages.

use std::collections::BTreeSet;

use super::memory::{describe, lines, no_mapping};
use super::near::own;
use super::witness::{Finding, Witness};
use crate::facts::mapping::{Mapping, Sharing};
use crate::facts::page_map::PageState;
use crate::vocabulary::check::{ExpectedPages, ExpectedRow, Offsets, PageCondition, Selector, Showing};
use crate::vocabulary::evidence::{Run, Snapshot};
use crate::words::speech::Value as Said;

pub(super) fn adjacent(witness: &Witness<'_>, expected: &ExpectedRow) -> Result<String, Finding> {
    let ExpectedRow { of, at, row, showing } = expected;
    let run = witness.run(of)?;
    let snapshot = witness.snapshot(of, at)?;
    let places = row
        .iter()
        .map(|which| witness.select(run, snapshot, which))
        .collect::<Result<Vec<Vec<&Mapping>>, Finding>>()?;
    let firsts = places.first().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<Vec<&Mapping>> = firsts.iter().filter_map(|first| row_from(first, &places)).collect();
    if let Some(row) = rows.iter().find(|row| show(row, *showing)) {
        return Ok(lines(row).join("\n"));
    }
    let expected = match showing {
        Showing::Anything => "row-expected",
        Showing::SameFile => "row-of-file-expected",
        Showing::SamePages => "row-of-pages-expected",
    };
    let mut wanted = String::new();
    for which in row {
        let next = describe(witness, which)?;
        wanted = if wanted.is_empty() {
            next
        } else {
            witness.tell("row-then", [("row", wanted.into()), ("mapping", next.into())])
        };
    }
    let wanted = witness.tell(expected, [("row", wanted.into()), ("checkpoint", at.into())]);
    let absent = places.iter().position(Vec::is_empty);
    let (observed, shown) = match (rows.first(), absent) {
        (Some(row), _) => (witness.say("row-differs"), lines(row)),
        (None, Some(index)) => {
            let mapping = describe(witness, &row[index])?.into();
            (witness.tell("row-lacks", [("who", of.into()), ("mapping", mapping)]), own(snapshot))
        }
        (None, None) => {
            let mut all: Vec<&Mapping> = places.into_iter().flatten().collect();
            all.sort_by_key(|mapping| mapping.start);
            all.dedup();
            (witness.say("row-apart"), lines(&all))
        }
    };
    Err(Finding::missed(wanted, observed).showing(shown))
}

/// The row that begins with `first`, if each place has a mapping where the one before ends.
fn row_from<'a>(first: &&'a Mapping, places: &[Vec<&'a Mapping>]) -> Option<Vec<&'a Mapping>> {
    let mut row = vec![*first];
    for place in &places[1..] {
        let end = row.last()?.end;
        row.push(place.iter().find(|mapping| mapping.start == end)?);
    }
    Some(row)
}

fn show(row: &[&Mapping], showing: Showing) -> bool {
    let of_one_file = || {
        row.iter().all(|mapping| {
            mapping.inode != 0 && (mapping.device, mapping.inode) == (row[0].device, row[0].inode)
        })
    };
    let of_the_same_part =
        |mapping: &&Mapping| mapping.perms.sharing == Sharing::Shared && mapping.offset == row[0].offset;
    match showing {
        Showing::Anything => true,
        Showing::SameFile => of_one_file(),
        Showing::SamePages => of_one_file() && row.iter().all(of_the_same_part),
    }
}

pub(super) fn pages(witness: &Witness<'_>, expected: &ExpectedPages) -> Result<String, Finding> {
    let ExpectedPages { of, at, which, state, exactly, including, excluding } = expected;
    let run = witness.run(of)?;
    let snapshot = witness.snapshot(of, at)?;
    let selected = witness.select(run, snapshot, which)?;
    let whole = describe(witness, which)?;
    if selected.is_empty() {
        return Err(no_mapping(witness, which, snapshot, of));
    }
    let exactly = exactly.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let including = including.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let excluding = excluding.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let names = match state {
        PageCondition::Resident => &RESIDENT,
        PageCondition::Copied => &COPIED,
    };
    let count = |name: &str, pages: usize| witness.tell(name, [("pages", pages.into())]);
    let mut held = Vec::new();
    for mapping in selected {
        let found = found(witness, run, snapshot, (mapping, which), *state)?;
        let wanted = exactly.iter().chain(&including).flatten();
        let missing: BTreeSet<u64> = wanted.filter(|page| !found.contains(page)).copied().collect();
        let stray: BTreeSet<u64> = found
            .iter()
            .filter(|page| {
                exactly.as_ref().is_some_and(|exactly| !exactly.contains(page))
                    || excluding.as_ref().is_some_and(|excluding| excluding.contains(page))
            })
            .copied()
            .collect();
        if missing.is_empty() && stray.is_empty() {
            let with = [("pages", found.len().into()), ("mapping", mapping.to_string().into())];
            held.push(witness.tell(names.held, with));
            continue;
        }
        let mut wishes = Vec::new();
        if let Some(pages) = &exactly {
            wishes.push(count(names.exactly, pages.len()));
        }
        if let Some(pages) = &including {
            wishes.push(count(names.including, pages.len()));
        }
        if let Some(pages) = &excluding {
            wishes.push(count(names.excluding, pages.len()));
        }
        let mut seen = Vec::new();
        if !missing.is_empty() {
            seen.push(count("pages-missing", missing.len()));
        }
        if !stray.is_empty() {
            seen.push(count("pages-too-many", stray.len()));
        }
        let show = |pages: &BTreeSet<u64>, name: &str| {
            let line = |&page: &u64| {
                let offset = page * witness.page_size.0;
                witness.tell(name, [("page", page.into()), ("offset", offset.into())])
            };
            pages.iter().take(4).map(line).collect::<Vec<_>>()
        };
        let wishes = witness.speech.list(&wishes).into();
        let with: [(&str, Said<'_>); 3] =
            [("pages", wishes), ("mapping", whole.into()), ("checkpoint", at.into())];
        let finding = Finding::missed(witness.tell("pages-expected", with), witness.speech.list(&seen));
        let shown = finding.showing([mapping.to_string()]).showing(show(&missing, names.lacking));
        return Err(shown.showing(show(&stray, names.there)));
    }
    Ok(held.join("\n"))
}

/// The messages that tell of pages in a state.
struct Names {
    held: &'static str,
    exactly: &'static str,
    including: &'static str,
    excluding: &'static str,
    there: &'static str,
    lacking: &'static str,
}

const RESIDENT: Names = Names {
    held: "pages-resident",
    exactly: "pages-resident-exactly",
    including: "pages-resident-including",
    excluding: "pages-resident-excluding",
    there: "page-resident",
    lacking: "page-not-resident",
};

const COPIED: Names = Names {
    held: "pages-copied",
    exactly: "pages-copied-exactly",
    including: "pages-copied-including",
    excluding: "pages-copied-excluding",
    there: "page-copied",
    lacking: "page-not-copied",
};

/// The pages of a mapping that are in a state, counted from the beginning of what is meant.
fn found(
    witness: &Witness<'_>,
    run: &Run,
    snapshot: &Snapshot,
    (mapping, which): (&Mapping, &Selector),
    state: PageCondition,
) -> Result<BTreeSet<u64>, Finding> {
    let read = snapshot.pages.iter().find(|pages| pages.start == mapping.start);
    let pages = &read.ok_or_else(|| Finding::undecided(witness.say("undecided-pagemap")))?.pages;
    let part = witness.part(run, mapping, which)?;
    let page = |address: u64| address.saturating_sub(mapping.start.0) / witness.page_size.0;
    let (first, behind) = (page(part.start.0), page(part.end.0));
    let within = |states: &[PageState]| -> BTreeSet<u64> {
        let indices = pages.indices(states).filter(|index| (first..behind).contains(index));
        indices.map(|index| index - first).collect()
    };
    // What was touched and is in the swap now would pass for untouched.
    let swapped = within(&[PageState::Swapped]);
    if !swapped.is_empty() {
        let reason = witness.tell("undecided-swapped", [("pages", swapped.len().into())]);
        return Err(Finding::undecided(reason));
    }
    Ok(match state {
        PageCondition::Resident => within(&[
            PageState::Cached,
            PageState::Shared,
            PageState::Dirty,
            PageState::Anonymous,
            PageState::Copied,
        ]),
        PageCondition::Copied => within(&[PageState::Copied]),
    })
}

/// The pages in which offsets lie, by index.
fn indices(witness: &Witness<'_>, offsets: &Offsets) -> Result<BTreeSet<u64>, Finding> {
    let offsets = match offsets {
        Offsets::Drawn(name) => witness.numbers(name)?.to_vec(),
        Offsets::Written(written) => {
            written.iter().map(|offset| witness.number(offset)).collect::<Result<_, _>>()?
        }
    };
    let index = |offset: i64| u64::try_from(offset).map(|offset| offset / witness.page_size.0);
    offsets
        .into_iter()
        .map(|offset| {
            let wrong = || witness.tell("undecided-offset", [("offset", offset.into())]);
            index(offset).map_err(|_| witness.at_fault(&wrong()))
        })
        .collect()
}
