//! Messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Attachment, AttachmentRequest, ChatType, MarkupElement, User};

/// A message in a chat, or a comment under a post.
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
    /// How often it was read; only of posts in channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stat: Option<MessageStat>,
    /// Where anybody can read it; only in public chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// TamTam: the bot by which its sender made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constructor: Option<User>,
}

/// Where a message was sent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
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
    /// MAX: the post under which a comment is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_id: Option<String>,
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
    pub attachments: Option<Vec<Attachment>>,
    /// The formatting of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markup: Option<Vec<MarkupElement>>,
}

/// What is counted of a message.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct MessageStat {
    /// How often it was read.
    #[serde(default, deserialize_with = "super::or_default")]
    pub views: i64,
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
    /// What it says; MAX's comments may leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageBody>,
}

/// The answer to `GET /messages`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MessageList {
    /// The newest first.
    #[serde(deserialize_with = "super::or_default")]
    pub messages: Vec<Message>,
}

/// A message to send, or what a message shall be.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct NewMessageBody<'a> {
    /// Its text; in an edit `null` keeps the old one.
    #[serde(default)]
    pub text: Option<Cow<'a, str>>,
    /// What it carries; in an edit `null` keeps the old ones and `[]` removes them.
    #[serde(default)]
    pub attachments: Option<Vec<AttachmentRequest<'a>>>,
    /// The message it forwards or answers.
    #[serde(default)]
    pub link: Option<NewMessageLink<'a>>,
    /// Whether those in the chat are told of it; they are when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
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
