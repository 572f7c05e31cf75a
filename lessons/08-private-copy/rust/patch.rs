//! `patch FILE`: patches a file's image in memory and leaves the file alone.

use std::error::Error;
use std::fs::File;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: patch FILE")?;
    let _file = File::open(path)?;

    // 1. Map the whole file here: private, readable and writable.
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        let (offset, byte) = line.split_once(' ').ok_or("a line is OFFSET BYTE")?;
        let _offset: usize = offset.parse()?;
        let _byte: u8 = byte.trim().parse()?;
        // 2. Store the byte at the offset of the mapping.
    }
    println!("checkpoint patched");

    // 3. Sum all bytes of the image.
    let sum = 0_u64;
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
