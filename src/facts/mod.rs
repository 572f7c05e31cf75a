//! Floor 1: facts. What the kernel's books say, as types and pure parsers over
//! bytes; no I/O.

pub mod announcement;
pub mod books;
pub mod call;
pub mod mapping;
pub mod page_map;
pub mod powercut;
pub mod signal;
pub mod smaps;
pub mod syscall;
