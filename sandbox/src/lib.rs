//! TamTam, MAX and Potato, emulated on this machine.
//!
//! One [`World`] holds people, bots, chats and messages; a facade a platform speaks its wire, with
//! its ids, its refusals and its quirks. The same world serves tests, the program's demo, and any
//! client that others wrote.
//!
//! | room | what is in it |
//! |---|---|
//! | [`world`] | people, bots, chats, messages, what each bot has yet to be told |
//! | [`Phone`] | a person's hand: writing, pressing, seeing |
//! | [`fault`] | making the messenger refuse, stall or lose an answer |
//! | `tamtam`, `potato` | the facades |
//! | `control` | the same hand over HTTP |
//! | `caller` | calling the webhooks of bots |
//! | `body`, `host`, `incoming`, `outgoing` | requests, and files in and out |
//! | [`Server`] | the listening sockets |
//!
//! The sandbox knows the adapters' wire types and nothing else of them, nor of the gateway's model:
//! a mistake in how the gateway reads a message must not be made twice.
//!
//! What is not emulated answers so, in the platform's own form of an error with the words "the
//! sandbox does not emulate …".
//!
//! # Example
//!
//! ```
//! use sandbox::{Addresses, Phone, Platform, Server, World};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let world = World::new();
//! world.add_bot(Platform::Max, "Helper", "sandbox-max");
//! let server = Server::start(world.clone(), &Addresses::free_ports()).await.unwrap();
//!
//! let mut anna = Phone::of("Anna", Platform::Max, &world).unwrap();
//! anna.says("hello");
//! // A bot that polls `server.max()` with the token `sandbox-max` now gets `bot_started` and
//! // `message_created`; what it answers is what `anna.sees()` waits for.
//! # drop(server);
//! # });
//! ```

mod body;
mod caller;
mod control;
pub mod fault;
mod host;
mod incoming;
mod outgoing;
mod person;
mod potato;
mod server;
mod tamtam;
pub mod world;

pub use person::{Glimpse, NoSuchButton, Phone, Silence};
pub use server::{Addresses, Server};
pub use world::{Platform, World};
