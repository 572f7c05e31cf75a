//! What the programs of a drill's run did: each run's timeline, and where two of its processes
//! hold memory in common, both address spaces with what they share linked.

use std::fmt::Display;

use crate::assemblies::ui::look::{Look, Role};
use crate::assemblies::ui::pictures::{Side, is_exit, links, pair, timeline};
use crate::vocabulary::evidence::{Evidence, Run, SceneRun, Snapshot};
use crate::words::ids::InstanceName;
use crate::words::speech::{Speech, shown};

/// The timelines of all scenes, and the pair of address spaces that each shows.
#[must_use]
pub fn timelines(look: &Look, evidence: &Evidence) -> String {
    let mut text = String::new();
    for scene in &evidence.scenes {
        for (name, run) in started(scene) {
            let said = [("who", shown(name)), ("scene", shown(&scene.scene))];
            let heading = look.tell("run-in-scene", said);
            text += &format!("\n{}\n", look.paint(Role::Heading, heading));
            text += &timeline(look, run);
        }
        if let Some(Pair { one, other }) = two_of(look.speech, scene) {
            let heading = look.tell("pair-in-scene", [("scene", shown(&scene.scene))]);
            text += &format!("\n{}\n", look.paint(Role::Heading, heading));
            text += &pair(look, &one.side(), &other.side());
        }
    }
    text
}

/// The runs of a scene in the order of their start, as far as process ids tell it.
#[must_use]
pub fn started(scene: &SceneRun) -> Vec<(&InstanceName, &Run)> {
    let mut started: Vec<(&InstanceName, &Run)> = scene.runs.iter().collect();
    started.sort_by_key(|(_, run)| run.pid);
    started
}

/// Two processes whose address spaces are to be seen beside each other.
#[derive(Debug)]
pub struct Pair<'e> {
    /// The one.
    pub one: Standing<'e>,
    /// The other.
    pub other: Standing<'e>,
}

/// A process as it stood at a checkpoint.
#[derive(Debug)]
pub struct Standing<'e> {
    /// `writer at mapped`
    pub title: String,
    snapshot: &'e Snapshot,
}

impl Standing<'_> {
    /// As a picture takes it.
    #[must_use]
    pub fn side(&self) -> Side<'_> {
        Side { title: &self.title, mappings: &self.snapshot.mappings }
    }
}

/// The first two processes of a scene that hold memory in which one sees what the other stores, as
/// they stood at their last checkpoints at which that was so, in the order of their start; else the
/// first two programs at their last. Nothing where no two processes were seen at a checkpoint.
#[must_use]
pub fn two_of(speech: Speech, scene: &SceneRun) -> Option<Pair<'_>> {
    // Of each process the checkpoints, the last first.
    let mut processes: Vec<(usize, Vec<Standing<'_>>)> = Vec::new();
    for (program, (name, run)) in started(scene).into_iter().enumerate() {
        let stops = || run.snapshots.iter().filter(|stop| !is_exit(stop) && !stop.mappings.is_empty());
        let mut pids: Vec<i32> = stops().map(|stop| stop.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        for pid in pids {
            let whose = if pid == run.pid {
                name.to_string()
            } else {
                speech.tell("process-child", [("who", shown(name)), ("process", pid.into())])
            };
            let of_process = stops().rev().filter(|stop| stop.pid == pid);
            let standing = of_process
                .map(|snapshot| Standing { title: at(speech, &whose, &snapshot.checkpoint), snapshot });
            processes.push((program, standing.collect()));
        }
    }
    let mut best: Option<(usize, usize, usize, usize)> = None;
    for (first, (program, ones)) in processes.iter().enumerate() {
        for (second, (other_program, others)) in processes.iter().enumerate().skip(first + 1) {
            for (a, one) in ones.iter().enumerate() {
                for (b, other) in others.iter().enumerate() {
                    let linked = links(&one.snapshot.mappings, &other.snapshot.mappings)
                        .iter()
                        .any(super::pictures::Link::carries_stores);
                    if linked {
                        return Some(take(&mut processes, (first, a, second, b)));
                    }
                }
            }
            if program != other_program {
                best = best.or(Some((first, 0, second, 0)));
            }
        }
    }
    best.map(|places| take(&mut processes, places))
}

/// `writer at mapped`
#[must_use]
pub fn at(speech: Speech, who: &str, checkpoint: &impl Display) -> String {
    speech.tell("process-at", [("who", who.into()), ("checkpoint", shown(checkpoint))])
}

fn take<'e>(
    processes: &mut [(usize, Vec<Standing<'e>>)],
    (first, a, second, b): (usize, usize, usize, usize),
) -> Pair<'e> {
    let other = processes[second].1.swap_remove(b);
    Pair { one: processes[first].1.swap_remove(a), other }
}
