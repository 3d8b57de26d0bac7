//! The journal: the only queue, and the memory of what handlers did.
//!
//! It is three small traits. [`Inbox`] holds updates until they are done; [`Ledger`] holds what
//! handlers did and know; [`Owners`] says which process runs an account. Inbox and ledger are apart
//! so that a broker can take the inbox's place when one machine is not enough, while the ledger
//! stays in a database.
//!
//! | state of an update | what it means |
//! |---|---|
//! | received | written down, not yet handled to the end |
//! | done | its handler returned |
//! | dead | its handler failed for good; kept, with the error and every failure before it |
//!
//! | state of an effect | what it means |
//! |---|---|
//! | intended | about to happen; after a crash nobody knows whether it did |
//! | done | it happened, and this is its receipt |
//! | refused | the messenger said no: it did not happen, and may be asked for again |
//!
//! Whoever owns an account has a [`Fence`]; what is written under an older one is not taken. So a
//! process that was thought dead and was only slow cannot spoil what the next owner does.

mod effect;
mod inbox;
mod memory;
mod outbox;
mod owners;
mod session;
mod write;

use std::sync::Arc;

pub use effect::{Begun, EffectKey, Origin, Outcome, Settled};
pub use inbox::{Append, Appended, Depth, Entry, Failure, Inbox, Listing, Place, Record, State};
pub use memory::MemoryJournal;
pub use outbox::Scheduled;
pub use owners::{Claim, Fence, Owners};
pub use session::{Scope, SessionKey, SessionWrite, Stored};
pub use write::{Change, End, Ending, Ledger, Write, Written};

/// The journal could not be read or written. It is cheap to copy: many writes share one commit, and
/// its failure.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct JournalError {
    /// What was being done: "writing an update".
    pub doing: &'static str,
    /// What the database said.
    pub source: Arc<dyn std::error::Error + Send + Sync>,
    /// Whether it refuses what it was given, and is well otherwise.
    pub is_refusal: bool,
}

impl JournalError {
    /// An error of the database.
    pub fn new(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { doing, source: source.into().into(), is_refusal: false }
    }

    /// The same of a database that refuses what it was given: something is too long for it, or has
    /// the wrong form.
    #[must_use]
    pub fn as_refusal(mut self, is_refusal: bool) -> Self {
        self.is_refusal = is_refusal;
        self
    }
}

/// The result of asking the journal.
pub type Result<T, E = JournalError> = std::result::Result<T, E>;

/// Inbox, ledger and owners together.
pub trait Journal: Inbox + Ledger + Owners {}

impl<T: Inbox + Ledger + Owners> Journal for T {}

/// Where something stands in a queue: later ones have greater places.
pub type Seq = i64;
