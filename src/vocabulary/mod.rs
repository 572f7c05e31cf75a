//! Floor 2: vocabulary. What a lesson can say (questions, scenes, checks) and
//! what a run can leave behind (evidence): plain data, serialisable, without I/O.

pub mod evidence;
pub mod value;
