//! Floor 4: flow. The session as a pure state machine: events in, actions out.

pub mod cancel;
pub mod play;
pub mod session;
