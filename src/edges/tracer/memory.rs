//! The memory and descriptors of a stopped thread, for the decoder.

use super::tree::Written;
use super::{books, ptrace};
use crate::facts::syscall::Memory;

/// What decoding a call may read of the thread that makes it.
pub(super) struct ThreadMemory(pub(super) i32);

/// `PATH_MAX` (`limits.h`): the kernel takes no longer path.
const PATH_MAX: usize = 4096;
/// Smaller than any page size, and a divisor of all: a read that starts on a
/// multiple of it never crosses into a page that may be missing.
const STRIDE: u64 = 256;
/// What is held at once of a write.
const PIECE: u64 = 64 << 10;

/// `IOV_MAX` (`writev(2)`): the kernel takes no more vectors.
const IOV_MAX: u64 = 1024;

impl ThreadMemory {
    /// The pieces that the `count` vectors at `address` point to.
    pub(super) fn vectors(&self, address: u64, count: u64) -> Option<Written> {
        let vectors = self.bytes(address, usize::try_from(count.min(IOV_MAX)).ok()? * 16)?;
        vectors
            .chunks_exact(16)
            .map(|vector| {
                let (base, length) = vector.split_at(8);
                let base = u64::from_ne_bytes(base.try_into().ok()?);
                Some((base, u64::from_ne_bytes(length.try_into().ok()?)))
            })
            .collect()
    }

    /// Gives the first `limit` bytes of `written` to `take`, a piece at a time: a program may
    /// write more at once than the runner wants to hold. Ends early at what cannot be read.
    pub(super) fn each_piece(&self, written: &Written, limit: u64, mut take: impl FnMut(&[u8])) {
        let mut left = limit;
        for &(base, length) in written {
            let mut done = 0;
            let length = length.min(left);
            left -= length;
            while done < length {
                let room = (length - done).min(PIECE);
                let Some(bytes) = self.bytes(base.wrapping_add(done), room as usize) else { return };
                if bytes.is_empty() {
                    return;
                }
                take(&bytes);
                done += bytes.len() as u64;
            }
        }
    }
}

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
