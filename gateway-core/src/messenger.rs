//! What a messenger is: a small trait that every adapter implements, and abilities that it may
//! have beside it.
//!
//! [`Messenger`] is what all messengers can do: say who they are, what they can carry, receive,
//! and send. What a messenger may lack is an *ability*, a trait of its own that is reached by an
//! accessor: [`Messenger::edits`], [`Messenger::callbacks`]… `None` means "it cannot"; no default
//! ever pretends to have done something.
//!
//! # How to write an adapter
//!
//! An adapter is a crate that knows one platform, and of the gateway nothing but this crate. Its
//! rooms have the same names in every adapter, so that who knows one finds their way in all:
//!
//! | room | what is in it |
//! |---|---|
//! | `wire` | the platform's JSON, spelled as the platform spells it |
//! | `client` | the platform's methods, typed, each citing where it is documented |
//! | `inbound`, `outbound` | wire → model, model → wire |
//! | `capabilities` | limits and levels, each with its source |
//! | `error` | the platform's errors → [`Error`] |
//! | `messenger` | [`Messenger`] and its abilities |
//!
//! What follows is a whole adapter of an invented platform, one step after another.
//!
//! **1. Say what the platform can carry.** Nothing is assumed: what is not listed is not carried,
//! and [`fit`](crate::fit) sees to it that a bot's messages arrive all the same.
//!
//! **2. Turn what arrives into updates.** One update that cannot be read must not cost the others:
//! take them as [`Raw`](crate::model::Raw) and decode each by itself; what is not understood
//! becomes [`UpdateKind::Unknown`](crate::model::UpdateKind::Unknown), with its JSON. The id is the
//! same whenever the same update is delivered again, since the journal knows duplicates by it.
//!
//! **3. Hand out a cursor, and take it back.** What came before a cursor is given up only when
//! [`Messenger::receive`] is called with it; the journal has both by then.
//!
//! **4. Send one message, or refuse it.** [`Capabilities::check`] refuses what is beyond a limit
//! before anything is sent. An error says whether the message may have arrived
//! ([`Error::may_have_happened`]): all that the gateway promises about repeating rests on that.
//!
//! **5. Add the abilities that the platform has**, and no others.
//!
//! **6. Pass the conformance suite** (`testing::conformance`, feature `testing`): it plays the
//! platform's other side through a `Hand` that you write for your sandbox, and says which of its
//! checks your adapter fails.
//!
//! ```
//! use std::collections::VecDeque;
//! use std::sync::Mutex;
//!
//! use async_trait::async_trait;
//! use gateway_core::messenger::{
//!     Batch, Capabilities, Error, ErrorKind, Feature, Level, Levels, Messenger, Receipt,
//!     Result, TextLimit,
//! };
//! use gateway_core::model::{
//!     Account, Chat, ChatId, ChatKind, Cursor, Message, MessageId, NewMessage, Platform, Raw,
//!     Update, UpdateId, UpdateKind, User,
//! };
//!
//! /// What the platform says, spelled as it spells it.
//! mod wire {
//!     #[derive(serde::Deserialize)]
//!     pub struct Said {
//!         pub number: u64,
//!         pub room: i64,
//!         pub by: String,
//!         pub words: String,
//!         pub at_ms: i64,
//!     }
//! }
//!
//! /// A platform that is a queue of JSON and a list of what was sent. A real one is behind
//! /// `gateway_core::http::HttpClient`.
//! #[derive(Debug)]
//! struct Pigeon {
//!     account: Account,
//!     capabilities: Capabilities,
//!     arrived: Mutex<Vec<Raw>>,
//!     sent: Mutex<Vec<(i64, String)>>,
//! }
//!
//! fn capabilities() -> Capabilities {
//!     Capabilities {
//!         features: Levels::all(Level::Full, [Feature::Reply]),
//!         // "A pigeon carries 140 characters", handbook, page 1.
//!         ..Capabilities::of_text(TextLimit::characters(140))
//!     }
//! }
//!
//! fn update(account: &Account, raw: &Raw) -> Update {
//!     let (id, kind) = match serde_json::from_str::<wire::Said>(raw.as_str()) {
//!         Ok(said) => (said.number.to_string(), created(said)),
//!         Err(_) => ("unreadable".to_owned(), UpdateKind::Unknown { kind: "?".to_owned(), chat: None }),
//!     };
//!     let (id, raw) = (UpdateId::new(id), raw.clone());
//!     Update { account: account.id.clone(), id, time: None, locale: None, kind, raw }
//! }
//!
//! fn created(said: wire::Said) -> UpdateKind {
//!     let chat = Chat::new(said.room.to_string(), ChatKind::Group);
//!     let time = chrono::DateTime::from_timestamp_millis(said.at_ms).unwrap_or_default();
//!     let message = Message {
//!         sender: Some(User::new(said.by)),
//!         text: said.words.into(),
//!         ..Message::new(said.number.to_string(), chat, time)
//!     };
//!     UpdateKind::MessageCreated { message: Box::new(message) }
//! }
//!
//! #[async_trait]
//! impl Messenger for Pigeon {
//!     fn account(&self) -> &Account {
//!         &self.account
//!     }
//!
//!     fn capabilities(&self) -> &Capabilities {
//!         &self.capabilities
//!     }
//!
//!     async fn me(&self) -> Result<User> {
//!         Ok(User { is_bot: Some(true), ..User::new("pigeon") })
//!     }
//!
//!     async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
//!         let seen: usize = match cursor {
//!             Some(cursor) => cursor.as_str().parse().map_err(|_| {
//!                 Error::invalid("receiving updates", "cursor", format!("{cursor} is no number"))
//!             })?,
//!             None => 0,
//!         };
//!         let arrived = self.arrived.lock().unwrap();
//!         let updates = arrived.iter().skip(seen).map(|raw| update(&self.account, raw)).collect();
//!         Ok(Batch { updates, cursor: Some(Cursor::new(arrived.len().to_string())) })
//!     }
//!
//!     async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
//!         const DOING: &str = "sending a message";
//!         self.capabilities.check(DOING, message)?;
//!         let room = chat.as_str().parse().map_err(|_| {
//!             Error::invalid(DOING, "chat", format!("{chat} is no number"))
//!         })?;
//!         let mut sent = self.sent.lock().unwrap();
//!         sent.push((room, message.text.plain_text().to_owned()));
//!         Ok(Receipt { message: MessageId::new(sent.len().to_string()) })
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! let said = r#"{"number": 1, "room": 7, "by": "anna", "words": "hello", "at_ms": 0}"#;
//! let pigeon = Pigeon {
//!     account: Account::new("home", Platform::new("pigeon")),
//!     capabilities: capabilities(),
//!     arrived: Mutex::new(vec![Raw::from_text(said).unwrap()]),
//!     sent: Mutex::default(),
//! };
//!
//! let batch = pigeon.receive(None).await.unwrap();
//! let chat = batch.updates[0].chat_id().unwrap();
//! pigeon.send(chat, &"hello to you".into()).await.unwrap();
//! assert_eq!(*pigeon.sent.lock().unwrap(), [(7, "hello to you".to_owned())]);
//!
//! // What is too long is refused; what the pigeon has no ability for is not there.
//! let long = NewMessage::new("x".repeat(141));
//! let error = pigeon.send(chat, &long).await.unwrap_err();
//! assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: 140, .. }));
//! assert!(pigeon.edits().is_none());
//! # });
//! ```

mod ability;
pub(crate) mod capabilities;
mod error;

use std::fmt;

use async_trait::async_trait;

pub use ability::{
    Activity, Bytes, Callbacks, Chats, Deletions, Delivery, Edits, Files, History, Members, Page,
    Pins, Typing, Upload, Webhooks,
};
pub use capabilities::{
    AttachmentLimits, AttachmentSupport, Capabilities, Caption, Feature, KeyboardLimits, Kind,
    Level, Levels, Polling, SourceKind, TextLimit, Writable,
};
pub use error::{Error, ErrorKind, LimitScope, Result};

use crate::model::{Account, ChatId, Cursor, MessageId, NewMessage, Update, User};

/// A bot's account on one messenger.
///
/// Methods may be called from many tasks at once, but for [`receive`](Self::receive), which has
/// one caller at a time.
#[async_trait]
pub trait Messenger: fmt::Debug + Send + Sync + 'static {
    /// The account it speaks for.
    fn account(&self) -> &Account;

    /// What it can carry, and its limits.
    fn capabilities(&self) -> &Capabilities;

    /// The bot itself, as the messenger knows it. Called once at the start, to prove the token.
    async fn me(&self) -> Result<User>;

    /// Waits for what happened since `cursor`, as long as the messenger lets it wait.
    ///
    /// The caller keeps the batch *and* its cursor before it calls again: asking with a cursor
    /// gives up what came before it. Without a cursor the messenger hands out all that it still
    /// holds.
    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch>;

    /// Sends one message. A message that does not fit the messenger's limits is refused with
    /// [`ErrorKind::TooLarge`] before anything is sent.
    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt>;

    /// Changing messages that the bot sent.
    fn edits(&self) -> Option<&dyn Edits> {
        None
    }

    /// Deleting messages.
    fn deletions(&self) -> Option<&dyn Deletions> {
        None
    }

    /// Answering presses of buttons.
    fn callbacks(&self) -> Option<&dyn Callbacks> {
        None
    }

    /// Asking about chats, and changing them.
    fn chats(&self) -> Option<&dyn Chats> {
        None
    }

    /// Asking who is in a chat, and changing that.
    fn members(&self) -> Option<&dyn Members> {
        None
    }

    /// Keeping a message on top of its chat.
    fn pins(&self) -> Option<&dyn Pins> {
        None
    }

    /// Uploading files and fetching them.
    fn files(&self) -> Option<&dyn Files> {
        None
    }

    /// Showing that the bot is busy.
    fn typing(&self) -> Option<&dyn Typing> {
        None
    }

    /// Reading what was said.
    fn history(&self) -> Option<&dyn History> {
        None
    }

    /// Being called when something happens.
    fn webhooks(&self) -> Option<&dyn Webhooks> {
        None
    }
}

/// What [`Messenger::receive`] brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// What happened, in order; empty when nothing did.
    pub updates: Vec<Update>,
    /// Where to go on; `None` keeps the cursor as it was.
    pub cursor: Option<Cursor>,
}

/// What sending a message brought.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Receipt {
    /// The message's id, by which it is edited.
    pub message: MessageId,
}
