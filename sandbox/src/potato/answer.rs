//! The envelope, and the errors in it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is an error: its number is that of the document's table "Error Code".
#[derive(Debug)]
pub(super) enum Failure {
    InvalidToken,
    UnknownMethod,
    WrongParameters(String),
    WrongFormat,
    NoPermission,
    TooOften,
    CannotReach,
    BodyTooLong,
    MessageNotFound,
    MessageTooLong,
    NotEmulated(String),
}

/// The answer of a method that worked.
pub(super) fn success(result: &Value) -> Response {
    Json(json!({"ok": true, "result": result})).into_response()
}

impl IntoResponse for Failure {
    /// HTTP 400 with the text in `result`: so three clients in production read it.
    fn into_response(self) -> Response {
        let (code, text) = match self {
            Self::InvalidToken => (1002, "invalid token".to_owned()),
            Self::UnknownMethod => (1003, "unknown command".to_owned()),
            Self::WrongParameters(what) => (1004, format!("wrong parameters: {what}")),
            Self::WrongFormat => (1005, "wrong format data".to_owned()),
            Self::NoPermission => (1006, "no permission".to_owned()),
            Self::TooOften => (1007, "frequency of apis sent exceeded limit".to_owned()),
            Self::CannotReach => (1008, "cannot send message to target user".to_owned()),
            Self::BodyTooLong => (1014, "request body too long".to_owned()),
            Self::MessageNotFound => (3012, "message not found".to_owned()),
            Self::MessageTooLong => (3014, "message too long".to_owned()),
            Self::NotEmulated(what) => {
                let text = format!("the sandbox does not emulate {what}");
                let body = json!({"ok": false, "error_code": 1003, "result": text});
                return (StatusCode::NOT_IMPLEMENTED, Json(body)).into_response();
            }
        };
        let body = json!({"ok": false, "error_code": code, "result": text});
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    }
}
