//! What confined programs asked for and were refused: told beside the verdict, and no part of it.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::call::{Call, Detail, Outcome};
use crate::vocabulary::confinement::Level;
use crate::vocabulary::evidence::Evidence;
use crate::vocabulary::value::{Value, Values};
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

/// `ENOENT` (`errno(3)`), all that is to be had in a namespace of a file that is not shown there.
const NOT_THERE: i32 = 2;

/// What is shown in namespaces too: that something is not there is the truth.
const SHOWN: [&str; 8] =
    ["/usr/", "/lib", "/bin/", "/etc/ld.so", "/etc/alternatives/", "/proc/", "/sys/", "/dev/"];

/// What the programs were refused, in the order of its first time. Nothing is, where they were not confined.
pub(super) fn refusals(evidence: &Evidence) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = Vec::new();
    let Some(level) = evidence.confinement else { return refusals };
    for scene in &evidence.scenes {
        let hidden = |path: &str| level >= Level::Namespaces && is_elsewhere(path, &scene.values);
        for (who, call) in
            scene.runs.iter().flat_map(|(who, run)| run.calls.iter().map(move |call| (who, call)))
        {
            let Some(what) = refused(call, hidden) else { continue };
            match refusals.iter().position(|refusal| refusal.who == *who && refusal.what == what) {
                Some(place) => refusals[place].times += 1,
                None if refusals.len() < MOST => refusals.push(Refusal { who: who.clone(), what, times: 1 }),
                None => {}
            }
        }
    }
    refusals
}

fn refused(call: &Call, hidden: impl Fn(&str) -> bool) -> Option<String> {
    let named = |path: &str| Some(untrusted::harmless(&format!("{} {path}", call.name)));
    match (&call.outcome, &call.detail) {
        (Outcome::Refused, _) => Some(call.name.clone()),
        (Outcome::Failed(NO_ACCESS), Detail::Path { path, .. }) => named(path),
        (Outcome::Failed(NOT_THERE), Detail::Path { path, .. }) if hidden(path) => named(path),
        _ => None,
    }
}

/// Whether a path leads neither to the system's own files nor to where those of the scene are.
fn is_elsewhere(path: &str, values: &Values) -> bool {
    let is_of_the_scene = |value: &Value| match value {
        Value::Text(text) if text.starts_with('/') => {
            Path::new(text).parent().is_some_and(|folder| Path::new(path).starts_with(folder))
        }
        _ => false,
    };
    path.starts_with('/')
        && !SHOWN.iter().any(|shown| path.starts_with(shown))
        && !values.0.values().any(is_of_the_scene)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_told_and_what_is_missing_is_not() {
        let data = Value::Text("/tmp/scene/data".to_owned());
        let values = Values([("data".parse().unwrap(), data)].into());
        for (path, hidden) in [
            ("/tmp/other/secret", true),
            ("/etc/shadow", true),
            ("/tmp/scene/missing", false),
            ("/usr/lib/locale/locale-archive", false),
            ("/etc/ld.so.preload", false),
            ("missing", false),
        ] {
            assert_eq!(is_elsewhere(path, &values), hidden, "{path}");
        }
    }
}
