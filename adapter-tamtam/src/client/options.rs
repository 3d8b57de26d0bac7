//! How an account is set up.

use std::time::Duration;

use gateway_core::http::{RateLimits, SecretString};
use ipnet::IpNet;
use url::Url;

use crate::Dialect;

/// How an account is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// TamTam or MAX.
    pub dialect: Dialect,
    /// The bot's token.
    pub token: SecretString,
    /// Where the API is, instead of the platform's own host.
    pub base_url: Option<Url>,
    /// How long the messenger holds a poll open, in seconds, of which a fraction is dropped: at
    /// least one, on TamTam up to 90, on MAX up to 30.
    pub poll_timeout: Duration,
    /// What is asked of the platform at most.
    pub limits: RateLimits,
    /// Roots, as PEM, that are trusted beside the system's own: MAX's are issued by one that few
    /// systems have.
    pub extra_root_certificates: Vec<Vec<u8>>,
    /// Through which proxy the platform is reached: `http://…` or `https://…`, with a user and a
    /// password where it wants them.
    pub proxy: Option<SecretString>,
    /// TamTam: which version of the API every call asks for, such as `0.5.6`; the newest when
    /// nothing is said. MAX has no such parameter any more.
    pub api_version: Option<String>,
    /// In pieces of how many bytes a file is uploaded; each is held in memory until it has arrived.
    pub upload_chunk_bytes: usize,
    /// How long a message waits for what was uploaded for it.
    pub not_ready: NotReady,
    /// What polling does when a webhook is set.
    pub on_webhook_conflict: WebhookConflict,
    /// MAX: what each delivery to a webhook bears, so that it is known to be MAX's: 5 to 256
    /// letters, digits, `_` and `-`. Without it no webhook can be set.
    pub webhook_secret: Option<SecretString>,
    /// From which networks deliveries to a webhook are taken; from any when there are none here.
    /// TamTam proves itself in no other way, so with it these are the networks that schema 0.5.6
    /// names.
    pub webhook_networks: Vec<IpNet>,
}

/// How long a message waits for the platform to process what was uploaded for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotReady {
    /// The pause before it is sent again; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest that it becomes.
    pub longest_pause: Duration,
    /// How long all pauses together may be; then the messenger's refusal is handed on.
    pub at_most: Duration,
}

impl Default for NotReady {
    /// From half a second to five, which is what the official client's suite waits; a minute in
    /// all.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(5),
            at_most: Duration::from_mins(1),
        }
    }
}

/// What polling does when a webhook is set: either platform delivers to one of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WebhookConflict {
    /// It says so, and changes nothing: the webhook may be somebody else's.
    #[default]
    Fail,
    /// It removes every webhook of the bot.
    RemoveWebhook,
}

impl Options {
    /// The platform's own host, polls of 30 seconds, the platform's limits. Files are uploaded in
    /// pieces of 2,048,000 bytes, as the official client does.
    pub fn new(dialect: Dialect, token: impl Into<SecretString>) -> Self {
        Self {
            dialect,
            token: token.into(),
            base_url: None,
            poll_timeout: Duration::from_secs(30),
            limits: dialect.limits(),
            extra_root_certificates: Vec::new(),
            proxy: None,
            api_version: None,
            upload_chunk_bytes: 2_048_000,
            not_ready: NotReady::default(),
            on_webhook_conflict: WebhookConflict::default(),
            webhook_secret: None,
            webhook_networks: dialect.webhook_networks(),
        }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// The same, and MAX bears this secret whenever it calls a webhook.
    #[must_use]
    pub fn with_webhook_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.webhook_secret = Some(secret.into());
        self
    }

    /// The same, and this root, as PEM, is trusted too.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_root_certificates.push(pem.into());
        self
    }
}
