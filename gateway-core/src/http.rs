//! The one HTTP client that every adapter uses.
//!
//! It keeps secrets out of errors and logs, follows no redirect (a redirect would carry the token
//! to another host), bounds time and size, and tells apart "was never sent" from "may have
//! happened". It knows nothing of any platform: how errors are spelled is the adapter's business.

mod answer;
mod secrets;

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
pub use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

pub use answer::Answer;
use secrets::Secrets;

use crate::messenger::{Error, ErrorKind, Result};
use crate::model::Platform;

/// How a client is set up.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Where the platform's API begins: scheme, host, port, and a path if it has one.
    pub base_url: Url,
    /// Whose API it is, for errors.
    pub platform: Platform,
    /// What must never be shown: it is cut out of every error.
    pub secrets: Vec<SecretString>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a call may take, from its start to the last byte of its answer, unless it says
    /// otherwise.
    pub deadline: Duration,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
}

impl HttpOptions {
    /// Five seconds to connect, thirty for a call, answers of at most 16 MiB.
    pub fn new(base_url: Url, platform: Platform) -> Self {
        Self {
            base_url,
            platform,
            secrets: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(30),
            max_answer_bytes: 16 * 1024 * 1024,
        }
    }

    /// The same, and `secret` is never shown.
    #[must_use]
    pub fn with_secret(mut self, secret: SecretString) -> Self {
        self.secrets.push(secret);
        self
    }
}

/// Calls one platform's API.
pub struct HttpClient {
    client: reqwest::Client,
    options: HttpOptions,
    secrets: Secrets,
}

impl HttpClient {
    /// A client for the API at `options.base_url`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a base URL that is not `http` or `https`, and
    /// [`ErrorKind::Unavailable`] when TLS cannot be set up, for want of root certificates.
    #[expect(clippy::disallowed_methods, reason = "this is the one HTTP client")]
    pub fn new(options: HttpOptions) -> Result<Self> {
        const DOING: &str = "setting up the HTTP client";
        // A process has one provider; somebody else having chosen one already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .user_agent(concat!("gateway/", env!("CARGO_PKG_VERSION")));
        let builder = match options.base_url.scheme() {
            "https" => builder.https_only(true),
            // No TLS will be spoken, so no root certificates have to be there.
            "http" => builder.tls_certs_only([]),
            other => {
                let why = format!("its scheme is {other}, it must be http or https");
                return Err(Error::invalid(DOING, "base_url", why).on(options.platform));
            }
        };
        let client = builder.build().map_err(|error| {
            Error::new(ErrorKind::Unavailable { may_have_happened: false }, DOING)
                .on(options.platform.clone())
                .with_source(error)
        })?;
        let secrets = Secrets::new(&options.secrets);
        Ok(Self { client, options, secrets })
    }

    /// Begins a call while `doing` something, of the path made of `segments` under the base URL.
    pub fn call(&self, doing: &'static str, method: Method, segments: &[&str]) -> Call<'_> {
        let mut url = self.options.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        let request = self.client.request(method, url);
        Call { client: self, doing, request, deadline: self.options.deadline }
    }

    fn transport_error(&self, doing: &'static str, error: reqwest::Error) -> Error {
        let kind = if error.is_connect() {
            ErrorKind::Unavailable { may_have_happened: false }
        } else if error.is_timeout() {
            ErrorKind::Timeout { may_have_happened: true }
        } else {
            ErrorKind::Unavailable { may_have_happened: !error.is_builder() }
        };
        let mut words = Vec::new();
        let error = error.without_url();
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            words.push(error.to_string());
            cause = error.source();
        }
        words.dedup();
        self.error(kind, doing).with_text(self.secrets.cut_from(&words.join(": ")))
    }

    fn error(&self, kind: ErrorKind, doing: &'static str) -> Error {
        Error::new(kind, doing).on(self.options.platform.clone())
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A call that is being put together.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a> {
    client: &'a HttpClient,
    doing: &'static str,
    request: reqwest::RequestBuilder,
    deadline: Duration,
}

/// Its URL and headers hold secrets.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("doing", &self.doing).finish_non_exhaustive()
    }
}

impl Call<'_> {
    /// Adds a parameter to the URL.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.request = self.request.query(&[(name, value.to_string())]);
        self
    }

    /// Adds a parameter to the URL when there is one.
    pub fn query_some(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a secret parameter to the URL.
    pub fn secret_query(self, name: &str, secret: &SecretString) -> Self {
        self.query(name, secret.expose_secret())
    }

    /// Adds a secret header. A secret that no header can hold is sent as an empty one, and the
    /// platform refuses it.
    pub fn secret_header(mut self, name: HeaderName, secret: &SecretString) -> Self {
        let mut value = HeaderValue::from_str(secret.expose_secret())
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        self.request = self.request.header(name, value);
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Gives this call more time, or less.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sends it, and reads the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] and [`ErrorKind::Timeout`], which say whether the request may
    /// have arrived; [`ErrorKind::Protocol`] for an answer beyond the limit.
    pub async fn send(self) -> Result<Answer> {
        let Self { client, doing, request, deadline } = self;
        let failed = |error| client.transport_error(doing, error);
        let mut response = request.timeout(deadline).send().await.map_err(failed)?;
        let limit = client.options.max_answer_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                let text = format!("it is larger than {limit} bytes");
                return Err(client.error(ErrorKind::Protocol, doing).with_text(text));
            }
            body.extend_from_slice(&chunk);
        }
        let status = response.status().as_u16();
        tracing::trace!(platform = %client.options.platform, doing, status, bytes = body.len());
        Ok(Answer::new(client, doing, status, std::mem::take(response.headers_mut()), body))
    }
}
