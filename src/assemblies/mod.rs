//! Floor 6: assemblies. Edges and judgement put together: running a drill,
//! the terminal, reports.

pub mod classroom;
pub mod drill;
pub mod observing;
pub mod pages;
pub mod powercut;
pub mod proof;
pub mod sketching;
pub mod specimens;
pub mod ui;
pub mod workspace;
