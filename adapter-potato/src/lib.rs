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
//! | [`coverage`] | which of the platform's methods, objects and errors are here, as data |
//! | `inbound`, `outbound` | wire → model ([`decode_updates`]), model → wire ([`encode_message`]) |
//! | `capabilities` | limits and levels, each with its source |
//! | `error` | the platform's errors ([`ErrorCode`]) → the gateway's |
//! | `messenger` | [`Potato`]: the [`Messenger`](gateway_core::Messenger) and its abilities |
//! | [`webhook`] | deliveries: who may make them, and how to serve them |
//!
//! # What is inside the ids
//!
//! | id | what is in it |
//! |---|---|
//! | `ChatId` | the pair that identifies a chat: `user:20216742`, `group:11370003` or `channel:11705614`; the numbers of the three kinds overlap. See [`Peer`] |
//! | `UserId`, `MessageId` | the platform's number in decimal |
//! | `UpdateId` | the platform's number and when it happened, since numbers begin anew, at random, after a quiet week; a checksum of the update where it does not say when. Where one update tells several things, a further number |
//! | `CallbackId` | the platform's `inline_message_id`, a string of more digits than 64 bits hold |
//! | `QueryId`, `FileId` | the platform's, as it is |
//! | `Cursor` | the number of the update that is wanted next, `@`, and when that was known. An update that was read is gone from the platform all the same, as far as anybody knows |
//!
//! # What the platform lacks
//!
//! It lists no members and no webhooks, reads nothing back, and takes no file without a message:
//! such a call answers [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) and says what
//! there is instead. Somebody's card can be sent, but its number is not told; so a
//! [`Contact`](gateway_core::model::Contact) goes as text, and as a card by
//! [`Client::send_contact`].
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
pub mod coverage;
mod error;
mod inbound;
mod messenger;
mod outbound;
mod peer;
pub mod webhook;
pub mod wire;

pub use client::{Client, FileHost, Options};
pub use error::ErrorCode;
pub use inbound::updates as decode_updates;
pub use messenger::Potato;
pub use outbound::{Sending, message as encode_message};
pub use peer::{NotAPeer, Peer};
