//! What a handler does on messengers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use gateway_core::messenger::Activity;
use gateway_core::model::{AttachmentKind, ChatId, ChatRef, Media, MessageId, NewMessage, UserId};
use serde::de::DeserializeOwned;

use super::Context;
use crate::effect::{Action, EffectError, Sent};
use crate::journal::{Change, Scheduled};

impl Context {
    /// Sends a message to the chat of the update.
    ///
    /// It is made to [fit](gateway_core::fit) the messenger: what is too long goes in several parts.
    pub async fn reply(&self, message: impl Into<NewMessage>) -> Result<Sent, EffectError> {
        let chat = self.chat()?.clone();
        self.send(&chat, message).await
    }

    /// Sends a message to another chat of this account. [`on`](Self::on) reaches other accounts.
    pub async fn send(
        &self,
        chat: &ChatId,
        message: impl Into<NewMessage>,
    ) -> Result<Sent, EffectError> {
        let place = self.part.place();
        self.inner.effects.send(&self.inner.origin, &place, chat, &message.into()).await
    }

    /// Changes a message that the bot sent to the chat of the update.
    pub async fn edit(
        &self,
        id: &MessageId,
        message: impl Into<NewMessage>,
    ) -> Result<(), EffectError> {
        let chat = self.chat()?.clone();
        self.edit_in(&chat, id, message).await
    }

    /// Changes a message that the bot sent to another chat of this account.
    pub async fn edit_in(
        &self,
        chat: &ChatId,
        id: &MessageId,
        message: impl Into<NewMessage>,
    ) -> Result<(), EffectError> {
        let message = self.inner.effects.fit_one(&message.into())?;
        let (chat, id) = (chat.clone(), id.clone());
        self.perform(Action::Edit { chat, id, message: Box::new(message) }).await
    }

    /// Changes the message whose button was pressed.
    pub async fn edit_pressed(&self, message: impl Into<NewMessage>) -> Result<(), EffectError> {
        let pressed = self.button().and_then(|press| press.message.clone());
        self.edit(&pressed.ok_or(EffectError::Missing("message with the button"))?, message).await
    }

    /// Deletes a message in the chat of the update.
    pub async fn delete(&self, id: &MessageId) -> Result<(), EffectError> {
        let chat = self.chat()?.clone();
        self.delete_in(&chat, id).await
    }

    /// Deletes a message in another chat of this account.
    pub async fn delete_in(&self, chat: &ChatId, id: &MessageId) -> Result<(), EffectError> {
        self.perform(Action::Delete { chat: chat.clone(), id: id.clone() }).await
    }

    /// Shows a notice to the person who pressed the button, for a moment.
    pub async fn answer(&self, notice: impl Into<String>) -> Result<(), EffectError> {
        let press = self.button().ok_or(EffectError::Missing("button"))?;
        self.perform(Action::Answer { callback: press.id.clone(), notice: notice.into() }).await
    }

    /// Keeps a message on top of the chat of the update; with `notify` everybody is told.
    pub async fn pin(&self, id: &MessageId, notify: bool) -> Result<(), EffectError> {
        let (chat, id) = (self.chat()?.clone(), id.clone());
        self.perform(Action::Pin { chat, id, notify }).await
    }

    /// Takes the pinned message of the chat down.
    pub async fn unpin(&self) -> Result<(), EffectError> {
        self.perform(Action::Unpin { chat: self.chat()?.clone() }).await
    }

    /// Shows in the chat of the update that the bot is busy.
    pub async fn show(&self, activity: Activity) -> Result<(), EffectError> {
        self.perform(Action::Show { chat: self.chat()?.clone(), activity }).await
    }

    /// Gives the group or channel of the update another title.
    pub async fn rename(&self, title: impl Into<String>) -> Result<(), EffectError> {
        self.perform(Action::Rename { chat: self.chat()?.clone(), title: title.into() }).await
    }

    /// Leaves the group or channel of the update.
    pub async fn leave(&self) -> Result<(), EffectError> {
        self.perform(Action::Leave { chat: self.chat()?.clone() }).await
    }

    /// Brings somebody into the group or channel of the update.
    pub async fn add_member(&self, user: &UserId) -> Result<(), EffectError> {
        let chat = self.chat()?.clone();
        self.perform(Action::AddMember { chat, user: user.clone() }).await
    }

    /// Puts somebody out of the group or channel of the update; with `ban` they may not come back.
    pub async fn remove_member(&self, user: &UserId, ban: bool) -> Result<(), EffectError> {
        let chat = self.chat()?.clone();
        self.perform(Action::RemoveMember { chat, user: user.clone(), ban }).await
    }

    /// Uploads a file, to be sent as an attachment of this kind.
    pub async fn upload(
        &self,
        kind: AttachmentKind,
        name: impl Into<String>,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Media, EffectError> {
        self.perform(Action::Upload { kind, name: name.into(), bytes: bytes.into() }).await
    }

    /// Has a message sent to the chat of the update later, also over a restart. The key that comes
    /// back takes it back: see [`cancel`](Self::cancel).
    pub async fn reply_at(
        &self,
        due: DateTime<Utc>,
        message: impl Into<NewMessage>,
    ) -> Result<String, EffectError> {
        let chat = ChatRef::new(self.account().id.clone(), self.chat()?.clone());
        self.send_at(&chat, due, message).await
    }

    /// Has a message sent to any chat of any account later, also over a restart. One that is due
    /// already is sent at once, and by the process that runs that account.
    ///
    /// The key that comes back names the message, and takes it back: see [`cancel`](Self::cancel).
    pub async fn send_at(
        &self,
        chat: &ChatRef,
        due: DateTime<Utc>,
        message: impl Into<NewMessage>,
    ) -> Result<String, EffectError> {
        // The same whenever this handler runs again: it is scheduled once.
        let key = format!("{}/{}/{}", self.account().id, self.update().id, self.part.place());
        let chat = chat.clone();
        let scheduled = Scheduled { chat, key: key.clone(), due, message: message.into() };
        let change = Change::Schedule(Box::new(scheduled.clone()));
        self.inner.effects.scribe.write(&scheduled.chat.account, None, change).await?;
        self.inner.effects.outbox.wake();
        Ok(key)
    }

    /// Takes back what was to be sent later; `false` when it was sent, or taken back, before.
    pub async fn cancel(&self, account: &str, key: &str) -> Result<bool, EffectError> {
        let change = Change::Unschedule { key: key.to_owned() };
        let written = self.inner.effects.scribe.write(&account.into(), None, change).await?;
        Ok(written == crate::journal::Written::Done)
    }

    /// The time of the gateway's clock: what is scheduled is scheduled by it.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.effects.clock.now()
    }

    async fn perform<R: DeserializeOwned>(&self, action: Action) -> Result<R, EffectError> {
        self.inner.effects.perform(&self.inner.origin, self.part.place(), action).await
    }
}
