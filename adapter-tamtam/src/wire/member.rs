//! Who is in a chat, and what they may do there.

use serde::{Deserialize, Serialize};

use super::User;
use super::words::words;

words! {
    /// What an admin may do in a chat. Both dialects have the first six, MAX the others.
    ChatAdminPermission {
        /// Read all messages, not only those that are meant for it.
        ReadAllMessages = "read_all_messages",
        /// Add and remove people.
        AddRemoveMembers = "add_remove_members",
        /// Make others admins.
        AddAdmins = "add_admins",
        /// Change the title, the picture and the description.
        ChangeChatInfo = "change_chat_info",
        /// Pin a message.
        PinMessage = "pin_message",
        /// Write; in MAX's groups it is to change and delete what others wrote.
        Write = "write",
        /// Call.
        CanCall = "can_call",
        /// Change the link by which a chat is joined.
        EditLink = "edit_link",
        /// Change posts in a channel.
        Edit = "edit",
        /// Delete posts in a channel.
        Delete = "delete",
        /// See how often posts were read: schema 0.0.30, and clients of 0.0.33.
        ViewStats = "view_stats",
        /// The older word for `edit`.
        EditMessage = "edit_message",
        /// The older word for `delete`.
        DeleteMessage = "delete_message",
        /// The older word for `write`.
        PostEditDeleteMessage = "post_edit_delete_message",
    }
}

/// Somebody in a chat.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatMember {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// When they last looked into the chat, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub last_access_time: i64,
    /// Whether the chat is theirs.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_owner: bool,
    /// Whether they are an admin.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_admin: bool,
    /// When they joined, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub join_time: i64,
    /// What they may do; `null` for who is no admin.
    #[serde(default)]
    pub permissions: Option<Vec<ChatAdminPermission>>,
    /// MAX: what an admin is called in this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

/// The answer to `GET /chats/{chatId}/members` and `GET /chats/{chatId}/members/admins`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatMembersList {
    /// Who is in the chat.
    #[serde(deserialize_with = "super::or_default")]
    pub members: Vec<ChatMember>,
    /// Where the next page begins.
    #[serde(default)]
    pub marker: Option<i64>,
}

/// The body of `POST /chats/{chatId}/members`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct UserIdsList {
    /// Whom to add.
    pub user_ids: Vec<i64>,
}

/// The answer to `POST /chats/{chatId}/members`. TamTam says no more than whether it worked.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ModifyMembersResult {
    /// Whether it worked.
    pub success: bool,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// MAX: who could not be added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_user_ids: Option<Vec<i64>>,
    /// MAX: the reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_user_details: Option<Vec<FailedUserDetails>>,
}

/// Why some people could not be added.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct FailedUserDetails {
    /// `add.participant.privacy` or `add.participant.not.found`.
    pub error_code: String,
    /// Who.
    #[serde(default, deserialize_with = "super::or_default")]
    pub user_ids: Vec<i64>,
}

/// MAX: somebody who shall be an admin, and what they may do.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatAdmin {
    /// Who; they are in the chat already.
    pub user_id: i64,
    /// What they may do; it replaces what they might do before.
    pub permissions: Vec<ChatAdminPermission>,
    /// What they are called in this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

/// MAX: the body of `POST /chats/{chatId}/members/admins`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatAdminsList {
    /// Who shall be an admin; a chat has at most 50.
    pub admins: Vec<ChatAdmin>,
    /// In the schema, which does not say what it is for in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<i64>,
}
