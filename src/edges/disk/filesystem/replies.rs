//! What replies to the kernel are made of: attributes, refusals, and the answers of the
//! model in the kernel's terms.

use std::time::Duration;

use fuser::{
    Errno, FileAttr, FileType, Generation, INodeNo, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite,
};

use crate::facts::powercut::content::PAGE;
use crate::facts::powercut::{Disk, Inode, Refusal};

/// The kernel is the only client, so what it knows stays true.
pub(super) const FOREVER: Duration = Duration::from_secs(3600);

/// A reply that can say no.
pub(super) trait Refuse: Send + 'static {
    fn refuse(self, errno: Errno);
}

macro_rules! refuse {
    ($($reply:ty),+) => {$(
        impl Refuse for $reply {
            fn refuse(self, errno: Errno) {
                self.error(errno);
            }
        }
    )+};
}
refuse!(
    ReplyAttr,
    ReplyCreate,
    ReplyData,
    ReplyDirectory,
    ReplyEmpty,
    ReplyEntry,
    ReplyOpen,
    ReplyStatfs,
    ReplyWrite
);

pub(super) fn inode(number: INodeNo) -> Inode {
    Inode(number.0)
}

pub(super) fn entry(reply: ReplyEntry, answer: Result<FileAttr, Refusal>) {
    match answer {
        Ok(attr) => reply.entry(&FOREVER, &attr, Generation(0)),
        Err(refusal) => reply.error(errno(refusal)),
    }
}

pub(super) fn finish(reply: ReplyEmpty, answer: Result<(), Refusal>) {
    match answer {
        Ok(()) => reply.ok(),
        Err(refusal) => reply.error(errno(refusal)),
    }
}

pub(super) fn file_type(disk: &Disk, inode: Inode) -> FileType {
    if disk.is_directory(inode) {
        FileType::Directory
    } else if disk.link_target(inode).is_ok() {
        FileType::Symlink
    } else {
        FileType::RegularFile
    }
}

pub(super) fn attr(disk: &Disk, inode: Inode) -> Result<FileAttr, Refusal> {
    let attributes = disk.attributes(inode)?;
    let (size, blocks) = match disk.file(inode) {
        Ok(file) => (file.written().length(), file.written().pages() * (PAGE as u64 / 512)),
        Err(_) => (disk.link_target(inode).map_or(0, |target| target.len() as u64), 0),
    };
    Ok(FileAttr {
        ino: INodeNo(inode.0),
        size,
        blocks,
        atime: attributes.modified,
        mtime: attributes.modified,
        ctime: attributes.modified,
        crtime: attributes.modified,
        kind: file_type(disk, inode),
        perm: attributes.permissions,
        nlink: disk.links(inode)?,
        uid: attributes.uid,
        gid: attributes.gid,
        rdev: 0,
        blksize: PAGE as u32,
        flags: 0,
    })
}

pub(super) fn errno(refusal: Refusal) -> Errno {
    match refusal {
        Refusal::NotFound => Errno::ENOENT,
        Refusal::Exists => Errno::EEXIST,
        Refusal::NotADirectory => Errno::ENOTDIR,
        Refusal::IsADirectory => Errno::EISDIR,
        Refusal::NotEmpty => Errno::ENOTEMPTY,
        Refusal::NoSpace => Errno::ENOSPC,
        Refusal::TooLarge => Errno::EFBIG,
        Refusal::Invalid => Errno::EINVAL,
    }
}
