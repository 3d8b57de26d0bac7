//! Errors, as RFC 9457 has them.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::StoreError;

/// What can be wrong, one `type` each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    InvalidParameter,
    InvalidBody,
    Unauthorized,
    InsufficientScope,
    NotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    BodyTimeout,
    TooLarge,
    RateLimited,
    Internal,
    Unavailable,
    Timeout,
    NotImplemented,
}

impl Kind {
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
            Self::NotImplemented => {
                (StatusCode::NOT_IMPLEMENTED, "not-implemented", "Not built yet")
            }
        }
    }
}

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
        Self { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }
    }

    /// A parameter of the path or the query.
    pub(super) fn parameter(name: &str, why: impl Into<String>) -> Self {
        let why = why.into();
        let problem = Self::new(Kind::InvalidParameter, format!("{name}: {why}"));
        Self { errors: vec![json!({"parameter": name, "detail": why})], ..problem }
    }

    /// Parts of the body, each by its JSON pointer.
    pub(super) fn body(errors: Vec<(String, String)>) -> Self {
        let words: Vec<String> =
            errors.iter().map(|(pointer, why)| format!("{pointer}: {why}")).collect();
        let errors = errors
            .into_iter()
            .map(|(pointer, why)| json!({"pointer": format!("#{pointer}"), "detail": why}))
            .collect();
        Self { errors, ..Self::new(Kind::InvalidBody, words.join("; ")) }
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
        let (status, name, title) = self.kind.facts();
        let mut body = json!({
            "type": format!("/problems/{name}"),
            "title": title,
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
        let mut response = self.kind.facts().0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the database says is for the log, not for the client.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the registry's store");
        Self::new(Kind::Unavailable, "the registry cannot reach its store")
    }
}
