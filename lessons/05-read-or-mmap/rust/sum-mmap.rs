//! `sum-mmap FILE`: the sum of all bytes of a file, by a mapping of it.

use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: sum-mmap FILE")?;
    let _file = File::open(path)?;
    let sum = 0_u64;
    // Map the whole file read-only, and add up its bytes here.
    println!("sum={sum}");
    // It must still be mapped at this line.
    println!("checkpoint summed");
    Ok(())
}
