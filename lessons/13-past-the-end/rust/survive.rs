//! `survive FILE MODE`: loads from a file that is cut short meanwhile, and lives, or does not.

use std::error::Error;
use std::fs::File;
use std::io;

use memmap2::Mmap;

/// To do: in catch mode, give up an access that raises SIGBUS or SIGSEGV, and go on.
fn catch_signals() -> io::Result<()> {
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, mode] = arguments.as_slice() else {
        return Err("usage: survive FILE catch|plain".into());
    };
    let file = File::open(path)?;
    // SAFETY: the file is cut short meanwhile, and that is what this program is about: bytes are
    // copied out one by one through raw pointers, and no slice of the mapping is made.
    let bytes = unsafe { Mmap::map(&file)? };
    if mode == "catch" {
        catch_signals()?;
    }
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        let words: Vec<_> = line.split_whitespace().collect();
        let offset: usize = words.get(1).ok_or("a line names an offset")?.parse()?;
        if offset >= bytes.len() {
            return Err("the offset lies behind the mapping".into());
        }
        let place = bytes.as_ptr().wrapping_add(offset).cast_mut();
        let loaded = match words.as_slice() {
            // SAFETY: the place lies in the mapping; where there is no page, a signal comes.
            ["load", _] => Some(unsafe { place.read_volatile() }),
            ["store", _, byte] => {
                let byte = byte.parse()?;
                // SAFETY: the mapping does not allow it: a signal is what comes of it.
                unsafe { place.write_volatile(byte) };
                None
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        };
        if let Some(byte) = loaded {
            println!("value={byte}");
        }
    }
    Ok(())
}
