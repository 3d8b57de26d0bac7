//! Webhooks: who may deliver, and what is in a delivery.
//!
//! The platform bears no secret and says nothing of itself; its document recommends an address that
//! nobody can guess. So a part of that is [`Options::webhook_secret`], which
//! [`Potato::webhook_url`](crate::Potato::webhook_url) puts behind a base, and a delivery that came
//! to another path is refused. It is no part of the token: an address is shown in more places than
//! a token is.
//!
//! The English document says that a delivery is one update. What clients saw, and the Chinese
//! document says, is the whole answer of `getUpdates`; one client also took a bare list. All three
//! are read.
//!
//! The answer to a delivery may name a method to carry out:
//! [`Potato::webhook_reply`](crate::Potato::webhook_reply).
//!
//! # Example
//!
//! Serving a webhook with axum:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use adapter_potato::Potato;
//! use axum::Router;
//! use axum::body::Bytes;
//! use axum::extract::{DefaultBodyLimit, State};
//! use axum::http::{HeaderMap, StatusCode, Uri};
//! use axum::routing::post;
//! use gateway_core::ErrorKind;
//! use gateway_core::messenger::{Delivery, Webhooks as _};
//!
//! async fn delivered(
//!     State(messenger): State<Arc<Potato>>,
//!     uri: Uri,
//!     headers: HeaderMap,
//!     body: Bytes,
//! ) -> StatusCode {
//!     let delivery = Delivery { headers: &headers, body: &body, path: uri.path(), peer: None };
//!     match messenger.open(&delivery) {
//!         Ok(_updates) => StatusCode::OK, // Once they are kept.
//!         Err(error) if *error.kind() == ErrorKind::Unproven => StatusCode::UNAUTHORIZED,
//!         Err(_) => StatusCode::BAD_REQUEST,
//!     }
//! }
//!
//! # fn routes(messenger: Arc<Potato>) -> Router {
//! // All that waits comes at once.
//! let limit = DefaultBodyLimit::max(messenger.most_bytes());
//! Router::new().route("/hooks/{secret}", post(delivered)).layer(limit).with_state(messenger)
//! # }
//! ```

use gateway_core::http::{ExposeSecret, SecretString};
use gateway_core::messenger::{Delivery, Error, ErrorKind, Result};
use gateway_core::model::Raw;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::client::Options;

/// What is being done.
const SETTING: &str = "setting a webhook";
pub(crate) const OPENING: &str = "opening a delivery";

/// Who may deliver.
#[derive(Debug)]
pub(crate) struct Gate {
    secret: Option<SecretString>,
    pub(crate) certificate: Option<Vec<u8>>,
}

impl Gate {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        if let Some(secret) = &options.webhook_secret
            && !is_secret(secret.expose_secret())
        {
            let why = "it has 16 to 256 letters, digits, _ and -";
            return Err(Error::invalid("setting up the client", "webhook_secret", why));
        }
        let certificate = options.webhook_certificate.clone();
        if certificate.as_ref().is_some_and(|pem| !is_pem(pem)) {
            let why = "it is no certificate in PEM";
            return Err(Error::invalid("setting up the client", "webhook_certificate", why));
        }
        Ok(Self { secret: options.webhook_secret.clone(), certificate })
    }

    /// An address under `base` that only the platform will know.
    pub(crate) fn address(&self, base: &Url) -> Result<Url> {
        let secret = self.secret()?;
        let mut url = base.clone();
        match url.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().push(secret),
            Err(()) => return Err(Error::invalid(SETTING, "url", "nothing can be added to it")),
        };
        Ok(url)
    }

    /// Refuses an address by which nobody could tell the platform from a stranger.
    pub(crate) fn check(&self, url: &Url) -> Result<()> {
        let secret = self.secret()?;
        if !matches!(url.scheme(), "http" | "https") {
            let why = format!("its scheme is {}, it must be http or https", url.scheme());
            return Err(Error::invalid(SETTING, "url", why));
        }
        if holds(url.path(), secret) {
            return Ok(());
        }
        let why = "webhook_secret is no part of its path: see webhook_url";
        Err(Error::invalid(SETTING, "url", why))
    }

    fn secret(&self) -> Result<&str> {
        self.secret.as_ref().map(ExposeSecret::expose_secret).ok_or_else(|| {
            let why = "without it nobody can tell Potato from a stranger: set one";
            Error::invalid(SETTING, "webhook_secret", why)
        })
    }

    /// Refuses what did not come to the secret path.
    pub(crate) fn admit(&self, delivery: &Delivery<'_>) -> Result<()> {
        let refused = |why: &str| Err(Error::new(ErrorKind::Unproven, OPENING).with_text(why));
        let Some(secret) = &self.secret else {
            return refused("no webhook_secret is set, so nothing proves that it is Potato's");
        };
        if holds(delivery.path, secret.expose_secret()) {
            return Ok(());
        }
        refused("webhook_secret is no part of its path")
    }
}

/// Whether a secret is one of a path's parts, found out in a time that does not tell how much of a
/// guess was right.
fn holds(path: &str, secret: &str) -> bool {
    let is_it = |part: &str| bool::from(part.as_bytes().ct_eq(secret.as_bytes()));
    path.split('/').fold(false, |found, part| found | is_it(part))
}

fn is_secret(secret: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (16..=256).contains(&secret.len()) && secret.bytes().all(allowed)
}

fn is_pem(pem: &[u8]) -> bool {
    String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----")
}

/// The updates of a delivery: the answer of `getUpdates`, a bare list, or one bare update.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] for what is no JSON.
pub(crate) fn updates(body: &[u8]) -> Result<Vec<Raw>> {
    /// The answer of `getUpdates`. What is in it stays as it came.
    #[derive(Deserialize)]
    struct List {
        result: Vec<Raw>,
    }

    /// The same with nothing, or with one update.
    #[derive(Deserialize)]
    struct One {
        ok: bool,
        #[serde(default)]
        result: Raw,
    }

    let text = String::from_utf8_lossy(body);
    let unreadable = |why: String| Error::invalid(OPENING, "body", format!("it is no JSON: {why}"));
    if text.trim_ascii_start().starts_with('[') {
        return serde_json::from_str(&text).map_err(|why| unreadable(why.to_string()));
    }
    if let Ok(List { result }) = serde_json::from_str(&text) {
        return Ok(result);
    }
    let raw = Raw::from_text(text.clone()).map_err(|why| unreadable(why.to_string()))?;
    match serde_json::from_str(&text) {
        Ok(One { ok: true, result }) if result == Raw::default() => Ok(Vec::new()),
        Ok(One { ok: true, result }) => Ok(vec![result]),
        _ => Ok(vec![raw]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Vec<String> {
        let updates = updates(body.as_bytes()).expect("updates");
        updates.into_iter().map(|it| it.as_str().to_owned()).collect()
    }

    #[test]
    fn a_delivery_has_one_of_three_shapes() {
        let one = r#"{"update_id":1,"message":null}"#;
        let two = r#"{"update_id":2}"#;
        assert_eq!(read(&format!(r#"{{"ok":true,"result":[{one},{two}]}}"#)), [one, two]);
        assert_eq!(read(&format!(" [{one},{two}]")), [one, two]);
        assert_eq!(read(one), [one]);
        assert_eq!(read(&format!(r#"{{"ok":true,"result":{one}}}"#)), [one]);
        for nothing in [r#"{"ok":true,"result":[]}"#, r#"{"ok":true,"result":null}"#, "[]"] {
            assert!(read(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_and_what_is_odd_is_kept() {
        for broken in ["", "{", "hello", "[1,"] {
            assert!(updates(broken.as_bytes()).is_err(), "{broken:?}");
        }
        assert_eq!(read("5"), ["5"]);
        assert_eq!(read(r#"{"ok":false}"#), [r#"{"ok":false}"#]);
        assert_eq!(read("[1,null]"), ["1", "null"]);
    }

    #[test]
    fn a_secret_is_a_whole_part_of_the_path() {
        assert!(holds("/hooks/abc", "abc") && holds("/abc/potato", "abc"));
        assert!(!holds("/hooks/abcd", "abc") && !holds("/", "abc") && !holds("", "abc"));
    }
}
