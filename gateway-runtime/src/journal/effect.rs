//! What handlers do on messengers.

use std::fmt;

use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, UpdateId};
use serde_json::Value;

/// What an effect is for.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Origin {
    /// The update whose handler asks for it.
    Update(UpdateId),
    /// No update: somebody asks for it under this key, which is theirs.
    Key(String),
}

impl Origin {
    /// Whether it is an update or a key: the word for it, as the databases have it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Update(_) => "update",
            Self::Key(_) => "key",
        }
    }

    /// The update's id, or the key.
    pub fn id(&self) -> &str {
        match self {
            Self::Update(id) => id.as_str(),
            Self::Key(key) => key,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.id())
    }
}

/// Names an effect: what it is for, and its place among the effects of that.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EffectKey {
    /// The account it happens on.
    pub account: AccountId,
    /// What it is for.
    pub origin: Origin,
    /// Its number among the effects that a handler asks for, from 0 on, with the name that the
    /// handler gave to a part of them in front, and the number of the part behind when a message
    /// goes in several: `0`, `left.2`, `0/1`.
    pub place: String,
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "effect {} of {} on {}", self.place, self.origin, self.account)
    }
}

/// What the ledger knew of an effect that is about to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// Nothing, or that it was refused: it is intended from now on.
    New,
    /// That it was intended before: it may have happened.
    Unsettled {
        /// When it was first intended.
        since: DateTime<Utc>,
    },
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

/// What the ledger knows of an effect, for whoever asks from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// It is intended: about to happen, or nobody knows whether it did.
    Intended,
    /// It ended so.
    Ended(Outcome),
}
