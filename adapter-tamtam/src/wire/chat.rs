//! Chats, and what is done to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{Message, PhotoRequestPayload, User};

/// `dialog`, `chat` or `channel`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatType {
    /// One person and the bot.
    Dialog,
    /// A group.
    Chat,
    /// A channel.
    Channel,
    /// Something that neither schema has.
    #[serde(other)]
    Other,
}

words! {
    /// How the bot stands to a chat.
    ChatStatus {
        /// It is in it.
        Active = "active",
        /// It was removed.
        Removed = "removed",
        /// It left.
        Left = "left",
        /// The chat was closed.
        Closed = "closed",
        /// TamTam: the person stopped the bot.
        Suspended = "suspended",
    }
}

/// A chat, as the bot sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Chat {
    /// Its id: positive for a dialog, negative for a group or a channel.
    pub chat_id: i64,
    /// What kind of chat.
    #[serde(rename = "type")]
    pub kind: ChatType,
    /// How the bot stands to it.
    pub status: ChatStatus,
    /// Its title; a dialog has none.
    #[serde(default)]
    pub title: Option<String>,
    /// Its picture.
    #[serde(default)]
    pub icon: Option<Image>,
    /// When something last happened in it, in milliseconds since 1970.
    #[serde(default, deserialize_with = "super::or_default")]
    pub last_event_time: i64,
    /// How many are in it.
    #[serde(default, deserialize_with = "super::or_default")]
    pub participants_count: i64,
    /// Whose it is; told only to an admin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<i64>,
    /// Who is in it, by their ids in decimal, and when each was last active; told only to an admin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<BTreeMap<String, i64>>,
    /// Whether anybody can find it.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_public: bool,
    /// Where it can be joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub description: Option<String>,
    /// The other side of a dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialog_with_user: Option<User>,
    /// How many messages are in it; not said of dialogs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages_count: Option<i64>,
    /// TamTam: the message with the button that made this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_message_id: Option<String>,
    /// What is pinned; said only when one chat is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_message: Option<Box<Message>>,
}

/// A picture.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Image {
    /// Where it is.
    pub url: String,
}

/// The answer to `GET /chats`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatList {
    /// Chats that the bot is in or was in.
    #[serde(deserialize_with = "super::or_default")]
    pub chats: Vec<Chat>,
    /// Where the next page begins.
    #[serde(default)]
    pub marker: Option<i64>,
}

/// The body of `PATCH /chats/{chatId}`. What is not given stays as it is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ChatPatch<'a> {
    /// The chat's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<PhotoRequestPayload<'a>>,
    /// The title, 1 to 200 characters, not all of them blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
    /// The `mid` of a message to pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Cow<'a, str>>,
    /// Whether those in the chat are told; they are when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

words! {
    /// What a chat is shown that the bot is doing.
    SenderAction {
        /// Writing.
        TypingOn = "typing_on",
        /// Sending a picture.
        SendingPhoto = "sending_photo",
        /// Sending a film.
        SendingVideo = "sending_video",
        /// Sending music or speech.
        SendingAudio = "sending_audio",
        /// Sending a file.
        SendingFile = "sending_file",
        /// TamTam: it has read what is there. MAX took it from its schema in April 2026.
        MarkSeen = "mark_seen",
    }
}

/// The body of `POST /chats/{chatId}/actions`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ActionRequestBody {
    /// What is shown.
    pub action: SenderAction,
}

/// The body of `PUT /chats/{chatId}/pin`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct PinMessageBody<'a> {
    /// The `mid` of the message.
    pub message_id: Cow<'a, str>,
    /// Whether those in the chat are told; they are when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// The answer to `GET /chats/{chatId}/pin`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct GetPinnedMessageResult {
    /// What is pinned; `null` when nothing is.
    #[serde(default)]
    pub message: Option<Message>,
}
