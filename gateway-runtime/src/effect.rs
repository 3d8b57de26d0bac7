//! What handlers do, written down before and after.

mod action;
mod settling;
mod unwritten;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use gateway_core::chance::Chance;
use gateway_core::fit::{self, Report};
use gateway_core::messenger::Receipt;
use gateway_core::messenger::{Error, ErrorKind};
use gateway_core::model::{AccountId, ChatId, MessageId, NewMessage};
use gateway_core::time::Clock;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::Instrument as _;

pub(crate) use action::Action;
pub use settling::Policy;
pub(crate) use unwritten::Unwritten;

use crate::account::RunningAccount;
use crate::journal::{
    Begun, Change, EffectKey, Fence, Journal, JournalError, Origin, Outcome, SessionKey, Written,
};
use crate::measure::{Came, Kind};
use crate::outage::Asked;
use crate::outbox::Bell;
use crate::pause;
use crate::scribe::Scribe;
use crate::slots::Slot;
use crate::status::Pulse;

/// Tries of one effect, as long as nothing can have happened.
pub(crate) const TRIES: usize = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause for which a handler is kept waiting; for a longer one it ends, and runs again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How often a chat is followed from one id to the next.
const MOVES: usize = 3;

/// Why an effect did not happen, or is not known to have happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EffectError {
    /// The messenger refused it or could not be reached.
    #[error(transparent)]
    Messenger(#[from] Error),
    /// The journal could not be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// When the handler ran before, it asked for something else at this place.
    #[error("{effect}: the handler asked for {recorded:?} when it ran before, now for {asked:?}")]
    Mismatch {
        /// Which effect.
        effect: Box<EffectKey>,
        /// The fingerprint of what it asked for before.
        recorded: String,
        /// The fingerprint of what it asks for now.
        asked: String,
    },
    /// Nobody knows whether it happened, and it must not happen twice: see [`Policy::AtMostOnce`].
    #[error("{effect}: nobody knows whether it happened, and it is not to happen twice")]
    Unknown {
        /// Which effect.
        effect: Box<EffectKey>,
    },
    /// Another process runs the account now, and handles the update.
    #[error("another process runs {account} now")]
    Fenced {
        /// The account.
        account: AccountId,
    },
    /// The handler asked for an account that this gateway does not have.
    #[error("this gateway has no account {account}")]
    NoAccount {
        /// The account.
        account: AccountId,
    },
    /// The update has nothing of the kind: no chat to reply in, no button to answer.
    #[error("the update has no {0}")]
    Missing(&'static str),
    /// What is kept in a session is not what is asked for, or cannot be kept.
    #[error("{session}: {source}")]
    Session {
        /// Which session.
        session: Box<SessionKey>,
        /// Why.
        source: serde_json::Error,
    },
}

impl EffectError {
    /// Whether asking again cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            // A chat that is not there may have moved, which is told a moment later; a token can be
            // replaced.
            Self::Messenger(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unauthorized) =>
            {
                false
            }
            Self::Messenger(error) => !error.is_retryable(),
            Self::Journal(_) | Self::Fenced { .. } => false,
            Self::Mismatch { .. }
            | Self::NoAccount { .. }
            | Self::Missing(_)
            | Self::Unknown { .. }
            | Self::Session { .. } => true,
        }
    }
}

/// A message was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sent {
    /// The ids of its parts, in order: more than one when it was too much for the messenger.
    pub parts: Vec<MessageId>,
    /// What it cost to make it fit.
    pub report: Report,
}

impl Sent {
    /// The id of the part that bears the keyboard: the last, and most often the only one.
    ///
    /// By it the message is edited, deleted or pinned.
    pub fn message(&self) -> &MessageId {
        // There is always one: `fit` gives at least one part, and each has a receipt.
        &self.parts[self.parts.len() - 1]
    }
}

/// Makes effects happen, once each.
#[derive(Clone, Debug)]
pub(crate) struct Effects {
    /// On which account they happen.
    pub(crate) account: RunningAccount,
    /// Every account of this gateway.
    pub(crate) accounts: Arc<HashMap<AccountId, RunningAccount>>,
    /// The account whose updates they are for: who owns it writes them down.
    pub(crate) owner: AccountId,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) scribe: Scribe,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<Chance>,
    /// Wakes who sends what is scheduled.
    pub(crate) outbox: Bell,
    /// That of the owner.
    pub(crate) fence: Fence,
    /// Since when this process runs the owner's account.
    pub(crate) since: DateTime<Utc>,
    pub(crate) policy: Policy,
    /// What has happened and is being written down.
    pub(crate) unwritten: Unwritten,
    /// In which the handler runs that asks for them.
    pub(crate) slot: Slot,
}

impl Effects {
    fn account(&self) -> &AccountId {
        self.account.id()
    }

    /// The same on another account. Whichever process runs that: they happen from here, and are
    /// written down by the owner of the account whose updates they are for.
    pub(crate) fn on(&self, account: &AccountId) -> Result<Self, EffectError> {
        match self.accounts.get(account) {
            Some(other) => Ok(Self { account: other.clone(), ..self.clone() }),
            None => Err(EffectError::NoAccount { account: account.clone() }),
        }
    }

    /// Sends a message in as many parts as it takes.
    pub(crate) async fn send(
        &self,
        origin: &Origin,
        place: &str,
        chat: &ChatId,
        message: &NewMessage,
    ) -> Result<Sent, EffectError> {
        let fitted = fit::fit(self.account.messenger.capabilities(), message)?;
        let mut parts = Vec::with_capacity(fitted.parts.len());
        for (number, part) in fitted.parts.iter().enumerate() {
            let place = if number == 0 { place.to_owned() } else { format!("{place}/{number}") };
            let action = Action::Send { chat: chat.clone(), message: Box::new(part.clone()) };
            let receipt: Receipt = self.perform(origin, place, action).await?;
            parts.push(receipt.message);
        }
        if parts.is_empty() {
            return Err(EffectError::Missing("parts that could be sent"));
        }
        Ok(Sent { parts, report: fitted.report })
    }

    /// A message that must stay one, since it takes another's place.
    pub(crate) fn fit_one(&self, message: &NewMessage) -> Result<NewMessage, EffectError> {
        let capabilities = self.account.messenger.capabilities();
        let mut parts = fit::fit(capabilities, message)?.parts.into_owned();
        if let (Some(part), true) = (parts.pop(), parts.is_empty()) {
            return Ok(part);
        }
        capabilities.check("editing a message", message)?;
        Err(EffectError::Missing("room for this in one message"))
    }

    /// Makes an effect happen, unless the ledger says that it has: then its receipt comes back.
    pub(crate) async fn perform<R: DeserializeOwned>(
        &self,
        origin: &Origin,
        place: String,
        action: Action,
    ) -> Result<R, EffectError> {
        let span = tracing::debug_span!(
            "effect",
            account = %self.account(),
            kind = action.kind().name(),
            place = place.as_str(),
        );
        let effect = EffectKey { account: self.account().clone(), origin: origin.clone(), place };
        let receipt = self.receipt(effect, action).instrument(span).await?;
        serde_json::from_value(receipt).map_err(|why| {
            EffectError::Journal(JournalError::new("reading the receipt of an effect", why))
        })
    }

    async fn receipt(&self, effect: EffectKey, action: Action) -> Result<Value, EffectError> {
        let asked = action.fingerprint();
        Ok(match self.begin(&effect, &asked).await? {
            Begun::New => self.carry_out(&effect, action).await?,
            Begun::Done(receipt) => receipt,
            Begun::Unsettled { since } => {
                // That is rare, and those whose effect is new shall not hold room for it.
                let happened = Box::pin(self.read_back(&effect, &action, since)).await?;
                if let Some(receipt) = happened {
                    receipt
                } else {
                    // That took time: another process may run the account by now, and what was
                    // still being written down when this was asked may be.
                    match self.begin(&effect, &asked).await? {
                        Begun::Done(receipt) => receipt,
                        _ if action.takes_away() => {
                            Box::pin(self.take_away(&effect, action)).await?
                        }
                        _ => self.carry_out(&effect, action).await?,
                    }
                }
            }
            Begun::Mismatch { recorded } => {
                return Err(EffectError::Mismatch { effect: Box::new(effect), recorded, asked });
            }
        })
    }

    fn count(&self, kind: Kind, came: Came) {
        self.account.pulse.meters().effect(kind, came).increment(1);
    }

    async fn begin(&self, effect: &EffectKey, asked: &str) -> Result<Begun, EffectError> {
        let begin = Change::Begin { effect: effect.clone(), fingerprint: asked.to_owned() };
        // By reference: every handler that waits would hold it twice.
        let begun = pin!(self.scribe.write(&self.owner, Some(self.fence), begin));
        let begun = self.slot.wait_for(begun).await;
        match &begun {
            Ok(_) => self.pulse().journal_answered(Asked::Effects),
            // It is this effect's own mistake.
            Err(error) if error.is_refusal => {}
            Err(error) => {
                self.pulse().journal_failed(Asked::Effects, "an effect cannot begin", error);
            }
        }
        match begun? {
            Written::Begun(begun) => Ok(begun),
            Written::Fenced => Err(EffectError::Fenced { account: self.owner.clone() }),
            other => {
                let why = format!("the ledger answered {other:?}");
                Err(JournalError::new("writing down an effect", why).into())
            }
        }
    }

    /// Does it, and writes down how it ended.
    async fn carry_out(&self, effect: &EffectKey, action: Action) -> Result<Value, EffectError> {
        let kind = action.kind();
        let result = self.attempt(effect, action).await;
        self.conclude(effect, kind, result).await
    }

    async fn conclude(
        &self,
        effect: &EffectKey,
        kind: Kind,
        result: Result<Value, EffectError>,
    ) -> Result<Value, EffectError> {
        match result {
            Err(EffectError::Messenger(error)) if !error.may_have_happened() => {
                self.count(kind, Came::Refused);
                self.settle(effect, &Outcome::Refused(error.to_string())).await?;
                Err(error.into())
            }
            // It stays intended: that is all that is known of it.
            Err(error) => {
                if matches!(error, EffectError::Messenger(_)) {
                    self.count(kind, Came::Unknown);
                }
                Err(error)
            }
            Ok(receipt) => {
                self.count(kind, Came::Done);
                self.settle_soon(effect, Outcome::Done(receipt.clone())).await?;
                Ok(receipt)
            }
        }
    }

    /// Takes something away that may be gone already, by a try of which nobody knows what it came to.
    async fn take_away(&self, effect: &EffectKey, action: Action) -> Result<Value, EffectError> {
        // The word alone does not do: it may be the chat that is not found, since it has moved.
        let (gone, messenger) = (action.clone(), &*self.account.messenger);
        let kind = action.kind();
        match self.attempt(effect, action).await {
            Err(EffectError::Messenger(error))
                if *error.kind() == ErrorKind::NotFound && gone.is_gone(messenger).await =>
            {
                tracing::debug!(%effect, %error, "it is gone");
                self.count(kind, Came::Settled);
                self.settle_soon(effect, Outcome::Done(Value::Null)).await?;
                Ok(Value::Null)
            }
            result => self.conclude(effect, kind, result).await,
        }
    }

    fn settlement(effect: &EffectKey, outcome: &Outcome) -> Change {
        Change::Settle { effect: effect.clone(), outcome: outcome.clone() }
    }

    /// Whether this process still runs the account, by what the ledger answered.
    fn is_owner(&self, written: &Written) -> Result<(), EffectError> {
        match written {
            Written::Fenced => Err(EffectError::Fenced { account: self.owner.clone() }),
            _ => Ok(()),
        }
    }

    /// How the account does whose journal this is.
    fn pulse(&self) -> &Pulse {
        let owner = self.accounts.get(&self.owner);
        &owner.unwrap_or(&self.account).pulse
    }

    /// Writes down how an effect ended, in more than one try: of what is not written nobody knows
    /// whether it happened.
    ///
    /// Boxed: most effects end without it, and shall not hold room for it while they wait.
    fn settle<'a>(
        &'a self,
        effect: &'a EffectKey,
        outcome: &'a Outcome,
    ) -> BoxFuture<'a, Result<(), EffectError>> {
        async move {
            let mut pauses =
                pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE).take(TRIES - 1);
            loop {
                let settle = Self::settlement(effect, outcome);
                let written = self.scribe.write(&self.owner, Some(self.fence), settle).await;
                match (written, pauses.next()) {
                    (Ok(written), _) => return self.is_owner(&written),
                    (Err(error), Some(wait)) => {
                        self.pulse().effect_waits(effect, &error);
                        tokio::time::sleep(wait).await;
                    }
                    (Err(error), None) => return Err(error.into()),
                }
            }
        }
        .boxed()
    }

    /// Tries again as long as nothing can have happened.
    async fn attempt(&self, effect: &EffectKey, mut action: Action) -> Result<Value, EffectError> {
        let asked = action.fingerprint();
        let mut pauses = pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE).take(TRIES - 1);
        let mut moves = MOVES;
        loop {
            let error = match action.happen(&*self.account.messenger).await {
                Ok(receipt) => {
                    tracing::debug!(%effect, kind = ?action.kind(), "done");
                    return Ok(receipt);
                }
                Err(error) => error,
            };
            if *error.kind() == ErrorKind::NotFound
                && moves > 0
                && let Some(to) = self.moved(&action).await
            {
                moves -= 1;
                tracing::debug!(%effect, %to, "the chat has moved");
                action.move_to(to);
                continue;
            }
            if !error.is_retryable() || error.may_have_happened() {
                return Err(error.into());
            }
            let Some(own) = pauses.next() else { return Err(error.into()) };
            let wait = error.retry_after().map_or(own, |asked| asked.max(own));
            if wait > LONGEST_PAUSE {
                return Err(error.into());
            }
            tracing::debug!(%effect, %error, retry_in_ms = wait.as_millis(), "trying again");
            tokio::time::sleep(wait).await;
            // Another process may run the account by now, and have looked whether it has arrived.
            // That is rare, and those that never do it shall not hold room for it.
            if let Begun::Done(receipt) = Box::pin(self.begin(effect, &asked)).await? {
                return Ok(receipt);
            }
        }
    }

    /// Where the chat of an effect is now, if it is elsewhere.
    async fn moved(&self, action: &Action) -> Option<ChatId> {
        let moved = self.journal.moved(self.account(), action.chat()?).await;
        moved.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether the chat has moved is not known");
            None
        })
    }
}
