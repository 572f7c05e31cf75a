//! relay: hands numbers to a child through a pipe.

fn main() {
    // Your work: a pipe, a fork, numbers in at one end and out at the other.
    println!("checkpoint handed-over");
    println!("sum=0");
}
