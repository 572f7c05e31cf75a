//! `giver SOCKET SIZE NUMBER`: makes sealed memory without a name and hands it over.

use std::error::Error;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::{mem, ptr};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, socket, size, number] = arguments.as_slice() else {
        return Err("usage: giver SOCKET SIZE NUMBER".into());
    };
    let size: usize = size.parse()?;
    let number: i64 = number.parse()?;

    // 1. Make a sealed memfd of `size` bytes here instead of this, and map it.
    eprintln!("asked for {size} bytes");
    let memory = io::stdin();

    // 2. Store the number as the first and the last 64-bit integer.
    eprintln!("asked to store {number}");

    let listener = UnixListener::bind(socket)?;
    println!("checkpoint ready");

    let (connection, _) = listener.accept()?;
    send_descriptor(&connection, memory.as_fd())?;

    for line in io::stdin().lines() {
        line?;
        println!("answer=0"); // 4. The second 64-bit integer, as it is now.
    }
    Ok(())
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
