//! Judging: checks against evidence.
//!
//! A check holds, is missed, or cannot be decided; a drill passes only when every
//! check holds in every run of every scene it applies to, and every script came to
//! its end. Nothing a program claims counts: `output` compares what it printed with
//! what the runner computed, all else is read from the kernel's books.
//!
//! Pure: the same evidence gives the same verdict, here and on an instructor's desk. It is put
//! into words at once, in the language that is asked for; evidence speaks none, so that what was
//! judged in one language can be judged again in another.

mod calls;
mod comparison;
mod descriptors;
mod durability;
mod endings;
mod faults;
mod memory;
mod near;
mod number;
mod outcome;
mod pages;
mod reading;
mod refused;
mod signals;
mod span;
mod traffic;
mod versions;
mod witness;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::check::{Check, Expectation};
use crate::vocabulary::confinement::Level;
use crate::vocabulary::evidence::{Build, Completion, Evidence, SceneRun};
use crate::words::ids::{CheckId, ProgramName, SceneId};
use crate::words::speech::Speech;
use crate::words::untrusted;
use endings::{ending, limited, stopped};
use traffic::Counter;
use witness::{Finding, Shown, Witness, last_words};

pub use number::{Reading, ReadingUnit};
pub use reading::{Read, readings};
pub use refused::Refusal;

/// What the evidence says about a drill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// In a word.
    pub outcome: Outcome,
    /// One for each check, in the lesson's order; none where something did not compile.
    pub checks: Vec<Judgement>,
    /// Scripts that did not come to their end, and programs that ran into a limit.
    pub stops: Vec<Stop>,
    /// What did not compile, with what the compiler printed.
    pub broken: Vec<Broken>,
    /// What confined programs asked for and were refused; it counts for nothing in the outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
    /// The instruments that the evidence rests on.
    pub instruments: Vec<String>,
    /// How far the programs were confined; nothing for the learner's own, which are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confinement: Option<Level>,
    /// The seed that draws the same values again.
    pub seed: u64,
}

/// A verdict in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything that was expected was observed.
    Passed,
    /// Something cannot be told on this machine, and nothing was missed.
    Inconclusive,
    /// Something expected was not observed.
    Missed,
    /// A program does not compile.
    DoesNotCompile,
}

/// What the evidence says about one check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The check.
    pub check: CheckId,
    /// What it says, with this run's values.
    pub says: String,
    /// Whether it holds.
    pub standing: Standing,
    /// Its share in partial marks.
    pub weight: u32,
    /// Why it is expected, and where the book explains it.
    pub why: String,
    /// A page of the book.
    pub book: Option<String>,
}

/// Whether a check holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    /// In every run it applies to.
    Held {
        /// What was observed, in the last of them.
        observed: String,
    },
    /// Not in this run.
    Missed {
        /// What was expected.
        expected: String,
        /// What was observed.
        observed: String,
        /// Lines of smaps, calls or script that show it.
        shows: Vec<String>,
        /// In which scene.
        scene: SceneId,
        /// In which of its runs, from 0.
        repetition: u32,
        /// What it comes of.
        #[serde(default, skip_serializing_if = "Cause::is_own")]
        cause: Cause,
    },
    /// It cannot be told here.
    Undecided {
        /// Why.
        reason: String,
    },
}

/// What a miss comes of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Of what it is about.
    #[default]
    Own,
    /// The scene had stopped before what was expected could come: see [`Verdict::stops`].
    Stop,
}

impl Cause {
    fn is_own(&self) -> bool {
        *self == Self::Own
    }
}

/// A script that did not come to its end, or a limit that was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// In which scene.
    pub scene: SceneId,
    /// In which of its runs, from 0.
    pub repetition: u32,
    /// What happened.
    pub what: String,
    /// The last that was printed by the program that was waited for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<String>,
}

/// A program that does not compile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// Which.
    pub program: ProgramName,
    /// What the compiler printed.
    pub errors: String,
}

/// Judges `evidence` by `checks`, and says so in the language of `speech`.
#[must_use]
pub fn judge(checks: &[Check], evidence: &Evidence, speech: Speech) -> Verdict {
    let broken: Vec<Broken> = evidence
        .builds
        .iter()
        .filter_map(|(program, build)| match build {
            Build::Compiled { .. } => None,
            Build::Failed { errors, .. } => {
                let errors = untrusted::harmless_but_coloured(errors);
                Some(Broken { program: program.clone(), errors })
            }
        })
        .collect();
    let judgements: Vec<Judgement> = if broken.is_empty() {
        checks.iter().map(|check| judge_check(check, evidence, speech)).collect()
    } else {
        Vec::new()
    };
    let stops: Vec<Stop> = evidence.scenes.iter().flat_map(|scene| stops_of(scene, speech)).collect();
    Verdict {
        outcome: sum_up(&judgements, &stops, &broken),
        checks: judgements,
        stops,
        broken,
        refused: refused::refusals(evidence),
        instruments: evidence.instruments.clone(),
        confinement: evidence.confinement,
        seed: evidence.seed,
    }
}

fn sum_up(judgements: &[Judgement], stops: &[Stop], broken: &[Broken]) -> Outcome {
    let standing = |judgement: &Judgement| match judgement.standing {
        Standing::Held { .. } => Outcome::Passed,
        Standing::Undecided { .. } => Outcome::Inconclusive,
        Standing::Missed { .. } => Outcome::Missed,
    };
    if !broken.is_empty() {
        return Outcome::DoesNotCompile;
    }
    if !stops.is_empty() {
        return Outcome::Missed;
    }
    // A drill without a judged check has proved nothing.
    judgements.iter().map(standing).max().unwrap_or(Outcome::Inconclusive)
}

/// A check over all the runs it applies to: one miss is a miss, and the first one is shown.
fn judge_check(check: &Check, evidence: &Evidence, speech: Speech) -> Judgement {
    let mut held = None;
    let mut undecided = None;
    let mut missed = None;
    let mut filled = None;
    for scene in evidence.scenes.iter().filter(|scene| applies(check, scene)) {
        filled = scene.values.fill(check.says.text()).ok();
        match reading::examined(check, scene, evidence, speech).0 {
            Ok(observed) => held = Some(Standing::Held { observed }),
            Err(Finding::Undecided { reason }) => {
                undecided.get_or_insert(Standing::Undecided { reason });
            }
            Err(Finding::Missed { expected, observed, shows, cause }) => {
                missed = Some(Standing::Missed {
                    expected,
                    observed,
                    shows: shows.into_iter().flat_map(|shown: Shown| shown.in_words(speech)).collect(),
                    scene: scene.scene.clone(),
                    repetition: scene.repetition,
                    cause,
                });
                break;
            }
        }
    }
    let nothing = || Standing::Undecided { reason: speech.say("undecided-no-scene") };
    Judgement {
        check: check.id.clone(),
        says: filled.unwrap_or_else(|| check.says.text().to_owned()),
        standing: missed.or(undecided).or(held).unwrap_or_else(nothing).harmless(),
        weight: check.weight,
        why: check.why.clone(),
        book: check.book.clone(),
    }
}

impl Standing {
    /// With what programs printed made fit to be shown anywhere.
    fn harmless(self) -> Self {
        match self {
            Self::Held { observed } => Self::Held { observed: untrusted::harmless(&observed) },
            Self::Missed { expected, observed, shows, scene, repetition, cause } => Self::Missed {
                expected,
                observed: untrusted::harmless(&observed),
                shows: shows.iter().map(|line| untrusted::harmless(line)).collect(),
                scene,
                repetition,
                cause,
            },
            Self::Undecided { reason } => Self::Undecided { reason },
        }
    }
}

/// Whether a check looks at this run of a scene.
#[must_use]
pub fn applies(check: &Check, scene: &SceneRun) -> bool {
    if !check.scenes.is_empty() {
        return check.scenes.contains(&scene.scene);
    }
    let scripted = |name: &&crate::words::ids::InstanceName| scene.instances.contains(name);
    check.expect.instances().iter().all(scripted)
}

/// What was observed, where the expectation holds; else what is missing.
fn examine(expectation: &Expectation, witness: &Witness<'_>) -> Result<String, Finding> {
    if let Completion::Impossible { reason } = &witness.scene.completion {
        return Err(Finding::undecided(reason));
    }
    match expectation {
        Expectation::Ending(expected) => outcome::ending(witness, expected),
        Expectation::Output(expected) => outcome::output(witness, expected),
        Expectation::Seen(expected) => outcome::seen(witness, expected),
        Expectation::File(expected) => outcome::file(witness, expected),
        Expectation::Processes(expected) => outcome::processes(witness, expected),
        Expectation::Survives(expected) => durability::survives(witness, expected),
        Expectation::Untorn(expected) => durability::untorn(witness, expected),
        Expectation::Versions(expected) => versions::versions(witness, expected),
        Expectation::Mapping(expected) => memory::mapping(witness, expected),
        Expectation::Adjacent(expected) => pages::adjacent(witness, expected),
        Expectation::Pages(expected) => pages::pages(witness, expected),
        Expectation::Seals(expected) => descriptors::seals(witness, expected),
        Expectation::Signal(expected) => signals::signal(witness, expected),
        Expectation::Rss(expected) => memory::rss(witness, expected),
        Expectation::Compare(expected) => comparison::compare(witness, expected),
        Expectation::Calls(expected) => calls::calls(witness, expected),
        Expectation::BytesRead(expected) => traffic::bytes(witness, Counter::Read, expected),
        Expectation::BytesWritten(expected) => traffic::bytes(witness, Counter::Written, expected),
        Expectation::DiskRead(expected) => traffic::disk_read(witness, expected),
        Expectation::Faults(expected) => faults::faults(witness, expected),
    }
}

fn stops_of(scene: &SceneRun, speech: Speech) -> Vec<Stop> {
    let told = |what: String, shows: Vec<String>| Stop {
        scene: scene.scene.clone(),
        repetition: scene.repetition,
        what: untrusted::harmless(&what),
        shows: shows.iter().map(|line| untrusted::harmless(line)).collect(),
    };
    let stop = |what: String| told(what, Vec::new());
    let script = match &scene.completion {
        Completion::Whole | Completion::Impossible { .. } => None,
        Completion::Stopped { awaited, reason, .. } => {
            let what = stopped(speech, awaited, reason);
            Some(match scene.runs.get(awaited.of()) {
                None => stop(what),
                Some(run) => {
                    let with = [("what", what.into()), ("ending", ending(speech, &run.ending).into())];
                    told(speech.tell("stopped-and-ended", with), last_words(speech, run))
                }
            })
        }
    };
    let limits = scene
        .runs
        .iter()
        .filter_map(|(name, run)| run.limit.as_ref().map(|limit| stop(limited(speech, name, limit))));
    script.into_iter().chain(limits).collect()
}

#[cfg(test)]
mod tests;
