//! Updates.

use gateway_core::model::Raw;
use serde::{Deserialize, Serialize};

use super::{Message, User};

/// The answer to `GET /updates`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct UpdateList {
    /// What happened, each as it came: one that is not understood must not cost the others.
    pub updates: Vec<Raw>,
    /// Where to go on.
    #[serde(default)]
    pub marker: Option<i64>,
}

/// The updates that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "update_type", rename_all = "snake_case")]
pub enum Update {
    /// Somebody wrote.
    MessageCreated {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// What they wrote.
        message: Box<Message>,
        /// The language of the person, in dialogs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
    },
    /// Somebody changed what they had written.
    MessageEdited {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// What it says now.
        message: Box<Message>,
    },
    /// Somebody pressed a button.
    MessageCallback {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The press.
        callback: Callback,
        /// The message with the button; `null` when it was deleted in the meantime.
        #[serde(default)]
        message: Option<Box<Message>>,
        /// The language of the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
    },
    /// A person started the bot.
    BotStarted {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The dialog.
        chat_id: i64,
        /// The person.
        user: User,
        /// What the link that led here carried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
        /// The language of the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
    },
}

/// A press of a button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Callback {
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
    /// By which it is answered.
    pub callback_id: String,
    /// What the button carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Who pressed.
    pub user: User,
}
