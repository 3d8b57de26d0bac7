//! Who is in a chat, and what they may do there.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::User;

/// What somebody is in a chat.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// They were put out and may not come back.
    Banned,
    /// They are no longer there.
    Left,
    /// They are there, and may do less than others.
    Restricted,
    /// They are there.
    Member,
    /// They keep order.
    Administrator,
    /// It is theirs.
    Owner,
}

/// What somebody may do in a chat.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Permission {
    /// Read what others write: without it a bot in a group gets commands only.
    ReadMessages,
    /// Write, or post in a channel.
    Write,
    /// Send files and recordings.
    SendMedia,
    /// Send stickers, games and what bots offer inline.
    SendOther,
    /// Show previews of links.
    PreviewLinks,
    /// Change what others wrote.
    EditMessages,
    /// Delete what others wrote.
    DeleteMessages,
    /// Pin messages.
    PinMessages,
    /// Change title, picture and description.
    ChangeInfo,
    /// Change the link by which people join.
    EditLink,
    /// Bring people in.
    InviteMembers,
    /// Put people out, or take rights from them.
    RemoveMembers,
    /// Make others administrators.
    AddAdministrators,
    /// Call everybody.
    Call,
    /// See the counts of a channel.
    ViewStatistics,
    /// Something else, by the platform's own name.
    Other(String),
}

/// Somebody in a chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Member {
    /// Who.
    pub user: User,
    /// As what.
    pub role: Role,
    /// What they may do; `None` where the messenger does not say, as for most who are no
    /// administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeSet<Permission>>,
    /// What is shown beside their name instead of "administrator".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<DateTime<Utc>>,
    /// When they last looked into the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_access: Option<DateTime<Utc>>,
    /// Until when they are restricted or banned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl Member {
    /// Somebody in a chat of whom only this is known.
    pub fn new(user: User, role: Role) -> Self {
        let (permissions, title, joined, last_access, until) = (None, None, None, None, None);
        Self { user, role, permissions, title, joined, last_access, until }
    }

    /// Whether they are in the chat now.
    pub fn is_present(&self) -> bool {
        !matches!(self.role, Role::Banned | Role::Left)
    }
}
