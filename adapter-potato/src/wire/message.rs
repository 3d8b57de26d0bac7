//! What updates carry.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ChatType;

/// A person or a bot; a name they do not have is `""`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// Always positive.
    pub id: i64,
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The public name.
    #[serde(default)]
    pub username: Option<String>,
}

/// A chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Chat {
    /// Its number among its kind.
    pub id: i64,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: ChatType,
    /// The title of a group or channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Object Type › Entity Type.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "i64", into = "i64")]
pub enum EntityType {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Code in a line.
    Code,
    /// An address that is its own text.
    Url,
    /// Text that leads to an address.
    TextUrl,
    /// `@name`.
    Mention,
    /// The name of a user without a public one.
    MentionName,
    /// An e-mail address.
    Email,
    /// `/command`.
    BotCommand,
    /// One that the document does not have.
    Other(i64),
}

impl From<EntityType> for i64 {
    fn from(kind: EntityType) -> Self {
        match kind {
            EntityType::Bold => 1,
            EntityType::Italic => 2,
            EntityType::Code => 3,
            EntityType::Url => 4,
            EntityType::TextUrl => 5,
            EntityType::Mention => 6,
            EntityType::MentionName => 7,
            EntityType::Email => 8,
            EntityType::BotCommand => 9,
            EntityType::Other(number) => number,
        }
    }
}

impl From<i64> for EntityType {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::Bold,
            2 => Self::Italic,
            3 => Self::Code,
            4 => Self::Url,
            5 => Self::TextUrl,
            6 => Self::Mention,
            7 => Self::MentionName,
            8 => Self::Email,
            9 => Self::BotCommand,
            other => Self::Other(other),
        }
    }
}

/// Formatting of a part of a text.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Entity {
    /// Which kind.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Where it begins, in UTF-16 code units; the document's "bytes" count an emoji as two.
    pub offset: i64,
    /// How long it is, in UTF-16 code units.
    pub length: i64,
    /// Where a text link leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom a mention by name means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// A message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// Its number in the chat.
    pub message_id: i64,
    /// Where it was sent.
    pub chat: Chat,
    /// Who sent it.
    #[serde(default)]
    pub from: Option<User>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The formatting of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<Entity>>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message: Option<Box<Message>>,
    /// When it was sent, in seconds since 1970.
    pub date: i64,
    /// When it was last edited, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// What it says beside a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// What happened to the chat, when this is no message by anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Value>,
    /// All the rest, untouched: files, contacts, places.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A press of a button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct CallbackQuery {
    /// By which it is answered: a string of digits that no integer holds.
    pub inline_message_id: String,
    /// The message with the button.
    pub message_id: i64,
    /// Where it was pressed.
    pub chat: Chat,
    /// Who pressed.
    pub from: User,
    /// What the button carries.
    #[serde(default)]
    pub data: Option<String>,
    /// When, in seconds since 1970.
    #[serde(default)]
    pub date: Option<i64>,
}

/// What happened; at most one of its optional parts is there.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Update {
    /// Its number, one more than the last.
    pub update_id: i64,
    /// Somebody wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// Somebody changed what they had written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_message: Option<Box<Message>>,
    /// Somebody pressed a button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_query: Option<CallbackQuery>,
    /// The language of the person's client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}
