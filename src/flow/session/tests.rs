//! The session played through, event by event.

use super::*;
use crate::words::ids::LessonId;

fn lesson(name: &str) -> LessonId {
    name.parse().unwrap()
}

fn place(lesson_name: &str, step: &str) -> Place {
    Place { lesson: lesson(lesson_name), step: step.parse().unwrap() }
}

/// Two lessons: a text, a question, a drill, a question behind it; and a text alone.
fn syllabus() -> Syllabus {
    let steps = |steps: &[(&str, StepKind)]| {
        steps.iter().map(|&(step, kind)| (step.parse().unwrap(), kind)).collect()
    };
    Syllabus {
        lessons: vec![
            SyllabusLesson {
                id: lesson("01-one"),
                steps: steps(&[
                    ("text", StepKind::Read),
                    ("ask", StepKind::Question),
                    ("drill", StepKind::Drill),
                    ("after", StepKind::Question),
                ]),
            },
            SyllabusLesson { id: lesson("02-two"), steps: steps(&[("text", StepKind::Read)]) },
        ],
    }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn presented(step: &str, presented: Presented) -> Event {
    Event::Presented { place: place("01-one", step), presented }
}

fn judged(run: u64, outcome: Outcome) -> Event {
    Event::Finished { run: RunId(run), report: Report::Judged { outcome, source: format!("source {run}") } }
}

fn change(outcome: Outcome, run: u64) -> Action {
    let Place { lesson, step } = place("01-one", "drill");
    Action::Record(Change::Judged(lesson, step, outcome, format!("source {run}")))
}

fn start(run: u64) -> Action {
    Action::StartCheck { run: RunId(run), place: place("01-one", "drill") }
}

/// A session whose first lesson's drill is watched.
fn drilling(advance: Advance) -> Session {
    let mut session = Session::new(syllabus(), Progress::default(), advance);
    session.begin(UnixTime(0), Opening::NextStep);
    session.handle(presented("text", Presented::Passed));
    let actions = session.handle(presented("ask", Presented::Passed));
    assert_eq!(actions.last(), Some(&Action::Task(place("01-one", "drill"))));
    session
}

#[test]
fn a_lesson_is_read_asked_and_drilled_in_its_order() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    assert_eq!(
        session.begin(UnixTime(0), Opening::NextStep),
        [
            Action::Welcome,
            Action::Open(lesson("01-one")),
            Action::Record(Change::Opened(lesson("01-one"))),
            Action::Present(place("01-one", "text")),
        ]
    );
    let Place { lesson: id, step } = place("01-one", "text");
    assert_eq!(
        session.handle(presented("text", Presented::Passed)),
        [Action::Record(Change::Read(id, step)), Action::Present(place("01-one", "ask"))]
    );
}

#[test]
fn a_missed_question_is_asked_once_more_and_then_the_lesson_goes_on() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    session.begin(UnixTime(0), Opening::NextStep);
    session.handle(presented("text", Presented::Passed));
    let again = session.handle(presented("ask", Presented::Missed));
    let asked = place("01-one", "ask");
    assert_eq!(again[1..], [Action::OfferHint(asked.clone()), Action::Present(asked)]);
    let on = session.handle(presented("ask", Presented::Missed));
    assert_eq!(on.last(), Some(&Action::Task(place("01-one", "drill"))));
}

#[test]
fn a_save_starts_a_check_after_the_grace_and_its_verdict_is_shown_and_recorded() {
    let mut session = drilling(Advance::ByKey);
    assert_eq!(session.handle(Event::Saved { at: ms(100) }), []);
    assert_eq!(session.deadline(), Some(ms(100) + GRACE));
    assert_eq!(session.handle(Event::Tick { at: ms(100) }), []);
    assert_eq!(session.handle(Event::Tick { at: ms(100) + GRACE }), [start(1)]);
    assert_eq!(session.deadline(), None);
    assert_eq!(
        session.handle(judged(1, Outcome::Missed)),
        [Action::ShowVerdict(RunId(1)), change(Outcome::Missed, 1)]
    );
}

#[test]
fn saves_in_quick_succession_start_one_check() {
    let mut session = drilling(Advance::ByKey);
    session.handle(Event::Saved { at: ms(100) });
    session.handle(Event::Saved { at: ms(105) });
    assert_eq!(session.handle(Event::Tick { at: ms(100) + GRACE }), []);
    assert_eq!(session.handle(Event::Tick { at: ms(105) + GRACE }), [start(1)]);
}

#[test]
fn a_save_during_a_check_cancels_it_and_the_new_source_is_judged() {
    let mut session = drilling(Advance::ByKey);
    session.handle(Event::Saved { at: ms(0) });
    session.handle(Event::Tick { at: GRACE });
    assert_eq!(session.handle(Event::Saved { at: ms(50) }), [Action::CancelCheck(RunId(1))]);
    assert_eq!(session.handle(Event::Saved { at: ms(55) }), []);
    assert_eq!(session.handle(Event::Tick { at: ms(100) }), []);
    // The old one may still come with a verdict: it is not shown.
    assert_eq!(session.handle(judged(1, Outcome::Passed)), [start(2)]);
    assert_eq!(
        session.handle(judged(2, Outcome::Missed)),
        [Action::ShowVerdict(RunId(2)), change(Outcome::Missed, 2)]
    );
    assert_eq!(session.handle(judged(1, Outcome::Passed)), []);
}

#[test]
fn nothing_moves_on_by_itself_unless_asked_to() {
    let run = |advance| {
        let mut session = drilling(advance);
        session.handle(Event::Key(Key::Run));
        session.handle(judged(1, Outcome::Passed)).pop()
    };
    assert_eq!(run(Advance::ByKey), Some(Action::Onward));
    assert_eq!(run(Advance::OnPass), Some(Action::Present(place("01-one", "after"))));
}

#[test]
fn next_goes_to_the_questions_behind_the_drill_and_then_to_the_next_lesson() {
    let mut session = drilling(Advance::ByKey);
    session.handle(Event::Key(Key::Run));
    session.handle(judged(1, Outcome::Passed));
    assert_eq!(session.handle(Event::Key(Key::Next)), [Action::Present(place("01-one", "after"))]);
    let done = session.handle(presented("after", Presented::Passed));
    assert_eq!(done.last(), Some(&Action::LessonDone));
    let next = session.handle(Event::Key(Key::Next));
    assert_eq!(next.first(), Some(&Action::Open(lesson("02-two"))));
    let text = Event::Presented { place: place("02-two", "text"), presented: Presented::Passed };
    assert_eq!(session.handle(text).last(), Some(&Action::CourseDone));
}

#[test]
fn going_elsewhere_cancels_the_check_and_its_verdict_is_never_shown() {
    let mut session = drilling(Advance::ByKey);
    session.handle(Event::Key(Key::Run));
    let actions = session.handle(Event::Chosen(Some(lesson("02-two"))));
    assert_eq!(actions[..2], [Action::CancelCheck(RunId(1)), Action::Open(lesson("02-two"))]);
    assert_eq!(session.handle(judged(1, Outcome::Passed)), []);
}

#[test]
fn what_the_machine_cannot_tell_is_neither_passed_nor_missed_and_holds_nobody_up() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    session.begin(UnixTime(0), Opening::NextStep);
    session.handle(presented("text", Presented::Passed));
    let actions = session.handle(presented("ask", Presented::Undecided));
    let Place { lesson: id, step } = place("01-one", "ask");
    assert_eq!(actions.first(), Some(&Action::Record(Change::Undecided(id, step, None))));
    assert_eq!(actions.last(), Some(&Action::Task(place("01-one", "drill"))));
}

#[test]
fn questions_that_were_left_lead_to_the_drill() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    session.begin(UnixTime(0), Opening::NextStep);
    let actions = session.handle(presented("text", Presented::Left));
    assert_eq!(actions, [Action::Task(place("01-one", "drill")), Action::QuestionsWait]);
    let again = session.handle(Event::Key(Key::Questions));
    assert_eq!(again, [Action::Present(place("01-one", "text"))], "what was not read comes with them");
    let next = session.handle(presented("text", Presented::Passed));
    assert_eq!(next.last(), Some(&Action::Present(place("01-one", "ask"))));
}

#[test]
fn a_question_missed_twice_is_said_to_be_left_for_now() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    session.begin(UnixTime(0), Opening::NextStep);
    session.handle(presented("text", Presented::Passed));
    let first = session.handle(presented("ask", Presented::Missed));
    assert!(!first.contains(&Action::AskedLater), "{first:?}");
    let second = session.handle(presented("ask", Presented::Missed));
    assert!(second.contains(&Action::AskedLater), "{second:?}");
}

#[test]
fn a_drill_that_holds_as_far_as_can_be_told_leads_on() {
    let undecided = |held: Option<&str>| {
        let mut session = drilling(Advance::ByKey);
        session.handle(Event::Key(Key::Run));
        let report = Report::Undecided { held: held.map(str::to_owned) };
        session.handle(Event::Finished { run: RunId(1), report })
    };
    let Place { lesson: id, step } = place("01-one", "drill");
    let change = Change::Undecided(id, step, Some("abc".to_owned()));
    assert_eq!(
        undecided(Some("abc")),
        [Action::ShowVerdict(RunId(1)), Action::Record(change), Action::OnwardUntold]
    );
    assert_eq!(undecided(None), [Action::ShowVerdict(RunId(1))], "nothing was told at all");
}

#[test]
fn missed_questions_that_were_left_lead_into_the_lesson_and_not_past_its_text() {
    let mut progress = Progress::default();
    let Place { lesson: id, step } = place("01-one", "ask");
    progress.apply(Change::Answered(id, step, Outcome::Missed), UnixTime(0));
    let mut session = Session::new(syllabus(), progress, Advance::ByKey);
    session.begin(UnixTime(3600), Opening::NextStep);
    assert!(session.is_reviewing());
    let actions = session.handle(presented("ask", Presented::Left));
    assert_eq!(actions.first(), Some(&Action::Open(lesson("01-one"))), "its files are watched");
    assert_eq!(actions.last(), Some(&Action::Present(place("01-one", "text"))));
    assert!(!session.is_reviewing());
}

#[test]
fn missed_questions_come_back_before_the_lesson() {
    let mut progress = Progress::default();
    let Place { lesson: id, step } = place("01-one", "ask");
    progress.apply(Change::Answered(id, step, Outcome::Missed), UnixTime(0));
    let mut session = Session::new(syllabus(), progress, Advance::ByKey);
    let actions = session.begin(UnixTime(3600), Opening::NextStep);
    assert_eq!(actions, [Action::Welcome, Action::Review(1), Action::Present(place("01-one", "ask"))]);
    // The lesson is opened behind them, though they are its own: its files are to be watched.
    let opened = Action::Open(place("01-one", "ask").lesson);
    let on = session.clone().handle(presented("ask", Presented::Passed));
    assert!(on.contains(&opened), "{on:?}");
    assert_eq!(on.last(), Some(&Action::Present(place("01-one", "text"))));
    let left = session.handle(presented("ask", Presented::Left));
    assert!(left.contains(&opened), "{left:?}");
    assert_eq!(left.last(), Some(&Action::Present(place("01-one", "text"))));
}

#[test]
fn every_key_answers_in_every_state() {
    let keys = [
        Key::Run,
        Key::Hint,
        Key::Next,
        Key::Previous,
        Key::List,
        Key::Questions,
        Key::Solution,
        Key::Verdict,
        Key::Timeline,
        Key::Help,
        Key::Quit,
    ];
    let mut idle = drilling(Advance::ByKey);
    idle.handle(Event::Chosen(Some(lesson("02-two"))));
    idle.handle(Event::Presented { place: place("02-two", "text"), presented: Presented::Passed });
    let mut checking = drilling(Advance::ByKey);
    checking.handle(Event::Key(Key::Run));
    for session in [drilling(Advance::ByKey), idle, checking] {
        for key in keys {
            let actions = session.clone().handle(Event::Key(key));
            assert!(!actions.is_empty(), "{key:?} in {:?}", session.mode);
        }
    }
}

#[test]
fn quitting_cancels_the_check_and_nothing_happens_afterwards() {
    for end in [Event::Key(Key::Quit), Event::Ended] {
        let mut session = drilling(Advance::ByKey);
        session.handle(Event::Key(Key::Run));
        assert_eq!(session.handle(end), [Action::CancelCheck(RunId(1)), Action::Quit]);
        assert_eq!(session.handle(judged(1, Outcome::Passed)), []);
        assert_eq!(session.handle(Event::Key(Key::Run)), []);
    }
}

#[test]
fn an_empty_course_does_not_upset_anything() {
    let mut session = Session::new(Syllabus::default(), Progress::default(), Advance::ByKey);
    session.begin(UnixTime(0), Opening::NextStep);
    for key in [Key::Run, Key::Next, Key::Previous, Key::Questions, Key::Hint] {
        session.handle(Event::Key(key));
    }
}

#[test]
fn watching_begins_with_the_drill() {
    let mut session = Session::new(syllabus(), Progress::default(), Advance::ByKey);
    let actions = session.begin(UnixTime(0), Opening::Drill);
    assert_eq!(actions.last(), Some(&Action::Task(place("01-one", "drill"))));
}
