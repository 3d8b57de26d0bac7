//! Webhooks: set, listed, removed; and what they deliver, proven and decoded.
//!
//! **MAX** proves itself by a secret that it was given when the webhook was set. It is
//! [`Options::webhook_secret`], and without one no webhook is set and no delivery is taken.
//!
//! **TamTam** has no such proof. Deliveries are taken from the networks that its schema names
//! ([`Options::webhook_networks`]), so whoever serves the webhook says from where each came.
//!
//! Both deliver one update at a time, want the answer 200, and come again with what was not
//! answered so: answer when the update is kept, not before. MAX waits 30 seconds for that.
//!
//! # Example
//!
//! Serving a webhook with axum:
//!
//! ```no_run
//! use std::net::SocketAddr;
//! use std::sync::Arc;
//!
//! use adapter_tamtam::TamTam;
//! use axum::Router;
//! use axum::body::Bytes;
//! use axum::extract::{ConnectInfo, State};
//! use axum::http::{HeaderMap, StatusCode, Uri};
//! use axum::routing::post;
//! use gateway_core::ErrorKind;
//! use gateway_core::messenger::{Delivery, Webhooks as _};
//!
//! async fn delivered(
//!     State(messenger): State<Arc<TamTam>>,
//!     ConnectInfo(peer): ConnectInfo<SocketAddr>,
//!     uri: Uri,
//!     headers: HeaderMap,
//!     body: Bytes,
//! ) -> StatusCode {
//!     let (path, peer) = (uri.path(), Some(peer.ip()));
//!     let delivery = Delivery { headers: &headers, body: &body, path, peer };
//!     match messenger.open(&delivery) {
//!         Ok(_updates) => StatusCode::OK, // Once they are kept.
//!         Err(error) if *error.kind() == ErrorKind::Unproven => StatusCode::UNAUTHORIZED,
//!         Err(_) => StatusCode::BAD_REQUEST,
//!     }
//! }
//!
//! # async fn serve(messenger: Arc<TamTam>, listener: tokio::net::TcpListener) -> std::io::Result<()> {
//! let router = Router::new().route("/hooks/a-long-word", post(delivered)).with_state(messenger);
//! axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await
//! # }
//! ```

use gateway_core::http::{ExposeSecret as _, SecretString};
use gateway_core::messenger::{Delivery, Error, ErrorKind, Result};
use ipnet::IpNet;
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::client::Options;
use crate::{Dialect, wire};

/// MAX: the header of a delivery that holds the secret. Schema 0.0.32, `subscribe`.
const SECRET_HEADER: &str = "x-max-bot-api-secret";

/// What is being done.
const SETTING: &str = "setting a webhook";
pub(crate) const OPENING: &str = "opening a delivery";

/// Who may deliver, and where to.
#[derive(Debug)]
pub(crate) struct Gate {
    dialect: Dialect,
    secret: Option<SecretString>,
    networks: Vec<IpNet>,
    version: Option<String>,
    /// Whether the API is the platform's own, which delivers to certain ports only; one without
    /// TLS stands in for it on this machine.
    is_strict: bool,
}

impl Gate {
    pub(crate) fn new(options: &Options) -> Result<Self> {
        if let Some(secret) = &options.webhook_secret
            && !is_secret(secret.expose_secret())
        {
            let why = "it has 5 to 256 letters, digits, _ and -";
            let error = Error::invalid("setting up the client", "webhook_secret", why);
            return Err(error.on(options.dialect.platform()));
        }
        Ok(Self {
            dialect: options.dialect,
            secret: options.webhook_secret.clone(),
            networks: options.webhook_networks.clone(),
            version: options.api_version.clone(),
            is_strict: options.base_url.as_ref().is_none_or(|url| url.scheme() == "https"),
        })
    }

    /// What the platform is asked for.
    pub(crate) fn subscription<'a>(
        &'a self,
        url: &'a Url,
    ) -> Result<wire::SubscriptionRequestBody<'a>> {
        if self.is_strict {
            self.check_address(url)?;
        }
        let secret = match (self.dialect, &self.secret) {
            (Dialect::TamTam, _) => None,
            (Dialect::Max, Some(secret)) => Some(secret.expose_secret().into()),
            (Dialect::Max, None) => {
                let why = "without it nobody can tell MAX from a stranger: set one";
                return Err(Error::invalid(SETTING, "webhook_secret", why));
            }
        };
        let version = match self.dialect {
            Dialect::TamTam => self.version.as_deref().map(Into::into),
            Dialect::Max => None,
        };
        let url = url.as_str().into();
        Ok(wire::SubscriptionRequestBody { url, update_types: None, version, secret })
    }

    /// TamTam, schema 0.5.6, `subscribe`: http or https, on certain ports. MAX, schema 0.0.32,
    /// `subscribe`: https on port 443.
    fn check_address(&self, url: &Url) -> Result<()> {
        let port = url.port_or_known_default();
        let (is_good, wanted) = match self.dialect {
            Dialect::TamTam => (
                matches!(url.scheme(), "http" | "https")
                    && matches!(port, Some(80 | 8080 | 443 | 8443 | 16384..=32383)),
                "http or https, on port 80, 8080, 443, 8443 or 16384 to 32383",
            ),
            Dialect::Max => (url.scheme() == "https" && port == Some(443), "https, on port 443"),
        };
        if is_good {
            return Ok(());
        }
        let port = port.map(|port| format!(" on port {port}")).unwrap_or_default();
        let why = format!("it is {}{port}, it must be {wanted}", url.scheme());
        Err(Error::invalid(SETTING, "url", why))
    }

    /// Refuses what does not come from the platform.
    pub(crate) fn admit(&self, delivery: &Delivery<'_>) -> Result<()> {
        let refused = |why: &str| Err(Error::new(ErrorKind::Unproven, OPENING).with_text(why));
        if !self.networks.is_empty() {
            let Some(peer) = delivery.peer else {
                return refused(
                    "nobody said from where it came, and webhook_networks want to know",
                );
            };
            // An IPv4 address may arrive in the clothes of an IPv6 one.
            let peer = peer.to_canonical();
            if !self.networks.iter().any(|network| network.contains(&peer)) {
                return refused(&format!(
                    "the delivery comes from {peer}, which is in none of webhook_networks"
                ));
            }
        }
        if self.dialect == Dialect::TamTam {
            return Ok(());
        }
        let Some(secret) = &self.secret else {
            return refused("no webhook_secret is set, so nothing proves that it is MAX's");
        };
        let Some(given) = delivery.headers.get(SECRET_HEADER) else {
            return refused("it bears no secret");
        };
        let expected = secret.expose_secret().as_bytes();
        // In a time that does not tell how much of a guess was right.
        if bool::from(given.as_bytes().ct_eq(expected)) {
            return Ok(());
        }
        refused("it bears another secret")
    }
}

/// Schema 0.0.32, `subscribe`: `^[a-zA-Z0-9_-]{5,256}$`.
fn is_secret(secret: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (5..=256).contains(&secret.len()) && secret.bytes().all(allowed)
}
