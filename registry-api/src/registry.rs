//! The rules of the registry.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::{Account, ChatId, ChatKind, User};
use gateway_core::time::Clock;
use uuid::Uuid;

use crate::model::{Chat, UserProperties};
use crate::store::{
    ChatAddress, MovedChat, Page, PageRequest, RegisteredChat, Result, SeenChat, SeenPerson, Store,
};
use crate::token::{Scope, Scopes, Token};

/// The registry over its store.
#[derive(Clone, Debug)]
pub struct Registry {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    chance: Arc<Chance>,
}

/// A chat that a client registers; its parts are checked where they come in.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NewChat {
    /// Its title.
    pub title: String,
    /// Who registers it.
    pub created_by: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// A bot met a chat: something happened there, or it was told of it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The account that met it.
    pub account: &'a Account,
    /// The chat.
    pub chat: &'a gateway_core::model::Chat,
    /// Those who were seen in it: the bot itself, and who did something.
    pub people: &'a [&'a User],
    /// When.
    pub at: DateTime<Utc>,
}

/// A bot was told that a chat has another id on its messenger.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    /// The account that was told.
    pub account: &'a Account,
    /// What the chat is, under either id.
    pub kind: ChatKind,
    /// The id that it had.
    pub from: &'a ChatId,
    /// The id that it has.
    pub to: &'a ChatId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Registry {
    /// A registry over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, chance: Arc<Chance>) -> Self {
        Self { store, clock, chance }
    }

    /// Registers a chat, and says under which id.
    pub async fn register(&self, chat: NewChat) -> Result<Uuid> {
        let id = self.chance.uuid();
        let NewChat { title, created_by, description } = chat;
        let at = self.clock.now();
        self.store.register(&RegisteredChat { id, title, created_by, description, at }).await?;
        Ok(id)
    }

    /// Keeps what a bot saw. Seeing the same again changes nothing.
    pub async fn see(&self, sighting: Sighting<'_>) -> Result<()> {
        let Sighting { account, chat, people, at } = sighting;
        let is_dialog = chat.kind == ChatKind::Dialog;
        let others_name = || people.iter().find(|it| it.is_bot != Some(true));
        // Messengers show a dialog under the name of the other side.
        let title = match &chat.title {
            None if is_dialog => others_name().map(|person| person.display_name()),
            title => title.clone(),
        };
        let seen = SeenChat {
            new_id: self.chance.uuid(),
            address: address(account, chat.kind, &chat.id),
            created_by: account.id.to_string(),
            title: title.map(|title| storable(&title)),
            people: people.iter().map(|person| self.person(person)).collect(),
            at,
        };
        self.store.see(&seen).await
    }

    /// Keeps that a chat has another id: it stays one chat, and both ids lead to it. Being told
    /// again changes nothing.
    pub async fn move_chat(&self, told: Move<'_>) -> Result<()> {
        let Move { account, kind, from, to, at } = told;
        let moved = MovedChat {
            new_id: self.chance.uuid(),
            from: address(account, kind, from),
            to: address(account, kind, to),
            created_by: account.id.to_string(),
            at,
        };
        self.store.move_chat(&moved).await
    }

    fn person(&self, user: &User) -> SeenPerson {
        let name = |name: &Option<String>| name.as_deref().map(storable);
        SeenPerson {
            new_id: self.chance.uuid(),
            external_id: user.id.to_string(),
            properties: UserProperties {
                firstname: name(&user.first_name),
                lastname: name(&user.last_name),
                username: name(&user.username),
            },
        }
    }

    /// A chat by its id.
    pub async fn chat(&self, id: Uuid) -> Result<Option<Chat>> {
        self.store.chat(id).await
    }

    /// A page of all chats, the last registered first.
    pub async fn chats(&self, page: PageRequest) -> Result<Page<Chat>> {
        self.store.chats(page).await
    }

    /// Gives out a token.
    pub async fn create_token(&self, name: &str, scopes: Scopes) -> Result<Token> {
        let token = Token::mint(&self.chance);
        let (id, at) = (self.chance.uuid(), self.clock.now());
        self.store.add_token(id, name, &token.hash(), scopes, at).await?;
        Ok(token)
    }

    /// Whether a token allows something; `None` for one that was never given out.
    pub async fn allows(&self, token: &Token, scope: Scope) -> Result<Option<bool>> {
        Ok(self.store.scopes(&token.hash()).await?.map(|scopes| scopes.allow(scope)))
    }

    /// An id for a request, by which it is found in the logs.
    pub(crate) fn request_id(&self) -> Uuid {
        self.chance.uuid()
    }
}

/// A dialog's number means another chat to another bot; any other chat is the same to all.
fn address(account: &Account, kind: ChatKind, chat: &ChatId) -> ChatAddress {
    let is_dialog = kind == ChatKind::Dialog;
    ChatAddress {
        service: account.platform.to_string(),
        account: if is_dialog { account.id.to_string() } else { String::new() },
        external_id: chat.to_string(),
    }
}

/// What people call themselves and their chats is not for the registry to refuse; but `PostgreSQL`
/// cannot hold NUL.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}
