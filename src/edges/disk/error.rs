//! What can go wrong with the disk itself.

use std::io;
use std::path::PathBuf;

use crate::words::units::Bytes;

/// Why there is no disk, or no longer one. Each names a path at most once; the
/// cause is its source.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The kernel's FUSE device cannot be opened.
    #[error("cannot open /dev/fuse")]
    Device {
        /// Why.
        source: io::Error,
    },
    /// `mount(2)` refuses, for another reason than a missing right.
    #[error("cannot mount a power-cut disk at {}", path.display())]
    Mount {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Neither the right to mount nor a helper that has it.
    #[error("no right to mount, and no fusermount3 to do it")]
    NoRight,
    /// The helper did not do it.
    #[error("fusermount3 does not mount at {}: {said}", path.display())]
    Helper {
        /// Where.
        path: PathBuf,
        /// What it printed.
        said: String,
    },
    /// The helper did not hand over the device.
    #[error("fusermount3 mounted at {}, but did not hand over the device", path.display())]
    Handover {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The kernel and the file system did not come to terms.
    #[error("cannot serve the power-cut disk")]
    Serve {
        /// Why.
        source: io::Error,
    },
    /// A directory that the disk needs cannot be made or read.
    #[error("cannot prepare {}", path.display())]
    Prepare {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A directory of this runner belongs to somebody else.
    #[error("{} belongs to another user", path.display())]
    NotOurs {
        /// Which.
        path: PathBuf,
    },
    /// It does not go away.
    #[error("cannot unmount {}", path.display())]
    Unmount {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be copied onto the disk, or what survived cannot be copied from it.
    #[error("cannot copy {}", path.display())]
    Copy {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is to be on the disk does not fit on it.
    #[error("{} holds more than {capacity}", path.display())]
    TooLarge {
        /// The directory.
        path: PathBuf,
        /// The size of the disk.
        capacity: Bytes,
    },
    /// A namespace of its own cannot be had.
    #[error("cannot enter a user and mount namespace")]
    Namespace {
        /// Why.
        source: io::Error,
    },
}
