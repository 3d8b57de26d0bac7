//! Errors, as RFC 9457 has them.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::{StoreError, StoreErrorKind};

/// What can be wrong, one `type` each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    InvalidParameter,
    InvalidBody,
    Unauthorized,
    InsufficientScope,
    NotFound,
    NoInvitation,
    MethodNotAllowed,
    NoAccount,
    UnsupportedMediaType,
    BodyTimeout,
    TooLarge,
    IdempotencyKeyReused,
    RateLimited,
    Internal,
    Unavailable,
    Timeout,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 16] = [
        Self::InvalidParameter,
        Self::InvalidBody,
        Self::Unauthorized,
        Self::InsufficientScope,
        Self::NotFound,
        Self::NoInvitation,
        Self::MethodNotAllowed,
        Self::NoAccount,
        Self::UnsupportedMediaType,
        Self::BodyTimeout,
        Self::TooLarge,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::Timeout,
    ];

    /// Its status.
    pub(super) fn status(self) -> StatusCode {
        self.facts().0
    }

    /// The `type`, by which clients know it.
    pub(super) fn uri(self) -> String {
        format!("/problems/{}", self.facts().1)
    }

    /// What it is, for people.
    pub(super) fn title(self) -> &'static str {
        self.facts().2
    }

    fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidParameter => {
                (StatusCode::BAD_REQUEST, "invalid-parameter", "A parameter is not accepted")
            }
            Self::InvalidBody => {
                (StatusCode::BAD_REQUEST, "invalid-body", "The body is not accepted")
            }
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "unauthorized", "A valid token is needed")
            }
            Self::InsufficientScope => {
                (StatusCode::FORBIDDEN, "insufficient-scope", "The token does not allow this")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::NoInvitation => {
                (StatusCode::NOT_FOUND, "no-invitation", "There is no invitation link yet")
            }
            Self::NoAccount => {
                (StatusCode::CONFLICT, "no-account", "No account of the gateway is in the chat")
            }
            Self::IdempotencyKeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The key was used for another request",
            ),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed")
            }
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body must be JSON",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::BodyTimeout => {
                (StatusCode::REQUEST_TIMEOUT, "body-timeout", "The body came too slowly")
            }
            Self::RateLimited => {
                (StatusCode::TOO_MANY_REQUESTS, "rate-limited", "The token makes too many requests")
            }
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "An error of the registry itself")
            }
            Self::Timeout => {
                (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long")
            }
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available for the moment")
            }
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fault {
    place: FaultPlace,
    why: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum FaultPlace {
    Parameter(String),
    Header(&'static str),
    /// A JSON pointer; empty for the whole.
    Body(String),
}

impl Fault {
    /// Of a parameter of the path or the query.
    pub(super) fn parameter(name: &str, why: impl Into<String>) -> Self {
        Self { place: FaultPlace::Parameter(name.to_owned()), why: why.into() }
    }

    /// Of a header.
    pub(super) fn header(name: &'static str, why: impl Into<String>) -> Self {
        Self { place: FaultPlace::Header(name), why: why.into() }
    }

    /// Of the body as a whole.
    pub(super) fn body(why: impl Into<String>) -> Self {
        Self { place: FaultPlace::Body(String::new()), why: why.into() }
    }

    /// Of a field of the body.
    pub(super) fn field(name: &str, why: impl Into<String>) -> Self {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        Self { place: FaultPlace::Body(pointer), why: why.into() }
    }

    fn words(&self) -> String {
        let place = match &self.place {
            FaultPlace::Parameter(name) => name,
            FaultPlace::Header(name) => *name,
            FaultPlace::Body(pointer) if pointer.is_empty() => return self.why.clone(),
            FaultPlace::Body(pointer) => pointer,
        };
        format!("{place}: {}", self.why)
    }

    fn json(self) -> Value {
        match self.place {
            FaultPlace::Parameter(name) => json!({"parameter": name, "detail": self.why}),
            FaultPlace::Header(name) => json!({"header": name, "detail": self.why}),
            // As a fragment of a URI, in which not every character may stand for itself.
            FaultPlace::Body(pointer) => {
                let pointer = utf8_percent_encode(&pointer, FRAGMENT);
                json!({"pointer": format!("#{pointer}"), "detail": self.why})
            }
        }
    }
}

/// What may not stand in the fragment of a URI (RFC 3986, section 3.5).
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// When whatever is not available for the moment is worth another try.
const RECOVERY: Duration = Duration::from_secs(2);

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(super) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let problem = Self { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new() };
        match kind.status() {
            StatusCode::SERVICE_UNAVAILABLE => problem.with_retry_after(RECOVERY),
            _ => problem,
        }
    }

    /// A parameter of the path or the query.
    pub(super) fn parameter(name: &str, why: impl Into<String>) -> Self {
        Self::faults(vec![Fault::parameter(name, why)])
    }

    /// Everything that is wrong with a request.
    pub(super) fn faults(faults: Vec<Fault>) -> Self {
        let in_body = faults.iter().all(|it| matches!(it.place, FaultPlace::Body(_)));
        let kind = if in_body { Kind::InvalidBody } else { Kind::InvalidParameter };
        let words: Vec<String> = faults.iter().map(Fault::words).collect();
        let errors = faults.into_iter().map(Fault::json).collect();
        Self { errors, ..Self::new(kind, words.join("; ")) }
    }

    /// What the header `WWW-Authenticate` says.
    pub(super) fn with_challenge(self, challenge: &'static str) -> Self {
        self.with(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// When it is worth another try, in whole seconds.
    pub(super) fn with_retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with(RETRY_AFTER, seconds.into())
    }

    /// Nothing more is read of the connection.
    pub(super) fn and_hang_up(self) -> Self {
        self.with(CONNECTION, HeaderValue::from_static("close"))
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The problem in full, in the place of the answer that carried it.
    pub(super) fn written(self, request: Uuid, carrier: Response) -> Response {
        let status = self.kind.status();
        let mut body = json!({
            "type": self.kind.uri(),
            "title": self.kind.title(),
            "status": status.as_u16(),
            "detail": self.detail,
            "requestId": request,
        });
        if !self.errors.is_empty() {
            body["errors"] = self.errors.into();
        }
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        // What the framework had to say, `Allow` above all, stays.
        let kept = carrier.into_parts().0.headers;
        headers.extend(kept.into_iter().filter(|(name, _)| {
            name.as_ref()
                .is_some_and(|name| !["content-type", "content-length"].contains(&name.as_str()))
        }));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

/// The problem travels beside an empty answer until the request's id is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the database says is for the log, not for the client.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error.kind {
            StoreErrorKind::Internal => {
                tracing::error!(%error, "the registry's store is not as it should be");
                Self::new(Kind::Internal, "an error of the registry itself; its log has more")
            }
            StoreErrorKind::Unreachable => {
                tracing::error!(%error, "the registry cannot reach its store");
                Self::new(Kind::Unavailable, "the registry cannot reach its store")
            }
            StoreErrorKind::Unfinished => {
                tracing::error!(%error, "the registry's store has not said what came of it");
                let detail = "the registry's store has not said in time what came of it: it may have \
                    been done, or may yet be";
                Self::new(Kind::Timeout, detail)
            }
        }
    }
}
