//! The one HTTP client that every adapter uses.
//!
//! It keeps secrets out of errors, logs and metrics, follows no redirect (a redirect would carry
//! the token to another host), and bounds time and size. It tells apart "was never sent" from "may
//! have happened", and tries again what may be tried again. It keeps to the platform's limits, and
//! learns those that nobody has told it. It knows nothing of any platform: how errors are spelled
//! is the adapter's business, and what the adapter makes of an answer decides everything else.
//!
//! # Example
//!
//! ```no_run
//! use gateway_core::http::{Answer, HttpClient, Operation, Repeat};
//! use gateway_core::messenger::Result;
//! use reqwest::Method;
//!
//! const ME: Operation = Operation::new("getMe", "asking who I am", Repeat::Safe);
//!
//! async fn name(http: &HttpClient) -> Result<String> {
//!     let named = |answer: &Answer| match answer.status() {
//!         200 => answer.json(),
//!         _ => Err(answer.refusal_by_status()),
//!     };
//!     http.call(&ME, Method::GET, &["me"]).send(named).await
//! }
//! ```

mod answer;
mod call;
mod limiter;
mod measure;
mod operation;
mod options;
mod pauses;
mod retry_after;
mod secrets;
mod streaming;

use std::fmt;

use reqwest::{Certificate, Method};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
pub use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use url::Url;

pub use answer::Answer;
pub use call::Call;
use limiter::Limiter;
use measure::Measures;
pub use measure::describe_metrics;
pub use operation::{Operation, Repeat};
pub use options::{HttpOptions, Rate, RateLimits};
use secrets::Secrets;
#[cfg(feature = "testing")]
pub(crate) use secrets::spellings;

use crate::messenger::{Error, ErrorKind, Result};

/// What is being done while there is no call yet.
const SETTING_UP: &str = "setting up the HTTP client";

/// Chooses the cryptography of this process's TLS, for whoever has a client of their own. [`HttpClient`]
/// does so itself.
pub fn install_tls() {
    // A process has one provider; somebody else having chosen one already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Calls one platform's API for one account: both have their limits, so there is one client for
/// each account.
pub struct HttpClient {
    client: reqwest::Client,
    options: HttpOptions,
    secrets: Secrets,
    limiter: Limiter,
    measures: Measures,
    /// Room for those that are on their way at once.
    room: Semaphore,
}

impl HttpClient {
    /// A client for the API at `options.base_url`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a base URL that is not `http` or `https` or that holds a password,
    /// and for a root certificate that is none; [`ErrorKind::Unavailable`] when TLS cannot be set up, for want of
    /// root certificates.
    #[expect(clippy::disallowed_methods, reason = "this is the one HTTP client")]
    pub fn new(options: HttpOptions) -> Result<Self> {
        install_tls();
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .user_agent(concat!("gateway/", env!("CARGO_PKG_VERSION")));
        if !options.base_url.username().is_empty() || options.base_url.password().is_some() {
            let why = "it holds a user or a password, which would be shown";
            return Err(Error::invalid(SETTING_UP, "base_url", why).on(options.platform));
        }
        let roots = roots(&options)?;
        let builder = match options.base_url.scheme() {
            "https" => builder.https_only(true).tls_certs_merge(roots),
            // No TLS will be spoken, so no root certificates have to be there.
            "http" => builder.tls_certs_only([]),
            other => {
                let why = format!("its scheme is {other}, it must be http or https");
                return Err(Error::invalid(SETTING_UP, "base_url", why).on(options.platform));
            }
        };
        let builder = match &options.proxy {
            Some(proxy) => {
                builder.proxy(through(proxy).map_err(|it| it.on(options.platform.clone()))?)
            }
            None => builder,
        };
        let client = builder.build().map_err(|error| {
            Error::new(ErrorKind::Unavailable { may_have_happened: false }, SETTING_UP)
                .on(options.platform.clone())
                .with_source(error)
        })?;
        let secrets = Secrets::new(&options.secrets);
        if let Some(proxy) = &options.proxy {
            secrets.learn(proxy);
            let password = Url::parse(proxy.expose_secret()).ok();
            if let Some(password) = password.as_ref().and_then(Url::password) {
                secrets.learn(&password.to_owned().into());
            }
        }
        let limiter = Limiter::new(options.limits, options.longest_wait);
        let room = Semaphore::new(options.most_at_once.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self { client, options, secrets, limiter, measures: Measures::default(), room })
    }

    /// Begins a call of `operation`, by the path made of `segments` under the base URL.
    pub fn call(&self, operation: &Operation, method: Method, segments: &[&str]) -> Call<'_> {
        let mut url = self.options.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Call::new(self, *operation, self.client.request(method, url))
    }

    /// Begins a call at an address that the platform has named, such as one for uploads: it may be
    /// another host, so none of the account's secrets goes there, and none of its limits counts.
    /// The address is not shown in any error, even where the host repeats it, since whoever knows it
    /// may need nothing more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for an address that is not `https`, or `http` where the API's own is.
    pub fn call_at(&self, operation: &Operation, method: Method, url: Url) -> Result<Call<'_>> {
        match (url.scheme(), self.options.base_url.scheme()) {
            ("https", _) | ("http", "http") => {}
            (other, _) => {
                let why = format!("its scheme is {other}, it must be https");
                let error = Error::invalid(operation.doing, "url", why);
                return Err(error.on(self.options.platform.clone()));
            }
        }
        let address = url.to_string();
        let call = Call::new(self, *operation, self.client.request(method, url));
        Ok(call.elsewhere().hiding_address(&address))
    }

    fn transport_error(&self, doing: &'static str, error: reqwest::Error) -> Error {
        let kind = match (error.is_connect(), error.is_timeout()) {
            (true, true) => ErrorKind::Timeout { may_have_happened: false },
            (true, false) => ErrorKind::Unavailable { may_have_happened: false },
            (false, true) => ErrorKind::Timeout { may_have_happened: true },
            (false, false) => ErrorKind::Unavailable { may_have_happened: !error.is_builder() },
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
        f.debug_struct("HttpClient")
            .field("platform", &self.options.platform)
            .finish_non_exhaustive()
    }
}

/// The proxy at an address, which is not shown: it may hold a password.
fn through(proxy: &SecretString) -> Result<reqwest::Proxy> {
    let bad = |why: &str| Error::invalid(SETTING_UP, "proxy", why);
    let url = Url::parse(proxy.expose_secret()).map_err(|_| bad("it is no address"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad("it must begin with http:// or https://"));
    }
    reqwest::Proxy::all(url).map_err(|_| bad("it is no address of a proxy"))
}

/// The roots that are trusted beside the system's, each looked into now: what is no certificate
/// would be found out at the first handshake, or never.
fn roots(options: &HttpOptions) -> Result<Vec<Certificate>> {
    let bad = |why: String| {
        let error = Error::invalid(SETTING_UP, "extra_root_certificates", why);
        error.on(options.platform.clone())
    };
    let mut roots = Vec::new();
    for pem in &options.extra_root_certificates {
        let found: Result<Vec<CertificateDer<'_>>, _> =
            CertificateDer::pem_slice_iter(pem).collect();
        let found = found.map_err(|why| bad(why.to_string()))?;
        if found.is_empty() {
            return Err(bad("there is no certificate in it".to_owned()));
        }
        for root in found {
            let certificate = Certificate::from_der(&root).map_err(|why| bad(why.to_string()))?;
            RootCertStore::empty().add(root).map_err(|why| bad(why.to_string()))?;
            roots.push(certificate);
        }
    }
    Ok(roots)
}
