//! Checks on the descriptors that a program holds.

use super::memory::{describe, own};
use super::witness::{Finding, Witness};
use crate::vocabulary::check::ExpectedSeals;
use crate::vocabulary::evidence::Descriptor;
use crate::words::prose;

pub(super) fn seals(witness: &Witness<'_>, expected: &ExpectedSeals) -> Result<String, Finding> {
    let ExpectedSeals { of, at, which, seals } = expected;
    let run = witness.run(of)?;
    let snapshot = witness.snapshot(of, at)?;
    let mut held: Vec<&Descriptor> =
        snapshot.descriptors.iter().filter(|descriptor| descriptor.path.starts_with("/memfd:")).collect();
    let mut whose = "a memfd".to_owned();
    if let Some(which) = which {
        let mappings = witness.select(run, snapshot, which)?;
        whose = format!("the memfd behind {}", describe(witness, which)?);
        if mappings.is_empty() {
            let finding = Finding::missed(
                format!("{}, at {at}", describe(witness, which)?),
                format!("{of} has no such mapping; its own are shown"),
            );
            return Err(finding.showing(own(snapshot)));
        }
        held.retain(|descriptor| {
            mappings
                .iter()
                .any(|mapping| (mapping.device, mapping.inode) == (descriptor.device, descriptor.inode))
        });
    }
    let has_all = |descriptor: &&&Descriptor| {
        descriptor.seals.as_ref().is_some_and(|there| seals.iter().all(|seal| there.contains(seal)))
    };
    if let Some(descriptor) = held.iter().find(has_all) {
        return Ok(line(descriptor));
    }
    if held.iter().any(|descriptor| descriptor.seals.is_none()) {
        return Err(Finding::undecided("the seals of another process's descriptor cannot be read here"));
    }
    let wanted = format!("{} on {whose}, at {at}", prose::list(seals));
    let observed = match held.as_slice() {
        [] => format!("{of} holds no descriptor of it"),
        [descriptor] => match descriptor.seals.as_deref() {
            None | Some([]) => "it has no seal".to_owned(),
            Some(there) => format!("it is sealed with {} only", prose::list(there)),
        },
        _ => "none of them is".to_owned(),
    };
    Err(Finding::missed(wanted, observed).showing(held.into_iter().map(line)))
}

fn line(descriptor: &Descriptor) -> String {
    let seals = match descriptor.seals.as_deref() {
        None => "seals unknown".to_owned(),
        Some([]) => "no seal".to_owned(),
        Some(seals) => seals.join("|"),
    };
    format!("descriptor {}: {}, {} long, {seals}", descriptor.number, descriptor.path, descriptor.length)
}
