//! What a messenger is: a small trait that every adapter implements, and abilities that it may
//! have beside it.
//!
//! [`Messenger`] is what all messengers can do: say who they are, what they can carry, receive,
//! and send. What a messenger may lack is an *ability*, a trait of its own that is reached by an
//! accessor: [`Messenger::edits`], [`Messenger::callbacks`]. `None` means "it cannot"; no default
//! ever pretends to have done something.

mod ability;
mod capabilities;
mod error;

use std::fmt;

use async_trait::async_trait;

pub use ability::{Callbacks, Edits};
pub use capabilities::{Capabilities, KeyboardLimits, Level, Polling, TextLimit, TextUnit};
pub use error::{Error, ErrorKind, LimitScope, Result};

use crate::model::{Account, ChatId, Cursor, MessageId, NewMessage, Update, User};

/// A bot's account on one messenger.
///
/// Methods may be called from many tasks at once, but for [`receive`](Self::receive), which has
/// one caller at a time.
#[async_trait]
pub trait Messenger: fmt::Debug + Send + Sync + 'static {
    /// The account it speaks for.
    fn account(&self) -> &Account;

    /// What it can carry, and its limits.
    fn capabilities(&self) -> &Capabilities;

    /// The bot itself, as the messenger knows it. Called once at the start, to prove the token.
    async fn me(&self) -> Result<User>;

    /// Waits for what happened since `cursor`, as long as the messenger lets it wait.
    ///
    /// The caller keeps the batch *and* its cursor before it calls again: asking with a cursor
    /// gives up what came before it. Without a cursor the messenger hands out all that it still
    /// holds.
    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch>;

    /// Sends one message. A message that does not fit the messenger's limits is refused with
    /// [`ErrorKind::TooLarge`] before anything is sent.
    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt>;

    /// Changing messages that the bot sent.
    fn edits(&self) -> Option<&dyn Edits> {
        None
    }

    /// Answering presses of buttons.
    fn callbacks(&self) -> Option<&dyn Callbacks> {
        None
    }
}

/// What [`Messenger::receive`] brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// What happened, in order; empty when nothing did.
    pub updates: Vec<Update>,
    /// Where to go on; `None` keeps the cursor as it was.
    pub cursor: Option<Cursor>,
}

/// What sending a message brought.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Receipt {
    /// The message's id, by which it is edited.
    pub message: MessageId,
}
