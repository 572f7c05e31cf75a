//! The limits of a run, and the end of everything.

use std::time::{Duration, Instant};

use super::tree::{Phase, Standing, Tree};
use super::turn::MEMORY_PERIOD;
use super::{Event, Limits, Stage, books, ptrace};
use crate::vocabulary::evidence::{KillReason, Limit};
use crate::words::units::Bytes;

/// A limit of memory that nobody meets, for which nobody is looked at.
const UNLIMITED: Bytes = Bytes(u64::MAX);

/// Threads for each process allowed, and processes made in all for each allowed at once.
const THREADS_EACH: u64 = 16;
const MADE_EACH: u64 = 64;

/// How long the killed may take to be gone. SIGKILL takes effect at once, save in a
/// thread that waits for a device or a file server.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// How often the threads of a tree that is being killed are asked for one by one, lest one
/// that vanished without a word be awaited for ever.
const ROLL_CALL_PERIOD: Duration = Duration::from_millis(50);

impl Stage {
    /// The next moment at which something is to be looked at though nothing happened.
    pub(super) fn next_deadline(&self) -> Instant {
        let now = Instant::now();
        let mut next = now + Duration::from_secs(3600);
        for tree in self.trees.iter().filter(|tree| tree.is_peopled()) {
            if tree.is_doomed() {
                next = next.min(now + ROLL_CALL_PERIOD);
                continue;
            }
            if tree.frozen_since.is_none() {
                let left = self.limits.wall.saturating_sub(tree.elapsed(now));
                // A wall limit beyond what the clock can say is none.
                next = now.checked_add(left).map_or(next, |end| next.min(end));
                next = tree.grace.map_or(next, |grace| next.min(grace));
            }
            // A tree of which nothing runs allocates nothing.
            if self.limits.memory < UNLIMITED && tree.members.values().any(|member| member.freeze.is_none()) {
                next = next.min(self.memory_looked_at + MEMORY_PERIOD);
            }
            let freezes = tree.members.values().filter_map(|member| member.freeze.as_ref());
            for freeze in freezes.filter(|freeze| !freeze.complete) {
                next = next.min(freeze.deadline);
            }
        }
        next
    }

    /// Kills what has overstepped, and completes freezes whose time is over.
    pub(super) fn keep_limits(&mut self, now: Instant) {
        let look_at_memory = now >= self.memory_looked_at + MEMORY_PERIOD;
        if look_at_memory {
            self.memory_looked_at = now;
        }
        for index in 0..self.trees.len() {
            let tree = &self.trees[index];
            if tree.is_over() || tree.killing.is_some() {
                continue;
            }
            if let Some(limit) = self.overstepped(index, now, look_at_memory) {
                let tree = &mut self.trees[index];
                tree.run.limit = Some(limit);
                self.events.push_back(Event::LimitReached { who: tree.instance.clone() });
                self.kill_tree(index, KillReason::Limit);
            } else if self.trees[index].is_left_over(now) {
                self.kill_tree(index, KillReason::LeftBehind);
            } else {
                let processes: Vec<i32> = self.trees[index].members.keys().copied().collect();
                for process in processes {
                    self.complete_freeze(index, process, now);
                }
            }
        }
    }

    fn overstepped(&self, index: usize, now: Instant, look_at_memory: bool) -> Option<Limit> {
        let tree = &self.trees[index];
        let Limits { wall, output, memory, processes, .. } = self.limits;
        if tree.streams.output_bytes > output.0 {
            return Some(Limit::Output { allowed: output });
        }
        if tree.members.len() as u64 > processes
            || tree.tasks() > processes.saturating_mul(THREADS_EACH)
            || tree.made > processes.saturating_mul(MADE_EACH)
        {
            return Some(Limit::Processes { allowed: processes });
        }
        if tree.elapsed(now) >= wall {
            let allowed_ms = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX);
            return Some(Limit::Time { allowed_ms });
        }
        if look_at_memory && memory < UNLIMITED && matches!(tree.phase, Phase::Running) {
            let seen: Bytes = tree.members.keys().filter_map(|&process| books::unreclaimable(process)).sum();
            if seen > memory {
                return Some(Limit::Memory { allowed: memory, seen });
            }
        }
        None
    }

    /// Every process of every program, alive as far as is known.
    #[must_use]
    pub fn processes(&self) -> Vec<i32> {
        self.trees.iter().flat_map(|tree| tree.members.keys().copied()).collect()
    }

    /// Kills all programs that are left, for a limit that they reached together and that
    /// somebody else watches. For each an [`Event::LimitReached`] and its [`Event::Ended`] follow.
    pub fn enforce(&mut self, limit: &Limit) {
        for index in 0..self.trees.len() {
            let tree = &mut self.trees[index];
            if tree.is_over() || tree.killing.is_some() {
                continue;
            }
            tree.run.limit = Some(limit.clone());
            self.events.push_back(Event::LimitReached { who: tree.instance.clone() });
            self.kill_tree(index, KillReason::Limit);
        }
    }

    /// Kills a tree whole; its end is told as its processes are gone.
    pub(super) fn kill_tree(&mut self, index: usize, why: KillReason) {
        let tree = &mut self.trees[index];
        if tree.is_over() {
            return;
        }
        tree.killing.get_or_insert(why);
        tree.announced.clear();
        tree.note_frozen(Instant::now());
        let mut held = Vec::new();
        for (&process, member) in &mut tree.members {
            member.freeze = None;
            held.extend(member.threads.iter().copied());
            ptrace::kill(process);
        }
        // The signal wakes threads that stand; what we note of them must say so too.
        for thread in held {
            if let Some(task) = self.tasks.get_mut(&thread) {
                task.standing = Standing::Running;
            }
        }
        self.events.retain(
            |event| !matches!(event, Event::Checkpoint { who, .. } if *who == self.trees[index].instance),
        );
    }

    /// Kills whatever is left and waits for its end.
    pub(super) fn clear(&mut self) {
        let until = Instant::now() + LAST_PATIENCE;
        for index in 0..self.trees.len() {
            let main_ended = self.trees[index].grace.is_some();
            let why = if main_ended { KillReason::LeftBehind } else { KillReason::SceneOver };
            self.kill_tree(index, why);
        }
        loop {
            while self.trees.iter().any(Tree::is_peopled) && Instant::now() < until {
                // A system that refuses to poll lets nothing be awaited: what is left is killed
                // by the kernel when this thread ends (PTRACE_O_EXITKILL).
                if self.turn(until).is_err() {
                    return;
                }
            }
            if Instant::now() >= until || !self.find_stragglers() {
                return;
            }
        }
    }

    /// Takes in children that no one has told of: their parents were killed in the middle of
    /// making them, and they have not stopped for the first time yet. Tells whether there were any.
    fn find_stragglers(&mut self) -> bool {
        if !self.trees.iter().any(|tree| tree.killing.is_some() && tree.made > 1) {
            return false;
        }
        let mut any = false;
        for process in books::processes() {
            any |= !self.tasks.contains_key(&process) && self.adopt(process);
        }
        any
    }
}
