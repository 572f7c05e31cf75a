//! `sumfile FILE [random]`: sums a file through a mapping, and tells the faults that it took.

use std::error::Error;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;

use memmap2::{Advice, MmapOptions};

/// Page faults of this process so far, minor and major.
fn faults() -> io::Result<(i64, i64)> {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage(2) fills in the struct that it is given, and keeps no pointer to it.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, so the struct is filled in.
    let usage = unsafe { usage.assume_init() };
    Ok((usage.ru_minflt, usage.ru_majflt))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (path, scattered) = match &arguments[..] {
        [_, path] => (path, false),
        [_, path, advice] if advice == "random" => (path, true),
        _ => return Err("usage: sumfile FILE [random]".into()),
    };
    let file = File::open(path)?;
    // SAFETY: the bytes are only read. A program that cut the file short meanwhile would end
    // this one with SIGBUS; the caller promises that none does.
    let bytes = unsafe { MmapOptions::new().map_copy_read_only(&file)? };
    if scattered {
        bytes.advise(Advice::Random)?;
    }
    println!("checkpoint mapped");

    let before = faults()?;
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    let after = faults()?;

    println!("sum={sum}");
    println!("minor={}", after.0 - before.0);
    println!("major={}", after.1 - before.1);
    println!("checkpoint summed");
    Ok(())
}
