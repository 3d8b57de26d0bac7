//! Messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Attachment, ChatType, User};

/// A message in a chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// Who sent it; absent for a post in the name of a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    /// Where it was sent.
    pub recipient: Recipient,
    /// When it was sent, in milliseconds since 1970.
    pub timestamp: i64,
    /// The message it forwards or answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkedMessage>,
    /// What it says; absent when it only forwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<MessageBody>,
}

/// Where a message was sent.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Recipient {
    /// The chat.
    #[serde(default)]
    pub chat_id: Option<i64>,
    /// What kind of chat; not always said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_type: Option<ChatType>,
    /// The other side of a dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// What a message says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MessageBody {
    /// Its id.
    pub mid: String,
    /// Its place in the chat: beyond 2^53, so no float may ever hold it.
    #[serde(default, deserialize_with = "super::or_default")]
    pub seq: i64,
    /// Its text.
    #[serde(default)]
    pub text: Option<String>,
    /// What it carries beside its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment<'static>>>,
    /// The formatting of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markup: Option<Vec<MarkupElement>>,
}

/// Formatting of a part of a text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MarkupElement {
    /// `strong`, `emphasized`, `monospaced`, `link`…
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins, in UTF-16 code units.
    pub from: i64,
    /// How long it is, in UTF-16 code units.
    pub length: i64,
    /// Where a `link` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom a `user_mention` names, by their public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_link: Option<String>,
    /// Whom a `user_mention` names, by their id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// How a message stands to another.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// It carries the other on.
    Forward,
    /// It answers the other.
    Reply,
    /// Something that neither schema has.
    #[serde(other)]
    Other,
}

/// The message that another forwards or answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LinkedMessage {
    /// Forwarded or answered.
    #[serde(rename = "type")]
    pub kind: LinkKind,
    /// Who sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    /// Where a forwarded message was first posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// What it says.
    pub message: MessageBody,
}

/// A message to send, or what a message shall be.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct NewMessageBody<'a> {
    /// Its text; in an edit `null` keeps the old one.
    #[serde(default)]
    pub text: Option<Cow<'a, str>>,
    /// What it carries; in an edit `null` keeps the old ones and `[]` removes them.
    #[serde(default)]
    pub attachments: Option<Vec<Attachment<'a>>>,
    /// The message it forwards or answers.
    #[serde(default)]
    pub link: Option<NewMessageLink<'a>>,
    /// `html` or `markdown`; without it the text is taken as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'a, str>>,
}

/// The message that a new one forwards or answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct NewMessageLink<'a> {
    /// Forward or answer.
    #[serde(rename = "type")]
    pub kind: LinkKind,
    /// Its id.
    pub mid: Cow<'a, str>,
}

/// The answer to `POST /messages`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendMessageResult {
    /// The message as it was sent.
    pub message: Message,
}
