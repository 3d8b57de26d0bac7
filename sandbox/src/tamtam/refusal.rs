//! Errors, with the codes and words that were seen.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use adapter_tamtam::wire;

use crate::world::QueryToken;

/// An answer that is an error.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<u32>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub(super) fn token(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "verify.token", message)
    }

    /// MAX: the token goes into a header.
    pub(super) fn token_in_query(how: QueryToken) -> Self {
        let message = "Query parameter access_token is deprecated, use Authorization header";
        match how {
            QueryToken::Unverified => Self::token(message),
            QueryToken::Deprecated => Self::new(StatusCode::FORBIDDEN, "deprecated.token", message),
        }
    }

    pub(super) fn payload(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "proto.payload", message)
    }

    pub(super) fn no_permission() -> Self {
        let message = "chat.send.msg.no.permission.because.not.admin";
        Self::new(StatusCode::FORBIDDEN, "chat.denied", message)
    }

    pub(super) fn too_many(retry_after: Option<u32>) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", "");
        Self { retry_after, ..refusal }
    }

    pub(super) fn no_chat(id: i64) -> Self {
        Self::new(StatusCode::NOT_FOUND, "chat.not.found", format!("Chat {id} not found"))
    }

    pub(super) fn no_dialog(user: i64) -> Self {
        let message = format!("Dialog with user {user} not found");
        Self::new(StatusCode::NOT_FOUND, "dialog.not.found", message)
    }

    pub(super) fn no_message(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not.found", format!("Message {id} not found"))
    }

    /// Both schemas have the status 405, and no source has the code that comes with it: this one is
    /// the sandbox's own.
    pub(super) fn not_allowed(message: &str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", message)
    }

    /// The bot is in the chat and may not do this there.
    pub(super) fn access(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "access.denied", message)
    }

    /// The bot is not in the chat, or may see nothing of it.
    pub(super) fn chat_denied(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "chat.denied", message)
    }

    pub(super) fn not_ready() -> Self {
        let message = "Key: errors.process.attachment.file.not.processed";
        Self::new(StatusCode::BAD_REQUEST, "attachment.not.ready", message)
    }

    /// The last word of the message is the number of the error.
    pub(super) fn internal() -> Self {
        let message = "Internal server error. Error id: 00000000";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal.error", message)
    }

    /// Anything else that is not there.
    pub(super) fn not_found(message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not.found", message)
    }

    /// No operation of the API has this method and path.
    pub(super) fn no_method(method: &Method, path: &str) -> Self {
        Self::not_found(&format!("Path {method} {path} is not recognized"))
    }

    pub(super) fn not_emulated(what: &str) -> Self {
        let message = format!("the sandbox does not emulate {what}");
        Self::new(StatusCode::NOT_IMPLEMENTED, "not.emulated", message)
    }

    /// The body is no JSON object, or not the one that the schema has.
    pub(super) fn body() -> Self {
        Self::payload("Can't deserialize body")
    }

    /// Who says nothing for long is not waited for; what the platforms say then nobody wrote down.
    pub(super) fn silence(message: &str) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request.timeout", message)
    }

    /// The person has stopped the bot of this dialog.
    pub(super) fn suspended(chat: i64) -> Self {
        Self::chat_denied(&format!("Key: error.dialog.suspended, args: [{chat}]."))
    }

    /// No source has the words for somebody who is not there.
    pub(super) fn no_user(field: &str, id: i64) -> Self {
        Self::payload(&format!("{field}: user {id} not found"))
    }

    /// No source has the words for a token that nobody was given; these are like
    /// [`Self::not_owner`]'s.
    pub(super) fn unknown_token(kind: &str) -> Self {
        Self::payload(&format!("Key: errors.process.attachment.{kind}.not.found"))
    }

    /// Seen on MAX for films.
    pub(super) fn not_owner(kind: &str) -> Self {
        Self::payload(&format!("Key: errors.process.attachment.{kind}.not.owner"))
    }

    /// Seen on both, for files and films.
    pub(super) fn not_processed(kind: &str) -> Self {
        let message = format!("Key: errors.process.attachment.{kind}.not.processed");
        Self::new(StatusCode::BAD_REQUEST, "attachment.not.ready", message)
    }

    /// What the servers for uploads say has no code that anybody wrote down.
    pub(super) fn upload(status: StatusCode, message: &str) -> Self {
        Self::new(status, "upload.error", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = wire::Error { error: None, code: self.code.to_owned(), message: self.message };
        let mut response = (self.status, Json(error)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
