//! A wrong `reader`: takes end-of-file for an error.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::Mmap;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: reader FILE")?;
    let file = File::open(path)?;
    // SAFETY: other programs do change these bytes meanwhile. They are integers, for which any
    // bytes are valid; each is copied out as a whole, and no reference outlives a line.
    let bytes = unsafe { Mmap::map(&file)? };
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", index] => {
                let start = index.parse::<usize>()?.checked_mul(4).ok_or("the index is too large")?;
                let four = bytes.get(start..).and_then(<[u8]>::first_chunk::<4>);
                let four = four.ok_or("the index lies behind the file's end")?;
                println!("value={}", i32::from_ne_bytes(*four));
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Err("no more lines".into())
}
