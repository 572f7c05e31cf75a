//! Watching files for saves, however an editor makes them: a rename over the old
//! file, a truncation and a write, a bare `touch`.
//!
//! The folders are watched (`inotify(7)`), because a rename replaces the file itself;
//! a save is what changes a file's `Stamp` and leaves it complete (closed after
//! writing, or renamed into place). Where saves may come from another machine, or
//! there are no more watches to be had, the files are looked at in intervals, and
//! [`Watcher::method`] says so. What a save leads to is left to the caller.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{EventKind, RecursiveMode, Watcher as _};

/// How often files are looked at where no events can be relied on.
const POLL: Duration = Duration::from_millis(200);

/// How often they are looked at all the same where events can be: a safety net.
const SWEEP: Duration = Duration::from_secs(1);

/// How saves are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// The kernel says so, at once.
    Events,
    /// By looking in intervals; with the reason.
    Polling {
        /// Why events cannot be relied on.
        why: String,
    },
}

/// A watch on some files; it ends when this is dropped.
#[derive(Debug)]
pub struct Watcher {
    method: Method,
    stop: Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    /// Something happened that may complete a save.
    Look,
    /// The watch is over.
    Stop,
}

/// What a save changes: the file's identity, length and time of modification.
/// Rights, owner and links may change without one.
type Stamp = (u64, u64, u64, i64, i64);

impl Watcher {
    /// Watches `files`, which need not be there yet; their folders must be. Calls
    /// `on_save` after each save, from a thread of its own.
    #[must_use]
    pub fn start(files: &[PathBuf], on_save: impl Fn() + Send + 'static) -> Self {
        let (stop, messages) = channel();
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        let watcher = watch_folders(&folders, stop.clone());
        let method = match &watcher {
            Err(error) => Method::Polling { why: format!("the kernel gives no file events here: {error}") },
            Ok(_) => {
                folders.iter().find_map(|folder| shared_with_others(folder)).map_or(Method::Events, |kind| {
                    Method::Polling { why: format!("files on {kind} may be saved from another machine") }
                })
            }
        };
        let interval = if method == Method::Events { SWEEP } else { POLL };
        // The stamps are taken before this returns: what is saved afterwards is a save.
        let files = Files::new(files);
        let thread = std::thread::spawn(move || {
            let _watcher = watcher;
            look_on(files, &messages, interval, on_save);
        });
        Self { method, stop, thread: Some(thread) }
    }

    /// How saves are noticed.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // Both fail only where the thread has ended already.
        let _ = self.stop.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch_folders(
    folders: &BTreeSet<&Path>,
    messages: Sender<Message>,
) -> notify::Result<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let look = match event {
            Ok(event) => event.need_rescan() || may_complete_a_save(event.kind),
            Err(_) => true,
        };
        if look {
            // Fails only where the watch is over.
            let _ = messages.send(Message::Look);
        }
    })?;
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// A write alone does not: more of them may follow until the file is closed.
const fn may_complete_a_save(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Metadata(_))
    )
}

/// The kind of a file system that another machine can write to behind this kernel's
/// back, by its magic number (`statfs(2)`).
fn shared_with_others(folder: &Path) -> Option<&'static str> {
    const KINDS: [(u64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x0102_1997, "9p"),
        (0x786f_4256, "a VirtualBox folder"),
        (0x6573_5546, "FUSE"),
    ];
    let kind = nix::sys::statfs::statfs(folder).ok()?.filesystem_type().0;
    // The field is signed on some targets; magic numbers are 32 bits on all.
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "the low 32 bits are meant")]
    let kind = u64::from(kind as u32);
    KINDS.iter().find(|&&(magic, _)| magic == kind).map(|&(_, name)| name)
}

struct Files {
    paths: Vec<PathBuf>,
    known: Vec<Option<Stamp>>,
    /// What the last look in intervals saw, where it differs from what is known.
    settling: Option<Vec<Option<Stamp>>>,
}

impl Files {
    fn new(paths: &[PathBuf]) -> Self {
        let known = paths.iter().map(|path| stamp(path)).collect();
        Self { paths: paths.to_vec(), known, settling: None }
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        self.paths.iter().map(|path| stamp(path)).collect()
    }

    /// Whether something was saved since it was last known. A file that is gone is half
    /// of a save at most.
    fn saved(&mut self, seen: Vec<Option<Stamp>>) -> bool {
        let saved = self.known.iter().zip(&seen).any(|(known, seen)| seen.is_some() && seen != known);
        for (known, seen) in self.known.iter_mut().zip(seen) {
            *known = seen.or(*known);
        }
        self.settling = None;
        saved
    }

    /// The same in intervals, where nobody says that a save is complete: it must look
    /// alike twice.
    fn settled(&mut self) -> bool {
        let seen = self.stamps();
        if self.settling.as_ref() == Some(&seen) {
            return self.saved(seen);
        }
        let differs = self.known.iter().zip(&seen).any(|(known, seen)| seen.is_some() && seen != known);
        self.settling = differs.then_some(seen);
        false
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let status = fs::metadata(path).ok()?;
    Some((status.dev(), status.ino(), status.size(), status.mtime(), status.mtime_nsec()))
}

fn look_on(mut files: Files, messages: &Receiver<Message>, interval: Duration, on_save: impl Fn()) {
    loop {
        let saved = match messages.recv_timeout(interval) {
            Ok(Message::Look) => {
                let seen = files.stamps();
                files.saved(seen)
            }
            Err(RecvTimeoutError::Timeout) => files.settled(),
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
        if saved {
            on_save();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::mpsc;

    /// Longer than any save takes to be noticed; waited out only where a test fails.
    const LONG: Duration = Duration::from_secs(10);

    struct Watched {
        directory: tempfile::TempDir,
        file: PathBuf,
        saves: Receiver<()>,
        _watcher: Watcher,
    }

    fn watched() -> Watched {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("reserve.rs");
        fs::write(&file, "fn main() {}").unwrap();
        let (sender, saves) = mpsc::channel();
        let watcher = Watcher::start(std::slice::from_ref(&file), move || {
            let _ = sender.send(());
        });
        assert_eq!(watcher.method(), &Method::Events);
        Watched { directory, file, saves, _watcher: watcher }
    }

    #[test]
    fn saves_by_rename_by_truncation_and_by_touch_are_noticed() {
        let watched = watched();
        let beside = watched.directory.path().join(".reserve.rs.swp");
        fs::write(&beside, "fn main() { one() }").unwrap();
        fs::rename(&beside, &watched.file).unwrap();
        watched.saves.recv_timeout(LONG).unwrap();

        fs::write(&watched.file, "fn main() { two() }").unwrap();
        watched.saves.recv_timeout(LONG).unwrap();

        let touched = std::time::SystemTime::now() + Duration::from_secs(5);
        fs::File::options().append(true).open(&watched.file).unwrap().set_modified(touched).unwrap();
        watched.saves.recv_timeout(LONG).unwrap();
    }

    #[test]
    fn a_file_that_was_away_is_a_save_when_it_is_back() {
        let watched = watched();
        let backup = watched.directory.path().join("reserve.rs~");
        fs::rename(&watched.file, &backup).unwrap();
        fs::write(&watched.file, "fn main() { three() }").unwrap();
        watched.saves.recv_timeout(LONG).unwrap();
    }

    #[test]
    fn rights_and_neighbours_are_no_saves() {
        let watched = watched();
        let mut rights = fs::metadata(&watched.file).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&watched.file, rights).unwrap();
        fs::write(watched.directory.path().join("notes.txt"), "x").unwrap();
        // What comes next is the save that is really one.
        let beside = watched.directory.path().join("new");
        fs::write(&beside, "fn main() { four() }").unwrap();
        fs::rename(&beside, &watched.file).unwrap();
        watched.saves.recv_timeout(LONG).unwrap();
        assert!(watched.saves.recv_timeout(Duration::from_millis(50)).is_err());
    }

    #[test]
    fn without_events_a_save_is_seen_once_it_has_settled() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("reserve.c");
        fs::write(&path, "one").unwrap();
        let mut files = Files::new(std::slice::from_ref(&path));
        assert!(!files.settled());
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!files.settled());
        file.write_all(b" and whole").unwrap();
        drop(file);
        assert!(!files.settled());
        assert!(files.settled());
        assert!(!files.settled());
        assert!(!files.settled());
    }

    #[test]
    fn a_folder_that_cannot_be_watched_is_polled_and_told() {
        let directory = tempfile::tempdir().unwrap();
        let nowhere = directory.path().join("gone").join("reserve.rs");
        let watcher = Watcher::start(&[nowhere], || {});
        assert!(matches!(watcher.method(), Method::Polling { .. }));
    }
}
