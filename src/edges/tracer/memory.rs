//! The memory and descriptors of a stopped thread, for the decoder.

use super::{books, ptrace};
use crate::facts::syscall::Memory;

/// What decoding a call may read of the thread that makes it.
pub(super) struct ThreadMemory(pub(super) i32);

/// `PATH_MAX` (`limits.h`): the kernel takes no longer path.
const PATH_MAX: usize = 4096;
/// Smaller than any page size, and a divisor of all: a read that starts on a
/// multiple of it never crosses into a page that may be missing.
const STRIDE: u64 = 256;

impl Memory for ThreadMemory {
    fn text(&self, address: u64) -> Option<String> {
        let mut text = Vec::new();
        let mut at = address;
        while text.len() < PATH_MAX {
            let mut piece = [0; STRIDE as usize];
            let length = (STRIDE - at % STRIDE) as usize;
            let read = ptrace::read_memory(self.0, at, &mut piece[..length]).ok()?;
            let piece = &piece[..read];
            if let Some(end) = piece.iter().position(|&byte| byte == 0) {
                text.extend_from_slice(&piece[..end]);
                return Some(String::from_utf8_lossy(&text).into_owned());
            }
            if read < length {
                return None;
            }
            text.extend_from_slice(piece);
            at = at.checked_add(length as u64)?;
        }
        None
    }

    fn bytes(&self, address: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        if length > 0 {
            let read = ptrace::read_memory(self.0, address, &mut bytes).ok()?;
            bytes.truncate(read);
        }
        Some(bytes)
    }

    fn behind(&self, descriptor: i32) -> Option<String> {
        books::behind(self.0, descriptor)
    }
}
