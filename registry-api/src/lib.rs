//! The chat registry: every chat the bots meet, with its titles and participants, for any client
//! that speaks HTTP.
//!
//! | room | what is in it |
//! |---|---|
//! | [`model`] | chats, titles, participants, participations, as the contract shows them |
//! | [`query`] | which chats are asked for, and in what order |
//! | [`Registry`] | the rules: registering, seeing, moving, looking up |
//! | [`stay`] | when somebody was in a chat, put together from what was seen |
//! | [`store`] | what a database has to be able to do for it |
//! | [`token`] | bearer tokens; what each allows is asked of the store, and believed for half a second (`grants`) |
//! | [`http`] | the contract `/api/v1/private/chats`, and health |
//! | [`http::server`] | the connections under it: deadlines, limits, the stop; [`http::tls`] |
//!
//! It knows no SQL and no messenger: the database comes as a [`store::Store`], and what happens on
//! the messengers comes as a [`Sighting`] or a [`Move`].
//!
//! # Example
//!
//! The service over a store of your own:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use gateway_core::{chance::Chance, time::SystemClock};
//! use registry_api::{Registry, http, store::Store};
//! use tokio_util::sync::CancellationToken;
//!
//! async fn serve(store: Arc<dyn Store>) -> std::io::Result<()> {
//!     let chance = Arc::new(Chance::from_os());
//!     let registry = Registry::new(store, Arc::new(SystemClock), chance);
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     http::serve(listener, registry, CancellationToken::new()).await
//! }
//! ```

mod grants;
#[cfg(feature = "http")]
pub mod http;
mod inviting;
pub mod model;
pub mod query;
mod registrar;
mod registry;
mod sighting;
pub mod stay;
pub mod store;
pub mod token;

pub use inviting::{Invited, Missing};
pub use registry::{NewChat, Registry, RequestKey};
pub use sighting::{Move, Seen, SeenPresence, Sighting};
