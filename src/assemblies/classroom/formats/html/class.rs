//! The page of the class: a table of students and lessons, for the instructor.

use maud::{Markup, html};

use super::{graded_by, link, outcome, score};
use crate::assemblies::classroom::formats::Class;
use crate::assemblies::classroom::work::{Summary, count};
use crate::assemblies::pages::{fact, facts, page, table};
use crate::judgement::grading::{Marks, Score};
use crate::words::prose;
use crate::words::speech::Speech;

/// The page of a class.
#[must_use]
pub fn class(class: &Class) -> String {
    let numbers: Vec<String> = class
        .lessons
        .iter()
        .map(|(lesson, _)| {
            lesson.number().map_or_else(|| lesson.to_string(), |number| format!("{number:02}"))
        })
        .collect();
    let mut columns = vec!["Student", "Outcome", "Marks"];
    columns.extend(numbers.iter().map(String::as_str));
    let to_the_right: Vec<usize> = (2..columns.len()).collect();
    let students: Vec<Vec<Markup>> = class.students.iter().map(row).collect();
    let lessons: Vec<Vec<Markup>> = class
        .lessons
        .iter()
        .enumerate()
        .map(|(index, (lesson, title))| {
            vec![
                html! { code { (lesson) } " " (title) },
                html! { (full(class, index)) " of " (class.students.len()) },
                score(of_lesson(class, index).sum()),
            ]
        })
        .collect();
    let body = html! {
        h2 { "Students" }
        (table("Marks of each student, in all and by lesson", &columns, &to_the_right, &students))
        h2 { "Lessons" }
        (table("How the class did in each lesson", &["Lesson", "Have all marks", "Marks of all"], &[1, 2], &lessons))
        h2 { "How it was graded" }
        (graded_by(&class.by))
    };
    let counts: Vec<Markup> = count(&class.students)
        .into_iter()
        .map(|(outcome, many)| fact(&many.to_string(), outcome.words()))
        .collect();
    let lead = html! { (prose::count(class.students.len(), "student")) (facts(&counts)) };
    page(Speech::ENGLISH, &format!("{}: the class", class.by.course), &lead, &body)
}

fn row(student: &Summary) -> Vec<Markup> {
    let mut row = vec![
        html! { a href=(link(&student.key)) { (student.student) } },
        html! {
            (outcome(student.outcome))
            @if student.refused > 0 { " " (prose::count(student.refused, "file")) " refused" }
        },
        score(student.score),
    ];
    let part = |part: &Score| html! { (part.earned) @if part.pending != Marks::NONE { "+?" } };
    row.extend(student.lessons.iter().map(part));
    row
}

fn of_lesson(class: &Class, index: usize) -> impl Iterator<Item = Score> {
    class.students.iter().filter_map(move |student| student.lessons.get(index).copied())
}

fn full(class: &Class, index: usize) -> usize {
    of_lesson(class, index).filter(|score| score.earned == score.possible).count()
}
