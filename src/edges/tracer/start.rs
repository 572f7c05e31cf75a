//! Starting a program: fork, attach, count, open the gate, and see it execute.

use std::io;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use super::child::{self, Started, Step};
use super::launch::{Launch, Stdio};
use super::perf::FaultCounters;
use super::streams::Streams;
use super::tree::{NOT_YET, Phase, Standing, Task, Tree};
use super::{Stage, TracerError, filter, ptrace};
use crate::facts::syscall::table::{self, Purpose};
use crate::vocabulary::evidence::{Ending, Run};

/// How long a process may take to become its program. It takes about a millisecond.
const PATIENCE: Duration = Duration::from_secs(10);

impl Stage {
    /// Starts a program; it has been executed when this returns. One that cannot be executed
    /// (no such file, a wrong format, no such directory) has ended as [`Ending::NotStarted`].
    ///
    /// # Errors
    /// Where the name is taken, a call cannot be traced, or the system refuses what the observer needs.
    pub fn start(&mut self, launch: &Launch) -> Result<(), TracerError> {
        let who = &launch.instance;
        if self.names.contains_key(who) {
            return Err(TracerError::Twice { who: who.clone() });
        }
        if let Some(name) =
            launch.also_traced.iter().find(|name| table::on_request().all(|known| known != **name))
        {
            return Err(TracerError::UnknownCall { name: name.clone() });
        }
        let prepare = |source| TracerError::Prepare { who: who.clone(), step: "making its process", source };
        let (streams, ends) = match launch.stdio {
            Stdio::Captured => Streams::open(self.limits.output.0),
            Stdio::Inherited => Streams::inherit(),
        }
        .map_err(prepare)?;
        let filter = filter::program(|traced| match traced.purpose {
            Purpose::OnRequest => launch.also_traced.iter().any(|name| name == traced.name),
            Purpose::MovesOutput => launch.stdio == Stdio::Captured,
            Purpose::Evidence | Purpose::Output | Purpose::Refused => true,
        });
        let program_ends = child::Streams {
            stdin: ends.stdin.as_fd(),
            stdout: ends.stdout.as_fd(),
            stderr: ends.stderr.as_fd(),
        };
        let waiting = child::fork(launch, &program_ends, &filter).map_err(prepare)?;
        let pid = waiting.pid;
        drop(ends);
        if let Err(source) = ptrace::seize(pid) {
            ptrace::kill(pid);
            // It is our child: wait for it, so that no zombie is left.
            let _ended = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid), None);
            return Err(TracerError::seizing(source));
        }
        let counters = FaultCounters::on(pid);
        let started = waiting.go();
        let tree = self.trees.len();
        self.names.insert(who.clone(), tree);
        self.trees.push(new_tree(launch, pid, streams, counters, started));
        self.add_task(pid, tree, pid);
        self.see_it_execute(tree, launch)
    }

    fn see_it_execute(&mut self, tree: usize, launch: &Launch) -> Result<(), TracerError> {
        let until = Instant::now() + PATIENCE;
        while matches!(self.trees[tree].phase, Phase::Preparing(_)) && Instant::now() < until {
            self.turn(until)?;
        }
        if let Some((step, source)) = self.trees[tree].failure.take() {
            let ending = Ending::NotStarted { error: source.to_string() };
            return match step {
                Step::Execute | Step::Directory => {
                    self.trees[tree].set_ending(ending);
                    Ok(())
                }
                step => {
                    Err(TracerError::Prepare { who: launch.instance.clone(), step: step.words(), source })
                }
            };
        }
        if matches!(self.trees[tree].phase, Phase::Preparing(_)) {
            let source = io::Error::from(io::ErrorKind::TimedOut);
            return Err(TracerError::Prepare {
                who: launch.instance.clone(),
                step: Step::Execute.words(),
                source,
            });
        }
        Ok(())
    }

    pub(super) fn add_task(&mut self, thread: i32, tree: usize, process: i32) {
        if let Some(member) = self.trees[tree].members.get_mut(&process) {
            member.threads.push(thread);
        }
        let task = Task { tree, process, pending: None, last_call: None, standing: Standing::Running };
        self.tasks.insert(thread, task);
    }
}

fn new_tree(
    launch: &Launch,
    pid: i32,
    streams: Streams,
    counters: Option<FaultCounters>,
    started: Started,
) -> Tree {
    let run = Run {
        program: launch.program.clone(),
        args: launch.args.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        pid,
        ending: NOT_YET,
        limit: None,
        processes: Vec::new(),
        stdout: Vec::new(),
        stderr: String::new(),
        stdout_bytes: 0,
        snapshots: Vec::new(),
        calls: Vec::new(),
        calls_dropped: 0,
        signals: Vec::new(),
        signals_dropped: 0,
        faults: None,
        results: Vec::new(),
        unobserved: Vec::new(),
        run_us: 0,
    };
    let mut tree = Tree {
        run,
        instance: launch.instance.clone(),
        streams,
        members: std::collections::BTreeMap::new(),
        counters,
        ended_faults: (0, 0),
        watched: launch.watched_files.clone(),
        pages: launch.pages.clone(),
        failure: None,
        phase: Phase::Preparing(Some(started)),
        killing: None,
        announced: std::collections::VecDeque::new(),
        began: Instant::now(),
        frozen: Duration::ZERO,
        frozen_since: None,
        grace: None,
        made: 0,
        observed: Vec::new(),
    };
    tree.add_process(pid, nix::unistd::getpid().as_raw());
    tree
}
