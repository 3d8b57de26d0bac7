//! A store in memory, so that the routes can be tested without a database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{
    Chat, Event, EventKind, Operation, OperationKind, OperationState, Participation, Title,
};
use crate::query::{
    ChatQuery, Document, Key, KeyValue, ListPage, Listed, Place, SortBy, title_key,
};
use crate::store::{
    Announcement, Answered, Audit, ChatAddress, ChatStore, EventCursor, Events, Grant, Invitation,
    MovedChat, NewOperation, NewToken, Once, OperationStore, Participants, RegisteredChat,
    Requested, Result, Search, SeenChat, StoreError, StoreErrorKind, Task, TaskOutcome,
    TokenRecord, TokenStore, Upkeep, Wanted,
};
use crate::token::TokenHash;

/// The store.
#[derive(Debug, Default)]
pub(super) struct MemoryStore(Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) chats: Vec<(Chat, i64)>,
    pub(super) links: HashMap<Uuid, String>,
    /// Chats in which there is an account.
    pub(super) reached: Vec<Uuid>,
    pub(super) events: Vec<Event>,
    pub(super) operations: Vec<(Uuid, Operation)>,
    pub(super) is_down: bool,
    pub(super) is_broken: bool,
    /// Nobody is ever answered who changes something or reads a chat.
    pub(super) is_silent: bool,
    keys: HashMap<([u8; 32], String), ([u8; 32], Uuid)>,
    tokens: HashMap<[u8; 32], Grant>,
}

#[derive(Debug, thiserror::Error)]
#[error("the line is cut at the address 10.0.0.7")]
struct Down;

impl MemoryStore {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panicked")
    }

    async fn speaks(&self) {
        if self.state().is_silent {
            std::future::pending::<()>().await;
        }
    }

    fn up(&self) -> Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.is_broken {
            return Err(StoreError::new("asking", Down));
        }
        if state.is_down {
            Err(StoreError::new("asking", Down).of_kind(StoreErrorKind::Unreachable))
        } else {
            Ok(state)
        }
    }
}

impl State {
    fn add(&mut self, chat: &RegisteredChat) {
        let RegisteredChat { id, title, created_by, description, at } = chat.clone();
        let chat = Chat {
            id,
            is_active: true,
            service: "gateway".to_owned(),
            registered_at: at,
            created_by,
            description,
            title: vec![Title::plain(title, at)],
            participants: Vec::new(),
        };
        self.chats.push((chat, 1));
        self.events.push(Event { kind: EventKind::Registered, chat_id: id, into: None, at });
    }

    fn chat(&self, id: Uuid) -> Option<&(Chat, i64)> {
        self.chats.iter().find(|(chat, _)| chat.id == id)
    }

    /// What was done under a key; `None` when nothing was.
    fn before(&self, once: &Once) -> Option<Answered> {
        let (asked, id) = self.keys.get(&(once.token.0, once.key.clone()))?;
        Some(if *asked == once.asked { Answered::Before(*id) } else { Answered::Otherwise })
    }

    fn keep(&mut self, once: &Once, id: Uuid) {
        self.keys.insert((once.token.0, once.key.clone()), (once.asked, id));
    }
}

fn listed((chat, version): &(Chat, i64), by: SortBy) -> Listed {
    let value = match by {
        SortBy::RegisteredAt => KeyValue::Time(chat.registered_at),
        SortBy::CreatedBy => KeyValue::Text(chat.created_by.clone().unwrap_or_default()),
        SortBy::Service => KeyValue::Text(chat.service.clone()),
        SortBy::Title => {
            KeyValue::Text(title_key(&chat.title.last().expect("it has a title").value))
        }
        SortBy::Id => KeyValue::Id,
    };
    let json = serde_json::to_string(chat).expect("JSON");
    let document = Document { id: chat.id, version: *version, json };
    Listed { document, key: Key { value, id: chat.id } }
}

#[async_trait]
impl ChatStore for MemoryStore {
    async fn register(&self, chats: &[RegisteredChat]) -> Result<()> {
        self.speaks().await;
        let mut state = self.up()?;
        for chat in chats {
            state.add(chat);
        }
        Ok(())
    }

    async fn register_once(&self, chat: &RegisteredChat, once: &Once) -> Result<Answered> {
        let mut state = self.up()?;
        if let Some(before) = state.before(once) {
            return Ok(before);
        }
        state.add(chat);
        state.keep(once, chat.id);
        Ok(Answered::Now(chat.id))
    }

    async fn see(&self, _seen: &SeenChat) -> Result<()> {
        unreachable!("no route sees anything")
    }

    async fn announce(&self, _announcement: &Announcement) -> Result<()> {
        unreachable!("no route announces anything")
    }

    async fn move_chat(&self, _moved: &MovedChat) -> Result<()> {
        unreachable!("no route moves anything")
    }

    async fn is_titled(&self, _address: &ChatAddress) -> Result<bool> {
        unreachable!("no route asks for that")
    }

    async fn chat(&self, id: Uuid) -> Result<Option<Document>> {
        self.speaks().await;
        Ok(self.up()?.chat(id).map(|it| listed(it, SortBy::Id).document))
    }

    async fn list(&self, query: &ChatQuery) -> Result<ListPage> {
        let state = self.up()?;
        let fits = |(chat, _): &&(Chat, i64)| {
            let filter = query.filter;
            filter.is_active.is_none_or(|it| it == chat.is_active)
                && filter.id.is_none_or(|it| it == chat.id)
                && filter.from.is_none_or(|it| it <= chat.registered_at)
                && filter.to.is_none_or(|it| it >= chat.registered_at)
        };
        let chats = state.chats.iter().filter(fits);
        let mut found: Vec<Listed> = chats.map(|it| listed(it, query.sort.by)).collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        if query.sort.descending {
            found.reverse();
        }
        let total = found.len() as u64;
        let is_behind = |it: &Listed, key: &Key| {
            if query.sort.descending { it.key < *key } else { it.key > *key }
        };
        let size = query.size as usize;
        let (records, more) = match &query.place {
            Place::Page(page) => {
                let from = (*page as usize).saturating_mul(size).min(found.len());
                let rest = found.split_off(from);
                (rest.iter().take(size).cloned().collect(), rest.len() > size)
            }
            Place::After(key) => {
                found.retain(|it| is_behind(it, key));
                (found.iter().take(size).cloned().collect(), found.len() > size)
            }
            Place::Before(key) => {
                found.retain(|it| it.key != *key && !is_behind(it, key));
                let from = found.len().saturating_sub(size);
                (found.split_off(from), from > 0)
            }
        };
        Ok(ListPage { records, total, more })
    }

    async fn search(&self, search: &Search) -> Result<Vec<Listed>> {
        let state = self.up()?;
        let title = KeyValue::Text(search.title.clone().unwrap_or_default());
        let begins = |key: &Key| match (&key.value, &title) {
            (KeyValue::Text(text), KeyValue::Text(begin)) => text.starts_with(begin.as_str()),
            _ => false,
        };
        let has = |chat: &Chat| {
            chat.participants.iter().any(|it| match &search.participant {
                Some(Wanted::Id(id)) => it.id == *id,
                Some(Wanted::Username(name)) => it
                    .user_properties
                    .username
                    .as_ref()
                    .is_some_and(|it| it.to_lowercase() == *name),
                None => false,
            })
        };
        let chats = state.chats.iter().filter(|it| search.participant.is_none() || has(&it.0));
        let mut found: Vec<Listed> = chats
            .map(|it| listed(it, SortBy::Title))
            .filter(|it| {
                begins(&it.key) && search.after.as_ref().is_none_or(|after| it.key > *after)
            })
            .collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found.truncate(search.size as usize);
        Ok(found)
    }

    async fn participants(
        &self,
        chat: Uuid,
        after: Option<Uuid>,
        size: u32,
    ) -> Result<Option<Participants>> {
        let state = self.up()?;
        let Some((chat, _)) = state.chat(chat) else { return Ok(None) };
        let mut records = chat.participants.clone();
        let total = records.len() as u64;
        records.sort_by_key(|it| it.id);
        records.retain(|it| after.is_none_or(|after| it.id > after));
        let more = records.len() > size as usize;
        records.truncate(size as usize);
        Ok(Some(Participants { records, total, more }))
    }

    async fn invitation(&self, chat: Uuid) -> Result<Option<Invitation>> {
        let state = self.up()?;
        let (link, seen_at) = (state.links.get(&chat).cloned(), None);
        let service = |chat: &Chat| chat.service.clone();
        Ok(state.chat(chat).map(|(chat, _)| Invitation { service: service(chat), link, seen_at }))
    }

    async fn events(&self, after: EventCursor, size: u32) -> Result<Events> {
        let state = self.up()?;
        let from = usize::try_from(after.place).expect("a place").min(state.events.len());
        let records: Vec<Event> =
            state.events[from..].iter().take(size as usize).cloned().collect();
        let place = i64::try_from(from + records.len()).expect("a place");
        Ok(Events { records, next: EventCursor { transaction: 0, place } })
    }
}

#[async_trait]
impl OperationStore for MemoryStore {
    async fn request(&self, asked: &NewOperation, once: Option<&Once>) -> Result<Requested> {
        let mut state = self.up()?;
        match once.and_then(|it| state.before(it)) {
            Some(Answered::Otherwise) => return Ok(Requested::Otherwise),
            Some(Answered::Before(id) | Answered::Now(id)) => return Ok(Requested::Accepted(id)),
            None => {}
        }
        let Some((chat, _)) = state.chat(asked.chat) else { return Ok(Requested::NoChat) };
        if let Some(participant) = asked.participant {
            match chat.participants.iter().find(|it| it.id == participant) {
                None => return Ok(Requested::NoParticipant),
                Some(it) if !it.participations.iter().any(is_there) => {
                    return Ok(Requested::Needless);
                }
                Some(_) => {}
            }
        }
        if !state.reached.contains(&asked.chat) {
            return Ok(Requested::NoAccount);
        }
        let known = |(chat, it): &&(Uuid, Operation)| *chat == asked.chat && it.kind == asked.kind;
        if asked.kind == OperationKind::GetInvitation
            && let Some((_, last)) = state.operations.iter().find(known)
        {
            return Ok(match last.state {
                OperationState::Pending => Requested::Accepted(last.id),
                _ => Requested::Needless,
            });
        }
        let operation = Operation {
            id: asked.id,
            kind: asked.kind,
            participant_id: asked.participant,
            state: OperationState::Pending,
            tries: 0,
            error: None,
            requested_at: asked.at,
            finished_at: None,
        };
        state.operations.insert(0, (asked.chat, operation));
        if let Some(once) = once {
            state.keep(once, asked.id);
        }
        Ok(Requested::Accepted(asked.id))
    }

    async fn operations(&self, chat: Uuid) -> Result<Option<Vec<Operation>>> {
        let state = self.up()?;
        let operations = state.operations.iter().filter(|it| it.0 == chat);
        let operations = operations.map(|it| it.1.clone()).collect();
        Ok(state.chat(chat).map(|_| operations))
    }

    async fn take_on(
        &self,
        _accounts: &[String],
        _now: DateTime<Utc>,
        _until: DateTime<Utc>,
        _limit: u32,
    ) -> Result<Vec<Task>> {
        unreachable!("no route carries anything out")
    }

    async fn settle(&self, _id: Uuid, _outcome: &TaskOutcome, _at: DateTime<Utc>) -> Result<()> {
        unreachable!("no route carries anything out")
    }
}

fn is_there(stay: &Participation) -> bool {
    stay.is_active
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn add_token(&self, token: &NewToken<'_>) -> Result<()> {
        let NewToken { id, scopes, expires_at, .. } = *token;
        self.up()?.tokens.insert(token.hash.0, Grant { id, scopes, expires_at });
        Ok(())
    }

    async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>> {
        Ok(self.up()?.tokens.get(&token.0).copied())
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        unreachable!("no route lists tokens")
    }

    async fn revoke(&self, _id: Uuid, _at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        unreachable!("no route takes tokens back")
    }

    async fn used(&self, _uses: &[(Uuid, DateTime<Utc>)]) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Upkeep for MemoryStore {
    async fn tidy(&self, _now: DateTime<Utc>, _forget_before: DateTime<Utc>) -> Result<()> {
        Ok(())
    }

    async fn audit(&self) -> Result<Audit> {
        let count = self.up()?.chats.len() as u64;
        Ok(Audit { kept: count, counted: count, wrong: 0 })
    }
}
