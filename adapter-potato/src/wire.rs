//! The platform's JSON, spelled as the platform spells it.
//!
//! Every optional field may be `null`, absent or, for text, empty.

mod markup;
mod message;

use std::borrow::Cow;

use gateway_core::model::Raw;
use serde::{Deserialize, Serialize};

pub use markup::{ButtonRow, InlineKeyboardButton, InlineKeyboardMarkup, MarkupType};
pub use message::{CallbackQuery, Chat, Entity, EntityType, Message, Update, User};

/// The envelope of every answer. In an error the text stands in `result`; the English document
/// says `description`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Envelope {
    /// Whether it worked.
    pub ok: bool,
    /// What came of it, or what is wrong: unread, so that one update that no parser can hold does
    /// not cost the rest.
    #[serde(default)]
    pub result: Raw,
    /// What kind of error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i64>,
    /// What is wrong, as the English document has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Object Type › Chat Type: the first half of what identifies a chat.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum ChatType {
    /// A person.
    User,
    /// A group.
    Group,
    /// A supergroup or a channel.
    Channel,
}

impl From<ChatType> for u8 {
    fn from(kind: ChatType) -> Self {
        match kind {
            ChatType::User => 1,
            ChatType::Group => 2,
            ChatType::Channel => 3,
        }
    }
}

impl TryFrom<u8> for ChatType {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::User),
            2 => Ok(Self::Group),
            3 => Ok(Self::Channel),
            _ => Err(format!("there is no chat type {number}")),
        }
    }
}

/// Parameters of `sendTextMessage`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SendTextMessage<'a> {
    /// Which kind of chat.
    pub chat_type: ChatType,
    /// Which chat of that kind.
    pub chat_id: i64,
    /// What it says.
    pub text: Cow<'a, str>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Whether the text is read as markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markdown: Option<bool>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboardMarkup<'a>>,
}

/// Parameters of `editMessageText`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EditMessageText<'a> {
    /// Which kind of chat.
    pub chat_type: ChatType,
    /// Which chat of that kind.
    pub chat_id: i64,
    /// The message.
    pub message_id: i64,
    /// What it shall say.
    pub text: Cow<'a, str>,
    /// Whether the text is read as markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markdown: Option<bool>,
    /// Buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboardMarkup<'a>>,
}

/// Parameters of `answerCallbackQuery`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct AnswerCallbackQuery<'a> {
    /// The press.
    pub inline_message_id: Cow<'a, str>,
    /// What the person who pressed is shown.
    pub text: Cow<'a, str>,
    /// Shown until it is closed, instead of for a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_alert: Option<bool>,
}

/// What sending a message brings.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SentMessage {
    /// The message's number in its chat.
    pub message_id: i64,
}
