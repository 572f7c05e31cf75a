//! Floor 0: the words everything else is written in. Units, ids and prose;
//! no I/O, no dependency on any other floor.

pub mod digest;
pub mod ids;
pub mod prose;
pub mod speech;
pub mod units;
pub mod untrusted;
