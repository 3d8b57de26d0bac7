//! Where people and bots talk.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AccountId, ChatId};

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

/// Addresses any chat anywhere: an account, and a chat of it.
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

impl fmt::Display for ChatRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.chat)
    }
}
