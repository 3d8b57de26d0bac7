//! The API of Potato, called as a stranger's client calls it.
//!
//! `assertions` is the table of what is known of Potato, and of the tests that hold it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod asking;
mod assertions;
mod being_told;
mod chats;
mod editing;
mod errors;
mod faulting;
mod files;
mod formatting;
mod games;
mod hands;
mod harness;
mod inline;
mod keyboards;
mod members;
mod pinning;
mod pressing;
mod sending;
mod upgrading;
