//! Reads the environment of whoever compiles it.
fn main() {
    for (name, value) in [
        ("the secret", option_env!("MMAPLINGS_ATTACK_SECRET")),
        ("HOME", option_env!("HOME")),
        ("CARGO_MANIFEST_DIR", option_env!("CARGO_MANIFEST_DIR")),
        ("GITHUB_TOKEN", option_env!("GITHUB_TOKEN")),
    ] {
        match value {
            Some(value) => println!("GAINED {name} {value}"),
            None => println!("refused {name}"),
        }
    }
    println!("bootstrap {:?}", option_env!("RUSTC_BOOTSTRAP"));
}
