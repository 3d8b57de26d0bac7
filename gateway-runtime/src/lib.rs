//! How a bot lives: from a messenger through the journal and a lane to a handler, and back.
//!
//! ```text
//! messenger ──▶ intake ──▶ journal ──▶ lane ──▶ observers ──▶ router ──▶ handler
//! messenger ◀───────────── effect (journalled) ◀───────────────────────────┘
//! ```
//!
//! | room | what is in it |
//! |---|---|
//! | [`journal`] | the only queue: updates until they are done, and what handlers did |
//! | `intake` | polls a messenger, and writes before it asks for more |
//! | [`Hook`] | takes what a messenger delivers, and writes before it is acknowledged |
//! | `lanes` | one chat's updates in order, different chats at once |
//! | [`Context`] | what a handler gets, and the effects it can have |
//! | [`extract`] | what else a handler can ask for |
//! | [`Router`] | which handler gets an update |
//! | `tenure` | one process runs an account at a time |
//! | `outbox` | messages without an update: later, or from outside |
//! | `scribe` | many writes, one commit |
//! | [`Status`] | how the accounts are doing |
//! | `outage` | the journal when it is out of order: one trouble of all accounts |
//! | `measure`, `trace` | what is counted and timed, and the spans of an update |
//! | [`Runtime`] | all of it, from start to stop |
//! | `testing` | a gateway that crashes where it is told to (feature `testing`) |
//!
//! It knows no platform and no database: messengers come as
//! [`Messenger`](gateway_core::Messenger), the database as [`Journal`](journal::Journal).
//!
//! # Example
//!
//! An echo bot against the messenger in memory:
//!
//! ```
//! use std::sync::Arc;
//!
//! use gateway_core::testing::{Done, MemoryMessenger};
//! use gateway_runtime::journal::MemoryJournal;
//! use gateway_runtime::{Context, HandlerResult, Router, Runtime};
//! use tokio_util::sync::CancellationToken;
//!
//! async fn echo(ctx: Context) -> HandlerResult {
//!     if let Some(text) = ctx.text() {
//!         ctx.reply(text.clone()).await?;
//!     }
//!     Ok(())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let messenger = Arc::new(MemoryMessenger::new("test"));
//! let stop = CancellationToken::new();
//! let runtime = Runtime::new(Arc::new(MemoryJournal::default()), messenger.clock())
//!     .with_account(messenger.clone())
//!     .with_router(Router::new().fallback(echo));
//!
//! messenger.says("Anna", "hello");
//! let talk = async {
//!     let Done::Sent { message, .. } = messenger.next().await else { panic!("a message") };
//!     assert_eq!(message.text.plain_text(), "hello");
//!     stop.cancel();
//! };
//! tokio::join!(runtime.run(stop.clone()), talk).0.unwrap();
//! # });
//! ```

mod account;
mod context;
mod effect;
pub mod extract;
mod gate;
mod handler;
mod handling;
mod hook;
mod intake;
pub mod journal;
mod lanes;
mod measure;
mod outage;
mod outbox;
mod pause;
mod router;
mod runtime;
#[cfg(test)]
mod sample;
mod scribe;
mod session;
mod slots;
mod status;
mod tenure;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;

pub use context::{Context, Elsewhere, Session};
pub use effect::{EffectError, Policy, Sent};
pub use handler::{Handler, HandlerError, HandlerResult, IntoHandlerResult};
pub use hook::{Hook, HookError};
pub use measure::describe_metrics;
pub use outbox::Sender;
/// A pattern for [`Router::regex`] and [`Filter::regex`].
pub use regex::Regex;
pub use router::{Filter, Next, Router};
pub use runtime::{DuplicateAccount, Observed, Observer, Runtime, RuntimeOptions};
pub use status::{AccountState, AccountStatus, Status};
pub use trace::{SpanLink, link_spans};
