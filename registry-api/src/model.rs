//! What the registry holds, in the form in which the contract shows it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// A chat with everything the contract tells of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// A version 4 UUID.
    pub id: Uuid,
    /// Whether it is in use.
    pub is_active: bool,
    /// The messenger it lives on; `gateway` until a registered chat has one.
    pub service: String,
    /// When it was registered.
    #[serde(serialize_with = "timestamp")]
    pub registered_at: DateTime<Utc>,
    /// Who registered it: what the client said, or the account that met it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its titles, oldest first.
    pub title: Vec<Title>,
    /// Everybody who is or was in it, oldest first.
    pub participants: Vec<Participant>,
}

/// A title that a chat has or had.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Title {
    /// The title.
    pub value: String,
    /// Always `text/plain`.
    pub content_type: &'static str,
    /// When it was first seen.
    #[serde(serialize_with = "timestamp")]
    pub captured_at: DateTime<Utc>,
}

impl Title {
    /// A title in plain text.
    pub fn plain(value: impl Into<String>, captured_at: DateTime<Utc>) -> Self {
        Self { value: value.into(), content_type: "text/plain", captured_at }
    }
}

/// Somebody who is or was in a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// The same in every chat: one person on one service.
    pub id: Uuid,
    /// What they are called.
    pub user_properties: UserProperties,
    /// When they were in the chat, oldest first.
    pub participations: Vec<Participation>,
}

/// What somebody is called on their messenger.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UserProperties {
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firstname: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lastname: Option<String>,
    /// The public name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// A stay in a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    /// Whether it goes on.
    pub is_active: bool,
    /// When it began, as far as is known.
    #[serde(serialize_with = "timestamp")]
    pub joined_at: DateTime<Utc>,
}

/// RFC 3339, UTC, milliseconds, `Z`: the one form of every time in the contract.
fn timestamp<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
