//! The platform's answers → what was asked for, or the gateway's error.

use std::fmt;
use std::time::Duration;

use gateway_core::http::Answer;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::wire::Envelope;

/// What an error of the platform means: the document's table "Error Code", and two numbers that
/// only production has shown. "Its contents are subject to change", so there is a place for others.
///
/// ```
/// use adapter_potato::ErrorCode;
///
/// let code = ErrorCode::from(3005);
/// assert_eq!(code, ErrorCode::GroupUpgraded);
/// assert!(code.advice().contains("migrate"));
/// assert_eq!(i64::from(ErrorCode::from(4711)), 4711);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// 1001: the platform failed.
    Internal,
    /// 1002: the token is none.
    InvalidToken,
    /// 1003: there is no such method.
    UnknownCommand,
    /// 1004: a parameter is missing or wrong.
    WrongParameters,
    /// 1005: the body cannot be read.
    WrongFormat,
    /// 1006: the bot may not do this.
    NoPermission,
    /// 1007: too many calls.
    TooManyCalls,
    /// 1008: the person stopped the bot, or never wrote to it.
    CannotReach,
    /// 1009: the file is too large.
    FileTooLarge,
    /// 1010: the text holds characters that are not allowed.
    IllegalCharacters,
    /// 1011: the text has too much formatting.
    TooManyEntities,
    /// 1012: the keyboard is too large.
    MarkupTooLarge,
    /// 1013: there is no such file.
    NoSuchFile,
    /// 1014: the body is too long.
    BodyTooLong,
    /// 1015: the bot is not in the group.
    NotInGroup,
    /// 1016: there is no such group.
    NoSuchGroup,
    /// 1017: the method is not for chats of this type.
    WrongChatType,
    /// 3002: the bot is on a black list.
    Blacklisted,
    /// 3003: there is no such user.
    NoSuchUser,
    /// 3004: the bot lacks the right.
    PermissionDenied,
    /// 3005: the group is gone, or is a supergroup now.
    GroupUpgraded,
    /// 3006: the user is not in the group.
    UserNotInGroup,
    /// 3007: the object is of another type.
    WrongObjectType,
    /// 3008: messages come too fast.
    TooManyMessages,
    /// 3009: the same message came just before.
    RepeatedMessage,
    /// 3010: the platform could not look somebody up.
    NoParticipant,
    /// 3011: the file is not what it must be.
    MediaCheck,
    /// 3012: there is no such message.
    NoSuchMessage,
    /// 3013: the platform could not look up what is passed on.
    NoForwardList,
    /// 3014: the text is too long.
    MessageTooLong,
    /// 3015: the platform could not store the message.
    NotStored,
    /// 3016: nothing is pinned.
    NothingPinned,
    /// 3023, in no document: the bot is muted in the chat.
    Muted,
    /// 4048, in no document: the group is in slow mode.
    SlowMode,
    /// One that is not known.
    Other(i64),
}

/// A code, its number, and what to do about it.
type Known = (ErrorCode, i64, &'static str);

const KNOWN: [Known; 34] = [
    (ErrorCode::Internal, 1001, "try again later; it may have been done"),
    (ErrorCode::InvalidToken, 1002, "stop the account: its token must be replaced"),
    (ErrorCode::UnknownCommand, 1003, "give up: names of methods are case-sensitive"),
    (ErrorCode::WrongParameters, 1004, "give up: a parameter is missing or wrong"),
    (ErrorCode::WrongFormat, 1005, "give up: the body is not as it must be"),
    (ErrorCode::NoPermission, 1006, "give up, or have the bot made an administrator"),
    (ErrorCode::TooManyCalls, 1007, "wait, longer each time, and try again"),
    (ErrorCode::CannotReach, 1008, "stop writing to them until they write to the bot"),
    (ErrorCode::FileTooLarge, 1009, "give up, or send a smaller file"),
    (ErrorCode::IllegalCharacters, 1010, "give up, or send other text"),
    (ErrorCode::TooManyEntities, 1011, "send it with less formatting"),
    (ErrorCode::MarkupTooLarge, 1012, "send a smaller keyboard"),
    (ErrorCode::NoSuchFile, 1013, "upload the file again"),
    (ErrorCode::BodyTooLong, 1014, "give up, or send less"),
    (ErrorCode::NotInGroup, 1015, "stop writing there until the bot is brought in again"),
    (ErrorCode::NoSuchGroup, 1016, "stop writing there"),
    (ErrorCode::WrongChatType, 1017, "give up: chats of this type have nothing of the kind"),
    (ErrorCode::Blacklisted, 3002, "stop writing to them"),
    (ErrorCode::NoSuchUser, 3003, "give up: there is no such user"),
    (ErrorCode::PermissionDenied, 3004, "give up, or have the bot granted the right"),
    (
        ErrorCode::GroupUpgraded,
        3005,
        "write to the supergroup that migrate_to_chat_id or getGroups names",
    ),
    (ErrorCode::UserNotInGroup, 3006, "give up: they are not there"),
    (ErrorCode::WrongObjectType, 3007, "give up: it is of another type"),
    (ErrorCode::TooManyMessages, 3008, "wait, and write to this chat more slowly"),
    (ErrorCode::RepeatedMessage, 3009, "give up: the same text will be refused again"),
    (ErrorCode::NoParticipant, 3010, "try again once"),
    (ErrorCode::MediaCheck, 3011, "give up, or send another file"),
    (ErrorCode::NoSuchMessage, 3012, "give up: the message is gone"),
    (ErrorCode::NoForwardList, 3013, "try again once"),
    (ErrorCode::MessageTooLong, 3014, "send it in parts"),
    (ErrorCode::NotStored, 3015, "try again later; it may have been done"),
    (ErrorCode::NothingPinned, 3016, "nothing is to be done"),
    (ErrorCode::Muted, 3023, "stop writing there until the bot may speak again"),
    (ErrorCode::SlowMode, 4048, "wait long before the next message to this chat"),
];

impl ErrorCode {
    /// All that are known, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.into_iter().map(|(code, ..)| code)
    }

    /// The code that an error of this platform bears, if it does.
    pub fn of(error: &Error) -> Option<Self> {
        error.code()?.parse::<i64>().ok().map(Self::from)
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        let known = KNOWN.iter().find(|(code, ..)| *code == self);
        known.map_or("give up: nobody knows what it means", |(.., advice)| advice)
    }

    /// What it is to the gateway.
    pub fn kind(self, retry_after: Option<Duration>) -> ErrorKind {
        let invalid = |field: &str| ErrorKind::Invalid { field: Some(field.to_owned()) };
        match self {
            Self::InvalidToken => ErrorKind::Unauthorized,
            Self::NoPermission | Self::NotInGroup | Self::PermissionDenied | Self::Muted => {
                ErrorKind::Forbidden
            }
            Self::CannotReach | Self::Blacklisted => ErrorKind::Blocked,
            Self::TooManyCalls => {
                ErrorKind::RateLimited { scope: LimitScope::Account, retry_after }
            }
            Self::TooManyMessages | Self::SlowMode => {
                ErrorKind::RateLimited { scope: LimitScope::Chat, retry_after }
            }
            Self::NoSuchFile
            | Self::NoSuchGroup
            | Self::NoSuchUser
            | Self::GroupUpgraded
            | Self::UserNotInGroup
            | Self::NoSuchMessage
            | Self::NothingPinned => ErrorKind::NotFound,
            Self::Internal | Self::NotStored => ErrorKind::Unavailable { may_have_happened: true },
            Self::NoParticipant | Self::NoForwardList => {
                ErrorKind::Unavailable { may_have_happened: false }
            }
            Self::IllegalCharacters
            | Self::TooManyEntities
            | Self::RepeatedMessage
            | Self::MessageTooLong => invalid("text"),
            Self::MarkupTooLarge => invalid("reply_markup"),
            Self::FileTooLarge | Self::MediaCheck => invalid("file"),
            Self::WrongChatType => invalid("chat"),
            Self::UnknownCommand => {
                ErrorKind::Unsupported { what: "calls of this method".to_owned() }
            }
            // Of which object the type is another one, the document does not say.
            Self::WrongObjectType
            | Self::WrongParameters
            | Self::WrongFormat
            | Self::BodyTooLong
            | Self::Other(_) => ErrorKind::Invalid { field: None },
        }
    }
}

impl From<i64> for ErrorCode {
    fn from(number: i64) -> Self {
        let known = KNOWN.iter().find(|(_, it, _)| *it == number);
        known.map_or(Self::Other(number), |(code, ..)| *code)
    }
}

impl From<ErrorCode> for i64 {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Other(number) => number,
            known => KNOWN.iter().find(|(code, ..)| *code == known).map_or(0, |it| it.1),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", i64::from(*self))
    }
}

/// What an answer brings. The envelope counts, whatever the HTTP status: errors come with 400 and
/// with 200.
pub(crate) fn from_answer<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    let envelope = granted(answer)?;
    serde_json::from_str(envelope.result.as_str()).map_err(|why| {
        answer.refusal(ErrorKind::Protocol, None, Some(&format!("in result: {why}")))
    })
}

/// The same where there may be nothing to bring: 204 says so, as it says that something was done.
pub(crate) fn if_any<T: DeserializeOwned>(answer: &Answer) -> Result<Option<T>, Error> {
    if answer.status() == 204 {
        return Ok(None);
    }
    from_answer(answer)
}

/// That it was done. The document's examples have `null`, nothing and `true` for that, and clients
/// take 204 for it, too; an empty 200 says nothing.
pub(crate) fn done(answer: &Answer) -> Result<(), Error> {
    if answer.status() == 204 {
        return Ok(());
    }
    match serde_json::from_str(granted(answer)?.result.as_str()) {
        Ok(Value::Bool(false)) => {
            Err(answer.refusal(ErrorKind::Protocol, None, Some("ok is true, and result is false")))
        }
        _ => Ok(()),
    }
}

/// The envelope of an answer that is one of success.
fn granted(answer: &Answer) -> Result<Envelope, Error> {
    let envelope: Envelope = match answer.lossy_json() {
        Ok(envelope) => envelope,
        Err(error) if answer.is_success() => return Err(error),
        Err(_) => return Err(answer.refusal_by_status()),
    };
    if envelope.ok {
        return Ok(envelope);
    }
    // The text stands in `result`; the English document says `description`.
    let text = serde_json::from_str(envelope.result.as_str()).ok().or(envelope.description);
    let text: Option<&str> = text.as_deref();
    Err(match envelope.error_code {
        Some(number) => {
            let kind = ErrorCode::from(number).kind(answer.retry_after());
            answer.refusal(kind, Some(&number.to_string()), text)
        }
        None => answer.refusal(answer.refusal_by_status().kind().clone(), None, text),
    })
}

/// An error about a file that was not handed out: whoever serves it speaks no envelope.
pub(crate) fn from_file_host(answer: &Answer) -> Error {
    granted(answer).err().unwrap_or_else(|| answer.refusal_by_status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_number() {
        for code in ErrorCode::all() {
            assert_eq!(ErrorCode::from(i64::from(code)), code);
        }
        assert!(KNOWN.is_sorted_by_key(|(_, number, _)| *number));
    }

    #[test]
    fn too_much_is_of_the_account_or_of_one_chat() {
        let retry_after = Some(Duration::from_secs(7));
        let limited = |scope| ErrorKind::RateLimited { scope, retry_after };
        assert_eq!(ErrorCode::TooManyCalls.kind(retry_after), limited(LimitScope::Account));
        for slow in [ErrorCode::TooManyMessages, ErrorCode::SlowMode] {
            assert_eq!(slow.kind(retry_after), limited(LimitScope::Chat));
        }
    }

    #[test]
    fn what_is_to_be_tried_again_is_tried_again_and_nothing_else() {
        let again = [1001, 1007, 3008, 3010, 3013, 3015, 4048];
        for code in ErrorCode::all() {
            let error = Error::new(code.kind(None), "trying");
            assert_eq!(error.is_retryable(), again.contains(&i64::from(code)), "{code}");
        }
    }

    #[test]
    fn an_object_of_another_type_may_be_any() {
        let kind = ErrorCode::WrongObjectType.kind(None);
        assert_eq!(kind, ErrorKind::Invalid { field: None });
        let field = Some("chat".to_owned());
        assert_eq!(ErrorCode::WrongChatType.kind(None), ErrorKind::Invalid { field });
    }

    #[test]
    fn the_code_rides_along() {
        let error = Error::new(ErrorKind::Forbidden, "sending").with_code("3023");
        assert_eq!(ErrorCode::of(&error), Some(ErrorCode::Muted));
        assert_eq!(ErrorCode::of(&Error::new(ErrorKind::Protocol, "sending")), None);
    }
}
