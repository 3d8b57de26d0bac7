//! Attachments and the buttons among them. What is sent borrows its texts, what arrives owns them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something attached to a message: the same shape both ways.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Attachment<'a> {
    /// One that is typed here.
    Known(KnownAttachment<'a>),
    /// Any other, untouched.
    Other(Value),
}

/// The attachments that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownAttachment<'a> {
    /// Buttons under the message.
    InlineKeyboard {
        /// The buttons.
        payload: Keyboard<'a>,
    },
}

/// Rows of buttons.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Keyboard<'a> {
    /// From top to bottom; in a row from left to right.
    pub buttons: Vec<Vec<Button<'a>>>,
}

/// A button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Button<'a> {
    /// One that is typed here.
    Known(KnownButton<'a>),
    /// Any other, untouched.
    Other(Value),
}

/// The buttons that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownButton<'a> {
    /// Sends its payload to the bot.
    Callback {
        /// The label.
        text: Cow<'a, str>,
        /// What the bot gets.
        payload: Cow<'a, str>,
        /// `default`, `positive` or `negative`: how it is drawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intent: Option<Cow<'a, str>>,
    },
    /// Opens its URL.
    Link {
        /// The label.
        text: Cow<'a, str>,
        /// Where it leads.
        url: Cow<'a, str>,
    },
}
