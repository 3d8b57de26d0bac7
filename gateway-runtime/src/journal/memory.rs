//! A journal in memory: for tests, and for bots that may forget.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, Cursor, Update, UpdateId};
use serde_json::Value;

use super::{Begun, EffectKey, Entry, Inbox, Ledger, Outcome, Result};

/// A journal in memory. It keeps every promise but the one to survive its process.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    cursors: HashMap<AccountId, Cursor>,
    known: HashSet<(AccountId, UpdateId)>,
    pending: BTreeMap<i64, Entry>,
    dead: BTreeMap<i64, (Entry, String)>,
    last_seq: i64,
    effects: BTreeMap<EffectKey, Effect>,
}

#[derive(Debug)]
struct Effect {
    fingerprint: String,
    state: EffectState,
}

#[derive(Debug)]
enum EffectState {
    Intended,
    Done(Value),
    Refused,
}

impl MemoryJournal {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Inbox for MemoryJournal {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        Ok(self.lock().cursors.get(account).cloned())
    }

    async fn append(
        &self,
        account: &AccountId,
        updates: &[Update],
        cursor: Option<&Cursor>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let mut state = self.lock();
        let mut new = 0;
        for update in updates {
            if state.known.insert((account.clone(), update.id.clone())) {
                state.last_seq += 1;
                let seq = state.last_seq;
                let entry = Entry { seq, received_at: now, update: update.clone() };
                state.pending.insert(seq, entry);
                new += 1;
            }
        }
        if let Some(cursor) = cursor {
            state.cursors.insert(account.clone(), cursor.clone());
        }
        Ok(new)
    }

    async fn pending(
        &self,
        accounts: &[AccountId],
        after: i64,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let state = self.lock();
        let waiting = state.pending.range(after + 1..).map(|(_, entry)| entry);
        let theirs = waiting.filter(|entry| accounts.contains(&entry.update.account));
        Ok(theirs.take(limit).cloned().collect())
    }

    async fn done(&self, seq: i64, _: DateTime<Utc>) -> Result<()> {
        self.lock().pending.remove(&seq);
        Ok(())
    }

    async fn dead(&self, seq: i64, error: &str, _: DateTime<Utc>) -> Result<()> {
        let mut state = self.lock();
        if let Some(entry) = state.pending.remove(&seq) {
            state.dead.insert(seq, (entry, error.to_owned()));
        }
        Ok(())
    }

    async fn count_dead(&self) -> Result<u64> {
        Ok(self.lock().dead.len() as u64)
    }
}

#[async_trait]
impl Ledger for MemoryJournal {
    async fn begin(
        &self,
        effect: &EffectKey,
        fingerprint: &str,
        _: DateTime<Utc>,
    ) -> Result<Begun> {
        let mut state = self.lock();
        let begun = match state.effects.get(effect) {
            Some(Effect { state: EffectState::Refused, .. }) | None => Begun::New,
            Some(known) if known.fingerprint != fingerprint => {
                return Ok(Begun::Mismatch { recorded: known.fingerprint.clone() });
            }
            Some(Effect { state: EffectState::Done(receipt), .. }) => {
                return Ok(Begun::Done(receipt.clone()));
            }
            Some(Effect { state: EffectState::Intended, .. }) => Begun::Unsettled,
        };
        let fingerprint = fingerprint.to_owned();
        state.effects.insert(effect.clone(), Effect { fingerprint, state: EffectState::Intended });
        Ok(begun)
    }

    async fn settle(&self, effect: &EffectKey, outcome: &Outcome, _: DateTime<Utc>) -> Result<()> {
        if let Some(effect) = self.lock().effects.get_mut(effect) {
            effect.state = match outcome {
                Outcome::Done(receipt) => EffectState::Done(receipt.clone()),
                Outcome::Refused(_) => EffectState::Refused,
            };
        }
        Ok(())
    }
}
