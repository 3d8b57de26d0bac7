//! What a messenger may be able to do beyond receiving and sending.

use async_trait::async_trait;

use super::Result;
use crate::model::{CallbackId, ChatId, MessageId, NewMessage};

/// The messenger can change messages that the bot sent.
#[async_trait]
pub trait Edits: Send + Sync {
    /// Makes the message what `new` says: its text, and its keyboard or none.
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()>;
}

/// The messenger waits for an answer when a button is pressed.
#[async_trait]
pub trait Callbacks: Send + Sync {
    /// Shows `notice` to the person who pressed, for a moment.
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()>;
}
