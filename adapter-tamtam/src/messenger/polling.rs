//! Receiving, and what it does when a webhook stands in the way.

use std::sync::atomic::Ordering;
use std::time::Duration;

use gateway_core::messenger::{Batch, Error, ErrorKind, Messenger as _, Result};
use gateway_core::model::Cursor;
use url::Url;

use super::TamTam;
use crate::client::{BESIDE_A_WEBHOOK, Options, WebhookConflict};
use crate::outbound::number;
use crate::{inbound, wire};

/// What is being done.
const RECEIVING: &str = "receiving updates";

/// Most updates in one answer: schema `getUpdates`, `limit`; MAX hands out no more since May 2026.
const BATCH: u16 = 100;

/// How long a poll is to be held open.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] for what the platform would not take. Less than a second would be none at
/// all, and polling without a pause.
pub(super) fn timeout(options: &Options) -> Result<Duration> {
    let (given, longest) = (options.poll_timeout, options.dialect.longest_poll());
    if (Duration::from_secs(1)..=longest).contains(&given) {
        return Ok(given);
    }
    let (given, longest) = (given.as_millis(), longest.as_millis());
    let why = format!("it is {given} ms, it must be 1000 to {longest} ms");
    let error = Error::invalid("setting up the messenger", "poll_timeout", why);
    Err(error.on(options.dialect.platform()))
}

impl TamTam {
    /// Before the first poll it looks for webhooks: while there is one, updates go there, and a
    /// poll may bring nothing for ever instead of the documented refusal.
    pub(super) async fn poll(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let marker = cursor.map(|cursor| number(RECEIVING, "cursor", cursor.as_str()));
        let marker = marker.transpose().map_err(|error| self.said(error))?;
        if !self.may_poll.load(Ordering::Relaxed) {
            // What cannot be found out does not keep from trying: a poll says what is wrong itself.
            if let Ok(set) = self.client.subscriptions().await {
                self.settle(set).await?;
                self.may_poll.store(true, Ordering::Relaxed);
            }
        }
        let ask = || self.client.updates(marker, BATCH, self.poll_timeout);
        let list = match ask().await {
            Err(refusal) if matches!(refusal.kind(), ErrorKind::Unsupported { .. }) => {
                // A webhook was set in the meantime.
                self.settle(self.client.subscriptions().await?).await?;
                ask().await?
            }
            answer => answer?,
        };
        let updates = list.updates.into_iter();
        let updates = updates.map(|raw| inbound::update(&self.account().id, raw)).collect();
        let cursor = list.marker.map(|marker| Cursor::new(marker.to_string()));
        Ok(Batch { updates, cursor })
    }

    /// Does away with the webhooks that are set, or says that it may not.
    async fn settle(&self, set: wire::GetSubscriptionsResult) -> Result<()> {
        let Some(first) = set.subscriptions.first() else { return Ok(()) };
        if self.on_webhook_conflict == WebhookConflict::Fail {
            // Whoever knows the rest of the address may deliver there.
            let host =
                Url::parse(&first.url).ok().and_then(|url| url.host_str().map(str::to_owned));
            let host = host.unwrap_or_else(|| "an unknown host".to_owned());
            let what = format!(
                "a webhook at {host} gets the updates: remove it, or have it removed by \
                 on_webhook_conflict = RemoveWebhook"
            );
            return Err(self.said(Error::unsupported(RECEIVING, BESIDE_A_WEBHOOK).with_text(what)));
        }
        for webhook in &set.subscriptions {
            self.client.unsubscribe(&webhook.url).await?;
        }
        Ok(())
    }
}
