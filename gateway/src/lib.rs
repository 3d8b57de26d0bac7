//! One bot on several messengers.
//!
//! A bot is a [`Router`](prelude::Router) of async functions. It is written once and runs on
//! TamTam, MAX and Potato; every chat it meets is kept in a registry that any client with a token
//! can query.
//!
//! A handler's arguments are [what it asks for](gateway_runtime::extract): its context, the bot's
//! state, a person, what a button carries. `examples/menu.rs` and `examples/support.rs` show it.
//!
//! # Example
//!
//! ```no_run
//! use gateway::prelude::*;
//!
//! async fn hello(ctx: Context) -> HandlerResult {
//!     let name = ctx.user().map_or("stranger".to_owned(), User::display_name);
//!     let buttons = Keyboard::inline([[Button::callback("Press me", "press")]]);
//!     ctx.reply(NewMessage::new(Text::new().plain("Hello, ").bold(&name)).with_keyboard(buttons))
//!         .await?;
//!     Ok(())
//! }
//!
//! async fn pressed(ctx: Context) -> HandlerResult {
//!     ctx.answer("Thank you!").await?;
//!     Ok(())
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), gateway::StartError> {
//!     let bot = Router::new().started(hello).text(hello).button("press", pressed);
//!     Gateway::from_env().await?.with_bot(bot).run().await
//! }
//! ```
//!
//! # Features
//!
//! Everything that the program has is there when nothing is said. A bot that wants to build in less
//! time says `default-features = false`, and what it needs:
//!
//! | feature | what it puts in |
//! |---|---|
//! | `tamtam` | TamTam and MAX |
//! | `potato` | Potato |
//! | `sqlite`, `postgres` | a database, and with it [`Gateway::from_env`], [`Gateway::open`] and the registry of the chats that a bot meets; the URL of one that was left out is refused |
//! | `server` | accounts from a file with [`run_configured`]: webhooks, the registry over HTTP, and [`watching`]; it needs a database |
//! | `otel` | [`telemetry`]: traces for a collector of OpenTelemetry |
//! | `sandbox` | the messengers, emulated on this machine |
//! | `testing` | [`testing`]: what tests of bots use; `TestDatabase` comes with a database, `sandbox` with its feature |
//! | `program` | what the program `gateway` is made of: all of the above but `otel` and `testing`, and its command line. It is the default |
//!
//! Without a database there is [`Gateway::in_memory`]: nothing survives the process then. Logs,
//! [`config`] and [`accounts_from_env`] are always there; an account on a messenger that was left out is
//! refused, by the name of the feature. How long each takes to build: `docs/performance.md`.
//!
//! # Accounts from a file
//!
//! [`run_configured`] runs bots on the accounts of one `gateway.toml`, with webhooks and the registry
//! on one listener: what `gateway run` does with the bots that are compiled into it.
//! `docs/configuration.md` has every key.
//!
//! # Tests
//!
//! With the feature `testing` there is what tests of a bot use: a messenger in memory and people on
//! it, a clock that is moved, a crash at a chosen point. `docs/testing-a-bot.md` shows how.
//!
//! # What is where
//!
//! The [`prelude`] has what most bots need. What some need is here by its name:
//!
//! | to | name |
//! |---|---|
//! | stop a gateway by something else than a signal | [`CancellationToken`], for [`Gateway::run_until`] |
//! | act on why it does not start | [`StartError`], [`OpenError`] |
//! | give it another clock | [`Clock`], [`SystemClock`], for [`Gateway::open_with_clock`] |
//! | keep a session of somebody else | [`Scope`], for [`Context::session_of`](prelude::Context::session_of) |
//! | send from outside of handlers, and ask how it went | [`JournalError`], [`Settled`], [`Outcome`], of [`Sender`](prelude::Sender) |
//! | read and write the registry from the bot's process | [`Registry`], of [`Gateway::registry`] |
//! | have bots of one's own configured by a file | [`run_configured`], [`run_until`], [`config`] |
//! | take what messengers deliver by webhook on a server of one's own | [`Runtime`] over a [`Database`], [`Hook`], [`HookError`], [`Delivery`] |
//! | see every update before its handler | [`Observer`], [`Observed`], for [`Runtime`] |
//! | have it watched: metrics, status, health | [`watching`] |
//!
//! This crate is the wiring. What it is made of can be used by itself:
//!
//! | crate | what is in it |
//! |---|---|
//! | [`gateway_core`] | what a message is, what a messenger is |
//! | [`adapter_tamtam`], [`adapter_potato`] | the messengers |
//! | [`gateway_runtime`] | how a bot lives |
//! | [`registry_api`] | the chat registry |
//! | [`storage`] | the databases |
//! | [`sandbox`] | the messengers, emulated on this machine |

mod accounts;
pub mod config;
#[cfg(feature = "database")]
mod describer;
mod error;
pub mod logging;
#[cfg(feature = "database")]
mod observer;
#[cfg(feature = "database")]
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "its metrics have no recorder"))]
mod operator;
#[cfg(feature = "server")]
mod reload;
#[cfg(feature = "server")]
mod run;
#[cfg(feature = "server")]
pub mod serving;
pub mod signal;
#[cfg(feature = "database")]
mod sync;
#[cfg(feature = "otel")]
pub mod telemetry;
#[cfg(feature = "server")]
pub mod watching;
#[cfg(feature = "server")]
pub mod webhooks;
mod wiring;

/// The adapters, for accounts that need more than the environment can say: see
/// [`Gateway::with_account`].
pub mod adapters {
    #[cfg(feature = "potato")]
    pub use adapter_potato as potato;
    #[cfg(feature = "tamtam")]
    pub use adapter_tamtam as tamtam;
}

pub use accounts::accounts_from_env;
pub use error::StartError;
#[cfg(feature = "server")]
pub use run::{run_configured, run_until};
#[cfg(feature = "database")]
pub use sync::{SyncError, sync_page};
pub use wiring::Gateway;

// What the signatures of a bot's author name, beyond what most bots need.
pub use gateway_core::messenger::Delivery;
pub use gateway_core::time::{Clock, SystemClock};
pub use gateway_runtime::journal::{Journal, JournalError, MemoryJournal, Outcome, Scope, Settled};
pub use gateway_runtime::{DuplicateAccount, Hook, HookError, Observed, Observer, Runtime};
#[cfg(feature = "database")]
pub use registry_api::Registry;
#[cfg(feature = "database")]
pub use storage::{Database, OpenError};
pub use tokio_util::sync::CancellationToken;

/// What tests of a bot use (feature `testing`): `docs/testing-a-bot.md` shows it at work.
#[cfg(feature = "testing")]
pub mod testing {
    pub use gateway_core::testing::{
        Done, Expectation, Fault, Hand, ManualClock, MemoryMessenger, Person, Seen,
    };
    pub use gateway_runtime::testing::{Crash, Point};
    #[cfg(feature = "sandbox")]
    pub use sandbox;
    #[cfg(feature = "database")]
    pub use storage::testing::TestDatabase;
}

/// What a bot needs, in one line.
pub mod prelude {
    pub use chrono::{DateTime, TimeDelta, Utc};
    pub use gateway_core::Messenger;
    pub use gateway_core::messenger::{Activity, ErrorKind};
    pub use gateway_core::model::{
        Account, AccountId, Action, Attachment, AttachmentKind, Button, ButtonPress, Callback,
        Chat, ChatId, ChatKind, ChatRef, InlineQuery, Intent, Keyboard, Media, Message, MessageId,
        NewMessage, Platform, ReplyOptions, Style, Text, Update, UpdateKind, User, UserId,
    };
    pub use gateway_runtime::extract::{
        Args, Captures, Data, FromContext, FromRef, PlainText, ReceivedMessage, Rejection,
        StartPayload, State,
    };
    pub use gateway_runtime::{
        AccountState, AccountStatus, Context, EffectError, Elsewhere, Filter, HandlerError,
        HandlerResult, Next, Policy, Regex, Router, RuntimeOptions, Sender, Sent, Session, Status,
    };

    pub use crate::Gateway;
}

/// The bot in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// And so does the one on the page of the configuration.
#[cfg(doctest)]
#[doc = include_str!("../../docs/configuration.md")]
pub struct ConfigurationPage;
