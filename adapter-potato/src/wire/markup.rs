//! Keyboards. What is sent borrows its texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Object Type › `ReplyMarkup` Type; of its four kinds the inline keyboard is typed here.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum MarkupType {
    /// A keyboard under the message.
    InlineKeyboard,
}

impl From<MarkupType> for u8 {
    fn from(_: MarkupType) -> Self {
        4
    }
}

impl TryFrom<u8> for MarkupType {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            4 => Ok(Self::InlineKeyboard),
            _ => Err(format!("a reply markup of type {number} is not an inline keyboard")),
        }
    }
}

/// A keyboard under a message. Its table in the document is a copy of another one; the examples of
/// `sendTextMessage` show it as it is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InlineKeyboardMarkup<'a> {
    /// Always 4.
    #[serde(rename = "type")]
    pub kind: MarkupType,
    /// From top to bottom.
    pub inline_keyboard: Vec<ButtonRow<'a>>,
}

/// A row of buttons: an object, not an array.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ButtonRow<'a> {
    /// From left to right.
    pub buttons: Vec<InlineKeyboardButton<'a>>,
}

/// A button. Of its optional fields the first that is filled takes effect.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct InlineKeyboardButton<'a> {
    /// The label.
    pub text: Cow<'a, str>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// What the bot gets; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<Cow<'a, str>>,
}
