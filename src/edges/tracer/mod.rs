//! The observer: programs run under `ptrace(2)`, with the kernel's books read
//! while they stand at a checkpoint.
//!
//! A [`Stage`] holds the live programs of one scene. It owns their process trees
//! whole: threads, forks, what they execute, daemons that moved to sessions of
//! their own. When it is finished or dropped nothing of them is left.
//!
//! # Checkpoints
//! A checkpoint is a line `checkpoint NAME` *written to the run's terminal*; the same words on
//! stderr or in a file are none. The thread that completes the line (one may
//! write it in pieces) is stopped when its `write` returns, before it executes
//! another instruction: what it printed before, and the line itself, has arrived then,
//! so that lines are told before the checkpoint behind them. All threads of that process are
//! stopped; other processes of the tree run on. Then the books are read and the
//! process stands until [`Stage::release`]. Several checkpoints in one write are announced one
//! after the other, each with its own reading of the same moment and its own release.
//! A line that reached the terminal by a way that is not traced (`sendfile`, a
//! descriptor received over a socket) froze nobody, and is noted in `Run::unobserved`.
//!
//! # Invariants
//! - Everything happens on the thread that made the stage: ptrace allows no other, and
//!   therefore a `Stage` is not `Send`. Only changes of its own threads are consumed;
//!   other children of this thread, and of other threads, are never reaped.
//! - It sleeps in `poll(2)` unless there is something to do; no wakeup is lost (see `wake`). Where
//!   stops follow each other closely it waits for them directly, for a bounded time (see `vigil`).
//! - Its memory is bounded by its [`Limits`], whatever the programs do.
//! - `Err` means that the observer failed. What a program does is an [`Event`] or evidence.
//!
//! # Stops
//! A seccomp filter marks the calls to trace (see `crate::facts::syscall::table`). One costs
//! one stop where its result is not needed and two where it is; every other call runs
//! at full speed. `PTRACE_SEIZE` and `PTRACE_LISTEN` keep job control as it is without a tracer.
//! A thread interrupted at a checkpoint or snapshot goes on with the call it was in,
//! except those few that the kernel never restarts (`epoll_wait`, … see `signal(7)`): they return EINTR.

pub mod books;
mod child;
mod enter;
mod filter;
mod freeze;
mod guard;
mod launch;
mod memory;
mod output;
pub mod page_cache;
mod perf;
mod probe;
mod ptrace;
mod pty;
mod refusals;
mod start;
mod stops;
mod streams;
mod tree;
mod turn;
mod vigil;
mod wake;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::marker::PhantomData;
use std::time::Instant;

pub use launch::{HugePages, Launch, Limits, PageReading, Stdio};
pub use probe::{Instrument, InstrumentState, probe};
pub use turn::MEMORY_PERIOD;
pub use wake::CancelHandle;

use crate::facts::mapping::Mapping;
use crate::vocabulary::evidence::{Faults, KillReason, Run};
use crate::words::ids::{Checkpoint, InstanceName, ResultName};
use tree::{Task, Tree};
use vigil::Clock;
use wake::ChildSignal;

/// The live programs of one scene.
pub struct Stage {
    limits: Limits,
    began: Instant,
    trees: Vec<Tree>,
    names: BTreeMap<InstanceName, usize>,
    /// All traced threads, by id.
    tasks: HashMap<i32, Task>,
    /// Threads that told their first stop before their parent told of them.
    early: HashSet<i32>,
    events: VecDeque<Event>,
    children: ChildSignal,
    /// Taken out while it is in use; nothing where the system has none.
    clock: Option<Clock>,
    tempo: Tempo,
    cancel: CancelHandle,
    buffer: Box<[u8]>,
    memory_looked_at: Instant,
    /// When the limits are next attended to.
    next_duty: Instant,
    /// Whether changes were left to be taken in.
    more_changes: bool,
    cancelled: bool,
    /// ptrace belongs to the thread: neither `Send` nor `Sync`.
    thread: PhantomData<*const ()>,
}

/// Whether another stop is likely to follow at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tempo {
    /// The last stop was at a call which seldom comes alone (`mmap`, `openat`). A write does
    /// not count: whoever has printed something is often waiting for an answer.
    Brisk,
    /// It was something else, or none followed.
    Quiet,
}

/// What happened on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A line arrived on a program's stdout.
    Line {
        /// Whose.
        who: InstanceName,
        /// Its index in `Run::stdout`.
        line: usize,
    },
    /// That line was a `NAME=VALUE` line. Follows its [`Event::Line`].
    Result {
        /// Whose.
        who: InstanceName,
        /// The name.
        name: ResultName,
        /// The value.
        value: String,
    },
    /// A process stands frozen at a checkpoint until [`Stage::release`].
    Checkpoint {
        /// In whose tree.
        who: InstanceName,
        /// Which checkpoint.
        checkpoint: Checkpoint,
        /// Which process.
        process: i32,
        /// The index of its snapshot in `Run::snapshots`; nothing once the limit of snapshots is reached.
        snapshot: Option<usize>,
    },
    /// The program has ended, and nothing of its tree is left. Its evidence is complete.
    Ended {
        /// Which.
        who: InstanceName,
    },
    /// The tree ran into the limit in `Run::limit` and is being killed. Its [`Event::Ended`] follows.
    LimitReached {
        /// Whose.
        who: InstanceName,
    },
    /// [`CancelHandle::cancel`] was called.
    Cancelled,
    /// The given moment passed without an event.
    TimedOut,
}

/// Where the observer failed.
#[derive(Debug, thiserror::Error)]
pub enum TracerError {
    /// Two programs of a scene have one name.
    #[error("{who} is on the stage already")]
    Twice {
        /// The name.
        who: InstanceName,
    },
    /// Nobody of that name was started.
    #[error("{who} is not on the stage")]
    Unknown {
        /// The name.
        who: InstanceName,
    },
    /// A call that cannot be traced on request.
    #[error("the call {name:?} cannot be traced on request")]
    UnknownCall {
        /// The name.
        name: String,
    },
    /// This user may not trace even a process of their own: Yama (`ptrace_scope` 2 and 3), a
    /// container's profile.
    #[error("this machine does not let you trace a process of your own (ptrace)")]
    Forbidden {
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something that the observer needs.
    #[error("cannot {what}")]
    System {
        /// What it was asked for.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// A process could not be prepared for its program.
    #[error("cannot start {who}: {step} failed")]
    Prepare {
        /// Which.
        who: InstanceName,
        /// What was being done.
        step: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

impl TracerError {
    fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    /// What the refusal to seize a process of our own says: of the machine's rules, or of a fault.
    fn seizing(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::PermissionDenied => Self::Forbidden { source },
            _ => Self::System { what: "trace a process of our own (ptrace)", source },
        }
    }
}

impl Stage {
    /// An empty stage.
    ///
    /// # Errors
    /// Where the system has no descriptors left.
    pub fn new(limits: Limits) -> Result<Self, TracerError> {
        let now = Instant::now();
        Ok(Self {
            limits,
            began: now,
            trees: Vec::new(),
            names: BTreeMap::new(),
            tasks: HashMap::new(),
            early: HashSet::new(),
            events: VecDeque::new(),
            children: ChildSignal::listen().map_err(TracerError::system("listen for SIGCHLD"))?,
            clock: Clock::new(),
            tempo: Tempo::Quiet,
            cancel: CancelHandle::new().map_err(TracerError::system("make an event descriptor"))?,
            buffer: vec![0; 64 << 10].into_boxed_slice(),
            memory_looked_at: now,
            next_duty: now,
            more_changes: true,
            cancelled: false,
            thread: PhantomData,
        })
    }

    /// A handle with which another thread ends [`Self::next_event`].
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.cancel.clone()
    }

    /// Microseconds since the stage was made, the clock of all evidence.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Queues `bytes` for the program's stdin. What a program does not read, or sends after its
    /// stdin was closed or it ended, is lost silently, as in a pipe.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn send(&mut self, who: &InstanceName, bytes: &[u8]) -> Result<(), TracerError> {
        self.tree_mut(who)?.streams.send(bytes);
        Ok(())
    }

    /// Closes the program's stdin once all that was sent has been written.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn close_stdin(&mut self, who: &InstanceName) -> Result<(), TracerError> {
        self.tree_mut(who)?.streams.close_stdin();
        Ok(())
    }

    /// Stores a byte into the first of the program's mappings that `fits`, `offset` bytes from its
    /// beginning; gives whether it could. Memory that the program shares changes for all who share it.
    ///
    /// # Errors
    /// Where there is no such program, or the system lets nobody write to another's memory.
    pub fn store(
        &mut self,
        who: &InstanceName,
        fits: impl Fn(&Mapping) -> bool,
        offset: u64,
        byte: u8,
    ) -> Result<bool, TracerError> {
        let tree = &self.trees[self.index(who)?];
        let process = tree.run.pid;
        if !tree.members.contains_key(&process) {
            return Ok(false);
        }
        let mappings = books::mappings(process).unwrap_or_default();
        let inside = mappings.iter().find(|mapping| fits(mapping)).filter(|found| offset < found.size().0);
        let Some(mapping) = inside else { return Ok(false) };
        match ptrace::write_memory(process, mapping.start.0 + offset, &[byte]) {
            Ok(written) => Ok(written == 1),
            Err(source)
                if matches!(source.raw_os_error(), Some(libc::EPERM | libc::EACCES | libc::ENOSYS)) =>
            {
                Err(TracerError::System { what: "write to a program's memory", source })
            }
            // It has ended, or there is nothing behind that page.
            Err(_) => Ok(false),
        }
    }

    /// Kills the program's whole tree. Its [`Event::Ended`] follows.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn kill(&mut self, who: &InstanceName) -> Result<(), TracerError> {
        let tree = self.index(who)?;
        self.kill_tree(tree, KillReason::Scene);
        Ok(())
    }

    /// The evidence so far. What has not ended is entered as killed for the scene's being over.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn run(&self, who: &InstanceName) -> Result<&Run, TracerError> {
        Ok(&self.trees[self.index(who)?].run)
    }

    /// Whether nothing of the program's tree is left.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn has_ended(&self, who: &InstanceName) -> Result<bool, TracerError> {
        Ok(self.trees[self.index(who)?].is_over())
    }

    /// The processes of the program's tree that are alive, by id.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn alive(&self, who: &InstanceName) -> Result<Vec<i32>, TracerError> {
        Ok(self.trees[self.index(who)?].members.keys().copied().collect())
    }

    /// The faults of the program's tree up to now.
    ///
    /// # Errors
    /// Where there is no such program.
    pub fn faults(&mut self, who: &InstanceName) -> Result<Option<Faults>, TracerError> {
        Ok(self.tree_mut(who)?.faults_so_far())
    }

    /// Waits for the next event, no longer than `until`.
    ///
    /// # Errors
    /// Where the system refuses to poll or to wait.
    pub fn next_event(&mut self, until: Instant) -> Result<Event, TracerError> {
        self.note_cancellation();
        loop {
            if self.cancelled {
                return Ok(Event::Cancelled);
            }
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            if Instant::now() >= until {
                return Ok(Event::TimedOut);
            }
            self.turn(until)?;
        }
    }

    /// Ends the scene: kills what is left, waits for its end, and gives the evidence.
    #[must_use]
    pub fn finish(mut self) -> BTreeMap<InstanceName, Run> {
        self.clear();
        self.names = BTreeMap::new();
        std::mem::take(&mut self.trees).into_iter().map(|tree| (tree.instance, tree.run)).collect()
    }

    fn index(&self, who: &InstanceName) -> Result<usize, TracerError> {
        self.names.get(who).copied().ok_or_else(|| TracerError::Unknown { who: who.clone() })
    }

    fn tree_mut(&mut self, who: &InstanceName) -> Result<&mut Tree, TracerError> {
        let index = self.index(who)?;
        Ok(&mut self.trees[index])
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.clear();
    }
}
