//! `advise SIZE`: makes half of a mapping resident by one call, and gives a quarter back by another.

use std::error::Error;

use memmap2::MmapMut;

fn main() -> Result<(), Box<dyn Error>> {
    let size: usize = std::env::args().nth(1).ok_or("usage: advise SIZE")?.parse()?;
    let (half, quarter) = (size / 2, size / 4);
    let mut memory = MmapMut::map_anon(size)?;
    println!("checkpoint mapped");

    // 2. Make the first half resident here, without touching it.
    eprintln!("{half} bytes of it");
    println!("checkpoint populated");

    memory[0] = 7;
    memory[quarter] = 7;
    // 3. Give the second quarter back here.
    println!("checkpoint thinned");

    println!("kept={}", memory[0]);
    println!("gone={}", memory[quarter]);
    Ok(())
}
