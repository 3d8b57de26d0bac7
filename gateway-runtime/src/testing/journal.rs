//! The crash in front of a journal.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, Cursor};
use serde_json::Value;

use super::{Crash, Point};
use crate::journal::{
    Append, Appended, Change, Claim, Depth, EffectKey, Entry, Failure, Inbox, Journal, Ledger,
    Listing, Owners, Place, Record, Result, Scheduled, Seq, SessionKey, Settled, Stored, Write,
    Written,
};

#[derive(Debug)]
pub(super) struct CrashingJournal {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) crash: Crash,
}

impl CrashingJournal {
    async fn commit_part(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let begins = holds(writes, |it| matches!(it, Change::Begin { .. }));
        let settles = holds(writes, |it| matches!(it, Change::Settle { .. }));
        let ends = holds(writes, |it| matches!(it, Change::End(_)));
        if settles {
            self.crash.pass(Point::Unrecorded).await;
        }
        if ends {
            self.crash.pass(Point::Handled).await;
        }
        let written = self.journal.commit(writes, now).await?;
        if begins {
            self.crash.pass(Point::Intended).await;
        }
        if settles {
            self.crash.pass(Point::Recorded).await;
        }
        if ends {
            self.crash.pass(Point::Done).await;
        }
        Ok(written)
    }
}

fn holds(writes: &[Write], is_it: fn(&Change) -> bool) -> bool {
    writes.iter().any(|write| is_it(&write.change))
}

#[async_trait]
impl Inbox for CrashingJournal {
    async fn cursor(&self, account: &AccountId) -> Result<Option<Cursor>> {
        self.journal.cursor(account).await
    }

    async fn append(&self, batch: Append<'_>, now: DateTime<Utc>) -> Result<Appended> {
        if !batch.updates.is_empty() {
            self.crash.pass(Point::Received).await;
        }
        let appended = self.journal.append(batch, now).await?;
        if !batch.updates.is_empty() {
            self.crash.pass(Point::Written).await;
        }
        Ok(appended)
    }

    async fn pending(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Entry>> {
        self.journal.pending(account, after, limit).await
    }

    async fn places(&self, account: &AccountId, after: Seq, limit: usize) -> Result<Vec<Place>> {
        self.journal.places(account, after, limit).await
    }

    async fn load(&self, seqs: &[Seq]) -> Result<Vec<Entry>> {
        self.journal.load(seqs).await
    }

    async fn depth(&self, account: &AccountId) -> Result<Depth> {
        self.journal.depth(account).await
    }

    async fn list(&self, listing: &Listing, limit: usize) -> Result<Vec<Record>> {
        self.journal.list(listing, limit).await
    }

    async fn record(&self, seq: Seq) -> Result<Option<(Record, Vec<Failure>)>> {
        self.journal.record(seq).await
    }

    async fn revive(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        self.journal.revive(seq, now).await
    }

    async fn discard(&self, seq: Seq, now: DateTime<Utc>) -> Result<bool> {
        self.journal.discard(seq, now).await
    }

    async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        self.journal.prune(before, limit).await
    }
}

#[async_trait]
impl Ledger for CrashingJournal {
    /// Ends come after all else, in a commit of their own: there might always have been one between
    /// an effect and the end of its update.
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let (mut first, mut ends) = (Vec::new(), Vec::new());
        for (number, write) in writes.iter().enumerate() {
            let is_end = matches!(write.change, Change::End(_));
            if is_end { &mut ends } else { &mut first }.push((number, write.clone()));
        }
        let mut answers = Vec::with_capacity(writes.len());
        for part in [first, ends].into_iter().filter(|part| !part.is_empty()) {
            let (numbers, writes): (Vec<usize>, Vec<Write>) = part.into_iter().unzip();
            answers.extend(numbers.into_iter().zip(self.commit_part(&writes, now).await?));
        }
        answers.sort_unstable_by_key(|(number, _)| *number);
        Ok(answers.into_iter().map(|(_, written)| written).collect())
    }

    fn gathers(&self) -> bool {
        self.journal.gathers()
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        self.journal.session(key).await
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        self.journal.effect(key).await
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        self.journal.receipts(account, fingerprint, since).await
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        self.journal.moved(account, chat).await
    }

    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>> {
        self.journal.due(account, until, limit).await
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        self.journal.next_due(account).await
    }
}

#[async_trait]
impl Owners for CrashingJournal {
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>> {
        self.journal.claim(account).await
    }

    async fn holds(&self, claim: &Claim) -> Result<bool> {
        self.journal.holds(claim).await
    }

    fn is_shared(&self) -> bool {
        self.journal.is_shared()
    }

    async fn release(&self, claim: Claim) {
        self.journal.release(claim).await;
    }
}
