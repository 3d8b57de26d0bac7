//! Who talks, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Message, filled, filled_list};

/// Object Type › Chat Type: the first half of what identifies a chat.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum ChatType {
    /// `PeerUser`: a person.
    User,
    /// `PeerChat`: a group.
    Group,
    /// `ChannelChat`: a supergroup or, as clients found, a channel.
    Channel,
}

impl From<ChatType> for i64 {
    fn from(kind: ChatType) -> Self {
        match kind {
            ChatType::User => 1,
            ChatType::Group => 2,
            ChatType::Channel => 3,
        }
    }
}

impl TryFrom<i64> for ChatType {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        match number {
            1 => Ok(Self::User),
            2 => Ok(Self::Group),
            3 => Ok(Self::Channel),
            _ => Err(format!("there is no chat type {number}: 1, 2 or 3")),
        }
    }
}

/// User: a person or a bot; a name they do not have is `""`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct User {
    /// Always positive.
    pub id: i64,
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name; of a bot "always null", and `""` in the example.
    #[serde(default)]
    pub last_name: Option<String>,
    /// The public name.
    #[serde(default)]
    pub username: Option<String>,
}

/// Chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Chat {
    /// Its number among its kind.
    pub id: i64,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: ChatType,
    /// The title of a group or channel.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The link by which one joins a supergroup or channel.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub invite_link: Option<String>,
    /// The public name.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Whether all in a group keep order.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub all_members_are_administrators: Option<bool>,
    /// What a supergroup or channel is about; in `getChat` only.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What is pinned in a supergroup or channel; in `getChat` only.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub pinned_message: Option<Box<Message>>,
}

impl Chat {
    /// A chat of which only this is known.
    pub fn new(kind: ChatType, id: i64) -> Self {
        Self {
            id,
            kind,
            title: None,
            invite_link: None,
            username: None,
            all_members_are_administrators: None,
            description: None,
            pinned_message: None,
        }
    }
}

/// `ChatMember`, `status`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    /// It is theirs.
    Creator,
    /// They keep order.
    Administrator,
    /// They are there.
    Member,
    /// They are there, and may do less.
    Restricted,
    /// They are gone.
    Left,
    /// They were put out, and may not come back.
    Kicked,
    /// One that the document does not have.
    #[serde(untagged)]
    Other(String),
}

/// `ChatMember`. Its table marks `can_invite_users` as required; the example of
/// `getChatAdministrators` leaves it out for the creator.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the document's")]
pub struct ChatMember {
    pub user: User,
    pub status: MemberStatus,
    /// Until when they are restricted or kicked, in seconds since 1970.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub until_date: Option<i64>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_be_edited: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_change_info: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_post_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_edit_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_delete_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_invite_users: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_restrict_members: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_pin_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_promote_members: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_send_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_send_media_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_send_other_messages: Option<bool>,
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub can_add_web_page_previews: Option<bool>,
}

impl ChatMember {
    /// Somebody of whom only this is known.
    pub fn new(user: User, status: MemberStatus) -> Self {
        Self {
            user,
            status,
            until_date: None,
            can_be_edited: None,
            can_change_info: None,
            can_post_messages: None,
            can_edit_messages: None,
            can_delete_messages: None,
            can_invite_users: None,
            can_restrict_members: None,
            can_pin_messages: None,
            can_promote_members: None,
            can_send_messages: None,
            can_send_media_messages: None,
            can_send_other_messages: None,
            can_add_web_page_previews: None,
        }
    }
}

/// What `getChatMembersCount` brings: its prose says a number, table and example say this.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MembersCount {
    /// How many are in the chat.
    pub count: u64,
}

/// What `getGroups` brings: the keys begin with capitals, and the table's "String[]" are objects.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Groups {
    /// Groups: chats of type 2.
    #[serde(default, deserialize_with = "filled_list")]
    pub groups: Option<Vec<GroupEntry>>,
    /// Supergroups: chats of type 3.
    #[serde(default, deserialize_with = "filled_list")]
    pub super_groups: Option<Vec<GroupEntry>>,
    /// Channels: chats of type 3, too; nothing else tells them from supergroups.
    #[serde(default, deserialize_with = "filled_list")]
    pub channels: Option<Vec<GroupEntry>>,
}

/// A chat in [`Groups`].
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GroupEntry {
    /// Its number among its kind.
    #[serde(rename = "PeerID")]
    pub id: i64,
    /// Its title.
    #[serde(rename = "PeerName", default)]
    pub name: Option<String>,
}

impl fmt::Display for ChatType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Channel => "channel",
        })
    }
}
