//! Chats and what is pinned in them.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;
use reqwest::Method;

use super::{Client, read, succeeded};
use crate::{Dialect, wire};

const LIST: Operation = Operation::new("getChats", "listing chats", Repeat::Safe);
const GET: Operation = Operation::new("getChat", "asking about a chat", Repeat::Safe);
const BY_LINK: Operation = Operation::new("getChatByLink", "asking about a chat", Repeat::Safe);
const EDIT: Operation = Operation::new("editChat", "changing a chat", Repeat::Safe);
/// A second time there is nothing left to delete, which is an error.
const DELETE: Operation = Operation::new("deleteChat", "deleting a chat", Repeat::Unsafe);
const ACTION: Operation = Operation::new("sendAction", "showing an activity", Repeat::Safe);
const PINNED: Operation = Operation::new("getPinnedMessage", "asking what is pinned", Repeat::Safe);
const PIN: Operation = Operation::new("pinMessage", "pinning a message", Repeat::Safe);
/// A second time there is nothing left to unpin, which is a refusal: asserted by the official
/// client's suite.
const UNPIN: Operation = Operation::new("unpinMessage", "unpinning a message", Repeat::Unsafe);

impl Client {
    /// The chats that the bot is in, a page of 1 to 100 (50) at a time: `getChats`.
    ///
    /// MAX took it away in the summer of 2026, though its schema still names it; then MAX answers
    /// with an error, and what is known of chats is what their updates said.
    pub async fn chats(&self, marker: Option<i64>, count: Option<u32>) -> Result<wire::ChatList> {
        let call = self.call(&LIST, Method::GET, &["chats"]).query_some("count", count);
        call.query_some("marker", marker).send(read).await
    }

    /// A chat: `getChat`.
    pub async fn chat(&self, chat_id: i64) -> Result<wire::Chat> {
        self.call(&GET, Method::GET, &["chats", &chat_id.to_string()]).send(read).await
    }

    /// A chat or channel by its public link's name, or a dialog by the person's public name, with
    /// `@` or without: `getChatByLink`. MAX finds channels only, since June 2026.
    pub async fn chat_by_link(&self, link: &str) -> Result<wire::Chat> {
        let link = self.part(&BY_LINK, "link", link)?;
        self.call(&BY_LINK, Method::GET, &["chats", link]).send(read).await
    }

    /// Changes a chat: `editChat`.
    pub async fn edit_chat(&self, chat_id: i64, patch: &wire::ChatPatch<'_>) -> Result<wire::Chat> {
        let call = self.call(&EDIT, Method::PATCH, &["chats", &chat_id.to_string()]);
        call.json(patch).send(read).await
    }

    /// MAX: deletes a chat for everybody: `deleteChat` of schema 0.0.30. MAX took it away in June
    /// 2026, and answers with an error since.
    pub async fn delete_chat(&self, chat_id: i64) -> Result<()> {
        self.only_on(Dialect::Max, &DELETE, "there is leave_chat")?;
        let call = self.call(&DELETE, Method::DELETE, &["chats", &chat_id.to_string()]);
        call.send(succeeded).await
    }

    /// Shows what the bot is doing: `sendAction`.
    pub async fn send_action(&self, chat_id: i64, action: wire::SenderAction) -> Result<()> {
        let call = self.call(&ACTION, Method::POST, &["chats", &chat_id.to_string(), "actions"]);
        call.json(&wire::ActionRequestBody { action }).send(succeeded).await
    }

    /// What is pinned in a chat: `getPinnedMessage`.
    pub async fn pinned_message(&self, chat_id: i64) -> Result<wire::GetPinnedMessageResult> {
        let call = self.call(&PINNED, Method::GET, &["chats", &chat_id.to_string(), "pin"]);
        call.send(read).await
    }

    /// Pins a message: `pinMessage`.
    pub async fn pin_message(&self, chat_id: i64, pin: &wire::PinMessageBody<'_>) -> Result<()> {
        self.part(&PIN, "message", &pin.message_id)?;
        let call = self.call(&PIN, Method::PUT, &["chats", &chat_id.to_string(), "pin"]);
        call.chat(chat_id).json(pin).send(succeeded).await
    }

    /// Unpins what is pinned: `unpinMessage`.
    pub async fn unpin_message(&self, chat_id: i64) -> Result<()> {
        let call = self.call(&UNPIN, Method::DELETE, &["chats", &chat_id.to_string(), "pin"]);
        call.chat(chat_id).send(succeeded).await
    }
}
