//! A journal in memory: for tests, and for bots that may forget.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor, UpdateId, UpdateKind};
use serde_json::Value;

use super::{
    Append, Appended, Begun, Change, Claim, Depth, EffectKey, End, Ending, Entry, Failure, Fence,
    Inbox, Ledger, Listing, Origin, Outcome, Owners, Record, Result, Scheduled, Scope, Seq,
    SessionKey, SessionWrite, Settled, State, Stored, Write, Written,
};

/// A journal in memory. It keeps every promise but the one to survive its process.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    cursors: HashMap<AccountId, Cursor>,
    owners: HashMap<AccountId, Fence>,
    known: HashSet<(AccountId, UpdateId)>,
    /// What waits, of each account by its place.
    waiting: HashMap<AccountId, BTreeMap<Seq, Entry>>,
    /// What is done, without its body, until it is forgotten.
    done: BTreeMap<Seq, Record>,
    dead: BTreeMap<Seq, Dead>,
    failures: HashMap<Seq, Vec<Failure>>,
    last_seq: Seq,
    effects: BTreeMap<EffectKey, Effect>,
    sessions: BTreeMap<SessionKey, Stored>,
    moves: HashMap<(AccountId, ChatId), ChatId>,
    outbox: BTreeMap<(AccountId, String), Scheduled>,
    /// When each is due.
    by_time: BTreeSet<(AccountId, DateTime<Utc>, String)>,
    /// Every key that was ever scheduled.
    scheduled: HashSet<(AccountId, String)>,
    /// What could not be sent.
    given_up: BTreeMap<(AccountId, String), String>,
}

#[derive(Debug)]
struct Dead {
    entry: Entry,
    error: String,
    at: DateTime<Utc>,
}

#[derive(Debug)]
struct Effect {
    fingerprint: String,
    since: DateTime<Utc>,
    /// When it ended, and how.
    ended: Option<(DateTime<Utc>, Outcome)>,
}

impl MemoryJournal {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn is_fenced(&self, account: &AccountId, fence: Option<Fence>) -> bool {
        fence.is_some_and(|fence| self.owners.get(account).is_some_and(|owner| *owner != fence))
    }

    /// Takes what waits at a place, of whichever account.
    fn take(&mut self, account: &AccountId, seq: Seq) -> Option<Entry> {
        self.waiting.get_mut(account)?.remove(&seq)
    }

    fn begin(&mut self, effect: &EffectKey, fingerprint: &str, now: DateTime<Utc>) -> Begun {
        match self.effects.get(effect) {
            None | Some(Effect { ended: Some((_, Outcome::Refused(_))), .. }) => {}
            Some(known) if known.fingerprint != fingerprint => {
                return Begun::Mismatch { recorded: known.fingerprint.clone() };
            }
            Some(Effect { ended: Some((_, Outcome::Done(receipt))), .. }) => {
                return Begun::Done(receipt.clone());
            }
            Some(Effect { ended: None, since, .. }) => return Begun::Unsettled { since: *since },
        }
        let intended = Effect { fingerprint: fingerprint.to_owned(), since: now, ended: None };
        self.effects.insert(effect.clone(), intended);
        Begun::New
    }

    fn end(&mut self, account: &AccountId, end: &End, now: DateTime<Utc>) -> Written {
        if !self.waiting.get(account).is_some_and(|waiting| waiting.contains_key(&end.seq)) {
            return Written::Nothing;
        }
        let stale = |write: &&SessionWrite| {
            self.sessions.get(&write.key).map_or(0, |it| it.version) != write.read
        };
        if let Some(stale) = end.sessions.iter().find(stale) {
            return Written::Conflict(stale.key.clone());
        }
        for write in &end.sessions {
            let stored = Stored { value: write.value.clone(), version: write.read + 1 };
            self.sessions.insert(write.key.clone(), stored);
        }
        if let Some((from, to)) = &end.moved {
            self.move_sessions(account, from, to);
        }
        let Some(entry) = self.take(account, end.seq) else { return Written::Done };
        match &end.ending {
            Ending::Done => {
                self.done.insert(end.seq, done(&entry, now));
            }
            Ending::Dead(error) => {
                let error = error.clone();
                self.dead.insert(end.seq, Dead { entry, error, at: now });
            }
        }
        Written::Done
    }

    fn move_sessions(&mut self, account: &AccountId, from: &ChatId, to: &ChatId) {
        let theirs = |key: &&SessionKey| key.account == *account && key.scope.chat() == Some(from);
        let keys: Vec<SessionKey> = self.sessions.keys().filter(theirs).cloned().collect();
        for key in keys {
            let scope = match &key.scope {
                Scope::Member(_, user) => Scope::Member(to.clone(), user.clone()),
                Scope::Chat(_) | Scope::User(_) => Scope::Chat(to.clone()),
            };
            let moved = SessionKey { scope, ..key.clone() };
            if !self.sessions.contains_key(&moved)
                && let Some(stored) = self.sessions.remove(&key)
            {
                self.sessions.insert(moved, stored);
            }
        }
    }

    fn write(&mut self, write: &Write, now: DateTime<Utc>) -> Written {
        let account = &write.account;
        if self.is_fenced(account, write.fence) {
            return Written::Fenced;
        }
        match &write.change {
            Change::Begin { effect, fingerprint } => {
                return Written::Begun(self.begin(effect, fingerprint, now));
            }
            Change::Settle { effect, outcome } => {
                if let Some(effect) = self.effects.get_mut(effect) {
                    effect.ended = Some((now, outcome.clone()));
                }
            }
            Change::Fail { seq, error } => {
                let failure = Failure { at: now, error: error.clone() };
                self.failures.entry(*seq).or_default().push(failure);
            }
            Change::End(end) => return self.end(account, end, now),
            Change::Schedule(scheduled) => {
                let key = (account.clone(), scheduled.key.clone());
                if !self.scheduled.insert(key.clone()) {
                    return Written::Nothing;
                }
                self.by_time.insert((account.clone(), scheduled.due, scheduled.key.clone()));
                self.outbox.insert(key, (**scheduled).clone());
            }
            Change::Unschedule { key } => {
                let Some(_) = self.unschedule(account, key) else { return Written::Nothing };
            }
            Change::GiveUp { key, error } => {
                self.unschedule(account, key);
                self.given_up.insert((account.clone(), key.clone()), error.clone());
            }
        }
        Written::Done
    }

    fn unschedule(&mut self, account: &AccountId, key: &str) -> Option<Scheduled> {
        let scheduled = self.outbox.remove(&(account.clone(), key.to_owned()))?;
        self.by_time.remove(&(account.clone(), scheduled.due, key.to_owned()));
        Some(scheduled)
    }

    fn record(&self, seq: Seq) -> Option<Record> {
        let body = |entry: &Entry| serde_json::to_string(&*entry.update).unwrap_or_default();
        if let Some(Dead { entry, error, at }) = self.dead.get(&seq) {
            let (error, settled_at) = (Some(error.clone()), Some(*at));
            let body = body(entry);
            return Some(Record { state: State::Dead, error, settled_at, body, ..record(entry) });
        }
        let waiting = || self.waiting.values().find_map(|it| it.get(&seq));
        let waiting = || waiting().map(|entry| Record { body: body(entry), ..record(entry) });
        self.done.get(&seq).cloned().or_else(waiting)
    }
}

/// An update that waits, without its body.
fn record(entry: &Entry) -> Record {
    Record {
        seq: entry.seq,
        account: entry.update.account.clone(),
        update: entry.update.id.clone(),
        chat: entry.update.chat_id().cloned(),
        received_at: entry.received_at,
        state: State::Received,
        error: None,
        settled_at: None,
        body: String::new(),
    }
}

fn done(entry: &Entry, at: DateTime<Utc>) -> Record {
    Record { state: State::Done, settled_at: Some(at), ..record(entry) }
}

#[async_trait]
impl Inbox for MemoryJournal {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        Ok(self.lock().cursors.get(account).cloned())
    }

    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended> {
        let mut memory = self.lock();
        if memory.is_fenced(batch.account, batch.fence) {
            return Ok(Appended::Fenced);
        }
        let mut new = 0;
        for update in batch.updates {
            if !memory.known.insert((batch.account.clone(), update.id.clone())) {
                continue;
            }
            if let UpdateKind::ChatMigrated { from, to, .. } = &update.kind {
                memory.moves.insert((batch.account.clone(), from.clone()), to.clone());
            }
            memory.last_seq += 1;
            let seq = memory.last_seq;
            let entry = Entry { seq, received_at: now, update: Arc::new(update.clone()) };
            memory.waiting.entry(batch.account.clone()).or_default().insert(seq, entry);
            new += 1;
        }
        if let Some(cursor) = batch.cursor {
            memory.cursors.insert(batch.account.clone(), cursor.clone());
        }
        Ok(Appended::New(new))
    }

    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>> {
        let memory = self.lock();
        let Some(waiting) = memory.waiting.get(account) else { return Ok(Vec::new()) };
        Ok(waiting.range(after + 1..).take(limit).map(|(_, entry)| entry.clone()).collect())
    }

    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>> {
        let memory = self.lock();
        let find = |seq: &Seq| memory.waiting.values().find_map(|it| it.get(seq)).cloned();
        let mut entries: Vec<Entry> = seqs.iter().filter_map(find).collect();
        entries.sort_unstable_by_key(|entry| entry.seq);
        Ok(entries)
    }

    async fn depth(&self, account: &AccountId) -> Result<Depth> {
        let memory = self.lock();
        let waiting = memory.waiting.get(account);
        let dead = memory.dead.values().filter(|it| it.entry.update.account == *account);
        Ok(Depth {
            waiting: waiting.map_or(0, BTreeMap::len) as u64,
            oldest: waiting.and_then(|it| it.values().next()).map(|entry| entry.received_at),
            dead: dead.count() as u64,
        })
    }

    async fn list(&self, listing: &Listing, limit: usize) -> Result<Vec<Record>> {
        let memory = self.lock();
        let mut seqs: Vec<Seq> =
            memory.waiting.values().flat_map(BTreeMap::keys).copied().collect();
        seqs.extend(memory.done.keys().chain(memory.dead.keys()));
        seqs.sort_unstable();
        if listing.newest_first {
            seqs.reverse();
        }
        let wanted = |record: &Record| {
            record.seq > listing.after
                && listing.state.is_none_or(|state| record.state == state)
                && listing.account.as_ref().is_none_or(|account| record.account == *account)
        };
        let records = seqs.iter().filter_map(|seq| memory.record(*seq)).filter(wanted);
        Ok(records.take(limit).collect())
    }

    async fn record(&self, seq: Seq) -> Result<Option<(Record, Vec<Failure>)>> {
        let memory = self.lock();
        let failures = || memory.failures.get(&seq).cloned().unwrap_or_default();
        Ok(memory.record(seq).map(|record| (record, failures())))
    }

    async fn revive(&self, seq: Seq, _: DateTime<Utc>) -> Result<bool> {
        let mut memory = self.lock();
        let Some(dead) = memory.dead.remove(&seq) else { return Ok(false) };
        memory.last_seq += 1;
        let last = memory.last_seq;
        let mut failures = memory.failures.remove(&seq).unwrap_or_default();
        failures.push(Failure { at: dead.at, error: dead.error });
        memory.failures.insert(last, failures);
        let account = dead.entry.update.account.clone();
        let entry = Entry { seq: last, ..dead.entry };
        memory.waiting.entry(account).or_default().insert(last, entry);
        Ok(true)
    }

    async fn discard(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        let mut memory = self.lock();
        let Some(dead) = memory.dead.remove(&seq) else { return Ok(false) };
        memory.done.insert(seq, done(&dead.entry, now));
        Ok(true)
    }

    async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        let mut memory = self.lock();
        let is_old = |it: &Record| it.settled_at.is_some_and(|at| at < before);
        let old = memory.done.iter().filter(|(_, done)| is_old(done));
        let old: Vec<Seq> = old.map(|(seq, _)| *seq).take(limit).collect();
        for seq in &old {
            let Some(Record { account, update: id, .. }) = memory.done.remove(seq) else {
                continue;
            };
            memory.failures.remove(seq);
            let first = EffectKey {
                account: account.clone(),
                origin: Origin::Update(id.clone()),
                place: String::new(),
            };
            let is_its = |it: &&EffectKey| it.account == first.account && it.origin == first.origin;
            let effects = memory.effects.range(&first..).map(|(key, _)| key).take_while(is_its);
            for key in effects.cloned().collect::<Vec<_>>() {
                memory.effects.remove(&key);
            }
            memory.known.remove(&(account, id));
        }
        let is_of_key = |key: &EffectKey| matches!(key.origin, Origin::Key(_));
        // Of what is not settled nobody knows whether it happened: it is kept.
        let is_past = |it: &Effect| it.ended.as_ref().is_some_and(|(at, _)| *at < before);
        let keys = memory.effects.iter().filter(|(key, it)| is_of_key(key) && is_past(it));
        let mut keys: Vec<_> = keys.map(|(key, it)| (it.since, key.clone())).collect();
        keys.sort_unstable();
        for (_, key) in keys.into_iter().take(limit) {
            memory.effects.remove(&key);
        }
        Ok(old.len())
    }
}

#[async_trait]
impl Ledger for MemoryJournal {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let mut memory = self.lock();
        Ok(writes.iter().map(|write| memory.write(write, now)).collect())
    }

    fn gathers(&self) -> bool {
        false
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        Ok(self.lock().sessions.get(key).cloned())
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        Ok(self.lock().effects.get(key).map(|effect| match &effect.ended {
            None => Settled::Intended,
            Some((_, outcome)) => Settled::Ended(outcome.clone()),
        }))
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        let memory = self.lock();
        let theirs = memory
            .effects
            .iter()
            .filter(|(key, effect)| key.account == *account && effect.fingerprint == fingerprint);
        let done = theirs.filter_map(|(_, effect)| match &effect.ended {
            Some((at, Outcome::Done(receipt))) if *at >= since => Some(receipt.clone()),
            _ => None,
        });
        Ok(done.collect())
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        Ok(self.lock().moves.get(&(account.clone(), chat.clone())).cloned())
    }

    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>> {
        let memory = self.lock();
        let due = memory.by_time.iter().filter(|(owner, due, _)| owner == account && *due <= until);
        let keys = due.map(|(owner, _, key)| (owner.clone(), key.clone()));
        Ok(keys.filter_map(|key| memory.outbox.get(&key).cloned()).take(limit).collect())
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let memory = self.lock();
        Ok(memory.by_time.iter().find(|(owner, ..)| owner == account).map(|(_, due, _)| *due))
    }
}

#[async_trait]
impl Owners for MemoryJournal {
    /// Whoever asks last has it: there is no other process.
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>> {
        let mut memory = self.lock();
        let fence = memory.owners.entry(account.clone()).or_insert(Fence(0));
        fence.0 += 1;
        Ok(Some(Claim { account: account.clone(), fence: *fence }))
    }

    async fn holds(&self, claim: &Claim) -> Result<bool> {
        Ok(self.lock().owners.get(&claim.account) == Some(&claim.fence))
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn release(&self, _: Claim) {}
}
