//! Short answers: that something worked, that it did not, and to the press of a button.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::NewMessageBody;

/// The answer of an operation that has nothing to say but whether it worked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SimpleQueryResult {
    /// Whether it worked.
    pub success: bool,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The body of `POST /answers`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CallbackAnswer<'a> {
    /// What the message with the button shall be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<NewMessageBody<'a>>,
    /// What the person who pressed is shown for a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<Cow<'a, str>>,
}

/// The body of an answer whose status is not 200.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Error {
    /// The error once more: schema 0.5.6 has it and does not say what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What kind of error: `proto.payload`, `chat.denied`…
    pub code: String,
    /// In words.
    #[serde(default, deserialize_with = "super::or_default")]
    pub message: String,
}
