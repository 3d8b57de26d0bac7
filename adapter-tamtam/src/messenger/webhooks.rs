//! Webhooks: set, listed and removed, and what they deliver.

use async_trait::async_trait;
use gateway_core::messenger::{Delivery, Error, ErrorKind, Result, Webhooks};
use gateway_core::model::{NewMessage, Raw, Update};
use url::Url;

use super::TamTam;
use crate::webhook::OPENING;
use crate::{Dialect, inbound, outbound};

#[async_trait]
impl Webhooks for TamTam {
    /// For all kinds of updates. MAX delivers to each address that is set, TamTam lets an address
    /// belong to the bot that named it last.
    async fn set(&self, url: &Url) -> Result<()> {
        let subscription = self.gate.subscription(url).map_err(|error| self.said(error))?;
        self.client.subscribe(&subscription).await
    }

    async fn list(&self) -> Result<Vec<Url>> {
        let set = self.client.subscriptions().await?.subscriptions;
        set.iter()
            .map(|webhook| {
                Url::parse(&webhook.url).map_err(|why| {
                    let error = Error::new(ErrorKind::Protocol, "listing webhooks");
                    self.said(error.with_text(format!("an address is none: {why}")))
                })
            })
            .collect()
    }

    async fn remove(&self, url: &Url) -> Result<()> {
        self.client.unsubscribe(url.as_str()).await
    }

    fn open(&self, delivery: &Delivery<'_>) -> Result<Vec<Update>> {
        self.gate.admit(delivery).map_err(|error| self.said(error))?;
        let text = String::from_utf8_lossy(delivery.body);
        let raw = Raw::from_text(text).map_err(|why| {
            self.said(Error::invalid(OPENING, "body", format!("it is no JSON: {why}")))
        })?;
        Ok(vec![inbound::update(&self.account.id, raw)])
    }
}

impl TamTam {
    /// Whether the platform would call an address: its scheme and port, and that there is a secret
    /// where one is needed. The platform itself is not asked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`], as [`Webhooks::set`] would say it.
    pub fn check_webhook(&self, url: &Url) -> Result<()> {
        self.gate.subscription(url).map(drop).map_err(|error| self.said(error))
    }

    /// The body of a webhook's answer that makes TamTam send a message to the chat of the update:
    /// what the official SDK does with what a handler returns, and no document says. The answer is
    /// `application/json`.
    ///
    /// Nothing tells whether it was sent, so what must arrive is better sent by
    /// [`Messenger::send`](gateway_core::Messenger::send).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] on MAX, and for a message without previews, which no body can
    /// say; else as [`encode_message`](crate::encode_message), and what is beyond a limit.
    pub fn webhook_reply(&self, message: &NewMessage) -> Result<Vec<u8>> {
        const DOING: &str = "answering a delivery";
        if self.dialect == Dialect::Max {
            let error = Error::unsupported(DOING, "messages in the answer to a delivery");
            return Err(self.said(error.with_text("send the message instead")));
        }
        if message.no_preview {
            let error = Error::unsupported(DOING, "messages without previews in such an answer");
            return Err(self.said(error.with_text("send the message instead")));
        }
        self.check(DOING, message)?;
        let body =
            outbound::message(self.dialect, DOING, message).map_err(|error| self.said(error))?;
        serde_json::to_vec(&body).map_err(|why| {
            self.said(Error::new(ErrorKind::Invalid { field: None }, DOING).with_source(why))
        })
    }
}
