//! Checks on signals: which were raised by which access, and whether they were survived.

use super::calls::moment;
use super::memory::{describe, own};
use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness, ending, over_and_over};
use crate::facts::signal::Disposition;
use crate::vocabulary::check::{ExpectedSignal, Fate};
use crate::vocabulary::evidence::{Delivery, Ending, Run};
use crate::words::units::Addr;

pub(super) fn signal(witness: &Witness<'_>, expected: &ExpectedSignal) -> Result<String, Finding> {
    let run = witness.run(&expected.of)?;
    let bounds = Bounds::new(witness, expected.bounds())?.or_one();
    let time = |when| witness.snapshot(&expected.of, when).map(|snapshot| snapshot.at);
    let after = expected.after.as_ref().map(time).transpose()?.unwrap_or(0);
    let before = expected.before.as_ref().map(time).transpose()?.unwrap_or(u64::MAX);
    let places = places(witness, run, expected)?;
    let of_that_name: Vec<&Delivery> = run
        .signals
        .iter()
        .filter(|delivery| delivery.signal == expected.signal)
        .filter(|delivery| (after..=before).contains(&delivery.at))
        .collect();
    let mut counted = Vec::new();
    for &delivery in &of_that_name {
        let raised_so = expected.code.as_ref().is_none_or(|code| delivery.code.as_ref() == Some(code));
        let there = places.as_ref().is_none_or(|places| {
            delivery.address.is_some_and(|address| places.iter().any(|place| place.contains(&address)))
        });
        if raised_so && there && comes_to(run, delivery, expected.fate)? {
            counted.push(delivery);
        }
    }
    let number = i64::try_from(counted.len()).unwrap_or(i64::MAX);
    let kept = bounds.hold(witness, number, ReadingUnit::Number);
    if run.signals_dropped > 0 && (!kept || bounds.has_most()) {
        let flood = || format!("it got {} more signals than are recorded", run.signals_dropped);
        return Err(Finding::undecided(over_and_over(run).unwrap_or_else(flood)));
    }
    if kept {
        return Ok(match counted.as_slice() {
            [] => "no such signal".to_owned(),
            counted => counted.iter().map(|delivery| line(run, delivery)).collect::<Vec<_>>().join("\n"),
        });
    }
    let write = |number: i64| if number == 1 { "1 signal".to_owned() } else { format!("{number} signals") };
    let mut wanted = match expected.fate {
        Fate::Caught => format!("{} caught", expected.signal),
        Fate::Deadly => format!("{} that ends it", expected.signal),
        Fate::Any => expected.signal.clone(),
    };
    if let Some(code) = &expected.code {
        wanted += &format!(" ({code})");
    }
    if let Some(which) = &expected.which {
        wanted += ", raised by an access to";
        if let Some(offset) = &expected.offset {
            wanted += &format!(" offset {} of", witness.number(offset)?);
        }
        wanted += &format!(" {}", describe(witness, which)?);
    }
    wanted += &moment(expected.after.as_ref(), expected.before.as_ref());
    let mut shows: Vec<String> = of_that_name.iter().map(|delivery| line(run, delivery)).collect();
    if shows.is_empty() {
        shows = run.signals.iter().map(|delivery| line(run, delivery)).collect();
    }
    shows.push(ending(&run.ending));
    let finding = Finding::missed(format!("{} of {wanted}", bounds.words(write)), write(number));
    Err(finding.showing(shows))
}

/// The addresses at which the signals asked for are raised, where they are not asked for anywhere.
fn places(
    witness: &Witness<'_>,
    run: &Run,
    expected: &ExpectedSignal,
) -> Result<Option<Vec<std::ops::Range<Addr>>>, Finding> {
    let Some((which, at)) = expected.which.as_ref().zip(expected.at.as_ref()) else { return Ok(None) };
    let snapshot = witness.snapshot(&expected.of, at)?;
    let offset = expected.offset.as_ref().map(|offset| witness.number(offset)).transpose()?;
    let selected = witness.select(run, snapshot, which)?;
    if selected.is_empty() {
        let wanted = format!("{}, at {at}", describe(witness, which)?);
        let finding =
            Finding::missed(wanted, format!("{} has no such mapping; its own are shown", expected.of));
        return Err(finding.showing(own(snapshot)));
    }
    let mut places = Vec::new();
    for mapping in selected {
        let part = witness.part(run, mapping, which)?;
        places.push(match offset {
            Some(offset) => {
                let place = part.start.0.saturating_add_signed(offset);
                Addr(place)..Addr(place.saturating_add(1))
            }
            None => part,
        });
    }
    Ok(Some(places))
}

/// Whether that comes of the signal.
fn comes_to(run: &Run, delivery: &Delivery, fate: Fate) -> Result<bool, Finding> {
    if fate == Fate::Any {
        return Ok(true);
    }
    let met = |delivery: &Delivery| {
        delivery.met.ok_or_else(|| Finding::undecided("the handlers of a process cannot be read here"))
    };
    if fate == Fate::Deadly {
        return Ok(met(delivery)? == Disposition::Default && killed(run, delivery));
    }
    if met(delivery)? != Disposition::Handled {
        return Ok(false);
    }
    // A handler that restores the default and returns has only put it off: the access is made again.
    match again(run, delivery) {
        Some(again) => Ok(met(again)? != Disposition::Default),
        None => Ok(true),
    }
}

/// The next signal of that name in that thread, where the same access raised it.
fn again<'a>(run: &'a Run, delivery: &Delivery) -> Option<&'a Delivery> {
    run.signals
        .iter()
        .skip_while(|other| !std::ptr::eq(*other, delivery))
        .skip(1)
        .find(|other| other.thread == delivery.thread && other.signal == delivery.signal)
        .filter(|again| delivery.address.is_some() && again.address == delivery.address)
}

fn killed(run: &Run, delivery: &Delivery) -> bool {
    let ending = run.processes.iter().find(|process| process.pid == delivery.process);
    matches!(ending.map(|process| &process.ending),
        Some(Ending::Signalled { signal, .. }) if *signal == delivery.signal)
}

/// A delivery as a line.
fn line(run: &Run, delivery: &Delivery) -> String {
    let code = delivery.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let address = delivery.address.map(|address| format!(" at address {address}")).unwrap_or_default();
    let met = match delivery.met {
        Some(Disposition::Handled) => "met a handler",
        Some(Disposition::Ignored) => "is ignored",
        Some(Disposition::Default) => "met none",
        None => "met what cannot be read",
    };
    let put_off = delivery.met == Some(Disposition::Handled)
        && again(run, delivery).is_some_and(|again| again.met == Some(Disposition::Default));
    let then = if put_off { " that did not last: still blocked, or reset" } else { "" };
    format!("{}{code}{address} {met}{then}", delivery.signal)
}
