//! Chats, looked up and listed.

use registry_api::query::{ChatQuery, Document, ListPage, Listed};
use registry_api::store::{Invitation, Participants, Result, Search};
use uuid::Uuid;

use super::Sqlite;
use crate::not_built;

pub(super) async fn chat(_store: &Sqlite, _id: Uuid) -> Result<Option<Document>> {
    Err(not_built("looking up a chat"))
}

pub(super) async fn list(_store: &Sqlite, _query: &ChatQuery) -> Result<ListPage> {
    Err(not_built("listing chats"))
}

pub(super) async fn search(_store: &Sqlite, _search: &Search) -> Result<Vec<Listed>> {
    Err(not_built("searching chats"))
}

pub(super) async fn participants(
    _store: &Sqlite,
    _chat: Uuid,
    _after: Option<Uuid>,
    _size: u32,
) -> Result<Option<Participants>> {
    Err(not_built("listing participants"))
}

pub(super) async fn invitation(_store: &Sqlite, _chat: Uuid) -> Result<Option<Invitation>> {
    Err(not_built("looking up a link"))
}
