fn main() {
    println!("checkpoint ready");
    let number: i64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    println!("twice={}", 2 * number);
    std::process::exit(1);
}
