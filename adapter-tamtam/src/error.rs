//! The platform's errors → the gateway's.

use gateway_core::http::Answer;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};
use serde::Deserialize;
use serde_json::Value;

use crate::wire;

/// The words by which MAX says that the person stopped the bot; its code is the one of every
/// missing right.
const SUSPENDED: &str = "dialog.suspended";

/// How the words end that tell of an upload that is still being processed, seen on MAX's wire.
const NOT_PROCESSED: &str = ".not.processed";

/// The error that an answer with a status other than 200 tells of. Its body may be no JSON at all.
pub(crate) fn from_answer(answer: &Answer) -> Error {
    let Ok(wire::Error { code, message, .. }) = answer.json() else {
        return answer.refusal_by_status();
    };
    // A field is read out of it and shown.
    let message = answer.shown(&message);
    let kind = kind(&code, &message, answer);
    let kind = kind.unwrap_or_else(|| answer.refusal_by_status().kind().clone());
    answer.refusal(kind, Some(&code), Some(&message))
}

/// What a code means; `None` for one that was never seen.
fn kind(code: &str, message: &str, answer: &Answer) -> Option<ErrorKind> {
    Some(match code {
        "verify.token" | "deprecated.token" => ErrorKind::Unauthorized,
        _ if code == "attachment.not.ready" || message.contains(NOT_PROCESSED) => {
            ErrorKind::NotReady
        }
        "dialog.not.found" => ErrorKind::Blocked,
        "chat.denied" if message.contains(SUSPENDED) => ErrorKind::Blocked,
        "chat.denied" | "access.denied" => ErrorKind::Forbidden,
        // `chat.not.found`, and whatever else there is to be found.
        _ if is_not_found(code) => ErrorKind::NotFound,
        "proto.payload" => ErrorKind::Invalid { field: field_of(message) },
        "too.many.requests" => {
            ErrorKind::RateLimited { scope: LimitScope::Account, retry_after: answer.retry_after() }
        }
        "service.unavailable" => ErrorKind::Unavailable { may_have_happened: false },
        "internal.error" => ErrorKind::Unavailable { may_have_happened: true },
        _ => return None,
    })
}

fn is_not_found(code: &str) -> bool {
    code == "not.found" || code.ends_with(".not.found")
}

/// Whether the platform itself says that something is not there. The status 404 alone may be the
/// word of anything that stands in front of it.
pub(crate) fn says_not_found(error: &Error) -> bool {
    *error.kind() == ErrorKind::NotFound && error.code().is_some_and(is_not_found)
}

/// The error of a host that files are uploaded to or fetched from. It knows no token, so it cannot
/// say that the bot's is wrong.
pub(crate) fn from_file_host(answer: &Answer) -> Error {
    let error = answer.refusal_by_status();
    if *error.kind() != ErrorKind::Unauthorized {
        return error;
    }
    answer.refusal(ErrorKind::Forbidden, None, error.text())
}

/// Whether an operation did what it was asked: it may answer 200 and `success: false`.
pub(crate) fn done(answer: &Answer) -> Result<(), Error> {
    if let Some(refusal) = refused(answer) {
        return Err(refusal);
    }
    object(answer)?.json::<wire::SimpleQueryResult>().map(drop)
}

/// The refusal that an answer of success may hold in the place of whatever was asked for.
pub(crate) fn refused(answer: &Answer) -> Option<Error> {
    /// What else is in it may look like what was asked for.
    #[derive(Deserialize)]
    struct Refusal {
        success: bool,
        #[serde(default)]
        message: Value,
    }
    let Refusal { success: false, message } = object(answer).ok()?.lossy_json().ok()? else {
        return None;
    };
    let why = answer.shown(message.as_str().unwrap_or("the messenger gave no reason"));
    Some(answer.refusal(ErrorKind::Invalid { field: field_of(&why) }, None, Some(&why)))
}

/// The answer, if it is not a list: every answer is an object, and a list would be read as its
/// fields in their order.
pub(crate) fn object(answer: &Answer) -> Result<&Answer, Error> {
    if answer.body().trim_ascii_start().starts_with(b"[") {
        let why = "the answer is a list, where an object belongs";
        return Err(answer.refusal(ErrorKind::Protocol, None, Some(why)));
    }
    Ok(answer)
}

/// The field that a refusal begins with, as in `text: size must be between 0 and 4000`, or the
/// keyboard, of whose limits MAX speaks without naming it. `Key` is the name of no field: it
/// precedes the name of a text.
fn field_of(message: &str) -> Option<String> {
    if message.contains("errors.maxRow") {
        return Some("keyboard".to_owned());
    }
    let (field, _) = message.split_once(": ")?;
    let is_name = |part: char| part.is_alphanumeric() || "._[]".contains(part);
    (field != "Key" && field.chars().all(is_name)).then(|| field.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_a_refusal_is_found_where_there_is_one() {
        let field = |message| field_of(message);
        assert_eq!(field("text: size must be between 0 and 4000").as_deref(), Some("text"));
        assert_eq!(field("attachments[0]: no").as_deref(), Some("attachments[0]"));
        assert_eq!(field("errors.maxRowSize").as_deref(), Some("keyboard"));
        assert_eq!(field("Unknown recipient"), None);
        assert_eq!(field("Key: errors.process.attachment.movie.not.owner"), None);
    }
}
