//! Builds the course into the binary anew when a file of it is added or taken away:
//! `include_dir!` by itself notices only changes to files that were there before.

fn main() {
    for folder in ["lessons", "solutions", "book/src", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
