//! Calls that reach beyond a program's own process, and that no lesson needs: what a
//! stranger's program is refused, by number and name.
//!
//! A list of what is refused, not of what is allowed: learners write any program they
//! like, and which files they may reach is Landlock's to say. Landlock leaves some calls on
//! files alone (`landlock(7)`, "Current limitations"): those that change a file's mode,
//! owner, times or attributes by its path are here. So are those by which a program could
//! leave something behind in the kernel that outlives it (System V and POSIX IPC).

use libc as c;

/// A call with its name, as in `syscalls(2)`.
type Named = (c::c_long, &'static str);

macro_rules! named {
    ($($name:ident = $number:expr),* $(,)?) => { [$(($number, stringify!($name))),*] };
}

// Numbers that all architectures share, and that the libc crate does not have everywhere.
const FCHMODAT2: c::c_long = 452;
const SETXATTRAT: c::c_long = 463;
const REMOVEXATTRAT: c::c_long = 466;

/// Refused whatever their arguments.
pub const ALWAYS: &[Named] = &named![
    // Looking into and steering other processes.
    ptrace = c::SYS_ptrace,
    process_vm_readv = c::SYS_process_vm_readv,
    process_vm_writev = c::SYS_process_vm_writev,
    process_madvise = c::SYS_process_madvise,
    pidfd_getfd = c::SYS_pidfd_getfd,
    kcmp = c::SYS_kcmp,
    perf_event_open = c::SYS_perf_event_open,
    userfaultfd = c::SYS_userfaultfd,
    move_pages = c::SYS_move_pages,
    migrate_pages = c::SYS_migrate_pages,
    // Mounts and namespaces.
    mount = c::SYS_mount,
    umount2 = c::SYS_umount2,
    move_mount = c::SYS_move_mount,
    open_tree = c::SYS_open_tree,
    fsopen = c::SYS_fsopen,
    fsconfig = c::SYS_fsconfig,
    fsmount = c::SYS_fsmount,
    fspick = c::SYS_fspick,
    mount_setattr = c::SYS_mount_setattr,
    pivot_root = c::SYS_pivot_root,
    chroot = c::SYS_chroot,
    unshare = c::SYS_unshare,
    setns = c::SYS_setns,
    name_to_handle_at = c::SYS_name_to_handle_at,
    open_by_handle_at = c::SYS_open_by_handle_at,
    // Keys, programs and rings of the kernel, and what is left behind in it.
    keyctl = c::SYS_keyctl,
    add_key = c::SYS_add_key,
    request_key = c::SYS_request_key,
    bpf = c::SYS_bpf,
    io_uring_setup = c::SYS_io_uring_setup,
    io_uring_enter = c::SYS_io_uring_enter,
    io_uring_register = c::SYS_io_uring_register,
    fanotify_init = c::SYS_fanotify_init,
    shmget = c::SYS_shmget,
    semget = c::SYS_semget,
    msgget = c::SYS_msgget,
    mq_open = c::SYS_mq_open,
    // Marks on other people's files.
    fchmodat = c::SYS_fchmodat,
    fchmodat2 = FCHMODAT2,
    fchownat = c::SYS_fchownat,
    setxattr = c::SYS_setxattr,
    lsetxattr = c::SYS_lsetxattr,
    fsetxattr = c::SYS_fsetxattr,
    setxattrat = SETXATTRAT,
    removexattr = c::SYS_removexattr,
    lremovexattr = c::SYS_lremovexattr,
    fremovexattr = c::SYS_fremovexattr,
    removexattrat = REMOVEXATTRAT,
    // The machine itself.
    quotactl = c::SYS_quotactl,
    swapon = c::SYS_swapon,
    swapoff = c::SYS_swapoff,
    reboot = c::SYS_reboot,
    kexec_load = c::SYS_kexec_load,
    kexec_file_load = c::SYS_kexec_file_load,
    init_module = c::SYS_init_module,
    finit_module = c::SYS_finit_module,
    delete_module = c::SYS_delete_module,
    settimeofday = c::SYS_settimeofday,
    clock_settime = c::SYS_clock_settime,
    clock_adjtime = c::SYS_clock_adjtime,
    adjtimex = c::SYS_adjtimex,
    sethostname = c::SYS_sethostname,
    setdomainname = c::SYS_setdomainname,
    acct = c::SYS_acct,
    syslog = c::SYS_syslog,
    vhangup = c::SYS_vhangup,
];

/// Refused whatever their arguments; newer architectures never had them.
#[cfg(target_arch = "x86_64")]
pub const OLD: &[Named] = &named![
    chmod = c::SYS_chmod,
    chown = c::SYS_chown,
    lchown = c::SYS_lchown,
    utime = c::SYS_utime,
    utimes = c::SYS_utimes,
    futimesat = c::SYS_futimesat,
    iopl = c::SYS_iopl,
    ioperm = c::SYS_ioperm,
    modify_ldt = c::SYS_modify_ldt,
];
/// Refused whatever their arguments; newer architectures never had them.
#[cfg(not(target_arch = "x86_64"))]
pub const OLD: &[Named] = &[];

/// Done as if they had been, without effect: honest programs call them for nothing of
/// importance (a copy of a file gets the mode of the original).
pub const PRETENDED: &[Named] = &named![fchmod = c::SYS_fchmod, fchown = c::SYS_fchown];

/// Refused with some arguments; which, the sandbox knows.
pub const SOMETIMES: &[Named] = &named![
    socket = c::SYS_socket,
    socketpair = c::SYS_socketpair,
    clone = c::SYS_clone,
    prctl = c::SYS_prctl,
    prlimit64 = c::SYS_prlimit64,
    setpriority = c::SYS_setpriority,
    ioprio_set = c::SYS_ioprio_set,
    sched_setaffinity = c::SYS_sched_setaffinity,
    sched_setscheduler = c::SYS_sched_setscheduler,
    sched_setparam = c::SYS_sched_setparam,
    sched_setattr = c::SYS_sched_setattr,
    utimensat = c::SYS_utimensat,
];

/// Those of [`ALWAYS`] and [`OLD`] that set a file's mode.
#[cfg(target_arch = "x86_64")]
pub const MODES: &[Named] = &named![chmod = c::SYS_chmod, fchmodat = c::SYS_fchmodat, fchmodat2 = FCHMODAT2];
/// Those of [`ALWAYS`] that set a file's mode.
#[cfg(not(target_arch = "x86_64"))]
pub const MODES: &[Named] = &named![fchmodat = c::SYS_fchmodat, fchmodat2 = FCHMODAT2];

/// The name of a call that is refused; nothing for another.
#[must_use]
pub fn name(number: c::c_long) -> Option<&'static str> {
    let lists = [ALWAYS, OLD, SOMETIMES];
    lists.into_iter().flatten().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_listed_once() {
        let lists = [ALWAYS, OLD, PRETENDED, SOMETIMES];
        let mut numbers: Vec<c::c_long> = lists.into_iter().flatten().map(|(number, _)| *number).collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
    }

    #[test]
    fn a_refused_call_has_a_name() {
        assert_eq!(name(c::SYS_ptrace), Some("ptrace"));
        assert_eq!(name(c::SYS_socket), Some("socket"));
        assert_eq!(name(c::SYS_read), None);
    }
}
