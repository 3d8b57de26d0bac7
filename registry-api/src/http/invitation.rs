//! `GET /chats/{chatId}/invitation`: the link by which people join a chat.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use uuid::Uuid;

use super::asked::Asked;
use super::detail::no_chat;
use super::problem::{Kind, Problem};
use crate::{Missing, Registry};

/// How long a messenger may take to be asked and to answer.
const ASKED_FOR: Duration = Duration::from_secs(5);

pub(super) async fn invitation(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    asked.only(&[]);
    let id = asked.path_id("chatId");
    asked.done()?;
    let invitation = registry.invitation(id).await?.ok_or_else(|| no_chat(id))?;
    let Some(link) = invitation.link else {
        return Err(missing(id, invitation.missing.unwrap_or(Missing::Asked)));
    };
    Ok(Json(json!({"service": invitation.service, "invitation": link})).into_response())
}

/// When it is worth another try is told where that may come to something else.
fn missing(id: Uuid, why: Missing) -> Problem {
    let problem = |words: &str| {
        let detail = format!("the link of the chat {id} is not known: {words}");
        Problem::new(Kind::NoInvitation, detail)
    };
    match why {
        Missing::Asked => problem("its messenger is being asked").with_retry_after(ASKED_FOR),
        Missing::NoAccount => problem("no account of the gateway is in the chat to ask for it"),
        Missing::Failed { error, wait } => {
            problem(&format!("its messenger was asked: {error}")).with_retry_after(wait)
        }
    }
}
