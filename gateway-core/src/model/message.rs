//! A message as it is read, and a message as it is sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attachment, Chat, ChatId, Keyboard, MessageId, Text, User};

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
    /// What the sender says; empty when it is only an attachment, or only passes on what another
    /// said.
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
    pub reply_to: Option<Box<LinkedMessage>>,
    /// The message it passes on: what another said is here and never in [`text`](Self::text), so
    /// that a forwarded command is not obeyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Box<LinkedMessage>>,
    /// How many have seen it: posts of channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Its public address: posts of channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Message {
    /// A message of which nothing more is known.
    pub fn new(id: impl Into<MessageId>, chat: Chat, time: DateTime<Utc>) -> Self {
        Self {
            id: id.into(),
            chat,
            sender: None,
            time,
            edited: None,
            text: Text::new(),
            keyboard: None,
            attachments: Vec::new(),
            reply_to: None,
            forward: None,
            views: None,
            url: None,
        }
    }
}

/// A message that another one answers or passes on, as far as the messenger tells.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct LinkedMessage {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Where it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatId>,
    /// Who sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<DateTime<Utc>>,
    /// What it says.
    #[serde(default)]
    pub text: Text,
    /// What it carries beside its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A message to send, or what a message shall be after an edit.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct NewMessage {
    /// What it says.
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
    /// The message it passes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
    /// Whether it arrives without a sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// Whether links in it are shown without a preview.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_preview: bool,
}

/// Which message is passed on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Forward {
    /// Where it was sent.
    pub chat: ChatId,
    /// Its id.
    pub message: MessageId,
}

impl NewMessage {
    /// A message that says `text`.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A message that passes on another.
    pub fn forwarding(chat: ChatId, message: MessageId) -> Self {
        Self { forward: Some(Forward { chat, message }), ..Self::default() }
    }

    /// The same with buttons.
    #[must_use]
    pub fn with_keyboard(mut self, keyboard: Keyboard) -> Self {
        self.keyboard = Some(keyboard);
        self
    }

    /// The same with one attachment more.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// The same as an answer to another message.
    #[must_use]
    pub fn in_reply_to(mut self, message: MessageId) -> Self {
        self.reply_to = Some(message);
        self
    }

    /// The same without a sound.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.silent = true;
        self
    }

    /// The same without previews of its links.
    #[must_use]
    pub fn without_preview(mut self) -> Self {
        self.no_preview = true;
        self
    }
}

impl<T: Into<Text>> From<T> for NewMessage {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
