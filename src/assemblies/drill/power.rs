//! The power of a scene: its disk, when it is cut, and what is left.
//!
//! The disk is mounted over the folder of the run, with the scene's files on it, so that
//! every path is the same with and without it. Where there can be none, the weaker
//! instrument takes its place: nothing is mounted, a cut only kills, and the evidence says so.

use std::path::Path;
use std::time::Duration;

use crate::edges::disk::{CutAt, DiskError, DiskOptions, Fault, FlushEdge, PowerCutDisk, read_tree};
use crate::facts::powercut::Survivors;
use crate::vocabulary::evidence::{Cut, Instrument};
use crate::vocabulary::scene::{DiskMoment, Surviving};

/// The disk of a scene, if there can be one, and its cuts so far.
pub(super) struct Power {
    disk: Option<PowerCutDisk>,
    moment: Option<(DiskMoment, u64)>,
    faults_left_out: u64,
    pub(super) cuts: Vec<Cut>,
}

/// What made the power go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The script, here and now.
    Script,
    /// The moment that it had set.
    Moment,
    /// All programs had ended before that moment came.
    End,
    /// That moment did not come as long as it was waited for.
    Patience,
}

impl Power {
    /// Mounts a disk over `folder`.
    pub(super) fn over(folder: &Path) -> Result<Self, DiskError> {
        let options = DiskOptions::default();
        let image = Some(read_tree(folder, options.capacity)?);
        let mount_point = Some(folder.to_owned());
        let disk = match PowerCutDisk::mount(DiskOptions { mount_point, image, ..options }) {
            Ok(disk) => Some(disk),
            Err(
                DiskError::Device { .. }
                | DiskError::Mount { .. }
                | DiskError::NoRight
                | DiskError::Helper { .. }
                | DiskError::Handover { .. },
            ) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { disk, moment: None, faults_left_out: 0, cuts: Vec::new() })
    }

    /// Without a disk the moment never comes, and the programs are cut at their end: then
    /// there are acknowledgements to be judged by the calls before them.
    pub(super) fn set_cut(&mut self, at: DiskMoment, nth: u64) {
        self.moment = Some((at, nth));
        let Some(disk) = &self.disk else { return };
        disk.set_cut(match at {
            DiskMoment::BeforeFlush => CutAt::Flush { nth, edge: FlushEdge::Before },
            DiskMoment::AfterFlush => CutAt::Flush { nth, edge: FlushEdge::After },
            DiskMoment::Write => CutAt::Write { nth },
        });
    }

    /// A fault of the disk. Without a disk there can be none, and the evidence says so.
    pub(super) fn inject(&mut self, fault: Fault) {
        match &self.disk {
            Some(disk) => disk.inject(fault),
            None => self.faults_left_out += 1,
        }
    }

    /// Whether a moment was set that a cut has to wait for.
    pub(super) fn has_moment(&self) -> bool {
        self.moment.is_some()
    }

    /// Whether the moment has come.
    pub(super) fn moment_has_come(&self) -> bool {
        self.disk.as_ref().is_some_and(|disk| disk.wait_for_cut(Duration::ZERO))
    }

    /// Before the programs are killed: what the kernel still keeps is at stake too.
    pub(super) fn write_back(&self) {
        if let Some(disk) = &self.disk {
            disk.write_back();
        }
    }

    /// After the programs were killed, before their end is waited for.
    pub(super) fn go_offline(&self) {
        if let Some(disk) = &self.disk {
            disk.go_offline();
        }
    }

    /// Before a scene is over whose script did not come to its cut: no program may be left
    /// waiting for the disk. Files that are not on a disk any more cannot be looked at, so
    /// [`Self::come_back`] follows once the programs are gone.
    pub(super) fn let_go(&self) {
        if let Some(disk) = self.disk.as_ref().filter(|disk| !disk.clear_cut()) {
            disk.go_offline();
        }
    }

    /// Makes the files readable again after [`Self::let_go`], as they were written.
    pub(super) fn come_back(&mut self) -> Result<(), DiskError> {
        match self.disk.as_mut().filter(|disk| !disk.clear_cut()) {
            Some(disk) => disk.restart(disk.image(Survivors::Everything)),
            None => Ok(()),
        }
    }

    /// After they have ended: the machine comes back with what survived.
    pub(super) fn restart(
        &mut self,
        at: u64,
        cause: Cause,
        surviving: Surviving,
        seed: u64,
    ) -> Result<(), DiskError> {
        let moment = self.words(cause);
        let survivors = match surviving {
            Surviving::Flushed => Survivors::FlushedOnly,
            Surviving::Everything => Survivors::Everything,
            Surviving::Subset => Survivors::Subset { seed },
        };
        let mut cut = Cut {
            at,
            moment,
            survivors: survivors.to_string(),
            instrument: Instrument::PowerCutDisk,
            unflushed_pages: 0,
            faults_left_out: self.faults_left_out,
        };
        self.moment = None;
        if let Some(disk) = &mut self.disk {
            cut.unflushed_pages = disk.at_risk().pages();
            disk.restart(disk.image(survivors))?;
        } else {
            cut.survivors = Survivors::Everything.to_string();
            cut.instrument = Instrument::Calls;
        }
        self.cuts.push(cut);
        Ok(())
    }

    fn words(&self, cause: Cause) -> String {
        let request = self.moment.map(|(at, nth)| request(at, nth)).unwrap_or_default();
        match cause {
            Cause::Script => "where the script says so".to_owned(),
            Cause::Moment => request,
            Cause::End => "after all programs had ended".to_owned(),
            Cause::Patience => format!("after waiting in vain to cut it {request}"),
        }
    }
}

/// A moment, in words behind "cut the power".
pub(super) fn request(at: DiskMoment, nth: u64) -> String {
    match at {
        DiskMoment::BeforeFlush => format!("instead of flush {nth}"),
        DiskMoment::AfterFlush => format!("after flush {nth}"),
        DiskMoment::Write => format!("at write {nth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_disk_programs_are_cut_at_their_end_and_no_fault_is_claimed() {
        let mut power = Power { disk: None, moment: None, faults_left_out: 0, cuts: Vec::new() };
        power.set_cut(DiskMoment::BeforeFlush, 2);
        assert!(power.has_moment(), "the cut waits");
        assert!(!power.moment_has_come(), "there is no disk of which anything is asked");
        power.inject(Fault::FlushFails { nth: 1 });
        power.restart(5, Cause::End, Surviving::Flushed, 1).unwrap();
        let [cut] = power.cuts.as_slice() else { panic!("one cut") };
        assert_eq!(cut.moment, "after all programs had ended");
        assert_eq!(cut.instrument, Instrument::Calls);
        assert_eq!(cut.faults_left_out, 1);
    }
}
