//! How an account is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::http::{Rate, RateLimits, SecretString};
use gateway_core::messenger::TextLimit;
use gateway_core::time::{Clock, SystemClock};
use url::Url;

/// The document gives no numbers. One message a second is what a client in production keeps to; a
/// few at once are a conversation.
const MESSAGES: Rate = Rate::per_second(1).with_burst(5);

/// Longest text. The document gives no number for messages; a client in production cuts at so many
/// bytes, and the messages of inline results may have 4,096 characters.
const TEXT: TextLimit = TextLimit::bytes(3500);

/// How an account is set up.
#[derive(Clone)]
pub struct Options {
    /// The bot's token: its number, a colon, and a secret.
    pub token: SecretString,
    /// Where the API is, instead of the platform's own host: that has moved twice.
    pub base_url: Option<Url>,
    /// Roots, as PEM, that are trusted beside the system's own.
    pub extra_root_certificates: Vec<Vec<u8>>,
    /// Through which proxy the platform is reached: `http://…` or `https://…`, with a user and a
    /// password where it wants them.
    pub proxy: Option<SecretString>,
    /// How long to pause after a poll that brought nothing: the platform answers at once.
    pub idle_pause: Duration,
    /// How long that pause becomes at most while nothing happens.
    pub longest_idle_pause: Duration,
    /// Whether a poll says which update it wants next. The document knows no such parameter, and
    /// the platform takes it from clients without complaint. Where it is heeded, nothing that was
    /// on its way to a process that died is lost.
    pub sends_offset: bool,
    /// What is asked of the platform at most.
    pub limits: RateLimits,
    /// The longest text that is sent, its marks counted in.
    pub text: TextLimit,
    /// From which host files are fetched.
    pub file_host: FileHost,
    /// A part of the path of each delivery to a webhook, so that it is known to be Potato's: 16 to
    /// 256 letters, digits, `_` and `-`. Without it no webhook can be set.
    pub webhook_secret: Option<SecretString>,
    /// The certificate, as PEM, of the bot's server, where nobody has signed it.
    pub webhook_certificate: Option<Vec<u8>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// From which host files are fetched. The platform tells whole addresses, with the bot's token in
/// them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum FileHost {
    /// From the API's own: the token goes nowhere else, and the address need not be one that can be
    /// reached from here.
    #[default]
    Api,
    /// From the one that the platform tells.
    AsTold,
}

impl Options {
    /// The platform's own host, half a second between polls and up to two when nothing happens, a
    /// message a second in each chat.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            token: token.into(),
            base_url: None,
            extra_root_certificates: Vec::new(),
            proxy: None,
            idle_pause: Duration::from_millis(500),
            longest_idle_pause: Duration::from_secs(2),
            sends_offset: true,
            limits: RateLimits { chat: Some(MESSAGES), ..RateLimits::LEARNED },
            text: TEXT,
            file_host: FileHost::Api,
            webhook_secret: None,
            webhook_certificate: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(mut self, base_url: Url) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// The same, and this root is trusted beside the system's own.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_root_certificates.push(pem.into());
        self
    }

    /// The same, and deliveries to a webhook bear this in their path.
    #[must_use]
    pub fn with_webhook_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.webhook_secret = Some(secret.into());
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("host", &self.base_url.as_ref().and_then(Url::host_str))
            .field("idle_pause", &self.idle_pause)
            .field("longest_idle_pause", &self.longest_idle_pause)
            .field("sends_offset", &self.sends_offset)
            .field("limits", &self.limits)
            .field("text", &self.text)
            .field("file_host", &self.file_host)
            .finish_non_exhaustive()
    }
}
