//! How a client is set up.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::chance::Chance;
use crate::model::Platform;
use crate::time::{Clock, SystemClock};

/// How a client is set up.
#[derive(Clone)]
pub struct HttpOptions {
    /// Where the platform's API begins: scheme, host, port, and a path if it has one.
    pub base_url: Url,
    /// Whose API it is, for errors, spans and metrics.
    pub platform: Platform,
    /// What must never be shown: it is cut out of every error.
    pub secrets: Vec<SecretString>,
    /// Roots, as PEM, that are trusted beside the system's own.
    pub extra_root_certificates: Vec<Vec<u8>>,
    /// Through which proxy the platform is reached, `http://…` or `https://…`, and all else that is
    /// called for it; with a user and a password where it wants them. Without it, as `HTTPS_PROXY`
    /// and its like say.
    pub proxy: Option<SecretString>,
    /// How long to wait for a connection, TLS included.
    pub connect_timeout: Duration,
    /// How long the body of an answer may pause.
    pub read_timeout: Duration,
    /// How long a try may take, from its start to the last byte of its answer, unless the call says
    /// otherwise.
    pub deadline: Duration,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
    /// How often a call is tried in all, where it may be repeated. None is read as one.
    pub tries: u32,
    /// The longest pause between two tries. A server that asks for a longer one is not waited for:
    /// its error comes back and says how long.
    pub longest_pause: Duration,
    /// What is asked for at most.
    pub limits: RateLimits,
    /// How many calls may be on their way at once, each on a connection of its own. Those beyond wait
    /// for at most 15 seconds, or `longest_wait` if that is less, and come back unsent then. Polls do
    /// not count, nor downloads, nor what is sent as a stream or to another host: they may take long.
    /// None is read as one.
    pub most_at_once: usize,
    /// How long a call may wait for the limits. One that would wait longer is not sent.
    pub longest_wait: Duration,
    /// Where the uneven part of the pauses comes from.
    pub chance: Arc<Chance>,
    /// What a date in `Retry-After` is read by when the answer bears no date of its own.
    pub clock: Arc<dyn Clock>,
}

/// A URL may hold a password, until [`HttpClient::new`](super::HttpClient::new) refuses it.
impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("host", &self.base_url.host_str())
            .field("platform", &self.platform)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl HttpOptions {
    /// Five seconds to connect, thirty for a try, ten between two pieces of an answer of at most
    /// 16 MiB; four tries with pauses of at most five seconds; 32 calls at once, since the platforms
    /// allow some thirty a second, and a call seldom takes longer; no limits but those that are learned,
    /// and at most a minute of waiting for them.
    pub fn new(base_url: Url, platform: Platform) -> Self {
        Self {
            base_url,
            platform,
            secrets: Vec::new(),
            extra_root_certificates: Vec::new(),
            proxy: None,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(30),
            max_answer_bytes: 16 * 1024 * 1024,
            tries: 4,
            longest_pause: Duration::from_secs(5),
            limits: RateLimits::default(),
            most_at_once: 32,
            longest_wait: Duration::from_mins(1),
            chance: Arc::new(Chance::from_os()),
            clock: Arc::new(SystemClock),
        }
    }

    /// The same, and `secret` is never shown.
    #[must_use]
    pub fn with_secret(mut self, secret: SecretString) -> Self {
        self.secrets.push(secret);
        self
    }
}

/// What is asked of a platform at most. What is beyond waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RateLimits {
    /// Everything the account asks for.
    pub account: Option<Rate>,
    /// What goes to one chat.
    pub chat: Option<Rate>,
    /// Polls for updates.
    pub poll: Option<Rate>,
    /// How long the account or the chat is held back after a refusal that does not say how long;
    /// each further refusal doubles it.
    pub first_hold: Duration,
    /// The longest that it becomes by doubling.
    pub longest_hold: Duration,
}

impl RateLimits {
    /// None but those that are met; the first holds back for a second, the longest for half a
    /// minute.
    pub const LEARNED: Self = Self {
        account: None,
        chat: None,
        poll: None,
        first_hold: Duration::from_secs(1),
        longest_hold: Duration::from_secs(30),
    };
}

impl Default for RateLimits {
    /// [`Self::LEARNED`].
    fn default() -> Self {
        Self::LEARNED
    }
}

/// So many requests in a period, in the long run, and so many at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    pub(super) requests: NonZeroU32,
    pub(super) period: Duration,
    pub(super) burst: NonZeroU32,
}

impl Rate {
    /// `requests` in each `period`, evenly, one at once. None is read as one.
    pub const fn new(requests: u32, period: Duration) -> Self {
        Self { requests: at_least_one(requests), period, burst: NonZeroU32::MIN }
    }

    /// So many a second, evenly, one at once. None is read as one.
    pub const fn per_second(requests: u32) -> Self {
        Self::new(requests, Duration::from_secs(1))
    }

    /// The same in the long run, and up to `burst` at once after a silence.
    #[must_use]
    pub const fn with_burst(self, burst: u32) -> Self {
        Self { burst: at_least_one(burst), ..self }
    }

    /// After how long there may be one request more.
    pub fn interval(self) -> Duration {
        self.period / self.requests.get()
    }

    /// How many there may be at once after a silence.
    pub const fn burst(self) -> NonZeroU32 {
        self.burst
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}
