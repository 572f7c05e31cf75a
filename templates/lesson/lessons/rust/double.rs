//! double NUMBER: prints twice the number.

fn main() {
    println!("checkpoint ready");
    // Your work: take the number from the arguments, and print twice of it.
    println!("twice=0");
}
