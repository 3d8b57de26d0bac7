//! What a bot on Potato receives, and how the messenger answers it, as a stranger's client sees it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod called;
mod certified;
mod failing;
mod harness;
mod hook;
mod polling;
mod replying;
mod switching;
