//! What a bot keeps from one update to the next.

use std::fmt;

use gateway_core::model::{AccountId, ChatId, UserId};
use serde_json::Value;

/// Whose a session is.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scope {
    /// Of a chat: everybody in it shares it.
    Chat(ChatId),
    /// Of a person, in whichever chat.
    User(UserId),
    /// Of a person in a chat.
    Member(ChatId, UserId),
}

impl Scope {
    /// The chat, if it is of one.
    pub fn chat(&self) -> Option<&ChatId> {
        match self {
            Self::Chat(chat) | Self::Member(chat, _) => Some(chat),
            Self::User(_) => None,
        }
    }

    /// The person, if it is of one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(user) | Self::Member(_, user) => Some(user),
            Self::Chat(_) => None,
        }
    }
}

/// Names a session.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SessionKey {
    /// On which account.
    pub account: AccountId,
    /// Whose.
    pub scope: Scope,
    /// Which of theirs.
    pub name: String,
}

impl SessionKey {
    /// A session of nobody, which all accounts share: its account and its chat are empty, as no
    /// account's and no chat's are.
    pub fn shared(name: impl Into<String>) -> Self {
        let scope = Scope::Chat(ChatId::new(""));
        Self { account: AccountId::new(""), scope, name: name.into() }
    }

    fn is_shared(&self) -> bool {
        self.account.as_str().is_empty()
    }
}

/// Shows an id that may be missing.
fn or_none(id: Option<&impl fmt::Display>) -> String {
    id.map_or_else(|| "none".to_owned(), ToString::to_string)
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_shared() {
            return write!(f, "shared session {}", self.name);
        }
        let (chat, user) = (or_none(self.scope.chat()), or_none(self.scope.user()));
        write!(f, "session {} on {}, chat {chat}, user {user}", self.name, self.account)
    }
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// What it holds; `None` when it was ended.
    pub value: Option<Value>,
    /// From 1 on; one more with every change.
    pub version: i64,
}

/// A change to a session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionWrite {
    /// Which.
    pub key: SessionKey,
    /// The version that was read; 0 when there was none.
    pub read: i64,
    /// What it holds from now on; `None` ends it.
    pub value: Option<Value>,
}
