//! A wrong `survive`: its handler covers the next page too, and puts only one back.
//! Lines on standard input: `load OFFSET` and `store OFFSET BYTE`.
//!
//! The handler puts a page where the access failed and notes that it did. A jump out of the
//! handler, as C programs do it, is not for Rust: it would pass over frames with destructors.

use std::error::Error;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

use memmap2::Mmap;

static START: AtomicUsize = AtomicUsize::new(0);
static LENGTH: AtomicUsize = AtomicUsize::new(0);
static PAGE: AtomicUsize = AtomicUsize::new(4096);
static CAUGHT: AtomicI32 = AtomicI32::new(0);

/// Maps an anonymous page over the one that could not be had, and notes the signal.
extern "C" fn put_a_page(signal: libc::c_int, info: *mut libc::siginfo_t, _context: *mut libc::c_void) {
    // SAFETY: with SA_SIGINFO the kernel passes a valid `siginfo_t`, and for these signals it has an address.
    let address = unsafe { (*info).si_addr() } as usize;
    let page = PAGE.load(Relaxed);
    if address.wrapping_sub(START.load(Relaxed)) < LENGTH.load(Relaxed) {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        let place = (address & !(page - 1)) as *mut libc::c_void;
        // SAFETY: the page lies in the mapping of `main`, which looks at CAUGHT after each access.
        let placed = unsafe { libc::mmap(place, 2 * page, protection, flags, -1, 0) };
        if placed != libc::MAP_FAILED {
            CAUGHT.store(signal, Relaxed);
            return;
        }
    }
    // Any other address is a bug, and stays deadly: the access is run again, without a handler.
    // SAFETY: the default action needs no function.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

fn catch_signals() -> io::Result<()> {
    for signal in [libc::SIGBUS, libc::SIGSEGV] {
        // SAFETY: a sigaction of zeros is a valid one, and the handler has the form that SA_SIGINFO asks for.
        let set = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = put_a_page as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO;
            libc::sigaction(signal, &raw const action, ptr::null_mut())
        };
        if set != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// What the handler has caught in the access just made; the file's page is put back in its place.
fn caught(file: &File, bytes: &Mmap, offset: usize) -> io::Result<Option<&'static str>> {
    let signal = CAUGHT.swap(0, Relaxed);
    if signal == 0 {
        return Ok(None);
    }
    let page = PAGE.load(Relaxed);
    let start = offset & !(page - 1);
    let place = bytes.as_ptr().wrapping_add(start).cast_mut().cast();
    let flags = libc::MAP_SHARED | libc::MAP_FIXED;
    let offset = libc::off_t::try_from(start).map_err(io::Error::other)?;
    // SAFETY: this replaces the page that the handler has put into `bytes` by the file's own.
    let placed = unsafe { libc::mmap(place, page, libc::PROT_READ, flags, file.as_raw_fd(), offset) };
    if placed == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(Some(if signal == libc::SIGBUS { "SIGBUS" } else { "SIGSEGV" }))
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
    START.store(bytes.as_ptr() as usize, Relaxed);
    LENGTH.store(bytes.len(), Relaxed);
    // SAFETY: sysconf only answers.
    PAGE.store(usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) })?, Relaxed);
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
            // SAFETY: the place lies in the mapping; where there is no page, the handler puts one.
            ["load", _] => Some(unsafe { place.read_volatile() }),
            ["store", _, byte] => {
                let byte = byte.parse()?;
                // SAFETY: the mapping does not allow it: a signal is what comes of it.
                unsafe { place.write_volatile(byte) };
                None
            }
            _ => return Err(format!("not a command: {line:?}").into()),
        };
        match (caught(&file, &bytes, offset)?, loaded) {
            (Some(signal), _) => println!("caught={signal}"),
            (None, Some(byte)) => println!("value={byte}"),
            (None, None) => {}
        }
    }
    Ok(())
}
