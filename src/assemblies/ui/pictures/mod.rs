//! Pictures of memory: pure functions from a model and a [`Look`] to text.
//!
//! Every picture keeps to the look's width, says without colour what it says with
//! it, has an ASCII form, and a form in words alone. They show what they are given
//! and judge nothing.
//!
//! [`Look`]: crate::assemblies::ui::look::Look

mod address_space;
mod layout;
mod pair;
mod residency;
mod sketch;
mod timeline;

pub use address_space::{AddressSpace, Folding, GAP, Row, address_space, rows, title};
pub use layout::{LogScale, flavour_words, letters, name};
pub use pair::{Link, Side, links, pair};
pub use residency::residency;
pub use sketch::sketch;
pub use timeline::{Level, counted, end, ending, is_exit, known, lanes, outcome, span, timeline};

#[cfg(test)]
mod tests;
