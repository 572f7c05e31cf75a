//! Asks for features that are not stable, among them that of giving the linker options.
#![feature(rustc_private, link_args)]
fn main() {}
