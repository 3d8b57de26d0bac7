//! The API of TamTam and MAX, called as a stranger's client calls it.
//!
//! Where the official client's suite asserted something of production, the test's name says the
//! assertion, and the test runs on both messengers when both have what it is about. `assertions` is the table of
//! what is known of the two, and of the tests that hold it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answering;
mod assertions;
mod being_called;
mod being_told;
mod buttons;
mod carrying;
mod chats;
mod commenting;
mod constructing;
mod deleting;
mod editing;
mod files;
mod formatting;
mod harness;
mod identifying;
mod introducing;
mod linking;
mod members;
mod reading;
mod sending;
mod switching;
mod texts;
