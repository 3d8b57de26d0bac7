//! Potato.
//!
//! The adapter speaks the Bot API of the English document, read through what clients in production
//! found out: errors are told in `result`, keyboards are rows of objects, and `getUpdates` forgets
//! what it has handed out.
//!
//! | room | what is in it |
//! |---|---|
//! | [`client`] | the platform's methods, typed, each citing where it is documented |
//! | [`wire`] | the platform's JSON, spelled as the platform spells it |
//! | `inbound`, `outbound` | wire → model, model → wire |
//! | `capabilities` | limits, each with its source |
//! | `error` | the platform's errors → the gateway's |
//! | [`Potato`] | the [`Messenger`](gateway_core::Messenger) |
//!
//! # What is inside the ids
//!
//! - `ChatId`: the pair that identifies a chat, `user:20216742`, `group:11370003` or
//!   `channel:11705614`; the numbers of the three kinds overlap. See [`Peer`].
//! - `UserId`, `MessageId`: the platform's number in decimal.
//! - `UpdateId`: the platform's number and when it happened, since numbers begin anew, at random,
//!   after a quiet week; a checksum of the update where it does not say when.
//! - `CallbackId`: the platform's `inline_message_id`, a string of more digits than 64 bits hold.
//! - There is no `Cursor`: an update that was read is gone from the platform.
//!
//! # Example
//!
//! ```no_run
//! use adapter_potato::{Options, Potato};
//! use gateway_core::Messenger as _;
//!
//! # async fn example() -> Result<(), gateway_core::Error> {
//! let potato = Potato::new("support-potato", &Options::new("10000001:secret".to_owned()))?;
//! println!("I am {}", potato.me().await?.display_name());
//! # Ok(())
//! # }
//! ```

mod capabilities;
pub mod client;
mod error;
mod inbound;
mod messenger;
mod outbound;
mod peer;
pub mod wire;

pub use client::{Client, Options};
pub use inbound::update as decode_update;
pub use messenger::Potato;
pub use outbound::message as encode_message;
pub use peer::Peer;
