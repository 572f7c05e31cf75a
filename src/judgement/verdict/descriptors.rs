//! Checks on the descriptors that a program holds.

use super::memory::{describe, no_mapping};
use super::witness::{Finding, Witness};
use crate::vocabulary::check::ExpectedSeals;
use crate::vocabulary::evidence::Descriptor;

pub(super) fn seals(witness: &Witness<'_>, expected: &ExpectedSeals) -> Result<String, Finding> {
    let ExpectedSeals { of, at, which, seals } = expected;
    let run = witness.run(of)?;
    let snapshot = witness.snapshot(of, at)?;
    let mut held: Vec<&Descriptor> =
        snapshot.descriptors.iter().filter(|descriptor| descriptor.path.starts_with("/memfd:")).collect();
    let mut whose = witness.say("seals-memfd");
    if let Some(which) = which {
        let mappings = witness.select(run, snapshot, which)?;
        let mapping = describe(witness, which)?;
        if mappings.is_empty() {
            return Err(no_mapping(witness, which, snapshot, of));
        }
        whose = witness.tell("seals-memfd-behind", [("mapping", mapping.into())]);
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
        return Ok(line(witness, descriptor));
    }
    if held.iter().any(|descriptor| descriptor.seals.is_none()) {
        return Err(Finding::undecided(witness.say("undecided-seals")));
    }
    let wanted = witness.tell(
        "seals-expected",
        [("seals", witness.speech.list(seals).into()), ("whose", whose.into()), ("checkpoint", at.into())],
    );
    let observed = match held.as_slice() {
        [] => witness.tell("seals-no-descriptor", [("who", of.into())]),
        [descriptor] => match descriptor.seals.as_deref() {
            None | Some([]) => witness.say("seals-none"),
            Some(there) => witness.tell("seals-only", [("seals", witness.speech.list(there).into())]),
        },
        _ => witness.say("seals-none-of-several"),
    };
    let lines = held.into_iter().map(|descriptor| line(witness, descriptor));
    Err(Finding::missed(wanted, observed).showing(lines))
}

fn line(witness: &Witness<'_>, descriptor: &Descriptor) -> String {
    let seals = match descriptor.seals.as_deref() {
        None => witness.say("descriptor-seals-unknown"),
        Some([]) => witness.say("descriptor-no-seal"),
        Some(seals) => seals.join("|"),
    };
    let Descriptor { number, path, length, .. } = descriptor;
    witness.tell(
        "descriptor-sealed",
        [
            ("number", (*number).into()),
            ("path", path.into()),
            ("length", (*length).into()),
            ("seals", seals.into()),
        ],
    )
}
