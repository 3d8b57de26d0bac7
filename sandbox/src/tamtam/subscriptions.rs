//! Where a bot is called.

use adapter_tamtam::wire;
use serde_json::Value;
use url::Url;

use super::refusal::Refusal;
use super::{Call, Facade, failure, read, render, success};
use crate::Platform;
use crate::caller::{is_here, is_reached};
use crate::world::{AccountKey, Event, SecondWebhook, State, Subscription};

impl Facade {
    pub(super) fn subscriptions(&self, call: &Call) -> Result<Value, Refusal> {
        self.view(call, |view| {
            let bot = view.state.account(call.bot).bot.as_ref();
            let echo = |it: &Subscription| wire::Subscription {
                url: it.url.clone(),
                time: it.since.timestamp_millis(),
                update_types: it.kinds.clone(),
                version: it.version.clone(),
            };
            let subscriptions = bot.iter().flat_map(|bot| &bot.subscriptions).map(echo).collect();
            Ok(render::json(&wire::GetSubscriptionsResult { subscriptions }))
        })
    }

    /// The same address again replaces what it was subscribed to, whosever bot it was: asserted by
    /// the official client's suite. Another address comes beside the first.
    pub(super) fn subscribe(&self, call: &Call) -> Result<Value, Refusal> {
        let body: wire::SubscriptionRequestBody<'static> = read::decoded(&call.body)?;
        self.check_address(&body.url)?;
        let kinds = body.update_types.map(|kinds| {
            kinds.into_iter().map(std::borrow::Cow::into_owned).collect::<Vec<String>>()
        });
        let kinds = kinds.filter(|it| !it.is_empty());
        for kind in kinds.iter().flatten() {
            self.check_kind(kind)?;
        }
        let (version, secret) = match self.platform {
            Platform::Max => (None, body.secret.map(std::borrow::Cow::into_owned)),
            _ => (body.version.map(std::borrow::Cow::into_owned), None),
        };
        version.as_deref().map_or(Ok(()), check_version)?;
        secret.as_deref().map_or(Ok(()), check_secret)?;
        self.world.act(|state| {
            let earlier = unsubscribed(state, self.platform, &body.url);
            let now = state.now();
            let replaces = self.platform == Platform::Max
                && state.switches.second_webhook == SecondWebhook::Replaces;
            let Some(bot) = state.bot_mut(call.bot) else { return };
            if replaces {
                bot.subscriptions.clear();
            }
            let new = Subscription::new(body.url.into_owned(), now);
            // What it was not yet told is not lost when it subscribes again.
            let waiting = earlier.into_iter().filter(|(owner, _)| *owner == call.bot);
            let waiting = waiting.flat_map(|(_, it)| it.waiting).collect();
            bot.subscriptions.push(Subscription { kinds, version, secret, waiting, ..new });
        });
        Ok(success())
    }

    pub(super) fn unsubscribe(&self, call: &Call) -> Result<Value, Refusal> {
        let url = call.given.text("url");
        let url = url.ok_or_else(|| Refusal::payload("url: must not be empty"))?;
        self.world.act(|state| {
            let Some(bot) = state.bot_mut(call.bot) else { return Ok(failure("not a bot")) };
            let before = bot.subscriptions.len();
            bot.subscriptions.retain(|it| it.url != url);
            if bot.subscriptions.len() == before {
                return Ok(failure(&format!("there is no subscription to {url}")));
            }
            Ok(success())
        })
    }

    /// TamTam: `http` or `https`, and the ports of the schema 0.5.6. MAX: `https` on port 443. A
    /// bot on this machine may listen as it likes.
    fn check_address(&self, given: &str) -> Result<(), Refusal> {
        let wrong = |why: &str| Refusal::payload(&format!("url: {why}, not {given:?}"));
        if given.chars().any(char::is_whitespace) {
            return Err(wrong("must be an address without blanks"));
        }
        let url = Url::parse(given).map_err(|_| wrong("must be an address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("must be an address of http or https"));
        }
        if url.host().is_none() {
            return Err(wrong("must be an address with a host"));
        }
        let is_here = is_here(&url);
        let port = url.port_or_known_default().unwrap_or_default();
        match self.platform {
            _ if is_here => Ok(()),
            Platform::Max if url.scheme() != "https" || port != 443 => {
                Err(wrong("must be an address of https on port 443"))
            }
            Platform::Tamtam if !matches!(port, 80 | 8080 | 443 | 8443 | 16384..=32383) => {
                Err(wrong("must be an address on port 80, 8080, 443, 8443 or 16384-32383"))
            }
            _ if self.world.look(|state| is_reached(state, given)) => Ok(()),
            _ => Err(wrong(
                "the sandbox calls only this machine, localhost or 127.0.0.1, unless its switch \
                 webhook_hosts is \"any\" (--webhooks-anywhere)",
            )),
        }
    }

    fn check_kind(&self, kind: &str) -> Result<(), Refusal> {
        if Event::kinds_of(self.platform).any(|known| known == kind) {
            return Ok(());
        }
        Err(Refusal::payload(&format!("update_types: there is no update {kind:?}")))
    }
}

/// Takes an address from whoever is called there.
fn unsubscribed(
    state: &mut State,
    platform: Platform,
    url: &str,
) -> Vec<(AccountKey, Subscription)> {
    let bots: Vec<AccountKey> = state.bots(platform).map(|(key, _)| key).collect();
    let mut taken = Vec::new();
    for key in bots {
        let Some(bot) = state.bot_mut(key) else { continue };
        taken.extend(bot.subscriptions.extract_if(.., |it| it.url == url).map(|it| (key, it)));
    }
    taken
}

/// `Subscription.version`: `[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}`.
fn check_version(version: &str) -> Result<(), Refusal> {
    let is_number =
        |it: &str| (1..=3).contains(&it.len()) && it.bytes().all(|digit| digit.is_ascii_digit());
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() == 3 && parts.into_iter().all(is_number) {
        return Ok(());
    }
    Err(Refusal::payload(&format!("version: {version:?} is not a version such as 0.5.6")))
}

/// `^[a-zA-Z0-9_-]{5,256}$`.
fn check_secret(secret: &str) -> Result<(), Refusal> {
    let is_known = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'-';
    if (5..=256).contains(&secret.len()) && secret.bytes().all(is_known) {
        return Ok(());
    }
    Err(Refusal::payload("secret: must be 5 to 256 letters, digits, `_` and `-`"))
}
