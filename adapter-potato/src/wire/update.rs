//! What happened.

use serde::{Deserialize, Serialize};

use super::{Chat, Location, Message, User, filled, filled_or_empty};

/// Update: at most one of its optional parts is there. Its two tables disagree; this is both.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Update {
    /// Its number, one more than the last; a random one after a week without any.
    pub update_id: i64,
    /// Somebody wrote.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// Somebody changed what they had written.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub edited_message: Option<Box<Message>>,
    /// Somebody pressed a button.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub callback_query: Option<CallbackQuery>,
    /// Somebody types to the bot in another chat. The example has it as `null`.
    #[serde(default, deserialize_with = "filled")]
    pub inline_query: Option<InlineQuery>,
    /// The same, as the second table spells it.
    #[serde(
        rename = "Inline_query",
        default,
        deserialize_with = "filled",
        skip_serializing_if = "Option::is_none"
    )]
    pub capital_inline_query: Option<InlineQuery>,
    /// The language of the person's client.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// What their client runs on, such as `pc`.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
}

/// `CallbackQuery`: a press of a button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct CallbackQuery {
    /// By which it is answered: a string of digits that no integer holds.
    pub inline_message_id: String,
    /// The message with the button.
    pub message_id: i64,
    /// Where it was pressed.
    pub chat: Chat,
    /// Who pressed. The table says "message sender", which is the bot itself.
    pub from: User,
    /// What the button carries.
    #[serde(default, deserialize_with = "filled")]
    pub data: Option<String>,
    /// When, in seconds since 1970.
    #[serde(default, deserialize_with = "filled")]
    pub date: Option<i64>,
    /// The game that the button starts. Game › Description has it, the table does not.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub game_short_name: Option<String>,
}

/// `InlineQuery`: what somebody types to the bot in another chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InlineQuery {
    /// By which it is answered.
    pub id: String,
    /// Who types.
    pub from: User,
    /// Where they are, if they let the bot know.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What they have typed, up to 512 characters.
    #[serde(default, deserialize_with = "filled_or_empty")]
    pub query: String,
    /// From where results are wanted, as the bot named it before.
    #[serde(default, deserialize_with = "filled_or_empty")]
    pub offset: String,
}
