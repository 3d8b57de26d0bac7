//! What can go wrong, sorted by what a caller can do about it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::model::Platform;

/// The result of talking to a messenger.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a limit on requests counts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LimitScope {
    /// Everything that the account asks for.
    Account,
    /// What goes to one chat; others are not concerned.
    Chat,
}

/// What went wrong, by what a caller can do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The token is wrong: the account is dead until it is replaced.
    Unauthorized,
    /// Nothing proves that a delivery comes from the messenger.
    Unproven,
    /// The bot lacks the right to do this.
    Forbidden,
    /// There is no such chat, message or user.
    NotFound,
    /// The person stopped the bot, or never started it.
    Blocked,
    /// The messenger refuses what it was given.
    Invalid {
        /// Which part of it, where that is known.
        field: Option<String>,
    },
    /// Something is beyond a limit.
    TooLarge {
        /// What is too large.
        field: String,
        /// The most that is accepted.
        limit: usize,
        /// What was given.
        given: usize,
    },
    /// Too many requests.
    RateLimited {
        /// Of the whole account, or to one chat.
        scope: LimitScope,
        /// How long the messenger asks to wait, where it says.
        retry_after: Option<Duration>,
    },
    /// Something that was uploaded is still being processed.
    NotReady,
    /// The messenger, or this adapter, cannot do that.
    Unsupported {
        /// What it cannot do.
        what: String,
    },
    /// The messenger could not be reached, or was out of order.
    Unavailable {
        /// Whether it may have done what was asked all the same.
        may_have_happened: bool,
    },
    /// No answer came in time.
    Timeout {
        /// Whether the request may have arrived.
        may_have_happened: bool,
    },
    /// An answer came that makes no sense.
    Protocol,
}

/// An error of a messenger: what was being done, what kind of error it is, and the messenger's own
/// code and words. No token is ever in one.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    doing: Cow<'static, str>,
    platform: Option<Platform>,
    code: Option<String>,
    text: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind while `doing` something: "sending a message".
    pub fn new(kind: ErrorKind, doing: impl Into<Cow<'static, str>>) -> Self {
        let (platform, code, text, source) = (None, None, None, None);
        Self(Box::new(Inner { kind, doing: doing.into(), platform, code, text, source }))
    }

    /// The messenger would refuse this part of what it was given.
    pub fn invalid(
        doing: impl Into<Cow<'static, str>>,
        field: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self::new(ErrorKind::Invalid { field: Some(field.into()) }, doing).with_text(why)
    }

    /// The messenger, or this adapter, cannot do that.
    pub fn unsupported(doing: impl Into<Cow<'static, str>>, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported { what: what.into() }, doing)
    }

    /// The same, said by this platform.
    #[must_use]
    pub fn on(mut self, platform: Platform) -> Self {
        self.0.platform = Some(platform);
        self
    }

    /// The same with the platform's own error code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// The same with the platform's own words, or an explanation.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.0.text = Some(text.into());
        self
    }

    /// The same with the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The platform's own code, where it gave one.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The platform's own words, where it gave some.
    pub fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Whether doing the same again may help.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::RateLimited { .. }
                | ErrorKind::NotReady
                | ErrorKind::Unavailable { .. }
                | ErrorKind::Timeout { .. }
                | ErrorKind::Protocol
        )
    }

    /// Whether the messenger may have done what was asked although an error came back, so that
    /// doing it again may do it twice.
    pub fn may_have_happened(&self) -> bool {
        match self.0.kind {
            ErrorKind::Unavailable { may_have_happened }
            | ErrorKind::Timeout { may_have_happened } => may_have_happened,
            ErrorKind::Protocol => true,
            _ => false,
        }
    }

    /// How long the messenger asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            ErrorKind::RateLimited { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

impl ErrorKind {
    /// Its name, as metrics spell it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Unproven => "unproven",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Blocked => "blocked",
            Self::Invalid { .. } => "invalid",
            Self::TooLarge { .. } => "too_large",
            Self::RateLimited { .. } => "rate_limited",
            Self::NotReady => "not_ready",
            Self::Unsupported { .. } => "unsupported",
            Self::Unavailable { .. } => "unavailable",
            Self::Timeout { .. } => "timeout",
            Self::Protocol => "protocol",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => f.write_str("the token is not accepted"),
            Self::Unproven => f.write_str("nothing proves that it comes from the messenger"),
            Self::Forbidden => f.write_str("the bot may not do this"),
            Self::NotFound => f.write_str("not found"),
            Self::Blocked => f.write_str("the person cannot be reached by this bot"),
            Self::Invalid { field: Some(field) } => write!(f, "{field} is not accepted"),
            Self::Invalid { field: None } => f.write_str("the request is not accepted"),
            Self::TooLarge { field, limit, given } => {
                write!(f, "{field} is too large: {given}, at most {limit}")
            }
            Self::RateLimited { scope, retry_after } => {
                f.write_str(match scope {
                    LimitScope::Account => "too many requests",
                    LimitScope::Chat => "too many requests to this chat",
                })?;
                match retry_after {
                    Some(pause) => write!(f, ", wait {} ms", pause.as_millis()),
                    None => Ok(()),
                }
            }
            Self::NotReady => f.write_str("the upload is still being processed"),
            Self::Unsupported { what } => write!(f, "{what} are not supported"),
            Self::Unavailable { .. } => f.write_str("the messenger is not available"),
            Self::Timeout { .. } => f.write_str("no answer in time"),
            Self::Protocol => f.write_str("the answer makes no sense"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, doing, platform, code, text, .. } = &*self.0;
        write!(f, "{doing}: {kind}")?;
        let said: Vec<&str> =
            [platform.as_ref().map(Platform::as_str), code.as_deref(), text.as_deref()]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect();
        if said.is_empty() { Ok(()) } else { write!(f, " ({})", said.join(": ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("doing", &self.0.doing)
            .field("platform", &self.0.platform)
            .field("code", &self.0.code)
            .field("text", &self.0.text)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_being_done_and_what_the_platform_said() {
        let error = Error::new(ErrorKind::NotFound, "sending a message")
            .on(Platform::MAX)
            .with_code("chat.not.found")
            .with_text("Chat 5 not found");
        assert_eq!(
            error.to_string(),
            "sending a message: not found (max: chat.not.found: Chat 5 not found)"
        );
    }

    #[test]
    fn a_refusal_is_final_and_a_lost_answer_is_not() {
        let refused = Error::new(ErrorKind::Forbidden, "x");
        assert!(!refused.is_retryable() && !refused.may_have_happened());
        let lost = Error::new(ErrorKind::Timeout { may_have_happened: true }, "x");
        assert!(lost.is_retryable() && lost.may_have_happened());
    }
}
