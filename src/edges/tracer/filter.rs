//! The seccomp filter that marks the calls to trace.
//!
//! A call in the table gives `RET_TRACE` with its position in the table; every
//! other is allowed at once, and the kernel remembers those that its arguments
//! cannot change (`SECCOMP_RET_ALLOW` by number alone) and does not even run
//! the filter for them. Written here rather than with seccompiler, which knows
//! neither x32 numbers nor a data value for each call.
//!
//! - Another architecture's calls (`int 0x80`) kill the program: they would pass unseen.
//! - x32 numbers fail with ENOSYS, as on kernels without x32.
//!
//! Source: `seccomp(2)`, `Documentation/userspace-api/seccomp_filter.rst`.

use crate::facts::syscall::table::{Condition, TABLE, Traced};
use crate::vocabulary::confinement::BpfInstruction;

/// Offsets in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const ARGUMENTS: u32 = 16;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const JUMP: u16 = (libc::BPF_JMP | libc::BPF_JA) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

const KILL: u32 = 0x8000_0000;
const ERRNO: u32 = 0x0005_0000;
const TRACE: u32 = 0x7ff0_0000;
const ALLOW: u32 = 0x7fff_0000;

/// `AUDIT_ARCH_*` (`linux/audit.h`).
#[cfg(target_arch = "x86_64")]
const THIS_ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const THIS_ARCHITECTURE: u32 = 0xc000_00b7;

/// The lowest x32 number; aarch64 has none so high.
const X32: u32 = 0x4000_0000;

const fn instruction(code: u16, jump_true: u8, jump_false: u8, value: u32) -> BpfInstruction {
    BpfInstruction { code, jump_true, jump_false, value }
}

/// The filter that marks the calls for which `is_traced` holds.
pub(super) fn program(is_traced: impl Fn(&Traced) -> bool) -> Vec<BpfInstruction> {
    let mut program = vec![
        instruction(LOAD, 0, 0, ARCHITECTURE),
        instruction(EQUAL, 1, 0, THIS_ARCHITECTURE),
        instruction(RETURN, 0, 0, KILL),
        instruction(LOAD, 0, 0, NUMBER),
        instruction(AT_LEAST, 0, 1, X32),
        instruction(RETURN, 0, 0, ERRNO | libc::ENOSYS.cast_unsigned()),
    ];
    for (position, traced) in TABLE.iter().enumerate().filter(|(_, traced)| is_traced(traced)) {
        let block = marked(position as u32, traced.only);
        program.push(instruction(EQUAL, 0, block.len() as u8, traced.number as u32));
        program.extend(block);
    }
    program.push(instruction(RETURN, 0, 0, ALLOW));
    program
}

/// Marks the call if `conditions` hold; else loads the number again and falls through,
/// for the call may stand in the table a second time under other conditions.
fn marked(position: u32, conditions: &[Condition]) -> Vec<BpfInstruction> {
    let trace = instruction(RETURN, 0, 0, TRACE | position);
    if conditions.is_empty() {
        return vec![trace];
    }
    let mut block = vec![trace, instruction(LOAD, 0, 0, NUMBER)];
    // From the last condition to the first, so that the distance to the way out, the
    // block's last instruction, is known.
    for condition in conditions.iter().rev() {
        let way_out = block.len() as u32 - 1;
        let mut tests = vec![instruction(LOAD, 0, 0, low_word(condition.argument))];
        let count = condition.is_one_of.len();
        for (index, &value) in condition.is_one_of.iter().enumerate() {
            // Over the tests behind this one and the jump that follows them.
            tests.push(instruction(EQUAL, (count - index) as u8, 0, value));
        }
        tests.push(instruction(JUMP, 0, 0, way_out));
        tests.append(&mut block);
        block = tests;
    }
    block
}

/// Where the low 32 bits of an argument are.
const fn low_word(argument: usize) -> u32 {
    let low = if cfg!(target_endian = "little") { 0 } else { 4 };
    ARGUMENTS + 8 * argument as u32 + low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::syscall::table::Purpose;

    /// What the filter answers for a call: a BPF interpreter of the five instructions used.
    fn answer(architecture: u32, number: u32, arguments: [u64; 6]) -> u32 {
        let program = program(|traced| traced.purpose != Purpose::OnRequest);
        let mut data = [number, architecture, 0, 0].map(u32::to_ne_bytes).concat();
        data.extend(arguments.map(u64::to_ne_bytes).concat());
        let (mut at, mut accumulator) = (0, 0);
        loop {
            let step = program[at];
            at += 1;
            let test = |holds: bool| usize::from(if holds { step.jump_true } else { step.jump_false });
            match step.code {
                LOAD => {
                    let offset = step.value as usize;
                    accumulator = u32::from_ne_bytes(data[offset..offset + 4].try_into().unwrap());
                }
                EQUAL => at += test(accumulator == step.value),
                AT_LEAST => at += test(accumulator >= step.value),
                JUMP => at += step.value as usize,
                RETURN => return step.value,
                code => panic!("{code:#x}"),
            }
        }
    }

    fn here(number: i64, first: u64, second: u64) -> u32 {
        answer(THIS_ARCHITECTURE, number as u32, [first, second, 0, 0, 0, 0])
    }

    fn traced_as(answer: u32) -> Option<&'static str> {
        (answer & 0xffff_0000 == TRACE).then(|| TABLE[(answer & 0xffff) as usize].name)
    }

    #[test]
    fn calls_in_the_table_are_marked_and_others_allowed() {
        assert_eq!(traced_as(here(libc::SYS_mmap, 0, 0)), Some("mmap"));
        assert_eq!(traced_as(here(libc::SYS_exit_group, 0, 0)), Some("exit_group"));
        assert_eq!(here(libc::SYS_getppid, 0, 0), ALLOW);
        assert_eq!(here(libc::SYS_read, 0, 0), ALLOW, "only on request");
    }

    #[test]
    fn conditions_are_kept() {
        assert_eq!(traced_as(here(libc::SYS_write, 1, 0)), Some("write"));
        assert_eq!(traced_as(here(libc::SYS_write, 0xdead_0000_0001, 0)), Some("write"), "an int's low half");
        assert_eq!(here(libc::SYS_write, 2, 0), ALLOW);
        assert_eq!(traced_as(here(libc::SYS_dup, 1, 0)), Some("dup"));
        assert_eq!(here(libc::SYS_dup, 0, 0), ALLOW);
    }

    #[test]
    fn fcntl_stands_twice_in_the_table() {
        let position = |first: u64, command: i32| {
            let answer = here(libc::SYS_fcntl, first, u64::from(command.cast_unsigned()));
            (answer != ALLOW).then_some(TABLE[(answer & 0xffff) as usize].purpose)
        };
        assert_eq!(position(3, libc::F_ADD_SEALS), Some(Purpose::Evidence));
        assert_eq!(position(1, libc::F_GET_SEALS), Some(Purpose::Evidence));
        assert_eq!(position(1, libc::F_DUPFD), Some(Purpose::MovesOutput));
        assert_eq!(position(1, libc::F_DUPFD_CLOEXEC), Some(Purpose::MovesOutput));
        assert_eq!(position(3, libc::F_DUPFD), None);
        assert_eq!(position(1, libc::F_SETFD), None);
    }

    #[test]
    fn other_architectures_do_not_slip_through() {
        assert_eq!(answer(0x4000_0003, libc::SYS_mmap as u32, [0; 6]), KILL);
        let x32 = answer(THIS_ARCHITECTURE, X32 | 9, [0; 6]);
        assert_eq!(x32, ERRNO | libc::ENOSYS.cast_unsigned());
    }
}
