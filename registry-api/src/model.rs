//! What the registry holds, in the form in which the contract shows it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

/// A chat with everything the contract tells of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its titles, oldest first.
    pub title: Vec<Title>,
    /// Everybody who is or was in it, oldest first.
    pub participants: Vec<Participant>,
}

/// A title that a chat has or had.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Title {
    /// The title.
    pub value: String,
    /// What it is written in.
    pub content_type: ContentType,
    /// When it was first seen.
    #[serde(serialize_with = "timestamp")]
    pub captured_at: DateTime<Utc>,
}

impl Title {
    /// A title in plain text.
    pub fn plain(value: impl Into<String>, captured_at: DateTime<Utc>) -> Self {
        Self { value: value.into(), content_type: ContentType::Plain, captured_at }
    }
}

/// What a title is written in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum ContentType {
    /// Plain text: the only one so far.
    #[default]
    #[serde(rename = "text/plain")]
    Plain,
}

/// Somebody who is or was in a chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserProperties {
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firstname: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lastname: Option<String>,
    /// The public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// A stay in a chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    /// Whether it goes on.
    pub is_active: bool,
    /// When it began, as far as is known.
    #[serde(serialize_with = "timestamp")]
    pub joined_at: DateTime<Utc>,
    /// When it ended, where it has.
    #[serde(
        default,
        serialize_with = "optional_timestamp",
        skip_serializing_if = "Option::is_none"
    )]
    pub left_at: Option<DateTime<Utc>>,
    /// Who brought them: the `id` of a participant, who need not be in this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<Uuid>,
}

/// Something that a messenger is asked for, and what became of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// A version 4 UUID.
    pub id: Uuid,
    /// What is asked for.
    pub kind: OperationKind,
    /// Whom it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_id: Option<Uuid>,
    /// How far it is.
    pub state: OperationState,
    /// How often it was tried.
    pub tries: u32,
    /// Why it failed the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was asked for.
    #[serde(serialize_with = "timestamp")]
    pub requested_at: DateTime<Utc>,
    /// When it ended.
    #[serde(
        default,
        serialize_with = "optional_timestamp",
        skip_serializing_if = "Option::is_none"
    )]
    pub finished_at: Option<DateTime<Utc>>,
}

/// What a messenger is asked for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OperationKind {
    /// That somebody is put out of a chat.
    RemoveParticipant,
    /// The link by which people join a chat.
    GetInvitation,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OperationState {
    /// It waits, for the first time or again.
    Pending,
    /// It is done.
    Done,
    /// It failed for good.
    Failed,
}

/// Something that has happened in the registry.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// To which chat.
    pub chat_id: Uuid,
    /// The chat that it became one with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<Uuid>,
    /// When.
    #[serde(serialize_with = "timestamp")]
    pub at: DateTime<Utc>,
}

/// What has happened.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A chat is there that was not.
    Registered,
    /// A chat shows something else than before.
    Changed,
    /// Two chats turned out to be one: this one is gone.
    Joined,
}

/// RFC 3339, UTC, milliseconds, `Z`: the one form of every time in the contract.
fn timestamp<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

#[expect(clippy::ref_option, reason = "serde hands it over so")]
fn optional_timestamp<S: Serializer>(
    time: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => timestamp(time, serializer),
        None => serializer.serialize_none(),
    }
}
