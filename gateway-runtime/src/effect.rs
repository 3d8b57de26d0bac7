//! What handlers do, written down before and after.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::Messenger;
use gateway_core::messenger::{Error, Receipt};
use gateway_core::model::{CallbackId, ChatId, MessageId, NewMessage};
use gateway_core::time::Clock;
use serde_json::Value;

use crate::journal::{Begun, EffectKey, Journal, JournalError, Outcome};
use crate::pause;

/// Tries of one effect, as long as nothing can have happened.
pub(crate) const TRIES: usize = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause for which a handler is kept waiting; for a longer one it ends, and runs again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Why an effect did not happen, or is not known to have happened.
#[derive(Debug, thiserror::Error)]
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
        effect: EffectKey,
        /// The fingerprint of what it asked for before.
        recorded: String,
        /// The fingerprint of what it asks for now.
        asked: String,
    },
    /// The update has nothing of the kind: no chat to reply in, no button to answer.
    #[error("the update has no {0}")]
    Missing(&'static str),
}

impl EffectError {
    /// Whether asking again cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Messenger(error) => !error.is_retryable(),
            Self::Journal(_) => false,
            Self::Mismatch { .. } | Self::Missing(_) => true,
        }
    }
}

/// Something to do on a messenger.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Send { chat: ChatId, message: NewMessage },
    Edit { chat: ChatId, id: MessageId, message: NewMessage },
    Answer { callback: CallbackId, notice: String },
}

impl Effect {
    /// Tells this effect from others: what is done, and to what. The words are not in it, since
    /// they may depend on what has happened in the meantime.
    fn fingerprint(&self) -> String {
        match self {
            Self::Send { chat, .. } => format!("send to {chat}"),
            Self::Edit { id, .. } => format!("edit {id}"),
            Self::Answer { callback, .. } => format!("answer {callback}"),
        }
    }

    async fn happen(&self, messenger: &dyn Messenger) -> Result<Option<Receipt>, Error> {
        match self {
            Self::Send { chat, message } => messenger.send(chat, message).await.map(Some),
            Self::Edit { chat, id, message } => {
                let edits = messenger.edits();
                let edits = edits.ok_or_else(|| Error::unsupported("editing", "edits"))?;
                edits.edit(chat, id, message).await.map(|()| None)
            }
            Self::Answer { callback, notice } => {
                let callbacks = messenger.callbacks();
                let callbacks =
                    callbacks.ok_or_else(|| Error::unsupported("answering", "buttons"))?;
                callbacks.answer(callback, notice).await.map(|()| None)
            }
        }
    }
}

/// Makes effects happen, once each.
#[derive(Clone, Debug)]
pub(crate) struct Effects {
    pub(crate) messenger: Arc<dyn Messenger>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Effects {
    /// Makes an effect happen, unless the ledger says that it has: then its receipt comes back.
    ///
    /// One of which nobody knows whether it happened, happens again: at least once.
    pub(crate) async fn perform(
        &self,
        key: &EffectKey,
        effect: &Effect,
    ) -> Result<Option<Receipt>, EffectError> {
        let asked = effect.fingerprint();
        match self.journal.begin(key, &asked, self.clock.now()).await? {
            Begun::New => {}
            Begun::Unsettled => tracing::warn!(effect = %key, "may happen a second time"),
            Begun::Done(receipt) => return Ok(serde_json::from_value(receipt).unwrap_or_default()),
            Begun::Mismatch { recorded } => {
                return Err(EffectError::Mismatch { effect: key.clone(), recorded, asked });
            }
        }
        let (result, outcome) = match self.attempt(key, effect).await {
            // It stays intended: that is all that is known of it.
            Err(error) if error.may_have_happened() => return Err(error.into()),
            Err(error) => {
                let outcome = Outcome::Refused(error.to_string());
                (Err(error.into()), outcome)
            }
            Ok(receipt) => {
                let outcome = Outcome::Done(serde_json::to_value(&receipt).unwrap_or(Value::Null));
                (Ok(receipt), outcome)
            }
        };
        self.settle(key, &outcome).await?;
        result
    }

    /// Writes down how an effect ended, in more than one try: what is not written happens again.
    async fn settle(&self, key: &EffectKey, outcome: &Outcome) -> Result<(), JournalError> {
        let mut pauses = pause::growing(FIRST_PAUSE, LONGEST_PAUSE).take(TRIES - 1);
        loop {
            let settled = self.journal.settle(key, outcome, self.clock.now()).await;
            match (settled, pauses.next()) {
                (Err(error), Some(wait)) => {
                    tracing::warn!(effect = %key, %error, "journal");
                    tokio::time::sleep(wait).await;
                }
                (settled, _) => return settled,
            }
        }
    }

    /// Tries again as long as nothing can have happened.
    async fn attempt(&self, key: &EffectKey, effect: &Effect) -> Result<Option<Receipt>, Error> {
        let mut pauses = pause::growing(FIRST_PAUSE, LONGEST_PAUSE).take(TRIES - 1);
        loop {
            let error = match effect.happen(&*self.messenger).await {
                Ok(receipt) => return Ok(receipt),
                Err(error) => error,
            };
            if !error.is_retryable() || error.may_have_happened() {
                return Err(error);
            }
            let Some(own) = pauses.next() else { return Err(error) };
            let wait = error.retry_after().map_or(own, |asked| asked.max(own));
            if wait > LONGEST_PAUSE {
                return Err(error);
            }
            tracing::debug!(effect = %key, %error, retry_in_ms = wait.as_millis(), "trying again");
            tokio::time::sleep(wait).await;
        }
    }
}
