//! System calls: which ones the observer traces, and how a traced one is put in
//! the words of its manual page.
//!
//! Pure: what must be read out of the traced process comes through [`Memory`].
//! Numbers and constants are those of the architecture that this is compiled for.

pub mod decode;
mod flags;
pub mod forbidden;
pub mod table;

/// What decoding needs to know of the process that makes the call, at the time of the call.
pub trait Memory {
    /// The text that ends with a zero byte at `address`, at most `PATH_MAX` bytes; undecodable bytes replaced.
    fn text(&self, address: u64) -> Option<String>;
    /// At most `length` bytes at `address`.
    fn bytes(&self, address: u64, length: usize) -> Option<Vec<u8>>;
    /// The link's text of the descriptor in `/proc/PID/fd`.
    fn behind(&self, descriptor: i32) -> Option<String>;
}

pub(crate) use flags::seals;
