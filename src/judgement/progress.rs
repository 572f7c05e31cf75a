//! Progress: what a learner has tried and how it went, as data; no I/O.
//!
//! Progress changes only by [`Change`]s, each a thing that happened. Whoever saves
//! it reads the newest state under a lock, applies its change, and writes: two
//! runners in one workspace then lose nothing. A step once passed stays passed.
//!
//! Questions that were missed come back: ten minutes later, then after one, three
//! and seven days, each time only if the time before was right. Spacing follows
//! Leitner's boxes (S. Leitner, *So lernt man lernen*, 1972); the intervals are ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocabulary::lesson::Language;
use crate::words::ids::{LessonId, StepId};

/// The version of the format that is written.
pub const VERSION: u32 = 1;

/// A moment, in seconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// This many seconds later.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// All of a learner's progress in one workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The format's version.
    pub version: u32,
    /// The lesson that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<LessonId>,
    /// What was done in each lesson that was touched.
    #[serde(default)]
    pub lessons: BTreeMap<LessonId, LessonProgress>,
}

/// What was done in a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonProgress {
    /// The language its drills are written in, where it is not the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What was done in each step that was touched.
    #[serde(default)]
    pub steps: BTreeMap<StepId, StepProgress>,
}

/// What was done in a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepProgress {
    /// Where it stands.
    pub standing: Standing,
    /// How often it was answered or judged.
    #[serde(default)]
    pub tries: u32,
    /// How many of its hints were shown.
    #[serde(default)]
    pub hints: usize,
    /// Whether the solution was looked at before the step was passed.
    #[serde(default)]
    pub solution: Solution,
    /// When it was passed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<UnixTime>,
    /// When it comes back, if it was missed once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// SHA-256 of the sources of the last drill judged, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_source: Option<String>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not tried yet.
    #[default]
    Untried,
    /// Tried, never passed.
    Missed,
    /// Nothing of it was missed, and this machine cannot tell the rest of it.
    Undecided,
    /// Passed at least once.
    Passed,
}

impl Standing {
    /// Whether there is nothing left to do in it here: what a machine lacks is not the learner's to mend.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Undecided | Self::Passed)
    }
}

/// Whether a learner looked at the solution before passing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Solution {
    /// No.
    #[default]
    Unseen,
    /// Yes: they gave up.
    GivenUp,
}

/// When a missed question comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// How often it was right in a row since it was missed.
    pub right_in_a_row: usize,
    /// From when it is asked again.
    pub due: UnixTime,
}

/// How long after its last right answer a missed question comes back, in seconds:
/// by how often it was right in a row. After the last it stays away.
const INTERVALS: [u64; 4] = [10 * 60, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600];

/// How a try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was right.
    Passed,
    /// It was not.
    Missed,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A lesson was opened.
    Opened(LessonId),
    /// A language was chosen for a lesson.
    Speaks(LessonId, Language),
    /// A text was read.
    Read(LessonId, StepId),
    /// A question, prediction or sketch was answered.
    Answered(LessonId, StepId, Outcome),
    /// A drill was judged; with SHA-256 of its sources.
    Judged(LessonId, StepId, Outcome, String),
    /// A step was tried, nothing of it was missed, and this machine cannot tell the rest; of a drill
    /// with SHA-256 of its sources.
    Undecided(LessonId, StepId, Option<String>),
    /// One more hint of a step was shown; it has this many in all.
    Hinted(LessonId, StepId, usize),
    /// The solution was looked at before the step was passed.
    GaveUp(LessonId, StepId),
}

/// Why bytes are not progress that this version can carry on with.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// Not the format: truncated, garbage, or changed by hand.
    #[error("it is not whole: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by a later version.
    #[error("it has format version {found}, and this mmaplings knows versions up to {VERSION}")]
    Later {
        /// The version found.
        found: u32,
    },
}

impl Default for Progress {
    fn default() -> Self {
        Self { version: VERSION, current: None, lessons: BTreeMap::new() }
    }
}

impl Progress {
    /// Reads progress as it was saved.
    ///
    /// # Errors
    /// Where the bytes are damaged, or of a later version.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Damage> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version: found } = serde_json::from_slice(bytes)?;
        if found > VERSION {
            return Err(Damage::Later { found });
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// As it is saved: JSON that a person can read and a version control system can compare.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("maps with text keys, numbers and texts always serialise");
        text.push('\n');
        text
    }

    /// What was done in a step, if it was touched.
    #[must_use]
    pub fn step(&self, lesson: &LessonId, step: &StepId) -> Option<&StepProgress> {
        self.lessons.get(lesson)?.steps.get(step)
    }

    /// Where a step stands.
    #[must_use]
    pub fn standing(&self, lesson: &LessonId, step: &StepId) -> Standing {
        self.step(lesson, step).map_or(Standing::Untried, |step| step.standing)
    }

    /// The language chosen for a lesson, if one was.
    #[must_use]
    pub fn language(&self, lesson: &LessonId) -> Option<Language> {
        self.lessons.get(lesson)?.language
    }

    /// The questions that have come back by `now`, those that are due longest first.
    #[must_use]
    pub fn due(&self, now: UnixTime) -> Vec<(&LessonId, &StepId)> {
        let mut due: Vec<(UnixTime, &LessonId, &StepId)> = self
            .lessons
            .iter()
            .flat_map(|(lesson, progress)| progress.steps.iter().map(move |(id, step)| (lesson, id, step)))
            .filter_map(|(lesson, id, step)| {
                step.review.filter(|review| review.due <= now).map(|review| (review.due, lesson, id))
            })
            .collect();
        due.sort();
        due.into_iter().map(|(_, lesson, step)| (lesson, step)).collect()
    }

    /// Applies what happened at `now`.
    pub fn apply(&mut self, change: Change, now: UnixTime) {
        match change {
            Change::Opened(lesson) => self.current = Some(lesson),
            Change::Speaks(lesson, language) => {
                self.lessons.entry(lesson).or_default().language = Some(language);
            }
            Change::Read(lesson, step) => self.step_mut(lesson, step).try_at(Outcome::Passed, now),
            Change::Answered(lesson, step, outcome) => {
                let step = self.step_mut(lesson, step);
                step.try_at(outcome, now);
                step.schedule(outcome, now);
            }
            Change::Judged(lesson, step, outcome, source) => {
                let step = self.step_mut(lesson, step);
                step.try_at(outcome, now);
                step.judged_source = Some(source);
            }
            Change::Undecided(lesson, step, source) => {
                let step = self.step_mut(lesson, step);
                step.tries = step.tries.saturating_add(1);
                if step.standing != Standing::Passed {
                    step.standing = Standing::Undecided;
                }
                step.judged_source = source.or_else(|| step.judged_source.take());
            }
            Change::Hinted(lesson, step, all) => {
                let step = self.step_mut(lesson, step);
                step.hints = (step.hints + 1).min(all);
            }
            Change::GaveUp(lesson, step) => {
                let step = self.step_mut(lesson, step);
                if !step.standing.is_done() {
                    step.solution = Solution::GivenUp;
                }
            }
        }
    }

    fn step_mut(&mut self, lesson: LessonId, step: StepId) -> &mut StepProgress {
        self.lessons.entry(lesson).or_default().steps.entry(step).or_default()
    }
}

impl StepProgress {
    fn try_at(&mut self, outcome: Outcome, now: UnixTime) {
        self.tries = self.tries.saturating_add(1);
        match outcome {
            Outcome::Passed => {
                self.standing = Standing::Passed;
                self.passed_at.get_or_insert(now);
            }
            Outcome::Missed if self.standing == Standing::Untried => self.standing = Standing::Missed,
            Outcome::Missed => {}
        }
    }

    fn schedule(&mut self, outcome: Outcome, now: UnixTime) {
        self.review = match (outcome, self.review) {
            (Outcome::Missed, _) => Some(Review { right_in_a_row: 0, due: now.plus(INTERVALS[0]) }),
            (Outcome::Passed, Some(review)) if review.due <= now => {
                let right_in_a_row = review.right_in_a_row + 1;
                INTERVALS
                    .get(right_in_a_row)
                    .map(|&interval| Review { right_in_a_row, due: now.plus(interval) })
            }
            (Outcome::Passed, review) => review,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson() -> LessonId {
        "03-untouched-memory".parse().unwrap()
    }

    fn step(name: &str) -> StepId {
        name.parse().unwrap()
    }

    fn after(changes: impl IntoIterator<Item = (u64, Change)>) -> Progress {
        let mut progress = Progress::default();
        for (at, change) in changes {
            progress.apply(change, UnixTime(at));
        }
        progress
    }

    fn answered(outcome: Outcome) -> Change {
        Change::Answered(lesson(), step("rss"), outcome)
    }

    #[test]
    fn a_step_once_passed_stays_passed() {
        let progress = after([
            (1, answered(Outcome::Missed)),
            (2, answered(Outcome::Passed)),
            (3, answered(Outcome::Missed)),
        ]);
        let rss = progress.step(&lesson(), &step("rss")).unwrap();
        assert_eq!((rss.standing, rss.tries, rss.passed_at), (Standing::Passed, 3, Some(UnixTime(2))));
    }

    #[test]
    fn what_a_machine_cannot_tell_is_done_and_may_still_be_passed() {
        let undecided = || Change::Undecided(lesson(), step("rss"), None);
        let standing = |changes: Vec<(u64, Change)>| after(changes).standing(&lesson(), &step("rss"));
        assert_eq!(standing(vec![(1, undecided())]), Standing::Undecided);
        assert_eq!(standing(vec![(1, answered(Outcome::Missed)), (2, undecided())]), Standing::Undecided);
        assert_eq!(standing(vec![(1, undecided()), (2, answered(Outcome::Missed))]), Standing::Undecided);
        assert_eq!(standing(vec![(1, undecided()), (2, answered(Outcome::Passed))]), Standing::Passed);
        assert_eq!(standing(vec![(1, answered(Outcome::Passed)), (2, undecided())]), Standing::Passed);
        assert!(Standing::Undecided.is_done() && !Standing::Missed.is_done());
    }

    #[test]
    fn a_missed_question_comes_back_spaced_and_then_stays_away() {
        let mut progress = after([(0, answered(Outcome::Missed)), (5, answered(Outcome::Passed))]);
        let mut now = 0;
        for interval in INTERVALS {
            assert_eq!(progress.due(UnixTime(now + interval - 1)), []);
            now += interval;
            assert_eq!(progress.due(UnixTime(now)), [(&lesson(), &step("rss"))]);
            progress.apply(answered(Outcome::Passed), UnixTime(now));
        }
        assert_eq!(progress.due(UnixTime(u64::MAX)), []);
    }

    #[test]
    fn a_question_missed_again_starts_over() {
        let first = INTERVALS[0];
        let progress = after([
            (0, answered(Outcome::Missed)),
            (first, answered(Outcome::Passed)),
            (first + 1, answered(Outcome::Missed)),
        ]);
        assert_eq!(progress.due(UnixTime(2 * first + 1)).len(), 1);
    }

    #[test]
    fn a_question_never_missed_does_not_come_back() {
        assert_eq!(after([(0, answered(Outcome::Passed))]).due(UnixTime(u64::MAX)), []);
    }

    #[test]
    fn a_drill_does_not_come_back() {
        let judged = Change::Judged(lesson(), step("reserve"), Outcome::Missed, "abc".to_owned());
        assert_eq!(after([(0, judged)]).due(UnixTime(u64::MAX)), []);
    }

    #[test]
    fn hints_are_remembered_up_to_the_last() {
        let hint = || Change::Hinted(lesson(), step("reserve"), 3);
        let progress = after((0..5).map(|at| (at, hint())));
        assert_eq!(progress.step(&lesson(), &step("reserve")).unwrap().hints, 3);
    }

    #[test]
    fn a_solution_looked_at_after_the_pass_is_no_giving_up() {
        let judged = Change::Judged(lesson(), step("reserve"), Outcome::Passed, "abc".to_owned());
        let looked = || Change::GaveUp(lesson(), step("reserve"));
        let solution = |progress: &Progress| progress.step(&lesson(), &step("reserve")).unwrap().solution;
        assert_eq!(solution(&after([(0, judged), (1, looked())])), Solution::Unseen);
        assert_eq!(solution(&after([(0, looked())])), Solution::GivenUp);
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let mut progress = after([
            (0, Change::Opened(lesson())),
            (1, Change::Speaks(lesson(), Language::C)),
            (2, answered(Outcome::Missed)),
            (3, Change::Hinted(lesson(), step("rss"), 3)),
        ]);
        assert_eq!(Progress::from_json(progress.to_json().as_bytes()).unwrap(), progress);
        progress.apply(Change::Read(lesson(), step("intro")), UnixTime(4));
        assert_eq!(Progress::from_json(progress.to_json().as_bytes()).unwrap(), progress);
    }

    #[test]
    fn every_truncation_is_damage_and_never_an_empty_progress() {
        let whole = after([(2, answered(Outcome::Missed))]).to_json();
        for length in 0..whole.trim_end().len() {
            assert!(Progress::from_json(&whole.as_bytes()[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_later_version_is_told_apart_from_garbage() {
        assert!(matches!(
            Progress::from_json(br#"{"version": 2, "x": []}"#),
            Err(Damage::Later { found: 2 })
        ));
        assert!(matches!(Progress::from_json(b"\0\0\0"), Err(Damage::Malformed(_))));
        assert!(matches!(Progress::from_json(b"{}"), Err(Damage::Malformed(_))));
    }
}
