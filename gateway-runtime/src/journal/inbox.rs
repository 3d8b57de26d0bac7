//! Updates until they are done.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor, Update, UpdateId, UpdateKind};

use super::{Fence, Result, Seq};

/// An update in the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place: later entries have greater ones.
    pub seq: Seq,
    /// When it was written down.
    pub received_at: DateTime<Utc>,
    /// The update. Whoever handles it has it, too.
    pub update: Arc<Update>,
}

/// Where an update stands in the inbox, and behind whom: all that has to be known of it until its turn
/// comes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Its place: later entries have greater ones.
    pub seq: Seq,
    /// The chat it happened in; of one that moves the old id.
    pub chat: Option<ChatId>,
    /// The new id of a chat that moves.
    pub moved_to: Option<ChatId>,
}

impl Place {
    /// The place of an update.
    pub fn of(seq: Seq, update: &Update) -> Self {
        let (chat, moved_to) = match &update.kind {
            UpdateKind::ChatMigrated { from, to, .. } if from != to => {
                (Some(from.clone()), Some(to.clone()))
            }
            _ => (update.chat_id().cloned(), None),
        };
        Self { seq, chat, moved_to }
    }
}

/// What came in at once, or a part of it, to be written in one transaction.
#[derive(Clone, Copy, Debug)]
pub struct Append<'a> {
    /// The account that was told.
    pub account: &'a AccountId,
    /// What it was told, in order.
    pub updates: &'a [Update],
    /// Where receiving goes on behind them.
    pub cursor: Option<&'a Cursor>,
    /// The fence of who polls. What a messenger delivers by itself has none: it may reach any
    /// process, and is written by whichever it reaches.
    pub fence: Option<Fence>,
}

/// What became of an [`Append`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Appended {
    /// It is written; so many of its updates were new.
    New(usize),
    /// Nothing was written: the account has another owner.
    Fenced,
}

/// How much waits for an account.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Depth {
    /// Updates that are neither done nor dead.
    pub waiting: u64,
    /// When the oldest of them was written down.
    pub oldest: Option<DateTime<Utc>>,
    /// Updates that are dead.
    pub dead: u64,
}

/// What an update has come to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum State {
    /// It waits, or is being handled.
    Received,
    /// It was handled.
    Done,
    /// It was given up.
    Dead,
}

impl State {
    /// The word for it, as the databases have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "received" => Ok(Self::Received),
            "done" => Ok(Self::Done),
            "dead" => Ok(Self::Dead),
            _ => Err(format!("{text:?} is no state of an update: received, done and dead are")),
        }
    }
}

/// Which updates to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Listing {
    /// Those in this state; all if none is named.
    pub state: Option<State>,
    /// Those of this account; all if none is named.
    pub account: Option<AccountId>,
    /// Those after this place.
    pub after: Seq,
    /// The last first.
    pub newest_first: bool,
}

/// An update as people look at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its place.
    pub seq: Seq,
    /// The account that was told.
    pub account: AccountId,
    /// Its id there.
    pub update: UpdateId,
    /// The chat it happened in.
    pub chat: Option<ChatId>,
    /// When it was written down.
    pub received_at: DateTime<Utc>,
    /// What it has come to.
    pub state: State,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was done or given up.
    pub settled_at: Option<DateTime<Utc>>,
    /// The update as JSON. It may be one that this version cannot read.
    pub body: String,
}

/// A try of a handler that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub error: String,
}

/// Holds updates until they are done. That they are is written with what their handlers did: see
/// [`End`](super::End).
#[async_trait]
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Where receiving goes on for an account; `None` when it never received.
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>>;

    /// Writes a batch and the cursor behind it in one transaction: an update that is already there,
    /// by its account and id, is left out. What it tells of chats that have moved can be asked for
    /// from then on ([`Ledger::moved`](super::Ledger::moved)).
    ///
    /// Entries become visible to [`pending`](Self::pending) in the order of their place: when one
    /// can be read, no smaller one can still appear.
    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended>;

    /// The updates of an account that are neither done nor dead and have a place after `after`, in
    /// order, at most `limit`; fewer than there are may come, but none only if there are none. One
    /// that cannot be read, since another version wrote it, becomes dead and does not hold up the
    /// others.
    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>>;

    /// The same of the places alone: of many that wait, few are handled soon. Nothing becomes dead by
    /// that.
    async fn places(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Place>> {
        let entries = self.pending(account, after, limit).await?;
        Ok(entries.iter().map(|entry| Place::of(entry.seq, &entry.update)).collect())
    }

    /// Those of these updates that are neither done nor dead, in order.
    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>>;

    /// How much waits for an account.
    async fn depth(&self, account: &AccountId) -> Result<Depth>;

    /// Updates as people look at them, in the order that is wanted of their places, at most `limit`.
    async fn list(&self, listing: &Listing, limit: usize) -> Result<Vec<Record>>;

    /// One of them, and every failure of its handler, the oldest first.
    async fn record(&self, seq: Seq) -> Result<Option<(Record, Vec<Failure>)>>;

    /// Has a dead update handled again: it gets the last place, and its error is the last of its
    /// failures. `false` when
    /// there is no dead update at this place.
    async fn revive(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool>;

    /// Has a dead update count as done, without its handler. `false` when there is no dead update
    /// at this place.
    async fn discard(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool>;

    /// Forgets updates that were done before this moment, with what their handlers did, at most
    /// `limit` of them, and says how many it forgot. Effects under a key, which belong to no update,
    /// are forgotten by their own time, at most as many. It holds nobody up.
    async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize>;
}
