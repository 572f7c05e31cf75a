//! `sumfile FILE [random]`: sums a file through a mapping, and tells the faults that it took.

use std::error::Error;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;

/// Page faults of this process so far, minor and major (`getrusage(2)`).
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
    let path = arguments.get(1).ok_or("usage: sumfile FILE [random]")?;
    let _file = File::open(path)?;

    // 1. Map the whole file here, read-only and private. With `random`, give the advice.
    println!("checkpoint mapped");

    // 2. Sum all bytes. `faults()` before and after tells how many faults that took.
    let sum = 0_u64;
    let (minor, major) = faults()?;
    println!("sum={sum}");
    println!("minor={minor}");
    println!("major={major}");
    println!("checkpoint summed");
    Ok(())
}
