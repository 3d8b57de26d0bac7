//! What a database has to be able to do for the registry.
//!
//! "Not found" is `None`, not an error. Identifiers and times come from outside, so that the same
//! calls make the same rows.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::model::{Event, Operation, OperationKind, Participant, UserProperties};
use crate::query::{ChatQuery, Document, ListPage, Listed};
use crate::token::{Scopes, TokenHash};

/// The store could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct StoreError {
    /// What was being done: "listing chats".
    pub doing: &'static str,
    /// What the database said.
    pub source: Arc<dyn std::error::Error + Send + Sync>,
    /// What that means to whoever asked.
    pub kind: StoreErrorKind,
}

/// What it means to whoever asked that the store could not be read or written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StoreErrorKind {
    /// Nothing was done, and asking again comes to the same: the store is not as it should be.
    Internal,
    /// Nothing was done, and it may be done later: the store cannot be reached, or has too much to do.
    Unreachable,
    /// Nobody knows whether it was done, or will yet be.
    Unfinished,
}

impl StoreError {
    /// What was being done, and what the database said; the store is not as it should be, if nothing
    /// else is said.
    pub fn new(
        doing: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self { doing, source: Arc::new(source), kind: StoreErrorKind::Internal }
    }

    /// The same, with another meaning.
    #[must_use]
    pub fn of_kind(self, kind: StoreErrorKind) -> Self {
        Self { kind, ..self }
    }
}

/// The result of asking the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A chat that a client registers.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredChat {
    /// Its id.
    pub id: Uuid,
    /// Its first title.
    pub title: String,
    /// Who registers it.
    pub created_by: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A request that a client may repeat without its being done twice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Once {
    /// Whose key it is.
    pub token: TokenHash,
    /// The key that the client chose.
    pub key: String,
    /// The SHA-256 of what is asked, so that a key is not used for something else.
    pub asked: [u8; 32],
    /// When it is asked.
    pub at: DateTime<Utc>,
}

/// What became of a request under a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answered {
    /// It is done now, and this is the id that it has.
    Now(Uuid),
    /// It was done before, under this id, and nothing was done again.
    Before(Uuid),
    /// The key was used for something else.
    Otherwise,
}

/// A chat, as the messengers know it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChatAddress {
    /// The messenger.
    pub service: String,
    /// The account through which alone it is known: a dialog's number means another chat to
    /// another bot. Empty for groups and channels.
    pub account: String,
    /// The messenger's id for it.
    pub external_id: String,
}

/// Somebody of whom something was seen in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenPerson {
    /// Their id, if they are new.
    pub new_id: Uuid,
    /// The messenger's id for them.
    pub external_id: String,
    /// What they are called now; where nothing is known, what they were called stays.
    pub properties: UserProperties,
    /// What they did.
    pub presence: Presence,
}

/// What is known of somebody in a chat.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Presence {
    /// They were there.
    There,
    /// They were there, and had been since then.
    Since(DateTime<Utc>),
    /// They came.
    Came {
        /// The messenger's id of who brought them: one of those who were seen with them.
        by: Option<String>,
    },
    /// They went, or were put out.
    Went,
    /// Nothing: they only brought somebody, or put them out, and may be anywhere.
    Elsewhere,
}

/// A chat of which something was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenChat {
    /// Its id, if it is new.
    pub new_id: Uuid,
    /// Which chat.
    pub address: ChatAddress,
    /// The account that saw it.
    pub account: String,
    /// Its title now, where that is known.
    pub title: Option<String>,
    /// Who was seen in it.
    pub people: Vec<SeenPerson>,
    /// Whether the account takes part in it, where that is known.
    pub is_present: Option<bool>,
    /// The link by which people join it, where that is known.
    pub invitation: Option<String>,
    /// The chat that a client registered and that this is, where that is known. A registered chat
    /// becomes one of a messenger once; where it or the address already is another's, nothing comes
    /// of it.
    pub registered: Option<Uuid>,
    /// The messenger's id of who brought the account into it just now: if they have announced a
    /// registered chat, it is this one.
    pub brought_by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody says which registered chat they will bring an account into.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Announcement {
    /// The account.
    pub account: String,
    /// The messenger's id of them.
    pub person: String,
    /// The chat.
    pub registered: Uuid,
    /// When they say it.
    pub from: DateTime<Utc>,
    /// Until when it counts.
    pub until: DateTime<Utc>,
}

/// A chat that has another address from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct MovedChat {
    /// Its id, if neither address is known.
    pub new_id: Uuid,
    /// The address that it had.
    pub from: ChatAddress,
    /// The address that it has.
    pub to: ChatAddress,
    /// The account that was told, for a new one.
    pub created_by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Which chats are searched for: those that fit all that is said. Something is said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Search {
    /// How the title begins, as its [`title_key`](crate::query::title_key).
    pub title: Option<String>,
    /// Who is or was in it.
    pub participant: Option<Wanted>,
    /// Behind this chat, in the order of [`SortBy::Title`](crate::query::SortBy::Title).
    pub after: Option<crate::query::Key>,
    /// How many at most.
    pub size: u32,
}

/// Somebody who is searched for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// By their id.
    Id(Uuid),
    /// By their public name, in small letters.
    Username(String),
}

/// A part of those who are or were in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Participants {
    /// Those who are on it, in the order of their ids.
    pub records: Vec<Participant>,
    /// How many there are in all.
    pub total: u64,
    /// Whether there are more behind them.
    pub more: bool,
}

/// A part of what has happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// What has happened, in the order in which it became visible.
    pub records: Vec<Event>,
    /// Where to go on.
    pub next: EventCursor,
}

/// A place in what has happened. Whatever becomes visible later stands behind it.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct EventCursor {
    /// The transaction; 0 where the database does one after another.
    pub transaction: i64,
    /// The place in it.
    pub place: i64,
}

/// The link by which people join a chat.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invitation {
    /// The chat's messenger.
    pub service: String,
    /// The link, where it is known.
    pub link: Option<String>,
    /// When it was last seen, where it is known.
    pub seen_at: Option<DateTime<Utc>>,
}

/// How long a messenger is not asked for a link again, whether it had one or not; and how long a link
/// is believed.
pub const LINK_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Something that a messenger is to be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewOperation {
    /// Its id.
    pub id: Uuid,
    /// In which chat.
    pub chat: Uuid,
    /// What.
    pub kind: OperationKind,
    /// Whom it concerns; nobody for a link.
    pub participant: Option<Uuid>,
    /// When it is asked.
    pub at: DateTime<Utc>,
}

/// What became of asking for an operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Requested {
    /// It will be done, under this id: of an operation for the same that waits already, if there is
    /// one.
    Accepted(Uuid),
    /// There is nothing to do: they have left, or the link was asked for within the last hour.
    Needless,
    /// There is no such chat.
    NoChat,
    /// There is nobody of that id in the chat.
    NoParticipant,
    /// No account of the gateway takes part in the chat.
    NoAccount,
    /// The key was used for something else.
    Otherwise,
}

/// An operation that somebody has taken on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Task {
    /// The operation's id.
    pub id: Uuid,
    /// The chat's id in the registry.
    pub chat: Uuid,
    /// What is to be done.
    pub kind: OperationKind,
    /// The account that is to do it.
    pub account: String,
    /// The messenger's id of the chat.
    pub external_chat: String,
    /// The messenger's id of whom it concerns.
    pub external_person: Option<String>,
    /// How often it was tried before.
    pub tries: u32,
}

/// What became of an operation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TaskOutcome {
    /// It is done: whoever was to be removed has left.
    Removed,
    /// It is done: whoever was to be removed has left, and is the bot of this account.
    Left(String),
    /// It is done, and this is the link.
    Invited(String),
    /// It failed, and is to be tried again.
    Again {
        /// When.
        at: DateTime<Utc>,
        /// Why it failed.
        error: String,
    },
    /// It failed for good; nothing has changed.
    Failed(String),
}

/// What an audit of the totals has found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Audit {
    /// How many chats the totals say that there are.
    pub kept: u64,
    /// How many there are.
    pub counted: u64,
    /// How many months, days and hours have a count that is wrong.
    pub wrong: u64,
}

/// A token that is to be given out.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// Its id, by which people speak of it.
    pub id: Uuid,
    /// What it is for.
    pub name: &'a str,
    /// What is kept of itself.
    pub hash: &'a TokenHash,
    /// What it allows.
    pub scopes: Scopes,
    /// When it is given out.
    pub at: DateTime<Utc>,
    /// From when on it does not count any more.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a token allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Grant {
    /// The token's id.
    pub id: Uuid,
    /// What it allows.
    pub scopes: Scopes,
    /// From when on it does not count any more.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token that was given out, as it is shown: nothing of itself is in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenRecord {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it was given out.
    pub created_at: DateTime<Utc>,
    /// From when on it does not count any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Keeps chats.
#[async_trait]
pub trait ChatStore: fmt::Debug + Send + Sync {
    /// Keeps chats that clients register, in one commit.
    async fn register(&self, chats: &[RegisteredChat]) -> Result<()>;

    /// Keeps a chat that a client registers, unless it was registered under that key before.
    async fn register_once(&self, chat: &RegisteredChat, once: &Once) -> Result<Answered>;

    /// Keeps what was seen, in one transaction. Seeing the same again changes nothing; a new title
    /// is added to the old ones; names are those last seen; stays follow the rules of
    /// [`stay`](crate::stay).
    async fn see(&self, seen: &SeenChat) -> Result<()>;

    /// Keeps an announcement, in the place of the last one by the same person to the same account.
    async fn announce(&self, announcement: &Announcement) -> Result<()>;

    /// Keeps that a chat has another address, in one transaction: both lead to it. Where each led
    /// to a chat of its own the two become the one that was registered first, the old address's
    /// where the time is the same, with the titles and stays of both; the other is gone. Being told
    /// again changes nothing.
    async fn move_chat(&self, moved: &MovedChat) -> Result<()>;

    /// Whether a title is known of the chat that an address leads to.
    async fn is_titled(&self, address: &ChatAddress) -> Result<bool>;

    /// A chat by its id.
    async fn chat(&self, id: Uuid) -> Result<Option<Document>>;

    /// A part of the list of chats, and the total, as they were at one moment.
    async fn list(&self, query: &ChatQuery) -> Result<ListPage>;

    /// Chats that fit a search.
    async fn search(&self, search: &Search) -> Result<Vec<Listed>>;

    /// Those who are or were in a chat, behind somebody; `None` when there is no such chat.
    async fn participants(
        &self,
        chat: Uuid,
        after: Option<Uuid>,
        size: u32,
    ) -> Result<Option<Participants>>;

    /// The link by which people join a chat; `None` when there is no such chat.
    async fn invitation(&self, chat: Uuid) -> Result<Option<Invitation>>;

    /// What has happened behind a place, at most so much. What is on its way is not in it, and
    /// nothing will appear before the place where it ends.
    async fn events(&self, after: EventCursor, size: u32) -> Result<Events>;
}

/// Keeps what messengers are to be asked for.
#[async_trait]
pub trait OperationStore: fmt::Debug + Send + Sync {
    /// Asks for an operation.
    async fn request(&self, operation: &NewOperation, once: Option<&Once>) -> Result<Requested>;

    /// The operations of a chat, the last first, at most 200; `None` when there is no such chat.
    async fn operations(&self, chat: Uuid) -> Result<Option<Vec<Operation>>>;

    /// Takes on operations of these accounts that are due, until a moment: whoever has not settled
    /// one by then has lost it to somebody else.
    async fn take_on(
        &self,
        accounts: &[String],
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Task>>;

    /// Keeps what became of an operation, and what it changed, in one transaction.
    async fn settle(&self, id: Uuid, outcome: &TaskOutcome, at: DateTime<Utc>) -> Result<()>;
}

/// Keeps a store quick and small.
#[async_trait]
pub trait Upkeep: fmt::Debug + Send + Sync {
    /// Does what has come up since the last time: it folds totals, lets chats show the new names of
    /// who is in them, and forgets the keys of requests that came before a moment.
    async fn tidy(&self, now: DateTime<Utc>, forget_before: DateTime<Utc>) -> Result<()>;

    /// Counts all chats anew, and compares.
    async fn audit(&self) -> Result<Audit>;
}

/// Keeps tokens, never themselves but their hashes.
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// Keeps a new token.
    async fn add_token(&self, token: &NewToken<'_>) -> Result<()>;

    /// What a token allows; `None` for one that was never given out, or was taken back. One that
    /// has expired is still told.
    async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>>;

    /// All that were ever given out, in the order in which they were.
    async fn tokens(&self) -> Result<Vec<TokenRecord>>;

    /// Takes a token back, for good, and says since when that is so: the first time counts. `None`
    /// when there is none of that id.
    async fn revoke(&self, id: Uuid, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>>;

    /// Keeps when tokens were last used; what is kept of one never goes back.
    async fn used(&self, uses: &[(Uuid, DateTime<Utc>)]) -> Result<()>;
}

/// All of it.
pub trait Store: ChatStore + OperationStore + TokenStore + Upkeep {}

impl<T: ChatStore + OperationStore + TokenStore + Upkeep> Store for T {}
