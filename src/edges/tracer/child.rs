//! Between `fork` and `exec`: the process that is about to become the program.
//!
//! All memory is allocated before the fork; the child makes only
//! async-signal-safe calls, for another thread of the runner may have held any
//! lock at the fork (`signal-safety(7)`). It waits at a gate until the tracer has
//! attached, and says through a pipe that closes on exec which step failed.
//!
//! `std::process::Command` will not do: its `spawn` returns only after exec, while
//! the child waits for the tracer, which waits for `spawn`.
#![expect(unsafe_code, reason = "fork and raw system calls")]

use std::ffi::{CString, NulError, OsStr, c_void};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt as _;
use std::ptr;

use libc::{c_char, c_int, c_ulong, pid_t};

use super::enter;
use super::launch::{HugePages, Launch, Stdio};
use crate::vocabulary::confinement::{
    BpfInstruction, CapabilityHeader, CapabilityWord, Confinement, KEPT_CAPABILITY, PATH_BENEATH, Privileges,
};

/// Descriptors that the child needs are moved to here or above, clear of 0, 1 and 2.
const LOWEST: RawFd = 10;

/// `CLOSE_RANGE_CLOEXEC` (`close_range(2)`, Linux 5.11).
const CLOSE_ON_EXEC: c_int = 4;

/// The standard streams that the program gets.
pub(super) struct Streams<'stage> {
    pub(super) stdin: BorrowedFd<'stage>,
    pub(super) stdout: BorrowedFd<'stage>,
    pub(super) stderr: BorrowedFd<'stage>,
}

/// A forked process that waits at its gate.
pub(super) struct Waiting {
    pub(super) pid: pid_t,
    gate: OwnedFd,
    report: OwnedFd,
}

/// What failed in the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Step {
    Streams,
    Limits,
    ControlGroup,
    Identity,
    Directory,
    HugePages,
    NoNewPrivileges,
    Landlock,
    Filter,
    Execute,
}

const STEPS: [Step; 10] = [
    Step::Streams,
    Step::Limits,
    Step::ControlGroup,
    Step::Identity,
    Step::Directory,
    Step::HugePages,
    Step::NoNewPrivileges,
    Step::Landlock,
    Step::Filter,
    Step::Execute,
];

impl Step {
    /// The step in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Streams => "giving it its standard streams",
            Self::Limits => "setting its limits",
            Self::ControlGroup => "entering its control group",
            Self::Identity => "changing its user",
            Self::Directory => "entering its directory",
            Self::HugePages => "switching huge pages off",
            Self::NoNewPrivileges => "giving up privileges",
            Self::Landlock => "restricting its files",
            Self::Filter => "installing its system call filter",
            Self::Execute => "executing it",
        }
    }
}

/// Everything the child needs, allocated before the fork.
struct Plan<'launch> {
    streams: [RawFd; 3],
    gate: RawFd,
    /// The runner's end of the gate, to be closed here: with it open the gate would outlive the runner.
    runners_gate: RawFd,
    report: RawFd,
    binary: CString,
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    directory: CString,
    huge_pages: HugePages,
    stdio: Stdio,
    landlock: Option<RawFd>,
    cgroups: Vec<RawFd>,
    filters: Vec<libc::sock_fprog>,
    confinement: &'launch Confinement,
}

/// Forks the process that will become `launch.binary`; it waits until [`Waiting::go`].
///
/// # Errors
/// Where a text holds a zero byte, or the system refuses a descriptor or a process.
pub(super) fn fork(launch: &Launch, streams: &Streams<'_>, filter: &[BpfInstruction]) -> io::Result<Waiting> {
    let (gate_reader, gate) = pipe()?;
    let (report, report_writer) = pipe()?;
    // Another thread's fork may hold the pipe's other end open until its exec: never wait for end-of-file.
    set_nonblocking(report.as_fd())?;
    let high = |descriptor: BorrowedFd<'_>| above(descriptor);
    // These copies live until the fork is done; the child's own outlive them.
    let [stdin, stdout, stderr] = [high(streams.stdin)?, high(streams.stdout)?, high(streams.stderr)?];
    let (gate_copy, report_copy) = (high(gate_reader.as_fd())?, high(report_writer.as_fd())?);
    let confinement = &launch.confinement;
    let landlock = confinement.landlock.as_ref().map(|ruleset| high(ruleset.as_fd())).transpose()?;
    let cgroups =
        confinement.cgroups.iter().map(|group| high(group.as_fd())).collect::<io::Result<Vec<_>>>()?;

    let binary = text(launch.binary.as_os_str())?;
    let called = text(launch.called.as_deref().unwrap_or(launch.binary.as_os_str()))?;
    let arguments = launch.args.iter().map(|word| text(word)).collect::<io::Result<Vec<_>>>()?;
    let environment = launch
        .environment
        .iter()
        .map(|(name, value)| {
            let mut pair = name.clone();
            pair.push("=");
            pair.push(value);
            text(&pair)
        })
        .collect::<io::Result<Vec<_>>>()?;
    let filters = std::iter::once(filter)
        .chain(confinement.filters.iter().map(Vec::as_slice))
        .map(|program| {
            let length = u16::try_from(program.len()).map_err(io::Error::other)?;
            // BpfInstruction has the layout of sock_filter; the kernel only reads it.
            Ok(libc::sock_fprog {
                len: length,
                filter: program.as_ptr().cast::<libc::sock_filter>().cast_mut(),
            })
        })
        .collect::<io::Result<Vec<_>>>()?;

    let plan = Plan {
        streams: [stdin.as_raw_fd(), stdout.as_raw_fd(), stderr.as_raw_fd()],
        gate: gate_copy.as_raw_fd(),
        runners_gate: gate.as_raw_fd(),
        report: report_copy.as_raw_fd(),
        arguments: pointers(std::iter::once(&called).chain(&arguments)),
        environment: pointers(environment.iter()),
        binary,
        directory: text(launch.directory.as_os_str())?,
        huge_pages: launch.huge_pages,
        stdio: launch.stdio,
        landlock: landlock.as_ref().map(AsRawFd::as_raw_fd),
        cgroups: cgroups.iter().map(AsRawFd::as_raw_fd).collect(),
        filters,
        confinement,
    };
    if let Some(namespaces) = &confinement.namespaces {
        let life = enter::Life { live: live_by, argument: (&raw const plan).cast() };
        // SAFETY: the child makes only async-signal-safe calls, touches only what `plan` holds, and never returns.
        let pid = unsafe { enter::fork(namespaces, confinement.birthplace.as_ref().map(AsFd::as_fd), life) }?;
        return Ok(Waiting { pid, gate, report });
    }
    // SAFETY: as above.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: we are the single thread of a fresh process.
        0 => unsafe { plan.live() },
        pid => Ok(Waiting { pid, gate, report }),
    }
}

/// The life of a process for which `plan`, a [`Plan`], was made.
///
/// # Safety
/// Only in a freshly forked process with one thread, whose copy of the plan it is.
unsafe fn live_by(plan: *const c_void) -> ! {
    // SAFETY: as the caller promises.
    unsafe { (*plan.cast::<Plan<'_>>()).live() }
}

impl Waiting {
    /// Opens the gate. What comes back tells, once the process has ended, whether it ever became the program.
    pub(super) fn go(self) -> Started {
        // It fails only if the process is gone already, which its end will tell.
        let _gone = File::from(self.gate).write_all(b"!");
        Started { report: File::from(self.report) }
    }
}

/// A process that is on its way to exec.
pub(super) struct Started {
    report: File,
}

impl Started {
    /// The step that failed and its error, once the process has ended or become the program.
    pub(super) fn failure(mut self) -> Option<(Step, io::Error)> {
        let mut report = [0; 5];
        self.report.read_exact(&mut report).ok()?;
        let [step, errno @ ..] = report;
        let step = *STEPS.get(usize::from(step))?;
        Some((step, io::Error::from_raw_os_error(i32::from_ne_bytes(errno))))
    }
}

impl Plan<'_> {
    /// Becomes the program, or tells what kept it from that and ends.
    ///
    /// # Safety
    /// As [`Self::carry_out`].
    unsafe fn live(&self) -> ! {
        // SAFETY: as the caller promises; `_exit` runs no destructor of the runner's.
        unsafe {
            let failed = self.carry_out();
            self.report_and_exit(failed)
        }
    }

    /// Becomes the program; comes back only with the step that failed.
    ///
    /// # Safety
    /// Only in a freshly forked process with one thread.
    unsafe fn carry_out(&self) -> Step {
        // SAFETY: for the whole body: system calls on this process's own state, with pointers into
        // `self`, which outlives them; all of them async-signal-safe or raw.
        unsafe {
            libc::close(self.runners_gate);
            if self.stdio == Stdio::Captured {
                libc::setsid();
            }
            for (number, &stream) in (0..).zip(&self.streams) {
                if libc::dup2(stream, number) == -1 {
                    return Step::Streams;
                }
            }
            close_others_on_exec();
            reset_signals(self.stdio);
            if !self.wait_for_the_tracer() {
                return Step::Streams;
            }
            if self.stdio == Stdio::Captured {
                let core = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
                libc::setrlimit(libc::RLIMIT_CORE, &raw const core);
            }
            for limit in &self.confinement.limits {
                let value = libc::rlimit64 { rlim_cur: limit.soft, rlim_max: limit.hard };
                let old = ptr::null_mut::<libc::rlimit64>();
                if libc::syscall(libc::SYS_prlimit64, 0, limit.resource, &raw const value, old) == -1 {
                    return Step::Limits;
                }
            }
            for &group in &self.cgroups {
                // `0` stands for the process that writes it (cgroups(7)).
                if libc::write(group, c"0".as_ptr().cast(), 1) != 1 {
                    return Step::ControlGroup;
                }
            }
            if let Some(mask) = self.confinement.umask {
                libc::umask(mask as libc::mode_t);
            }
            // Raw calls: glibc's wrappers signal other threads, of which there are none here.
            if let Some(identity) = self.confinement.identity {
                let (user, group) = (identity.user, identity.group);
                if libc::syscall(libc::SYS_setgroups, 0, ptr::null::<libc::gid_t>()) == -1
                    || libc::syscall(libc::SYS_setresgid, group, group, group) == -1
                    || libc::syscall(libc::SYS_setresuid, user, user, user) == -1
                {
                    return Step::Identity;
                }
            }
            if self.confinement.privileges == Privileges::Drop && !drop_privileges() {
                return Step::Identity;
            }
            if libc::chdir(self.directory.as_ptr()) == -1 {
                return Step::Directory;
            }
            const ON: c_ulong = 1;
            const UNUSED: c_ulong = 0;
            if self.huge_pages == HugePages::Never
                && libc::prctl(libc::PR_SET_THP_DISABLE, ON, UNUSED, UNUSED, UNUSED) == -1
            {
                return Step::HugePages;
            }
            if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, ON, UNUSED, UNUSED, UNUSED) == -1 {
                return Step::NoNewPrivileges;
            }
            if let Some(ruleset) = self.landlock
                && !self.allow_proc(ruleset)
            {
                return Step::Landlock;
            }
            if let Some(ruleset) = self.landlock
                && libc::syscall(libc::SYS_landlock_restrict_self, ruleset, self.confinement.landlock_flags)
                    == -1
            {
                return Step::Landlock;
            }
            for filter in &self.filters {
                let mode = libc::SECCOMP_SET_MODE_FILTER;
                if libc::syscall(libc::SYS_seccomp, mode, 0, &raw const *filter) == -1 {
                    return Step::Filter;
                }
            }
            libc::execve(self.binary.as_ptr(), self.arguments.as_ptr(), self.environment.as_ptr());
            Step::Execute
        }
    }

    /// Adds the `/proc` of the namespaces that were entered, if any were, to a ruleset; tells whether
    /// that worked.
    ///
    /// # Safety
    /// As [`Self::carry_out`].
    unsafe fn allow_proc(&self, ruleset: RawFd) -> bool {
        let Some(namespaces) = &self.confinement.namespaces else { return true };
        // SAFETY: the text and the rule outlive the calls that read them. The descriptor goes with exec.
        unsafe {
            let proc = libc::open(c"/proc".as_ptr(), libc::O_PATH | libc::O_CLOEXEC);
            let rule = namespaces.proc_rule(proc);
            libc::syscall(libc::SYS_landlock_add_rule, ruleset, PATH_BENEATH, &raw const rule, 0) == 0
        }
    }

    /// Whether the gate was opened, rather than the runner gone.
    ///
    /// # Safety
    /// As [`Self::carry_out`].
    unsafe fn wait_for_the_tracer(&self) -> bool {
        let mut byte = 0_u8;
        loop {
            // SAFETY: reads into a local of one byte.
            match unsafe { libc::read(self.gate, (&raw mut byte).cast(), 1) } {
                1 => return true,
                -1 if last_errno() == libc::EINTR => {}
                _ => return false,
            }
        }
    }

    /// # Safety
    /// As [`Self::carry_out`].
    unsafe fn report_and_exit(&self, step: Step) -> ! {
        let errno = last_errno().to_ne_bytes();
        let report = [step as u8, errno[0], errno[1], errno[2], errno[3]];
        // SAFETY: writes a local; `_exit` does not return.
        unsafe {
            libc::write(self.report, report.as_ptr().cast(), report.len());
            libc::_exit(127)
        }
    }
}

fn last_errno() -> c_int {
    // SAFETY: the address of this thread's errno.
    unsafe { *libc::__errno_location() }
}

/// Gives up all capabilities but the one that is kept; tells whether that worked. `NO_NEW_PRIVS`,
/// which is set later, keeps exec from giving any back, even to root (`capabilities(7)`).
///
/// # Safety
/// Only in a freshly forked process with one thread.
unsafe fn drop_privileges() -> bool {
    let header = CapabilityHeader::OWN;
    let mut held = [CapabilityWord::default(); 2];
    let kept = CapabilityWord { effective: KEPT_CAPABILITY, permitted: KEPT_CAPABILITY, inheritable: 0 };
    // SAFETY: both calls are given a header and two words, as version 3 has it; they outlive the calls.
    unsafe {
        if libc::syscall(libc::SYS_capget, &raw const header, held.as_mut_ptr()) == -1 {
            return false;
        }
        let wanted = [kept.within(held[0]), CapabilityWord::default()];
        libc::syscall(libc::SYS_capset, &raw const header, wanted.as_ptr()) == 0
    }
}

/// # Safety
/// Only in a freshly forked process with one thread.
unsafe fn close_others_on_exec() {
    // SAFETY: sets flags of descriptors; changes no memory.
    unsafe {
        if libc::syscall(libc::SYS_close_range, 3, u32::MAX, CLOSE_ON_EXEC) == 0 {
            return;
        }
        // Before Linux 5.11: one by one, as far as anybody goes.
        for descriptor in 3..4096 {
            libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
        }
    }
}

/// Rust's runtime ignores SIGPIPE, and what is ignored stays so across exec. What is ignored
/// besides is meant for a program that inherits (`nohup`), and not for one that is captured.
///
/// # Safety
/// Only in a freshly forked process with one thread.
unsafe fn reset_signals(stdio: Stdio) {
    // SAFETY: plain dispositions and an empty mask; SIGKILL and SIGSTOP fail harmlessly.
    unsafe {
        match stdio {
            Stdio::Captured => {
                for signal in 1..=libc::SIGRTMAX() {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            Stdio::Inherited => {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            }
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
    }
}

fn text(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes())
        .map_err(|error: NulError| io::Error::new(io::ErrorKind::InvalidInput, error))
}

fn pointers<'text>(texts: impl Iterator<Item = &'text CString>) -> Vec<*const c_char> {
    texts.map(|text| text.as_ptr()).chain(std::iter::once(ptr::null())).collect()
}

/// A pipe, reading end first, both closed on exec.
pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    // SAFETY: pipe2 writes two descriptors, which are ours alone.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

/// Makes reads and writes of `descriptor` fail with EAGAIN where they would block.
pub(super) fn set_nonblocking(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: changes flags of a descriptor that is ours.
    let result = unsafe {
        let flags = libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(descriptor.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK)
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn above(descriptor: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: fcntl gives a new descriptor, which is ours alone.
    unsafe {
        let copy = libc::fcntl(descriptor.as_raw_fd(), libc::F_DUPFD_CLOEXEC, LOWEST);
        if copy == -1 { Err(io::Error::last_os_error()) } else { Ok(OwnedFd::from_raw_fd(copy)) }
    }
}
