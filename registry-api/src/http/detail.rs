//! `GET /chats/{chatId}`: everything about a chat.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::asked::Asked;
use super::etag;
use super::problem::{Kind, Problem};
use crate::Registry;

pub(super) async fn detail(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[]);
    let id = asked.path_id("chatId");
    asked.done()?;
    let chat = registry.chat(id).await?.ok_or_else(|| no_chat(id))?;
    let tag = etag::tag(&chat);
    if etag::is_known(asked.headers(), &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let kind = (CONTENT_TYPE, "application/json".to_owned());
    Ok(([kind, (ETAG, tag)], chat.json).into_response())
}

/// There is no chat of this id.
pub(super) fn no_chat(id: Uuid) -> Problem {
    Problem::new(Kind::NotFound, format!("there is no chat {id}"))
}
