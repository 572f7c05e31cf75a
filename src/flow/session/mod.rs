//! The session: what a learner at a terminal meets, as a pure state machine.
//!
//! Everything that can happen is an [`Event`]; what is to be done about it is a list
//! of [`Action`]s. The machine never waits and never looks at a clock: times come in
//! with the events, and [`Session::deadline`] says when it wants a tick.
//!
//! Invariants, each with a test:
//! - at most one check runs, and its verdict is shown only if nothing was saved since
//!   it began;
//! - every save is followed by a check of what was saved, however it falls;
//! - every key answers in every state;
//! - nothing moves on by itself but with [`Advance::OnPass`].
//!
//! How things are shown, asked and run is left to the assembly that drives it.

mod event;
mod syllabus;

use std::collections::VecDeque;
use std::time::Duration;

pub use event::{Action, Event, Key, Presented, Report, RunId};
pub use syllabus::{Place, StepKind, Syllabus, SyllabusLesson};

use crate::judgement::progress::{Change, Outcome, Progress, Standing, UnixTime};
use crate::words::ids::StepId;

/// How long after a save a check begins: editors touch a file more than once.
pub const GRACE: Duration = Duration::from_millis(10);

/// How often a question is asked in a row before the lesson goes on without it.
const ASKED_IN_A_ROW: u32 = 2;

/// How many missed questions come back at the beginning of a session.
const REVIEWED_AT_ONCE: usize = 3;

/// Whether the session moves on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Only by a key.
    ByKey,
    /// To the next step as soon as a drill passes.
    OnPass,
}

/// What a session begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Missed questions that are due, and then the lesson's first undone step.
    NextStep,
    /// The lesson's drill; its questions are left for later.
    Drill,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    syllabus: Syllabus,
    progress: Progress,
    advance: Advance,
    lesson: usize,
    mode: Mode,
    check: Option<Running>,
    due: Option<Duration>,
    runs: u64,
    /// When it began: the time of its own record, until the one saved is taken over.
    now: UnixTime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mode {
    /// Steps are read and questions asked, one after the other.
    Presenting { queue: VecDeque<Place>, asked: u32, occasion: Occasion },
    /// A drill's files are watched.
    Drilling(StepId),
    /// Nothing is under way: the lesson is done, or was left.
    Idle,
    /// It is over.
    Over,
}

/// Why steps are presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occasion {
    /// Missed questions have come back, of whatever lesson; the session's lesson is entered after them.
    Review,
    /// They are the lesson's.
    Lesson,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Running {
    run: RunId,
    step: StepId,
    superseded: bool,
}

impl Session {
    /// A session over the course, at the lesson that progress says is open, or else the
    /// first that is not done.
    #[must_use]
    pub fn new(syllabus: Syllabus, progress: Progress, advance: Advance) -> Self {
        let open = progress.current.as_ref().and_then(|open| syllabus.position(open));
        let lesson = open.unwrap_or_else(|| syllabus.first_undone(&progress));
        Self {
            syllabus,
            progress,
            advance,
            lesson,
            mode: Mode::Idle,
            check: None,
            due: None,
            runs: 0,
            now: UnixTime(0),
        }
    }

    /// What is done first. Missed questions that are due at `now` come before the lesson.
    pub fn begin(&mut self, now: UnixTime, opening: Opening) -> Vec<Action> {
        self.now = now;
        let mut actions = vec![Action::Welcome];
        if opening == Opening::Drill {
            self.open_lesson(&mut actions);
            self.leave(&mut actions);
            return actions;
        }
        let due = self.progress.due(now);
        let due = due.into_iter().map(|(lesson, step)| Place::new(lesson, step));
        let queue: VecDeque<Place> =
            due.filter(|place| self.syllabus.holds(place)).take(REVIEWED_AT_ONCE).collect();
        if let Some(first) = queue.front().cloned() {
            actions.push(Action::Review(queue.len()));
            actions.push(Action::Present(first));
            self.mode = Mode::Presenting { queue, asked: 0, occasion: Occasion::Review };
        } else {
            self.enter_lesson(&mut actions);
        }
        actions
    }

    /// When a [`Event::Tick`] is wanted, if one is.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.due.filter(|_| self.check.is_none())
    }

    /// The lesson that the session is at.
    #[must_use]
    pub fn lesson(&self) -> Option<&SyllabusLesson> {
        self.syllabus.lessons.get(self.lesson)
    }

    /// The drill whose files are watched, if one is.
    #[must_use]
    pub fn drill(&self) -> Option<&StepId> {
        if let Mode::Drilling(step) = &self.mode { Some(step) } else { None }
    }

    /// Whether missed questions that have come back are being asked.
    #[must_use]
    pub const fn is_reviewing(&self) -> bool {
        matches!(self.mode, Mode::Presenting { occasion: Occasion::Review, .. })
    }

    /// Whether a check is under way.
    #[must_use]
    pub const fn is_checking(&self) -> bool {
        self.check.is_some()
    }

    /// What was done so far.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Takes progress over that was saved: another runner may have added to it.
    pub fn adopt(&mut self, progress: Progress) {
        self.progress = progress;
    }

    /// Handles what happened.
    pub fn handle(&mut self, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.mode == Mode::Over {
            return actions;
        }
        match event {
            Event::Key(key) => self.key(key, &mut actions),
            Event::Saved { at } => {
                if matches!(self.mode, Mode::Drilling(_)) {
                    self.supersede(&mut actions);
                    self.due = Some(at + GRACE);
                }
            }
            Event::Tick { at } => {
                if self.due.is_some_and(|due| due <= at) && self.check.is_none() {
                    self.start(&mut actions);
                }
            }
            Event::Finished { run, report } => self.finished(run, report, &mut actions),
            Event::Presented { place, presented } => self.presented(&place, presented, &mut actions),
            Event::Chosen(lesson) => match lesson.and_then(|lesson| self.syllabus.position(&lesson)) {
                Some(lesson) => self.go_to(lesson, &mut actions),
                None => self.show_again(&mut actions),
            },
            Event::Resumed => self.show_again(&mut actions),
            Event::Ended => self.quit(&mut actions),
        }
        actions
    }

    fn key(&mut self, key: Key, actions: &mut Vec<Action>) {
        let drill = self.drill().cloned();
        match (key, drill) {
            (Key::Run, Some(_)) => {
                self.supersede(actions);
                self.due = Some(Duration::ZERO);
                if self.check.is_none() {
                    self.start(actions);
                }
            }
            (Key::Hint, Some(step)) => actions.push(Action::Hint(self.place(step))),
            (Key::Solution, Some(step)) => actions.push(Action::Solution(self.place(step))),
            (Key::Verdict, Some(step)) => actions.push(Action::Verdict(self.place(step))),
            (Key::Timeline, Some(step)) => actions.push(Action::Timeline(self.place(step))),
            (Key::Run | Key::Hint | Key::Solution | Key::Verdict | Key::Timeline, None) => {
                actions.push(Action::NoDrill)
            }
            (Key::Next, _) => self.next(actions),
            (Key::Previous, _) => self.previous(actions),
            (Key::List, _) => actions.push(Action::List),
            (Key::Questions, _) => self.questions(actions),
            (Key::Help, _) => actions.push(Action::Keys),
            (Key::Quit, _) => self.quit(actions),
        }
    }

    fn place(&self, step: StepId) -> Place {
        Place { lesson: self.syllabus.lessons[self.lesson].id.clone(), step }
    }

    fn record(&mut self, change: Change, actions: &mut Vec<Action>) {
        self.progress.apply(change.clone(), self.now);
        actions.push(Action::Record(change));
    }

    /// A check that is running is of something older than what is now wanted.
    fn supersede(&mut self, actions: &mut Vec<Action>) {
        if let Some(running) = self.check.as_mut().filter(|running| !running.superseded) {
            running.superseded = true;
            actions.push(Action::CancelCheck(running.run));
        }
    }

    fn start(&mut self, actions: &mut Vec<Action>) {
        self.due = None;
        let Some(step) = self.drill().cloned() else { return };
        self.runs += 1;
        let run = RunId(self.runs);
        self.check = Some(Running { run, step: step.clone(), superseded: false });
        actions.push(Action::StartCheck { run, place: self.place(step) });
    }

    fn finished(&mut self, run: RunId, report: Report, actions: &mut Vec<Action>) {
        let Some(running) = self.check.take_if(|running| running.run == run) else { return };
        if !running.superseded {
            match report {
                Report::Judged { outcome, source } => {
                    actions.push(Action::ShowVerdict(run));
                    let place = self.place(running.step);
                    self.judged(place, outcome, source, actions);
                }
                Report::Undecided { held } => {
                    actions.push(Action::ShowVerdict(run));
                    if let Some(source) = held {
                        let place = self.place(running.step);
                        self.held(place, source, actions);
                    }
                }
                Report::Cancelled => {}
                Report::Failed => actions.push(Action::ShowFailure(run)),
            }
        }
        if self.due.is_some() {
            self.start(actions);
        }
    }

    fn judged(&mut self, place: Place, outcome: Outcome, source: String, actions: &mut Vec<Action>) {
        let before = self.progress.standing(&place.lesson, &place.step);
        let change = Change::Judged(place.lesson.clone(), place.step.clone(), outcome, source);
        self.record(change, actions);
        if outcome == Outcome::Passed {
            self.onward(before, Action::Onward, actions);
        }
    }

    /// Nothing of a drill is missed, and the machine cannot tell the rest.
    fn held(&mut self, place: Place, source: String, actions: &mut Vec<Action>) {
        let before = self.progress.standing(&place.lesson, &place.step);
        self.record(Change::Undecided(place.lesson, place.step, Some(source)), actions);
        self.onward(before, Action::OnwardUntold, actions);
    }

    fn onward(&mut self, before: Standing, told: Action, actions: &mut Vec<Action>) {
        match self.advance {
            Advance::OnPass if !before.is_done() => self.next(actions),
            Advance::OnPass | Advance::ByKey => actions.push(told),
        }
    }

    fn presented(&mut self, place: &Place, presented: Presented, actions: &mut Vec<Action>) {
        let kind = self.syllabus.kind(place);
        if let Some(kind) = kind {
            let (lesson, step) = (place.lesson.clone(), place.step.clone());
            let change = match (presented, kind) {
                (Presented::Left, _) => None,
                (Presented::Undecided, _) => Some(Change::Undecided(lesson, step, None)),
                (_, StepKind::Read) => Some(Change::Read(lesson, step)),
                (Presented::Passed, _) => Some(Change::Answered(lesson, step, Outcome::Passed)),
                (Presented::Missed, _) => Some(Change::Answered(lesson, step, Outcome::Missed)),
            };
            if let Some(change) = change {
                self.record(change, actions);
            }
        }
        let Mode::Presenting { queue, asked, occasion } = &mut self.mode else { return };
        if queue.front() != Some(place) {
            return;
        }
        let occasion = *occasion;
        match presented {
            Presented::Left => {
                match occasion {
                    Occasion::Review => self.enter_lesson(actions),
                    Occasion::Lesson => self.leave_for_the_drill(actions),
                }
                return;
            }
            Presented::Missed if *asked + 1 < ASKED_IN_A_ROW => {
                *asked += 1;
                actions.push(Action::OfferHint(place.clone()));
                actions.push(Action::Present(place.clone()));
                return;
            }
            Presented::Missed => actions.push(Action::AskedLater),
            Presented::Passed | Presented::Undecided => {}
        }
        queue.pop_front();
        *asked = 0;
        match (queue.front().cloned(), occasion) {
            (Some(next), _) => actions.push(Action::Present(next)),
            (None, Occasion::Lesson) => self.after(&place.step, actions),
            (None, Occasion::Review) => self.enter_lesson(actions),
        }
    }

    fn leave_for_the_drill(&mut self, actions: &mut Vec<Action>) {
        self.leave(actions);
        let waits = self.lesson().is_some_and(|lesson| lesson.to_present(&self.progress).next().is_some());
        if waits && matches!(self.mode, Mode::Drilling(_)) {
            actions.push(Action::QuestionsWait);
        }
    }

    /// The questions were left: on to the drill, or to nothing.
    fn leave(&mut self, actions: &mut Vec<Action>) {
        let drill = self.undone_drill().or_else(|| self.any_drill());
        match drill {
            Some(step) => self.drill_at(step, actions),
            None => self.rest(actions),
        }
    }

    fn undone_drill(&self) -> Option<StepId> {
        let lesson = self.lesson()?;
        lesson.drills().find(|step| !self.progress.standing(&lesson.id, step).is_done()).cloned()
    }

    fn any_drill(&self) -> Option<StepId> {
        self.lesson()?.drills().next().cloned()
    }

    fn drill_at(&mut self, step: StepId, actions: &mut Vec<Action>) {
        actions.push(Action::Task(self.place(step.clone())));
        self.mode = Mode::Drilling(step);
    }

    fn rest(&mut self, actions: &mut Vec<Action>) {
        self.mode = Mode::Idle;
        let done = self.lesson().is_some_and(|lesson| lesson.is_done(&self.progress));
        actions.push(if self.syllabus.is_done(&self.progress) {
            Action::CourseDone
        } else if done {
            Action::LessonDone
        } else {
            Action::LessonLeft
        });
    }

    /// Opens the lesson that the session is at, and begins with its first undone step.
    fn enter_lesson(&mut self, actions: &mut Vec<Action>) {
        self.open_lesson(actions);
        let Some(lesson) = self.lesson() else {
            self.mode = Mode::Idle;
            return;
        };
        match lesson.undone(&self.progress, 0) {
            Some(index) => self.step_at(index, actions),
            None => self.leave(actions),
        }
    }

    fn open_lesson(&mut self, actions: &mut Vec<Action>) {
        if let Some(id) = self.lesson().map(|lesson| lesson.id.clone()) {
            actions.push(Action::Open(id.clone()));
            self.record(Change::Opened(id), actions);
        }
    }

    /// Goes to a step of the lesson: presents it and those behind it up to the next drill,
    /// or watches its drill.
    fn step_at(&mut self, index: usize, actions: &mut Vec<Action>) {
        let Some(lesson) = self.lesson() else { return };
        let (step, kind) = lesson.steps[index].clone();
        if kind == StepKind::Drill {
            self.drill_at(step, actions);
            return;
        }
        let queue: VecDeque<Place> = lesson.steps[index..]
            .iter()
            .take_while(|(_, kind)| *kind != StepKind::Drill)
            .filter(|(step, _)| !self.progress.standing(&lesson.id, step).is_done())
            .map(|(step, _)| Place::new(&lesson.id, step))
            .collect();
        if let Some(first) = queue.front().cloned() {
            actions.push(Action::Present(first));
            self.mode = Mode::Presenting { queue, asked: 0, occasion: Occasion::Lesson };
        }
    }

    /// Goes on behind a step of the lesson.
    fn after(&mut self, step: &StepId, actions: &mut Vec<Action>) {
        let Some(lesson) = self.lesson() else { return };
        let behind = lesson.index(step).map_or(0, |index| index + 1);
        match lesson.undone(&self.progress, behind).or_else(|| self.undone_drill_index()) {
            Some(index) => self.step_at(index, actions),
            None => self.rest(actions),
        }
    }

    fn undone_drill_index(&self) -> Option<usize> {
        let step = self.undone_drill()?;
        self.lesson()?.index(&step)
    }

    /// The key `next`: the next undone step behind this one, or the next lesson.
    fn next(&mut self, actions: &mut Vec<Action>) {
        let here = self.drill().cloned();
        if let (Some(step), Some(lesson)) = (here, self.lesson()) {
            let behind = lesson.index(&step).map_or(0, |index| index + 1);
            if let Some(index) = lesson.undone(&self.progress, behind) {
                self.abandon_check(actions);
                self.step_at(index, actions);
                return;
            }
        }
        if self.lesson + 1 < self.syllabus.lessons.len() {
            self.go_to(self.lesson + 1, actions);
        } else {
            actions.push(if self.syllabus.is_done(&self.progress) {
                Action::CourseDone
            } else {
                Action::NoNext
            });
        }
    }

    fn previous(&mut self, actions: &mut Vec<Action>) {
        match self.lesson.checked_sub(1) {
            Some(lesson) => self.go_to(lesson, actions),
            None => actions.push(Action::NoPrevious),
        }
    }

    fn go_to(&mut self, lesson: usize, actions: &mut Vec<Action>) {
        self.abandon_check(actions);
        self.lesson = lesson;
        self.mode = Mode::Idle;
        self.enter_lesson(actions);
    }

    fn abandon_check(&mut self, actions: &mut Vec<Action>) {
        self.supersede(actions);
        self.due = None;
    }

    /// The key `questions`: what of the lesson is not read and not answered yet, or all of its
    /// questions again.
    fn questions(&mut self, actions: &mut Vec<Action>) {
        let Some(lesson) = self.lesson() else { return };
        let place = |step: &StepId| Place::new(&lesson.id, step);
        let mut queue: VecDeque<Place> = lesson.to_present(&self.progress).map(place).collect();
        if queue.is_empty() {
            queue = lesson.questions().map(place).collect();
        }
        let Some(first) = queue.front().cloned() else {
            actions.push(Action::NoQuestions);
            return;
        };
        actions.push(Action::Present(first));
        self.mode = Mode::Presenting { queue, asked: 0, occasion: Occasion::Lesson };
    }

    fn show_again(&mut self, actions: &mut Vec<Action>) {
        match &self.mode {
            Mode::Drilling(step) => actions.push(Action::Task(self.place(step.clone()))),
            Mode::Presenting { queue, .. } => actions.extend(queue.front().cloned().map(Action::Present)),
            Mode::Idle => self.rest(actions),
            Mode::Over => {}
        }
    }

    fn quit(&mut self, actions: &mut Vec<Action>) {
        self.abandon_check(actions);
        self.mode = Mode::Over;
        actions.push(Action::Quit);
    }
}

#[cfg(test)]
mod tests;
