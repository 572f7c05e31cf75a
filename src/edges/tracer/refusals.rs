//! Calls that a confined program was refused: noted, and made to fail like any other error.
//!
//! The sandbox's filter has the kernel raise SIGSYS in place of such a call. That signal
//! is withheld here, so that the program finds EPERM and can say so; without us it would
//! die of it. The call itself is never done.

use super::{Stage, ptrace};
use crate::facts::call::{Call, Detail, Outcome};
use crate::facts::syscall::forbidden;

impl Stage {
    /// Whether the SIGSYS at which `thread` stands was raised in place of a refused call, which
    /// then has been made to fail.
    pub(super) fn at_trap(&mut self, thread: i32) -> bool {
        let Ok(Some(number)) = ptrace::trapped_call(thread) else { return false };
        if ptrace::fail(thread, libc::EPERM).is_err() {
            return false;
        }
        let name = forbidden::name(number).map_or_else(|| format!("call {number}"), str::to_owned);
        self.note_refused(thread, name);
        true
    }

    fn note_refused(&mut self, thread: i32, name: String) {
        let at = self.now();
        let Some(task) = self.tasks.get(&thread) else { return };
        let run = &mut self.trees[task.tree].run;
        if run.calls.len() >= self.limits.calls {
            run.calls_dropped += 1;
            return;
        }
        let text = format!("{name}(…)");
        let (process, detail, outcome) = (task.process, Detail::Other, Outcome::Refused);
        run.calls.push(Call { at, process, thread, name, text, detail, outcome });
    }
}
