//! The model, served to the kernel: one method a FUSE request.
//!
//! The kernel's page cache is kept (no direct I/O, so that `MAP_SHARED` works;
//! cached pages outlive an open), and its own write-back cache of lengths is not
//! asked for, so that a length is what the model says. Locks, `access` and
//! umask are the kernel's own. What replies are made of is in `replies`.

mod replies;

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo,
    LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty,
    ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use nix::libc;

use replies::{FOREVER, Refuse, attr, entry, errno, file_type, finish, inode};

use super::state::{Admission, FlushFate, FlushOutcome, Phase, Shared, State, What, Wish};
use crate::facts::powercut::content::{Content, PAGE};
use crate::facts::powercut::image::Attributes;
use crate::facts::powercut::{Disk, Inode, Kind, Refusal};

/// The longest name, in bytes, as on ext4.
const LONGEST_NAME: usize = 255;

pub(super) struct PowerCutFs {
    shared: Arc<Shared>,
    listings: Mutex<Listings>,
}

/// Directories are listed as they were when opened, so that removing while
/// listing skips nothing.
#[derive(Default)]
struct Listings {
    open: HashMap<u64, Vec<(Inode, FileType, OsString)>>,
    next: u64,
}

impl PowerCutFs {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, listings: Mutex::default() }
    }

    /// The state, if the request may be served now.
    fn admit<R: Refuse>(&self, wish: Wish, reply: R) -> Option<(MutexGuard<'_, State>, R)> {
        let mut state = self.shared.lock();
        match state.admits(wish) {
            Admission::Served => Some((state, reply)),
            Admission::HeldBack => {
                state.hold(Box::new(move || reply.refuse(Errno::EIO)));
                None
            }
            Admission::Refused => {
                drop(state);
                reply.refuse(Errno::EIO);
                None
            }
        }
    }

    fn listings(&self) -> MutexGuard<'_, Listings> {
        self.listings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(
        &self,
        state: &mut State,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        kind: Kind,
    ) -> Result<FileAttr, Refusal> {
        let attributes = Attributes {
            permissions: (mode & 0o7777) as u16,
            uid: request.uid(),
            gid: request.gid(),
            modified: SystemTime::now(),
        };
        let parent = inode(parent);
        let made = state.disk.create(parent, name, attributes, kind)?;
        let path = state.remember(parent, name, made);
        state.note(&path, What::Create);
        attr(&state.disk, made)
    }

    fn flush_with(
        &self,
        target: Inode,
        reply: ReplyEmpty,
        flush: impl FnOnce(&mut Disk) -> Result<(), Refusal>,
        fail: impl FnOnce(&mut Disk) -> Result<(), Refusal>,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Flush, reply) else { return };
        let fate = state.count_flush();
        let number = state.flushes;
        let note = |state: &mut State, outcome| state.note_of(target, What::Flush { number, outcome });
        match fate {
            FlushFate::Do | FlushFate::DoAndCut => {
                let answer = flush(&mut state.disk);
                note(&mut state, FlushOutcome::Done);
                if matches!(fate, FlushFate::DoAndCut) {
                    self.shared.begin_cut(&mut state, Phase::Cutting);
                }
                drop(state);
                finish(reply, answer);
            }
            FlushFate::Fail => {
                let answer = fail(&mut state.disk);
                note(&mut state, FlushOutcome::Failed);
                drop(state);
                reply.error(answer.err().map_or(Errno::EIO, errno));
            }
            FlushFate::CutOff => {
                note(&mut state, FlushOutcome::CutOff);
                self.shared.begin_cut(&mut state, Phase::Cutting);
                state.hold(Box::new(move || reply.error(Errno::EIO)));
            }
        }
    }
}

impl Filesystem for PowerCutFs {
    fn lookup(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let Some((mut state, reply)) = self.admit(Wish::Look, reply) else { return };
        let found = state.disk.lookup(inode(parent), name).and_then(|child| {
            state.remember(inode(parent), name, child);
            attr(&state.disk, child)
        });
        drop(state);
        entry(reply, found);
    }

    fn getattr(&self, _req: &Request, ino: INodeNo, _fh: Option<FileHandle>, reply: ReplyAttr) {
        let Some((state, reply)) = self.admit(Wish::Look, reply) else { return };
        match attr(&state.disk, inode(ino)) {
            Ok(attr) => reply.attr(&FOREVER, &attr),
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn setattr(
        &self,
        _req: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        uid: Option<u32>,
        gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let target = inode(ino);
        let mut change = || {
            let mut attributes = state.disk.attributes(target)?;
            if let Some(length) = size {
                state.disk.truncate(target, length)?;
                state.note_of(target, What::Truncate { length });
                attributes.modified = SystemTime::now();
            }
            if let Some(mode) = mode {
                attributes.permissions = (mode & 0o7777) as u16;
            }
            attributes.uid = uid.unwrap_or(attributes.uid);
            attributes.gid = gid.unwrap_or(attributes.gid);
            match mtime {
                Some(TimeOrNow::SpecificTime(time)) => attributes.modified = time,
                Some(TimeOrNow::Now) => attributes.modified = SystemTime::now(),
                None => {}
            }
            state.disk.set_attributes(target, attributes)?;
            attr(&state.disk, target)
        };
        match change() {
            Ok(attr) => reply.attr(&FOREVER, &attr),
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn readlink(&self, _req: &Request, ino: INodeNo, reply: ReplyData) {
        let Some((state, reply)) = self.admit(Wish::Look, reply) else { return };
        match state.disk.link_target(inode(ino)) {
            Ok(target) => reply.data(target.as_encoded_bytes()),
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn mknod(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _rdev: u32,
        reply: ReplyEntry,
    ) {
        if mode & libc::S_IFMT != libc::S_IFREG {
            return reply.error(Errno::EPERM);
        }
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let made = self.make(&mut state, req, parent, name, mode, Kind::File(Content::default()));
        entry(reply, made);
    }

    fn mkdir(&self, req: &Request, parent: INodeNo, name: &OsStr, mode: u32, _umask: u32, reply: ReplyEntry) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let made = self.make(&mut state, req, parent, name, mode, Kind::Directory(BTreeMap::new()));
        entry(reply, made);
    }

    fn symlink(&self, req: &Request, parent: INodeNo, name: &OsStr, target: &Path, reply: ReplyEntry) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let made = self.make(&mut state, req, parent, name, 0o777, Kind::Link(target.into()));
        entry(reply, made);
    }

    fn create(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        match self.make(&mut state, req, parent, name, mode, Kind::File(Content::default())) {
            Ok(attr) => {
                state.disk.opened(inode(attr.ino));
                reply.created(&FOREVER, &attr, Generation(0), FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
            }
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn link(&self, _req: &Request, ino: INodeNo, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let linked = state.disk.link(inode(ino), inode(parent), name);
        if linked.is_ok() {
            let path = state.path(inode(parent), name);
            state.note(&path, What::Create);
        }
        entry(reply, linked.and_then(|()| attr(&state.disk, inode(ino))));
    }

    fn unlink(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let removed = state.disk.unlink(inode(parent), name);
        if removed.is_ok() {
            let path = state.path(inode(parent), name);
            state.note(&path, What::Remove);
        }
        finish(reply, removed);
    }

    fn rmdir(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let removed = state.disk.remove_directory(inode(parent), name);
        if removed.is_ok() {
            let path = state.path(inode(parent), name);
            state.note(&path, What::Remove);
        }
        finish(reply, removed);
    }

    fn rename(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        new_parent: INodeNo,
        new_name: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let (from, to) = ((inode(parent), name), (inode(new_parent), new_name));
        let renamed = if flags.is_empty() {
            state.disk.rename(from, to)
        } else if flags == RenameFlags::RENAME_NOREPLACE {
            match state.disk.lookup(to.0, to.1) {
                Ok(_) => Err(Refusal::Exists),
                Err(_) => state.disk.rename(from, to),
            }
        } else if flags == RenameFlags::RENAME_EXCHANGE {
            state.disk.exchange(from, to)
        } else {
            Err(Refusal::Invalid)
        };
        if renamed.is_ok() {
            let path = state.path(from.0, from.1);
            let new_path = state.path(to.0, to.1);
            if let Ok(moved) = state.disk.lookup(to.0, to.1) {
                state.remember(to.0, to.1, moved);
            }
            state.note(&path, What::Rename { to: new_path });
        }
        finish(reply, renamed);
    }

    fn open(&self, _req: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        let Some((mut state, reply)) = self.admit(Wish::Look, reply) else { return };
        state.disk.opened(inode(ino));
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn read(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let Some((state, reply)) = self.admit(Wish::Look, reply) else { return };
        match state.disk.file(inode(ino)) {
            Ok(file) => reply.data(&file.written().read(offset, size as usize)),
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn write(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        data: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let target = inode(ino);
        match state.disk.write(target, offset, data) {
            Ok(()) => {
                if let Ok(attributes) = state.disk.attributes(target) {
                    let modified = SystemTime::now();
                    // The inode is there: it was written to.
                    let _ = state.disk.set_attributes(target, Attributes { modified, ..attributes });
                }
                state.note_of(target, What::Write { offset, length: data.len() as u64 });
                if state.count_write() {
                    self.shared.begin_cut(&mut state, Phase::Frozen);
                }
                reply.written(data.len() as u32);
            }
            Err(refusal) => {
                if refusal == Refusal::NoSpace {
                    state.note_of(target, What::NoSpace);
                }
                reply.error(errno(refusal));
            }
        }
    }

    /// Not a flush at all: `close(2)` of a descriptor.
    fn flush(&self, _req: &Request, _ino: INodeNo, _fh: FileHandle, _owner: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn release(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        _flush: bool,
        reply: ReplyEmpty,
    ) {
        self.shared.lock().disk.released(inode(ino));
        reply.ok();
    }

    fn fsync(&self, _req: &Request, ino: INodeNo, _fh: FileHandle, _datasync: bool, reply: ReplyEmpty) {
        let target = inode(ino);
        self.flush_with(target, reply, |disk| disk.flush_file(target), |disk| disk.fail_flush(target));
    }

    fn fsyncdir(&self, _req: &Request, ino: INodeNo, _fh: FileHandle, _datasync: bool, reply: ReplyEmpty) {
        let target = inode(ino);
        self.flush_with(target, reply, |disk| disk.flush_directory(target), |_| Ok(()));
    }

    fn opendir(&self, _req: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        let Some((state, reply)) = self.admit(Wish::Look, reply) else { return };
        let listing = state.disk.list(inode(ino)).map(|entries| {
            let dots = [".", ".."].map(|dots| (inode(ino), FileType::Directory, OsString::from(dots)));
            let entries =
                entries.map(|(name, child)| (child, file_type(&state.disk, child), name.to_owned()));
            dots.into_iter().chain(entries).collect()
        });
        drop(state);
        match listing {
            Ok(listing) => {
                let mut listings = self.listings();
                listings.next += 1;
                let handle = listings.next;
                listings.open.insert(handle, listing);
                reply.opened(FileHandle(handle), FopenFlags::empty());
            }
            Err(refusal) => reply.error(errno(refusal)),
        }
    }

    fn readdir(&self, _req: &Request, _ino: INodeNo, fh: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let listings = self.listings();
        let listing = listings.open.get(&fh.0).map_or(&[][..], Vec::as_slice);
        let rest = (1..).zip(listing).skip(usize::try_from(offset).unwrap_or(usize::MAX));
        for (next, (child, file_type, name)) in rest {
            if reply.add(INodeNo(child.0), next, *file_type, name) {
                break;
            }
        }
        reply.ok();
    }

    fn releasedir(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        _flags: OpenFlags,
        reply: ReplyEmpty,
    ) {
        self.listings().open.remove(&fh.0);
        reply.ok();
    }

    fn statfs(&self, _req: &Request, _ino: INodeNo, reply: ReplyStatfs) {
        let (capacity, free) = self.shared.lock().disk.room();
        let (page, longest) = (PAGE as u32, LONGEST_NAME as u32);
        reply.statfs(capacity, free, free, u64::from(u32::MAX), u64::from(u32::MAX), page, longest, page);
    }

    /// Reserving keeps no room: the model counts pages when they are written.
    fn fallocate(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        length: u64,
        mode: i32,
        reply: ReplyEmpty,
    ) {
        let Some((mut state, reply)) = self.admit(Wish::Change, reply) else { return };
        let target = inode(ino);
        let mut allocate = || {
            let end = offset.checked_add(length).ok_or(Refusal::TooLarge)?;
            if length.div_ceil(PAGE as u64) > state.disk.room().1 {
                return Err(Refusal::NoSpace);
            }
            if mode == 0 && end > state.disk.file(target)?.written().length() {
                state.disk.truncate(target, end)?;
                state.note_of(target, What::Truncate { length: end });
            }
            Ok(())
        };
        match mode {
            0 | libc::FALLOC_FL_KEEP_SIZE => {
                let answer = allocate();
                finish(reply, answer);
            }
            _ => reply.error(Errno::EOPNOTSUPP),
        }
    }
}
