//! Webhooks of accounts: where they are, and that messengers know them.
//!
//! The path of a webhook has a part that follows from the account's token, so nobody can guess it, it
//! is the same after a restart and in every process, and nothing has to be kept. What a messenger
//! bears besides, so that it is known to be it, follows from the token in another way.
//!
//! At the stop a webhook stays where it is: what comes meanwhile is delivered again later.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use gateway_core::Messenger;
use gateway_core::http::{ExposeSecret as _, SecretString};
use gateway_core::messenger::{Error, ErrorKind, Webhooks};
use gateway_core::model::AccountId;
use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::AccountConfig;

/// Under which path all webhooks are.
pub(crate) const PATH: &str = "hooks";

/// How often a messenger is asked whether it still knows where to call: of one that forgot it nothing
/// comes.
const LOOK: Duration = Duration::from_mins(1);

/// How often one that tells nobody is told again, and older webhooks are taken back.
const PERIOD: Duration = Duration::from_mins(10);

/// The pause after the first failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How long a messenger has to take a webhook.
const PATIENCE: Duration = Duration::from_mins(1);

/// The part of a webhook's path that nobody can guess.
pub(crate) fn path_secret(token: &SecretString) -> SecretString {
    derived(token, b"gateway: path of the webhook")
}

/// What the messenger bears when it calls, where it does so.
pub(crate) fn secret(token: &SecretString) -> SecretString {
    derived(token, b"gateway: secret of the webhook")
}

/// How many hexadecimal digits a secret here has.
const SECRET_DIGITS: usize = 64;

/// Hexadecimal digits from which the token does not follow.
fn derived(token: &SecretString, label: &[u8]) -> SecretString {
    let mut key = Key::<Hmac<Sha256>>::default();
    for (to, from) in key.iter_mut().zip(Sha256::digest(token.expose_secret())) {
        *to = from;
    }
    let mut mac = Hmac::<Sha256>::new(&key);
    mac.update(label);
    let mut digits = String::new();
    for byte in mac.finalize().into_bytes() {
        // Writing into a text does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits.into()
}

/// Where the messenger of an account is to call. It is as secret as its last part.
pub fn address(public_url: &Url, account: &AccountConfig) -> Url {
    let mut url = public_url.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        let secret = path_secret(&account.token);
        path.pop_if_empty().extend([PATH, &account.name, secret.expose_secret()]);
    }
    url
}

/// The part of an address that nobody can guess.
fn ending(url: &Url) -> Option<&str> {
    url.path_segments()?.next_back()
}

/// An address for people: the end of its path is cut, which mostly is a secret, and what follows.
pub fn shown(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    let before = url.path().rsplit_once('/').map_or("", |(before, _)| before);
    format!("{origin}{before}/***")
}

/// What a messenger said when it was asked about a webhook, without what is secret in addresses.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WebhookError(String);

/// A messenger may repeat the address that it refuses.
impl From<Error> for WebhookError {
    fn from(error: Error) -> Self {
        Self(without_secrets(&error.to_string()))
    }
}

/// A text without what could be the secret of an address: so many hexadecimal digits.
fn without_secrets(text: &str) -> String {
    let mut out = String::new();
    let is_digit = |it: char| it.is_ascii_hexdigit();
    for part in text.split_inclusive(|it| !is_digit(it)) {
        let digits = part.trim_end_matches(|it| !is_digit(it));
        out.push_str(if digits.len() < SECRET_DIGITS { digits } else { "***" });
        out.push_str(&part[digits.len()..]);
    }
    out
}

/// How it came that a messenger calls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ensured {
    Known,
    Set,
    /// It tells nobody whom it calls, so it was told again.
    SetUnseen,
}

/// An account's webhook.
#[derive(Debug)]
pub struct Webhook {
    messenger: Arc<dyn Messenger>,
    address: Option<Url>,
}

impl Webhook {
    /// The webhook of an account under a public address; without one it can be taken away, not set.
    pub fn new(
        messenger: Arc<dyn Messenger>,
        public_url: Option<&Url>,
        account: &AccountConfig,
    ) -> Self {
        Self { messenger, address: public_url.map(|url| address(url, account)) }
    }

    /// Whose it is.
    pub fn account(&self) -> &AccountId {
        &self.messenger.account().id
    }

    fn webhooks(&self) -> Result<&dyn Webhooks, Error> {
        let none = || Error::unsupported("setting a webhook", "webhooks");
        self.messenger.webhooks().ok_or_else(none)
    }

    /// Has the messenger call here, if it does not already; whether it had to be told. Where it tells
    /// nobody whom it calls, it is told again.
    ///
    /// # Errors
    ///
    /// When there is no public address, the messenger refuses, or it cannot be reached.
    pub async fn ensure(&self) -> Result<bool, WebhookError> {
        Ok(self.ensured().await? != Ensured::Known)
    }

    async fn ensured(&self) -> Result<Ensured, WebhookError> {
        let ensured = match self.is_known().await? {
            Some(true) => return Ok(Ensured::Known),
            Some(false) => Ensured::Set,
            None => Ensured::SetUnseen,
        };
        self.webhooks()?.set(self.address()?).await?;
        Ok(ensured)
    }

    /// Whether the messenger calls here; `None` where it tells nobody whom it calls.
    ///
    /// # Errors
    ///
    /// When there is no public address, the messenger refuses, or it cannot be reached.
    pub async fn is_known(&self) -> Result<Option<bool>, WebhookError> {
        let address = self.address()?;
        Ok(self.list().await?.map(|known| known.contains(address)))
    }

    /// Takes back what the messenger was told of this account before, here with another token or under
    /// another public address; how many there were. What it had yet to deliver there goes with them.
    ///
    /// # Errors
    ///
    /// When there is no public address, the messenger refuses, or it cannot be reached.
    pub async fn take_back_older(&self) -> Result<usize, WebhookError> {
        let address = self.address()?;
        let is_here = |url: &Url| url.origin() == address.origin() && self.is_ours(url);
        // Nobody else knows the end of the path: it is this account's, wherever it leads.
        let is_moved = |url: &Url| self.is_ours(url) && ending(url) == ending(address);
        let is_old = |url: &Url| url != address && (is_here(url) || is_moved(url));
        let known = self.list().await?.unwrap_or_default();
        let old: Vec<_> = known.iter().filter(|url| is_old(url)).collect();
        for url in &old {
            self.webhooks()?.remove(url).await?;
        }
        Ok(old.len())
    }

    fn address(&self) -> Result<&Url, WebhookError> {
        self.address.as_ref().ok_or_else(|| {
            Error::invalid("setting a webhook", "server.public_url", "it is not set").into()
        })
    }

    /// Whom the messenger calls; `None` where it tells nobody.
    ///
    /// # Errors
    ///
    /// When the messenger refuses, or cannot be reached.
    pub async fn list(&self) -> Result<Option<Vec<Url>>, WebhookError> {
        match self.webhooks()?.list().await {
            Ok(known) => Ok(Some(known)),
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Has the messenger call this account's webhooks no more; how many there were. Where it tells
    /// nobody whom it calls, it is told so in any case.
    ///
    /// # Errors
    ///
    /// When the messenger refuses, or cannot be reached.
    pub async fn remove(&self) -> Result<usize, WebhookError> {
        let webhooks = self.webhooks()?;
        let Some(known) = self.list().await? else {
            // It has one at most, and takes it away whatever it is.
            let any = Url::parse("https://localhost/").ok();
            if let Some(url) = self.address.clone().or(any) {
                webhooks.remove(&url).await?;
            }
            return Ok(1);
        };
        let ours: Vec<_> = known.iter().filter(|url| self.is_ours(url)).collect();
        for url in &ours {
            webhooks.remove(url).await?;
        }
        Ok(ours.len())
    }

    /// Whether an address is one of this account, under whatever public address and token.
    pub fn is_ours(&self, url: &Url) -> bool {
        let parts: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        let is_secret =
            |it: &str| it.len() == SECRET_DIGITS && it.bytes().all(|it| it.is_ascii_hexdigit());
        matches!(parts.as_slice(), [.., PATH, account, secret]
            if *account == self.account().as_str() && is_secret(secret))
    }

    /// Has polls take the place of webhooks that this account had here before, where the messenger
    /// tells of them; those of others stay, and polls tell of them.
    pub(crate) async fn give_way(self, stop: CancellationToken) {
        let account = self.account();
        let remove = async {
            match self.list().await? {
                Some(known) if known.iter().any(|url| self.is_ours(url)) => self.remove().await,
                _ => Ok(0),
            }
        };
        let removed = tokio::time::timeout(PATIENCE, remove);
        match stop.run_until_cancelled(removed).await {
            Some(Ok(Ok(0))) | None => {}
            Some(Ok(Ok(_))) => tracing::info!(%account, "it is polled now: its webhook is removed"),
            // Polls fail for the same reason, and say so until it is over.
            Some(Ok(Err(error))) => tracing::debug!(%account, %error, "webhooks are not listed"),
            Some(Err(_)) => tracing::debug!(%account, "webhooks are not listed: no answer"),
        }
    }

    /// Sees to it that the messenger calls, until the stop: also when it forgets that. Older webhooks of
    /// the account are taken back after a while: what has yet to be delivered there still comes, where
    /// they lead here.
    pub(crate) async fn keep(self, stop: CancellationToken) {
        let account = self.account();
        // Since it is set, or since older ones were taken back.
        let mut tidied: Option<Instant> = None;
        loop {
            let pauses = ExponentialBuilder::default()
                .with_min_delay(FIRST_PAUSE)
                .with_max_delay(LONGEST_PAUSE)
                .with_factor(2.0)
                .without_max_times();
            let mut look_in = LOOK;
            for pause in pauses.build() {
                let is_tidy = tidied.is_none_or(|at| at.elapsed() < PERIOD);
                let look = async {
                    let ensured = self.ensured().await?;
                    let taken_back = if is_tidy { 0 } else { self.take_back_older().await? };
                    Ok::<_, WebhookError>((ensured, taken_back))
                };
                let looked = tokio::time::timeout(PATIENCE, look);
                let Some(looked) = stop.run_until_cancelled(looked).await else { return };
                match looked {
                    Ok(Ok((ensured, older))) => {
                        match ensured {
                            Ensured::Known => tracing::debug!(%account, "the webhook is there"),
                            _ if tidied.is_none() => tracing::info!(%account, "the webhook is set"),
                            Ensured::Set => tracing::warn!(
                                %account,
                                "the messenger did not know the webhook any more: it is set again"
                            ),
                            // It is told every time.
                            Ensured::SetUnseen => {
                                tracing::debug!(%account, "the webhook is set again");
                            }
                        }
                        if older > 0 {
                            tracing::info!(%account, older, "older webhooks are taken back");
                        }
                        if tidied.is_none() || !is_tidy {
                            tidied = Some(Instant::now());
                        }
                        if ensured == Ensured::SetUnseen {
                            look_in = PERIOD;
                        }
                        break;
                    }
                    Ok(Err(error)) => {
                        let retry_in_ms = pause.as_millis();
                        tracing::warn!(%account, %error, retry_in_ms, "the webhook is not set");
                    }
                    Err(_) => tracing::warn!(%account, "the webhook is not set: no answer"),
                }
                if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                    return;
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(look_in)).await.is_none() {
                return;
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
