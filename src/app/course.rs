//! `course …`: the instructor's commands, a file each.

use clap::{Args, Subcommand};

use super::context::Context;
use super::course_attempts::{self, CourseAttemptsArgs};
use super::course_check::{self, CourseCheckArgs};
use super::course_marks::{self, CourseMarksArgs};
use super::course_mutants::{self, CourseMutantsArgs};
use super::course_new::{self, CourseNewArgs, CourseNewLessonArgs};
use super::course_schema::{self, CourseSchemaArgs};
use super::exit::{Exit, Failure};

/// Arguments of `course`.
#[derive(Debug, Args)]
pub struct CourseArgs {
    /// What to do
    #[command(subcommand)]
    pub command: CourseCommand,
}

/// What can be done with a course.
#[derive(Debug, Subcommand)]
pub enum CourseCommand {
    /// Prove a course: its files, and its drills with programs of known verdict
    #[command(after_help = course_check::HELP)]
    Check(CourseCheckArgs),
    /// List a lesson's known-bad attempts, or show where one differs from its model program
    #[command(after_help = course_attempts::HELP)]
    Attempts(CourseAttemptsArgs),
    /// Put mistakes into model programs, and see which check tells each
    #[command(after_help = course_mutants::HELP)]
    Mutants(CourseMutantsArgs),
    /// Make a course of one lesson, to be changed into yours
    #[command(after_help = course_new::NEW_HELP)]
    New(CourseNewArgs),
    /// Add a lesson to a course
    #[command(after_help = course_new::NEW_LESSON_HELP)]
    NewLesson(CourseNewLessonArgs),
    /// Hold the marking of free text against answers that people marked
    #[command(after_help = course_marks::HELP)]
    Marks(CourseMarksArgs),
    /// Write the JSON Schemas of a course's files, for editors
    #[command(after_help = course_schema::HELP)]
    Schema(CourseSchemaArgs),
}

/// Runs the command.
///
/// # Errors
/// As the command has them.
pub fn run(arguments: &CourseArgs, context: &Context) -> Result<Exit, Failure> {
    match &arguments.command {
        CourseCommand::Check(arguments) => course_check::run(arguments, context),
        CourseCommand::Attempts(arguments) => course_attempts::run(arguments, context),
        CourseCommand::Mutants(arguments) => course_mutants::run(arguments, context),
        CourseCommand::New(arguments) => course_new::run(arguments, context),
        CourseCommand::NewLesson(arguments) => course_new::run_lesson(arguments, context),
        CourseCommand::Marks(arguments) => course_marks::run(arguments, context),
        CourseCommand::Schema(arguments) => course_schema::run(arguments, context),
    }
}
