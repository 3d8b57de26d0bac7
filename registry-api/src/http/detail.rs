//! `GET /chats/{chatId}`: everything about a chat.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::problem::{Kind, Problem};
use crate::Registry;

pub(super) async fn detail(
    State(registry): State<Registry>,
    id: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Path(id) = id.map_err(|why| Problem::parameter("chatId", why.body_text()))?;
    let id = super::chat_id(&id)?;
    let chat = registry.chat(id).await?;
    let chat =
        chat.ok_or_else(|| Problem::new(Kind::NotFound, format!("there is no chat {id}")))?;
    Ok(([(CONTENT_TYPE, "application/json")], chat.json))
}
