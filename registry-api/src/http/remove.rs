//! `DELETE /chats/{chatId}/participants/{participantId}`: has somebody put out of a chat.
//!
//! The answer comes before the messenger's: what became of it is told by the chat's operations.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::json;

use super::asked::Asked;
use super::detail::no_chat;
use super::once;
use super::problem::{Kind, Problem};
use crate::Registry;
use crate::store::Requested;
use crate::token::Token;

pub(super) async fn remove(
    State(registry): State<Registry>,
    Extension(token): Extension<Token>,
    mut asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    asked.only(&[]);
    let (chat, participant) = (asked.path_id("chatId"), asked.path_id("participantId"));
    let key = once::key(&mut asked);
    asked.done()?;
    let path = format!("/chats/{chat}/participants/{participant}");
    let asked: [&[u8]; 2] = [b"DELETE", path.as_bytes()];
    let key = once::request_key(&token, key.as_deref(), &asked);
    match registry.remove(chat, participant, key).await? {
        Requested::Accepted(_) | Requested::Needless => {
            let location = format!("{}/chats/{chat}/operations", super::BASE);
            Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(json!({"id": chat}))))
        }
        Requested::NoChat => Err(no_chat(chat)),
        Requested::NoParticipant => Err(Problem::new(
            Kind::NotFound,
            format!("there is no participant {participant} in the chat {chat}"),
        )),
        Requested::NoAccount => Err(Problem::new(
            Kind::NoAccount,
            format!("no account of the gateway is in the chat {chat}, so nobody can be put out"),
        )),
        Requested::Otherwise => Err(once::used_otherwise()),
    }
}
