//! The page of the class: a table of students and lessons, for the instructor.

use maud::html;

use super::{graded_by, link, page, score, tone};
use crate::assemblies::classroom::formats::Class;
use crate::assemblies::classroom::work::count;
use crate::judgement::grading::{Marks, Score};
use crate::words::prose;

/// The page of a class.
#[must_use]
pub fn class(class: &Class) -> String {
    let counts: Vec<String> = count(&class.students)
        .into_iter()
        .map(|(outcome, many)| format!("{many} {}", outcome.words()))
        .collect();
    let body = html! {
        h1 { (class.by.course) }
        p { (prose::count(class.students.len(), "student")) ": " (prose::list(&counts)) "." }
        h2 { "Students" }
        div.wide {
            table {
                thead {
                    tr {
                        th { "Student" }
                        @for (lesson, title) in &class.lessons {
                            th.number title=(title) { (lesson.number().map_or_else(|| lesson.to_string(), |number| format!("{number:02}"))) }
                        }
                        th { "Marks" }
                        th { "Outcome" }
                    }
                }
                tbody {
                    @for student in &class.students {
                        tr {
                            td { a href=(link(&student.key)) { (student.student) } }
                            @for part in &student.lessons {
                                td.number { (part.earned) @if part.pending != Marks::NONE { "+?" } }
                            }
                            td { (score(student.score)) }
                            td class=(tone(student.outcome)) {
                                (student.outcome.words())
                                @if student.refused > 0 { ", " (prose::count(student.refused, "file")) " refused" }
                            }
                        }
                    }
                }
            }
        }
        h2 { "Lessons" }
        div.wide {
            table {
                thead { tr { th { "Lesson" } th.number { "All marks" } th { "Marks of all students" } } }
                tbody {
                    @for (index, (lesson, title)) in class.lessons.iter().enumerate() {
                        tr {
                            td { code { (lesson) } " " (title) }
                            td.number { (full(class, index)) " of " (class.students.len()) }
                            td { (score(of_lesson(class, index).sum())) }
                        }
                    }
                }
            }
        }
        (graded_by(&class.by))
    };
    page(&format!("{}: the class", class.by.course), &body)
}

fn of_lesson(class: &Class, index: usize) -> impl Iterator<Item = Score> {
    class.students.iter().filter_map(move |student| student.lessons.get(index).copied())
}

fn full(class: &Class, index: usize) -> usize {
    of_lesson(class, index).filter(|score| score.earned == score.possible).count()
}
