//! What tests use in the place of the real thing.

mod clock;
mod memory;

pub use clock::ManualClock;
pub use memory::{Done, MemoryMessenger};
