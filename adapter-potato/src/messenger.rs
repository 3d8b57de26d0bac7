//! The [`Messenger`] and its abilities.

use async_trait::async_trait;
use gateway_core::messenger::{
    Batch, Callbacks, Capabilities, Edits, Error, Messenger, Receipt, Result,
};
use gateway_core::model::{
    Account, AccountId, CallbackId, ChatId, Cursor, MessageId, NewMessage, Platform, User,
};

use crate::capabilities::capabilities;
use crate::client::{Client, Options};
use crate::{Peer, inbound, outbound, wire};

/// A bot on Potato.
#[derive(Debug)]
pub struct Potato {
    account: Account,
    capabilities: Capabilities,
    client: Client,
}

impl Potato {
    /// A bot whose account has this name.
    ///
    /// # Errors
    ///
    /// As [`Client::new`]. Whether the token is good is told by [`Messenger::me`].
    pub fn new(account: impl Into<AccountId>, options: &Options) -> Result<Self> {
        Ok(Self {
            account: Account::new(account, Platform::POTATO),
            capabilities: capabilities(options.idle_pause),
            client: Client::new(options)?,
        })
    }

    /// The platform's methods themselves.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

fn here(error: Error) -> Error {
    error.on(Platform::POTATO)
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
    async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
        let updates = self.client.updates().await?;
        let update = |raw| inbound::update(&self.account.id, raw);
        Ok(Batch { updates: updates.into_iter().map(update).collect(), cursor: None })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        self.capabilities.check(DOING, message).map_err(here)?;
        let peer = Peer::of(DOING, chat).map_err(here)?;
        let message = outbound::message(DOING, peer, message).map_err(here)?;
        let sent = self.client.send_text_message(&message).await?;
        Ok(Receipt { message: MessageId::new(sent.message_id.to_string()) })
    }

    fn edits(&self) -> Option<&dyn Edits> {
        Some(self)
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }
}

#[async_trait]
impl Edits for Potato {
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        self.capabilities.check(DOING, new).map_err(here)?;
        let peer = Peer::of(DOING, chat).map_err(here)?;
        let new = outbound::message(DOING, peer, new).map_err(here)?;
        let edit = wire::EditMessageText {
            target: new.target,
            message_id: outbound::number(DOING, "message", message.as_str()).map_err(here)?,
            text: new.text,
            markdown: new.markdown,
            reply_markup: new.reply_markup,
        };
        self.client.edit_message_text(&edit).await
    }
}

#[async_trait]
impl Callbacks for Potato {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        let answer = wire::AnswerCallbackQuery {
            inline_message_id: callback.as_str().into(),
            text: notice.into(),
            ..wire::AnswerCallbackQuery::default()
        };
        self.client.answer_callback_query(&answer).await
    }
}
