//! What keeps a scene's programs in bounds besides the stage's limits: their confinement,
//! where they are a stranger's, and the room that they may take on the disk.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Engine;
use crate::assemblies::drill::DrillError;
use crate::edges::fixtures::Fixtures;
use crate::edges::footprint::{Footprint, MOST_FILES, Taken};
use crate::edges::sandbox::{self, Enclosure, Policy, SandboxError, Sockets, Subject};
use crate::edges::tracer::{Event, TracerError};
use crate::vocabulary::confinement::Confinement;
use crate::vocabulary::evidence::Limit;
use crate::vocabulary::scene::{self, Disk, Scene};
use crate::words::units::Bytes;

/// The largest file that a stranger's program may write; a lesson maps 10 GiB. Holes count here,
/// and do not in [`ROOM`].
const LARGEST_FILE: Bytes = Bytes::gib(16);

/// The room that a scene's programs may take on the disk, besides twice that of its files.
const ROOM: Bytes = Bytes::gib(1);

/// How often the room that they take is looked at, at most. They may overshoot by what can be
/// written meanwhile.
const PERIOD: Duration = Duration::from_millis(100);

/// How much of the runner's time goes into looking, at most.
const SHARE: u32 = 10;

/// The room that a scene's programs take, and may take.
pub(super) struct Room {
    footprint: Footprint,
    allowed: Bytes,
    due: Instant,
}

impl Room {
    /// None is watched on the power-cut disk, which has a capacity of its own and may not answer
    /// for long.
    pub(super) fn of(scene: &Scene, fixtures: &Fixtures<'_>) -> Option<Self> {
        if scene.disk == Disk::PowerCut {
            return None;
        }
        let folder = fixtures.folder();
        let paths: Vec<PathBuf> = fixtures.paths().map(|(_, path)| path.to_owned()).collect();
        let lengths = paths.iter().filter_map(|path| path.symlink_metadata().ok());
        let lengths: Bytes = lengths.map(|metadata| Bytes(metadata.len())).sum();
        let others = paths.into_iter().filter(|path| !path.starts_with(folder)).collect();
        let footprint = Footprint::new(folder, others);
        Some(Self { footprint, allowed: ROOM + lengths + lengths, due: Instant::now() + PERIOD })
    }

    /// The limit that the programs have run into, if any.
    fn overstepped(&self, taken: Taken, memory: Bytes) -> Option<Limit> {
        if taken.too_many {
            Some(Limit::Files { allowed: MOST_FILES })
        } else if taken.disk > self.allowed {
            Some(Limit::Disk { allowed: self.allowed, seen: taken.disk })
        } else if taken.memory > memory {
            Some(Limit::Memory { allowed: memory, seen: taken.memory })
        } else {
            None
        }
    }
}

impl Engine<'_> {
    /// The stage's next event. Meanwhile the programs' room is looked at, and they are killed
    /// where they take too much.
    pub(super) fn next_event(&mut self, until: Instant) -> Result<Event, TracerError> {
        loop {
            let due = self.keep_room();
            let pause = due.map_or(until, |due| until.min(due));
            match self.stage.next_event(pause)? {
                Event::TimedOut if Instant::now() < until => {}
                event => return Ok(event),
            }
        }
    }

    /// Looks at the room if it is time; gives the next time.
    fn keep_room(&mut self) -> Option<Instant> {
        let room = self.room.as_mut()?;
        let began = Instant::now();
        if began >= room.due {
            let taken = room.footprint.taken(&self.stage.processes());
            if let Some(limit) = room.overstepped(taken, self.scene.memory) {
                self.stage.enforce(&limit);
            }
            room.due = Instant::now() + PERIOD.max(began.elapsed() * SHARE);
        }
        Some(room.due)
    }

    /// What a stranger's program is confined to: itself, the scene's folder, and its files. All
    /// programs of a run share one enclosure, for they work together.
    pub(super) fn confinement(&mut self, binary: &Path) -> Result<Confinement, DrillError> {
        let kept = self.fixtures.paths().map(|(_, path)| path).filter(|path| path.exists());
        let writable: Vec<&Path> = [self.fixtures.folder()].into_iter().chain(kept).collect();
        let policy = Policy {
            subject: Subject::Program,
            readable: &[binary],
            writable: &writable,
            sockets: match self.scene.sockets {
                scene::Sockets::None => Sockets::Forbidden,
                scene::Sockets::Unix => Sockets::Unix,
            },
            file_size: LARGEST_FILE,
        };
        let (mut confinement, _) = sandbox::confine(&policy)?;
        if self.enclosure.is_none() {
            let binaries: Vec<&Path> = self.programs.values().map(PathBuf::as_path).collect();
            self.enclosure = Enclosure::open(&Policy { readable: &binaries, ..policy })?;
        }
        if let Some(enclosure) = &self.enclosure {
            enclosure.confine(&mut confinement).map_err(SandboxError::Descriptors)?;
        }
        Ok(confinement)
    }
}
