//! What each stop of a thread means, and how the thread goes on.

use std::time::Instant;

use super::memory::ThreadMemory;
use super::ptrace::{self, Change, Stop, SyscallStop};
use super::tree::{Pending, Phase, Standing, Written};
use super::{Event, Stage, Tempo, books};
use crate::facts::call::{Call, Detail, Outcome};
use crate::facts::signal::{self, Cause};
use crate::facts::syscall::decode::decode;
use crate::facts::syscall::table::{Purpose, Stops, TABLE, Traced};
use crate::vocabulary::evidence::{Delivery, Ending};
use crate::words::units::Addr;

/// Signals kept in `Run::signals`; those beyond are counted only.
const SIGNALS_KEPT: usize = 1000;

/// Errors by which the kernel marks a call that it will restart, or fail with EINTR (`linux/errno.h`).
const RESTARTED: std::ops::RangeInclusive<i64> = 512..=516;

impl Stage {
    /// Takes in a change of a known thread.
    pub(super) fn handle(&mut self, thread: i32, change: Change) {
        self.tempo = Tempo::Quiet;
        match change {
            Change::Exited(status) => self.thread_ended(thread, Ending::Exited { status }),
            Change::Signalled(signal) => {
                let ending = Ending::Signalled { signal: signal::name(signal), address: None, code: None };
                self.thread_ended(thread, ending);
            }
            Change::Stopped(stop) => {
                let standing = match stop {
                    Stop::Seccomp => {
                        self.at_seccomp(thread);
                        Standing::Held(0)
                    }
                    Stop::Syscall => {
                        self.at_syscall(thread);
                        Standing::Held(0)
                    }
                    Stop::Child => {
                        self.at_child(thread);
                        Standing::Held(0)
                    }
                    Stop::Exec => {
                        self.at_exec(thread);
                        Standing::Held(0)
                    }
                    Stop::Exit => {
                        self.at_exit(thread);
                        Standing::Held(0)
                    }
                    Stop::Interrupted | Stop::Other => Standing::Held(0),
                    Stop::Group => Standing::HeldInGroupStop,
                    Stop::Signal(libc::SIGSYS) if self.at_trap(thread) => Standing::Held(0),
                    Stop::Signal(signal) => {
                        self.at_signal(thread, signal);
                        Standing::Held(signal)
                    }
                };
                self.settle(thread, standing);
            }
        }
    }

    /// Lets a stopped thread go on, unless its process is being frozen.
    fn settle(&mut self, thread: i32, standing: Standing) {
        let Some(task) = self.tasks.get_mut(&thread) else { return };
        task.standing = standing;
        let (tree, process) = (task.tree, task.process);
        let freezing = self.trees[tree].members.get(&process).is_some_and(|member| member.freeze.is_some());
        if freezing {
            self.complete_freeze(tree, process, Instant::now());
        } else {
            self.go_on(thread);
        }
    }

    /// Lets a held thread go on.
    pub(super) fn go_on(&mut self, thread: i32) {
        let Some(task) = self.tasks.get_mut(&thread) else { return };
        let tree = &self.trees[task.tree];
        let every_call = tree.members.get(&task.process).is_some_and(|member| member.output_moved);
        let result = match task.standing {
            Standing::Running => return,
            Standing::HeldInGroupStop => ptrace::listen(thread),
            Standing::Held(signal) if task.pending.is_some() || every_call => {
                ptrace::resume_to_syscall(thread, signal)
            }
            Standing::Held(signal) => ptrace::resume(thread, signal),
        };
        task.standing = Standing::Running;
        // ESRCH, the only error there is: it was killed while it stood. Its end will be told.
        drop(result);
    }

    fn at_seccomp(&mut self, thread: i32) {
        let Ok(SyscallStop::Entry { arguments, data: Some(data), .. }) = ptrace::syscall(thread) else {
            return;
        };
        let Some(traced) = TABLE.get((data & 0xffff) as usize) else { return };
        let Some(task) = self.tasks.get(&thread) else { return };
        let (tree, process) = (task.tree, task.process);
        if matches!(self.trees[tree].phase, Phase::Preparing(_)) {
            return;
        }
        if traced.purpose == Purpose::Refused {
            let refused = ptrace::refuse(thread, libc::EPERM).is_ok();
            self.record(
                thread,
                traced,
                arguments,
                if refused { Outcome::Refused } else { Outcome::Unfinished },
            );
            return;
        }
        let awaited = traced.stops == Stops::EntryAndExit;
        let outcome = if awaited { Outcome::Unfinished } else { Outcome::NotAwaited };
        let call = self.record(thread, traced, arguments, outcome);
        let written = if traced.purpose == Purpose::Output {
            self.output_to_await(thread, tree, process, traced, arguments)
        } else {
            None
        };
        if awaited && traced.purpose == Purpose::Evidence {
            self.tempo = Tempo::Brisk;
        }
        // A call that is not kept is not worth a second stop.
        let wanted =
            written.is_some() || (awaited && (call.is_some() || traced.purpose == Purpose::MovesOutput));
        if let Some(task) = self.tasks.get_mut(&thread) {
            task.last_call = call;
            task.pending = wanted.then_some(Pending { traced, call, written });
        }
    }

    /// What a write to the terminal writes, if a checkpoint is in it: then its return is
    /// awaited, for only what was written counts.
    fn output_to_await(
        &mut self,
        thread: i32,
        tree: usize,
        process: i32,
        traced: &Traced,
        arguments: [u64; 6],
    ) -> Option<Written> {
        let tree = &mut self.trees[tree];
        if !tree.streams.output.is_behind(thread, arguments[0] as i32) {
            return None;
        }
        let member = tree.members.get_mut(&process)?;
        let memory = ThreadMemory(thread);
        let written = if traced.name == "write" {
            vec![(arguments[1], arguments[2])]
        } else {
            memory.vectors(arguments[1], arguments[2])?
        };
        let mut scanner = member.scanner.clone();
        let mut found = false;
        memory.each_piece(&written, u64::MAX, |piece| found |= !scanner.feed(piece).is_empty());
        if found {
            return Some(written);
        }
        member.scanner = scanner;
        None
    }

    /// Keeps a call, up to the limit; gives its index.
    fn record(
        &mut self,
        thread: i32,
        traced: &Traced,
        arguments: [u64; 6],
        outcome: Outcome,
    ) -> Option<usize> {
        let at = self.now();
        let task = self.tasks.get(&thread)?;
        let run = &mut self.trees[task.tree].run;
        if run.calls.len() >= self.limits.calls {
            run.calls_dropped += 1;
            return None;
        }
        let (text, detail) = decode(traced, arguments, &ThreadMemory(thread));
        run.calls.push(Call {
            at,
            process: task.process,
            thread,
            name: traced.name.to_owned(),
            text,
            detail,
            outcome,
        });
        Some(run.calls.len() - 1)
    }

    fn at_syscall(&mut self, thread: i32) {
        let Some(task) = self.tasks.get_mut(&thread) else { return };
        let (tree, process) = (task.tree, task.process);
        match ptrace::syscall(thread) {
            Ok(SyscallStop::Exit { value }) => {
                if let Some(pending) = task.pending.take() {
                    if pending.written.is_none() {
                        self.tempo = Tempo::Brisk;
                    }
                    self.returned(thread, tree, process, pending, value);
                }
            }
            // Only processes that moved their output come here; writes to 1 meet the filter too.
            Ok(SyscallStop::Entry { number, arguments, data: None }) if arguments[0] != 1 => {
                let write = TABLE
                    .iter()
                    .find(|traced| traced.purpose == Purpose::Output && traced.number as u64 == number);
                if let Some(traced) = write
                    && let Some(written) = self.output_to_await(thread, tree, process, traced, arguments)
                    && let Some(task) = self.tasks.get_mut(&thread)
                {
                    task.pending = Some(Pending { traced, call: None, written: Some(written) });
                }
            }
            _ => {}
        }
    }

    fn returned(&mut self, thread: i32, tree: usize, process: i32, pending: Pending, value: i64) {
        let outcome = match value {
            failed if (-4095..0).contains(&failed) => {
                let errno = if RESTARTED.contains(&-failed) { libc::EINTR } else { -failed as i32 };
                Outcome::Failed(errno)
            }
            value => Outcome::Returned(value),
        };
        let books = &mut self.trees[tree];
        if let Some(call) = pending.call.and_then(|index| books.run.calls.get_mut(index)) {
            call.outcome = outcome;
            if let (Detail::Mmap { address, .. }, Outcome::Returned(value)) = (&mut call.detail, outcome) {
                *address = Addr(value.cast_unsigned());
            }
        }
        let Outcome::Returned(value) = outcome else { return };
        let opens = pending.traced.name.starts_with("open") || pending.traced.purpose == Purpose::MovesOutput;
        if let Some(member) = books.members.get_mut(&process) {
            if opens && value != 1 && books.streams.output.is_moved_to(thread, value as i32) {
                member.output_moved = true;
            }
            if let Some(written) = pending.written {
                let mut names = Vec::new();
                let scanner = &mut member.scanner;
                ThreadMemory(thread)
                    .each_piece(&written, value.cast_unsigned(), |piece| names.extend(scanner.feed(piece)));
                if !names.is_empty() {
                    self.freeze_at(tree, process, names);
                }
            }
        }
    }

    fn at_child(&mut self, thread: i32) {
        let Ok(child) = ptrace::message(thread) else { return };
        let Some(task) = self.tasks.get(&thread) else { return };
        let (tree, parent, last_call) = (task.tree, task.process, task.last_call);
        if let Some(call) = last_call.and_then(|index| self.trees[tree].run.calls.get_mut(index))
            && call.outcome == Outcome::NotAwaited
        {
            call.outcome = Outcome::Returned(i64::from(child));
        }
        // It may have told its first stop, and even have ended, before this.
        if !self.early.remove(&child) && !self.tasks.contains_key(&child) {
            self.take_in(child, tree, parent);
        }
    }

    /// Enters a thread that has just come to be, and its process if that is new.
    pub(super) fn take_in(&mut self, thread: i32, tree: usize, parent: i32) {
        // Gone already: then what it was can no longer be told, and a process it shall be.
        let process = books::process_of(thread).unwrap_or(thread);
        if !self.trees[tree].members.contains_key(&process) {
            self.trees[tree].add_process(process, parent);
        }
        self.add_task(thread, tree, process);
        if self.trees[tree].is_doomed() {
            ptrace::kill(process);
        }
    }

    fn at_exec(&mut self, thread: i32) {
        // The thread goes by its process's id from now on; its siblings are gone without a word.
        let Ok(former) = ptrace::message(thread) else { return };
        let Some(task) = self.tasks.get(&thread) else { return };
        let (tree, process) = (task.tree, task.process);
        let pending = self.tasks.get_mut(&former).and_then(|task| task.pending.take());
        self.tasks.retain(|&id, task| id == thread || task.process != process);
        // The call that the first thread itself was in died with it.
        if let Some(task) = self.tasks.get_mut(&thread) {
            task.pending = None;
            task.last_call = None;
        }
        if let Some(call) = pending.as_ref().and_then(|pending| pending.call)
            && let Some(call) = self.trees[tree].run.calls.get_mut(call)
        {
            call.outcome = Outcome::Returned(0);
        }
        let books = &mut self.trees[tree];
        if let Some(member) = books.members.get_mut(&process) {
            member.threads = vec![thread];
            // What stood elsewhere than at 1 may have been closed by exec.
            member.output_moved = member.output_moved && {
                let output = &books.streams.output;
                books::numbers(thread).iter().any(|&number| number != 1 && output.is_moved_to(thread, number))
            };
        }
        if matches!(self.trees[tree].phase, Phase::Preparing(_)) {
            self.trees[tree].phase = Phase::Running;
            self.trees[tree].began = Instant::now();
        }
    }

    /// The last moment at which the books of a process can be read.
    fn at_exit(&mut self, thread: i32) {
        let Some(task) = self.tasks.get(&thread) else { return };
        let (tree, process) = (task.tree, task.process);
        let is_last = self.trees[tree].members.get(&process).is_some_and(|member| member.threads == [thread]);
        if is_last && matches!(self.trees[tree].phase, Phase::Running) {
            if let Some((minor, major)) = books::faults(thread) {
                let faults = &mut self.trees[tree].ended_faults;
                *faults = (faults.0 + minor, faults.1 + major);
            }
            self.read_at_exit(tree, process, thread);
        }
    }

    fn at_signal(&mut self, thread: i32, signal: i32) {
        let at = self.now();
        let Some(task) = self.tasks.get(&thread) else { return };
        let tree = &mut self.trees[task.tree];
        if matches!(tree.phase, Phase::Preparing(_)) {
            return;
        }
        let kept = tree.run.signals.len() < SIGNALS_KEPT;
        let by_access = matches!(signal, libc::SIGSEGV | libc::SIGBUS);
        if !kept && !by_access {
            tree.run.signals_dropped += 1;
            return;
        }
        let info = ptrace::signal_info(thread).ok();
        let cause = info.map(|(code, address)| Cause { signal, code, address });
        if by_access
            && cause.is_some()
            && let Some(member) = tree.members.get_mut(&task.process)
        {
            member.cause = cause;
        }
        if !kept {
            tree.run.signals_dropped += 1;
            return;
        }
        tree.run.signals.push(Delivery {
            at,
            process: task.process,
            thread,
            signal: signal::name(signal),
            address: cause.and_then(Cause::touched),
            code: cause.and_then(Cause::code_name).map(ToOwned::to_owned),
            met: books::disposition(thread, signal),
        });
    }

    fn thread_ended(&mut self, thread: i32, ending: Ending) {
        let Some(task) = self.tasks.remove(&thread) else { return };
        let (tree, process) = (task.tree, task.process);
        let Some(member) = self.trees[tree].members.get_mut(&process) else { return };
        member.threads.retain(|&other| other != thread);
        // The kernel tells the end of a process's first thread only when all others are gone.
        if thread == process || member.threads.is_empty() {
            self.process_ended(tree, process, ending);
        } else {
            self.complete_freeze(tree, process, Instant::now());
        }
    }

    fn process_ended(&mut self, index: usize, process: i32, ending: Ending) {
        let tree = &mut self.trees[index];
        let Some(member) = tree.members.remove(&process) else { return };
        for thread in &member.threads {
            self.tasks.remove(thread);
        }
        let ending = match (ending, tree.killing, member.cause) {
            (Ending::Signalled { signal, .. }, Some(why), _) if signal == "SIGKILL" => Ending::Killed { why },
            (Ending::Signalled { signal: name, .. }, _, Some(cause))
                if signal::name(cause.signal) == name =>
            {
                let code = cause.code_name().map(ToOwned::to_owned);
                Ending::Signalled { signal: name, address: cause.touched(), code }
            }
            (ending, _, _) => ending,
        };
        tree.announced.retain(|&other| other != process);
        tree.note_frozen(Instant::now());
        if let Some(entry) = member.index.and_then(|index| tree.run.processes.get_mut(index)) {
            entry.ending = ending.clone();
        }
        if process == tree.run.pid {
            tree.run.ending = ending;
            let now = Instant::now();
            tree.run.run_us = u64::try_from(tree.elapsed(now).as_micros()).unwrap_or(u64::MAX);
            tree.grace = Some(now + self.limits.grace);
        }
        if tree.members.is_empty() && !tree.is_over() {
            self.tree_ended(index);
        }
    }

    /// Nothing of the tree is left: completes its evidence.
    fn tree_ended(&mut self, index: usize) {
        self.drain(index);
        let at = self.now();
        let tree = &mut self.trees[index];
        tree.run.faults = tree.faults_so_far();
        let last = tree.streams.finish(&mut tree.run, at);
        self.tell(index, last);
        let tree = &mut self.trees[index];
        let mut frozen = tree.observed.clone();
        for name in std::mem::take(&mut tree.streams.checkpoints_seen) {
            match frozen.iter().position(|observed| *observed == name) {
                Some(position) => drop(frozen.swap_remove(position)),
                None => tree.run.unobserved.push(name),
            }
        }
        if let Phase::Preparing(started) = &mut tree.phase {
            tree.failure = started.take().and_then(super::child::Started::failure);
        }
        tree.phase = Phase::Ended;
        self.events.push_back(Event::Ended { who: tree.instance.clone() });
    }
}
