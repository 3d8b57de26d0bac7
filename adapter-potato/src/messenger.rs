//! The [`Messenger`] and its abilities.

mod chats;
mod files;
mod members;
mod messages;
mod polling;
mod webhooks;

use async_trait::async_trait;
use gateway_core::messenger::{
    Batch, Callbacks, Capabilities, Chats, Deletions, Edits, Error, Files, Members, Messenger,
    Pins, Receipt, Result, Typing, Webhooks,
};
use gateway_core::model::{
    Account, AccountId, ChatId, Cursor, MessageId, NewMessage, Platform, User,
};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gateway_core::time::Clock;

use crate::capabilities::capabilities;
use crate::client::{Client, Options};
use crate::webhook::Gate;
use crate::{Peer, inbound};

/// A bot on Potato.
///
/// The platform has no way to read back what was said, so there is no
/// [`history`](Messenger::history): whether a message whose answer was lost has arrived, nobody can
/// find out.
#[derive(Debug)]
pub struct Potato {
    account: Account,
    capabilities: Capabilities,
    client: Client,
    gate: Gate,
    /// Whether polls say which update they want next; until the platform refuses that.
    sends_offset: AtomicBool,
    clock: Arc<dyn Clock>,
}

impl Potato {
    /// A bot whose account has this name.
    ///
    /// # Errors
    ///
    /// As [`Client::new`], and for a secret or a certificate of webhooks that is none. Whether the
    /// token is good is told by [`Messenger::me`].
    pub fn new(account: impl Into<AccountId>, options: &Options) -> Result<Self> {
        Ok(Self {
            account: Account::new(account, Platform::POTATO),
            capabilities: capabilities(options),
            client: Client::new(options)?,
            gate: Gate::new(options).map_err(here)?,
            sends_offset: AtomicBool::new(options.sends_offset),
            clock: Arc::clone(&options.clock),
        })
    }

    /// The platform's methods themselves.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// The same error, said by this platform.
fn here(error: Error) -> Error {
    error.on(Platform::POTATO)
}

/// The chat that an id of this platform stands for.
fn peer(doing: &'static str, chat: &ChatId) -> Result<Peer> {
    Peer::of(doing, chat).map_err(here)
}

/// A number that an id of this platform is.
fn number(doing: &'static str, field: &str, id: &str) -> Result<i64> {
    crate::outbound::number(doing, field, id).map_err(here)
}

#[async_trait]
impl Messenger for Potato {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        let me = inbound::user(self.client.me().await?);
        Ok(User { is_bot: Some(true), ..me })
    }

    /// Reading consumes: what is in the batch exists nowhere else.
    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        self.poll(cursor).await
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        let id = self.send_as_it_is(chat, message).await?;
        Ok(Receipt { message: MessageId::of(id) })
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

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }
}
