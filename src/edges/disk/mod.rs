//! The power-cut disk, mounted: an in-memory FUSE file system over the model of
//! [`facts::powercut`](crate::facts::powercut), whose power can be cut.
//!
//! How to cut, in this order (a live kernel writes late, so each step matters):
//! 1. the moment comes ([`PowerCutDisk::set_cut`], or simply now);
//! 2. if pages that the kernel still holds shall be at stake too: [`PowerCutDisk::write_back`];
//! 3. SIGKILL to the program's whole tree, without waiting for its end, since it may wait for this disk;
//! 4. [`PowerCutDisk::go_offline`]; now wait for its end;
//! 5. [`PowerCutDisk::image`], as often as wanted, and [`PowerCutDisk::restart`] from one of them.
//!
//! Invariants: a flush that was asked for after the moment is never answered
//! before step 4, so no honest program acknowledges anything in between; the serving
//! thread waits for nothing but the kernel; dropping the disk unmounts it.
//!
//! What it cannot see: `sync(2)` and `syncfs(2)` make the kernel write, but FUSE does
//! not pass on that a flush is meant. A program that relies on them alone is taken
//! for one that does not flush.

mod availability;
mod error;
mod filesystem;
mod leftovers;
mod mounting;
mod state;
mod tree;
mod writeback;

use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use fuser::{Config, Session, SessionACL};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

pub use availability::{Availability, enter_namespace, make_available, probe};
pub use error::DiskError;
pub use leftovers::clean_leftovers;
pub use mounting::Means;
pub use state::{CutAt, DiskEvent, Fault, FlushEdge, FlushOutcome, What};
pub use tree::{attributes_of, read_tree, write_tree};

use crate::facts::powercut::{AtRisk, Disk, Entries, Image, Survivors};
use crate::words::units::Bytes;
use filesystem::PowerCutFs;
use leftovers::{Guardian, MountPointIs, Runtime};
use state::{Phase, Shared};

/// How long the end of the serving thread, or of a write-back, is waited for.
/// Neither waits for anything but the kernel; this only bounds a fault of ours.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a disk is to be like.
#[derive(Clone, Debug)]
pub struct DiskOptions {
    /// An existing directory to mount on; one of the runner's own if none is given.
    pub mount_point: Option<PathBuf>,
    /// What is on it, durably; an empty directory if nothing is given.
    pub image: Option<Image>,
    /// Its size.
    pub capacity: Bytes,
    /// What makes names durable.
    pub entries: Entries,
}

impl Default for DiskOptions {
    /// Empty, 256 MiB, and as strict about names as `fsync(2)`.
    fn default() -> Self {
        Self { mount_point: None, image: None, capacity: Bytes::mib(256), entries: Entries::Strict }
    }
}

/// A mounted power-cut disk.
pub struct PowerCutDisk {
    path: PathBuf,
    mount_point: MountPointIs,
    capacity: Bytes,
    entries: Entries,
    shared: Arc<Shared>,
    serving: Option<Serving>,
    // Dropped after the mount is gone.
    guardian: Option<Guardian>,
    runtime: Arc<Runtime>,
}

struct Serving {
    thread: JoinHandle<()>,
    means: Means,
}

impl PowerCutDisk {
    /// Mounts a disk.
    ///
    /// # Errors
    /// Where this process may not mount, or the mount point is not there. [`probe`]
    /// says why and what helps.
    pub fn mount(options: DiskOptions) -> Result<Self, DiskError> {
        let runtime = Runtime::shared()?;
        let (path, mount_point) = match options.mount_point {
            Some(path) => {
                let failed = |source| DiskError::Prepare { path: path.clone(), source };
                (path.canonicalize().map_err(failed)?, MountPointIs::Given)
            }
            None => (runtime.new_mount_point()?, MountPointIs::Ours),
        };
        let image = match options.image {
            Some(image) => image,
            None => Image::empty(attributes_of(&path)?),
        };
        let shared = share(image, options.capacity, options.entries)?;
        let mut disk = Self {
            guardian: None,
            path,
            mount_point,
            capacity: options.capacity,
            entries: options.entries,
            shared,
            serving: None,
            runtime,
        };
        disk.serve()?;
        disk.guardian = Guardian::watch(&disk.path, mount_point, &disk.runtime);
        Ok(disk)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it came to be mounted.
    #[must_use]
    pub fn means(&self) -> Option<Means> {
        self.serving.as_ref().map(|serving| serving.means)
    }

    /// Sets the moment at which it cuts the power by itself, counted from now.
    pub fn set_cut(&self, cut: CutAt) {
        self.shared.lock().set_cut(cut);
    }

    /// Forgets the moment that was set, if it has not come. False if it has.
    pub fn clear_cut(&self) -> bool {
        self.shared.lock().clear_cut()
    }

    /// Lets something go wrong, once.
    pub fn inject(&self, fault: Fault) {
        self.shared.lock().inject(fault);
    }

    /// A descriptor that becomes readable when the moment of the cut has come, for `poll(2)`.
    #[must_use]
    pub fn cut_signal(&self) -> BorrowedFd<'_> {
        self.shared.signal.as_fd()
    }

    /// Waits for the moment of the cut, at most so long; true if it came.
    #[must_use]
    pub fn wait_for_cut(&self, at_most: Duration) -> bool {
        let deadline = Instant::now() + at_most;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            let mut wanted = [PollFd::new(self.cut_signal(), PollFlags::POLLIN)];
            match poll(&mut wanted, timeout) {
                Ok(0) if left.is_zero() => return false,
                Ok(0) | Err(_) => {}
                Ok(_) => return true,
            }
        }
    }

    /// Has the kernel hand over the dirty pages of mapped files that it still keeps,
    /// without any flush (`sync_file_range(2)`), so that they too may survive or
    /// not: on any real machine a store may reach the platter at any moment. After
    /// a cut at a write it does nothing: that moment is exact. False if there was
    /// nothing to be had, or it did not end in time.
    pub fn write_back(&self) -> bool {
        let files = {
            let state = self.shared.lock();
            if !matches!(state.phase, Phase::On | Phase::Cutting) {
                return false;
            }
            state.disk.open_files()
        };
        let (done, end) = mpsc::channel();
        let root = self.path.clone();
        // In a thread of its own, so that no fault can hold the caller up.
        thread::spawn(move || {
            let written = files.iter().filter(|file| writeback::hand_over(&root.join(file)).is_ok()).count();
            // The caller may have stopped waiting.
            let _ = done.send(written == files.len());
        });
        end.recv_timeout(PATIENCE).unwrap_or(false)
    }

    /// Takes the power away: from here on every request is answered with EIO, also
    /// those that were held back.
    pub fn go_offline(&self) {
        self.shared.go_offline();
    }

    /// What is left on the platter: of what was written until it went offline, or,
    /// with the power on, until now.
    #[must_use]
    pub fn image(&self, survivors: Survivors) -> Image {
        self.shared.lock().disk.cut(survivors)
    }

    /// What is written and not flushed.
    #[must_use]
    pub fn at_risk(&self) -> AtRisk {
        self.shared.lock().disk.at_risk()
    }

    /// Flushes that were asked for since the mount, of files and of directories.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.shared.lock().flushes
    }

    /// Writes that the kernel handed over since the mount.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.shared.lock().writes
    }

    /// What was asked for since the mount: the first ten thousand events, and how many more there were.
    #[must_use]
    pub fn events(&self) -> (Vec<DiskEvent>, u64) {
        let state = self.shared.lock();
        (state.events.clone(), state.events_dropped)
    }

    /// Mounts anew, at the same place, with `image` on it: the machine comes back.
    /// Counts and events begin anew; faults and moments are forgotten.
    ///
    /// # Errors
    /// Where it cannot be unmounted or mounted; the disk is then offline for good.
    pub fn restart(&mut self, image: Image) -> Result<(), DiskError> {
        self.stop()?;
        self.shared = share(image, self.capacity, self.entries)?;
        self.serve()
    }

    fn serve(&mut self) -> Result<(), DiskError> {
        let source = self.runtime.source();
        let (device, means) = mounting::attach(&self.path, &source)?;
        let acl = match means {
            Means::Privilege => SessionACL::All,
            Means::Helper => SessionACL::Owner,
        };
        let served = Session::from_fd(PowerCutFs::new(self.shared.clone()), device, acl, Config::default())
            .and_then(|session| {
                let serve = move || {
                    // It ends when the file system is unmounted; how does not matter to anyone.
                    let _ = session.run();
                };
                thread::Builder::new().name("power-cut disk".to_owned()).spawn(serve)
            });
        match served {
            Ok(thread) => {
                self.serving = Some(Serving { thread, means });
                Ok(())
            }
            Err(source_error) => {
                mounting::detach(&self.path, &source)?;
                Err(DiskError::Serve { source: source_error })
            }
        }
    }

    fn stop(&mut self) -> Result<(), DiskError> {
        self.shared.go_offline();
        let Some(serving) = self.serving.take() else { return Ok(()) };
        mounting::detach(&self.path, &self.runtime.source())?;
        // A mount that somebody still uses is out of sight, and its thread ends with its last user.
        let deadline = Instant::now() + PATIENCE;
        while !serving.thread.is_finished() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for PowerCutDisk {
    fn drop(&mut self) {
        // If it cannot be unmounted, the guardian or the next runner will see to it.
        if self.stop().is_ok() && self.mount_point == MountPointIs::Ours {
            let _ = std::fs::remove_dir(&self.path);
        }
    }
}

fn share(image: Image, capacity: Bytes, entries: Entries) -> Result<Arc<Shared>, DiskError> {
    let shared = Shared::new(Disk::new(image, capacity, entries));
    shared.map(Arc::new).map_err(|errno| DiskError::Serve { source: errno.into() })
}
