//! TamTam and MAX: one adapter, two [dialects](Dialect).
//!
//! TamTam closed in February 2026; MAX is its living successor on the same protocol. The adapter
//! speaks TamTam's Bot API 0.5.6 and MAX's 0.0.32.
//!
//! | room | what is in it |
//! |---|---|
//! | [`client`] | the platform's methods, typed, each citing where it is documented |
//! | [`wire`] | the platform's JSON, spelled as the platform spells it |
//! | [`coverage`] | which of the platforms' operations and kinds are here, as data |
//! | [`dialect`](Dialect) | what differs between TamTam and MAX |
//! | `inbound`, `outbound` | wire → model ([`decode_update`]), model → wire ([`encode_message`]) |
//! | `capabilities` | limits and levels, each with its source |
//! | `error` | the platform's errors → the gateway's |
//! | `messenger` | [`TamTam`]: the [`Messenger`](gateway_core::Messenger) and all its abilities |
//! | [`webhook`] | deliveries: who may make them, and how to serve them |
//!
//! # What is inside the ids
//!
//! | id | what is in it |
//! |---|---|
//! | `ChatId`, `UserId` | the platform's 64-bit number in decimal; groups and channels are negative |
//! | `MessageId` | the platform's `mid`, as it is |
//! | `CallbackId` | the platform's `callback_id`, as it is |
//! | `QueryId` | TamTam: a constructor's `session_id`, as it is |
//! | `FileId` | the token by which a file is sent again (of a sticker its `code`); behind a blank the URL at which it is fetched, where the platform told one |
//! | `Cursor` | the `marker` of the last answer: of updates, chats or members |
//! | `UpdateId` | see below |
//!
//! Updates have no id on the wire. It is made of the kind and of what identifies the event: the
//! `mid` of a new message; of an edit also its time and a checksum of the content; the
//! `callback_id` of a press; else who and where and when, as far as the kind tells. What the
//! platform writes down anew each time (tokens, addresses of files, when somebody was last seen) is
//! not in it. Of an update that is not understood it is the kind, the time and a checksum of the
//! JSON.
//!
//! The URL in a `FileId` is the platform's and may expire; the token stays good for sending. A file
//! that was merely uploaded has none, so it can be sent and not opened.
//!
//! # What differs between the dialects
//!
//! An ability is there on both, and what one dialect lacks of it answers
//! [`ErrorKind::Unsupported`](gateway_core::ErrorKind::Unsupported) and says what there is instead:
//! MAX lists no chats and lets no bot add members. Reply keyboards are in MAX's schema and nobody
//! has seen one, so [`fit`](gateway_core::fit) shows their buttons under the message; who wants
//! them nevertheless writes them by [`encode_message`] and sends them by the [`client`].
//!
//! # Example
//!
//! ```no_run
//! use adapter_tamtam::{Dialect, Options, TamTam};
//! use gateway_core::Messenger as _;
//!
//! # async fn example() -> Result<(), gateway_core::Error> {
//! let max = TamTam::new("support-max", &Options::new(Dialect::Max, "token".to_owned()))?;
//! println!("I am {}", max.me().await?.display_name());
//! # Ok(())
//! # }
//! ```

mod capabilities;
pub mod client;
pub mod coverage;
mod dialect;
mod error;
mod file_id;
mod inbound;
mod messenger;
mod outbound;
pub mod webhook;
pub mod wire;

pub use client::{Client, Options, WebhookConflict};
pub use dialect::Dialect;
pub use inbound::update as decode_update;
pub use messenger::TamTam;
pub use outbound::message as encode_message;
