//! The terminal: pure rendering (model → text) and the prompts that ask a person.

pub mod free_text;
pub mod lessons;
pub mod look;
pub mod markdown;
pub mod observation;
pub mod pictures;
pub mod prediction;
pub mod progress;
pub mod prompts;
pub mod report;
pub mod runs;
pub mod screenful;
pub mod specimen;
pub mod steps;
pub mod timelines;
pub mod verdict;
