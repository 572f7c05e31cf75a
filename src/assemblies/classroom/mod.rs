//! Grading a class: many students' work, from a pristine course, each for itself.
//!
//! [`submission`] reads what was handed in and trusts none of it; [`plan`] says by what it
//! is graded; [`work`] runs the drills, confined, side by side or alone; [`store`] keeps
//! one file a student; [`formats`] tells the class to people and to other programs; [`merge`]
//! puts together what was graded in pieces.
//! What verdicts are worth is `judgement::grading`'s to say.

mod answers;
pub mod formats;
pub mod merge;
pub mod plan;
pub mod result;
pub mod store;
pub mod submission;
mod tally;
pub mod work;

pub use plan::{Assignment, KeepEvidence};
pub use result::Graded;
pub use store::{ResultsError, Store};
pub use submission::{ClassError, Submission, class};
pub use tally::by;
pub use work::{GradeJob, Kept, Moment, Summary, grade};
