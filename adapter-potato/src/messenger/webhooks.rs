//! Webhooks: set and removed, what they deliver, and what their answer may ask for.

use async_trait::async_trait;
use gateway_core::messenger::{Delivery, Error, ErrorKind, Result, Webhooks};
use gateway_core::model::{ChatId, NewMessage, Update};
use serde_json::Value;
use url::Url;

use super::{Potato, here, peer};
use crate::client::MOST_UPDATES_BYTES;
use crate::webhook;
use crate::{inbound, outbound};

#[async_trait]
impl Webhooks for Potato {
    /// A bot has one webhook: another address replaces it. The secret must be a part of its path:
    /// see [`Potato::webhook_url`].
    async fn set(&self, url: &Url) -> Result<()> {
        self.gate.check(url).map_err(here)?;
        self.client.set_webhook(url, self.gate.certificate.as_deref()).await
    }

    /// The platform tells nobody but its own `BotFather` where it delivers.
    async fn list(&self) -> Result<Vec<Url>> {
        let error = Error::unsupported("listing webhooks", "lists of webhooks");
        Err(here(error.with_text("the platform's @BotFather shows the address")))
    }

    /// Whatever the address is: the bot has one at most.
    async fn remove(&self, _: &Url) -> Result<()> {
        self.client.del_webhook().await
    }

    fn most_bytes(&self) -> usize {
        MOST_UPDATES_BYTES
    }

    fn open(&self, delivery: &Delivery<'_>) -> Result<Vec<Update>> {
        self.gate.admit(delivery).map_err(here)?;
        let raws = webhook::updates(delivery.body).map_err(here)?;
        let (account, bot) = (&self.account.id, self.client.bot());
        Ok(raws.into_iter().flat_map(|raw| inbound::updates(account, bot, raw)).collect())
    }
}

impl Potato {
    /// An address under `base` for [`Webhooks::set`]: `webhook_secret` is the last part of its path.
    ///
    /// ```
    /// use adapter_potato::{Options, Potato};
    ///
    /// let options = Options::new("10000001:secret".to_owned())
    ///     .with_webhook_secret("a-word_that-nobody_guesses".to_owned());
    /// let potato = Potato::new("shop", &options)?;
    /// let url = potato.webhook_url(&"https://bots.example.org/potato".parse().unwrap())?;
    /// assert_eq!(url.path(), "/potato/a-word_that-nobody_guesses");
    /// # Ok::<(), gateway_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] without a secret.
    pub fn webhook_url(&self, base: &Url) -> Result<Url> {
        self.gate.address(base).map_err(here)
    }

    /// The body of a delivery's answer that makes the platform send a message: "Making requests
    /// when getting updates" of the document. The answer is `application/json`.
    ///
    /// Nothing tells whether it was sent, and no client is known that does so. What must arrive is
    /// better sent by [`Messenger::send`](gateway_core::Messenger::send).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] for a file that is not on the platform yet; else as
    /// [`encode_message`](crate::encode_message), and what is beyond a limit.
    pub fn webhook_reply(&self, chat: &ChatId, message: &NewMessage) -> Result<Vec<u8>> {
        const DOING: &str = "answering a delivery";
        self.capabilities.check(DOING, message).map_err(here)?;
        let sending = outbound::message(DOING, peer(DOING, chat)?, message).map_err(here)?;
        if outbound::brings_files(message) {
            let error = Error::unsupported(DOING, "files that come along");
            return Err(here(error.with_text("send the message instead")));
        }
        let failed =
            |why| here(Error::new(ErrorKind::Invalid { field: None }, DOING).with_source(why));
        let mut call = serde_json::to_value(&sending).map_err(failed)?;
        call["method"] = Value::from(sending.method());
        serde_json::to_vec(&call).map_err(failed)
    }
}
