//! What a handler can ask for: each of its arguments is taken from the update, or from the router's
//! state.
//!
//! | argument | what it is | where there is none |
//! |---|---|---|
//! | [`Context`] | the update, and what can be done about it | |
//! | [`State<T>`](State) | what the router was given | does not compile |
//! | [`Update`](gateway_core::model::Update), [`Account`](gateway_core::model::Account) | what happened, and whose bot was told | |
//! | [`User`](gateway_core::model::User), [`Chat`](gateway_core::model::Chat) | who did it, and where | nobody knows |
//! | [`ReceivedMessage`] | the message that was written or edited | it is another update |
//! | [`Text`](gateway_core::model::Text), [`PlainText`] | its text, with and without formatting | it has no text |
//! | [`ButtonPress`](gateway_core::model::ButtonPress), [`InlineQuery`](gateway_core::model::InlineQuery) | the press, the query | it is another update |
//! | [`Data<T>`](Data) | what the pressed button carries, typed | another button's |
//! | [`Args<T>`](Args) | what follows the command or the button's name | no command, or nothing follows |
//! | [`StartPayload`] | what the link that led to the bot carries | it was no such link |
//! | [`Captures`] | what the route's pattern found | the route has no pattern |
//! | [`Option<T>`] | `T`, or `None` where there is none | |
//! | [`Result<T, Rejection>`] | `T`, or why not | |
//!
//! # What does not fit
//!
//! A handler runs only when it gets all that it asks for. Otherwise there are three cases, and
//! [`Rejection`] tells them apart:
//!
//! - *The update has no such thing*: its route does not fit, and the next one is tried.
//! - *It has, and it cannot be read*, as in `/roll many` for `Args<u32>` or on a button of an older
//!   version of the bot: the same. So the routes below can say what is wrong.
//! - *Nobody knows*, because a database did not answer: the handler has failed, and the update is
//!   tried again later. No other route gets it.
//!
//! When no other route takes an update that was passed on for one of the first two reasons, it is
//! done, as is every update that no route fits, and a warning in the log names the routes and their
//! reasons. With a [fallback](crate::Router::fallback) it cannot come to that.
//!
//! [`Option`] turns the first case into `None` and leaves the others alone: with
//! `Option<Args<u32>>`, `/roll` is `None`, and `/roll many` still goes to the next route. A
//! [`Result`] gives the handler all three.
//!
//! ```
//! # use std::sync::Arc;
//! # use gateway_core::testing::{MemoryMessenger, Person};
//! # use gateway_runtime::{Runtime, journal::MemoryJournal};
//! # use tokio_util::sync::CancellationToken;
//! use gateway_runtime::extract::Args;
//! use gateway_runtime::{Context, HandlerResult, Router};
//!
//! async fn roll(ctx: Context, Args(sides): Args<u32>) -> HandlerResult {
//!     ctx.reply(format!("A die with {sides} sides")).await?;
//!     Ok(())
//! }
//! async fn usage(ctx: Context) -> HandlerResult {
//!     ctx.reply("Say how many sides: /roll 6").await?;
//!     Ok(())
//! }
//!
//! let bot: Router = Router::new().command("roll", roll).command("roll", usage);
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! # let messenger = Arc::new(MemoryMessenger::new("test"));
//! # let stop = CancellationToken::new();
//! # let runtime = Runtime::new(Arc::new(MemoryJournal::default()), messenger.clock())
//! #     .with_account(messenger.clone())
//! #     .with_router(bot);
//! # let anna = Person::new("Anna", messenger);
//! # let talk = async {
//!
//! anna.says("/roll 20").await;
//! anna.sees("A die with 20 sides").await;
//! anna.says("/roll many").await;
//! anna.sees("Say how many sides").await;
//! # stop.cancel();
//! # };
//! # tokio::join!(runtime.run(stop.clone()), talk).0.unwrap();
//! # });
//! ```
//!
//! # Extractors of your own
//!
//! [`FromContext`] may wait for what it needs, and use other extractors:
//!
//! ```
//! use std::collections::BTreeSet;
//! use std::sync::Arc;
//!
//! use gateway_core::model::{User, UserId};
//! use gateway_runtime::extract::{FromContext, FromRef, Rejection, State};
//! use gateway_runtime::{Context, HandlerResult, Router};
//!
//! type Admins = Arc<BTreeSet<UserId>>;
//!
//! /// Somebody who may do more than others.
//! struct Admin(User);
//!
//! impl<S: Sync> FromContext<S> for Admin
//! where
//!     Admins: FromRef<S>,
//! {
//!     async fn from_context(ctx: &Context, state: &S) -> Result<Self, Rejection> {
//!         let user = User::from_context(ctx, state).await?;
//!         let State(admins) = State::<Admins>::from_context(ctx, state).await?;
//!         if admins.contains(&user.id) {
//!             Ok(Self(user))
//!         } else {
//!             Err(Rejection::Missing("right to do this"))
//!         }
//!     }
//! }
//!
//! async fn stop(ctx: Context, Admin(user): Admin) -> HandlerResult {
//!     ctx.reply(format!("As you wish, {}", user.display_name())).await?;
//!     Ok(())
//! }
//!
//! let admins: Admins = Arc::new(BTreeSet::from(["anna".into()]));
//! let bot: Router = Router::new().command("stop", stop).with_state(admins);
//! ```

use crate::{Context, HandlerError};

mod captures;
mod command;
mod data;
mod parts;
mod state;

pub use captures::Captures;
pub use command::{Args, StartPayload};
pub(crate) use command::{Command, start_payload};
pub use data::Data;
pub(crate) use data::name as payload_name;
pub use parts::{PlainText, ReceivedMessage};
pub use state::{FromRef, State};

/// What can be an argument of a handler, in a router with the state `S`.
///
/// It is asked while the route is sought, maybe for a route that does not take the update in the
/// end, and again when the handler runs again. So it looks things up, and does nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler in a router with the state `{S}`",
    note = "see the module `extract` for what can"
)]
pub trait FromContext<S>: Sized {
    /// Takes it from an update or the state.
    ///
    /// # Errors
    ///
    /// See [`Rejection`] on what follows from each.
    fn from_context(
        ctx: &Context,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send;
}

/// Why a handler does not get what it asks for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The update has nothing of the kind. The next route is tried.
    #[error("the update has no {0}")]
    Missing(&'static str),
    /// It has, and it cannot be read. The next route is tried.
    #[error("reading the {what}: {source}")]
    Unreadable {
        /// What cannot be read.
        what: &'static str,
        /// Why not.
        source: HandlerError,
    },
    /// It could not be looked up. The handler has failed with this.
    #[error("looking up what the handler asks for: {0}")]
    Failed(#[source] HandlerError),
}

impl Rejection {
    /// The update has it, and it cannot be read.
    pub fn unreadable(what: &'static str, why: impl Into<HandlerError>) -> Self {
        Self::Unreadable { what, source: why.into() }
    }

    /// It could not be looked up.
    pub fn failed(why: impl Into<HandlerError>) -> Self {
        Self::Failed(why.into())
    }
}

impl<S: Sync> FromContext<S> for Context {
    async fn from_context(ctx: &Context, _: &S) -> Result<Self, Rejection> {
        Ok(ctx.clone())
    }
}

impl<S: Sync, T: FromContext<S>> FromContext<S> for Option<T> {
    async fn from_context(ctx: &Context, state: &S) -> Result<Self, Rejection> {
        match T::from_context(ctx, state).await {
            Ok(it) => Ok(Some(it)),
            Err(Rejection::Missing(_)) => Ok(None),
            Err(rejection) => Err(rejection),
        }
    }
}

impl<S: Sync, T: FromContext<S>> FromContext<S> for Result<T, Rejection> {
    async fn from_context(ctx: &Context, state: &S) -> Result<Self, Rejection> {
        Ok(T::from_context(ctx, state).await)
    }
}

#[cfg(test)]
mod tests;
