//! Has the compiler compute for ever.
#![allow(long_running_const_eval)]
const FOREVER: u64 = {
    let mut number: u64 = 1;
    while number != 0 {
        number = (number * 3 + 1) % 1_000_003 + 1;
    }
    number
};
fn main() {
    println!("{FOREVER}");
}
