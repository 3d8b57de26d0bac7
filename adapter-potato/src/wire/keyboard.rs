//! Keyboards. What is sent borrows its texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Object Type › `ReplyMarkup` Type.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum MarkupType {
    /// Opens the answer to the message.
    ForceReply,
    /// A keyboard in the place of the phone's.
    ReplyKeyboard,
    /// Takes such a keyboard away.
    Remove,
    /// A keyboard under the message.
    InlineKeyboard,
}

impl From<MarkupType> for i64 {
    fn from(kind: MarkupType) -> Self {
        match kind {
            MarkupType::ForceReply => 1,
            MarkupType::ReplyKeyboard => 2,
            MarkupType::Remove => 3,
            MarkupType::InlineKeyboard => 4,
        }
    }
}

impl TryFrom<i64> for MarkupType {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        match number {
            1 => Ok(Self::ForceReply),
            2 => Ok(Self::ReplyKeyboard),
            3 => Ok(Self::Remove),
            4 => Ok(Self::InlineKeyboard),
            _ => Err(format!("there is no reply markup of type {number}: 1 to 4")),
        }
    }
}

/// `ReplyMarkup`: one of four, told apart by a number.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "Fields<'a>", into = "Fields<'a>")]
pub enum ReplyMarkup<'a> {
    /// Opens the answer to the message.
    ForceReply(ForceReply),
    /// A keyboard in the place of the phone's.
    ReplyKeyboard(ReplyKeyboardMarkup<'a>),
    /// Takes such a keyboard away.
    Remove(ReplyKeyboardRemove),
    /// A keyboard under the message.
    InlineKeyboard(InlineKeyboardMarkup<'a>),
}

/// `ForceReply`. Its table is a copy of another one; all that is known is its number, and what
/// similar markups have.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ForceReply {
    /// Only for those whom the message mentions or answers.
    pub selective: Option<bool>,
}

/// `ReplyKeyboardMarkup`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ReplyKeyboardMarkup<'a> {
    /// From top to bottom.
    pub keyboard: Vec<KeyboardButtonRow<'a>>,
    /// It is no higher than its rows need.
    pub resize_keyboard: Option<bool>,
    /// It goes away after one press.
    pub single_use: Option<bool>,
    /// Only those see it whom the message mentions or answers.
    pub selective: Option<bool>,
}

/// `ReplyKeyboardRemove`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReplyKeyboardRemove {
    /// Only from those whom the message mentions or answers.
    pub selective: Option<bool>,
}

/// `InlineKeyboardMarkup`. Its table in the document is a copy of another one; the examples of
/// `sendTextMessage` show it as it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InlineKeyboardMarkup<'a> {
    /// From top to bottom.
    pub inline_keyboard: Vec<InlineKeyboardButtonRow<'a>>,
}

/// All that any of them may have.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Fields<'a> {
    #[serde(rename = "type")]
    kind: MarkupType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inline_keyboard: Option<Vec<InlineKeyboardButtonRow<'a>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyboard: Option<Vec<KeyboardButtonRow<'a>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resize_keyboard: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    single_use: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selective: Option<bool>,
}

impl<'a> TryFrom<Fields<'a>> for ReplyMarkup<'a> {
    type Error = &'static str;

    fn try_from(fields: Fields<'a>) -> Result<Self, &'static str> {
        let Fields { kind, inline_keyboard, keyboard, resize_keyboard, single_use, selective } =
            fields;
        Ok(match kind {
            MarkupType::ForceReply => Self::ForceReply(ForceReply { selective }),
            MarkupType::Remove => Self::Remove(ReplyKeyboardRemove { selective }),
            MarkupType::ReplyKeyboard => Self::ReplyKeyboard(ReplyKeyboardMarkup {
                keyboard: keyboard.ok_or("a reply markup of type 2 has a keyboard")?,
                resize_keyboard,
                single_use,
                selective,
            }),
            MarkupType::InlineKeyboard => Self::InlineKeyboard(InlineKeyboardMarkup {
                inline_keyboard: inline_keyboard
                    .ok_or("a reply markup of type 4 has an inline_keyboard")?,
            }),
        })
    }
}

impl<'a> From<ReplyMarkup<'a>> for Fields<'a> {
    fn from(markup: ReplyMarkup<'a>) -> Self {
        let of = |kind| Self {
            kind,
            inline_keyboard: None,
            keyboard: None,
            resize_keyboard: None,
            single_use: None,
            selective: None,
        };
        match markup {
            ReplyMarkup::ForceReply(ForceReply { selective }) => {
                Self { selective, ..of(MarkupType::ForceReply) }
            }
            ReplyMarkup::Remove(ReplyKeyboardRemove { selective }) => {
                Self { selective, ..of(MarkupType::Remove) }
            }
            ReplyMarkup::ReplyKeyboard(it) => Self {
                keyboard: Some(it.keyboard),
                resize_keyboard: it.resize_keyboard,
                single_use: it.single_use,
                selective: it.selective,
                ..of(MarkupType::ReplyKeyboard)
            },
            ReplyMarkup::InlineKeyboard(it) => {
                Self { inline_keyboard: Some(it.inline_keyboard), ..of(MarkupType::InlineKeyboard) }
            }
        }
    }
}

/// `KeyboardButtonRow`: a row of buttons, an object and not an array.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyboardButtonRow<'a> {
    /// From left to right.
    pub buttons: Vec<KeyboardButton<'a>>,
}

/// `KeyboardButton`, whose heading in the document is that of its row. Of its optional fields the
/// first that is filled takes effect.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyboardButton<'a> {
    /// The label, which is what pressing it says.
    pub text: Cow<'a, str>,
    /// Sends the card of who presses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_contact: Option<bool>,
    /// Sends the place of who presses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_location: Option<bool>,
}

/// `InlineKeyboardButtonRow`: a row of buttons, an object and not an array.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct InlineKeyboardButtonRow<'a> {
    /// From left to right.
    pub buttons: Vec<InlineKeyboardButton<'a>>,
}

/// `InlineKeyboardButton`. Of its optional fields the first that is filled takes effect.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct InlineKeyboardButton<'a> {
    /// The label.
    pub text: Cow<'a, str>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// What the bot gets; may be empty, as in the example of `editMessageCaption`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<Cow<'a, str>>,
    /// What is written behind the bot's name in a chat that the person chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_inline_query: Option<Cow<'a, str>>,
    /// What is written behind the bot's name in this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch_inline_query_current_chat: Option<Cow<'a, str>>,
    /// Starts the game of the message. Game › Description has it, the table does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_game: Option<CallbackGame>,
}

/// What starts a game. No document says what is in it: an empty object, as on similar platforms.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct CallbackGame {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_number_tells_the_kind() {
        let kinds = [
            (json!({"type": 1}), ReplyMarkup::ForceReply(ForceReply::default())),
            (
                json!({"type": 2, "keyboard": []}),
                ReplyMarkup::ReplyKeyboard(ReplyKeyboardMarkup::default()),
            ),
            (json!({"type": 3}), ReplyMarkup::Remove(ReplyKeyboardRemove::default())),
            (
                json!({"type": 4, "inline_keyboard": []}),
                ReplyMarkup::InlineKeyboard(InlineKeyboardMarkup::default()),
            ),
        ];
        for (json, markup) in kinds {
            assert_eq!(serde_json::to_value(&markup).expect("JSON"), json);
            let read: ReplyMarkup<'_> = serde_json::from_value(json).expect("a markup");
            assert_eq!(read, markup);
        }
    }

    #[test]
    fn a_keyboard_without_its_rows_is_none() {
        for wrong in [json!({"type": 4, "keyboard": []}), json!({"type": 5}), json!({})] {
            assert!(serde_json::from_value::<ReplyMarkup<'_>>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
