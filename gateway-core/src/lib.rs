//! The vocabulary of the gateway: what a message is, and what a messenger is.
//!
//! This crate is the floor of the house. Everything else stands on it, and it knows nothing of
//! what stands above: no runtime, no database, no platform.
//!
//! | room | what is in it |
//! |---|---|
//! | [`model`] | accounts, chats, users, messages, text, keyboards, updates: plain data |
//! | [`fit`] | messages that are too much for a messenger: split, degraded, reported |
//! | [`messenger`] | the [`Messenger`] trait, its abilities, [`Capabilities`], [`Error`] |
//! | [`http`] | the one client that every HTTP adapter uses |
//! | [`time`], [`chance`] | the clock and the source of randomness, as parameters |
//! | [`trouble`] | what fails for a while, told when it begins and when it is over |
//! | `testing` | a messenger in memory, tests that read like talk, the conformance suite (feature `testing`) |
//!
//! # Example
//!
//! A message is text with spans, and a keyboard:
//!
//! ```
//! use gateway_core::model::{Button, Keyboard, NewMessage, Text};
//!
//! let message = NewMessage::new(Text::new().bold("Lunch?").plain(" Tell me by eleven."))
//!     .with_keyboard(Keyboard::inline([[Button::callback("Yes", "lunch:yes")]]));
//!
//! assert_eq!(message.text.plain_text(), "Lunch? Tell me by eleven.");
//! ```

pub mod chance;
pub mod fit;
pub mod http;
pub mod messenger;
pub mod model;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod trouble;

pub use messenger::{Capabilities, Error, ErrorKind, Messenger};
