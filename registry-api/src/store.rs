//! What a database has to be able to do for the registry.
//!
//! "Not found" is `None`, not an error. Identifiers and times come from outside, so that the same
//! calls make the same rows.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{Chat, UserProperties};
use crate::token::{Scopes, TokenHash};

/// The store could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct StoreError {
    /// What was being done: "listing chats".
    pub doing: &'static str,
    /// What the database said.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The result of asking the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A chat that a client registers.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredChat {
    /// Its id.
    pub id: Uuid,
    /// Its first title.
    pub title: String,
    /// Who registers it.
    pub created_by: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A chat, as the messengers know it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChatAddress {
    /// The messenger.
    pub service: String,
    /// The account through which alone it is known: a dialog's number means another chat to
    /// another bot. Empty for groups and channels.
    pub account: String,
    /// The messenger's id for it.
    pub external_id: String,
}

/// Somebody who was seen in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenPerson {
    /// Their id, if they are new.
    pub new_id: Uuid,
    /// The messenger's id for them.
    pub external_id: String,
    /// What they are called now.
    pub properties: UserProperties,
}

/// A chat that was seen, with some of those in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenChat {
    /// Its id, if it is new.
    pub new_id: Uuid,
    /// Which chat.
    pub address: ChatAddress,
    /// The account that saw it, for a new one.
    pub created_by: String,
    /// Its title now, where that is known.
    pub title: Option<String>,
    /// Who was seen in it.
    pub people: Vec<SeenPerson>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A chat that has another address from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct MovedChat {
    /// Its id, if neither address is known.
    pub new_id: Uuid,
    /// The address that it had.
    pub from: ChatAddress,
    /// The address that it has.
    pub to: ChatAddress,
    /// The account that was told, for a new one.
    pub created_by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageRequest {
    /// From 0.
    pub page: u32,
    /// From 1 to 200.
    pub size: u32,
}

/// A page, and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub records: Vec<T>,
    /// How many records there are on all pages.
    pub total: u64,
}

/// Keeps chats.
#[async_trait]
pub trait ChatStore: fmt::Debug + Send + Sync {
    /// Keeps a chat that a client registers.
    async fn register(&self, chat: &RegisteredChat) -> Result<()>;

    /// Keeps what was seen, in one transaction. Seeing the same again changes nothing; a new title
    /// is added to the old ones; names are those last seen.
    async fn see(&self, seen: &SeenChat) -> Result<()>;

    /// Keeps that a chat has another address, in one transaction: both lead to it. Where each led
    /// to a chat of its own the two become the one that was registered first, the old address's
    /// where the time is the same, with the titles and stays of both; the other is gone. Being told
    /// again changes nothing.
    async fn move_chat(&self, moved: &MovedChat) -> Result<()>;

    /// A chat by its id.
    async fn chat(&self, id: Uuid) -> Result<Option<Chat>>;

    /// A page of all chats: the last registered first, and by id where the time is the same.
    async fn chats(&self, page: PageRequest) -> Result<Page<Chat>>;
}

/// Keeps tokens, never themselves but their hashes.
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// Keeps a new token.
    async fn add_token(
        &self,
        id: Uuid,
        name: &str,
        hash: &TokenHash,
        scopes: Scopes,
        at: DateTime<Utc>,
    ) -> Result<()>;

    /// What a token allows; `None` for one that was never given out.
    async fn scopes(&self, hash: &TokenHash) -> Result<Option<Scopes>>;
}

/// All of it.
pub trait Store: ChatStore + TokenStore {}

impl<T: ChatStore + TokenStore> Store for T {}
