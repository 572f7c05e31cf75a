//! A wrong `flavours`: looks before it has waited for the child.

use std::error::Error;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr;

/// Memory from `mmap`, readable and writable, given back when dropped.
///
/// Other processes store here, so it gives out no references: bytes are copied in and out.
struct Mapping {
    start: *mut u8,
    length: usize,
}

impl Mapping {
    fn anonymous(length: usize, sharing: libc::c_int) -> io::Result<Self> {
        Self::new(length, sharing | libc::MAP_ANONYMOUS, -1, 0)
    }

    fn of(file: &File, offset: usize, length: usize, sharing: libc::c_int) -> io::Result<Self> {
        let offset = libc::off_t::try_from(offset).map_err(io::Error::other)?;
        Self::new(length, sharing, file.as_raw_fd(), offset)
    }

    fn new(length: usize, flags: libc::c_int, descriptor: i32, offset: libc::off_t) -> io::Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping where the kernel finds room touches no memory that is in use.
        let start = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, descriptor, offset) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { start: start.cast(), length })
    }

    fn load(&self) -> u8 {
        // SAFETY: the first byte lies in the mapping, which is readable while `self` lives.
        // Volatile, for another process may have changed it since the last load.
        unsafe { self.start.read_volatile() }
    }

    fn store(&self, byte: u8) {
        // SAFETY: the first byte lies in the mapping, which is writable while `self` lives.
        unsafe { self.start.write_volatile(byte) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range came from `mmap`, and nothing points into it any more.
        unsafe { libc::munmap(self.start.cast(), self.length) };
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, size, byte] = arguments.as_slice() else {
        return Err("usage: flavours FILE SIZE BYTE".into());
    };
    let file = File::options().read(true).write(true).open(path)?;
    let size: usize = size.parse()?;
    let byte: u8 = byte.parse()?;

    let anon_private = Mapping::anonymous(size, libc::MAP_PRIVATE)?;
    let anon_shared = Mapping::anonymous(size, libc::MAP_SHARED)?;
    let file_shared = Mapping::of(&file, 0, size, libc::MAP_SHARED)?;
    let file_private = Mapping::of(&file, size, size, libc::MAP_PRIVATE)?;
    println!("checkpoint mapped");

    let seen = [&anon_private, &anon_shared, &file_private, &file_shared].map(Mapping::load);
    in_a_child(|| {
        for memory in [&anon_private, &anon_shared, &file_private, &file_shared] {
            memory.store(byte);
        }
        println!("checkpoint child-wrote");
    })?;

    for (name, byte) in ["anon_private", "anon_shared", "file_private", "file_shared"].iter().zip(seen) {
        println!("{name}={byte}");
    }
    Ok(())
}

/// Runs `work` in a forked child and waits until the child has ended.
fn in_a_child(work: impl FnOnce()) -> Result<(), Box<dyn Error>> {
    // SAFETY: this process has one thread, so the child finds no lock held by another.
    let child = unsafe { libc::fork() };
    if child == 0 {
        work();
        // SAFETY: ends the child at once, without running what the parent has set up for its own end.
        unsafe { libc::_exit(0) };
    }
    if child < 0 {
        return Err(io::Error::last_os_error().into());
    }
    let mut status = 0;
    // SAFETY: `status` is a valid place for the child's status.
    if unsafe { libc::waitpid(child, &raw mut status, 0) } != child {
        return Err(io::Error::last_os_error().into());
    }
    if status == 0 { Ok(()) } else { Err("the child came to a bad end".into()) }
}
