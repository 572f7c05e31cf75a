//! The books that the stage itself keeps: program trees, their processes, their threads.
//!
//! A *tree* is a program's first process and all that descends from it, wherever
//! it moved (sessions, daemons). A *member* is one process of it, a *task* one thread.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::child::{Started, Step};
use super::launch::PageReading;
use super::perf::FaultCounters;
use super::streams::Streams;
use crate::facts::announcement::CheckpointScanner;
use crate::facts::signal::Cause;
use crate::facts::syscall::table::Traced;
use crate::vocabulary::evidence::{Ending, KillReason, Process, Run};
use crate::words::ids::{Checkpoint, InstanceName};

/// A thread.
#[derive(Debug)]
pub(super) struct Task {
    /// Index of its tree.
    pub(super) tree: usize,
    /// Its process.
    pub(super) process: i32,
    /// The call that it is in, if its return is awaited.
    pub(super) pending: Option<Pending>,
    /// The index in `Run::calls` of the last call it made, where kept.
    pub(super) last_call: Option<usize>,
    pub(super) standing: Standing,
}

/// Whether a thread runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It does, as far as we know.
    Running,
    /// It stands at a stop, to go on with this signal (0 for none).
    Held(i32),
    /// It stands in a group-stop, to be left in it.
    HeldInGroupStop,
}

/// A call whose return is awaited.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) traced: &'static Traced,
    /// Its index in `Run::calls`, unless it came after the cap.
    pub(super) call: Option<usize>,
    /// Where what is being written to standard output stands, if a checkpoint is in it.
    pub(super) written: Option<Written>,
}

/// What a call writes: pieces of memory, addresses and lengths.
pub(super) type Written = Vec<(u64, u64)>;

/// A process.
#[derive(Debug, Default)]
pub(super) struct Member {
    /// Its index in `Run::processes`, which is capped.
    pub(super) index: Option<usize>,
    pub(super) threads: Vec<i32>,
    /// The line that it is writing to standard output.
    pub(super) scanner: CheckpointScanner,
    /// Standard output may stand under another number than 1: every call is stopped.
    pub(super) output_moved: bool,
    pub(super) freeze: Option<Freeze>,
    /// The last signal that an access to memory raised in it.
    pub(super) cause: Option<Cause>,
}

/// A process being stopped, or standing, for its books to be read.
#[derive(Debug)]
pub(super) struct Freeze {
    /// Checkpoints to announce, one after the other.
    pub(super) names: VecDeque<Checkpoint>,
    /// Whether one has been announced and not been released.
    pub(super) announced: bool,
    /// Whether [`super::Stage::snapshot`] wants it to stand.
    pub(super) requested: bool,
    /// Whether it stands.
    pub(super) complete: bool,
    /// When it is taken to stand: a thread that does not stop is asleep in the kernel,
    /// where it changes nothing.
    pub(super) deadline: Instant,
}

/// A program's tree.
pub(super) struct Tree {
    pub(super) run: Run,
    pub(super) instance: InstanceName,
    pub(super) streams: Streams,
    pub(super) members: BTreeMap<i32, Member>,
    pub(super) counters: Option<FaultCounters>,
    /// Faults of the processes that have ended, where there are no counters.
    pub(super) ended_faults: (u64, u64),
    pub(super) watched: Vec<(String, PathBuf)>,
    pub(super) pages: Option<PageReading>,
    /// The step that kept it from becoming the program.
    pub(super) failure: Option<(Step, io::Error)>,
    pub(super) phase: Phase,
    /// Why it is being killed, if it is.
    pub(super) killing: Option<KillReason>,
    /// Processes whose checkpoints have been announced and not released, in that order.
    pub(super) announced: VecDeque<i32>,
    /// When it was started; when its program was.
    pub(super) began: Instant,
    /// How long it has stood frozen, and since when it does.
    pub(super) frozen: Duration,
    pub(super) frozen_since: Option<Instant>,
    /// When what the main process left behind is killed.
    pub(super) grace: Option<Instant>,
    /// Processes made in all.
    pub(super) made: u64,
    /// Checkpoints at which it was frozen.
    pub(super) observed: Vec<Checkpoint>,
}

/// How far a tree has come.
pub(super) enum Phase {
    /// Its first process has not become the program yet.
    Preparing(Option<Started>),
    /// It runs.
    Running,
    /// Nothing of it is left.
    Ended,
}

/// What stands in [`Run::ending`] and [`Process::ending`] of what has not ended:
/// the truth as soon as the scene is over, which is when evidence is judged.
pub(super) const NOT_YET: Ending = Ending::Killed { why: KillReason::SceneOver };

/// Processes kept in [`Run::processes`]; those beyond are counted as others are.
const PROCESSES_KEPT: usize = 1000;

impl Tree {
    /// Takes in a new process.
    pub(super) fn add_process(&mut self, process: i32, parent: i32) {
        let index = self.run.processes.len();
        let kept = index < PROCESSES_KEPT;
        if kept {
            self.run.processes.push(Process { pid: process, parent, ending: NOT_YET });
        }
        // A fork copies the descriptors, those that output was moved to included.
        let output_moved = self.members.get(&parent).is_some_and(|member| member.output_moved);
        let member = Member { index: kept.then_some(index), output_moved, ..Member::default() };
        self.members.insert(process, member);
        self.made += 1;
    }

    /// Time that its program ran: from its start, less the time it stood frozen.
    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        let standing = self.frozen_since.map_or(Duration::ZERO, |since| now - since);
        (now - self.began).saturating_sub(self.frozen + standing)
    }

    /// Keeps the books of frozen time.
    pub(super) fn note_frozen(&mut self, now: Instant) {
        match (self.announced.is_empty(), self.frozen_since) {
            (false, None) => self.frozen_since = Some(now),
            (true, Some(since)) => {
                self.frozen += now - since;
                self.frozen_since = None;
            }
            _ => {}
        }
    }

    /// Whether the main process has ended and what it left behind has had its time. What stands
    /// frozen is given time until it is released.
    pub(super) fn is_left_over(&self, now: Instant) -> bool {
        self.frozen_since.is_none() && self.grace.is_some_and(|grace| now >= grace)
    }

    pub(super) const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Whether whatever is still alive of it is to die.
    pub(super) const fn is_doomed(&self) -> bool {
        self.killing.is_some() || self.is_over()
    }

    /// Whether something of it may still be alive. A tree that is over can be so again: a child
    /// whose parent was killed in the middle of making it tells of itself when it gets to run.
    pub(super) fn is_peopled(&self) -> bool {
        !self.is_over() || !self.members.is_empty()
    }

    /// Enters how its first process ended.
    pub(super) fn set_ending(&mut self, ending: Ending) {
        if let Some(first) = self.run.processes.first_mut() {
            first.ending = ending.clone();
        }
        self.run.ending = ending;
    }

    /// How many threads it has.
    pub(super) fn tasks(&self) -> u64 {
        self.members.values().map(|member| member.threads.len() as u64).sum()
    }
}
