//! The rules of the registry.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, UserId};
use gateway_core::time::Clock;
use gateway_core::trouble::Trouble;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::grants::Grants;
use crate::model::{Operation, OperationKind};
use crate::query::{ChatQuery, Document, ListPage, Listed};
use crate::registrar::Registrar;
use crate::sighting::{Move, Sighting, address};
use crate::store::{
    Announcement, Answered, Audit, EventCursor, Events, Invitation, NewOperation, NewToken, Once,
    Participants, RegisteredChat, Requested, Result, Search, Store, StoreError, StoreErrorKind,
    Task, TaskOutcome, TokenRecord,
};
use crate::token::{Scope, Scopes, Token, TokenHash};

/// How long the key of a request is remembered.
const KEYS_LIVE: TimeDelta = TimeDelta::hours(24);

/// How long after announcing a chat somebody may bring the bot into it.
const ANNOUNCED_FOR: TimeDelta = TimeDelta::hours(1);

/// How often the store is tidied: whoever lists chats adds up what was not added up by then.
const TIDYING: Duration = Duration::from_secs(2);

/// How long somebody has to carry out an operation before another may.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// How long somebody waits for the store: a line on which nothing comes any more looks like one on
/// which something is still to come.
const PATIENCE: Duration = Duration::from_secs(5);

/// The registry over its store.
#[derive(Clone, Debug)]
pub struct Registry {
    store: Arc<dyn Store>,
    registrar: Arc<Registrar>,
    grants: Arc<Grants>,
    /// Whoever asks again for a link that is known.
    pub(crate) looking: Arc<Semaphore>,
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

/// The key of a request that a client may repeat (`Idempotency-Key`), and what it asks.
#[derive(Clone, Copy, Debug)]
pub struct RequestKey<'a> {
    /// Who asks.
    pub token: &'a Token,
    /// The key.
    pub key: &'a str,
    /// All of what is asked: method, path and body.
    pub asked: &'a [&'a [u8]],
}

impl Registry {
    /// A registry over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, chance: Arc<Chance>) -> Self {
        let registrar = Arc::new(Registrar::new(store.clone()));
        let grants = Arc::new(Grants::new(store.clone(), clock.clone()));
        let looking = Arc::new(Semaphore::new(1));
        Self { store, registrar, grants, looking, clock, chance }
    }

    /// Registers a chat, and says under which id.
    pub async fn register(&self, chat: NewChat) -> Result<Uuid> {
        let chat = self.registered(chat);
        let id = chat.id;
        done_soon("registering a chat", self.registrar.register(chat)).await?;
        Ok(id)
    }

    /// Registers a chat, unless that was done under the same key within the last day.
    pub async fn register_once(&self, chat: NewChat, key: RequestKey<'_>) -> Result<Answered> {
        let (chat, once) = (self.registered(chat), self.once(key));
        done_soon("registering a chat", self.store.register_once(&chat, &once)).await
    }

    fn registered(&self, chat: NewChat) -> RegisteredChat {
        let NewChat { title, created_by, description } = chat;
        let (id, at) = (self.chance.uuid(), self.clock.now());
        RegisteredChat { id, title, created_by, description, at }
    }

    fn once(&self, key: RequestKey<'_>) -> Once {
        let RequestKey { token, key, asked } = key;
        let mut hash = Sha256::new();
        for part in asked {
            // With its length, so that no two requests come to the same bytes.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let (token, key, at) = (token.hash(), key.to_owned(), self.clock.now());
        Once { token, key, asked: hash.finalize().into(), at }
    }

    /// Keeps what a bot saw. Seeing the same again changes nothing.
    pub async fn see(&self, sighting: &Sighting<'_>) -> Result<()> {
        self.store.see(&sighting.seen(&self.chance)).await
    }

    /// Keeps that somebody will bring the bot into a chat that a client registered: the next one
    /// that they bring it into within an hour.
    pub async fn announce(
        &self,
        account: &Account,
        person: &UserId,
        registered: Uuid,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let announcement = Announcement {
            account: account.id.to_string(),
            person: person.to_string(),
            registered,
            from: at,
            until: at + ANNOUNCED_FOR,
        };
        self.store.announce(&announcement).await
    }

    /// Keeps that a chat has another id: it stays one chat, and both ids lead to it. Being told
    /// again changes nothing.
    pub async fn move_chat(&self, told: Move<'_>) -> Result<()> {
        self.store.move_chat(&told.moved(&self.chance)).await
    }

    /// Whether a title is known of a chat, as an account knows it; where not, its messenger may be
    /// asked for one.
    pub async fn is_titled(&self, account: &Account, chat: &Chat) -> Result<bool> {
        self.store.is_titled(&address(account, chat.kind, &chat.id)).await
    }

    /// A chat by its id.
    pub async fn chat(&self, id: Uuid) -> Result<Option<Document>> {
        soon("looking up a chat", self.store.chat(id)).await
    }

    /// A part of the list of chats.
    pub async fn list(&self, query: &ChatQuery) -> Result<ListPage> {
        soon("listing chats", self.store.list(query)).await
    }

    /// Chats that fit a search.
    pub async fn search(&self, search: &Search) -> Result<Vec<Listed>> {
        soon("searching chats", self.store.search(search)).await
    }

    /// Those who are or were in a chat; `None` when there is no such chat.
    pub async fn participants(
        &self,
        chat: Uuid,
        after: Option<Uuid>,
        size: u32,
    ) -> Result<Option<Participants>> {
        soon("listing participants", self.store.participants(chat, after, size)).await
    }

    /// What has happened behind a place.
    pub async fn events(&self, after: EventCursor, size: u32) -> Result<Events> {
        soon("reading what has happened", self.store.events(after, size)).await
    }

    pub(crate) async fn known_invitation(&self, chat: Uuid) -> Result<Option<Invitation>> {
        soon("looking up a link", self.store.invitation(chat)).await
    }

    /// Has a messenger asked for a link.
    pub(crate) async fn request_link(&self, chat: Uuid) -> Result<Requested> {
        self.request(chat, OperationKind::GetInvitation, None, None).await
    }

    /// Has somebody put out of a chat.
    pub async fn remove(
        &self,
        chat: Uuid,
        participant: Uuid,
        key: Option<RequestKey<'_>>,
    ) -> Result<Requested> {
        self.request(chat, OperationKind::RemoveParticipant, Some(participant), key).await
    }

    async fn request(
        &self,
        chat: Uuid,
        kind: OperationKind,
        participant: Option<Uuid>,
        key: Option<RequestKey<'_>>,
    ) -> Result<Requested> {
        let (id, at) = (self.chance.uuid(), self.clock.now());
        let operation = NewOperation { id, chat, kind, participant, at };
        let once = key.map(|key| self.once(key));
        done_soon("asking for an operation", self.store.request(&operation, once.as_ref())).await
    }

    /// What messengers were asked for in a chat, the last first; `None` when there is no such chat.
    pub async fn operations(&self, chat: Uuid) -> Result<Option<Vec<Operation>>> {
        soon("listing operations", self.store.operations(chat)).await
    }

    /// Takes on operations that these accounts are to carry out, for a minute.
    pub async fn take_on(&self, accounts: &[String], limit: u32) -> Result<Vec<Task>> {
        let now = self.clock.now();
        self.store.take_on(accounts, now, now + LEASE, limit).await
    }

    /// Keeps what became of an operation.
    pub async fn settle(&self, task: Uuid, outcome: &TaskOutcome) -> Result<()> {
        self.store.settle(task, outcome, self.clock.now()).await
    }

    /// Does what has come up since the last time, so that the store stays quick: now and then.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        self.store.tidy(now, now - KEYS_LIVE).await
    }

    /// Does that every two seconds until the stop. Whoever serves or fills the registry does it; when
    /// several do, one is enough.
    pub async fn keep_tidy(&self, stop: CancellationToken) {
        let mut ticks = interval(TIDYING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let trouble = Trouble::default();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let words = "the registry is not kept tidy for now";
            match self.tidy().await {
                Err(error) if trouble.is_news(words) => tracing::warn!(%error, "{words}"),
                Err(error) => tracing::debug!(%error, "{words}"),
                Ok(()) => {
                    if let Some(over) = trouble.is_over() {
                        let lasted_ms = over.lasted.as_millis();
                        tracing::info!(lasted_ms, "the registry is kept tidy again");
                    }
                }
            }
        }
    }

    /// Counts all chats anew, and compares.
    pub async fn audit(&self) -> Result<Audit> {
        self.store.audit().await
    }

    /// Gives out a token that counts until it is taken back.
    pub async fn create_token(&self, name: &str, scopes: Scopes) -> Result<Token> {
        self.create_token_until(name, scopes, None).await
    }

    /// Gives out a token that counts until a moment, or until it is taken back.
    pub async fn create_token_until(
        &self,
        name: &str,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Token> {
        let token = Token::mint(&self.chance);
        let (id, at) = (self.chance.uuid(), self.clock.now());
        let new = NewToken { id, name, hash: &token.hash(), scopes, at, expires_at };
        done_soon("keeping a token", self.store.add_token(&new)).await?;
        Ok(token)
    }

    /// All tokens that were ever given out, in the order in which they were.
    pub async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        soon("listing tokens", self.store.tokens()).await
    }

    /// Takes a token back for good, and says since when that is so; `None` when there is none of
    /// that id. Other processes on the same database let it pass for half a second more.
    pub async fn revoke_token(&self, id: Uuid) -> Result<Option<DateTime<Utc>>> {
        let revoked =
            done_soon("taking a token back", self.store.revoke(id, self.clock.now())).await;
        self.grants.forget();
        revoked
    }

    /// Whether a token allows something; `None` for one that does not count: it was never given
    /// out, was taken back, or has expired. What the store says of it is believed for half a second.
    pub async fn allows(&self, token: &Token, scope: Scope) -> Result<Option<bool>> {
        let grant = soon("looking up a token", self.grants.of(token.hash())).await?;
        if let Some(grant) = &grant {
            self.grants.note_use(grant.id);
        }
        Ok(grant.map(|grant| grant.scopes.allow(scope)))
    }

    /// Writes down when tokens were last used, each once a minute, until the stop. Nobody who uses
    /// one waits for that; [`http::serve`](crate::http::serve) does it while it serves.
    pub async fn write_uses(&self, stop: CancellationToken) {
        self.grants.write_uses(stop).await;
    }

    /// Whether the store answers: it is asked for a token that nobody has, as every request asks
    /// for one, and as seldom.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only what serves it asks"))]
    pub(crate) async fn answers(&self) -> Result<()> {
        self.grants.of(TokenHash([0; 32])).await.map(drop)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Where its ids come from.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only what serves it asks"))]
    pub(crate) fn chance(&self) -> Arc<Chance> {
        self.chance.clone()
    }
}

/// What the store answers within a few seconds.
async fn soon<T>(doing: &'static str, asked: impl Future<Output = Result<T>>) -> Result<T> {
    within_patience(doing, asked, StoreErrorKind::Unreachable).await
}

/// The same of what changes something: what the store is doing then it may still do.
async fn done_soon<T>(doing: &'static str, asked: impl Future<Output = Result<T>>) -> Result<T> {
    within_patience(doing, asked, StoreErrorKind::Unfinished).await
}

async fn within_patience<T>(
    doing: &'static str,
    asked: impl Future<Output = Result<T>>,
    late: StoreErrorKind,
) -> Result<T> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(StoreError::new(doing, elapsed).of_kind(late)),
    }
}
