//! `ring SIZE`: a ring buffer that is mapped twice, back to back, and so has no seam.

use std::error::Error;
use std::io;
use std::ptr;

/// `size` bytes of memory at `base`. To do: `size` bytes of a memfd, at `base` and again at `base + size`.
struct Ring {
    base: *mut u8,
    size: usize,
}

impl Ring {
    fn new(size: usize) -> io::Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
        let base = unsafe { libc::mmap(ptr::null_mut(), 2 * size, protection, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { base: base.cast(), size })
    }

    fn put(&self, offset: usize, number: i64) {
        for (index, byte) in number.to_le_bytes().into_iter().enumerate() {
            let place = offset + index;
            assert!(place < 2 * self.size);
            // SAFETY: `place` is below `2 * size`, and all of that is writable.
            unsafe { self.base.add(place).write_volatile(byte) };
        }
    }

    fn get(&self, offset: usize) -> i64 {
        i64::from_le_bytes(std::array::from_fn(|index| self.byte(offset + index)))
    }

    fn byte(&self, offset: usize) -> u8 {
        assert!(offset < 2 * self.size);
        // SAFETY: `offset` is below `2 * size`, and all of that is readable.
        unsafe { self.base.add(offset).read_volatile() }
    }
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
