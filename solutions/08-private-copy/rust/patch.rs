//! `patch FILE`: patches a file's image in memory and leaves the file alone.
//!
//! Lines on standard input: `OFFSET BYTE`.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapOptions;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: patch FILE")?;
    let file = File::open(path)?;
    // SAFETY: the image is bytes, for which any content is valid. A program that cut the file
    // short meanwhile would end this one with SIGBUS; the caller promises that none does.
    let mut image = unsafe { MmapOptions::new().map_copy(&file)? };
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        let (offset, byte) = line.split_once(' ').ok_or("a line is OFFSET BYTE")?;
        let place = image.get_mut(offset.parse::<usize>()?).ok_or("an offset lies behind the file's end")?;
        *place = byte.trim().parse()?;
    }
    println!("checkpoint patched");

    let sum: u64 = image.iter().map(|&byte| u64::from(byte)).sum();
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
