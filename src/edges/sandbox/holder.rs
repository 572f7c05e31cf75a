//! The process that holds an enclosure's namespaces: the first one in them, so that the kernel
//! kills every other when it ends (`pid_namespaces(7)`), and the one to which orphans fall.
//!
//! It is a copy of the runner that puts the new root together, says so, and then only waits for the
//! runner to be done or gone. It holds no descriptor but the one that it waits on. Nobody inside
//! can look into it: it keeps the capabilities that they have given up (`ptrace(2)`), and
//! the `/proc` in there does not show it.
#![expect(unsafe_code, reason = "a raw clone, and a process that may make system calls only")]

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::ptr;

use libc::{c_int, c_long, pid_t};

use super::view::{self, Shown, Step, View};

/// What a holder needs, all of it made before it is.
pub(super) struct Plan {
    /// `CLONE_NEW*`.
    pub(super) kinds: c_int,
    /// What is to be seen.
    pub(super) view: View,
    /// Of a user namespace: what goes into `uid_map` and `gid_map` (`user_namespaces(7)`).
    pub(super) ids: Option<[CString; 2]>,
}

/// What a holder was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Stage {
    Ids,
    Private,
    Root,
    Places,
    Shown,
    ReadOnly,
    Proc,
    Enter,
    Ready,
}

const STAGES: [Stage; 9] = [
    Stage::Ids,
    Stage::Private,
    Stage::Root,
    Stage::Places,
    Stage::Shown,
    Stage::ReadOnly,
    Stage::Proc,
    Stage::Enter,
    Stage::Ready,
];

impl Stage {
    /// What the system refused, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Ids => "mapping this user into a user namespace",
            Self::Private => "making a mount namespace private",
            Self::Root => "mounting an empty root",
            Self::Places => "making folders in it",
            Self::Shown => "mounting files in it",
            Self::ReadOnly => "making them read-only (Linux 5.12)",
            Self::Proc => "mounting a /proc of its own",
            Self::Enter => "changing to the new root",
            Self::Ready => "telling that it is ready",
        }
    }
}

/// Why there is no holder.
pub(super) enum Failure {
    /// It could not be made.
    Making(io::Error),
    /// It failed in this.
    At(Stage, io::Error),
}

/// Makes a holder, which ends when the other end of `leash` is closed everywhere.
///
/// On failure it is gone already, or ends at once; who called waits for it.
pub(super) fn make(plan: &Plan, leash: &OwnedFd, report: &OwnedFd) -> io::Result<pid_t> {
    let flags = plan.kinds | libc::SIGCHLD;
    let (leash, report) = (leash.as_raw_fd(), report.as_raw_fd());
    // SAFETY: as fork(2): the child gets a copy of this process, makes system calls only, touches only
    // what `plan` holds, and never returns.
    match unsafe { libc::syscall(libc::SYS_clone, flags as c_long, 0, 0, 0, 0) } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: we are the single thread of a fresh process.
        0 => unsafe { hold(plan, leash, report) },
        pid => Ok(pid as pid_t),
    }
}

/// What a holder has said: nothing is wrong if it was [`Stage::Ready`].
pub(super) fn said(report: [u8; 5]) -> Result<(), Failure> {
    let [stage, errno @ ..] = report;
    let error = io::Error::from_raw_os_error(i32::from_ne_bytes(errno));
    match STAGES.get(usize::from(stage)) {
        Some(Stage::Ready) => Ok(()),
        Some(stage) => Err(Failure::At(*stage, error)),
        None => Err(Failure::Making(error)),
    }
}

/// # Safety
/// Only in a freshly made process with one thread, of which this becomes the whole life.
unsafe fn hold(plan: &Plan, leash: RawFd, report: RawFd) -> ! {
    const LEASH: RawFd = 0;
    const REPORT: RawFd = 1;
    // SAFETY: for the whole body: system calls on this process's own state, with pointers into
    // `plan` and to locals, which outlive them.
    unsafe {
        libc::setsid();
        for signal in 1..=libc::SIGRTMAX() {
            libc::signal(signal, libc::SIG_DFL);
        }
        // Whoever falls to it is forgotten at once.
        libc::signal(libc::SIGCHLD, libc::SIG_IGN);
        // The two pipes may be where they are wanted, in any order.
        let (leash, report) = (libc::fcntl(leash, libc::F_DUPFD, 10), libc::fcntl(report, libc::F_DUPFD, 10));
        libc::dup2(leash, LEASH);
        libc::dup2(report, REPORT);
        libc::syscall(libc::SYS_close_range, REPORT + 1, u32::MAX, 0);
        let stage = prepare(plan);
        let errno = if stage == Stage::Ready { 0 } else { *libc::__errno_location() };
        let [a, b, c, d] = errno.to_ne_bytes();
        let told = [stage as u8, a, b, c, d];
        libc::write(REPORT, told.as_ptr().cast(), told.len());
        libc::close(REPORT);
        if stage == Stage::Ready {
            let mut byte = 0_u8;
            while libc::read(LEASH, (&raw mut byte).cast(), 1) == -1 {}
        }
        libc::_exit(0)
    }
}

/// Puts the root together and enters it; tells how far it came, with errno where that was not the end.
///
/// # Safety
/// As [`hold`].
unsafe fn prepare(plan: &Plan) -> Stage {
    const NO_TEXT: *const libc::c_char = ptr::null();
    const QUIET: libc::c_ulong = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    let root = c"/proc";
    debug_assert_eq!(root.to_bytes(), view::ROOT.as_bytes());
    // SAFETY: as `hold`.
    unsafe {
        if let Some([users, groups]) = &plan.ids
            && !(fill(c"/proc/self/setgroups", c"deny")
                && fill(c"/proc/self/uid_map", users)
                && fill(c"/proc/self/gid_map", groups))
        {
            return Stage::Ids;
        }
        let private = libc::MS_REC | libc::MS_PRIVATE;
        if libc::mount(NO_TEXT, c"/".as_ptr(), NO_TEXT, private, ptr::null()) == -1 {
            return Stage::Private;
        }
        let (kind, options) = (c"tmpfs".as_ptr(), c"mode=0755,size=1m,nr_inodes=4096".as_ptr());
        if libc::mount(kind, root.as_ptr(), kind, QUIET, options.cast()) == -1 {
            return Stage::Root;
        }
        libc::umask(0o022);
        if !plan.view.places.iter().all(|step| place(step)) {
            return Stage::Places;
        }
        if !plan.view.readable.iter().all(|shown| show(shown)) {
            return Stage::Shown;
        }
        if !make_read_only(root) {
            return Stage::ReadOnly;
        }
        if !plan.view.writable.iter().all(|shown| show(shown)) {
            return Stage::Shown;
        }
        let proc = c"proc".as_ptr();
        // Only processes that whoever looks may trace (Linux 5.8): this one is not among them.
        let options = c"hidepid=4".as_ptr().cast();
        if libc::mount(proc, c"/proc/proc".as_ptr(), proc, QUIET | libc::MS_RDONLY, options) == -1 {
            return Stage::Proc;
        }
        // The old root ends up on the new one, and goes (pivot_root(2)).
        if libc::chdir(root.as_ptr()) == -1
            || libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) == -1
            || libc::umount2(c".".as_ptr(), libc::MNT_DETACH) == -1
            || libc::chdir(c"/".as_ptr()) == -1
        {
            return Stage::Enter;
        }
        Stage::Ready
    }
}

/// # Safety
/// As [`hold`].
unsafe fn place(step: &Step) -> bool {
    // SAFETY: as `hold`.
    unsafe {
        match step {
            Step::Folder(at) => {
                libc::mkdir(at.as_ptr(), 0o755) == 0 || *libc::__errno_location() == libc::EEXIST
            }
            Step::File(at) => {
                let file = libc::open(at.as_ptr(), libc::O_CREAT | libc::O_WRONLY | libc::O_CLOEXEC, 0o644);
                file != -1 && libc::close(file) == 0
            }
            Step::Link { to, at } => libc::symlink(to.as_ptr(), at.as_ptr()) == 0,
        }
    }
}

/// # Safety
/// As [`hold`].
unsafe fn show(shown: &Shown) -> bool {
    // SAFETY: as `hold`.
    unsafe {
        let bound = libc::MS_BIND | libc::MS_REC;
        libc::mount(shown.what.as_ptr(), shown.at.as_ptr(), ptr::null(), bound, ptr::null()) == 0
    }
}

/// All that is mounted at and below `root` (`mount_setattr(2)`).
///
/// # Safety
/// As [`hold`].
unsafe fn make_read_only(root: &CStr) -> bool {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let (flags, size) = (libc::AT_RECURSIVE, size_of::<libc::mount_attr>());
    // SAFETY: reads a text and a structure of the size that is told, which outlive the call.
    unsafe {
        let changed = libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            root.as_ptr(),
            flags,
            &raw const attributes,
            size,
        );
        changed == 0
    }
}

/// Writes `text` into a file that is there.
///
/// # Safety
/// As [`hold`].
unsafe fn fill(path: &CStr, text: &CStr) -> bool {
    // SAFETY: as `hold`.
    unsafe {
        let file = libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
        let length = text.to_bytes().len();
        let written = file != -1 && libc::write(file, text.as_ptr().cast(), length) == length as isize;
        if file != -1 {
            libc::close(file);
        }
        written
    }
}
