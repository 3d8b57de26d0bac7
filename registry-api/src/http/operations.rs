//! `GET /chats/{chatId}/operations`: what the chat's messenger was asked for, and what became of it.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::json;

use super::asked::Asked;
use super::detail::no_chat;
use super::problem::Problem;
use crate::Registry;

pub(super) async fn operations(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    asked.only(&[]);
    let id = asked.path_id("chatId");
    asked.done()?;
    let operations = registry.operations(id).await?.ok_or_else(|| no_chat(id))?;
    Ok(Json(json!({"records": operations})))
}
