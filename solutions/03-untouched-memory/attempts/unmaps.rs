//! A wrong `reserve`: gives up the mapping together with its pages.

use std::error::Error;
use std::io::{self, BufRead};

use memmap2::MmapOptions;

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

    for line in io::stdin().lock().lines().take(count) {
        let offset: usize = line?.trim().parse()?;
        *memory.get_mut(offset).ok_or("an offset lies behind the mapping")? = 1;
    }
    println!("checkpoint touched");

    drop(memory);
    println!("checkpoint returned");
    Ok(())
}
