//! Chats: what they are, what is pinned in them, what the bot is seen to do there.

use async_trait::async_trait;
use gateway_core::messenger::{Activity, Chats, Error, Page, Pins, Result, TextLimit, Typing};
use gateway_core::model::{Chat, ChatDetails, ChatId, Cursor, Message, MessageId};

use super::TamTam;
use crate::outbound::{number, within};
use crate::{Dialect, inbound, wire};

/// Longest title of a chat: schema `ChatPatch.title`.
const TITLE: TextLimit = TextLimit::characters(200);

/// Most chats in one answer: schema 0.5.6, `getChats`, `count`.
const CHATS: u32 = 100;

#[async_trait]
impl Chats for TamTam {
    async fn describe(&self, chat: &ChatId) -> Result<ChatDetails> {
        let chat = self.chat_number("asking about a chat", chat)?;
        self.client.chat(chat).await.map(inbound::details)
    }

    /// MAX tells it no more since August 2026; its client still asks.
    async fn list(&self, page: Option<&Cursor>) -> Result<Page<Chat>> {
        const DOING: &str = "listing chats";
        if self.dialect == Dialect::Max {
            let instead = "MAX took it away in August 2026: chats are known by their updates";
            return Err(self.unsupported(DOING, "lists of chats", instead));
        }
        let marker = page.map(|page| number(DOING, "page", page.as_str())).transpose();
        let marker = marker.map_err(|error| self.said(error))?;
        let list = self.client.chats(marker, Some(CHATS)).await?;
        let items = list.chats.iter().map(inbound::chat).collect();
        Ok(Page { items, next: list.marker.map(Cursor::of) })
    }

    async fn rename(&self, chat: &ChatId, title: &str) -> Result<()> {
        const DOING: &str = "renaming a chat";
        let chat = self.chat_number(DOING, chat)?;
        within(DOING, "title", TITLE, title).map_err(|error| self.said(error))?;
        if title.trim().is_empty() {
            return Err(self.said(Error::invalid(DOING, "title", "it is empty")));
        }
        let patch = wire::ChatPatch { title: Some(title.into()), ..wire::ChatPatch::default() };
        self.client.edit_chat(chat, &patch).await.map(drop)
    }

    async fn leave(&self, chat: &ChatId) -> Result<()> {
        let chat = self.chat_number("leaving a chat", chat)?;
        self.client.leave_chat(chat).await
    }
}

#[async_trait]
impl Pins for TamTam {
    async fn pin(&self, chat: &ChatId, message: &MessageId, notify: bool) -> Result<()> {
        let chat = self.chat_number("pinning a message", chat)?;
        // They are told when nothing is said.
        let notify = (!notify).then_some(false);
        let body = wire::PinMessageBody { message_id: message.as_str().into(), notify };
        self.client.pin_message(chat, &body).await
    }

    async fn unpin(&self, chat: &ChatId) -> Result<()> {
        let chat = self.chat_number("unpinning a message", chat)?;
        self.client.unpin_message(chat).await
    }

    async fn pinned(&self, chat: &ChatId) -> Result<Option<Message>> {
        let chat = self.chat_number("asking what is pinned", chat)?;
        let pinned = self.client.pinned_message(chat).await?.message;
        Ok(pinned.and_then(inbound::message))
    }
}

#[async_trait]
impl Typing for TamTam {
    async fn show(&self, chat: &ChatId, activity: Activity) -> Result<()> {
        let chat = self.chat_number("showing an activity", chat)?;
        let action = match activity {
            Activity::Typing => wire::SenderAction::TypingOn,
            Activity::SendingImage => wire::SenderAction::SendingPhoto,
            Activity::SendingVideo => wire::SenderAction::SendingVideo,
            Activity::SendingAudio => wire::SenderAction::SendingAudio,
            Activity::SendingFile => wire::SenderAction::SendingFile,
            other => return Err(self.said(other.unsupported())),
        };
        self.client.send_action(chat, action).await
    }
}
