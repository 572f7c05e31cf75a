//! A wrong `giver`: maps its memfd privately, so that its stores are its own.

use std::error::Error;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::{mem, ptr};

use memmap2::MmapOptions;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, socket, size, number] = arguments.as_slice() else {
        return Err("usage: giver SOCKET SIZE NUMBER".into());
    };
    let size: usize = size.parse()?;
    let number: i64 = number.parse()?;

    let memory = make_memory(size)?;
    // SAFETY: the taker stores into this memory meanwhile. It holds integers, for which any bytes
    // are valid; each is copied out or in as a whole. Its seals keep its length what it is.
    let mut bytes = unsafe { MmapOptions::new().map_copy(&memory)? };
    bytes[..8].copy_from_slice(&number.to_ne_bytes());
    bytes[size - 8..].copy_from_slice(&number.to_ne_bytes());

    let listener = UnixListener::bind(socket)?;
    println!("checkpoint ready");

    let (connection, _) = listener.accept()?;
    send_descriptor(&connection, memory.as_fd())?;
    drop((connection, listener, memory)); // the mappings keep the memory

    for line in io::stdin().lines() {
        line?;
        println!("answer={}", i64::from_ne_bytes(bytes[8..16].try_into()?));
    }
    Ok(())
}

/// Memory of a settled length that both sides may store into.
fn make_memory(size: usize) -> io::Result<File> {
    // SAFETY: the name is a C string; it only shows in maps.
    let descriptor =
        unsafe { libc::memfd_create(c"shared".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is new, and nobody else's.
    let memory = unsafe { File::from_raw_fd(descriptor) };
    memory.set_len(size as u64)?;
    let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW;
    // SAFETY: the descriptor is open, and F_ADD_SEALS takes an integer.
    if unsafe { libc::fcntl(memory.as_raw_fd(), libc::F_ADD_SEALS, seals) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(memory)
}

/// Sends a descriptor, with the one byte that has to go with it: `unix(7)`.
fn send_descriptor(connection: &UnixStream, descriptor: BorrowedFd<'_>) -> io::Result<()> {
    let mut byte = 0_u8;
    let mut data = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    // Larger than CMSG_SPACE of a descriptor, and aligned as a control message must be.
    let mut control = [0_u64; 8];
    // SAFETY: a message header of zeros is an empty one.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = &raw mut data;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    // SAFETY: `control` has room for the control message that is laid out here, and both live
    // until `sendmsg` has returned.
    let sent = unsafe {
        message.msg_controllen = libc::CMSG_SPACE(size_of::<i32>() as u32) as _;
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        (*header).cmsg_level = libc::SOL_SOCKET;
        (*header).cmsg_type = libc::SCM_RIGHTS;
        (*header).cmsg_len = libc::CMSG_LEN(size_of::<i32>() as u32) as _;
        ptr::write_unaligned(libc::CMSG_DATA(header).cast(), descriptor.as_raw_fd());
        libc::sendmsg(connection.as_raw_fd(), &raw const message, 0)
    };
    if sent == 1 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
