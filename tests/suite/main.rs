//! The integration tests: one binary, a module an area.

mod attacks;
mod check;
mod cli;
mod compiler;
mod course;
mod course_check;
mod course_problems;
mod course_schema;
mod drill;
mod experiment;
mod grade;
mod maps;
mod marking;
mod memory_limit;
mod observer;
mod powercut;
mod read;
mod run;
mod session;
mod sketch;
mod skip;
mod specimen;
mod terminal;
mod tidy;
mod unattended;
mod workspace;
