//! What an operator may set about the server.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use gateway_core::http::Rate;

/// How the server serves: its deadlines, limits, and what it offers besides.
///
/// A connection that misses a deadline of its own is closed without an answer; a request that misses
/// one is answered with a problem.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// How long a connection may be open without sending a byte. 10 s.
    pub first_byte_timeout: Duration,
    /// How long the TLS handshake may take, from the connection's beginning. 10 s.
    pub handshake_timeout: Duration,
    /// How long the headers of a request may take, from their first byte. 10 s.
    pub header_timeout: Duration,
    /// How long the whole body of a request may take, however steadily it comes. 30 s.
    pub body_timeout: Duration,
    /// How long a request may take from the end of its headers to its answer. A request with a body
    /// has [`Self::body_timeout`] besides. 30 s.
    pub request_timeout: Duration,
    /// How long a connection may be open after an answer, without a byte of the next request, and
    /// without a byte of the answer being taken. 75 s.
    pub idle_timeout: Duration,
    /// How long requests that have begun may go on after the stop. 10 s.
    pub drain: Duration,
    /// How many connections may be open. One more is closed at once, before anything is read of it:
    /// so its client knows, and may go elsewhere. 10,000.
    pub max_connections: usize,
    /// The largest body of a request, in bytes. 64 KiB.
    pub max_body: usize,
    /// How many requests one token may make. Off.
    pub rate: Option<Rate>,
    /// Whose pages a browser lets read the answers. Off.
    pub cors: Vec<Origin>,
    /// The certificate and key with which it speaks TLS; see [`tls`](super::tls). Off.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            drain: Duration::from_secs(10),
            max_connections: 10_000,
            max_body: 64 * 1024,
            rate: None,
            cors: Vec::new(),
            tls: None,
        }
    }
}

/// Whose pages may read the answers: `https://example.org`, or `*` for everybody's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(HeaderValue);

/// What was given is no origin.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("reading an origin: {0:?} is none; https://example.org is, and * is every one")]
pub struct NoOrigin(String);

impl Origin {
    /// Whether it is everybody's.
    pub(super) fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// As a browser names it in the header `Origin`.
    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let refused = || NoOrigin(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| refused())?;
        let is_origin = text == "*"
            || matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|it| !it.as_str().contains('@'))
                && uri.path_and_query().is_none_or(|it| it == "/")
                && !text.ends_with('/');
        // A browser sends it in small letters.
        let value = HeaderValue::from_str(&text.to_ascii_lowercase()).map_err(|_| refused())?;
        if is_origin { Ok(Self(value)) } else { Err(refused()) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for text in ["https://example.org", "http://localhost:3000", "*"] {
            assert_eq!(text.parse::<Origin>().expect(text).to_string(), text);
        }
        let shouted = "https://Example.org".parse::<Origin>().expect("an origin");
        assert_eq!(shouted.to_string(), "https://example.org");
    }

    #[test]
    fn what_a_browser_would_never_send_is_refused() {
        for text in
            ["", "example.org", "https://example.org/", "https://example.org/x", "ftp://a", "null"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
        assert!("https://me:secret@example.org".parse::<Origin>().is_err());
    }
}
