//! family COUNT: forks COUNT children and waits for them.

fn main() {
    // Your work: fork, let each child end with its number as status, wait, add up.
    println!("reaped=0");
    println!("sum=0");
}
