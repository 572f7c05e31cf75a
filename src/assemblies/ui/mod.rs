//! The terminal: pure rendering (model → text) and the prompts that ask a person.

pub mod lessons;
pub mod look;
pub mod markdown;
pub mod pictures;
pub mod progress;
pub mod steps;
pub mod verdict;
