//! `GET /chats/{chatId}/invitation`: the link by which people join a chat.

use axum::Json;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asked::Asked;
use super::detail::no_chat;
use super::problem::{Kind, Problem};
use crate::Registry;

/// How many seconds a messenger may take to be asked and to answer.
const ASKED_FOR: &str = "5";

pub(super) async fn invitation(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[]);
    let id = asked.path_id("chatId");
    asked.done()?;
    let invitation = registry.invitation(id).await?.ok_or_else(|| no_chat(id))?;
    let Some(link) = invitation.link else {
        let detail = format!(
            "the link of the chat {id} is not known yet; its messenger is asked for it, if an \
             account of the gateway is in the chat"
        );
        let problem = Problem::new(Kind::NoInvitation, detail);
        return Ok(([(RETRY_AFTER, ASKED_FOR)], problem).into_response());
    };
    Ok(Json(json!({"service": invitation.service, "invitation": link})).into_response())
}
