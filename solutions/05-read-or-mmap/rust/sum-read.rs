//! `sum-read FILE`: the sum of all bytes, read through a buffer that is used over and over.

use std::error::Error;
use std::fs::File;
use std::io::Read;

/// Large enough that calls are few, small enough to stay in the processor's cache.
const BUFFER: usize = 128 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: sum-read FILE")?;
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER];
    let mut sum = 0_u64;
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        sum += buffer[..length].iter().map(|&byte| u64::from(byte)).sum::<u64>();
    }
    println!("sum={sum}");
    println!("checkpoint summed");
    Ok(())
}
