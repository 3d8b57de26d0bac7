//! The platform's answers → what was asked for, or the gateway's error.

use std::time::Duration;

use gateway_core::http::Answer;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};
use serde::de::DeserializeOwned;

use crate::wire::Envelope;

/// What an answer brings. The envelope counts, whatever the HTTP status: errors come with 400 and
/// with 200.
pub(crate) fn from_answer<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    let envelope: Envelope = match answer.lossy_json() {
        Ok(envelope) => envelope,
        Err(error) if answer.is_success() => return Err(error),
        Err(_) => return Err(answer.refusal_by_status()),
    };
    if envelope.ok {
        return serde_json::from_str(envelope.result.as_str()).map_err(|why| {
            answer.refusal(ErrorKind::Protocol, None, Some(&format!("in result: {why}")))
        });
    }
    // The text stands in `result`; the English document says `description`.
    let text = serde_json::from_str(envelope.result.as_str()).ok().or(envelope.description);
    let text: Option<&str> = text.as_deref();
    Err(match envelope.error_code {
        Some(code) => {
            answer.refusal(kind(code, answer.retry_after()), Some(&code.to_string()), text)
        }
        None => answer.refusal(answer.refusal_by_status().kind().clone(), None, text),
    })
}

/// What to do about an error, by the document's table "Error Code" and two codes that only
/// production has shown (3023, 4048).
fn kind(code: i64, retry_after: Option<Duration>) -> ErrorKind {
    match code {
        1002 => ErrorKind::Unauthorized,
        1006 | 1015 | 3004 | 3023 => ErrorKind::Forbidden,
        1008 | 3002 => ErrorKind::Blocked,
        1007 => ErrorKind::RateLimited { scope: LimitScope::Account, retry_after },
        // Messages that come too fast, and a group's slow mode.
        3008 | 4048 => ErrorKind::RateLimited { scope: LimitScope::Chat, retry_after },
        1013 | 1016 | 3003 | 3005 | 3006 | 3012 => ErrorKind::NotFound,
        1001 | 3015 => ErrorKind::Unavailable { may_have_happened: true },
        3010 | 3013 => ErrorKind::Unavailable { may_have_happened: false },
        1010 | 1011 | 3009 | 3014 => ErrorKind::Invalid { field: Some("text".to_owned()) },
        1012 => ErrorKind::Invalid { field: Some("reply_markup".to_owned()) },
        1003 => ErrorKind::Unsupported { what: "calls of this method".to_owned() },
        1017 | 3007 => ErrorKind::Invalid { field: Some("chat".to_owned()) },
        _ => ErrorKind::Invalid { field: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_of_the_account_or_of_one_chat() {
        let retry_after = Some(Duration::from_secs(7));
        let limited = |scope| ErrorKind::RateLimited { scope, retry_after };
        assert_eq!(kind(1007, retry_after), limited(LimitScope::Account));
        for slow in [3008, 4048] {
            assert_eq!(kind(slow, retry_after), limited(LimitScope::Chat));
        }
    }
}
