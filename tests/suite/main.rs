//! The integration tests: one binary, a module an area.

mod cli;
mod compiler;
mod run;
mod skip;
mod tidy;
