//! Chats, and what is pinned in them.

use async_trait::async_trait;
use gateway_core::messenger::{Chats, Page, Pins, Result};
use gateway_core::model::{Chat, ChatDetails, ChatId, Cursor, Message, MessageId};

use super::{Potato, number, peer};
use crate::{inbound, wire};

#[async_trait]
impl Chats for Potato {
    async fn describe(&self, chat: &ChatId) -> Result<ChatDetails> {
        let target = peer("asking about a chat", chat)?.into();
        self.client.chat(target).await.map(inbound::details)
    }

    /// Groups, supergroups and channels, all on one page. The platform lists no dialogs.
    async fn list(&self, _: Option<&Cursor>) -> Result<Page<Chat>> {
        let items = inbound::entries(self.client.groups().await?);
        Ok(Page { items, next: None })
    }

    async fn rename(&self, chat: &ChatId, title: &str) -> Result<()> {
        let target = peer("renaming a chat", chat)?.into();
        self.client.set_chat_title(&wire::SetChatTitle { target, title: title.into() }).await
    }

    async fn leave(&self, chat: &ChatId) -> Result<()> {
        self.client.leave_chat(peer("leaving a chat", chat)?.into()).await
    }
}

#[async_trait]
impl Pins for Potato {
    async fn pin(&self, chat: &ChatId, message: &MessageId, notify: bool) -> Result<()> {
        const DOING: &str = "pinning a message";
        let pin = wire::PinChatMessage {
            target: peer(DOING, chat)?.into(),
            message_id: number(DOING, "message", message.as_str())?,
            disable_notification: Some(!notify),
        };
        self.client.pin_chat_message(&pin).await
    }

    async fn unpin(&self, chat: &ChatId) -> Result<()> {
        self.client.unpin_chat_message(peer("unpinning a message", chat)?.into()).await
    }

    async fn pinned(&self, chat: &ChatId) -> Result<Option<Message>> {
        let chat = self.client.chat(peer("asking for the pinned message", chat)?.into()).await?;
        Ok(chat.pinned_message.map(|pinned| inbound::message(*pinned)))
    }
}
