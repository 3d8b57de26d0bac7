//! What happened on a messenger.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AccountId, CallbackId, Chat, ChatId, Message, MessageId, UpdateId, User};

/// One thing that happened, as one account was told of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Update {
    /// The account that was told.
    pub account: AccountId,
    /// The same whenever the same update is delivered again.
    pub id: UpdateId,
    /// When it happened, where the messenger says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<DateTime<Utc>>,
    /// What happened.
    pub kind: UpdateKind,
    /// The platform's own JSON, so that nothing it said is lost.
    pub raw: Value,
}

impl Update {
    /// The chat it happened in. Updates of one chat are handled in their order.
    pub fn chat(&self) -> Option<&Chat> {
        match &self.kind {
            UpdateKind::MessageCreated { message } | UpdateKind::MessageEdited { message } => {
                Some(&message.chat)
            }
            UpdateKind::ButtonPressed(press) => Some(&press.chat),
            UpdateKind::BotStarted { chat, .. } => Some(chat),
            UpdateKind::Unknown { .. } => None,
        }
    }

    /// The id of the chat it happened in.
    pub fn chat_id(&self) -> Option<&ChatId> {
        match &self.kind {
            UpdateKind::Unknown { chat, .. } => chat.as_ref(),
            _ => self.chat().map(|chat| &chat.id),
        }
    }

    /// Who did it.
    pub fn user(&self) -> Option<&User> {
        match &self.kind {
            UpdateKind::MessageCreated { message } | UpdateKind::MessageEdited { message } => {
                message.sender.as_ref()
            }
            UpdateKind::ButtonPressed(press) => Some(&press.user),
            UpdateKind::BotStarted { user, .. } => Some(user),
            UpdateKind::Unknown { .. } => None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum UpdateKind {
    /// Somebody wrote.
    MessageCreated {
        /// What they wrote.
        message: Message,
    },
    /// Somebody changed what they had written.
    MessageEdited {
        /// What it says now.
        message: Message,
    },
    /// Somebody pressed a callback button.
    ButtonPressed(ButtonPress),
    /// A person started the bot, before writing anything.
    BotStarted {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
        /// What the link that led here carried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// Something that the adapter does not know: see [`Update::raw`].
    Unknown {
        /// What the platform calls it.
        kind: String,
        /// The chat, where the adapter could tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatId>,
    },
}

/// A press of a callback button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ButtonPress {
    /// By which the press is answered.
    pub id: CallbackId,
    /// Where it was pressed.
    pub chat: Chat,
    /// The message with the button; `None` when it was deleted in the meantime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Who pressed it.
    pub user: User,
    /// What the button carries.
    pub payload: String,
}
