//! Has the compiler read another student's submission.
fn main() {
    println!("GAINED {}", include_str!("@SECRET@"));
}
