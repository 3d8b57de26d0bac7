//! What a messenger may be able to do beyond receiving and sending.
//!
//! Each is a small trait, so that an adapter says by type what it has. A method that one messenger
//! has and another of the same ability lacks answers with
//! [`ErrorKind::Unsupported`](super::ErrorKind::Unsupported).

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use tokio::io::AsyncRead;
use url::Url;

use super::{Error, Result};
use crate::model::{
    AttachmentKind, CallbackId, Chat, ChatDetails, ChatId, Cursor, FileId, Media, Member, Message,
    MessageId, NewMessage, Update, UserId,
};

/// The messenger can change messages that the bot sent.
#[async_trait]
pub trait Edits: Send + Sync {
    /// Makes the message what `new` says: its text, and its keyboard or none.
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()>;
}

/// The messenger can delete messages.
#[async_trait]
pub trait Deletions: Send + Sync {
    /// Deletes a message: the bot's own, or another's where the bot may.
    async fn delete(&self, chat: &ChatId, message: &MessageId) -> Result<()>;
}

/// The messenger waits for an answer when a button is pressed.
#[async_trait]
pub trait Callbacks: Send + Sync {
    /// Shows `notice` to the person who pressed, for a moment.
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()>;
}

/// The messenger tells about chats, and lets the bot change them.
#[async_trait]
pub trait Chats: Send + Sync {
    /// A chat as the messenger describes it.
    async fn describe(&self, chat: &ChatId) -> Result<ChatDetails>;

    /// The chats that the bot takes part in, a page at a time; begin without a cursor.
    async fn list(&self, page: Option<&Cursor>) -> Result<Page<Chat>>;

    /// Gives a group or channel another title.
    async fn rename(&self, chat: &ChatId, title: &str) -> Result<()>;

    /// The bot leaves a group or channel.
    async fn leave(&self, chat: &ChatId) -> Result<()>;
}

/// The messenger tells who is in a chat, and lets the bot change that.
#[async_trait]
pub trait Members: Send + Sync {
    /// Who is in a chat, a page at a time; begin without a cursor.
    async fn list(&self, chat: &ChatId, page: Option<&Cursor>) -> Result<Page<Member>>;

    /// Those who keep order, the owner among them.
    async fn administrators(&self, chat: &ChatId) -> Result<Vec<Member>>;

    /// Somebody in a chat; `None` when they are not there.
    async fn find(&self, chat: &ChatId, user: &UserId) -> Result<Option<Member>>;

    /// Brings somebody in.
    async fn add(&self, chat: &ChatId, user: &UserId) -> Result<()>;

    /// Puts somebody out; with `ban` they may not come back.
    async fn remove(&self, chat: &ChatId, user: &UserId, ban: bool) -> Result<()>;
}

/// The messenger can keep a message on top of its chat.
#[async_trait]
pub trait Pins: Send + Sync {
    /// Pins a message; with `notify` everybody is told.
    async fn pin(&self, chat: &ChatId, message: &MessageId, notify: bool) -> Result<()>;

    /// Takes the pinned message down.
    async fn unpin(&self, chat: &ChatId) -> Result<()>;

    /// The pinned message.
    async fn pinned(&self, chat: &ChatId) -> Result<Option<Message>>;
}

/// The messenger takes files, and gives them back.
#[async_trait]
pub trait Files: Send + Sync {
    /// Uploads a file, so that it can be sent as an attachment of this kind.
    async fn upload(&self, kind: AttachmentKind, file: Upload) -> Result<Media>;

    /// Opens a file that is on the messenger.
    async fn open(&self, file: &FileId) -> Result<Bytes>;
}

/// The messenger shows that the bot is busy.
#[async_trait]
pub trait Typing: Send + Sync {
    /// Shows it for a few seconds, or until the bot sends something.
    async fn show(&self, chat: &ChatId, activity: Activity) -> Result<()>;
}

/// The messenger can be asked what was said.
#[async_trait]
pub trait History: Send + Sync {
    /// A message by its id; `None` when there is none. This is how the gateway learns whether a
    /// message whose answer was lost has arrived.
    async fn message(&self, chat: &ChatId, message: &MessageId) -> Result<Option<Message>>;

    /// The last messages of a chat, the bot's own among them, the newest first: at most `count`.
    async fn recent(&self, chat: &ChatId, count: usize) -> Result<Vec<Message>>;
}

/// The messenger can call the bot when something happens.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Has updates delivered to this address, which nobody else should be able to guess.
    async fn set(&self, url: &Url) -> Result<()>;

    /// Where updates are delivered to.
    async fn list(&self) -> Result<Vec<Url>>;

    /// Ends the delivery to an address.
    async fn remove(&self, url: &Url) -> Result<()>;

    /// How many bytes the body of a delivery may have. Of what is refused for being larger the same comes
    /// again, until it is forgotten: 4 MiB where a delivery has one update.
    fn most_bytes(&self) -> usize {
        4 * 1024 * 1024
    }

    /// The updates of a delivery, after it was proven to come from the messenger.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unproven`](super::ErrorKind::Unproven) when it does not.
    fn open(&self, delivery: &Delivery<'_>) -> Result<Vec<Update>>;
}

/// A page of a long list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// Bytes that come one after another.
pub type Bytes = Pin<Box<dyn AsyncRead + Send>>;

/// A file on its way to the messenger.
pub struct Upload {
    /// Its name.
    pub name: String,
    /// Its MIME type, where it is known.
    pub mime_type: Option<String>,
    /// How many bytes it has, where that is known before all of them are there.
    pub bytes: Option<u64>,
    /// What is in it.
    pub content: Bytes,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// What a messenger delivered to a webhook.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// Its headers: the messenger proves itself by one.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
    /// The path that was asked for, as it stands in the request, without its query: a messenger
    /// that bears no secret proves itself by knowing where to deliver.
    pub path: &'a str,
    /// From where it came, where that is known: a messenger without secrets proves itself by it.
    /// Behind a proxy it is what the proxy says of its own peer, and never what a stranger may
    /// write into a header.
    pub peer: Option<IpAddr>,
}

/// Its headers or its path hold a secret.
impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("bytes", &self.body.len())
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// What the bot is busy with.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Activity {
    /// Writing.
    Typing,
    /// Sending a picture.
    SendingImage,
    /// Sending a film.
    SendingVideo,
    /// Sending music or speech.
    SendingAudio,
    /// Sending a file.
    SendingFile,
    /// Finding a place.
    ChoosingLocation,
    /// Finding somebody's address.
    ChoosingContact,
    /// Nothing any more.
    Nothing,
}

impl Activity {
    /// That a messenger cannot show this.
    pub fn unsupported(self) -> Error {
        Error::unsupported("showing an activity", format!("activities of kind {self:?}"))
    }
}
