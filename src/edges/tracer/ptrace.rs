//! `ptrace(2)`, `waitid(2)` and `process_vm_readv(2)`, one thin function for each
//! request that the tracer makes.
//!
//! nix's wrappers are not used where they read the stop's signal into an enum
//! that has no real-time signals: such a stop would be consumed and lost.
//!
//! All requests must come from the thread that attached. `ESRCH` means that the
//! thread is gone (killed under our hands): callers take it for "its end will be reported".
#![expect(unsafe_code, reason = "ptrace and wait have no safe wrapper that keeps every signal")]

use std::fs::File;
use std::io;
use std::mem::{self, MaybeUninit};
use std::os::unix::fs::FileExt as _;

use libc::{c_int, c_long, c_uint, c_void, pid_t};

/// `PTRACE_EVENT_STOP` (`linux/ptrace.h`), which the libc crate lacks for glibc.
const EVENT_STOP: c_int = 128;

/// What a wait told about a traced thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It exited with this status.
    Exited(i32),
    /// This signal ended it.
    Signalled(c_int),
    /// It has stopped.
    Stopped(Stop),
}

/// Why a traced thread stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Before a call that the filter marked.
    Seccomp,
    /// Behind a call (or before it, where every call is stopped).
    Syscall,
    /// It has made a process or a thread.
    Child,
    /// It has executed another program.
    Exec,
    /// It is about to end; its books can still be read.
    Exit,
    /// A stopping signal has stopped its whole group.
    Group,
    /// It was interrupted, or has just been attached.
    Interrupted,
    /// This signal is about to be delivered to it.
    Signal(c_int),
    /// An event that was not asked for.
    Other,
}

/// The system call at which a thread stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum SyscallStop {
    /// Before it.
    Entry {
        /// Its number.
        number: u64,
        /// Its six argument registers.
        arguments: [u64; 6],
        /// The filter's data, where the filter stopped it.
        data: Option<u32>,
    },
    /// Behind it: what it returned, a negative errno for a failure.
    Exit {
        /// The value.
        value: i64,
    },
    /// At none.
    None,
}

fn request(request: c_uint, thread: pid_t, address: usize, data: usize) -> io::Result<()> {
    // SAFETY: the requests made through here read and write no memory of this process.
    let result = unsafe { libc::ptrace(request, thread, address as *mut c_void, data as *mut c_void) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Attaches to `thread` without stopping it, its future children included. It is killed if this thread ends.
pub(super) fn seize(thread: pid_t) -> io::Result<()> {
    let options = libc::PTRACE_O_TRACESYSGOOD
        | libc::PTRACE_O_TRACEFORK
        | libc::PTRACE_O_TRACEVFORK
        | libc::PTRACE_O_TRACECLONE
        | libc::PTRACE_O_TRACEEXEC
        | libc::PTRACE_O_TRACEEXIT
        | libc::PTRACE_O_TRACESECCOMP
        | libc::PTRACE_O_EXITKILL;
    request(libc::PTRACE_SEIZE, thread, 0, options as usize)
}

/// Lets `thread` go on, with `signal` delivered (0 for none).
pub(super) fn resume(thread: pid_t, signal: c_int) -> io::Result<()> {
    request(libc::PTRACE_CONT, thread, 0, signal as usize)
}

/// Lets `thread` go on to the next entry or exit of a system call.
pub(super) fn resume_to_syscall(thread: pid_t, signal: c_int) -> io::Result<()> {
    request(libc::PTRACE_SYSCALL, thread, 0, signal as usize)
}

/// Leaves `thread` in its group-stop, so that `SIGCONT` still ends it.
pub(super) fn listen(thread: pid_t) -> io::Result<()> {
    request(libc::PTRACE_LISTEN as c_uint, thread, 0, 0)
}

/// Stops `thread` wherever it is; the stop is reported as [`Stop::Interrupted`].
pub(super) fn interrupt(thread: pid_t) -> io::Result<()> {
    request(libc::PTRACE_INTERRUPT, thread, 0, 0)
}

/// The message of the event at which `thread` stands: the child's id, the former thread's id.
pub(super) fn message(thread: pid_t) -> io::Result<pid_t> {
    let mut value: libc::c_ulong = 0;
    // SAFETY: PTRACE_GETEVENTMSG writes one unsigned long through the data pointer.
    let result = unsafe {
        libc::ptrace(libc::PTRACE_GETEVENTMSG, thread, std::ptr::null_mut::<c_void>(), &raw mut value)
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(value as pid_t) }
}

/// The system call at which `thread` stands (`PTRACE_GET_SYSCALL_INFO`, Linux 5.3).
pub(super) fn syscall(thread: pid_t) -> io::Result<SyscallStop> {
    let mut info = MaybeUninit::<libc::ptrace_syscall_info>::zeroed();
    let size = mem::size_of::<libc::ptrace_syscall_info>();
    // SAFETY: the kernel writes at most `size` bytes through the data pointer.
    let result = unsafe {
        libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, thread, size as *mut c_void, info.as_mut_ptr())
    };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: integers only, all zeroed before the kernel wrote: every byte is initialised,
    // and `op` says which member of the union was written.
    let stop = unsafe {
        let info = info.assume_init();
        match info.op {
            libc::PTRACE_SYSCALL_INFO_SECCOMP => SyscallStop::Entry {
                number: info.u.seccomp.nr,
                arguments: info.u.seccomp.args,
                data: Some(info.u.seccomp.ret_data),
            },
            libc::PTRACE_SYSCALL_INFO_ENTRY => {
                SyscallStop::Entry { number: info.u.entry.nr, arguments: info.u.entry.args, data: None }
            }
            libc::PTRACE_SYSCALL_INFO_EXIT => SyscallStop::Exit { value: info.u.exit.sval },
            _ => SyscallStop::None,
        }
    };
    Ok(stop)
}

/// The signal about to be delivered to `thread`: its code and the address it speaks of.
pub(super) fn signal_info(thread: pid_t) -> io::Result<(c_int, u64)> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: PTRACE_GETSIGINFO writes one siginfo_t through the data pointer; it is plain
    // integers, zeroed before, and `si_addr` reads the union that SIGSEGV and SIGBUS fill.
    unsafe {
        let result =
            libc::ptrace(libc::PTRACE_GETSIGINFO, thread, std::ptr::null_mut::<c_void>(), info.as_mut_ptr());
        if result == -1 {
            return Err(io::Error::last_os_error());
        }
        let info = info.assume_init();
        Ok((info.si_code, info.si_addr() as u64))
    }
}

/// The call that a filter had SIGSYS raised for (`SECCOMP_RET_TRAP`), if that is the signal
/// about to be delivered to `thread`: its number.
pub(super) fn trapped_call(thread: pid_t) -> io::Result<Option<c_long>> {
    /// `SYS_SECCOMP` (`asm-generic/siginfo.h`).
    const BY_SECCOMP: c_int = 1;
    /// The part of `siginfo_t` that SIGSYS fills, which the libc crate does not have.
    #[repr(C)]
    struct BadCall {
        signal: c_int,
        errno: c_int,
        code: c_int,
        address: *mut c_void,
        number: c_int,
        architecture: c_uint,
    }
    const _: () = assert!(mem::size_of::<BadCall>() <= mem::size_of::<libc::siginfo_t>());
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: PTRACE_GETSIGINFO writes one siginfo_t through the data pointer; it is plain integers,
    // zeroed before, at least as long as the part of it that is read, and as strictly aligned.
    let call = unsafe {
        let result =
            libc::ptrace(libc::PTRACE_GETSIGINFO, thread, std::ptr::null_mut::<c_void>(), info.as_mut_ptr());
        if result == -1 {
            return Err(io::Error::last_os_error());
        }
        info.as_ptr().cast::<BadCall>().read()
    };
    let trapped = call.signal == libc::SIGSYS && call.code == BY_SECCOMP;
    Ok(trapped.then_some(c_long::from(call.number)))
}

/// Has `thread` find `errno` as the result of the call that it was kept from.
#[cfg(target_arch = "x86_64")]
pub(super) fn fail(thread: pid_t, errno: c_int) -> io::Result<()> {
    let result = mem::offset_of!(libc::user_regs_struct, rax);
    request(libc::PTRACE_POKEUSER, thread, result, (-(errno as isize)).cast_unsigned())
}

/// Has `thread` find `errno` as the result of the call that it was kept from.
#[cfg(target_arch = "aarch64")]
pub(super) fn fail(thread: pid_t, errno: c_int) -> io::Result<()> {
    set_result(thread, errno)
}

/// Makes the call before which `thread` stands fail with `errno` instead of being done.
#[cfg(target_arch = "x86_64")]
pub(super) fn refuse(thread: pid_t, errno: c_int) -> io::Result<()> {
    // A call number of -1 is skipped, and the result register is left as we set it (seccomp(2)).
    let offset = |register: usize| register;
    let original = offset(mem::offset_of!(libc::user_regs_struct, orig_rax));
    let result = offset(mem::offset_of!(libc::user_regs_struct, rax));
    request(libc::PTRACE_POKEUSER, thread, original, usize::MAX)?;
    request(libc::PTRACE_POKEUSER, thread, result, (-(errno as isize)).cast_unsigned())
}

/// Makes the call before which `thread` stands fail with `errno` instead of being done.
#[cfg(target_arch = "aarch64")]
pub(super) fn refuse(thread: pid_t, errno: c_int) -> io::Result<()> {
    /// `NT_ARM_SYSTEM_CALL` (`linux/elf.h`).
    const SYSTEM_CALL: usize = 0x404;
    let mut number: c_int = -1;
    register_set(libc::PTRACE_SETREGSET, thread, SYSTEM_CALL, &mut number)?;
    set_result(thread, errno)
}

#[cfg(target_arch = "aarch64")]
fn set_result(thread: pid_t, errno: c_int) -> io::Result<()> {
    /// `NT_PRSTATUS` (`linux/elf.h`).
    const GENERAL: usize = 1;
    // SAFETY: user_regs_struct is plain integers.
    let mut registers: libc::user_regs_struct = unsafe { mem::zeroed() };
    register_set(libc::PTRACE_GETREGSET, thread, GENERAL, &mut registers)?;
    registers.regs[0] = (-(i64::from(errno))).cast_unsigned();
    register_set(libc::PTRACE_SETREGSET, thread, GENERAL, &mut registers)
}

#[cfg(target_arch = "aarch64")]
fn register_set<T>(what: c_uint, thread: pid_t, set: usize, value: &mut T) -> io::Result<()> {
    let mut vector = libc::iovec { iov_base: (&raw mut *value).cast(), iov_len: mem::size_of::<T>() };
    // SAFETY: the vector covers exactly `value`, which outlives the call.
    let result = unsafe { libc::ptrace(what, thread, set as *mut c_void, &raw mut vector) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

const OF_THIS_THREAD: c_int =
    libc::WNOHANG | libc::__WALL | libc::__WNOTHREAD | libc::WEXITED | libc::WSTOPPED;

/// A child or traced thread of the calling thread that has a change to tell, which stays to be told.
pub(super) fn anyone() -> io::Result<Option<pid_t>> {
    wait(libc::P_ALL, 0, OF_THIS_THREAD | libc::WNOWAIT).map(|told| told.map(|(thread, _)| thread))
}

/// The same, when there is one; EINTR for a signal's handler.
pub(super) fn next_of_anyone() -> io::Result<Option<pid_t>> {
    let told = wait(libc::P_ALL, 0, OF_THIS_THREAD & !libc::WNOHANG | libc::WNOWAIT)?;
    Ok(told.map(|(thread, _)| thread))
}

/// The change of `thread`, if there is one.
pub(super) fn change(thread: pid_t) -> io::Result<Option<Change>> {
    let told = wait(libc::P_PID, thread.cast_unsigned(), OF_THIS_THREAD)?;
    Ok(told.map(|(_, change)| change))
}

fn wait(kind: libc::idtype_t, id: libc::id_t, options: c_int) -> io::Result<Option<(pid_t, Change)>> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: waitid writes one siginfo_t; the fields read are those of a SIGCHLD siginfo,
    // zero if nothing was told.
    let (thread, code, status) = unsafe {
        if libc::waitid(kind, id, info.as_mut_ptr(), options) == -1 {
            return Err(io::Error::last_os_error());
        }
        let info = info.assume_init();
        (info.si_pid(), info.si_code, info.si_status())
    };
    if thread == 0 {
        return Ok(None);
    }
    let change = match code {
        libc::CLD_EXITED => Change::Exited(status),
        libc::CLD_KILLED | libc::CLD_DUMPED => Change::Signalled(status),
        _ => Change::Stopped(stop(status)),
    };
    Ok(Some((thread, change)))
}

/// `status` is the signal in its low byte, `0x80` for system calls, and the event above.
fn stop(status: c_int) -> Stop {
    let signal = status & 0x7f;
    match status >> 8 {
        0 if status == libc::SIGTRAP | 0x80 => Stop::Syscall,
        0 => Stop::Signal(status & 0xff),
        libc::PTRACE_EVENT_SECCOMP => Stop::Seccomp,
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => Stop::Child,
        libc::PTRACE_EVENT_EXEC => Stop::Exec,
        libc::PTRACE_EVENT_EXIT => Stop::Exit,
        EVENT_STOP if signal == libc::SIGTRAP => Stop::Interrupted,
        EVENT_STOP => Stop::Group,
        _ => Stop::Other,
    }
}

/// Reads memory of `thread` at `address` into `buffer`; gives how many bytes could be read.
pub(super) fn read_memory(thread: pid_t, address: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let local = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    let remote = libc::iovec { iov_base: address as *mut c_void, iov_len: buffer.len() };
    // SAFETY: the local vector covers exactly `buffer`; the remote address is only read, by the kernel.
    let read = unsafe { libc::process_vm_readv(thread, &raw const local, 1, &raw const remote, 1, 0) };
    match usize::try_from(read) {
        Ok(read) => Ok(read),
        Err(_) => {
            let error = io::Error::last_os_error();
            // Some sandboxes bar the call and leave the file.
            match error.raw_os_error() {
                Some(libc::ENOSYS | libc::EPERM) => {
                    File::open(format!("/proc/{thread}/mem"))?.read_at(buffer, address)
                }
                _ => Err(error),
            }
        }
    }
}

/// Writes `bytes` to memory of `thread` at `address`, where it may write there itself.
pub(super) fn write_memory(thread: pid_t, address: u64, bytes: &[u8]) -> io::Result<usize> {
    let local = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let remote = libc::iovec { iov_base: address as *mut c_void, iov_len: bytes.len() };
    // SAFETY: the local vector covers exactly `bytes`, which is only read; the remote memory is not ours.
    let written = unsafe { libc::process_vm_writev(thread, &raw const local, 1, &raw const remote, 1, 0) };
    match usize::try_from(written) {
        Ok(written) => Ok(written),
        Err(_) => {
            let error = io::Error::last_os_error();
            // Some sandboxes bar the call and leave the file.
            match error.raw_os_error() {
                Some(libc::ENOSYS | libc::EPERM) => {
                    File::options().write(true).open(format!("/proc/{thread}/mem"))?.write_at(bytes, address)
                }
                _ => Err(error),
            }
        }
    }
}

/// Kills the process `process`, all its threads.
pub(super) fn kill(process: pid_t) {
    // SAFETY: sends a signal; `process` is a process that we trace and have not reaped, so the id is its own.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

/// The calling thread's id, which is what `TracerPid` in `/proc/PID/status` shows.
pub(super) fn this_thread() -> pid_t {
    // SAFETY: gettid takes nothing and cannot fail.
    let id: c_long = unsafe { libc::syscall(libc::SYS_gettid) };
    id as pid_t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_are_told_apart() {
        for (status, expected) in [
            (libc::SIGTRAP | 0x80, Stop::Syscall),
            (libc::SIGTRAP, Stop::Signal(libc::SIGTRAP)),
            (libc::SIGSEGV, Stop::Signal(libc::SIGSEGV)),
            (34, Stop::Signal(34)),
            (libc::SIGTRAP | (libc::PTRACE_EVENT_SECCOMP << 8), Stop::Seccomp),
            (libc::SIGTRAP | (libc::PTRACE_EVENT_EXIT << 8), Stop::Exit),
            (libc::SIGTRAP | (EVENT_STOP << 8), Stop::Interrupted),
            (libc::SIGSTOP | (EVENT_STOP << 8), Stop::Group),
            (libc::SIGTTIN | (EVENT_STOP << 8), Stop::Group),
        ] {
            assert_eq!(stop(status), expected, "{status:#x}");
        }
    }
}
