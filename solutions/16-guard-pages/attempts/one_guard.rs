//! A wrong `guard`: protects the end only.

use std::error::Error;
use std::io;
use std::ptr;

/// A buffer with `PROT_NONE` on either side, unmapped when dropped.
struct Guarded {
    whole: *mut u8,
    size: usize,
    guard: usize,
}

impl Guarded {
    fn new(size: usize, guard: usize) -> io::Result<Self> {
        let length = 2 * guard + size;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
        let whole = unsafe { libc::mmap(ptr::null_mut(), length, libc::PROT_NONE, flags, -1, 0) };
        if whole == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let guarded = Self { whole: whole.cast(), size, guard };
        // SAFETY: the range is the start of the mapping just made, to which nothing points yet.
        let opened =
            unsafe { libc::mprotect(guarded.whole.cast(), guard + size, libc::PROT_READ | libc::PROT_WRITE) };
        if opened == 0 { Ok(guarded) } else { Err(io::Error::last_os_error()) }
    }

    /// Where the buffer begins.
    fn buffer(&self) -> *mut u8 {
        self.whole.wrapping_add(self.guard)
    }

    fn store(&self, offset: isize, byte: u8) {
        // SAFETY: in the buffer the place is writable. In a guard the store ends the process,
        // and that is what guards are for; `main` promises to go no further than that.
        unsafe { self.buffer().wrapping_offset(offset).write_volatile(byte) }
    }

    fn load(&self, offset: isize) -> u8 {
        // SAFETY: as for `store`.
        unsafe { self.buffer().wrapping_offset(offset).read_volatile() }
    }

    /// Tries to map a page where the buffer is, without replacing it.
    fn try_to_place_over(&self) -> io::Result<()> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE;
        // SAFETY: with MAP_FIXED_NOREPLACE nothing that is mapped is replaced.
        let placed = unsafe { libc::mmap(self.buffer().cast(), page_size(), libc::PROT_READ, flags, -1, 0) };
        if placed == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the range came from `mmap`, and nothing points into it any more.
        unsafe { libc::munmap(self.whole.cast(), 2 * self.guard + self.size) };
    }
}

fn page_size() -> usize {
    // SAFETY: sysconf only answers.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("a page has a size on every Linux")
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, size, guard] = arguments.as_slice() else {
        return Err("usage: guard SIZE GUARD".into());
    };
    let memory = Guarded::new(size.parse()?, guard.parse()?)?;
    println!("checkpoint guarded");

    match memory.try_to_place_over().map_err(|error| error.raw_os_error()) {
        Err(Some(libc::EEXIST)) => println!("placed=EEXIST"),
        Err(other) => println!("placed={}", other.unwrap_or_default()),
        Ok(()) => println!("placed=0"),
    }

    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["store", offset, byte] => {
                memory.store(offset.parse()?, byte.parse()?);
                println!("stored={offset}");
            }
            ["load", offset] => println!("value={}", memory.load(offset.parse()?)),
            _ => return Err(format!("not a command: {line:?}").into()),
        }
    }
    Ok(())
}
