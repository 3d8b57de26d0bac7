//! The envelope, and the errors in it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::codes;
use crate::world::Switches;
use crate::world::switches::potato::{ErrorStatus, ErrorText, Setters, TokenStatus};

/// What a method brings: a result, or the bare news that it worked, or an error.
pub(super) type Answer = Result<Option<Value>, Failure>;

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
    MessageTooOften,
    Internal,
    Planned(u16),
    NotEmulated(String),
}

/// The answer of a method that worked: with a result, which may be `null`, or without one. The
/// examples of the document have either where its prose promises `true`.
pub(super) fn success(result: Option<&Value>, switches: &Switches) -> Response {
    let says_nothing = result.is_none_or(Value::is_null);
    let body = match (result, switches.potato_setters) {
        (_, Setters::True) if says_nothing => json!({"ok": true, "result": true}),
        (Some(result), _) => json!({"ok": true, "result": result}),
        (None, _) => json!({"ok": true}),
    };
    Json(body).into_response()
}

impl Failure {
    pub(super) fn into_response(self, switches: &Switches) -> Response {
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
            Self::MessageTooOften => (3008, "frequently message".to_owned()),
            Self::Internal => {
                let text = codes::words(1001);
                return error(StatusCode::INTERNAL_SERVER_ERROR, 1001, text, switches);
            }
            Self::Planned(code) => {
                return error(status(code, switches), code, codes::words(code), switches);
            }
            Self::NotEmulated(what) => {
                let text = format!("the sandbox does not emulate {what}");
                return error(StatusCode::NOT_IMPLEMENTED, 1003, Some(&text), switches);
            }
        };
        error(status(code, switches), code, Some(&text), switches)
    }
}

fn status(code: u16, switches: &Switches) -> StatusCode {
    match (code, switches.potato_token_status, switches.potato_error_status) {
        (1002, TokenStatus::Unauthorized, _) => StatusCode::UNAUTHORIZED,
        (_, _, ErrorStatus::BadRequest) => StatusCode::BAD_REQUEST,
        (_, _, ErrorStatus::Ok) => StatusCode::OK,
    }
}

/// An error, with its words where it has some.
fn error(status: StatusCode, code: u16, text: Option<&str>, switches: &Switches) -> Response {
    let mut body = json!({"ok": false, "error_code": code});
    let place = match switches.potato_error_text {
        ErrorText::Result => "result",
        ErrorText::Description => "description",
    };
    if let Some(text) = text {
        body[place] = text.into();
    }
    (status, Json(body)).into_response()
}
