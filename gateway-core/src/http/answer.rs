//! What came back.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use super::secrets::Secrets;
use super::{HttpClient, retry_after};
use crate::messenger::{Error, ErrorKind, LimitScope, Result};
use crate::model::Platform;

/// How much of an answer is shown in an error.
const SHOWN_CHARACTERS: usize = 300;

/// The whole answer to a call, whatever its status.
pub struct Answer {
    doing: &'static str,
    platform: Platform,
    secrets: Secrets,
    status: u16,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("doing", &self.doing)
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Answer {
    pub(super) fn new(
        client: &HttpClient,
        doing: &'static str,
        secrets: Secrets,
        status: u16,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Self {
        let platform = client.options.platform.clone();
        let header = |name| headers.get(name)?.to_str().ok();
        let retry_after = header(RETRY_AFTER).and_then(|asked| {
            retry_after::asked(asked, header(DATE), || client.options.clock.now().into())
        });
        Self { doing, platform, secrets, status, headers, retry_after, body }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the server asks to wait by the header `Retry-After`, in seconds or as a date, from
    /// nothing to ten minutes.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, decoded from JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] when it is not the JSON that is expected, with its beginning.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if self.body.trim_ascii().is_empty() {
            return Err(self.error(ErrorKind::Protocol).with_text("the answer is empty"));
        }
        serde_json::from_slice(&self.body).map_err(|why| self.unreadable(&why))
    }

    /// The body, decoded from JSON, with U+FFFD in the place of what is no UTF-8: so that one bad
    /// byte in a list does not cost the whole list.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json).
    pub fn lossy_json<T: DeserializeOwned>(&self) -> Result<T> {
        match String::from_utf8_lossy(&self.body) {
            Cow::Borrowed(_) => self.json(),
            Cow::Owned(text) => serde_json::from_str(&text).map_err(|why| self.unreadable(&why)),
        }
    }

    fn unreadable(&self, why: &serde_json::Error) -> Error {
        let why = self.shown(&why.to_string());
        let text = format!("{why}; the answer begins: {}", self.beginning());
        self.error(ErrorKind::Protocol).with_text(text)
    }

    /// An error about this answer, with the platform's own code and words.
    pub fn refusal(&self, kind: ErrorKind, code: Option<&str>, text: Option<&str>) -> Error {
        let error = self.error(kind);
        let error = match code {
            Some(code) => error.with_code(self.shown(code)),
            None => error.with_code(format!("HTTP {}", self.status)),
        };
        match text {
            Some(text) => error.with_text(self.shown(text)),
            None => error,
        }
    }

    /// An error about an answer that is no JSON, by its status alone.
    pub fn refusal_by_status(&self) -> Error {
        let kind = match self.status {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited {
                scope: LimitScope::Account,
                retry_after: self.retry_after(),
            },
            // A gateway in front of the messenger answers so when it never reached it.
            503 => ErrorKind::Unavailable { may_have_happened: false },
            500.. => ErrorKind::Unavailable { may_have_happened: true },
            400..500 => ErrorKind::Invalid { field: None },
            _ => ErrorKind::Protocol,
        };
        self.refusal(kind, None, Some(&self.beginning()))
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.doing).on(self.platform.clone())
    }

    fn beginning(&self) -> String {
        self.shown(&String::from_utf8_lossy(&self.body))
    }

    /// What somebody else said, fit for one line of a log: without secrets, and at most 300
    /// characters.
    pub fn shown(&self, text: &str) -> String {
        // Secrets are cut out before the text is cut short, or half of one could stay.
        let one_line = |character: char| if character.is_control() { ' ' } else { character };
        self.secrets.cut_from(text).chars().take(SHOWN_CHARACTERS).map(one_line).collect()
    }
}
