//! Floor 3: judgement. Lessons checked and loaded, answers marked, evidence judged,
//! progress kept; no I/O, so that all of it is tested from captured data.

pub mod prediction;
pub mod verdict;
pub mod answers;
pub mod progress;
