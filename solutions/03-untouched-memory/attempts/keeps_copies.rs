//! A wrong `reserve`: keeps a copy of each page it touches, "to be able to undo".

use std::error::Error;
use std::io::{self, BufRead};

use memmap2::{MmapOptions, UncheckedAdvice};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, count] = arguments.as_slice() else {
        return Err("usage: reserve SIZE COUNT".into());
    };
    let size: usize = size.parse()?;
    let count: usize = count.parse()?;

    // A promise larger than RAM and swap would be refused if the kernel counted it.
    let mut memory = MmapOptions::new().len(size).no_reserve_swap().map_anon()?;
    println!("checkpoint mapped");

    let mut undo: Vec<Vec<u8>> = Vec::new();
    for line in io::stdin().lock().lines().take(count) {
        let offset: usize = line?.trim().parse()?;
        let page = memory.get_mut(offset..offset + 4096).ok_or("an offset lies behind the mapping")?;
        undo.push(page.to_vec());
        page[0] = 1;
    }
    println!("kept={}", undo.len());
    println!("checkpoint touched");

    // SAFETY: the pages read as zeros from here on, and zeros are as good a content as any
    // for bytes; no reference into the mapping is alive.
    unsafe { memory.unchecked_advise(UncheckedAdvice::DontNeed)? };
    println!("checkpoint returned");
    Ok(())
}
