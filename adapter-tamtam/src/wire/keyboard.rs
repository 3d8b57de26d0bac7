//! Keyboards: inline ones, which both dialects have, and MAX's reply keyboards.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rows of buttons under a message.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Keyboard<'a> {
    /// From top to bottom; in a row from left to right.
    pub buttons: Vec<Vec<Button<'a>>>,
}

/// A button under a message: the same shape both ways.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Button<'a> {
    /// One that is typed here.
    Known(KnownButton<'a>),
    /// Any other, untouched.
    Other(Value),
}

/// The buttons that are typed here. A label has 1 to 128 characters.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownButton<'a> {
    /// Sends its payload to the bot.
    Callback {
        /// The label.
        text: Cow<'a, str>,
        /// What the bot gets, at most 1024 characters.
        payload: Cow<'a, str>,
        /// `default`, `positive` or `negative`: how TamTam draws it. MAX takes no notice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intent: Option<Cow<'a, str>>,
    },
    /// Opens its URL.
    Link {
        /// The label.
        text: Cow<'a, str>,
        /// Where it leads, at most 2048 characters.
        url: Cow<'a, str>,
    },
    /// Sends the person's contact.
    RequestContact {
        /// The label.
        text: Cow<'a, str>,
    },
    /// Sends the person's place.
    RequestGeoLocation {
        /// The label.
        text: Cow<'a, str>,
        /// Whether the person is not asked once more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quick: Option<bool>,
    },
    /// TamTam: makes a chat at the first press, and opens it. MAX refuses it.
    Chat {
        /// The label.
        text: Cow<'a, str>,
        /// The chat's title, at most 200 characters.
        chat_title: Cow<'a, str>,
        /// What the chat is about, at most 400 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_description: Option<Cow<'a, str>>,
        /// What the bot gets when the chat is made, at most 512 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_payload: Option<Cow<'a, str>>,
        /// Which button it is, over all edits of its message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uuid: Option<i64>,
    },
    /// MAX: opens a mini-app.
    OpenApp {
        /// The label.
        text: Cow<'a, str>,
        /// The public name of the app's bot, or a link to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        web_app: Option<Cow<'a, str>>,
        /// The id of the app's bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_id: Option<i64>,
        /// What the app gets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Cow<'a, str>>,
    },
    /// MAX: sends its label as a message of the person.
    Message {
        /// The label.
        text: Cow<'a, str>,
    },
    /// MAX: puts its payload into the clipboard.
    Clipboard {
        /// The label.
        text: Cow<'a, str>,
        /// What is copied, at most 1024 characters.
        payload: Cow<'a, str>,
    },
}

/// MAX: a button in the place of the person's keyboard.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ReplyButton<'a> {
    /// One that is typed here.
    Known(KnownReplyButton<'a>),
    /// Any other, untouched.
    Other(Value),
}

/// MAX: the buttons of a reply keyboard that are typed here.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownReplyButton<'a> {
    /// Sends its label as a message of the person.
    Message {
        /// The label.
        text: Cow<'a, str>,
        /// What the bot gets with it, at most 1024 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Cow<'a, str>>,
    },
    /// Sends the person's place.
    UserGeoLocation {
        /// The label.
        text: Cow<'a, str>,
        /// What the bot gets with it, at most 1024 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Cow<'a, str>>,
        /// Whether the person is not asked once more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quick: Option<bool>,
    },
    /// Sends the person's contact.
    UserContact {
        /// The label.
        text: Cow<'a, str>,
        /// What the bot gets with it, at most 1024 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Cow<'a, str>>,
    },
}
