//! What the serving thread and the runner share: the model, whether there is
//! power, what is to happen at which request, and what was asked so far.
//!
//! The lock is held for one request or one question at a time, and never while
//! anybody waits for anything: so the runner may look at any moment, also from a
//! thread that traces a program which waits for this disk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::eventfd::{EfdFlags, EventFd};
use serde::Serialize;

use crate::facts::powercut::{Disk, Inode, ROOT};

/// The moment at which the disk cuts the power by itself. Requests are counted
/// from when this is set, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutAt {
    /// At the n-th flush (of a file or a directory).
    Flush {
        /// Which.
        nth: u64,
        /// Whether it is still done.
        edge: FlushEdge,
    },
    /// Right after the n-th write that the kernel hands over.
    Write {
        /// Which.
        nth: u64,
    },
}

/// On which side of a flush the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlushEdge {
    /// The flush was asked for and did not happen.
    Before,
    /// The flush happened, and the program may have been told so.
    After,
}

/// Something that goes wrong with the disk, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The n-th flush from now answers EIO; what it should have flushed stays
    /// unflushed, also when the program tries again (`fsync(2)`).
    FlushFails {
        /// Which, from 1.
        nth: u64,
    },
    /// From now on there is no room: whatever needs a new page is refused with ENOSPC.
    Full,
}

/// Something that the disk was asked for, or that befell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiskEvent {
    /// When, in microseconds since it was mounted.
    pub at: u64,
    /// The path of the file or directory, relative to the disk's root; empty for the disk itself.
    pub path: PathBuf,
    /// What.
    pub what: What,
}

/// What a [`DiskEvent`] is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// The kernel handed bytes over: a WRITE. They are not durable.
    Write {
        /// Where in the file, in bytes.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// The length was set.
    Truncate {
        /// To this.
        length: u64,
    },
    /// A flush: FSYNC or FSYNCDIR.
    Flush {
        /// Counted from 1 since the mount.
        number: u64,
        /// How it went.
        outcome: FlushOutcome,
    },
    /// Something new has this path.
    Create,
    /// It has another path now.
    Rename {
        /// Which.
        to: PathBuf,
    },
    /// The name is gone.
    Remove,
    /// The disk refused for want of room.
    NoSpace,
    /// The power went.
    PowerCut,
}

/// How a flush went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlushOutcome {
    /// What it covers is durable.
    Done,
    /// It answered EIO: a [`Fault`] was set.
    Failed,
    /// The power went first; it was never answered.
    CutOff,
}

/// Most events kept; later ones are counted only.
const MOST_EVENTS: usize = 10_000;

/// Whether there is power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// All is served.
    On,
    /// The moment has come, at a flush. No flush is answered any more, so no program
    /// can come past one; what the kernel still hands over is what it might
    /// have handed over before.
    Cutting,
    /// The moment has come, at a write. Nothing more is changed.
    Frozen,
    /// The power is off; everything is answered with EIO.
    Off,
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Look,
    Change,
    Flush,
}

/// The answer to a request that is held back: sends EIO.
pub(super) type Held = Box<dyn FnOnce() + Send>;

pub(super) struct State {
    pub(super) disk: Disk,
    pub(super) phase: Phase,
    held: Vec<Held>,
    cut_at: Option<CutAt>,
    flush_fails_in: Option<u64>,
    began: Instant,
    pub(super) events: Vec<DiskEvent>,
    pub(super) events_dropped: u64,
    pub(super) writes: u64,
    pub(super) flushes: u64,
    paths: HashMap<Inode, PathBuf>,
}

pub(super) struct Shared {
    state: Mutex<State>,
    /// Readable from the moment of the cut.
    pub(super) signal: EventFd,
}

/// What to do with a flush.
pub(super) enum FlushFate {
    Do,
    DoAndCut,
    Fail,
    CutOff,
}

impl Shared {
    pub(super) fn new(disk: Disk) -> nix::Result<Self> {
        let state = State {
            disk,
            phase: Phase::On,
            held: Vec::new(),
            cut_at: None,
            flush_fails_in: None,
            began: Instant::now(),
            events: Vec::new(),
            events_dropped: 0,
            writes: 0,
            flushes: 0,
            paths: HashMap::from([(ROOT, PathBuf::new())]),
        };
        let signal = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        Ok(Self { state: Mutex::new(state), signal })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment has come.
    pub(super) fn begin_cut(&self, state: &mut State, phase: Phase) {
        if state.phase == Phase::On {
            state.phase = phase;
            state.note(&PathBuf::new(), What::PowerCut);
            // Nonblocking, and a counter at its limit is readable all the same.
            let _ = self.signal.write(1);
        }
    }

    /// No power from here on; requests held back are answered with EIO.
    pub(super) fn go_offline(&self) {
        let held = {
            let mut state = self.lock();
            self.begin_cut(&mut state, Phase::Off);
            state.phase = Phase::Off;
            std::mem::take(&mut state.held)
        };
        held.into_iter().for_each(|answer| answer());
    }
}

impl State {
    /// What becomes of a request: served, held back, or refused.
    pub(super) fn admits(&self, wish: Wish) -> Admission {
        match (self.phase, wish) {
            (Phase::On, _) | (Phase::Cutting, Wish::Look | Wish::Change) | (Phase::Frozen, Wish::Look) => {
                Admission::Served
            }
            (Phase::Cutting, Wish::Flush) | (Phase::Frozen, Wish::Change | Wish::Flush) => {
                Admission::HeldBack
            }
            (Phase::Off, _) => Admission::Refused,
        }
    }

    pub(super) fn hold(&mut self, answer: Held) {
        self.held.push(answer);
    }

    pub(super) fn set_cut(&mut self, cut: CutAt) {
        self.cut_at = Some(match cut {
            CutAt::Flush { nth, edge } => CutAt::Flush { nth: self.flushes + nth, edge },
            CutAt::Write { nth } => CutAt::Write { nth: self.writes + nth },
        });
    }

    /// Forgets the moment; true if there is still power.
    pub(super) fn clear_cut(&mut self) -> bool {
        self.cut_at = None;
        self.phase == Phase::On
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        match fault {
            Fault::FlushFails { nth } => self.flush_fails_in = Some(self.flushes + nth),
            Fault::Full => self.disk.fill(),
        }
    }

    /// Counts a write; true if the power goes here.
    pub(super) fn count_write(&mut self) -> bool {
        self.writes += 1;
        matches!(self.cut_at, Some(CutAt::Write { nth }) if nth == self.writes)
    }

    /// Counts a flush and says what is to become of it.
    pub(super) fn count_flush(&mut self) -> FlushFate {
        self.flushes += 1;
        match self.cut_at {
            Some(CutAt::Flush { nth, edge: FlushEdge::Before }) if nth == self.flushes => FlushFate::CutOff,
            _ if self.flush_fails_in == Some(self.flushes) => FlushFate::Fail,
            Some(CutAt::Flush { nth, edge: FlushEdge::After }) if nth == self.flushes => FlushFate::DoAndCut,
            _ => FlushFate::Do,
        }
    }

    pub(super) fn note(&mut self, path: &Path, what: What) {
        if self.events.len() == MOST_EVENTS {
            self.events_dropped += 1;
            return;
        }
        let at = self.elapsed().as_micros() as u64;
        self.events.push(DiskEvent { at, path: path.to_owned(), what });
    }

    pub(super) fn note_of(&mut self, inode: Inode, what: What) {
        let path = self.paths.get(&inode).cloned().unwrap_or_default();
        self.note(&path, what);
    }

    /// Remembers the path by which an inode was last known, for the events.
    pub(super) fn remember(&mut self, directory: Inode, name: &OsStr, inode: Inode) -> PathBuf {
        let path = self.path(directory, name);
        self.paths.insert(inode, path.clone());
        path
    }

    pub(super) fn path(&self, directory: Inode, name: &OsStr) -> PathBuf {
        self.paths.get(&directory).map_or_else(|| PathBuf::from(name), |path| path.join(name))
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Served,
    HeldBack,
    Refused,
}
