//! Web pages that stand alone: one file each, with its style and its charts in it, that
//! asks no network for anything and runs no script.
//!
//! Everything is built with maud, which escapes whatever is put into a template: a learner's
//! file may be called `<script>`. Pages read in light and dark, on a screen, a telephone and on
//! paper; every chart says what it shows in its title, and has a table with its figures.
//!
//! What a page is about is laid out by whoever makes it; here are the building blocks.

mod chart;
mod memory;
mod observation;
mod page;
mod report;

pub use chart::{Mark, Part, Series, over_time, progress_bar};
pub use memory::{address_space, pair};
pub use observation::{checkpoints, ending_tag, faults_over_time, marks, memory_over_time, observation};
pub use page::{Tone, fact, facts, page, table, tag};
pub use report::{evidence, judged, report};

#[cfg(test)]
mod tests;
