//! System calls that reach beyond a program's own process, refused.
//!
//! Which ones [`crate::facts::syscall::forbidden`] says. Where an observer traces the program
//! the kernel raises SIGSYS instead of doing them; the observer notes the call, withholds the
//! signal and lets the call fail with EPERM. Without an observer they fail with EPERM
//! at once. Either way none of them is done, whatever becomes of the observer.

use std::collections::BTreeMap;

use seccompiler::{
    SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::{SandboxError, Sockets, Subject};
use crate::facts::syscall::forbidden;
use crate::vocabulary::confinement::BpfInstruction;

/// The bit of a system call's number that marks the x32 interface of x86-64, under which every
/// refused call has a second number.
#[cfg(target_arch = "x86_64")]
const X32: u32 = 0x4000_0000;

/// Flags of `clone(2)` that make a namespace.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

/// `IOPRIO_WHO_PROCESS` (`ioprio_set(2)`).
const IO_PRIORITY_OF_PROCESS: u64 = 1;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

pub(super) fn filters(subject: Subject, sockets: Sockets) -> Result<Vec<Vec<BpfInstruction>>, SandboxError> {
    let refuse = match subject {
        Subject::Program if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) => SeccompAction::Trap,
        Subject::Program | Subject::Compiler => SeccompAction::Errno(libc::EPERM as u32),
    };
    // Its flags are in memory, where no filter can see them. The C library does without it.
    let clone3 = Rules::from([(libc::SYS_clone3, Vec::new())]);
    let mut refused = refused(sockets)?;
    let mut filters = vec![compile(clone3, SeccompAction::Errno(libc::ENOSYS as u32))?];
    match subject {
        Subject::Program => {
            let pretended = forbidden::PRETENDED.iter().map(|&(number, _)| (number, Vec::new())).collect();
            filters.push(compile(pretended, SeccompAction::Errno(0))?);
        }
        // A linker makes what it has written executable, and no source can have it touch another file.
        Subject::Compiler => {
            for (number, _) in forbidden::MODES {
                refused.remove(number);
            }
        }
    }
    filters.push(compile(refused, refuse)?);
    #[cfg(target_arch = "x86_64")]
    filters.insert(0, no_x32());
    Ok(filters)
}

/// What is refused: for each call the cases in which it is; none stands for all.
fn refused(sockets: Sockets) -> Result<Rules, SandboxError> {
    let always = forbidden::ALWAYS.iter().chain(forbidden::OLD);
    let mut rules: Rules = always.map(|&(number, _)| (number, Vec::new())).collect();
    let is = |argument, operator, value| case(argument, Length::Dword, operator, value);
    let not_unix = is(0, Op::Ne, libc::AF_UNIX as u64)?;
    // A pair reaches nobody else. Rust's `Command` starts processes by means of one.
    rules.insert(libc::SYS_socketpair, vec![not_unix.clone()]);
    rules.insert(
        libc::SYS_socket,
        match sockets {
            Sockets::Forbidden => Vec::new(),
            Sockets::Unix => vec![not_unix],
        },
    );
    let namespaces = NAMESPACES.map(|flag| is(0, Op::MaskedEq(flag as u64), flag as u64));
    rules.insert(libc::SYS_clone, namespaces.into_iter().collect::<Result<_, _>>()?);
    // A process that is not dumpable keeps its books from the observer.
    rules.insert(libc::SYS_prctl, vec![is(0, Op::Eq, libc::PR_SET_DUMPABLE as u64)?]);
    // Processes of the same user, the grader among them, can be slowed and limited to death.
    let others = [
        libc::SYS_prlimit64,
        libc::SYS_sched_setaffinity,
        libc::SYS_sched_setscheduler,
        libc::SYS_sched_setparam,
        libc::SYS_sched_setattr,
    ];
    for call in others {
        rules.insert(call, vec![is(0, Op::Ne, 0)?]);
    }
    let of_process = u64::from(libc::PRIO_PROCESS);
    rules.insert(libc::SYS_setpriority, vec![is(0, Op::Ne, of_process)?, is(1, Op::Ne, 0)?]);
    rules.insert(libc::SYS_ioprio_set, vec![is(0, Op::Ne, IO_PRIORITY_OF_PROCESS)?, is(1, Op::Ne, 0)?]);
    // By path; without one it is on an open file.
    rules.insert(libc::SYS_utimensat, vec![case(1, Length::Qword, Op::Ne, 0)?]);
    Ok(rules)
}

fn case(argument: u8, length: Length, operator: Op, value: u64) -> Result<SeccompRule, SandboxError> {
    Ok(SeccompRule::new(vec![SeccompCondition::new(argument, length, operator, value)?])?)
}

fn compile(rules: Rules, action: SeccompAction) -> Result<Vec<BpfInstruction>, SandboxError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| SandboxError::Architecture { architecture: std::env::consts::ARCH })?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, architecture)?;
    let program: seccompiler::BpfProgram = filter.try_into()?;
    let plain = |instruction: seccompiler::sock_filter| BpfInstruction {
        code: instruction.code,
        jump_true: instruction.jt,
        jump_false: instruction.jf,
        value: instruction.k,
    };
    Ok(program.into_iter().map(plain).collect())
}

/// Refuses every call of the x32 interface with ENOSYS, as a kernel without it does.
#[cfg(target_arch = "x86_64")]
fn no_x32() -> Vec<BpfInstruction> {
    const LOAD_WORD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const JUMP_IF_AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    let instruction =
        |code, jump_true, jump_false, value| BpfInstruction { code, jump_true, jump_false, value };
    vec![
        // `seccomp_data.nr` is its first word.
        instruction(LOAD_WORD, 0, 0, 0),
        instruction(JUMP_IF_AT_LEAST, 0, 1, X32),
        instruction(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        instruction(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_fits_the_kernels_limit() {
        for sockets in [Sockets::Forbidden, Sockets::Unix] {
            for filter in filters(Subject::Program, sockets).unwrap() {
                assert!(filter.len() < libc::BPF_MAXINSNS as usize);
            }
        }
    }

    #[test]
    fn what_is_refused_at_times_is_what_the_list_says() {
        let rules = refused(Sockets::Unix).unwrap();
        let sometimes = rules.iter().filter(|(_, cases)| !cases.is_empty()).map(|(number, _)| *number);
        let mut listed: Vec<i64> = forbidden::SOMETIMES.iter().map(|(number, _)| *number).collect();
        listed.sort_unstable();
        assert_eq!(sometimes.collect::<Vec<_>>(), listed);
    }
}
