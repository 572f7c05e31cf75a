//! One turn of the stage: sleep until something happens, take it in, keep the limits.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::ptrace::Change;
use super::streams::Arrival;
use super::{Event, Stage, TracerError, books, ptrace};

/// How often the resident memory of the trees is looked at.
pub const MEMORY_PERIOD: Duration = Duration::from_millis(25);

/// How long the streams and the limits may wait while there are changes to take in.
const DUTY_PERIOD: Duration = Duration::from_millis(2);

/// Changes taken in at once.
const CHANGES_AT_ONCE: usize = 256;

impl Stage {
    /// Sleeps until something happens, `until` at the latest, and takes it in.
    pub(super) fn turn(&mut self, until: Instant) -> Result<(), TracerError> {
        let wait = TracerError::system("wait for a traced process");
        if self.reap().map_err(wait)? {
            // Programs that stop without end must not keep the stage from its other duties.
            if self.duties_done.elapsed() < DUTY_PERIOD {
                return Ok(());
            }
        } else {
            self.sleep(until.min(self.next_deadline()))?;
            self.children.clear();
            if self.trees.iter().any(|tree| tree.killing.is_some() && !tree.is_over()) {
                self.ask_each().map_err(TracerError::system("wait for a traced process"))?;
            }
        }
        for tree in 0..self.trees.len() {
            self.trees[tree].streams.write_queue();
            self.drain(tree);
        }
        self.keep_limits(Instant::now());
        self.duties_done = Instant::now();
        Ok(())
    }

    fn sleep(&self, until: Instant) -> Result<(), TracerError> {
        let mut watched =
            vec![(self.children.as_fd(), PollFlags::POLLIN), (self.cancel.as_fd(), PollFlags::POLLIN)];
        for tree in self.trees.iter().filter(|tree| !tree.is_over()) {
            watched.extend(tree.streams.readable().map(|descriptor| (descriptor, PollFlags::POLLIN)));
            watched.extend(tree.streams.writable().map(|descriptor| (descriptor, PollFlags::POLLOUT)));
        }
        let mut watched: Vec<PollFd<'_>> = watched
            .into_iter()
            .map(|(descriptor, flags): (BorrowedFd<'_>, _)| PollFd::new(descriptor, flags))
            .collect();
        // Rounded up: a deadline must have passed when we wake for it.
        let left = until.saturating_duration_since(Instant::now()) + Duration::from_micros(999);
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut watched, timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(TracerError::System { what: "poll", source: errno.into() }),
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        let mut watched = [PollFd::new(self.cancel.as_fd(), PollFlags::POLLIN)];
        poll(&mut watched, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
    }

    /// Takes in the changes of our threads that there are, up to a number; tells whether there was one.
    fn reap(&mut self) -> io::Result<bool> {
        let mut any = false;
        for _ in 0..CHANGES_AT_ONCE {
            let thread = match ptrace::anyone() {
                Ok(Some(thread)) => thread,
                Ok(None) => return Ok(any),
                Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(any),
                Err(error) => return Err(error),
            };
            let ours = self.tasks.contains_key(&thread) || self.adopt(thread);
            // Another child of this thread has something to tell, to somebody else; the
            // kernel would name it again and again. Ask for ours one by one.
            let progress = if ours { self.take_change(thread)? } else { self.ask_each()? };
            any |= progress;
            if !progress {
                return Ok(any);
            }
        }
        Ok(any)
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
    fn adopt(&mut self, thread: i32) -> bool {
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
