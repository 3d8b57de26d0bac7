//! TamTam: constructors, bots that help a person to write a message. MAX has none.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{AttachmentRequest, Keyboard, LinkedMessage, MarkupElement, MessageBody, User};

/// What the person does in the constructor.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "input_type", rename_all = "snake_case")]
pub enum ConstructorInput {
    /// They pressed one of the constructor's buttons.
    Callback {
        /// What the button carries.
        payload: String,
    },
    /// They wrote.
    Message {
        /// What they wrote.
        #[serde(default)]
        messages: Option<Vec<ConstructedMessageBody<'static>>>,
    },
}

/// A message that a constructor proposes, or that the person wrote in it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ConstructedMessageBody<'a> {
    /// Its text, at most 4000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'a, str>>,
    /// What it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<AttachmentRequest<'a>>>,
    /// The formatting of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markup: Option<Vec<MarkupElement>>,
    /// `html` or `markdown`, instead of `markup`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'a, str>>,
}

/// The body of `POST /answers/constructor`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ConstructorAnswer<'a> {
    /// What the person may post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<ConstructedMessageBody<'a>>>,
    /// Whether the person may write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_user_input: Option<bool>,
    /// What the person is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Cow<'a, str>>,
    /// What the bot gets back with the next request, at most 8192 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Cow<'a, str>>,
    /// The constructor's buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyboard: Option<Keyboard<'a>>,
    /// What stands where the person writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<Cow<'a, str>>,
}

/// A message that a person made in a constructor and posted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ConstructedMessage {
    /// Who posted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<User>,
    /// When, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub timestamp: i64,
    /// The message it forwards or answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkedMessage>,
    /// What it says.
    pub body: MessageBody,
}
