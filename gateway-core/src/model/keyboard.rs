//! Buttons.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a keyboard appears.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyboardKind {
    /// Under its message.
    Inline,
    /// In place of the phone's keyboard; a press sends the label as text.
    Reply,
}

/// Rows of buttons.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Keyboard {
    /// Under the message, or in place of the phone's keyboard.
    pub kind: KeyboardKind,
    /// From top to bottom; in a row from left to right.
    pub rows: Vec<Vec<Button>>,
}

impl Keyboard {
    /// A keyboard under its message.
    ///
    /// ```
    /// use gateway_core::model::{Button, Keyboard};
    ///
    /// let keyboard = Keyboard::inline([
    ///     vec![Button::callback("Tea", "vote:tea"), Button::callback("Coffee", "vote:coffee")],
    ///     vec![Button::link("About tea", "https://en.wikipedia.org/wiki/Tea")],
    /// ]);
    /// assert_eq!(keyboard.buttons().count(), 3);
    /// ```
    pub fn inline<R: IntoIterator<Item = Button>>(rows: impl IntoIterator<Item = R>) -> Self {
        let rows = rows.into_iter().map(|row| row.into_iter().collect()).collect();
        Self { kind: KeyboardKind::Inline, rows }
    }

    /// Every button, row by row.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten()
    }
}

/// A label, and what pressing it does.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What pressing it does.
    pub action: Action,
}

impl Button {
    /// Sends `payload` to the bot, as [`UpdateKind::ButtonPressed`](super::UpdateKind::ButtonPressed).
    pub fn callback(label: impl Into<String>, payload: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Callback { payload: payload.into() } }
    }

    /// Opens `url`.
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Link { url: url.into() } }
    }
}

/// What pressing a button does.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Sends `payload` to the bot.
    Callback {
        /// What the bot gets; its length is limited by the messenger's
        /// [`Capabilities`](crate::Capabilities).
        payload: String,
    },
    /// Opens `url`.
    Link {
        /// An absolute URL.
        url: String,
    },
    /// Something else that a messenger offers: it arrives untouched, and cannot be sent.
    Other {
        /// What the platform calls it.
        kind: String,
        /// The platform's own JSON.
        raw: Value,
    },
}
