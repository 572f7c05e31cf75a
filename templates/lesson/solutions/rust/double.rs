//! double NUMBER: prints twice the number.

fn main() {
    println!("checkpoint ready");
    let number: i64 =
        std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: double NUMBER");
    println!("twice={}", 2 * number);
}
