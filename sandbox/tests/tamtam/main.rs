//! The API of TamTam and MAX, called as a stranger's client calls it.
//!
//! Where the official client's suite asserted something of production, the test's name says the
//! assertion, and the test runs on both messengers when both have what it is about.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answering;
mod buttons;
mod carrying;
mod commenting;
mod constructing;
mod deleting;
mod editing;
mod files;
mod harness;
mod linking;
mod reading;
mod sending;
mod texts;
