//! What handlers did and know: many writes in one transaction, and what can be asked.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{
    Change, EffectKey, Ledger, Result, Scheduled, SessionKey, Settled, Stored, Write, Written,
};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{Sqlite, WRITING, effects, ends, journal, outbox, sessions};
use crate::row::is_stale;

#[async_trait]
impl Ledger for Sqlite {
    async fn commit(&self, writes: &[Write], now: DateTime<Utc>) -> Result<Vec<Written>> {
        let failed = journal("writing to the ledger");
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.writer.begin_with(WRITING).await.map_err(&failed)?;
        let answers = all(&mut transaction, writes, now).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(answers)
    }

    async fn session(&self, key: &SessionKey) -> Result<Option<Stored>> {
        sessions::find(&self.readers, key).await.map_err(journal("reading a session"))
    }

    async fn effect(&self, key: &EffectKey) -> Result<Option<Settled>> {
        effects::find(&self.readers, key).await.map_err(journal("reading an effect"))
    }

    async fn receipts(
        &self,
        account: &AccountId,
        fingerprint: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Value>> {
        let receipts = effects::receipts(&self.readers, account, fingerprint, since);
        receipts.await.map_err(journal("reading receipts"))
    }

    async fn moved(&self, account: &AccountId, chat: &ChatId) -> Result<Option<ChatId>> {
        sqlx::query_scalar::<_, String>(
            "select new_chat from journal_moves where account = $1 and old_chat = $2",
        )
        .bind(account.as_str())
        .bind(chat.as_str())
        .fetch_optional(&self.readers)
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
        let due = outbox::due(&self.readers, &self.writer, account, until, limit);
        due.await.map_err(journal("reading what is to be sent"))
    }

    async fn next_due(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let due = outbox::next_due(&self.readers, account);
        due.await.map_err(journal("reading what is to be sent"))
    }
}

/// The number of the account's owner.
pub(super) async fn owner(
    db: &mut SqliteConnection,
    account: &str,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("select fence from journal_owners where account = $1")
        .bind(account)
        .fetch_optional(db)
        .await
}

async fn all(
    db: &mut SqliteConnection,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, sqlx::Error> {
    let mut owners: HashMap<&str, Option<i64>> = HashMap::new();
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        let account = write.account.as_str();
        if write.fence.is_some() && !owners.contains_key(account) {
            owners.insert(account, owner(db, account).await?);
        }
        let is_stale = is_stale(write.fence, owners.get(account).copied().flatten());
        answers.push(if is_stale { Written::Fenced } else { one(db, write, now).await? });
    }
    Ok(answers)
}

async fn one(
    db: &mut SqliteConnection,
    write: &Write,
    now: DateTime<Utc>,
) -> Result<Written, sqlx::Error> {
    let account = &write.account;
    match &write.change {
        Change::Begin { effect, fingerprint } => {
            return effects::begin(db, effect, fingerprint, now).await.map(Written::Begun);
        }
        Change::Settle { effect, outcome } => effects::settle(db, effect, outcome, now).await?,
        Change::Fail { seq, error } => ends::fail(db, *seq, error, now).await?,
        Change::End(end) => {
            if !ends::is_waiting(db, account, end.seq).await? {
                return Ok(Written::Nothing);
            }
            if let Some(stale) = sessions::stale(db, &end.sessions).await? {
                return Ok(Written::Conflict(stale.clone()));
            }
            sessions::write(db, account, end).await?;
            ends::write(db, account, end, now).await?;
        }
        Change::Schedule(scheduled) => {
            if !outbox::schedule(db, account, scheduled).await? {
                return Ok(Written::Nothing);
            }
        }
        Change::Unschedule { key } => {
            if !outbox::unschedule(db, account, key, None).await? {
                return Ok(Written::Nothing);
            }
        }
        // Who gives one up is not told whether it was still there.
        Change::GiveUp { key, error } => {
            outbox::unschedule(db, account, key, Some(error)).await?;
        }
    }
    Ok(Written::Done)
}
