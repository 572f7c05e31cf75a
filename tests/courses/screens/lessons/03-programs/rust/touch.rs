fn main() {
    println!("checkpoint mapped");
    println!("checkpoint touched");
}
