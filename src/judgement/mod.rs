//! Floor 3: judgement. Lessons checked and loaded, answers marked, evidence judged,
//! progress kept; no I/O, so that all of it is tested from captured data.

pub mod answers;
pub mod chapter;
pub mod course;
pub mod draw;
pub mod figures;
pub mod grading;
pub mod marking;
pub mod measured;
pub mod mutants;
pub mod overview;
pub mod prediction;
pub mod progress;
pub mod sketch;
pub mod specimen;
pub mod transcript;
pub mod verdict;
