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
//! | `inbound`, `outbound` | wire → model, model → wire |
//! | `capabilities` | limits, each with its source |
//! | `error` | the platform's errors → the gateway's |
//! | [`TamTam`] | the [`Messenger`](gateway_core::Messenger) |
//!
//! # What is inside the ids
//!
//! - `ChatId`, `UserId`: the platform's 64-bit number in decimal; groups and channels are negative.
//! - `MessageId`: the platform's `mid`, as it is.
//! - `CallbackId`: the platform's `callback_id`, as it is.
//! - `UpdateId`: updates have no id on the wire. It is made of what identifies the event: the
//!   `mid` of a new message, the `callback_id` of a press, and else the kind, the time and a
//!   checksum of the JSON.
//! - `Cursor`: the `marker` of the last answer to `GET /updates`.
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
