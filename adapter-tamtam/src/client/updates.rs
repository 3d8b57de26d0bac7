//! Polling and webhooks.

use std::time::Duration;

use gateway_core::http::{Answer, Operation, Repeat};
use gateway_core::messenger::{ErrorKind, Result};
use reqwest::Method;

use super::{Client, csv, granted, read, succeeded};
use crate::wire;

/// How much longer than the messenger a poll waits before it gives the line up.
const POLL_GRACE: Duration = Duration::from_secs(10);

/// What a poll cannot be while a webhook is set.
pub(crate) const BESIDE_A_WEBHOOK: &str = "polls beside a webhook";

/// Polled in a loop, which knows best what to do about an error.
const UPDATES: Operation = Operation::new("getUpdates", "receiving updates", Repeat::Never);
const LIST: Operation = Operation::new("getSubscriptions", "listing webhooks", Repeat::Safe);
/// The same address again replaces its subscription.
const SUBSCRIBE: Operation = Operation::new("subscribe", "setting a webhook", Repeat::Safe);
/// A second time it is unknown, which is a refusal: asserted by the official client's suite.
const UNSUBSCRIBE: Operation = Operation::new("unsubscribe", "removing a webhook", Repeat::Unsafe);

impl Client {
    /// What happened since `marker`, at most `limit` updates; waits up to `timeout`, in seconds of
    /// which a fraction is dropped, for the first: `getUpdates`.
    ///
    /// # Errors
    ///
    /// Beside the usual ones: [`ErrorKind::Unsupported`] while a webhook is set, for the status 405.
    pub async fn updates(
        &self,
        marker: Option<i64>,
        limit: u16,
        timeout: Duration,
    ) -> Result<wire::UpdateList> {
        self.updates_of(&[], marker, limit, timeout).await
    }

    /// The same, of these kinds only: `getUpdates`, `types`. Nothing says whether those that are
    /// left out are given up all the same.
    pub async fn updates_of(
        &self,
        types: &[&str],
        marker: Option<i64>,
        limit: u16,
        timeout: Duration,
    ) -> Result<wire::UpdateList> {
        let call = self
            .call(&UPDATES, Method::GET, &["updates"])
            .poll()
            .query("limit", limit)
            .query("timeout", timeout.as_secs())
            .query_some("marker", marker)
            .query_some("types", csv(types))
            .deadline(timeout.saturating_add(POLL_GRACE));
        call.send(polled).await
    }

    /// The webhooks that are set: `getSubscriptions`.
    pub async fn subscriptions(&self) -> Result<wire::GetSubscriptionsResult> {
        self.call(&LIST, Method::GET, &["subscriptions"]).send(read).await
    }

    /// Sets a webhook: `subscribe`. On TamTam an address belongs to the bot that named it last; on
    /// MAX each address gets every update.
    pub async fn subscribe(&self, subscription: &wire::SubscriptionRequestBody<'_>) -> Result<()> {
        let call = self.call(&SUBSCRIBE, Method::POST, &["subscriptions"]);
        // Whoever knows it may deliver there.
        let call = call.hiding_address(&subscription.url);
        let call = match subscription.secret.as_deref() {
            Some(secret) => call.hiding(&secret.to_owned().into()),
            None => call,
        };
        call.json(subscription).send(succeeded).await
    }

    /// Removes a webhook: `unsubscribe`.
    pub async fn unsubscribe(&self, url: &str) -> Result<()> {
        let call = self.call(&UNSUBSCRIBE, Method::DELETE, &["subscriptions"]);
        call.hiding_address(url).query("url", url).send(succeeded).await
    }
}

fn polled(answer: &Answer) -> Result<wire::UpdateList> {
    if answer.status() == 405 {
        let wire::Error { code, message, .. } = answer.json().unwrap_or_default();
        let code = Some(code.as_str()).filter(|code| !code.is_empty());
        let kind = ErrorKind::Unsupported { what: BESIDE_A_WEBHOOK.to_owned() };
        return Err(answer.refusal(kind, code, Some(&message)));
    }
    granted(answer)?.lossy_json()
}
