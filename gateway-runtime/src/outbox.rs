//! Messages without an update: those that are sent later, and those that somebody outside of any
//! handler wants sent.
//!
//! Both are written down first, under a key, and sent by whoever runs the account: so they survive a
//! restart, and are sent once, whichever process was asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use gateway_core::chance::Chance;
use gateway_core::model::{AccountId, ChatId, ChatRef, NewMessage};
use gateway_core::time::Clock;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::EffectError;
use crate::effect::{Effects, Unwritten};
use crate::journal::{
    Change, EffectKey, Journal, JournalError, Origin, Outcome, Scheduled, Settled, Written,
};
use crate::lanes::Ends;
use crate::outage::Asked;
use crate::pause;
use crate::runtime::verdict::{Verdict, verdict};
use crate::scribe::Scribe;
use crate::slots::Slot;

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

/// Tries of a message that the messenger does not find a place for, before it is given up.
const TRIES: usize = 10;

/// Sends what is due on one account.
pub(crate) struct Outbox {
    effects: Effects,
    ends: Ends,
    chance: Arc<Chance>,
    /// What could not be sent, by its key. It holds up its chat and no other.
    failing: Mutex<HashMap<String, Failing>>,
}

/// A message that could not be sent.
#[derive(Clone, Copy, Debug)]
struct Failing {
    /// How often that counts against it.
    counted: usize,
    /// With those that nobody is to blame for.
    all: usize,
    /// When it is tried again.
    again: Instant,
}

impl Outbox {
    pub(crate) fn new(effects: Effects, ends: Ends, chance: Arc<Chance>) -> Self {
        Self { effects, ends, chance, failing: Mutex::default() }
    }

    pub(crate) async fn run(self) {
        let mut woken = self.effects.outbox.0.subscribe();
        loop {
            let wait = match self.send_due().await {
                Ok(true) => Duration::ZERO,
                Ok(false) => self.until_next().await,
                Err(()) => FIRST_PAUSE,
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

    fn failing(&self) -> MutexGuard<'_, HashMap<String, Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts off the next try of a message; how often it counts against it by now.
    fn put_off(&self, key: &str, counts: bool) -> usize {
        let mut failing = self.failing();
        let (counted, all) = failing.get(key).map_or((0, 0), |it| (it.counted, it.all));
        let (counted, all) = (counted + usize::from(counts), all + 1);
        let mut pauses = pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE);
        let pause = pauses.nth(all.min(16) - 1).unwrap_or(LONGEST_PAUSE);
        failing.insert(key.to_owned(), Failing { counted, all, again: Instant::now() + pause });
        counted
    }

    fn account(&self) -> &AccountId {
        self.effects.account.id()
    }

    async fn until_next(&self) -> Duration {
        match self.effects.journal.next_due(self.account()).await {
            // What is due already is put off.
            Ok(Some(due)) => (due - self.effects.clock.now()).to_std().unwrap_or(LOOK).min(LOOK),
            Ok(None) if !self.effects.journal.is_shared() => LONGEST_PAUSE,
            Ok(None) | Err(_) => LOOK,
        }
    }

    /// Sends what is due, in order within each chat; says whether there was anything that was not put
    /// off.
    async fn send_due(&self) -> Result<bool, ()> {
        let now = self.effects.clock.now();
        // What is put off does not take the place of what is not.
        let most = PAGE + self.failing().len();
        let due = self.effects.journal.due(self.account(), now, most).await;
        let due = due.map_err(|error| {
            self.effects.account.pulse.journal_failed(
                Asked::Due,
                "what is due is not known",
                &error,
            );
        })?;
        self.effects.account.pulse.journal_answered(Asked::Due);
        let mut by_chat: BTreeMap<ChatId, Vec<Scheduled>> = BTreeMap::new();
        for scheduled in due {
            by_chat.entry(scheduled.chat.chat.clone()).or_default().push(scheduled);
        }
        let at = Instant::now();
        by_chat.retain(|_, messages| {
            let failing = self.failing();
            let first = messages.first().and_then(|it| failing.get(&it.key));
            first.is_none_or(|it| it.again <= at)
        });
        let any = !by_chat.is_empty();
        let sending = by_chat.into_values().map(|chat| self.send_in_order(chat));
        tokio::select! {
            biased;
            () = self.ends.lost.cancelled() => Err(()),
            _ = join_all(sending) => Ok(any),
        }
    }

    async fn send_in_order(&self, messages: Vec<Scheduled>) {
        for scheduled in messages {
            if self.ends.stop.is_cancelled() || !self.send(scheduled).await {
                return;
            }
        }
    }

    /// Sends a message, or gives it up; `false` when it is put off.
    async fn send(&self, scheduled: Scheduled) -> bool {
        let (account, key) = (self.account(), scheduled.key);
        let origin = Origin::Key(key.clone());
        let unwritten = Unwritten::default();
        let effects = self.effects.of_one_origin(&unwritten, Slot::default());
        let sent = effects.send(&origin, "0", &scheduled.chat.chat, &scheduled.message).await;
        let change = match sent {
            Ok(_) => Change::Unschedule { key: key.clone() },
            Err(error) => {
                self.know(&unwritten, &key).await;
                let verdict = verdict(&error);
                if verdict == Verdict::Fenced {
                    self.ends.lost.cancel();
                    return false;
                }
                let counted = self.put_off(&key, verdict == Verdict::Counted);
                if verdict != Verdict::Final && counted < TRIES {
                    tracing::warn!(%account, key, %error, "a message is not sent yet");
                    return false;
                }
                tracing::error!(%account, key, %error, "a message cannot be sent");
                self.record_refusal(&origin, &error).await;
                Change::GiveUp { key: key.clone(), error: error.to_string() }
            }
        };
        let written = self.effects.scribe.write(account, Some(self.effects.fence), change).await;
        self.know(&unwritten, &key).await;
        match written {
            Ok(Written::Fenced) => {
                self.ends.lost.cancel();
                false
            }
            Ok(_) => {
                self.effects.account.pulse.journal_answered(Asked::Writing);
                self.failing().remove(&key);
                true
            }
            // It is not sent a second time: its effect is done.
            Err(error) => {
                let what = "that a message was sent is not written down yet";
                self.effects.account.pulse.journal_failed(Asked::Writing, what, &error);
                self.put_off(&key, false);
                false
            }
        }
    }

    /// Waits until it is written down which parts of a message were sent.
    async fn know(&self, unwritten: &Unwritten, key: &str) {
        if let Err(error) = self.effects.written(unwritten).await {
            let account = self.account();
            tracing::error!(%account, key, %error, "nobody knows what an effect came to");
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
                tracing::warn!(%error, "a refusal is not written down");
            }
        }
    }
}
