//! A wrong `ring`: maps both halves privately.

use std::error::Error;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;

/// A memfd of `size` bytes, mapped at `base` and again at `base + size`.
///
/// Every byte has two addresses, which references would deny: bytes are copied in and out.
struct Ring {
    base: *mut u8,
    size: usize,
}

impl Ring {
    fn new(size: usize) -> io::Result<Self> {
        let memory = memfd(size)?;
        let reserve = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
        let base = unsafe { libc::mmap(ptr::null_mut(), 2 * size, libc::PROT_NONE, reserve, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // From here on the range is given back if anything fails.
        let ring = Self { base: base.cast(), size };
        for half in [0, size] {
            let protection = libc::PROT_READ | libc::PROT_WRITE;
            let flags = libc::MAP_PRIVATE | libc::MAP_FIXED;
            let place = ring.base.wrapping_add(half).cast();
            // SAFETY: MAP_FIXED replaces one half of the range just reserved, which is nobody else's.
            let placed = unsafe { libc::mmap(place, size, protection, flags, memory.as_raw_fd(), 0) };
            if placed == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(ring)
    }

    /// Stores a number that begins below `size`; it may go on behind it.
    fn put(&self, offset: usize, number: i64) {
        assert!(offset < self.size && self.size >= 8, "the number must begin in the ring");
        for (index, byte) in number.to_le_bytes().into_iter().enumerate() {
            // SAFETY: `offset + index` is below `2 * size`, and all of that is writable.
            unsafe { self.base.add(offset + index).write_volatile(byte) };
        }
    }

    fn get(&self, offset: usize) -> i64 {
        assert!(offset < self.size && self.size >= 8, "the number must begin in the ring");
        i64::from_le_bytes(std::array::from_fn(|index| self.byte(offset + index)))
    }

    fn byte(&self, offset: usize) -> u8 {
        assert!(offset < 2 * self.size, "the byte must lie in one of the halves");
        // SAFETY: `offset` is below `2 * size`, and all of that is readable.
        unsafe { self.base.add(offset).read_volatile() }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the range came from `mmap`, and nothing points into it any more.
        unsafe { libc::munmap(self.base.cast(), 2 * self.size) };
    }
}

/// A file in memory, in no directory, of this length.
fn memfd(size: usize) -> io::Result<OwnedFd> {
    // SAFETY: the name is a C string; it only shows in maps.
    let descriptor = unsafe { libc::memfd_create(c"ring".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, and nobody else's.
    let memory = unsafe { OwnedFd::from_raw_fd(descriptor) };
    let length = libc::off_t::try_from(size).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open; a file without mappings may be given any length.
    if unsafe { libc::ftruncate(memory.as_raw_fd(), length) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(memory)
}

fn main() -> Result<(), Box<dyn Error>> {
    let size = std::env::args().nth(1).ok_or("usage: ring SIZE")?;
    let ring = Ring::new(size.parse()?)?;
    println!("checkpoint mapped");

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["put", offset, number] => {
                ring.put(offset.parse()?, number.parse()?);
                println!("stored={offset}");
            }
            ["get", offset] => println!("value={}", ring.get(offset.parse()?)),
            ["byte", offset] => println!("byte={}", ring.byte(offset.parse()?)),
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
