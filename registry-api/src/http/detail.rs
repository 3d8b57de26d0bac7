//! `GET /chats/{chatId}`: everything about a chat.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};

use super::problem::{Kind, Problem};
use crate::Registry;
use crate::model::Chat;

pub(super) async fn detail(
    State(registry): State<Registry>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Chat>, Problem> {
    let Path(id) = id.map_err(|why| Problem::parameter("chatId", why.body_text()))?;
    let id = super::chat_id(&id)?;
    let chat = registry.chat(id).await?;
    chat.map(Json).ok_or_else(|| Problem::new(Kind::NotFound, format!("there is no chat {id}")))
}
