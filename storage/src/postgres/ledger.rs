//! What handlers did and know: many writes in one transaction, and what can be asked.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{
    Change, EffectKey, Ledger, Result, Scheduled, SessionKey, Settled, Stored, Write, Written,
};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};

use super::{Postgres, effects, ends, journal, outbox, sessions, usual};
use crate::row::{is_stale, text};
use crate::usual::{Usual, answers};

/// How often a commit is tried whose sessions somebody else makes at the same moment.
const TRIES: usize = 5;

/// A write that is taken, and its number in the batch.
pub(super) type Numbered<'a> = (usize, &'a Write);

#[async_trait]
impl Ledger for Postgres {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let failed = journal("writing to the ledger");
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        // Who writes for no account, from outside of any handler, does not hold up those who do.
        let is_outside = writes.iter().all(|write| write.fence.is_none());
        if is_outside {
            let mut db = self.pool.acquire().await.map_err(&failed)?;
            return written(&mut db, writes, now).await.map_err(&failed);
        }
        let mut line = self.writers.line().await.map_err(&failed)?;
        let written = written(&mut line, writes, now).await.map_err(&failed)?;
        line.done();
        Ok(written)
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        sessions::find(&self.pool, key).await.map_err(journal("reading a session"))
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        effects::find(&self.pool, key).await.map_err(journal("reading an effect"))
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        let receipts = effects::receipts(&self.pool, account, fingerprint, since);
        receipts.await.map_err(journal("reading receipts"))
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        sqlx::query_scalar::<_, String>(
            "select new_chat from journal_moves where account = $1 and old_chat = $2",
        )
        .bind(account.as_str())
        .bind(text(chat.as_str()))
        .fetch_optional(&self.pool)
        .await
        .map(|chat| chat.map(ChatId::new))
        .map_err(journal("reading where a chat has moved"))
    }

    async fn due(
        &self,
        account: &AccountId,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Scheduled>> {
        let due = outbox::due(&self.pool, account, until, limit);
        due.await.map_err(journal("reading what is to be sent"))
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let due = outbox::next_due(&self.pool, account);
        due.await.map_err(journal("reading what is to be sent"))
    }
}

/// Writes a batch: in one statement, or the careful way.
async fn written(
    db: &mut PgConnection,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, sqlx::Error> {
    if let Some(usual) = Usual::of(writes)
        && let Some(ended) = usual::write(db, usual, now).await?
    {
        return Ok(answers(writes, |seq| !ended.contains(&seq)));
    }
    for _ in 0..TRIES {
        let mut transaction = db.begin().await?;
        if let Some(answers) = attempt(&mut transaction, writes, now).await? {
            transaction.commit().await?;
            return Ok(answers);
        }
        transaction.rollback().await?;
    }
    Err(sqlx::Error::Protocol(format!("somebody else was quicker {TRIES} times")))
}

/// Writes a batch, a statement or two for all writes of a kind. `None` when it must be tried again.
///
/// Two processes may write at once: each locks rows in the same order, that of the steps here and
/// in each step that of the keys, so that none waits for one that waits for it.
async fn attempt(
    db: &mut PgConnection,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Option<Vec<Written>>, sqlx::Error> {
    let mut answers = vec![Written::Done; writes.len()];
    let owners = owners(db, writes).await?;
    let mut kinds = Kinds::default();
    for (number, write) in writes.iter().enumerate() {
        if is_stale(write.fence, owners.get(write.account.as_str()).copied()) {
            answers[number] = Written::Fenced;
            continue;
        }
        let kind = match &write.change {
            Change::Begin { .. } | Change::Settle { .. } => &mut kinds.effects,
            Change::Fail { .. } => &mut kinds.failures,
            Change::End(_) => &mut kinds.ends,
            Change::Schedule(_) | Change::Unschedule { .. } | Change::GiveUp { .. } => {
                &mut kinds.outbox
            }
        };
        kind.push((number, write));
    }
    effects::write(db, &kinds.effects, &mut answers, now).await?;
    ends::lock(db, &kinds.ends, &mut answers).await?;
    kinds.ends.retain(|(number, _)| answers[*number] == Written::Done);
    if !sessions::write(db, &kinds.ends, &mut answers).await? {
        return Ok(None);
    }
    kinds.ends.retain(|(number, _)| answers[*number] == Written::Done);
    ends::write(db, &kinds.ends, &mut answers, now).await?;
    ends::fail(db, &kinds.failures, now).await?;
    outbox::write(db, &kinds.outbox, &mut answers).await?;
    Ok(Some(answers))
}

/// The writes of a batch that are taken, by what they change.
#[derive(Default)]
struct Kinds<'a> {
    effects: Vec<Numbered<'a>>,
    ends: Vec<Numbered<'a>>,
    failures: Vec<Numbered<'a>>,
    outbox: Vec<Numbered<'a>>,
}

/// The numbers of the owners of those accounts that only an owner writes for. They stay so until
/// the end of the transaction: the next owner waits for it.
async fn owners(
    db: &mut PgConnection,
    writes: &[Write],
) -> Result<HashMap<String, i64>, sqlx::Error> {
    let fenced = writes.iter().filter(|write| write.fence.is_some());
    let accounts: BTreeSet<&str> = fenced.map(|write| write.account.as_str()).collect();
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let owners: Vec<(String, i64)> = sqlx::query_as(
        "select account, fence from journal_owners where account = any($1)
         order by account for share",
    )
    .bind(accounts.into_iter().collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(owners.into_iter().collect())
}
