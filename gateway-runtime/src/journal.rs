//! The journal: the only queue, and the memory of what handlers did.
//!
//! It is two small traits. [`Inbox`] holds updates until they are done; [`Ledger`] holds what
//! handlers did. They are apart so that a broker can take the inbox's place when one machine is
//! not enough, while the ledger stays in a database.
//!
//! | state of an update | what it means |
//! |---|---|
//! | received | written down, not yet handled to the end |
//! | done | its handler returned |
//! | dead | its handler failed for good; kept, with the error |
//!
//! | state of an effect | what it means |
//! |---|---|
//! | intended | about to happen; after a crash nobody knows whether it did |
//! | done | it happened, and this is its receipt |
//! | refused | the messenger said no: it did not happen, and may be asked for again |

mod memory;

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, Cursor, Update, UpdateId};
use serde_json::Value;

pub use memory::MemoryJournal;

/// The journal could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct JournalError {
    /// What was being done: "writing an update".
    pub doing: &'static str,
    /// What the database said.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The result of asking the journal.
pub type Result<T, E = JournalError> = std::result::Result<T, E>;

/// An update in the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place: later entries have greater ones.
    pub seq: i64,
    /// When it was written down.
    pub received_at: DateTime<Utc>,
    /// The update.
    pub update: Update,
}

/// Holds updates until they are done.
#[async_trait]
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Where receiving goes on for an account; `None` when it never received.
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>>;

    /// Writes a batch and the cursor behind it in one transaction, and says how many updates were
    /// new: one that is already there, by its account and id, is left out.
    ///
    /// Entries become visible to [`pending`](Self::pending) in the order of their place: when one
    /// can be read, no smaller one can still appear.
    async fn append(
        &self,
        account: &AccountId,
        updates: &[Update],
        cursor: Option<&Cursor>,
        now: DateTime<Utc>,
    ) -> Result<usize>;

    /// The updates of these accounts that are neither done nor dead and have a place after `after`,
    /// in order, at most `limit`; fewer than there are may come, but none only if there are none.
    /// Those of other accounts wait for whoever runs them. One that cannot be read, since another
    /// version wrote it, becomes dead and does not hold up the others.
    async fn pending(&self, accounts: &[AccountId], after: i64, limit: usize)
    -> Result<Vec<Entry>>;

    /// An update is handled to the end.
    async fn done(&self, seq: i64, now: DateTime<Utc>) -> Result<()>;

    /// An update is given up: it is kept, with the error.
    async fn dead(&self, seq: i64, error: &str, now: DateTime<Utc>) -> Result<()>;

    /// How many updates are dead.
    async fn count_dead(&self) -> Result<u64>;
}

/// Names an effect: the update whose handler asked for it, and its number among those.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EffectKey {
    /// The account of the update.
    pub account: AccountId,
    /// The update.
    pub update: UpdateId,
    /// From 0, in the order in which the handler asked.
    pub ordinal: u32,
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "effect {} of update {} on {}", self.ordinal, self.update, self.account)
    }
}

/// What the ledger knew of an effect that is about to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// Nothing, or that it was refused: it is intended from now on.
    New,
    /// That it was intended before: it may have happened.
    Unsettled,
    /// That it happened: its receipt.
    Done(Value),
    /// That something else was intended under this key.
    Mismatch {
        /// The fingerprint of that.
        recorded: String,
    },
}

/// How an effect ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It happened, and this is its receipt.
    Done(Value),
    /// It did not happen.
    Refused(String),
}

/// Holds what handlers did.
#[async_trait]
pub trait Ledger: fmt::Debug + Send + Sync {
    /// Writes down that an effect is about to happen, and says what was known of it.
    async fn begin(
        &self,
        effect: &EffectKey,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<Begun>;

    /// Writes down how an effect ended.
    async fn settle(&self, effect: &EffectKey, outcome: &Outcome, now: DateTime<Utc>)
    -> Result<()>;
}

/// Inbox and ledger together.
pub trait Journal: Inbox + Ledger {}

impl<T: Inbox + Ledger> Journal for T {}
