//! A message as it is read, and a message as it is sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attachment, Chat, Keyboard, MessageId, Text, User};

/// A message somebody sent.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// Unique within the chat.
    pub id: MessageId,
    /// Where it was sent.
    pub chat: Chat,
    /// Who sent it; `None` for a post in the name of a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    /// When it was sent.
    pub time: DateTime<Utc>,
    /// When it was last edited, where the messenger tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<DateTime<Utc>>,
    /// What it says; empty when it is only an attachment.
    #[serde(default)]
    pub text: Text,
    /// Its buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyboard: Option<Keyboard>,
    /// What it carries beside its text, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
}

/// A message to send, or what a message shall be after an edit.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct NewMessage {
    /// What it says.
    pub text: Text,
    /// Its buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyboard: Option<Keyboard>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
}

impl NewMessage {
    /// A message that says `text`.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with buttons.
    #[must_use]
    pub fn with_keyboard(mut self, keyboard: Keyboard) -> Self {
        self.keyboard = Some(keyboard);
        self
    }

    /// The same as an answer to another message.
    #[must_use]
    pub fn in_reply_to(mut self, message: MessageId) -> Self {
        self.reply_to = Some(message);
        self
    }
}

impl<T: Into<Text>> From<T> for NewMessage {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
