//! The power-cut disk, mounted: what it keeps, how it is cut, that it goes away.

mod command;
mod cuts;
mod leftovers;
mod mounted;
mod programs;
mod scenes;
mod sqlite;
mod store;
mod traced;

use mmaplings::edges::disk::{Availability, DiskOptions, PowerCutDisk, probe};

use crate::skip;

/// A disk of the given kind, or nothing after having said why there is none.
pub(crate) fn mount(options: DiskOptions) -> Option<PowerCutDisk> {
    match PowerCutDisk::mount(options) {
        Ok(disk) => Some(disk),
        Err(error) => {
            match probe() {
                Availability::Available { .. } => panic!("a disk can be had, and yet: {error}"),
                Availability::InNamespace => skip::skip("a power-cut disk needs a namespace of its own here"),
                Availability::Unavailable { reason, remedy } => {
                    skip::skip(&format!("no power-cut disk: {reason} ({remedy})"));
                }
            }
            None
        }
    }
}
