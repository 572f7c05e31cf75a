//! Floor 5: edges. Everything that touches the machine, one thing each; edges
//! never import each other, but for `calls`, which is below the others.

pub(crate) mod calls;
pub mod cgroup;
pub mod compiler;
pub mod course_files;
pub mod disk;
pub mod experiment;
pub mod fixtures;
pub mod footprint;
pub mod inspect;
pub mod pager;
pub mod sandbox;
pub mod store;
pub mod terminal;
pub mod tracer;
pub mod watch;
