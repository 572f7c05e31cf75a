//! Checks on signals: which were raised by which access, and whether they were survived.

use super::calls::moment;
use super::memory::{describe, no_mapping};
use super::number::ReadingUnit;
use super::witness::{Bounds, Finding, Witness, over_and_over};
use crate::facts::signal::Disposition;
use crate::vocabulary::check::{ExpectedSignal, Fate};
use crate::vocabulary::evidence::{Delivery, Ending, Run};
use crate::words::speech::exact;
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
        if raised_so && there && comes_to(witness, run, delivery, expected.fate)? {
            counted.push(delivery);
        }
    }
    let number = i64::try_from(counted.len()).unwrap_or(i64::MAX);
    let kept = bounds.hold(witness, number, ReadingUnit::Number);
    if run.signals_dropped > 0 && (!kept || bounds.has_most()) {
        let dropped = [("signals", run.signals_dropped.into())];
        let flood = || witness.tell("undecided-signals-dropped", dropped);
        return Err(Finding::undecided(over_and_over(witness.speech, run).unwrap_or_else(flood)));
    }
    if kept {
        return Ok(match counted.as_slice() {
            [] => witness.say("signals-none"),
            counted => {
                counted.iter().map(|delivery| line(witness, run, delivery)).collect::<Vec<_>>().join("\n")
            }
        });
    }
    let write = |number: i64| witness.tell("signals-number", [("number", number.into())]);
    let signal = ("signal", expected.signal.as_str().into());
    let mut wanted = match expected.fate {
        Fate::Caught => witness.tell("signals-caught", [signal]),
        Fate::Deadly => witness.tell("signals-deadly", [signal]),
        Fate::Any => expected.signal.clone(),
    };
    if let Some(code) = &expected.code {
        wanted += &format!(" ({code})");
    }
    let amount = bounds.words(witness.speech, write).into();
    wanted = witness.tell("signals-expected", [("amount", amount), ("signal", wanted.into())]);
    if let Some(which) = &expected.which {
        let mapping = ("mapping", describe(witness, which)?.into());
        let signals = ("signals", wanted.into());
        wanted = match &expected.offset {
            Some(offset) => {
                let offset = ("offset", exact(witness.number(offset)?.into()));
                witness.tell("signals-at-offset", [signals, offset, mapping])
            }
            None => witness.tell("signals-at-mapping", [signals, mapping]),
        };
    }
    wanted = moment(witness, wanted, expected.after.as_ref(), expected.before.as_ref());
    let mut shows: Vec<String> = of_that_name.iter().map(|delivery| line(witness, run, delivery)).collect();
    if shows.is_empty() {
        shows = run.signals.iter().map(|delivery| line(witness, run, delivery)).collect();
    }
    shows.push(witness.ending(&run.ending));
    Err(Finding::missed(wanted, write(number)).showing(shows))
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
        return Err(no_mapping(witness, which, snapshot, &expected.of));
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
fn comes_to(witness: &Witness<'_>, run: &Run, delivery: &Delivery, fate: Fate) -> Result<bool, Finding> {
    if fate == Fate::Any {
        return Ok(true);
    }
    let met = |delivery: &Delivery| {
        delivery.met.ok_or_else(|| Finding::undecided(witness.say("undecided-handlers")))
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
fn line(witness: &Witness<'_>, run: &Run, delivery: &Delivery) -> String {
    let code = delivery.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mut signal = format!("{}{code}", delivery.signal);
    if let Some(address) = delivery.address {
        let address = address.to_string().into();
        signal = witness.tell("signal-at-address", [("signal", signal.into()), ("address", address)]);
    }
    let met = match delivery.met {
        Some(Disposition::Handled) => "signal-handled",
        Some(Disposition::Ignored) => "signal-ignored",
        Some(Disposition::Default) => "signal-unhandled",
        None => "signal-unknown",
    };
    let put_off = delivery.met == Some(Disposition::Handled)
        && again(run, delivery).is_some_and(|again| again.met == Some(Disposition::Default));
    witness.tell(if put_off { "signal-put-off" } else { met }, [("signal", signal.into())])
}
