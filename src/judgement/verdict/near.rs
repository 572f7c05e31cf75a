//! Why a program has no mapping as a check wants it: a call that failed, the one property in
//! which the nearest of its mappings differs, or else just those that it has.

use super::calls::line;
use super::witness::{Finding, Witness};
use crate::facts::call::{Call, Detail, Outcome};
use crate::facts::mapping::{Backing, Flavour, Mapping, Sharing};
use crate::vocabulary::check::Selector;
use crate::vocabulary::evidence::Snapshot;
use crate::words::ids::InstanceName;
use crate::words::speech::exact;
use crate::words::units::Bytes;

/// A property of mappings in which one may differ from what is wanted.
#[derive(Clone, Copy)]
enum Property {
    Length,
    Offset,
    Permissions,
    Sharing,
    File,
}

/// What is said of a mapping that is not there, and the lines that show it.
pub(super) fn absence(
    witness: &Witness<'_>,
    who: &InstanceName,
    snapshot: &Snapshot,
    which: &Selector,
) -> Result<(String, Vec<String>), Finding> {
    let run = witness.run(who)?;
    let calls = &run.calls[..snapshot.calls_before.min(run.calls.len())];
    let failed = calls.iter().filter(|call| is_failed_attempt_at(call, which));
    let mut shown: Vec<String> = failed.map(|call| line(witness.speech, call)).collect();
    if !shown.is_empty() {
        shown.extend(own(snapshot));
        return Ok((witness.tell("mapping-failed", [("who", who.into())]), shown));
    }
    for (property, wider) in widened(which) {
        for mapping in witness.select(run, snapshot, &wider)? {
            if is_near(witness, property, which, mapping)? {
                return Ok((difference(witness, who, property, mapping), vec![mapping.to_string()]));
            }
        }
    }
    Ok((witness.tell("mapping-none", [("who", who.into())]), own(snapshot)))
}

/// Whether a call was to make such a mapping and failed. One that was not to replace anything
/// may fail as it is meant to (`MAP_FIXED_NOREPLACE`, `mmap(2)`).
fn is_failed_attempt_at(call: &Call, which: &Selector) -> bool {
    let Detail::Mmap { flags, .. } = &call.detail else { return false };
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let (shared, anonymous) = (has("MAP_SHARED") || has("MAP_SHARED_VALIDATE"), has("MAP_ANONYMOUS"));
    let fits = which.flavour.is_none_or(|flavour| match flavour {
        Flavour::PrivateAnonymous => anonymous && !shared,
        Flavour::SharedAnonymous => anonymous && shared,
        Flavour::PrivateFile => !anonymous && !shared,
        Flavour::SharedFile => !anonymous && shared,
    });
    fits && matches!(call.outcome, Outcome::Failed(_)) && !has("MAP_FIXED_NOREPLACE")
}

/// `which` with one property left open at a time; none where it counts mappings off, for then
/// another one may be missing.
fn widened(which: &Selector) -> Vec<(Property, Selector)> {
    let mut all = Vec::new();
    if which.nth.is_some() {
        return all;
    }
    let wider = || which.clone();
    if which.size.is_some() || which.at_least.is_some() {
        all.push((Property::Length, Selector { size: None, at_least: None, ..wider() }));
    }
    if which.offset.is_some() {
        all.push((Property::Offset, Selector { offset: None, ..wider() }));
    }
    if which.perms.is_some() {
        all.push((Property::Permissions, Selector { perms: None, ..wider() }));
    }
    // Of memory without a file there is much that is rightly private.
    let other = match which.flavour {
        Some(Flavour::PrivateFile) => Some(Flavour::SharedFile),
        Some(Flavour::SharedFile) => Some(Flavour::PrivateFile),
        Some(Flavour::PrivateAnonymous | Flavour::SharedAnonymous) | None => None,
    };
    if other.is_some() {
        all.push((Property::Sharing, Selector { flavour: other, perms: None, ..wider() }));
    }
    if (which.file.is_some() || which.backing.is_some()) && which.size.is_some() {
        all.push((Property::File, Selector { file: None, backing: None, ..wider() }));
    }
    all
}

/// Memory without a file is everywhere in a process: only what is about as long is near.
fn is_near(
    witness: &Witness<'_>,
    property: Property,
    which: &Selector,
    mapping: &Mapping,
) -> Result<bool, Finding> {
    if !matches!(property, Property::Length) || which.file.is_some() || which.backing.is_some() {
        return Ok(true);
    }
    let Some(wanted) = which.size.as_ref().or(which.at_least.as_ref()) else { return Ok(true) };
    let wanted = Bytes(witness.number(wanted)?.unsigned_abs());
    Ok(mapping.size().0 >= wanted.0 / 2 && mapping.size().0 / 2 <= wanted.0)
}

fn difference(witness: &Witness<'_>, who: &InstanceName, property: Property, mapping: &Mapping) -> String {
    let who = ("who", who.into());
    match property {
        Property::Length => witness.tell("near-length", [who, ("size", mapping.size().into())]),
        Property::Offset => witness.tell("near-offset", [who, ("offset", exact(mapping.offset.0.into()))]),
        Property::Permissions => {
            witness.tell("near-permissions", [who, ("permissions", mapping.perms.to_string().into())])
        }
        Property::Sharing => match mapping.perms.sharing {
            Sharing::Private => witness.tell("near-private", [who]),
            Sharing::Shared => witness.tell("near-shared", [who]),
        },
        Property::File => match mapping.backing() {
            Backing::File { path, .. } => witness.tell("near-file", [who, ("path", path.into())]),
            _ => witness.tell("near-another", [who]),
        },
    }
}

/// The mappings that a program made itself, as far as one can tell: not those of its binary,
/// its libraries and the kernel, unless it has no others.
pub(super) fn own(snapshot: &Snapshot) -> Vec<String> {
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
