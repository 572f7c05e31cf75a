//! `sum-mmap FILE`: the sum of all bytes, loaded from a mapping of the whole file.

use std::error::Error;
use std::fs::File;

use memmap2::Mmap;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: sum-mmap FILE")?;
    let file = File::open(path)?;
    // SAFETY: nobody shortens or changes the file while it is mapped.
    let bytes = unsafe { Mmap::map(&file)? };
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
