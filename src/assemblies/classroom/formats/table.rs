//! A class as a table for people.

use std::fmt::Write;

use console::{measure_text_width, truncate_str};

use super::Class;
use crate::assemblies::classroom::result::{Finding, Graded, GradedStep, StepOutcome, StudentOutcome};
use crate::assemblies::classroom::work::{Summary, count};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::judgement::grading::{CheckOutcome, Marks, Score};
use crate::words::{prose, untrusted};

/// The widest column of names.
const NAMES: usize = 28;

/// The class: a line a student, then a line a lesson, then the class in a line.
#[must_use]
pub fn table(class: &Class, look: &Look) -> String {
    let mut table = match look.telling {
        Telling::Pictures => students(class, look),
        Telling::Words => in_words(class),
    };
    if class.students.len() > 1 {
        table.push('\n');
        table += &lessons(class, look);
    }
    table.push('\n');
    table += &look.wrap("", &in_a_line(class));
    table
}

/// A student, step by step.
#[must_use]
pub fn student(graded: &Graded, look: &Look) -> String {
    let mut text = String::new();
    let width = graded.steps().map(|(_, step)| step.step.as_str().len()).max().unwrap_or(0);
    for lesson in &graded.lessons {
        let heading = look.paint(Role::Heading, lesson.lesson.as_str());
        let _ = writeln!(text, "{heading}  {}", lesson.score);
        for step in &lesson.steps {
            let (role, mark) = match step.outcome {
                StepOutcome::Passed => (Role::Good, look.pick("✓", "*")),
                StepOutcome::Missed | StepOutcome::DoesNotCompile => (Role::Bad, look.pick("✗", "x")),
                StepOutcome::Untouched | StepOutcome::Missing => (Role::Faint, "-"),
                StepOutcome::Inconclusive | StepOutcome::Unsure | StepOutcome::Unfinished => {
                    (Role::Warning, "?")
                }
                StepOutcome::Fault => (Role::Bad, "!"),
            };
            let mut line = format!("{:width$}  {}", step.step, step.outcome.words());
            if step.score.possible != Marks::NONE {
                line += &format!(", {}", step.score);
            }
            line += &why(step);
            text += &look.wrap(&format!("  {} ", look.paint(role, mark)), &line);
        }
    }
    for refused in &graded.refused {
        let told = format!("{}: {}", refused.path, refused.reason);
        text += &look.wrap(&look.paint(Role::Warning, "not taken: "), &told);
    }
    for note in &graded.notes {
        text += &look.wrap(&look.paint(Role::Warning, "note: "), note);
    }
    text.push('\n');
    text
}

/// What more there is to say of a step in a line.
fn why(step: &GradedStep) -> String {
    match &step.finding {
        Finding::Nothing { why: Some(why) } | Finding::Unjudged { reason: why } => {
            format!(": {}", untrusted::line(why, 300))
        }
        Finding::Judged(judged) => {
            let missed = judged.marks.iter().filter(|marks| marks.outcome == CheckOutcome::Missed);
            let missed: Vec<&str> = missed.map(|marks| marks.check.as_str()).collect();
            if missed.is_empty() { String::new() } else { format!(": {}", prose::list(&missed)) }
        }
        Finding::Nothing { why: None } | Finding::Marked { .. } => String::new(),
    }
}

fn students(class: &Class, look: &Look) -> String {
    let cell = |score: &Score| match score.pending {
        Marks::NONE => score.earned.to_string(),
        _ => format!("{}+?", score.earned),
    };
    let heads: Vec<String> = class
        .lessons
        .iter()
        .map(|(lesson, _)| {
            lesson.number().map_or_else(|| lesson.to_string(), |number| format!("{number:02}"))
        })
        .collect();
    let rows: Vec<Vec<String>> =
        class.students.iter().map(|student| student.lessons.iter().map(cell).collect()).collect();
    let width_of = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| measure_text_width(cell));
        cells.chain([measure_text_width(&heads[column])]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width_of).collect();
    let names = class.students.iter().map(|student| measure_text_width(&student.student));
    let name_width = names.chain(["student".len()]).max().unwrap_or(0).min(NAMES);
    let totals: Vec<String> = class.students.iter().map(|student| student.score.to_string()).collect();
    let total_width =
        totals.iter().map(|total| measure_text_width(total)).chain(["marks".len()]).max().unwrap_or(0);
    let outcome_width = class.students.iter().map(|student| student.outcome.words().len()).max().unwrap_or(0);
    // Lessons have columns where there is room for all of them.
    let wide =
        name_width + total_width + outcome_width + 8 + widths.iter().map(|width| width + 2).sum::<usize>();
    let shown = if wide <= look.width && heads.len() > 1 { heads.len() } else { 0 };

    let mut table = String::new();
    let mut head = format!("{:name_width$}", "student");
    for (head_of, width) in heads.iter().zip(&widths).take(shown) {
        let _ = write!(head, "  {head_of:>width$}");
    }
    let _ = write!(head, "  {:>total_width$}", "marks");
    let _ = writeln!(table, "{}", look.paint(Role::Heading, head));
    for ((student, row), total) in class.students.iter().zip(&rows).zip(&totals) {
        let name = truncate_str(&student.student, name_width, look.pick("…", "~"));
        let space = " ".repeat(name_width.saturating_sub(measure_text_width(&name)));
        let mut line = format!("{name}{space}");
        for (cell, width) in row.iter().zip(&widths).take(shown) {
            let _ = write!(line, "  {cell:>width$}");
        }
        let _ = write!(line, "  {total:>total_width$}  {}", word(student, look));
        table += line.trim_end();
        table.push('\n');
    }
    table
}

fn word(student: &Summary, look: &Look) -> String {
    let (role, mark) = match student.outcome {
        StudentOutcome::Passed => (Role::Good, look.pick("✓", "*")),
        StudentOutcome::Missed => (Role::Strong, " "),
        StudentOutcome::Nothing => (Role::Faint, "-"),
        StudentOutcome::Pending | StudentOutcome::Unfinished => (Role::Warning, "?"),
        StudentOutcome::Fault => (Role::Bad, "!"),
    };
    let mut word = format!("{mark} {}", student.outcome.words());
    if student.refused > 0 {
        word += &format!(", {} refused", prose::count(student.refused, "file"));
    }
    look.paint(role, word)
}

fn in_words(class: &Class) -> String {
    let line = |student: &Summary| {
        let refused = match student.refused {
            0 => String::new(),
            files => format!(", {} refused", prose::count(files, "file")),
        };
        let Score { earned, pending, possible } = student.score;
        let pending = if pending == Marks::NONE { String::new() } else { format!(", {pending} pending") };
        format!(
            "{}: {earned} of {possible} marks{pending}, {}{refused}.\n",
            student.student,
            student.outcome.words()
        )
    };
    class.students.iter().map(line).collect()
}

fn lessons(class: &Class, look: &Look) -> String {
    let width = class.lessons.iter().map(|(lesson, _)| lesson.as_str().len()).max().unwrap_or(0);
    let mut table = String::new();
    for (index, (lesson, _)) in class.lessons.iter().enumerate() {
        let scores: Vec<Score> =
            class.students.iter().filter_map(|student| student.lessons.get(index).copied()).collect();
        let all: Score = scores.iter().copied().sum();
        if all.possible == Marks::NONE {
            continue;
        }
        let full = scores.iter().filter(|score| score.earned == score.possible).count();
        let share = 100.0 * all.earned.as_f64() / all.possible.as_f64();
        let _ = writeln!(
            table,
            "{}  {full:>4} of {} have all marks, {share:>3.0} % on average",
            look.paint(Role::Strong, format!("{lesson:width$}")),
            scores.len(),
        );
    }
    table
}

fn in_a_line(class: &Class) -> String {
    let counts: Vec<String> = count(&class.students)
        .into_iter()
        .map(|(outcome, students)| format!("{students} {}", outcome.words()))
        .collect();
    let (kept, ran) =
        class.students.iter().fold((0, 0), |(kept, ran), student| (kept + student.kept, ran + student.ran));
    let kept = if kept == 0 { String::new() } else { format!(", {kept} as they were judged before") };
    format!(
        "{}: {}. {} run{kept}; seed {}, confined to {}.",
        prose::count(class.students.len(), "student"),
        prose::list(&counts),
        prose::count(ran, "drill"),
        class.by.seed,
        class.by.level,
    )
}
