//! The platform's errors → the gateway's.

use gateway_core::http::Answer;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};

use crate::wire;

/// The words by which MAX says that the person stopped the bot; its code is the one of every
/// missing right.
const SUSPENDED: &str = "error.dialog.suspended";

/// The error that an answer with a status other than 200 tells of. Its body may be no JSON at all.
pub(crate) fn from_answer(answer: &Answer) -> Error {
    let Ok(wire::Error { code, message, .. }) = answer.json() else {
        return answer.refusal_by_status();
    };
    let kind = match code.as_str() {
        "verify.token" | "deprecated.token" => ErrorKind::Unauthorized,
        "chat.denied" if message.contains(SUSPENDED) => ErrorKind::Blocked,
        "chat.denied" | "access.denied" => ErrorKind::Forbidden,
        "dialog.not.found" => ErrorKind::Blocked,
        "chat.not.found" | "not.found" => ErrorKind::NotFound,
        "attachment.not.ready" => ErrorKind::NotReady,
        "proto.payload" => ErrorKind::Invalid { field: field_of(&message) },
        "too.many.requests" => {
            ErrorKind::RateLimited { scope: LimitScope::Account, retry_after: answer.retry_after() }
        }
        "service.unavailable" => ErrorKind::Unavailable { may_have_happened: false },
        "internal.error" => ErrorKind::Unavailable { may_have_happened: true },
        _ => answer.refusal_by_status().kind().clone(),
    };
    answer.refusal(kind, Some(&code), Some(&message))
}

/// Whether an operation did what it was asked: it may answer 200 and `success: false`.
pub(crate) fn done(answer: &Answer) -> Result<(), Error> {
    let result: wire::SimpleQueryResult = answer.json()?;
    if result.success {
        return Ok(());
    }
    let why = result.message.as_deref().unwrap_or("the messenger gave no reason");
    Err(answer.refusal(ErrorKind::Invalid { field: None }, None, Some(why)))
}

/// The field that a refusal begins with: `text: size must be between 0 and 4000`.
fn field_of(message: &str) -> Option<String> {
    let (field, _) = message.split_once(": ")?;
    let is_name = |part: char| part.is_alphanumeric() || "._[]".contains(part);
    field.chars().all(is_name).then(|| field.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_a_refusal_is_found_where_there_is_one() {
        let field = |message| field_of(message);
        assert_eq!(field("text: size must be between 0 and 4000").as_deref(), Some("text"));
        assert_eq!(field("attachments[0]: no").as_deref(), Some("attachments[0]"));
        assert_eq!(field("Unknown recipient"), None);
    }
}
