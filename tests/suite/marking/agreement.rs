//! How far the marker agrees with people, and what each rubric owes its own texts.

use super::*;

#[test]
fn every_rubric_compiles_and_its_model_answer_earns_full_marks() {
    let shelf = shelf();
    assert_eq!(shelf.questions().count(), 8);
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        let marking = rubric.mark(&rubric.model);
        assert_eq!(rubric.question.as_str(), question);
        assert!(marking.score.is_full(), "{question}: {marking:?}");
        assert_eq!(marking.misconceptions, [], "{question}");
        assert_eq!(marking.over_cap, None, "{question}");
    }
}

/// The facts that learners read back must be credited when they are said.
#[test]
fn every_fact_as_told_earns_its_own_point_and_every_belief_is_called_out() {
    let shelf = shelf();
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        for point in &rubric.points {
            let marking = rubric.mark(&point.fact);
            assert!(stated(&marking).contains(point.id.as_str()), "{question}, {}: {marking:?}", point.id);
        }
        for misconception in &rubric.misconceptions {
            let marking = rubric.mark(&misconception.belief);
            assert!(
                marking.misconceptions.contains(&misconception.id),
                "{question}: {}",
                misconception.belief
            );
        }
    }
}

#[test]
fn the_marker_agrees_with_people() {
    let comparison = compare(&shelf(), str::to_owned);
    let all = &comparison.all;
    assert!(all.points.f1() >= 0.97, "points F1 {}", all.points.f1());
    assert!(all.points.unsure_share() <= 0.05, "unsure {}", all.points.unsure_share());
    assert!(all.misconceptions.f1() >= 0.93, "misconceptions F1 {}", all.misconceptions.f1());
    assert_eq!(all.nothing_but_full, 0);
    for (question, marks) in &comparison.questions {
        assert!(marks.points.f1() >= 0.93, "{question}: points F1 {}", marks.points.f1());
    }
}

/// An answer to one question is no answer to another, save to one of the same lesson.
#[test]
fn answers_to_other_questions_earn_no_full_marks() {
    let shelf = shelf();
    for marked in marked() {
        let same_lesson = ["when-mmap-loses", "bigger-than-ram"];
        for question in shelf.questions().filter(|question| *question != marked.question) {
            if same_lesson.contains(&question) && same_lesson.contains(&marked.question.as_str()) {
                continue;
            }
            let marking = mark(&shelf, question, &marked.answer);
            assert!(!marking.score.is_full(), "{} as an answer to {question}: {}", marked.id, marked.answer);
        }
    }
}

#[test]
fn the_marker_agrees_in_many_voices() {
    let comparison = course_marks::compare(VOICES, None, &shelf()).unwrap();
    let all = &comparison.all;
    assert!(all.answers > 1_000);
    assert!(all.points.f1() >= 0.96, "points F1 {}", all.points.f1());
    assert!(all.points.unsure_share() <= 0.05, "unsure {}", all.points.unsure_share());
    assert!(all.misconceptions.f1() >= 0.93, "misconceptions F1 {}", all.misconceptions.f1());
    assert_eq!(all.nothing_but_full, 0);
}
