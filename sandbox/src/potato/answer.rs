//! The envelope, and the errors in it.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::codes;
use crate::fault;
use crate::incoming::Broken;
use crate::world::Switches;
use crate::world::switches::potato::{ErrorStatus, ErrorText, Setters, TokenStatus};

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
    /// A form of texts: the switch `potato_forms`.
    UnreadForm,
    NoPermission,
    TooOften,
    /// The same, with what `Retry-After` says, in seconds.
    Limited(Option<u32>),
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
    MessageTooOften,
    NothingPinned,
    Internal,
    /// Whatever number somebody wanted to see.
    Planned(u16),
    NotEmulated(String),
    /// What stands before the messenger answers instead of it.
    Unavailable,
    /// The connection breaks.
    LineCut,
}

/// `curl -d` sends JSON as such a form, unless it is told otherwise.
const UNREAD_FORM: &str = "wrong format: the body says that it is x-www-form-urlencoded, which is not \
                           read; JSON says Content-Type: application/json";

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
        let code = match self {
            Self::Internal => {
                let words = codes::words(1001);
                return error(StatusCode::INTERNAL_SERVER_ERROR, 1001, words, switches);
            }
            Self::InvalidToken => 1002,
            Self::UnknownMethod => 1003,
            Self::WrongParameters(what) => {
                let words = format!("wrong parameters: {what}");
                return error(status(1004, switches), 1004, Some(&words), switches);
            }
            Self::WrongFormat => 1005,
            Self::UnreadForm => {
                return error(status(1005, switches), 1005, Some(UNREAD_FORM), switches);
            }
            Self::NoPermission => 1006,
            Self::TooOften | Self::Limited(None) => 1007,
            Self::Limited(Some(seconds)) => {
                let refusal = Self::TooOften.into_response(switches);
                return ([(RETRY_AFTER, seconds.to_string())], refusal).into_response();
            }
            Self::CannotReach => 1008,
            Self::FileTooLarge => 1009,
            Self::NoSuchFile => 1013,
            Self::BodyTooLong => 1014,
            Self::NotInGroup => 1015,
            Self::NoSuchGroup => 1016,
            Self::WrongChatType => 1017,
            Self::Blacklisted => 3002,
            Self::UnknownUser => 3003,
            Self::PermissionDenied => 3004,
            Self::Upgraded => 3005,
            Self::NoMember => 3006,
            Self::WrongObject => 3007,
            Self::MessageTooOften => 3008,
            Self::WrongMedia => 3011,
            Self::MessageNotFound => 3012,
            Self::MessageTooLong => 3014,
            Self::NothingPinned => 3016,
            Self::Planned(code) => code,
            Self::NotEmulated(what) => {
                let words = format!("the sandbox does not emulate {what}");
                return error(StatusCode::NOT_IMPLEMENTED, 1003, Some(&words), switches);
            }
            Self::Unavailable => return fault::unavailable_answer(),
            Self::LineCut => return fault::broken_answer(),
        };
        error(status(code, switches), code, codes::words(code), switches)
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
fn error(status: StatusCode, code: u16, words: Option<&str>, switches: &Switches) -> Response {
    let mut body = json!({"ok": false, "error_code": code});
    let place = match switches.potato_error_text {
        ErrorText::Result => "result",
        ErrorText::Description => "description",
    };
    if let Some(words) = words {
        body[place] = words.into();
    }
    (status, Json(body)).into_response()
}
