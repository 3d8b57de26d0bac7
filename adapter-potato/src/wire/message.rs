//! Messages that arrive.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Audio, Chat, Contact, Document, Entity, Location, PhotoSize, User, Venue, Video, Voice, filled,
    filled_list,
};

/// Message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Message {
    /// Its number in the chat.
    pub message_id: i64,
    /// Where it was sent.
    pub chat: Chat,
    /// Who sent it.
    #[serde(default, deserialize_with = "filled")]
    pub from: Option<User>,
    /// Who wrote what it passes on.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub forward_from: Option<User>,
    /// When that was written, in seconds since 1970.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub forward_date: Option<i64>,
    /// What it says.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The formatting of its text.
    #[serde(default, deserialize_with = "filled_list", skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<Entity>>,
    /// The message it answers.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub reply_to_message: Option<Box<Message>>,
    /// When it was sent, in seconds since 1970.
    pub date: i64,
    /// When it was last edited, in seconds since 1970.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// A place.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// A place with a name.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    /// One picture in several sizes.
    #[serde(default, deserialize_with = "filled_list", skip_serializing_if = "Option::is_none")]
    pub photo: Option<Vec<PhotoSize>>,
    /// Music or speech.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub audio: Option<Audio>,
    /// Any other file.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// A film.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// A recording made in the chat.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// Somebody's card.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What it says beside a file.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// What happened to the chat, when this is no message by anybody.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub action: Option<MessageAction>,
    /// All the rest, untouched: what the document does not have.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Message {
    /// A message of which nothing more is known.
    pub fn new(message_id: i64, chat: Chat, date: i64) -> Self {
        Self {
            message_id,
            chat,
            from: None,
            forward_from: None,
            forward_date: None,
            text: None,
            entities: None,
            reply_to_message: None,
            date,
            edit_date: None,
            location: None,
            venue: None,
            photo: None,
            audio: None,
            document: None,
            video: None,
            voice: None,
            contact: None,
            caption: None,
            action: None,
            rest: Map::new(),
        }
    }
}

/// `MessageAction`: what happened to a chat. The names are not those of similar platforms.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MessageAction {
    /// They came.
    #[serde(default, deserialize_with = "filled_list", skip_serializing_if = "Option::is_none")]
    pub new_group_members: Option<Vec<User>>,
    /// They are gone.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub left_group_member: Option<User>,
    /// It is called so now.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub new_group_title: Option<String>,
    /// This supergroup was the group of this number.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub migrate_from_chat_id: Option<i64>,
    /// This group is the supergroup of this number from now on.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub migrate_to_chat_id: Option<i64>,
    /// All the rest, untouched: what the document does not have.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}
