//! MAX: comments under the posts of a channel. A comment that is read is a
//! [`Message`] whose recipient names the post.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Message, NewMessageLink};

/// The answer to `GET /messages/{messageId}/comments`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CommentList {
    /// The comments.
    #[serde(deserialize_with = "super::or_default")]
    pub messages: Vec<Message>,
    /// Where the next page begins: MAX's page on the operation promises it, and no client has a
    /// parameter to send it by.
    #[serde(default)]
    pub marker: Option<i64>,
}

/// The body of `POST /messages/{messageId}/comments` and of `PUT` there.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct NewComment<'a> {
    /// Its text, at most 4000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Cow<'a, str>>,
    /// The comment that it answers; comments are not forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<NewMessageLink<'a>>,
    /// `html` or `markdown`; without it the text is taken as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'a, str>>,
}
