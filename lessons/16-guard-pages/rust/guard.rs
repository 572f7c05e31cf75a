//! `guard SIZE GUARD`: a buffer between two guards that end whoever touches them.

use std::error::Error;
use std::io;
use std::ptr;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, guard] = arguments.as_slice() else {
        return Err("usage: guard SIZE GUARD".into());
    };
    let size: usize = size.parse()?;
    let guard: usize = guard.parse()?;
    eprintln!("{size} bytes, with {guard} on either side");

    // 1. This buffer has no guards yet.
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
    let start = unsafe { libc::mmap(ptr::null_mut(), size, protection, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error().into());
    }
    let buffer: *mut u8 = start.cast();
    println!("checkpoint guarded");

    // 2. Try to map a page at the buffer's address, without replacing the buffer.
    println!("placed=0");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["store", offset, byte] => {
                // SAFETY: in the buffer the place is writable; in a guard the store ends the process.
                unsafe { buffer.wrapping_offset(offset.parse()?).write_volatile(byte.parse()?) };
                println!("stored={offset}");
            }
            ["load", offset] => {
                // SAFETY: as for the store.
                let byte = unsafe { buffer.wrapping_offset(offset.parse()?).read_volatile() };
                println!("value={byte}");
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
