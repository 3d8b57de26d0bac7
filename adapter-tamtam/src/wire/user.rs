//! People and bots.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::PhotoRequestPayload;

/// A person or a bot. TamTam has `name` and `username`, MAX has `first_name`, `last_name` and a
/// deprecated `name`. The schemas call it `UserWithPhoto` where the last three fields may be set;
/// on MAX's wire they also come where the schema does not say so.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// Unique on the platform.
    pub user_id: i64,
    /// The visible name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// MAX: the first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// MAX: the last name, `""` where a person gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Whether it is a bot.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_bot: bool,
    /// When they were last seen, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub last_activity_time: i64,
    /// What they say about themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where their picture is, small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Where their picture is, as large as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_avatar_url: Option<String>,
}

/// The answer to `GET /me` and `PATCH /me`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct BotInfo {
    /// Who the bot is.
    #[serde(flatten)]
    pub user: User,
    /// The commands that it is known to understand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Vec<BotCommand>>,
}

/// A command that people are offered.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct BotCommand {
    /// 1 to 64 characters.
    pub name: String,
    /// 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The body of `PATCH /me/commands`, and its answer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct BotCommands {
    /// All of them, at most 32; none takes the old ones away.
    #[serde(default, deserialize_with = "super::or_default")]
    pub commands: Vec<BotCommand>,
}

/// The body of `PATCH /me`. What is not given stays as it is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct BotPatch<'a> {
    /// The visible name, 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// MAX: the first name, 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Cow<'a, str>>,
    /// MAX: the last name, 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Cow<'a, str>>,
    /// What the bot is, 1 to 16000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// At most 32; an empty list takes the old ones away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Vec<BotCommand>>,
    /// The bot's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoRequestPayload<'a>>,
}
