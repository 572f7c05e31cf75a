//! Sketching: runs a sketch's specimens under the observer, so that a drawing can be
//! held against their live maps.
//!
//! The specimens are the lesson's own programs, run as a drill's would be, with no
//! checks. What comes out is lines and no judgement; see `judgement::sketch`.

use crate::assemblies::drill::{self, DrillError, DrillJob, Outcome, Places};
use crate::edges::compiler::{Colour, Source, SourceText, Toolchain};
use crate::facts::mapping::Mapping;
use crate::flow::cancel::CancelToken;
use crate::judgement::course::Sources;
use crate::judgement::draw::Scale;
use crate::judgement::sketch::{Expected, expected};
use crate::vocabulary::evidence::{Build, Completion, Evidence};
use crate::vocabulary::lesson::{Drill, Language};
use crate::vocabulary::scene::Draws;
use crate::vocabulary::sketch::Sketch;
use crate::words::ids::CheckId;
use crate::words::speech::Speech;

/// What is to be run, and where things are.
pub struct SketchJob<'a> {
    /// The sketch.
    pub sketch: &'a Sketch,
    /// The lesson's specimens.
    pub specimens: &'a Sources,
    /// The language that is taken where there is a choice.
    pub preferred: Language,
    /// The compilers.
    pub toolchain: &'a Toolchain,
    /// The directories that are kept from run to run.
    pub places: Places<'a>,
    /// In which language it is said why nothing was seen.
    pub speech: Speech,
    /// Ends the run early.
    pub cancel: &'a CancelToken,
}

/// What the run showed.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    /// The maps, and what a drawing of them must hold.
    Seen {
        /// The entries with their sizes and addresses.
        entries: Vec<Expected>,
        /// All mappings of the program at that moment.
        mappings: Vec<Mapping>,
    },
    /// It did not come to that moment here: nothing is judged.
    Unseen {
        /// Why.
        reason: String,
    },
    /// It was cancelled.
    Cancelled,
}

/// Runs the specimens once.
///
/// # Errors
/// Where there can be no evidence.
pub fn live(job: &SketchJob<'_>) -> Result<Live, DrillError> {
    let Some(language) = language(job) else {
        return Ok(Live::Unseen { reason: job.speech.say("sketch-no-compiler") });
    };
    let sources: Vec<Source> = job
        .sketch
        .specimens
        .iter()
        .filter_map(|program| Some((program, job.specimens.get(&(program.clone(), language))?)))
        .map(|(program, text)| Source {
            program: program.clone(),
            language,
            text: SourceText::Memory(text.clone().into_bytes()),
        })
        .collect();
    let drill = as_drill(job.sketch);
    let outcome = drill::run(&DrillJob {
        drill: &drill,
        sources: &sources,
        seed: 0,
        scale: Scale::Full,
        toolchain: job.toolchain,
        places: job.places,
        colour: Colour::Never,
        cancel: job.cancel,
        progress: &|_| (),
    })?;
    Ok(match outcome {
        Outcome::Cancelled => Live::Cancelled,
        Outcome::Evidence(evidence) => read(job.speech, job.sketch, &evidence),
    })
}

/// The language in which there is a source for every specimen and a compiler.
fn language(job: &SketchJob<'_>) -> Option<Language> {
    let [one, other] = Language::ALL;
    let order = if job.preferred == one { [one, other] } else { [other, one] };
    order.into_iter().find(|&language| {
        let written =
            job.sketch.specimens.iter().all(|name| job.specimens.contains_key(&(name.clone(), language)));
        let compiler = match language {
            Language::Rust => job.toolchain.rust().is_ok(),
            Language::C => job.toolchain.c().is_ok(),
        };
        written && compiler
    })
}

/// A drill that asks for nothing.
fn as_drill(sketch: &Sketch) -> Drill {
    let mut scene = sketch.scene.clone();
    scene.repeat = 1;
    let misses: CheckId = "nothing".parse().expect("a lower-case word is a check's id");
    Drill {
        id: sketch.id.clone(),
        task: String::new(),
        programs: sketch.specimens.clone(),
        starter_misses: misses,
        values: Draws::default(),
        scene: vec![scene],
        check: Vec::new(),
        table: None,
        hints: Vec::new(),
    }
}

fn read(speech: Speech, sketch: &Sketch, evidence: &Evidence) -> Live {
    let unseen = |reason: String| Live::Unseen { reason };
    for (program, build) in &evidence.builds {
        if let Build::Failed { errors, .. } = build {
            let with = [("program", program.into()), ("errors", errors.into())];
            return unseen(speech.tell("sketch-not-compiled", with));
        }
    }
    let Some(scene) = evidence.scenes.first() else { return unseen(speech.say("sketch-not-run")) };
    let run = scene.runs.get(&sketch.of);
    let snapshot =
        run.and_then(|run| Some((run, run.snapshots.iter().find(|seen| seen.checkpoint == sketch.at)?)));
    let Some((run, snapshot)) = snapshot else {
        return unseen(match &scene.completion {
            Completion::Stopped { awaited, .. } => {
                speech.tell("sketch-stopped", [("awaited", awaited.in_words(speech).into())])
            }
            Completion::Impossible { reason } => reason.clone(),
            Completion::Whole => speech
                .tell("sketch-not-seen", [("who", (&sketch.of).into()), ("checkpoint", (&sketch.at).into())]),
        });
    };
    match expected(sketch, &scene.values, &run.results, evidence.page_size) {
        Ok(entries) => Live::Seen { entries, mappings: snapshot.mappings.clone() },
        Err(error) => unseen(error.to_string()),
    }
}
