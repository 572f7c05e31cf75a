//! The terminal: pure rendering (model → text) and the prompts that ask a person.

pub mod look;
pub mod verdict;
