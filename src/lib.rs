//! mmaplings: a course in Linux `mmap` for the terminal.
//!
//! The crate is built in floors; a module imports only from its own floor's
//! siblings and from the floors below it (`tests/suite/tidy.rs` reads the `use`
//! lines and says so). `ARCHITECTURE.md` is the map of the house.

pub mod words;

pub mod facts;

pub mod vocabulary;

pub mod judgement;

pub mod flow;

pub mod edges;

pub mod assemblies;

pub mod app;
