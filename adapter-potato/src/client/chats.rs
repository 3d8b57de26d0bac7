//! Chats, their titles, and what is pinned in them.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::Result;
use reqwest::Method;

use super::{Client, at_most, not_empty};
use crate::error::from_answer;
use crate::wire;

const CHAT: Operation = Operation::new("getChat", "asking about a chat", Repeat::Safe);
const GROUPS: Operation = Operation::new("getGroups", "listing chats", Repeat::Safe);
const LEAVE: Operation = Operation::new("leaveChat", "leaving a chat", Repeat::Safe);
const TITLE: Operation = Operation::new("setChatTitle", "renaming a chat", Repeat::Safe);
const ABOUT: Operation = Operation::new("setChatDescription", "describing a chat", Repeat::Safe);
const PIN: Operation = Operation::new("pinChatMessage", "pinning a message", Repeat::Safe);
const UNPIN: Operation = Operation::new("unpinChatMessage", "unpinning a message", Repeat::Safe);

/// Longest title and description, in characters.
const TITLE_CHARACTERS: usize = 255;

impl Client {
    /// A chat as it is now: `getChat`.
    pub async fn chat(&self, target: wire::Target) -> Result<wire::Chat> {
        self.post(&CHAT, &target).await
    }

    /// The groups, supergroups and channels that the bot is in: `getGroups`. Dialogs are not among
    /// them: the platform lists none.
    pub async fn groups(&self) -> Result<wire::Groups> {
        self.call(&GROUPS, Method::GET).send(from_answer).await
    }

    /// The bot leaves a group, a supergroup or a channel: `leaveChat`.
    pub async fn leave_chat(&self, target: wire::Target) -> Result<()> {
        self.act(&LEAVE, &target).await
    }

    /// Gives a chat another title: `setChatTitle`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for one of more than 255
    /// characters, [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for none.
    pub async fn set_chat_title(&self, title: &wire::SetChatTitle<'_>) -> Result<()> {
        not_empty(&TITLE, "title", &title.title)?;
        at_most(&TITLE, "title", TITLE_CHARACTERS, title.title.chars().count())?;
        self.act(&TITLE, title).await
    }

    /// Says what a supergroup or channel is about: `setChatDescription`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for more than 255 characters.
    pub async fn set_chat_description(&self, about: &wire::SetChatDescription<'_>) -> Result<()> {
        at_most(&ABOUT, "description", TITLE_CHARACTERS, about.description.chars().count())?;
        self.act(&ABOUT, about).await
    }

    /// Pins a message in a supergroup or channel: `pinChatMessage`.
    pub async fn pin_chat_message(&self, pin: &wire::PinChatMessage) -> Result<()> {
        self.act(&PIN, pin).await
    }

    /// Takes the pinned message of a supergroup or channel down: `unpinChatMessage`.
    pub async fn unpin_chat_message(&self, target: wire::Target) -> Result<()> {
        self.act(&UNPIN, &target).await
    }
}
