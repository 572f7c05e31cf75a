//! A wrong `patch`: reads the file to sum it, and corrects the sum by the patches.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read};

use memmap2::MmapOptions;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: patch FILE")?;
    let mut file = File::open(path)?;
    // SAFETY: the image is bytes, for which any content is valid. A program that cut the file
    // short meanwhile would end this one with SIGBUS; the caller promises that none does.
    let mut image = unsafe { MmapOptions::new().map_copy(&file)? };
    println!("checkpoint mapped");

    let mut correction = 0_i64;
    for line in io::stdin().lines() {
        let line = line?;
        let (offset, byte) = line.split_once(' ').ok_or("a line is OFFSET BYTE")?;
        let place = image.get_mut(offset.parse::<usize>()?).ok_or("an offset lies behind the file's end")?;
        let byte: u8 = byte.trim().parse()?;
        correction += i64::from(byte) - i64::from(*place);
        *place = byte;
    }
    println!("checkpoint patched");

    let mut bytes = Vec::with_capacity(64 << 10);
    let mut sum = correction;
    while file.by_ref().take(64 << 10).read_to_end(&mut bytes)? > 0 {
        sum += bytes.drain(..).map(i64::from).sum::<i64>();
    }
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
