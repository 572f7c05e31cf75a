//! Floor 7: the application. One file a command; `main` parses and exits.
//!
//! A command is a `clap::Args` struct and `run(&Arguments, &Context) -> Result<Exit,
//! Failure>` in a file of its own; `cli` has the tree of them, and only this file
//! turns what they give into an exit code and a report on standard error.

pub mod answer;
pub mod caches;
pub mod check;
mod checking;
pub mod cli;
pub mod completions;
pub mod context;
pub mod course;
pub mod course_attempts;
pub mod course_check;
pub mod course_marks;
pub mod course_mutants;
pub mod course_new;
pub mod course_schema;
pub mod doctor;
pub mod exit;
mod failing;
pub mod global;
pub mod grade;
pub mod grade_merge;
mod grade_output;
pub mod hint;
pub mod init;
pub mod list;
pub mod maps;
pub mod observe;
pub mod open;
pub mod powercut;
pub mod read;
pub mod report;
pub mod reset;
mod session;
pub mod start;

pub mod mark;
pub mod sketch;
pub mod specimen;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use cli::{Cli, Command};
use context::Context;
use exit::{Exit, Failure};

use signal_hook::consts::signal::SIGINT;

use crate::edges::{experiment, terminal};

/// Parses the arguments, runs the command, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(exit) = experiment::serve_if_asked() {
        return exit;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => return failing::tell_usage(&told).into(),
    };
    let context = Context::new(&cli.global);
    let exit = run(&cli, &context).unwrap_or_else(|failure| {
        if matches!(failure, Failure::Interrupted) {
            terminal::die_of(SIGINT);
        }
        failing::tell(&failure, &context);
        failure.exit()
    });
    exit.into()
}

fn run(cli: &Cli, context: &Context) -> Result<Exit, Failure> {
    if let (Some(_), Some(option)) = (&cli.command, cli.session.given()) {
        return Err(Failure::usage(
            format!("{option} before a command is for none of them"),
            "`mmaplings` alone takes it, and `watch` and others behind their name",
        ));
    }
    match &cli.command {
        None => start::run(cli.session, context),
        Some(Command::Watch(arguments)) => start::watch(arguments, context),
        Some(Command::Init(arguments)) => init::run(arguments, context),
        Some(Command::List(arguments)) => list::run(arguments, context),
        Some(Command::Status(arguments)) => list::status(arguments, context),
        Some(Command::Open(arguments)) => open::run(arguments, context),
        Some(Command::Read(arguments)) => read::run(arguments, context),
        Some(Command::Check(arguments)) => check::run(arguments, context),
        Some(Command::Judge(arguments)) => check::again(arguments, context),
        Some(Command::Answer(arguments)) => answer::run(arguments, context),
        Some(Command::Hint(arguments)) => hint::run(arguments, context),
        Some(Command::Solution(arguments)) => hint::solution(arguments, context),
        Some(Command::Doctor(arguments)) => doctor::run(arguments, context),
        Some(Command::Report(arguments)) => report::run(arguments, context),
        Some(Command::Reset(arguments)) => reset::run(arguments, context),
        Some(Command::Sketch(arguments)) => sketch::run(arguments, context),
        Some(Command::Specimen(arguments)) => specimen::run(arguments, context),
        Some(Command::Completions(arguments)) => completions::run(arguments, Cli::command(), context),
        Some(Command::Grade(arguments)) => grade::run(arguments, context),
        Some(Command::Course(arguments)) => course::run(arguments, context),
        Some(Command::Observe(arguments)) => observe::run(arguments, context),
        Some(Command::Maps(arguments)) => maps::run(arguments, context),
        Some(Command::Powercut(arguments)) => powercut::run(arguments, context),
        Some(Command::Mark(arguments)) => mark::run(arguments, context),
    }
}
