//! A wrong `advise`: gives the first quarter back.

use std::error::Error;

use memmap2::{Advice, MmapMut, UncheckedAdvice};

fn main() -> Result<(), Box<dyn Error>> {
    let size: usize = std::env::args().nth(1).ok_or("usage: advise SIZE")?.parse()?;
    let (half, quarter) = (size / 2, size / 4);
    let mut memory = MmapMut::map_anon(size)?;
    println!("checkpoint mapped");

    memory.advise_range(Advice::PopulateWrite, 0, half)?;
    println!("checkpoint populated");

    memory[0] = 7;
    memory[quarter] = 7;
    // SAFETY: the quarter reads as zeros from here on, which is as good a content as any for
    // bytes; no reference into the mapping is alive.
    unsafe { memory.unchecked_advise_range(UncheckedAdvice::DontNeed, 0, quarter)? };
    println!("checkpoint thinned");

    println!("kept={}", memory[0]);
    println!("gone={}", memory[quarter]);
    Ok(())
}
