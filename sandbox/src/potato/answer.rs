//! The envelope, and the errors in it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::fault;
use crate::incoming::Broken;

/// What a method brings: a result, or the bare news that it worked, or an error.
pub(super) type Answer = Result<Option<Value>, Failure>;

/// An answer that is an error: its number is that of the document's table "Error Code".
///
/// Which of two errors that read alike is which, no document says. Here a bot that keeps no order
/// gets 1006, and one that does, without the right that is needed, 3004; who never met the bot or
/// stopped it is 1008, who put it on their blacklist 3002.
#[derive(Debug)]
pub(super) enum Failure {
    InvalidToken,
    UnknownMethod,
    WrongParameters(String),
    WrongFormat,
    NoPermission,
    TooOften,
    CannotReach,
    FileTooLarge,
    NoSuchFile,
    BodyTooLong,
    NotInGroup,
    NoSuchGroup,
    WrongChatType,
    Blacklisted,
    UnknownUser,
    PermissionDenied,
    Upgraded,
    NoMember,
    WrongObject,
    WrongMedia,
    MessageNotFound,
    MessageTooLong,
    NothingPinned,
    Internal,
    NotEmulated(String),
    /// What stands before the messenger answers instead of it.
    Unavailable,
    /// The connection breaks.
    LineCut,
}

impl Failure {
    pub(super) fn wrong(what: impl Into<String>) -> Self {
        Self::WrongParameters(what.into())
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::TooLarge(_) => Self::FileTooLarge,
            Broken::Silent | Broken::Client(_) => Self::WrongFormat,
            Broken::Busy | Broken::Disk(_) => Self::Internal,
        }
    }
}

/// The answer of a method that worked: with a result, which may be `null`, or without one. The
/// examples of the document have either.
pub(super) fn success(result: Option<&Value>) -> Response {
    match result {
        Some(result) => Json(json!({"ok": true, "result": result})).into_response(),
        None => Json(json!({"ok": true})).into_response(),
    }
}

impl IntoResponse for Failure {
    /// HTTP 400 with the text in `result`: so three clients in production read it.
    fn into_response(self) -> Response {
        let (code, text) = match self {
            Self::Internal => (1001, "internal server error"),
            Self::InvalidToken => (1002, "invalid token"),
            Self::UnknownMethod => (1003, "unknown command"),
            Self::WrongParameters(what) => {
                return error(1004, &format!("wrong parameters: {what}"));
            }
            Self::WrongFormat => (1005, "wrong format data"),
            Self::NoPermission => (1006, "no permission"),
            Self::TooOften => (1007, "frequency of apis sent exceeded limit"),
            Self::CannotReach => (1008, "cannot send message to target user"),
            Self::FileTooLarge => (1009, "uploaded file size too large"),
            Self::NoSuchFile => (1013, "file not exists"),
            Self::BodyTooLong => (1014, "request body too long"),
            Self::NotInGroup => (1015, "robots are not in groups"),
            Self::NoSuchGroup => (1016, "the group does not exist"),
            Self::WrongChatType => (1017, "not support the chat type"),
            Self::Blacklisted => (3002, "have been in black list"),
            Self::UnknownUser => (3003, "does not found user info"),
            Self::PermissionDenied => (3004, "permission Denied"),
            Self::Upgraded => {
                (3005, "the group does not exist or already upgrade to a super group")
            }
            Self::NoMember => (3006, "user is not in the group"),
            Self::WrongObject => (3007, "object type error"),
            Self::WrongMedia => (3011, "check media message error"),
            Self::MessageNotFound => (3012, "message not found"),
            Self::MessageTooLong => (3014, "message too long"),
            Self::NothingPinned => (3016, "none pinned msg"),
            Self::NotEmulated(what) => {
                let text = format!("the sandbox does not emulate {what}");
                let body = json!({"ok": false, "error_code": 1003, "result": text});
                return (StatusCode::NOT_IMPLEMENTED, Json(body)).into_response();
            }
            Self::Unavailable => return fault::unavailable_answer(),
            Self::LineCut => return fault::broken_answer(),
        };
        error(code, text)
    }
}

fn error(code: i64, text: &str) -> Response {
    let body = json!({"ok": false, "error_code": code, "result": text});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
