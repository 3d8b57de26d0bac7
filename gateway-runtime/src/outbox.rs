//! Messages without an update: those that are sent later, and those that somebody outside of any
//! handler wants sent.
//!
//! Both are written down first, under a key, and sent by whoever runs the account: so they survive a
//! restart, and are sent once, whichever process was asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use gateway_core::chance::Chance;
use gateway_core::model::{AccountId, ChatId, ChatRef, NewMessage};
use gateway_core::time::Clock;
use tokio::sync::watch;

use crate::EffectError;
use crate::effect::Effects;
use crate::journal::{
    Change, EffectKey, Journal, JournalError, Origin, Outcome, Scheduled, Settled, Written,
};
use crate::lanes::Ends;
use crate::pause;
use crate::runtime::verdict::{Verdict, verdict};
use crate::scribe::Scribe;

/// Messages that are looked at together.
const PAGE: usize = 100;

/// How often is looked for what is due, or was scheduled by another process.
const LOOK: Duration = Duration::from_secs(1);

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Wakes those who send when something was scheduled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell(Arc<watch::Sender<u64>>);

impl Bell {
    pub(crate) fn wake(&self) {
        self.0.send_modify(|rung| *rung += 1);
    }
}

/// Sends messages from outside of any handler: see [`Runtime::sender`](crate::Runtime::sender).
///
/// What it is given is written down before it returns, and sent by whichever process runs the
/// account. The key makes it one message, however often it is given.
#[derive(Clone, Debug)]
pub struct Sender {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bell: Bell,
}

impl Sender {
    /// Has a message sent, now. `false` when one was given under this key before.
    pub async fn send(
        &self,
        chat: &ChatRef,
        message: impl Into<NewMessage>,
        key: &str,
    ) -> Result<bool, JournalError> {
        self.send_at(chat, self.clock.now(), message, key).await
    }

    /// Has a message sent later. `false` when one was given under this key before.
    pub async fn send_at(
        &self,
        chat: &ChatRef,
        due: DateTime<Utc>,
        message: impl Into<NewMessage>,
        key: &str,
    ) -> Result<bool, JournalError> {
        let (chat, key, message) = (chat.clone(), key.to_owned(), message.into());
        let scheduled = Scheduled { chat: chat.clone(), key, due, message };
        let change = Change::Schedule(Box::new(scheduled));
        let written = self.scribe().write(&chat.account, None, change).await?;
        self.bell.wake();
        Ok(written == Written::Done)
    }

    /// Takes back a message that was not sent yet; `false` when there is none.
    pub async fn cancel(&self, account: &AccountId, key: &str) -> Result<bool, JournalError> {
        let change = Change::Unschedule { key: key.to_owned() };
        Ok(self.scribe().write(account, None, change).await? == Written::Done)
    }

    /// How the sending of a message went; `None` when it was not tried yet.
    pub async fn outcome(
        &self,
        account: &AccountId,
        key: &str,
    ) -> Result<Option<Settled>, JournalError> {
        let origin = Origin::Key(key.to_owned());
        let effect = EffectKey { account: account.clone(), origin, place: "0".to_owned() };
        self.journal.effect(&effect).await
    }

    fn scribe(&self) -> Scribe {
        Scribe::alone(self.journal.clone(), self.clock.clone())
    }
}

/// Sends what is due on one account.
pub(crate) struct Outbox {
    pub(crate) effects: Effects,
    pub(crate) ends: Ends,
    pub(crate) chance: Arc<Chance>,
}

impl Outbox {
    pub(crate) async fn run(self) {
        let mut woken = self.effects.outbox.0.subscribe();
        let mut pauses = pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let wait = match self.send_due().await {
                Ok(true) => {
                    pauses = pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE);
                    Duration::ZERO
                }
                Ok(false) => self.until_next().await,
                Err(()) => pauses.next().unwrap_or(LONGEST_PAUSE),
            };
            tokio::select! {
                biased;
                () = self.ends.stop.cancelled() => return,
                () = self.ends.lost.cancelled() => return,
                _ = woken.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn account(&self) -> &AccountId {
        self.effects.account.id()
    }

    async fn until_next(&self) -> Duration {
        match self.effects.journal.next_due(self.account()).await {
            Ok(Some(due)) => {
                (due - self.effects.clock.now()).to_std().unwrap_or_default().min(LOOK)
            }
            Ok(None) if !self.effects.journal.is_shared() => LONGEST_PAUSE,
            Ok(None) | Err(_) => LOOK,
        }
    }

    /// Sends what is due, in order within each chat; says whether there was anything. An error when
    /// something could not be sent and is to be tried again.
    async fn send_due(&self) -> Result<bool, ()> {
        let now = self.effects.clock.now();
        let due = self.effects.journal.due(self.account(), now, PAGE).await;
        let due = due.map_err(|error| {
            tracing::error!(account = %self.account(), %error, "journal");
        })?;
        let mut by_chat: BTreeMap<ChatId, Vec<Scheduled>> = BTreeMap::new();
        let any = !due.is_empty();
        for scheduled in due {
            by_chat.entry(scheduled.chat.chat.clone()).or_default().push(scheduled);
        }
        let sending = by_chat.into_values().map(|chat| self.send_in_order(chat));
        let sent = tokio::select! {
            biased;
            () = self.ends.lost.cancelled() => return Err(()),
            sent = join_all(sending) => sent,
        };
        sent.into_iter().collect::<Result<(), ()>>().map(|()| any)
    }

    async fn send_in_order(&self, messages: Vec<Scheduled>) -> Result<(), ()> {
        for scheduled in messages {
            if self.ends.stop.is_cancelled() {
                return Err(());
            }
            self.send(scheduled).await?;
        }
        Ok(())
    }

    async fn send(&self, scheduled: Scheduled) -> Result<(), ()> {
        let (account, key) = (self.account(), scheduled.key);
        let origin = Origin::Key(key.clone());
        let sent = self.effects.send(&origin, "0", &scheduled.chat.chat, &scheduled.message).await;
        let change = match sent {
            Ok(_) => Change::Unschedule { key: key.clone() },
            Err(error) if verdict(&error) == Verdict::Final => {
                tracing::error!(%account, key, %error, "a message cannot be sent");
                self.record_refusal(&origin, &error).await;
                Change::GiveUp { key: key.clone(), error: error.to_string() }
            }
            Err(error) => {
                tracing::warn!(%account, key, %error, "a message is not sent yet");
                return Err(());
            }
        };
        let written = self.effects.scribe.write(account, Some(self.effects.fence), change).await;
        match written {
            Ok(Written::Fenced) => {
                self.ends.lost.cancel();
                Err(())
            }
            Ok(_) => Ok(()),
            // It is not sent a second time: its effect is done.
            Err(error) => {
                tracing::error!(%account, key, %error, "journal");
                Err(())
            }
        }
    }

    /// What was refused before it was tried has no effect yet: whoever asks how it went is told.
    async fn record_refusal(&self, origin: &Origin, error: &EffectError) {
        let place = "0".to_owned();
        let effect = EffectKey { account: self.account().clone(), origin: origin.clone(), place };
        let known = self.effects.journal.effect(&effect).await;
        if !matches!(known, Ok(None)) {
            return;
        }
        let begin = Change::Begin { effect: effect.clone(), fingerprint: "send".to_owned() };
        let settle = Change::Settle { effect, outcome: Outcome::Refused(error.to_string()) };
        for change in [begin, settle] {
            let fence = Some(self.effects.fence);
            if let Err(error) = self.effects.scribe.write(self.account(), fence, change).await {
                tracing::warn!(%error, "journal");
            }
        }
    }
}
