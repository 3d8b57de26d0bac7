//! Chats that clients register.

use registry_api::store::{Answered, Once, RegisteredChat, Result};

use super::Postgres;
use crate::not_built;

pub(super) async fn register(_store: &Postgres, _chats: &[RegisteredChat]) -> Result<()> {
    Err(not_built("registering chats"))
}

pub(super) async fn register_once(
    _store: &Postgres,
    _chat: &RegisteredChat,
    _once: &Once,
) -> Result<Answered> {
    Err(not_built("registering a chat"))
}
