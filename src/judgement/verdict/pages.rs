//! Checks on where mappings lie, and on their single pages.

use std::collections::BTreeSet;

use super::memory::{describe, lines, own};
use super::witness::{Finding, Witness};
use crate::facts::mapping::{Mapping, Sharing};
use crate::facts::page_map::PageState;
use crate::vocabulary::check::{ExpectedPages, ExpectedRow, Offsets, PageCondition, Selector, Showing};
use crate::vocabulary::evidence::{Run, Snapshot};
use crate::vocabulary::value::Value;
use crate::words::prose;

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
    let common = match showing {
        Showing::Anything => "",
        Showing::SameFile => ", of the same file",
        Showing::SamePages => ", showing the same pages of one file",
    };
    let wanted: Vec<String> = row.iter().map(|which| describe(witness, which)).collect::<Result<_, _>>()?;
    let wanted = format!("{}, one right behind the other{common}, at {at}", wanted.join(", then "));
    let absent = places.iter().position(Vec::is_empty);
    let (observed, shown) = match (rows.first(), absent) {
        (Some(row), _) => ("they lie so, and show different memory".to_owned(), lines(row)),
        (None, Some(index)) => {
            let which = describe(witness, &row[index])?;
            (format!("{of} has no such mapping as {which}; its own are shown"), own(snapshot))
        }
        (None, None) => {
            let mut all: Vec<&Mapping> = places.into_iter().flatten().collect();
            all.sort_by_key(|mapping| mapping.start);
            all.dedup();
            ("they are there, and do not lie so".to_owned(), lines(&all))
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
        let finding = Finding::missed(
            format!("{whole}, at {at}"),
            format!("{of} has no such mapping; its own are shown"),
        );
        return Err(finding.showing(own(snapshot)));
    }
    let exactly = exactly.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let including = including.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let excluding = excluding.as_ref().map(|offsets| indices(witness, offsets)).transpose()?;
    let condition = match state {
        PageCondition::Resident => "resident",
        PageCondition::Copied => "a copy of its own",
    };
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
            held.push(format!("{} of it {condition}: {mapping}", page_count(found.len())));
            continue;
        }
        let mut wishes = Vec::new();
        if let Some(pages) = &exactly {
            wishes.push(format!("exactly the {} asked for to be {condition}", page_count(pages.len())));
        }
        if let Some(pages) = &including {
            wishes.push(format!("the {} asked for to be {condition}", page_count(pages.len())));
        }
        if let Some(pages) = &excluding {
            wishes.push(format!("none of {} to be {condition}", page_count(pages.len())));
        }
        let mut seen = Vec::new();
        if !missing.is_empty() {
            seen.push(format!("{} of them missing", missing.len()));
        }
        if !stray.is_empty() {
            seen.push(format!("{} too many", page_count(stray.len())));
        }
        let show = |pages: &BTreeSet<u64>, verb: &str| {
            let line = |page: &u64| format!("page {page}, at offset {}: {verb}", page * witness.page_size.0);
            pages.iter().take(4).map(line).collect::<Vec<_>>()
        };
        let finding =
            Finding::missed(format!("{}, of {whole}, at {at}", prose::list(&wishes)), prose::list(&seen));
        let shown =
            finding.showing([mapping.to_string()]).showing(show(&missing, &format!("not {condition}")));
        return Err(shown.showing(show(&stray, condition)));
    }
    Ok(held.join("\n"))
}

/// The pages of a mapping that are in a state, counted from the beginning of what is meant.
fn found(
    witness: &Witness<'_>,
    run: &Run,
    snapshot: &Snapshot,
    (mapping, which): (&Mapping, &Selector),
    state: PageCondition,
) -> Result<BTreeSet<u64>, Finding> {
    let read = snapshot.pages.iter().find(|pages| pages.start == mapping.start);
    let pages = &read.ok_or_else(|| Finding::undecided("/proc/PID/pagemap cannot be read here"))?.pages;
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
        return Err(Finding::undecided(format!(
            "{} of it swapped out, as if untouched",
            page_count(swapped.len())
        )));
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
        Offsets::Drawn(name) => match witness.scene.values.get(name.as_str()) {
            Some(Value::Numbers(numbers)) => numbers.clone(),
            _ => {
                return Err(Finding::undecided(format!(
                    "the check itself is at fault: {name} is not a list"
                )));
            }
        },
        Offsets::Written(written) => {
            written.iter().map(|offset| witness.number(offset)).collect::<Result<_, _>>()?
        }
    };
    let index = |offset: i64| u64::try_from(offset).map(|offset| offset / witness.page_size.0);
    offsets
        .into_iter()
        .map(|offset| {
            index(offset)
                .map_err(|_| Finding::undecided(format!("the check itself is at fault: offset {offset}")))
        })
        .collect()
}

fn page_count(pages: usize) -> String {
    prose::count(pages, "page")
}
