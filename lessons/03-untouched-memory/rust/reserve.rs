//! `reserve SIZE COUNT`: map much, touch little, give it back.

use std::error::Error;
use std::io::{self, BufRead};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, count] = arguments.as_slice() else {
        return Err("usage: reserve SIZE COUNT".into());
    };
    let size: usize = size.parse()?;
    let count: usize = count.parse()?;
    eprintln!("asked to map {size} bytes and to touch {count} of them");

    // 1. Map `size` bytes here: private, anonymous, not reserved.
    println!("checkpoint mapped");

    for line in io::stdin().lock().lines().take(count) {
        let _offset: usize = line?.trim().parse()?;
        // 2. Store a byte at this offset of the mapping.
    }
    println!("checkpoint touched");

    // 3. Give the pages back, and keep the mapping.
    println!("checkpoint returned");
    Ok(())
}
