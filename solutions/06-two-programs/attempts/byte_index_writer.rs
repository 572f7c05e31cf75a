//! A wrong `writer`: takes the index for an offset in bytes.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::MmapMut;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: writer FILE")?;
    let file = File::options().read(true).write(true).open(path)?;
    // SAFETY: other programs do change these bytes meanwhile. They are integers, for which any
    // bytes are valid; each is copied out or in as a whole, and no reference outlives a line.
    let mut bytes = unsafe { MmapMut::map_mut(&file)? };
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["put", index, value] => {
                let value: i32 = value.parse()?;
                place(&mut bytes, index.parse()?)?.copy_from_slice(&value.to_ne_bytes());
                println!("stored={index}");
            }
            ["get", index] => {
                let four = place(&mut bytes, index.parse()?)?;
                println!("value={}", i32::from_ne_bytes((&*four).try_into()?));
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}

/// The four bytes of integer at `index`.
fn place(bytes: &mut [u8], index: usize) -> Result<&mut [u8], Box<dyn Error>> {
    let end = index.checked_add(4).ok_or("the index is too large")?;
    bytes.get_mut(index..end).ok_or_else(|| "the index lies behind the file's end".into())
}
