//! What is written to the ledger, many writes in one transaction.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId};
use serde_json::Value;

use super::{
    Begun, EffectKey, Fence, Outcome, Result, Scheduled, Seq, SessionKey, SessionWrite, Settled,
    Stored,
};

/// One thing to write down.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The account that it concerns.
    pub account: AccountId,
    /// The fence of the account's owner; `None` for what anybody may write.
    pub fence: Option<Fence>,
    /// What.
    pub change: Change,
}

/// What to write down.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An effect is about to happen.
    Begin {
        /// Which.
        effect: EffectKey,
        /// What it does, and to what.
        fingerprint: String,
    },
    /// An effect has ended.
    Settle {
        /// Which.
        effect: EffectKey,
        /// How.
        outcome: Outcome,
    },
    /// A try of a handler failed, and there will be another.
    Fail {
        /// The update's place.
        seq: Seq,
        /// Why.
        error: String,
    },
    /// An update is handled to its end. One that has come to its end before stays as it is, and
    /// nothing of this is written: whoever got no answer may ask again.
    End(End),
    /// A message is to be sent.
    Schedule(Box<Scheduled>),
    /// A message is no longer to be sent: it was, or somebody thought better of it.
    Unschedule {
        /// Its key.
        key: String,
    },
    /// A message that was to be sent cannot be: it is kept, with the error.
    GiveUp {
        /// Its key.
        key: String,
        /// Why.
        error: String,
    },
}

/// The end of an update, and what its handler wants kept. All of it is written, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// The update's place.
    pub seq: Seq,
    /// How it ended.
    pub ending: Ending,
    /// What the handler changed in sessions; nothing when it is dead. They may be of other accounts,
    /// or of none: the fence is that of the update's account all the same, and what somebody else
    /// writes at the same time is told by the versions.
    pub sessions: Vec<SessionWrite>,
    /// The chat that has another id from now on: the sessions of the first are those of the second,
    /// unless the second has its own.
    pub moved: Option<(ChatId, ChatId)>,
}

/// How an update ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Its handler returned.
    Done,
    /// It is given up, and kept with the error.
    Dead(String),
}

/// What became of a [`Write`].
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// It is written.
    Done,
    /// The effect is intended, or was before: the answer to [`Change::Begin`].
    Begun(Begun),
    /// It was known already, or there was nothing to change: the answer to [`Change::Schedule`]
    /// of a key that is known, to [`Change::Unschedule`] of one that is not, and to [`Change::End`]
    /// of an update that had ended.
    Nothing,
    /// Nothing of it was written: somebody else has changed this session since it was read. The
    /// answer to [`Change::End`].
    Conflict(SessionKey),
    /// Nothing of it was written: the account has another owner.
    Fenced,
}

/// Holds what handlers did and know.
#[async_trait]
pub trait Ledger: fmt::Debug + Send + Sync {
    /// Writes all of this in one transaction, and says what became of each, in order. The writes of
    /// one commit do not build on each other: no two concern the same effect, update, session or
    /// message.
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>>;

    /// Whether writes of many should be gathered into one commit: where a commit is dear.
    fn gathers(&self) -> bool {
        true
    }

    /// A session; `None` when there never was one.
    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>>;

    /// What is known of an effect; `None` when nobody ever asked for it.
    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>>;

    /// The receipts of effects with this fingerprint that were done since.
    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>>;

    /// The id that a chat has now, when it has another than this one.
    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>>;

    /// The messages that are to be sent by then, the first due first, at most `limit`.
    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>>;

    /// When the next message is to be sent.
    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>>;
}
