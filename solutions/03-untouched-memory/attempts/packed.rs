//! A wrong `reserve`: maps only as many pages as will be touched and packs them.

use std::error::Error;
use std::io::{self, BufRead};

use memmap2::{MmapOptions, UncheckedAdvice};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, count] = arguments.as_slice() else {
        return Err("usage: reserve SIZE COUNT".into());
    };
    let _size: usize = size.parse()?;
    let count: usize = count.parse()?;

    let mut memory = MmapOptions::new().len(count * 4096).map_anon()?;
    println!("checkpoint mapped");

    for (index, line) in io::stdin().lock().lines().take(count).enumerate() {
        let _offset: usize = line?.trim().parse()?;
        *memory.get_mut(index * 4096).ok_or("an offset lies behind the mapping")? = 1;
    }
    println!("checkpoint touched");

    // SAFETY: the pages read as zeros from here on, and zeros are as good a content as any
    // for bytes; no reference into the mapping is alive.
    unsafe { memory.unchecked_advise(UncheckedAdvice::DontNeed)? };
    println!("checkpoint returned");
    Ok(())
}
