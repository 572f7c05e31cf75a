//! `flavours FILE SIZE BYTE`: what a parent sees of its child's stores.

use std::error::Error;
use std::fs::File;
use std::io;
use std::ptr;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, size, byte] = arguments.as_slice() else {
        return Err("usage: flavours FILE SIZE BYTE".into());
    };
    let _file = File::options().read(true).write(true).open(path)?;
    let size: usize = size.parse()?;
    let byte: u8 = byte.parse()?;
    eprintln!("four times {size} bytes; the child will store {byte}");

    // 1. The first of the four is here. Add the three others.
    let anon_private = map(size, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)?;
    println!("checkpoint mapped");

    // 2. Fork here. What follows is the child's part; let it end with `libc::_exit(0)`.
    println!("checkpoint child-wrote");

    // 3. The parent waits for the child and says what it sees.
    // SAFETY: the first byte of the mapping is readable.
    println!("anon_private={}", unsafe { anon_private.read_volatile() });
    println!("anon_shared=0");
    println!("file_private=0");
    println!("file_shared=0");
    Ok(())
}

/// `mmap(2)`, readable and writable, at an address of the kernel's choice.
fn map(length: usize, flags: i32, descriptor: i32, offset: i64) -> io::Result<*mut u8> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
    let start = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, descriptor, offset) };
    if start == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(start.cast()) }
}
