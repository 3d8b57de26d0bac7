//! A journal that several processes share, and that fails: before it has written, after it has, and
//! by telling an owner too late that it is none any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor};
use gateway_runtime::journal::{
    Append, Appended, Claim, Depth, EffectKey, Entry, Failure, Inbox, JournalError, Ledger,
    Listing, MemoryJournal, Owners, Place, Record, Result, Scheduled, Seq, SessionKey, Settled,
    Stored, Write, Written,
};
use serde_json::Value;
use tokio::time::sleep;

use crate::dice::Dice;

/// What all processes share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) journal: MemoryJournal,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The process that has the account.
    owner: Option<u64>,
    takeovers: usize,
    faults: usize,
    is_calm: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The owner loses the account, and is not told.
    pub(crate) fn forgets_its_owner(&self) {
        self.state().owner = None;
    }

    pub(crate) fn calms_down(&self) {
        self.state().is_calm = true;
    }

    pub(crate) fn takeovers(&self) -> usize {
        self.state().takeovers
    }

    pub(crate) fn faults(&self) -> usize {
        self.state().faults
    }
}

/// The journal, as one process sees it.
#[derive(Debug)]
pub(crate) struct SimulatedJournal {
    pub(crate) shared: Arc<Shared>,
    pub(crate) process: u64,
    pub(crate) dice: Arc<Dice>,
}

impl SimulatedJournal {
    /// It takes its time, and may fail.
    async fn wait(&self) -> Result<()> {
        sleep(self.dice.millis(5)).await;
        self.fault(4)
    }

    fn fault(&self, percent: u64) -> Result<()> {
        let mut state = self.shared.state();
        if !state.is_calm && self.dice.percent(percent) {
            state.faults += 1;
            return Err(JournalError::new("asking the journal", "the line is cut"));
        }
        Ok(())
    }
}

#[async_trait]
impl Inbox for SimulatedJournal {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        self.wait().await?;
        self.shared.journal.cursor(account).await
    }

    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended> {
        self.wait().await?;
        let appended = self.shared.journal.append(batch, now).await?;
        sleep(self.dice.millis(5)).await;
        self.fault(4)?;
        Ok(appended)
    }

    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>> {
        self.wait().await?;
        // A page may be short.
        let limit = usize::try_from(1 + self.dice.below(8)).map_or(limit, |it| it.min(limit));
        self.shared.journal.pending(account, after, limit).await
    }

    async fn places(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Place>> {
        self.wait().await?;
        let limit = usize::try_from(1 + self.dice.below(8)).map_or(limit, |it| it.min(limit));
        self.shared.journal.places(account, after, limit).await
    }

    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>> {
        self.wait().await?;
        self.shared.journal.load(seqs).await
    }

    async fn depth(&self, account: &AccountId) -> Result<Depth> {
        self.shared.journal.depth(account).await
    }

    async fn list(&self, listing: &Listing, limit: usize) -> Result<Vec<Record>> {
        self.shared.journal.list(listing, limit).await
    }

    async fn record(&self, seq: Seq) -> Result<Option<(Record, Vec<Failure>)>> {
        self.shared.journal.record(seq).await
    }

    async fn revive(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        self.shared.journal.revive(seq, now).await
    }

    async fn discard(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        self.shared.journal.discard(seq, now).await
    }

    async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        self.shared.journal.prune(before, limit).await
    }
}

#[async_trait]
impl Ledger for SimulatedJournal {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        self.wait().await?;
        let written = self.shared.journal.commit(writes, now).await?;
        sleep(self.dice.millis(5)).await;
        self.fault(2)?;
        Ok(written)
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        self.wait().await?;
        self.shared.journal.session(key).await
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        self.wait().await?;
        self.shared.journal.effect(key).await
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        self.wait().await?;
        self.shared.journal.receipts(account, fingerprint, since).await
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        self.wait().await?;
        self.shared.journal.moved(account, chat).await
    }

    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>> {
        self.wait().await?;
        self.shared.journal.due(account, until, limit).await
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        self.wait().await?;
        self.shared.journal.next_due(account).await
    }
}

#[async_trait]
impl Owners for SimulatedJournal {
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>> {
        self.wait().await?;
        {
            let mut state = self.shared.state();
            if state.owner.is_some_and(|owner| owner != self.process) {
                return Ok(None);
            }
            state.owner = Some(self.process);
            state.takeovers += 1;
        }
        self.shared.journal.claim(account).await
    }

    /// An owner is told late that it is none any more: till then the fence must hold.
    async fn holds(&self, claim: &Claim) -> Result<bool> {
        self.wait().await?;
        if self.dice.percent(70) {
            return Ok(true);
        }
        self.shared.journal.holds(claim).await
    }

    async fn release(&self, _: Claim) {
        let mut state = self.shared.state();
        if state.owner == Some(self.process) {
            state.owner = None;
        }
    }
}
