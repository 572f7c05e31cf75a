//! What confined programs asked for and were refused: told beside the verdict, and no part of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::call::{Call, Detail, Outcome};
use crate::vocabulary::evidence::Evidence;
use crate::words::ids::InstanceName;
use crate::words::speech::Speech;
use crate::words::untrusted;

/// Something that a confined program asked for and was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// The running program, by the scene's name for it.
    pub who: InstanceName,
    /// The call, with the path it names: `ptrace`, `openat /etc/shadow`.
    pub what: String,
    /// How often, in all runs of all scenes.
    pub times: u64,
}

impl Refusal {
    /// It in words: `reserve was refused, 2 times: ptrace`.
    #[must_use]
    pub fn words(&self, speech: Speech) -> String {
        let Self { who, what, times } = self;
        speech.tell("refusal", [("who", who.into()), ("times", (*times).into()), ("what", what.into())])
    }
}

/// How many different ones are told.
const MOST: usize = 20;

/// `EACCES` (`errno(3)`), by which Landlock refuses files.
const NO_ACCESS: i32 = 13;

/// What the programs were refused, in the order of its first time. Nothing is, where they were not confined.
pub(super) fn refusals(evidence: &Evidence) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = Vec::new();
    if evidence.confinement.is_none() {
        return refusals;
    }
    let runs = evidence.scenes.iter().flat_map(|scene| &scene.runs);
    for (who, call) in runs.flat_map(|(who, run)| run.calls.iter().map(move |call| (who, call))) {
        let Some(what) = refused(call) else { continue };
        match refusals.iter().position(|refusal| refusal.who == *who && refusal.what == what) {
            Some(place) => refusals[place].times += 1,
            None if refusals.len() < MOST => refusals.push(Refusal { who: who.clone(), what, times: 1 }),
            None => {}
        }
    }
    refusals
}

fn refused(call: &Call) -> Option<String> {
    match (&call.outcome, &call.detail) {
        (Outcome::Refused, _) => Some(call.name.clone()),
        (Outcome::Failed(NO_ACCESS), Detail::Path { path, .. }) => {
            Some(untrusted::harmless(&format!("{} {path}", call.name)))
        }
        _ => None,
    }
}
