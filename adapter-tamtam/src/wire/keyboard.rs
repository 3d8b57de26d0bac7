//! Attachments and the buttons among them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something attached to a message: the same shape both ways.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Attachment {
    /// One that is typed here.
    Known(KnownAttachment),
    /// Any other, untouched.
    Other(Value),
}

/// The attachments that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownAttachment {
    /// Buttons under the message.
    InlineKeyboard {
        /// The buttons.
        payload: Keyboard,
    },
}

/// Rows of buttons.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Keyboard {
    /// From top to bottom; in a row from left to right.
    pub buttons: Vec<Vec<Button>>,
}

/// A button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Button {
    /// One that is typed here.
    Known(KnownButton),
    /// Any other, untouched.
    Other(Value),
}

/// The buttons that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownButton {
    /// Sends its payload to the bot.
    Callback {
        /// The label.
        text: String,
        /// What the bot gets.
        payload: String,
        /// `default`, `positive` or `negative`: how it is drawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intent: Option<String>,
    },
    /// Opens its URL.
    Link {
        /// The label.
        text: String,
        /// Where it leads.
        url: String,
    },
}
