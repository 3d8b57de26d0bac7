//! What tests use in the place of the real thing.
//!
//! | for | use |
//! |---|---|
//! | a bot's own tests | [`MemoryMessenger`], and a [`Person`] who talks to the bot |
//! | an adapter's tests | [`conformance`], with a [`Hand`] on the adapter's sandbox |
//! | what a platform might say | [`mutation`] |
//! | time | [`ManualClock`] |
//! | what was logged | [`Logs`] |

mod clock;
pub mod conformance;
mod conversation;
mod hand;
mod logs;
mod memory;
pub mod mutation;

pub use clock::ManualClock;
pub use conversation::{Expectation, Person};
pub use hand::{Fault, Hand, Seen};
pub use logs::Logs;
pub use memory::{Done, MemoryMessenger};
