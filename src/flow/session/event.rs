//! What can happen in a session, and what is to be done about it.

use std::time::Duration;

use super::Place;
use crate::judgement::progress::{Change, Outcome};
use crate::words::ids::LessonId;

/// Something that happened. Times are since the session began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// One of the watched files was saved.
    Saved {
        /// When.
        at: Duration,
    },
    /// The time that [`super::Session::deadline`] named has come.
    Tick {
        /// Now.
        at: Duration,
    },
    /// A check came to its end, however.
    Finished {
        /// Which.
        run: RunId,
        /// How.
        report: Report,
    },
    /// A step was read or answered, or left.
    Presented {
        /// Which.
        place: Place,
        /// How.
        presented: Presented,
    },
    /// The list was left, with a lesson or without.
    Chosen(Option<LessonId>),
    /// The terminal is ours again (after Ctrl-Z and `fg`).
    Resumed,
    /// There will be no more keys: the terminal is gone.
    Ended,
}

/// The keys that always answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Judge the drill now.
    Run,
    /// One more hint.
    Hint,
    /// On to what is next.
    Next,
    /// Back to the lesson before.
    Previous,
    /// All lessons.
    List,
    /// The lesson's questions.
    Questions,
    /// The model programs.
    Solution,
    /// The last verdict, with every miss told in full.
    Verdict,
    /// The last run in time.
    Timeline,
    /// What the keys are.
    Help,
    /// The end.
    Quit,
}

/// A check of the session, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// With a verdict on the learner's work.
    Judged {
        /// Whether it passed.
        outcome: Outcome,
        /// SHA-256 of the sources judged, in hexadecimal.
        source: String,
    },
    /// With evidence that does not decide everything: an instrument is missing.
    Undecided {
        /// SHA-256 of the sources judged, in hexadecimal, if something holds and nothing is missed.
        held: Option<String>,
    },
    /// It was cancelled.
    Cancelled,
    /// The runner failed.
    Failed,
}

/// How presenting a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It was read, or answered right.
    Passed,
    /// It was answered wrong.
    Missed,
    /// This machine cannot tell: as done as it can be here.
    Undecided,
    /// The learner wanted out.
    Left,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Say where the learner is in the course.
    Welcome,
    /// Say that so many missed questions come back first.
    Review(usize),
    /// Make a lesson ready: its starters there, its files watched.
    Open(LessonId),
    /// Show a text, or ask a question, and answer with [`Event::Presented`].
    Present(Place),
    /// Offer a hint for a question that was missed and is asked again, if there is one left.
    OfferHint(Place),
    /// Show what a drill asks for, which files to edit, and the keys.
    Task(Place),
    /// Judge a drill, and answer with [`Event::Finished`].
    StartCheck {
        /// Under which number.
        run: RunId,
        /// The drill.
        place: Place,
    },
    /// End a check early; it still answers with [`Event::Finished`].
    CancelCheck(RunId),
    /// Show what a check found.
    ShowVerdict(RunId),
    /// Show why the runner failed.
    ShowFailure(RunId),
    /// Say that this step is done and how to go on.
    Onward,
    /// Say that this step is done as far as this machine can tell, and how to go on.
    OnwardUntold,
    /// Say that a question that was missed is left for now.
    AskedLater,
    /// Say that the lesson's questions wait, after they were left for its drill.
    QuestionsWait,
    /// Show the next hint, and remember that it was shown.
    Hint(Place),
    /// Show the solution, or ask whether to give up.
    Solution(Place),
    /// Show the last verdict on a drill, with every miss told in full.
    Verdict(Place),
    /// Show the last run in time.
    Timeline(Place),
    /// Show all lessons to choose from, and answer with [`Event::Chosen`].
    List,
    /// Show the keys.
    Keys,
    /// Say that there is nothing to run here.
    NoDrill,
    /// Say that the lesson asks nothing.
    NoQuestions,
    /// Say that this is the last lesson.
    NoNext,
    /// Say that this is the first lesson.
    NoPrevious,
    /// Say that the lesson is done.
    LessonDone,
    /// Say that the lesson was left before it was done, and how to go on.
    LessonLeft,
    /// Say that the course is done.
    CourseDone,
    /// Save what happened.
    Record(Change),
    /// Leave.
    Quit,
}
