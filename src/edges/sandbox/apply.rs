//! Laying a confinement on a process that the standard library starts, between fork and exec.
#![expect(unsafe_code, reason = "pre_exec and the raw calls that confine the child")]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::ptr;

use libc::{c_int, c_long};

use crate::vocabulary::confinement::{
    BpfInstruction, CapabilityHeader, CapabilityWord, Confinement, INTO_GROUP, KEPT_CAPABILITY, Namespaces,
    PATH_BENEATH, Privileges,
};

/// Lays `confinement` on the process that `command` will start, between fork and exec.
///
/// In namespaces the process that is started stays outside, waits for the one inside, and
/// ends as that did.
pub fn apply(command: &mut Command, confinement: Confinement) {
    let directory = command.get_current_dir().map(|directory| directory.to_owned());
    let directory = directory.or_else(|| std::env::current_dir().ok());
    let directory = directory.and_then(|path| CString::new(path.as_os_str().as_bytes()).ok());
    let lay_on = move || {
        if let Some(namespaces) = &confinement.namespaces {
            enter(namespaces, confinement.birthplace.as_ref().map(AsRawFd::as_raw_fd))?;
            if let Some(directory) = &directory {
                // SAFETY: reads a text that outlives the call.
                check(unsafe { c_long::from(libc::chdir(directory.as_ptr())) })?;
            }
        }
        for limit in &confinement.limits {
            let value = libc::rlimit64 { rlim_cur: limit.soft, rlim_max: limit.hard };
            // SAFETY: reads a local; changes this process alone.
            check(unsafe {
                let none = ptr::null_mut::<libc::rlimit64>();
                libc::syscall(libc::SYS_prlimit64, 0, limit.resource, &raw const value, none)
            })?;
        }
        if let Some(mask) = confinement.umask {
            // SAFETY: has no pointers and cannot fail.
            unsafe { libc::umask(mask as libc::mode_t) };
        }
        if confinement.privileges == Privileges::Drop {
            drop_privileges()?;
        }
        // SAFETY: has no pointers.
        check(unsafe {
            libc::syscall(libc::SYS_prctl, libc::PR_SET_NO_NEW_PRIVS, 1_u64, 0_u64, 0_u64, 0_u64)
        })?;
        if let Some(ruleset) = &confinement.landlock {
            let descriptor = ruleset.as_raw_fd();
            if let Some(namespaces) = &confinement.namespaces {
                allow_proc(descriptor, namespaces)?;
            }
            let flags = confinement.landlock_flags;
            // SAFETY: has no pointers; the descriptor is open.
            check(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, descriptor, flags) })?;
        }
        for filter in &confinement.filters {
            install(filter)?;
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls only; it neither allocates nor takes a lock.
    unsafe { command.pre_exec(lay_on) };
}

/// Has the process that `command` will start enter namespaces and end there, with success.
pub(super) fn leave_at_once(command: &mut Command, confinement: Confinement) {
    let lay_on = move || {
        if let Some(namespaces) = &confinement.namespaces {
            enter(namespaces, None)?;
        }
        // SAFETY: ends this process, and runs no destructor of the runner's.
        unsafe { libc::_exit(0) }
    };
    // SAFETY: as in `apply`.
    unsafe { command.pre_exec(lay_on) };
}

/// Enters namespaces. A process cannot change its own id's: another comes back from here, inside and
/// in the control group of that directory, and this one stays and ends as that one does.
fn enter(namespaces: &Namespaces, birthplace: Option<RawFd>) -> io::Result<()> {
    // SAFETY: system calls with pointers to locals only, in a process with one thread; what the standard library
    // has open in it for its own purposes is the other's from here on.
    unsafe {
        check(libc::syscall(libc::SYS_setns, namespaces.holder.as_raw_fd(), namespaces.kinds))?;
        let made = match birthplace {
            None => libc::syscall(libc::SYS_clone, c_long::from(libc::SIGCHLD), 0, 0, 0, 0),
            Some(group) => {
                let mut wanted: libc::clone_args = std::mem::zeroed();
                wanted.flags = INTO_GROUP;
                wanted.exit_signal = libc::SIGCHLD as u64;
                wanted.cgroup = group as u64;
                libc::syscall(libc::SYS_clone3, &raw const wanted, size_of::<libc::clone_args>())
            }
        };
        match made {
            -1 => Err(io::Error::last_os_error()),
            0 => Ok(()),
            inside => stand_for(inside as libc::pid_t),
        }
    }
}

/// Waits for the process inside and ends as it did.
///
/// # Safety
/// Only in a freshly forked process with one thread, which ends here.
unsafe fn stand_for(inside: libc::pid_t) -> ! {
    // SAFETY: system calls with pointers to locals only.
    unsafe {
        libc::syscall(libc::SYS_close_range, 0, u32::MAX, 0);
        let mut status: c_int = 0;
        while libc::waitpid(inside, &raw mut status, 0) == -1 && *libc::__errno_location() == libc::EINTR {}
        if libc::WIFSIGNALED(status) {
            let signal = libc::WTERMSIG(status);
            let core = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            libc::setrlimit(libc::RLIMIT_CORE, &raw const core);
            libc::signal(signal, libc::SIG_DFL);
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
            libc::kill(libc::getpid(), signal);
        }
        libc::_exit(libc::WEXITSTATUS(status))
    }
}

/// Adds the `/proc` that is seen from here to a ruleset.
fn allow_proc(ruleset: c_int, namespaces: &Namespaces) -> io::Result<()> {
    // SAFETY: the text and the rule outlive the calls that read them.
    unsafe {
        let proc = libc::open(c"/proc".as_ptr(), libc::O_PATH | libc::O_CLOEXEC);
        check(c_long::from(proc))?;
        let rule = namespaces.proc_rule(proc);
        let added =
            check(libc::syscall(libc::SYS_landlock_add_rule, ruleset, PATH_BENEATH, &raw const rule, 0));
        libc::close(proc);
        added
    }
}

/// Gives up all capabilities but [`KEPT_CAPABILITY`]. Together with `NO_NEW_PRIVS` none come back
/// with exec, not even for root (`capabilities(7)`).
fn drop_privileges() -> io::Result<()> {
    let header = CapabilityHeader::OWN;
    let kept = CapabilityWord { effective: KEPT_CAPABILITY, permitted: KEPT_CAPABILITY, inheritable: 0 };
    let mut held = [CapabilityWord::default(); 2];
    // SAFETY: both calls are given a header and two words, as version 3 has it; they outlive the calls.
    unsafe {
        check(libc::syscall(libc::SYS_capget, &raw const header, held.as_mut_ptr()))?;
        let wanted = [kept.within(held[0]), CapabilityWord::default()];
        check(libc::syscall(libc::SYS_capset, &raw const header, wanted.as_ptr()))
    }
}

fn install(filter: &[BpfInstruction]) -> io::Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).unwrap_or(u16::MAX),
        // `BpfInstruction` is laid out as `sock_filter`; the kernel only reads it.
        filter: filter.as_ptr().cast_mut().cast(),
    };
    // SAFETY: the program and its instructions outlive the call.
    check(unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program) })
}

fn check(result: c_long) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
