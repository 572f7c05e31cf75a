//! Maps and adds up the first half of the file only.

use std::error::Error;
use std::fs::File;

use memmap2::MmapOptions;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: sum-mmap FILE")?;
    let file = File::open(path)?;
    // SAFETY: nobody shortens or changes the file while it is mapped.
    let bytes = unsafe { MmapOptions::new().len(usize::try_from(file.metadata()?.len() / 2)?).map(&file)? };
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
