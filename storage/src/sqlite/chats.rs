//! Chats: what the registry asks of its store, each in its room.

use async_trait::async_trait;
use registry_api::query::{ChatQuery, Document, ListPage, Listed};
use registry_api::store::{
    Announcement, Answered, ChatAddress, ChatStore, EventCursor, Events, Invitation, MovedChat,
    Once, Participants, RegisteredChat, Result, Search, SeenChat,
};
use uuid::Uuid;

use super::{Sqlite, events, listing, registering, seeing};

#[async_trait]
impl ChatStore for Sqlite {
    async fn register(&self, chats: &[RegisteredChat]) -> Result<()> {
        registering::register(self, chats).await
    }

    async fn register_once(&self, chat: &RegisteredChat, once: &Once) -> Result<Answered> {
        registering::register_once(self, chat, once).await
    }

    async fn see(&self, seen: &SeenChat) -> Result<()> {
        seeing::see(self, seen).await
    }

    async fn announce(&self, announcement: &Announcement) -> Result<()> {
        seeing::announce(self, announcement).await
    }

    async fn move_chat(&self, moved: &MovedChat) -> Result<()> {
        seeing::move_chat(self, moved).await
    }

    async fn is_titled(&self, address: &ChatAddress) -> Result<bool> {
        seeing::is_titled(self, address).await
    }

    async fn chat(&self, id: Uuid) -> Result<Option<Document>> {
        listing::chat(self, id).await
    }

    async fn list(&self, query: &ChatQuery) -> Result<ListPage> {
        listing::list(self, query).await
    }

    async fn search(&self, search: &Search) -> Result<Vec<Listed>> {
        listing::search(self, search).await
    }

    async fn participants(
        &self,
        chat: Uuid,
        after: Option<Uuid>,
        size: u32,
    ) -> Result<Option<Participants>> {
        listing::participants(self, chat, after, size).await
    }

    async fn invitation(&self, chat: Uuid) -> Result<Option<Invitation>> {
        listing::invitation(self, chat).await
    }

    async fn events(&self, after: EventCursor, size: u32) -> Result<Events> {
        events::events(self, after, size).await
    }
}
