//! System calls that no lesson needs and that reach beyond a program's own process.
//!
//! A list of what is refused, not of what is allowed: learners write any program they
//! like, and what they may reach is Landlock's to say. Refused calls fail with EPERM, so
//! that a program can say so, and the tracer's own filter still sees them.

use std::collections::BTreeMap;

use seccompiler::{
    SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::{SandboxError, Sockets};
use crate::vocabulary::confinement::BpfInstruction;

/// Looking into and steering other processes; mounting; keys, programs and rings of the kernel;
/// the machine itself.
const REFUSED: [libc::c_long; 48] = [
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_acct,
    libc::SYS_syslog,
];

/// The bit of a system call's number that marks the x32 interface of x86-64, under which every
/// refused call has a second number.
#[cfg(target_arch = "x86_64")]
const X32: u32 = 0x4000_0000;

pub(super) fn filters(sockets: Sockets) -> Result<Vec<Vec<BpfInstruction>>, SandboxError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|_| SandboxError::Architecture { architecture: std::env::consts::ARCH })?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        REFUSED.iter().map(|&number| (number, Vec::new())).collect();
    let family = match sockets {
        Sockets::Forbidden => Vec::new(),
        Sockets::Unix => vec![SeccompRule::new(vec![SeccompCondition::new(
            0,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::Ne,
            libc::AF_UNIX as u64,
        )?])?],
    };
    rules.insert(libc::SYS_socket, family.clone());
    rules.insert(libc::SYS_socketpair, family);
    let refuse = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)?;
    let program: seccompiler::BpfProgram = filter.try_into()?;
    let instructions = program
        .into_iter()
        .map(|instruction| BpfInstruction {
            code: instruction.code,
            jump_true: instruction.jt,
            jump_false: instruction.jf,
            value: instruction.k,
        })
        .collect();
    #[cfg(target_arch = "x86_64")]
    return Ok(vec![no_x32(), instructions]);
    #[cfg(not(target_arch = "x86_64"))]
    Ok(vec![instructions])
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
    fn every_refused_call_is_listed_once() {
        let mut numbers = REFUSED.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), REFUSED.len());
    }

    #[test]
    fn a_filter_fits_the_kernels_limit() {
        for sockets in [Sockets::Forbidden, Sockets::Unix] {
            for filter in filters(sockets).unwrap() {
                assert!(filter.len() < libc::BPF_MAXINSNS as usize);
            }
        }
    }
}
