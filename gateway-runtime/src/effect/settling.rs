//! Effects of which nobody knows whether they happened: the gateway was killed, or an answer was
//! lost, after they were asked for.
//!
//! What may happen twice without anybody seeing it happens again. A message is looked for in its
//! chat, where the messenger lets the bot read. Where it does not, the policy says.

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::messenger::{self, History, Receipt};
use gateway_core::model::{ChatId, Message, MessageId, NewMessage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Action, EffectError, Effects};
use crate::journal::{EffectKey, Outcome};
use crate::measure::{Came, Kind};

/// What becomes of a message of which nobody knows whether it was sent, on a messenger that does not
/// let the bot read.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It is sent again: it may arrive twice.
    #[default]
    AtLeastOnce,
    /// It is not sent again: it may not arrive at all. The handler gets
    /// [`EffectError::Unknown`].
    AtMostOnce,
}

/// How long a message that was on its way may take to arrive: before that, not finding it means
/// nothing.
const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(2);

/// How many of a chat's last messages are looked at.
const LOOKED_AT: usize = 100;

/// By how much the messenger's clock may be behind ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// From when on the ledger is asked for messages that are known, before that.
const KNOWN_BEFORE: TimeDelta = TimeDelta::minutes(15);

impl Effects {
    /// The receipt of an effect that was asked for before and turns out to have happened; `None`
    /// when it is to happen again.
    pub(super) async fn read_back(
        &self,
        effect: &EffectKey,
        action: &Action,
        since: DateTime<Utc>,
    ) -> Result<Option<Value>, EffectError> {
        if action.is_idempotent() {
            tracing::debug!(%effect, "it may have happened, and happens again");
            return Ok(None);
        }
        let Action::Send { chat, message } = action else { return Ok(None) };
        let Some(history) = self.account.messenger.history() else {
            return self.as_policy_says(effect);
        };
        // It may have been sent a moment ago: by whoever ran the account before this process, or by
        // a try of this one that was cut off.
        let left = if since < self.since {
            self.since + ON_ITS_WAY - self.clock.now()
        } else {
            ON_ITS_WAY
        };
        if let Ok(left) = left.to_std() {
            tokio::time::sleep(left).await;
        }
        // Two that say the same must not take one message for both of theirs.
        let settling = self.account.settling.lock().await;
        let found = match self.find(history, effect, chat, message, since).await {
            Err(EffectError::Messenger(error)) if is_unreadable(&error) => {
                tracing::warn!(%effect, %error, "it cannot be read back");
                return self.as_policy_says(effect);
            }
            found => found?,
        };
        let Some(id) = found else {
            tracing::info!(%effect, "it had not arrived, and is sent again");
            return Ok(None);
        };
        tracing::info!(%effect, message = %id, "it had arrived");
        self.count(action.kind(), Came::Settled);
        let receipt = serde_json::to_value(Receipt { message: id }).unwrap_or(Value::Null);
        self.settle(effect, &Outcome::Done(receipt.clone())).await?;
        drop(settling);
        Ok(Some(receipt))
    }

    fn as_policy_says(&self, effect: &EffectKey) -> Result<Option<Value>, EffectError> {
        match self.policy {
            Policy::AtLeastOnce => {
                tracing::warn!(%effect, "it may arrive a second time");
                Ok(None)
            }
            Policy::AtMostOnce => {
                self.count(Kind::Send, Came::Unknown);
                Err(EffectError::Unknown { effect: Box::new(effect.clone()) })
            }
        }
    }

    /// A message of the bot in this chat that says the same, and is no other effect's.
    async fn find(
        &self,
        history: &dyn History,
        effect: &EffectKey,
        chat: &ChatId,
        message: &NewMessage,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, EffectError> {
        let recent = history.recent(chat, LOOKED_AT).await?;
        let me = self.account.me().await?;
        // A post in a channel is nobody's.
        let is_own = |it: &Message| it.sender.as_ref().is_none_or(|it| it.id == me.id);
        let is_it = |it: &&Message| {
            it.time >= since - CLOCKS_DIFFER && is_own(it) && says_the_same(it, message)
        };
        let fingerprint = format!("send to {chat}");
        let known_since = since - KNOWN_BEFORE;
        let known = self.journal.receipts(&effect.account, &fingerprint, known_since).await?;
        let known: Vec<MessageId> = known
            .into_iter()
            .filter_map(|it| serde_json::from_value::<Receipt>(it).ok())
            .map(|it| it.message)
            .collect();
        // The oldest: had there been an earlier one of the same words, it would be known.
        let found = recent.iter().rev().filter(is_it).find(|it| !known.contains(&it.id));
        Ok(found.map(|it| it.id.clone()))
    }
}

/// A chat that the bot is no longer in, or in which it may not read.
fn is_unreadable(error: &gateway_core::Error) -> bool {
    use messenger::ErrorKind::{Forbidden, NotFound, Unsupported};
    matches!(error.kind(), Forbidden | NotFound | Unsupported { .. })
}

/// Whether a message is what was asked to be sent. Messengers trim what they are given, and may
/// read formatting otherwise: the words count, how much is attached, and whether it is passed on.
fn says_the_same(read: &Message, asked: &NewMessage) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words(read.text.plain_text()) == words(asked.text.plain_text())
        && read.attachments.len() == asked.attachments.len()
        && read.forward.is_some() == asked.forward.is_some()
}
