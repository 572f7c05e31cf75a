//! The integration tests: one binary, a module an area.

mod cli;
mod run;
mod skip;
mod tidy;
