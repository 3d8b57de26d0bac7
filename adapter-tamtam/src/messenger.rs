//! The [`Messenger`] and its abilities.

use std::time::Duration;

use async_trait::async_trait;
use gateway_core::messenger::{
    Batch, Callbacks, Capabilities, Edits, Error, ErrorKind, Messenger, Receipt, Result,
};
use gateway_core::model::{
    Account, AccountId, CallbackId, ChatId, Cursor, MessageId, NewMessage, User,
};

use crate::capabilities::capabilities;
use crate::client::{Client, Options};
use crate::{Dialect, inbound, outbound, wire};

/// Most updates in one answer: schema `getUpdates`, `limit`; MAX hands out no more since May 2026.
const BATCH: u16 = 100;

/// A bot on TamTam or MAX.
#[derive(Debug)]
pub struct TamTam {
    account: Account,
    capabilities: Capabilities,
    client: Client,
    dialect: Dialect,
    poll_timeout: Duration,
}

impl TamTam {
    /// A bot whose account has this name.
    ///
    /// # Errors
    ///
    /// As [`Client::new`]. Whether the token is good is told by [`Messenger::me`].
    pub fn new(account: impl Into<AccountId>, options: &Options) -> Result<Self> {
        Ok(Self {
            account: Account::new(account, options.dialect.platform()),
            capabilities: capabilities(options.dialect),
            client: Client::new(options)?,
            dialect: options.dialect,
            poll_timeout: options.poll_timeout,
        })
    }

    /// The platform's methods themselves.
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn body<'a>(
        &self,
        doing: &'static str,
        new: &'a NewMessage,
    ) -> Result<wire::NewMessageBody<'a>> {
        let on_platform = |error: Error| error.on(self.account.platform.clone());
        self.capabilities.check(doing, new).map_err(on_platform)?;
        outbound::message(self.dialect, doing, new).map_err(on_platform)
    }
}

#[async_trait]
impl Messenger for TamTam {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        self.client.me().await.map(|me| inbound::user(me.user))
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let marker = cursor.map(|cursor| number("receiving updates", "cursor", cursor.as_str()));
        let list = self.client.updates(marker.transpose()?, BATCH, self.poll_timeout).await?;
        let updates =
            list.updates.into_iter().map(|raw| inbound::update(&self.account.id, raw)).collect();
        let cursor = list.marker.map(|marker| Cursor::new(marker.to_string()));
        Ok(Batch { updates, cursor })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        let body = self.body(DOING, message)?;
        let chat = number(DOING, "chat", chat.as_str())?;
        let sent = self.client.send_message(chat, &body).await?.message;
        let body = sent.body.ok_or_else(|| {
            Error::new(ErrorKind::Protocol, DOING)
                .on(self.account.platform.clone())
                .with_text("the answer holds no message")
        })?;
        Ok(Receipt { message: MessageId::new(body.mid) })
    }

    fn edits(&self) -> Option<&dyn Edits> {
        Some(self)
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }
}

#[async_trait]
impl Edits for TamTam {
    async fn edit(&self, _: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        let body = self.body(DOING, new)?;
        self.client.edit_message(message.as_str(), &body).await
    }
}

#[async_trait]
impl Callbacks for TamTam {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        let answer = wire::CallbackAnswer { notification: Some(notice.into()), message: None };
        self.client.answer(callback.as_str(), &answer).await
    }
}

/// An id that is not one of this platform's is a mistake of the caller.
fn number(doing: &'static str, field: &str, id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::invalid(doing, field, format!("{id:?} is no number")))
}
