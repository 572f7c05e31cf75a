//! A wrong `reserve`: reads at the offsets instead of storing there.

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
    let memory = MmapOptions::new().len(size).no_reserve_swap().map_anon()?;
    println!("checkpoint mapped");

    let mut sum = 0_u64;
    for line in io::stdin().lock().lines().take(count) {
        let offset: usize = line?.trim().parse()?;
        sum += u64::from(*memory.get(offset).ok_or("an offset lies behind the mapping")?);
    }
    println!("sum={sum}");
    println!("checkpoint touched");

    // SAFETY: the pages read as zeros from here on, and zeros are as good a content as any
    // for bytes; no reference into the mapping is alive.
    unsafe { memory.unchecked_advise(UncheckedAdvice::DontNeed)? };
    println!("checkpoint returned");
    Ok(())
}
