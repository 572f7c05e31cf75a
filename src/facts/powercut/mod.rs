//! The power-cut disk as a pure model: what is on the platter, what the kernel
//! has only handed over, and what may be left when the power goes.
//!
//! A real disk keeps a cache: a WRITE that reached it may or may not reach the
//! platter, in any order, until a flush (`fsync(2)`, `fdatasync(2)`,
//! `msync(2)` with `MS_SYNC`) says that it has. So every file is kept twice,
//! as *written* and as *durable*, with the versions that its pages had in
//! between ([`content`]); and so is every directory, with the changes of names
//! in between (`names`). A cut draws one [`Image`] from all that could be left.
//!
//! What is durable, as the manual pages promise it and no more:
//! - `fsync` of a file makes its bytes and its length durable, not its name.
//! - `fsync` of a directory makes the names in it durable, not the bytes behind them.
//! - A rename is atomic: a survivor has the old name or the new one.
//! - A page survives whole, as it was at some moment since the last flush.
//!
//! Real file systems keep more ([`Entries::Journalled`]); a program that lives
//! with less lives on all of them. Modes, owners and times are not under test:
//! they survive as last set. Mounting the model is left to `edges::disk`.

pub mod content;
mod disk;
pub mod image;
mod names;
mod survivors;

pub use disk::{AtRisk, Disk, FileAtRisk, Refusal};
pub use image::{Image, Kind};
pub use names::{Entries, Inode, ROOT};
pub use survivors::Survivors;

#[cfg(test)]
mod tests;
