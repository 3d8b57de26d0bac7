//! The [`Messenger`] and its abilities.

mod chats;
mod files;
mod history;
mod members;
mod messages;
mod polling;
mod webhooks;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_trait::async_trait;
use gateway_core::messenger::{
    Batch, Callbacks, Capabilities, Chats, Deletions, Edits, Error, Files, History, Members,
    Messenger, Pins, Receipt, Result, Typing, Webhooks,
};
use gateway_core::model::{Account, AccountId, ChatId, Cursor, MessageId, NewMessage, User};

use crate::capabilities::capabilities;
use crate::client::{Client, Options, WebhookConflict};
use crate::outbound::number;
use crate::webhook::Gate;
use crate::{Dialect, inbound};

/// A bot on TamTam or MAX.
#[derive(Debug)]
pub struct TamTam {
    pub(crate) account: Account,
    pub(crate) client: Client,
    pub(crate) dialect: Dialect,
    pub(crate) gate: Gate,
    capabilities: Capabilities,
    poll_timeout: Duration,
    on_webhook_conflict: WebhookConflict,
    /// Whether it is known that no webhook stands in the way of polling.
    may_poll: AtomicBool,
}

impl TamTam {
    /// A bot whose account has this name.
    ///
    /// # Errors
    ///
    /// As [`Client::new`], and [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for a
    /// `webhook_secret` or a `poll_timeout` that the platform would not take. Whether the token is
    /// good is told by [`Messenger::me`].
    pub fn new(account: impl Into<AccountId>, options: &Options) -> Result<Self> {
        Ok(Self {
            account: Account::new(account, options.dialect.platform()),
            client: Client::new(options)?,
            dialect: options.dialect,
            gate: Gate::new(options)?,
            capabilities: capabilities(options.dialect),
            poll_timeout: polling::timeout(options)?,
            on_webhook_conflict: options.on_webhook_conflict,
            may_poll: AtomicBool::new(false),
        })
    }

    /// The platform's methods themselves.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The same error, said by this platform.
    pub(crate) fn said(&self, error: Error) -> Error {
        error.on(self.account.platform.clone())
    }

    fn chat_number(&self, doing: &'static str, chat: &ChatId) -> Result<i64> {
        number(doing, "chat", chat.as_str()).map_err(|error| self.said(error))
    }

    /// That the other dialect alone can do this, and what there is instead.
    fn unsupported(&self, doing: &'static str, what: &str, instead: &str) -> Error {
        self.said(Error::unsupported(doing, what).with_text(instead))
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
        self.poll(cursor).await
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        let chat = self.chat_number(DOING, chat)?;
        let ready = self.ready(DOING, message).await?;
        let body = self.sent_as(DOING, &ready)?;
        let sent = if message.no_preview {
            self.client.send_message_without_preview(chat, &body).await?
        } else {
            self.client.send_message(chat, &body).await?
        };
        // The client hands out no message without a body.
        let mid = sent.message.body.map(|body| body.mid).unwrap_or_default();
        Ok(Receipt { message: MessageId::new(mid) })
    }

    fn edits(&self) -> Option<&dyn Edits> {
        Some(self)
    }

    fn deletions(&self) -> Option<&dyn Deletions> {
        Some(self)
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }

    fn chats(&self) -> Option<&dyn Chats> {
        Some(self)
    }

    fn members(&self) -> Option<&dyn Members> {
        Some(self)
    }

    fn pins(&self) -> Option<&dyn Pins> {
        Some(self)
    }

    fn files(&self) -> Option<&dyn Files> {
        Some(self)
    }

    fn typing(&self) -> Option<&dyn Typing> {
        Some(self)
    }

    fn history(&self) -> Option<&dyn History> {
        Some(self)
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }
}
