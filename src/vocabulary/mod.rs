//! Floor 2: vocabulary. What a lesson can say (questions, scenes, checks) and
//! what a run can leave behind (evidence): plain data, serialisable, without I/O.

pub mod check;
pub mod comparison;
pub mod confinement;
pub mod evidence;
pub mod evidence_file;
pub mod experiment;
mod expression;
mod leaf;
pub mod lesson;
pub mod question;
pub mod scene;
pub mod sketch;
pub mod specimen;
pub mod value;
