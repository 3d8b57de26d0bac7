//! Where people and bots talk.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountId, ChatId, Message, User, UserId};

/// How many people may be in a chat, and who may speak.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// One person and the bot.
    Dialog,
    /// Several people, who may all speak.
    Group,
    /// Few speak, many read.
    Channel,
}

/// A chat, as far as an update tells.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Chat {
    /// Unique within the account.
    pub id: ChatId,
    /// Dialog, group or channel.
    pub kind: ChatKind,
    /// The title of a group or channel; dialogs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Chat {
    /// A chat of which only id and kind are known.
    pub fn new(id: impl Into<ChatId>, kind: ChatKind) -> Self {
        Self { id: id.into(), kind, title: None }
    }
}

/// Whether the bot still takes part in a chat.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatStatus {
    /// It does.
    #[default]
    Active,
    /// It was removed.
    Removed,
    /// It left.
    Left,
    /// The chat was closed.
    Closed,
    /// The person stopped the bot.
    Suspended,
}

/// A chat, as the messenger describes it when it is asked. What it does not tell is `None`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ChatDetails {
    /// Its id, kind and title.
    pub chat: Chat,
    /// Whether the bot takes part in it.
    #[serde(default)]
    pub status: ChatStatus,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// The link by which people join or find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether anybody may find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_public: Option<bool>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// The other side of a dialog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<User>,
    /// How many people are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u64>,
    /// How many messages it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
    /// When something last happened in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<DateTime<Utc>>,
    /// The message that is pinned in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Box<Message>>,
}

impl ChatDetails {
    /// An active chat of which nothing more is known.
    pub fn new(chat: Chat) -> Self {
        Self {
            chat,
            status: ChatStatus::Active,
            description: None,
            icon_url: None,
            link: None,
            is_public: None,
            owner: None,
            peer: None,
            members: None,
            messages: None,
            last_event: None,
            pinned: None,
        }
    }
}

/// Addresses any chat anywhere: an account, and a chat of it. It is written with a slash between
/// them, and read so.
///
/// ```
/// use gateway_core::model::ChatRef;
///
/// let chat: ChatRef = "potato/group:11370003".parse().unwrap();
/// assert_eq!(chat, ChatRef::new("potato", "group:11370003"));
/// assert_eq!(chat.to_string(), "potato/group:11370003");
/// assert!("11370003".parse::<ChatRef>().is_err());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ChatRef {
    /// The bot that can reach the chat.
    pub account: AccountId,
    /// The chat.
    pub chat: ChatId,
}

impl ChatRef {
    /// A chat by its account and id.
    pub fn new(account: impl Into<AccountId>, chat: impl Into<ChatId>) -> Self {
        Self { account: account.into(), chat: chat.into() }
    }
}

/// What is written is not the address of a chat.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("reading the address of a chat: {0:?} is not an account, a slash, and the id of a chat")]
pub struct ParseChatRefError(pub String);

impl FromStr for ChatRef {
    type Err = ParseChatRefError;

    fn from_str(text: &str) -> Result<Self, ParseChatRefError> {
        match text.split_once('/') {
            Some((account, chat)) if !account.is_empty() && !chat.is_empty() => {
                Ok(Self::new(account, chat))
            }
            _ => Err(ParseChatRefError(text.to_owned())),
        }
    }
}

impl fmt::Display for ChatRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.chat)
    }
}
