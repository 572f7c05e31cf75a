//! Floor 1: facts. What the kernel's books say, as types and pure parsers over
//! bytes; no I/O.

pub mod call;
pub mod mapping;
pub mod powercut;
