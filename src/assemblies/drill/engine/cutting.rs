//! The script's dealings with the disk: faults, moments, and the cut itself.

use std::time::{Duration, Instant};

use super::{Engine, Look, cast};
use crate::assemblies::drill::power::Cause;
use crate::assemblies::drill::{DrillError, Step};
use crate::edges::disk::Fault;
use crate::flow::play::Play;
use crate::vocabulary::scene::Surviving;
use crate::vocabulary::value::Expr;
use crate::words::ids::InstanceName;

/// How long the disk's moment may go unnoticed; meanwhile the program stands at its flush.
const DISK_PERIOD: Duration = Duration::from_millis(1);

impl Engine<'_> {
    /// Cuts the power, in the order that the disk asks for, and brings the machine back.
    pub(super) fn cut(&mut self, survivors: Surviving) -> Result<Step<()>, DrillError> {
        let cast = cast(self.scene);
        let left = |play: &Play<'_>| -> Vec<InstanceName> {
            cast.iter().filter(|who| play.is_on(who)).cloned().collect()
        };
        let until = Instant::now() + self.patience();
        let cause = loop {
            let Some(power) = self.power.as_ref().filter(|power| power.has_moment()) else {
                break Cause::Script;
            };
            if power.moment_has_come() {
                break Cause::Moment;
            } else if left(&self.play).is_empty() {
                break Cause::End;
            } else if Instant::now() >= until {
                break Cause::Patience;
            }
            // The stage does not wake for the disk, so it is left for a moment only.
            if let Look::Cancelled = self.look(Instant::now() + DISK_PERIOD)? {
                return Ok(Step::Cancelled);
            }
        };
        let at = self.stage.now();
        self.note("power cut".to_owned());
        let power = self.power.as_ref();
        power.inspect(|power| power.write_back());
        for who in left(&self.play) {
            self.stage.kill(&who)?;
        }
        power.inspect(|power| power.go_offline());
        while !left(&self.play).is_empty() {
            // Killed programs end; how long the system takes for it is not theirs to answer for.
            if let Look::Cancelled = self.look(Instant::now() + self.patience())? {
                return Ok(Step::Cancelled);
            }
        }
        // What is mounted in there is the disk that goes; who comes next gets to see the new one.
        self.enclosure = None;
        if let Some(power) = &mut self.power {
            power.restart(at, cause, survivors, self.seed)?;
        }
        self.note("power back".to_owned());
        Ok(Step::Done(()))
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        if let Some(power) = &mut self.power {
            power.inject(fault);
        }
    }

    /// A number of requests: at least 1.
    pub(super) fn count(&self, expression: &Expr) -> Result<u64, DrillError> {
        Ok(u64::try_from(self.number(expression)?).unwrap_or_default().max(1))
    }
}
