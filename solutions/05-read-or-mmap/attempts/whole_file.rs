//! Reads the whole file into memory before it adds up.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: sum-read FILE")?;
    let bytes = std::fs::read(path)?;
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    println!("sum={sum}");
    println!("checkpoint summed");
    drop(bytes);
    Ok(())
}
