//! A process in other namespaces than ours, and yet our child.
//!
//! Entering a namespace of process ids takes only the children of whoever enters it in
//! (`setns(2)`). So a process in between enters, makes the child as a sister of its own
//! (`CLONE_PARENT`), and ends. It shares our memory while this thread stands still, as with
//! `vfork(2)`, so that nothing is copied but for the child.
#![expect(unsafe_code, reason = "clone and raw system calls")]

use std::ffi::c_void;
use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::ptr;

use libc::{c_int, c_long, pid_t};

use crate::vocabulary::confinement::{INTO_GROUP, Namespaces};

/// What the child becomes: it is given `argument` and never returns.
pub(super) struct Life {
    pub(super) live: unsafe fn(*const c_void) -> !,
    pub(super) argument: *const c_void,
}

struct Passage<'a> {
    namespaces: &'a Namespaces,
    birthplace: Option<BorrowedFd<'a>>,
    life: Life,
    /// The child's id as it is here, or an errno.
    made: Result<pid_t, c_int>,
}

/// Room for the process in between and for the child's first steps; each has a copy of it or
/// it alone.
const STACK: usize = 128 << 10;

/// Forks a process that is in `namespaces`, in the control group of that directory, and leads `life`;
/// gives its id as it is here.
///
/// # Safety
/// As `fork(2)` in a process with threads: `life` may make only async-signal-safe calls.
pub(super) unsafe fn fork(
    namespaces: &Namespaces,
    birthplace: Option<BorrowedFd<'_>>,
    life: Life,
) -> io::Result<pid_t> {
    let mut stack = vec![0_u128; STACK / size_of::<u128>()];
    let mut passage = Passage { namespaces, birthplace, life, made: Err(libc::ECHILD) };
    // SAFETY: the stack, aligned as every architecture wants it, and the passage outlive the
    // process in between, for which CLONE_VFORK waits. No handler of ours runs in it, or on its stack:
    // all signals are blocked meanwhile.
    let between = unsafe {
        let (mut all, mut before) = (std::mem::zeroed::<libc::sigset_t>(), std::mem::zeroed());
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        let top = stack.as_mut_ptr().add(stack.len());
        let between = libc::clone(pass, top.cast(), flags, (&raw mut passage).cast());
        let error = io::Error::last_os_error();
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        if between == -1 {
            return Err(error);
        }
        between
    };
    // SAFETY: waits for a child of ours that has ended; asks for nothing else.
    while unsafe { libc::waitpid(between, ptr::null_mut(), libc::__WALL) } == -1
        && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
    {}
    passage.made.map_err(io::Error::from_raw_os_error)
}

/// The process in between; and, from the second clone on, the child too.
extern "C" fn pass(passage: *mut c_void) -> c_int {
    // SAFETY: the passage is that of `fork`, which stands still; nobody else uses it.
    let passage = unsafe { &mut *passage.cast::<Passage<'_>>() };
    // SAFETY: system calls without pointers. The child has a copy of all memory, this stack included.
    unsafe {
        let namespaces = passage.namespaces;
        if libc::syscall(libc::SYS_setns, namespaces.holder.as_raw_fd(), namespaces.kinds) == -1 {
            passage.made = Err(*libc::__errno_location());
            return 1;
        }
        let child = match passage.birthplace {
            None => {
                let flags = libc::CLONE_PARENT | libc::SIGCHLD;
                libc::syscall(libc::SYS_clone, c_long::from(flags), 0, 0, 0, 0)
            }
            Some(group) => {
                let wanted = born_in(group);
                libc::syscall(libc::SYS_clone3, &raw const wanted, size_of::<libc::clone_args>())
            }
        };
        match child {
            -1 => passage.made = Err(*libc::__errno_location()),
            0 => (passage.life.live)(passage.life.argument),
            child => passage.made = Ok(child as pid_t),
        }
    }
    0
}

/// A sister's birth in a control group of version 2. Her end is told by the signal by which that of
/// the process in between is.
fn born_in(group: BorrowedFd<'_>) -> libc::clone_args {
    // SAFETY: integers only, for which all zeroes stand for "nothing asked for".
    let mut wanted: libc::clone_args = unsafe { std::mem::zeroed() };
    wanted.flags = libc::CLONE_PARENT as u64 | INTO_GROUP;
    wanted.cgroup = group.as_raw_fd() as u64;
    wanted
}
