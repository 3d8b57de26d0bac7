//! What a handler gets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gateway_core::messenger::Receipt;
use gateway_core::model::{
    Account, ButtonPress, ChatId, Message, MessageId, NewMessage, Text, Update, UpdateKind, User,
};

use crate::effect::{Effect, EffectError, Effects};
use crate::extract::Captures;
use crate::journal::EffectKey;

/// An update, and what can be done about it.
///
/// Everything it does is an *effect*: written down before and after, under the update and the
/// number of the effect among those the handler asks for. A handler that runs again after a crash
/// gets the receipts of what it did before, instead of doing it twice; so it must ask for the same
/// things in the same order.
#[derive(Clone, Debug)]
pub struct Context {
    inner: Arc<Inner>,
    /// What the pattern of the route found.
    pub(crate) captures: Option<Captures>,
}

#[derive(Debug)]
struct Inner {
    update: Update,
    me: User,
    effects: Effects,
    next_ordinal: AtomicU32,
}

impl Context {
    pub(crate) fn new(update: Update, me: User, effects: Effects) -> Self {
        let inner = Arc::new(Inner { update, me, effects, next_ordinal: AtomicU32::new(0) });
        Self { inner, captures: None }
    }

    /// What happened.
    pub fn update(&self) -> &Update {
        &self.inner.update
    }

    /// The account that was told of it.
    pub fn account(&self) -> &Account {
        self.inner.effects.messenger.account()
    }

    /// The bot itself.
    pub fn me(&self) -> &User {
        &self.inner.me
    }

    /// Who did it.
    pub fn user(&self) -> Option<&User> {
        self.update().user()
    }

    /// The message that was written or edited.
    pub fn message(&self) -> Option<&Message> {
        match &self.update().kind {
            UpdateKind::MessageCreated { message } | UpdateKind::MessageEdited { message } => {
                Some(message)
            }
            _ => None,
        }
    }

    /// The text of that message.
    pub fn text(&self) -> Option<&Text> {
        self.message().map(|message| &message.text)
    }

    /// The button that was pressed.
    pub fn button(&self) -> Option<&ButtonPress> {
        match &self.update().kind {
            UpdateKind::ButtonPressed(press) => Some(press),
            _ => None,
        }
    }

    /// What follows the command or the button's name: `"tea"` for `/vote tea` and for `vote:tea`;
    /// `""` where there is nothing.
    pub fn argument(&self) -> &str {
        let (text, end): (&str, fn(char) -> bool) = match (self.button(), self.text()) {
            (Some(press), _) => (&press.payload, |it| it == ':'),
            (None, Some(text)) => (text.plain_text(), char::is_whitespace),
            (None, None) => return "",
        };
        text.split_once(end).map_or("", |(_, argument)| argument.trim())
    }

    /// Sends a message to the chat of the update.
    pub async fn reply(&self, message: impl Into<NewMessage>) -> Result<Receipt, EffectError> {
        let chat = self.chat()?;
        self.send(&chat, message).await
    }

    /// Sends a message to another chat of this account.
    pub async fn send(
        &self,
        chat: &ChatId,
        message: impl Into<NewMessage>,
    ) -> Result<Receipt, EffectError> {
        let effect = Effect::Send { chat: chat.clone(), message: message.into() };
        self.perform(effect).await?.ok_or(EffectError::Missing("receipt"))
    }

    /// Changes a message that the bot sent to the chat of the update.
    pub async fn edit(
        &self,
        id: &MessageId,
        message: impl Into<NewMessage>,
    ) -> Result<(), EffectError> {
        let effect = Effect::Edit { chat: self.chat()?, id: id.clone(), message: message.into() };
        self.perform(effect).await.map(drop)
    }

    /// Changes the message whose button was pressed.
    pub async fn edit_pressed(&self, message: impl Into<NewMessage>) -> Result<(), EffectError> {
        let pressed = self.button().and_then(|press| press.message.clone());
        self.edit(&pressed.ok_or(EffectError::Missing("message with the button"))?, message).await
    }

    /// Shows a notice to the person who pressed the button, for a moment.
    pub async fn answer(&self, notice: impl Into<String>) -> Result<(), EffectError> {
        let press = self.button().ok_or(EffectError::Missing("button"))?;
        let effect = Effect::Answer { callback: press.id.clone(), notice: notice.into() };
        self.perform(effect).await.map(drop)
    }

    fn chat(&self) -> Result<ChatId, EffectError> {
        self.update().chat_id().cloned().ok_or(EffectError::Missing("chat"))
    }

    async fn perform(&self, effect: Effect) -> Result<Option<Receipt>, EffectError> {
        let key = EffectKey {
            account: self.update().account.clone(),
            update: self.update().id.clone(),
            ordinal: self.inner.next_ordinal.fetch_add(1, Ordering::Relaxed),
        };
        self.inner.effects.perform(&key, &effect).await
    }
}
