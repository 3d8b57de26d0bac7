//! The platform's JSON, spelled as the platform spells it.
//!
//! One set of types serves both dialects: a field that only one of them has is optional. `null`
//! and absence read alike, since MAX leaves out what TamTam's schema says is `null`.

mod keyboard;
mod message;
mod update;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use keyboard::{Attachment, Button, Keyboard, KnownAttachment, KnownButton};
pub use message::{
    LinkKind, LinkedMessage, MarkupElement, Message, MessageBody, NewMessageBody, NewMessageLink,
    Recipient, SendMessageResult,
};
pub use update::{Callback, Update, UpdateList};

/// A person or a bot. TamTam has `name` and `username`, MAX has `first_name`, `last_name` and a
/// deprecated `name`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// Unique on the platform.
    pub user_id: i64,
    /// The visible name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// MAX: the first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// MAX: the last name, `""` where a person gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Whether it is a bot.
    #[serde(default, deserialize_with = "or_default")]
    pub is_bot: bool,
    /// When they were last seen, in milliseconds since 1970.
    #[serde(default, deserialize_with = "or_default")]
    pub last_activity_time: i64,
}

/// `null` is read like a field that is not there.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// `dialog`, `chat` or `channel`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatType {
    /// One person and the bot.
    Dialog,
    /// A group.
    Chat,
    /// A channel.
    Channel,
}

/// The answer of an operation that has nothing to say but whether it worked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SimpleQueryResult {
    /// Whether it worked.
    pub success: bool,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The body of `POST /answers`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CallbackAnswer<'a> {
    /// What the message with the button shall be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<NewMessageBody<'a>>,
    /// What the person who pressed is shown for a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<Cow<'a, str>>,
}

/// The body of an answer whose status is not 200.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Error {
    /// What kind of error: `proto.payload`, `chat.denied`…
    pub code: String,
    /// In words.
    #[serde(default)]
    pub message: String,
}
