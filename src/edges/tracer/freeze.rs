//! Freezing a process, reading its books, letting it go.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::launch::PageReading;
use super::tree::{Freeze, Member, Standing, Tree};
use super::{Event, Stage, TracerError, books, page_cache, ptrace};
use crate::facts::mapping::{Backing, Mapping};
use crate::vocabulary::evidence::{Faults, MappingPages, Snapshot};
use crate::words::ids::{Checkpoint, InstanceName};

/// How long a thread may take to stop. One that takes longer sleeps in the kernel where no signal
/// reaches it (a disk, the wait for a vfork's child): it touches nothing meanwhile.
const PATIENCE: Duration = Duration::from_millis(200);

/// Runs of pages kept of one mapping: of one that is more ragged none are, for evidence has a bound.
const RUNS_KEPT: usize = 1 << 17;

/// What [`Faults::source`] says where the kernel's per-process counts were added up.
const RUSAGE: &str = "rusage";

impl Stage {
    /// Lets the process that is frozen at a checkpoint go on; of several, the one
    /// whose [`Event::Checkpoint`] came first. Nothing if none is frozen.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn release(&mut self, who: &InstanceName) -> Result<(), TracerError> {
        match self.trees[self.index(who)?].announced.front() {
            Some(&process) => self.release_process(who, process),
            None => Ok(()),
        }
    }

    /// Lets one process go on that is frozen at a checkpoint, whichever came first. Nothing
    /// if it is not frozen.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn release_process(&mut self, who: &InstanceName, process: i32) -> Result<(), TracerError> {
        let index = self.index(who)?;
        let tree = &mut self.trees[index];
        let Some(place) = tree.announced.iter().position(|&frozen| frozen == process) else { return Ok(()) };
        tree.announced.remove(place);
        let now = Instant::now();
        tree.note_frozen(now);
        // What stood frozen when the main process ended gets the whole time to end by itself.
        tree.grace = tree.grace.map(|_| now + self.limits.grace);
        if let Some(freeze) = tree.members.get_mut(&process).and_then(|member| member.freeze.as_mut()) {
            freeze.announced = false;
        }
        self.announce(index, process);
        Ok(())
    }

    /// Reads the books of the program's main process now, wherever it is, under the name `label`.
    /// All its threads are stopped for it and go on afterwards. Gives the snapshot's index;
    /// nothing where the process has ended or the limit of snapshots is reached.
    ///
    /// # Errors
    /// Where there is no such program, or the system refuses to wait.
    pub fn snapshot(&mut self, who: &InstanceName, label: Checkpoint) -> Result<Option<usize>, TracerError> {
        let index = self.index(who)?;
        let process = self.trees[index].run.pid;
        let now = Instant::now();
        let Some(freeze) = self.freeze(index, process, now) else { return Ok(None) };
        freeze.requested = true;
        self.complete_freeze(index, process, now);
        let stands = |member: &Member| member.freeze.as_ref().is_some_and(|freeze| freeze.complete);
        while self.trees[index].members.get(&process).is_some_and(|member| !stands(member)) {
            self.turn(now + PATIENCE)?;
            self.complete_freeze(index, process, Instant::now());
        }
        let read = self.read(index, process, process, label);
        if let Some(member) = self.trees[index].members.get_mut(&process)
            && let Some(freeze) = &mut member.freeze
        {
            freeze.requested = false;
            self.announce(index, process);
        }
        Ok(read)
    }

    /// Freezes `process` for the checkpoints it has just printed.
    pub(super) fn freeze_at(&mut self, tree: usize, process: i32, names: Vec<Checkpoint>) {
        self.trees[tree].observed.extend(names.iter().cloned());
        if let Some(freeze) = self.freeze(tree, process, Instant::now()) {
            freeze.names.extend(names);
        }
    }

    /// Sets out to stop all threads of `process`.
    fn freeze(&mut self, tree: usize, process: i32, now: Instant) -> Option<&mut Freeze> {
        let tree = &mut self.trees[tree];
        if tree.killing.is_some() {
            return None;
        }
        let member = tree.members.get_mut(&process)?;
        if member.freeze.is_none() {
            for thread in &member.threads {
                if self.tasks.get(thread).is_some_and(|task| task.standing == Standing::Running) {
                    // ESRCH: it stands at a stop that has not been told yet, or is gone.
                    let _told_later = ptrace::interrupt(*thread);
                }
            }
        }
        Some(member.freeze.get_or_insert(Freeze {
            names: VecDeque::new(),
            announced: false,
            requested: false,
            complete: false,
            deadline: now + PATIENCE,
        }))
    }

    /// Announces the checkpoints of a process once all its threads stand.
    pub(super) fn complete_freeze(&mut self, tree: usize, process: i32, now: Instant) {
        let Some(member) = self.trees[tree].members.get_mut(&process) else { return };
        let Some(freeze) = &mut member.freeze else { return };
        let tasks = &self.tasks;
        let stands = |thread: &i32| tasks.get(thread).is_none_or(|task| task.standing != Standing::Running);
        if !freeze.complete && (now >= freeze.deadline || member.threads.iter().all(stands)) {
            freeze.complete = true;
            self.announce(tree, process);
        }
    }

    /// Announces the next checkpoint of a process that stands; lets it go where there is no reason left.
    fn announce(&mut self, index: usize, process: i32) {
        let Some(member) = self.trees[index].members.get_mut(&process) else { return };
        let Some(freeze) = &mut member.freeze else { return };
        if !freeze.complete || freeze.announced {
            return;
        }
        let Some(checkpoint) = freeze.names.pop_front() else {
            if !freeze.requested {
                self.thaw(index, process);
            }
            return;
        };
        freeze.announced = true;
        self.drain(index);
        let snapshot = self.read(index, process, process, checkpoint.clone());
        let tree = &mut self.trees[index];
        tree.announced.push_back(process);
        tree.note_frozen(Instant::now());
        let who = tree.instance.clone();
        self.events.push_back(Event::Checkpoint { who, checkpoint, process, snapshot });
    }

    fn thaw(&mut self, tree: usize, process: i32) {
        let Some(member) = self.trees[tree].members.get_mut(&process) else { return };
        member.freeze = None;
        for thread in member.threads.clone() {
            self.go_on(thread);
        }
    }

    /// The light reading at a process's end, under the name `exit`: what was read or
    /// written behind the last checkpoint is counted by it.
    pub(super) fn read_at_exit(&mut self, tree: usize, process: i32, thread: i32) {
        // Half of the room is kept for checkpoints and for the first process, however many the
        // program makes.
        let run = &self.trees[tree].run;
        let crowded = process != run.pid && run.snapshots.len() >= self.limits.snapshots / 2;
        if let (false, Ok(label)) = (crowded, "exit".parse()) {
            self.drain(tree);
            self.read(tree, process, thread, label);
        }
    }

    /// Reads the books of `process` through `thread`, one of its threads that is alive.
    fn read(&mut self, index: usize, process: i32, thread: i32, checkpoint: Checkpoint) -> Option<usize> {
        let at = self.now();
        let tree = &mut self.trees[index];
        if tree.run.snapshots.len() >= self.limits.snapshots || !tree.members.contains_key(&process) {
            return None;
        }
        // What cannot be read (a process may forbid it: PR_SET_DUMPABLE) is left out.
        let mappings = books::mappings(thread).unwrap_or_default();
        let page_cache = tree
            .watched
            .iter()
            .filter_map(|(name, path)| Some((name.clone(), page_cache::of_path(path).ok()?)))
            .collect();
        let pages = match &tree.pages {
            Some(reading) if reading.at.contains(&checkpoint) => pages(reading, thread, &mappings),
            _ => Vec::new(),
        };
        let snapshot = Snapshot {
            checkpoint,
            at,
            pid: process,
            rss: mappings.iter().map(|mapping| mapping.books.rss).sum(),
            mappings,
            statm_rss: books::statm_rss(thread).unwrap_or_default(),
            io: books::io(thread),
            descriptors: books::descriptors(thread),
            faults: tree.faults_so_far(),
            stdin_bytes: tree.streams.stdin_bytes,
            output_bytes: tree.streams.output_bytes,
            calls_before: tree.run.calls.len(),
            pages,
            page_cache,
        };
        tree.run.snapshots.push(snapshot);
        Some(tree.run.snapshots.len() - 1)
    }
}

/// The single pages of those of `mappings` that programs make.
fn pages(reading: &PageReading, thread: i32, mappings: &[Mapping]) -> Vec<MappingPages> {
    let made = mappings.iter().filter(|mapping| !matches!(mapping.backing(), Backing::Special { .. }));
    let read = made.filter_map(|mapping| {
        let pages = (reading.read)(thread, mapping)?;
        (pages.0.len() <= RUNS_KEPT).then_some(MappingPages { start: mapping.start, pages })
    });
    read.collect()
}

impl Tree {
    /// The faults of the whole tree up to now, by the best instrument there is.
    pub(super) fn faults_so_far(&mut self) -> Option<Faults> {
        if let Some(counters) = &mut self.counters {
            return counters.read();
        }
        let (mut minor, mut major) = self.ended_faults;
        for &process in self.members.keys() {
            if let Some((more_minor, more_major)) = books::faults(process) {
                minor += more_minor;
                major += more_major;
            }
        }
        Some(Faults { minor, major, source: RUSAGE.to_owned() })
    }
}
