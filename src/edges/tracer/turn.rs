//! One turn of the stage: sleep until something happens, take it in, keep the limits.

use std::io;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::ptrace::Change;
use super::streams::Arrival;
use super::vigil::{self, Clock, Vigil};
use super::{Event, Stage, Tempo, TracerError, books, ptrace};

/// How often the resident memory of the trees is looked at.
pub const MEMORY_PERIOD: Duration = Duration::from_millis(25);

/// How long the streams and the limits may wait while there are changes to take in.
const DUTY_PERIOD: Duration = vigil::PERIOD;

/// Changes taken in at once.
const CHANGES_AT_ONCE: usize = 256;

impl Stage {
    /// Sleeps until something happens, `until` at the latest, and takes it in.
    pub(super) fn turn(&mut self, until: Instant) -> Result<(), TracerError> {
        let wait = || TracerError::system("wait for a traced process");
        // Whoever reaps to the end before sleeping misses nothing: what comes later wakes us.
        let deadline = self.next_deadline();
        if !self.more_changes {
            self.sleep(until.min(deadline))?;
            if self.trees.iter().any(|tree| tree.is_doomed() && tree.is_peopled()) {
                self.ask_each().map_err(wait())?;
            }
        }
        self.more_changes = self.reap().map_err(wait())?;
        // Programs that stop without end must not keep the stage from its other duties.
        let now = Instant::now();
        if now >= self.next_duty || now >= deadline {
            self.do_duties(now);
        }
        Ok(())
    }

    fn do_duties(&mut self, now: Instant) {
        if self.more_changes {
            for tree in 0..self.trees.len() {
                self.drain(tree);
            }
            self.note_cancellation();
        }
        self.keep_limits(now);
        self.next_duty = now + DUTY_PERIOD;
    }

    /// Sleeps until there is something to read, to write, or to reap; reads and writes it.
    fn sleep(&mut self, until: Instant) -> Result<(), TracerError> {
        let mut watched: Vec<PollFd<'_>> = vec![
            PollFd::new(self.children.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.cancel.as_fd(), PollFlags::POLLIN),
        ];
        // Whose streams each of the descriptors behind the first two is.
        let mut owners: Vec<usize> = Vec::new();
        for (index, tree) in self.trees.iter().enumerate().filter(|(_, tree)| !tree.is_over()) {
            let streams = &tree.streams;
            watched.extend(streams.readable().map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)));
            watched.extend(streams.writable().map(|descriptor| PollFd::new(descriptor, PollFlags::POLLOUT)));
            owners.resize(watched.len() - 2, index);
        }
        // Rounded up: a deadline must have passed when we wake for it.
        let left = until.saturating_duration_since(Instant::now()) + Duration::from_micros(999);
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        let interrupted = match poll(&mut watched, timeout) {
            Ok(_) => false,
            // By SIGCHLD most often, whose handler has written by now.
            Err(Errno::EINTR) => true,
            Err(errno) => return Err(TracerError::System { what: "poll", source: errno.into() }),
        };
        let mut ready = watched.iter().map(|descriptor| descriptor.any().unwrap_or(true));
        let told = ready.next().unwrap_or(true);
        let cancelled = ready.next().unwrap_or(false);
        let mut ready: Vec<usize> =
            ready.zip(&owners).filter_map(|(ready, &owner)| ready.then_some(owner)).collect();
        ready.dedup();
        self.cancelled |= cancelled;
        if told || interrupted {
            self.children.clear();
        }
        for tree in ready {
            self.trees[tree].streams.write_queue();
            self.drain(tree);
        }
        Ok(())
    }

    /// Looks whether the stage has been cancelled.
    pub(super) fn note_cancellation(&mut self) {
        let mut watched = [PollFd::new(self.cancel.as_fd(), PollFlags::POLLIN)];
        self.cancelled |= poll(&mut watched, PollTimeout::ZERO).is_ok_and(|ready| ready > 0);
    }

    /// Takes in the changes of our threads that there are, and those that follow at once, up to
    /// a number; tells whether there may be more.
    fn reap(&mut self) -> io::Result<bool> {
        let mut clock = self.clock.take();
        let more = self.reap_by(clock.as_mut());
        self.clock = clock;
        more
    }

    fn reap_by(&mut self, clock: Option<&mut Clock>) -> io::Result<bool> {
        let began = Instant::now();
        let mut clock = clock;
        let mut vigil: Option<Vigil<'_>> = None;
        for _ in 0..CHANGES_AT_ONCE {
            if vigil.is_none() && self.tempo == Tempo::Brisk {
                vigil = clock.take().and_then(Clock::watch);
            }
            let watching = vigil.is_some() && self.tempo == Tempo::Brisk && self.events.is_empty();
            if watching && began.elapsed() >= DUTY_PERIOD {
                return Ok(true);
            }
            let told = if watching { ptrace::next_of_anyone() } else { ptrace::anyone() };
            let thread = match told {
                Ok(Some(thread)) => thread,
                Ok(None) => return Ok(false),
                Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(false),
                // The vigil is over, and nothing has followed.
                Err(error) if error.raw_os_error() == Some(libc::EINTR) => {
                    self.tempo = Tempo::Quiet;
                    return Ok(true);
                }
                Err(error) => return Err(error),
            };
            let ours = self.tasks.contains_key(&thread) || self.adopt(thread);
            // Another child of this thread has something to tell, to somebody else; the
            // kernel would name it again and again. Ask for ours one by one.
            let progress = if ours { self.take_change(thread)? } else { self.ask_each()? };
            if !progress {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn take_change(&mut self, thread: i32) -> io::Result<bool> {
        match ptrace::change(thread) {
            Ok(Some(change)) => {
                self.handle(thread, change);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => {
                // No thread of ours goes by this id any more, and nothing more will be told of it.
                self.handle(thread, Change::Signalled(libc::SIGKILL));
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks every thread of ours for its change.
    pub(super) fn ask_each(&mut self) -> io::Result<bool> {
        let threads: Vec<i32> = self.tasks.keys().copied().collect();
        let mut any = false;
        for thread in threads {
            any |= self.take_change(thread)?;
        }
        Ok(any)
    }

    /// Takes in an unknown thread if it is one that we trace: a child whose own first stop was
    /// told before its parent's, or whose parent was killed before it could tell.
    pub(super) fn adopt(&mut self, thread: i32) -> bool {
        if books::tracer_of(thread) != Some(ptrace::this_thread()) {
            return false;
        }
        let parent = books::parent_of(thread).unwrap_or(0);
        let process = books::process_of(thread).unwrap_or(thread);
        let known = [parent, process].into_iter().find_map(|id| self.tasks.get(&id)).map(|task| task.tree);
        let by_session = || {
            let session = books::session_of(thread)?;
            self.trees.iter().position(|tree| tree.run.pid == session)
        };
        // One whose parent is gone and that has a session of its own is taken for the youngest
        // tree's: only a tree that is being killed has such.
        let killed = || self.trees.iter().rposition(|tree| tree.killing.is_some());
        let Some(tree) = known.or_else(by_session).or_else(killed) else { return false };
        self.take_in(thread, tree, parent);
        self.early.insert(thread);
        true
    }

    /// Takes in what a tree has printed by now.
    pub(super) fn drain(&mut self, index: usize) {
        let at = self.now();
        let tree = &mut self.trees[index];
        if tree.is_over() {
            return;
        }
        let arrivals = tree.streams.drain(&mut tree.run, at, &mut self.buffer);
        tree.streams.copy_stderr(&mut tree.run);
        self.tell(index, arrivals);
    }

    /// Makes events of lines that have arrived.
    pub(super) fn tell(&mut self, index: usize, arrivals: Vec<Arrival>) {
        let tree = &self.trees[index];
        let who = &tree.instance;
        for arrival in arrivals {
            let Arrival::Line { line, result } = arrival;
            self.events.push_back(Event::Line { who: who.clone(), line });
            if let Some(result) = result.map(|index| &tree.run.results[index]) {
                let (name, value) = (result.name.clone(), result.value.clone());
                self.events.push_back(Event::Result { who: who.clone(), name, value });
            }
        }
    }
}
