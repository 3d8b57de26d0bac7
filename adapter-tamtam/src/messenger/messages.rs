//! Messages that the bot sends: changed, deleted, answered.

use std::borrow::Cow;

use async_trait::async_trait;
use gateway_core::messenger::{Callbacks, Deletions, Edits, Result};
use gateway_core::model::{CallbackId, ChatId, MessageId, NewMessage};

use super::TamTam;
use super::files::on_this_machine;
use crate::{outbound, wire};

impl TamTam {
    /// The message once it may be sent: within all limits, and its files on the platform.
    pub(super) async fn ready<'a>(
        &self,
        doing: &'static str,
        new: &'a NewMessage,
    ) -> Result<Cow<'a, NewMessage>> {
        self.check(doing, new)?;
        if new.attachments.iter().all(|it| on_this_machine(it).is_none()) {
            return Ok(Cow::Borrowed(new));
        }
        // Most have none, and shall not hold room for it.
        Box::pin(self.with_files(doing, new)).await.map(Cow::Owned)
    }

    pub(crate) fn check(&self, doing: &'static str, new: &NewMessage) -> Result<()> {
        self.capabilities.check(doing, new).map_err(|error| self.said(error))
    }

    pub(super) fn sent_as<'a>(
        &self,
        doing: &'static str,
        new: &'a NewMessage,
    ) -> Result<wire::NewMessageBody<'a>> {
        outbound::message(self.dialect, doing, new).map_err(|error| self.said(error))
    }
}

#[async_trait]
impl Edits for TamTam {
    /// Whether links have previews is not among what an edit can say: `no_preview` changes nothing.
    async fn edit(&self, _: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        let ready = self.ready(DOING, new).await?;
        let body = outbound::edit(self.dialect, DOING, &ready).map_err(|error| self.said(error))?;
        self.client.edit_message(message.as_str(), &body).await
    }
}

#[async_trait]
impl Deletions for TamTam {
    async fn delete(&self, _: &ChatId, message: &MessageId) -> Result<()> {
        self.client.delete_message(message.as_str()).await
    }
}

#[async_trait]
impl Callbacks for TamTam {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        // Without a notice the press is answered all the same, and nothing is shown.
        let notification = (!notice.is_empty()).then(|| notice.into());
        let answer = wire::CallbackAnswer { notification, message: None };
        self.client.answer(callback.as_str(), &answer).await
    }
}
